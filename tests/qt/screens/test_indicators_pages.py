"""The list of results and indicators, and the other tabs of an indicator: targets, sheet, history, links."""

import pytest
from helpers.indicators import office, screen, template, training
from helpers.measures import fill_kinds
from helpers.office import LEBANON, Office
from helpers.stage import RecordingHost, dressed_look, make_desk
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.commands.splits import PRESETS
from desktop.screens.indicators.dialogs import NameDialog
from desktop.screens.indicators.history_tab import HistoryTab
from desktop.screens.indicators.links_tab import LinksTab
from desktop.screens.indicators.result_dialog import RESULT_SECTIONS, ResultDialog
from desktop.screens.indicators.screen import IndicatorsScreen
from desktop.screens.indicators.sheet_tab import BASELINE_CELLS, SECTIONS, SheetTab
from desktop.screens.indicators.split_dialog import SplitDialog
from desktop.screens.indicators.targets_data import FINAL, WHOLE
from desktop.screens.indicators.targets_tab import TargetsTab
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.fields import NoteField, TextField
from sync.changes import DELETED
from sync.records import KINDS

__all__ = ["office", "screen", "template", "training"]
Key = Qt.Key


def text(screen: IndicatorsScreen, record: bytes, key: str) -> str:
    model = screen.list.model
    return model.cell_at(model.row_of(record), model.column_of(key)).text


def press(qtbot: QtBot, widget: QWidget, *keys: Qt.Key | str) -> None:
    for key in keys:
        editors = [each for each in widget.findChildren(QLineEdit) if each.isVisible()]
        target = editors[-1] if editors else widget
        if isinstance(key, str):
            qtbot.keyClicks(target, key)
        else:
            qtbot.keyClick(target, key)


# The list


def test_the_list_shows_each_indicator_with_its_figures(
    qtbot: QtBot, screen: IndicatorsScreen, training: bytes
) -> None:
    qtbot.waitUntil(lambda: bool(screen.list.rows.standings))
    qtbot.waitUntil(lambda: text(screen, training, "reached") != "")
    assert text(screen, training, "target") == "1,200"
    assert "784" in text(screen, training, "reached")
    assert text(screen, training, "course") == "Over target"
    assert text(screen, training, "due") == "1 returned"


def test_the_filter_keeps_the_way_to_what_it_finds(
    qtbot: QtBot, screen: IndicatorsScreen, office: Office
) -> None:
    qtbot.waitUntil(lambda: screen.list.model.rowCount() > 0)
    screen.list.filter.setText("prior learning")
    shown = [office.ids["outcome1"], office.ids["output11"], office.ids["certified"]]
    qtbot.waitUntil(lambda: list(screen.list.model.ids) == shown)
    screen.list.filter.setText("nothing of that kind")
    qtbot.waitUntil(lambda: screen.list.findChild(EmptyState) is not None)


def test_enter_opens_an_indicator_and_esc_brings_the_list_back(
    qtbot: QtBot, screen: IndicatorsScreen, training: bytes
) -> None:
    qtbot.waitUntil(lambda: screen.list.model.rowCount() > 0)
    assert screen.list.select(training)
    qtbot.keyClick(screen.list.grid, Key.Key_Return)
    qtbot.waitUntil(lambda: screen.page.entry is not None)
    assert screen.page_in_front
    assert screen.page.entry is not None
    qtbot.keyClick(screen.page.entry.grid, Key.Key_Escape)
    assert not screen.page_in_front
    assert screen.list.grid.current_id() == training


def test_a_new_indicator_opens_at_its_reference_sheet(
    qtbot: QtBot, screen: IndicatorsScreen, office: Office
) -> None:
    qtbot.waitUntil(lambda: screen.list.model.rowCount() > 0)
    screen.list.select(office.ids["output12"])
    screen.list.add_indicator.click()
    dialog = screen.findChild(NameDialog)
    assert dialog is not None
    assert dialog.code is not None
    dialog.code.editor.setText("1.2a")
    dialog.name.editor.setText("Trainers certified")
    dialog._take()
    qtbot.waitUntil(lambda: screen.page_in_front and screen.page.facts is not None)
    facts = screen.page.facts
    assert facts is not None
    assert facts.indicator["result"] == office.ids["output12"]
    assert screen.page.tabs.value == "sheet"


def test_a_new_result_stands_behind_its_siblings(
    qtbot: QtBot, screen: IndicatorsScreen, office: Office
) -> None:
    qtbot.waitUntil(lambda: screen.list.model.rowCount() > 0)
    screen._add_result(office.ids["outcome1"], "1.3", "Youth councils advise")
    qtbot.waitUntil(lambda: len(office.rows("result")) == 8)
    made = next(row for row in office.rows("result") if row["code"] == "1.3")
    qtbot.waitUntil(
        lambda: screen.list.model.row_of(made.id) > screen.list.model.row_of(office.ids["output12"])
    )


def test_a_result_that_holds_others_is_not_removed(
    qtbot: QtBot, screen: IndicatorsScreen, office: Office, host: RecordingHost
) -> None:
    qtbot.waitUntil(lambda: screen.list.model.rowCount() > 0)
    screen._remove(office.row("output11", "result"))
    assert [error for _, _, error in host.toasts] == [True]
    screen._remove(office.row("output12", "result"))
    qtbot.waitUntil(lambda: office.row("output12", "result").deleted)


def test_a_value_that_is_opened_from_elsewhere_shows_its_cell(
    qtbot: QtBot, screen: IndicatorsScreen, office: Office
) -> None:
    screen.show_record("value", office.ids["value-q2-zarqa"])
    row = f"{office.ids['q2'].hex()}/{office.ids['zarqa'].hex()}"
    qtbot.waitUntil(lambda: screen.page.entry is not None and screen.page.entry.grid.current_keys()[0] == row)


def test_every_kind_of_number_has_its_page(qtbot: QtBot, screen: IndicatorsScreen, office: Office) -> None:
    fill_kinds(office)
    expected = {
        "placed": ("=numerator", "=denominator", "=all"),
        "reached": ("=total",),
        "income": ("=total",),
        "policy": ("=score",),
        "board": ("=score",),
        "story": ("=text",),
    }
    for name, columns in expected.items():
        screen.open_indicator(office.ids[name])
        qtbot.waitUntil(
            lambda name=name: (
                screen.page.facts is not None
                and screen.page.facts.indicator.id == office.ids[name]
                and screen.page.entry is not None
            )
        )
        entry = screen.page.entry
        assert entry is not None
        assert tuple(column.key for column in entry.table.columns()) == columns
    # Yes and no are typed as words.
    screen.open_indicator(office.ids["board"])
    qtbot.waitUntil(
        lambda: screen.page.entry is not None and screen.page.entry.table.input_keys() == ("=score",)
    )
    entry = screen.page.entry
    assert entry is not None
    entry.go_to_cell(f"{office.ids['q2'].hex()}/{office.ids['zarqa'].hex()}", "=score")
    press(qtbot, entry.grid, "y", "e", "s", Key.Key_Return)
    qtbot.waitUntil(
        lambda: any(
            row["place"] == office.ids["zarqa"] and row["score"] == 1
            for row in office.rows("value")
            if row["indicator"] == office.ids["board"]
        )
    )


# Where nothing is yet


def test_a_year_without_periods_offers_its_quarters(
    qtbot: QtBot, screen: IndicatorsScreen, desk: Desk, office: Office, training: bytes
) -> None:
    screen.open_indicator(training)
    qtbot.waitUntil(lambda: screen.page.entry is not None)
    desk.choose(period="2027-Q1")
    qtbot.waitUntil(lambda: screen.page.findChild(EmptyState) is not None)
    empty = screen.page.findChild(EmptyState)
    assert empty is not None
    assert empty.button is not None
    empty.button.click()
    qtbot.waitUntil(lambda: screen.page.entry is not None)
    assert sum(1 for row in office.rows("period") if row["code"].startswith("2027-Q")) == 4


def test_a_workspace_without_places_asks_for_one_and_without_results_for_a_result(
    qtbot: QtBot, screen: IndicatorsScreen, desk: Desk, office: Office
) -> None:
    office.grant(LEBANON, "Lebanon")
    desk.choose(workspace=LEBANON)
    qtbot.waitUntil(lambda: screen.list.findChild(EmptyState) is not None)
    office.add("far", "indicator", title="Jobs", workspace=LEBANON)
    office.add("far-q2", "period", name="Q2", code="2026-Q2", start="2026-04-01", end="2026-06-30",
               workspace=LEBANON)  # fmt: skip
    screen.open_indicator(office.ids["far"])
    qtbot.waitUntil(lambda: screen.page.findChild(EmptyState) is not None)
    screen.page.ask_place()
    asking = screen.page.findChild(NameDialog)
    assert asking is not None
    asking.named.emit("", "Beirut")
    asking.reject()
    qtbot.waitUntil(lambda: screen.page.entry is not None)
    assert [row["name"] for row in office.rows("place") if row.workspace == LEBANON] == ["Beirut"]


# Targets


def test_a_target_is_typed_for_a_period_and_place(
    qtbot: QtBot, screen: IndicatorsScreen, office: Office, training: bytes
) -> None:
    screen.open_indicator(training, tab="targets")
    qtbot.waitUntil(lambda: screen.page.findChild(TargetsTab) is not None)
    tab = screen.page.findChild(TargetsTab)
    assert tab is not None
    row = f"2026/{office.ids['q2'].hex()}"
    assert tab.grid.go_to_cell(row, WHOLE)
    press(qtbot, tab.grid, "6", "5", "0", Key.Key_Return)
    qtbot.waitUntil(lambda: office.row("target-q2", "target").values["value"] == "650")
    assert tab.grid.go_to_cell(row, office.ids["irbid"].hex())
    press(qtbot, tab.grid, "2", "0", "0", Key.Key_Return)
    qtbot.waitUntil(lambda: len(office.rows("target")) == 5)
    qtbot.waitUntil(lambda: "≠" in tab.table.cell(row, "=all").text)
    assert tab.grid.go_to_cell(FINAL, WHOLE)
    press(qtbot, tab.grid, "3", "0", "0", "0", Key.Key_Return)
    qtbot.waitUntil(lambda: office.row("training", "indicator").values["target_value"] == "3000")


def test_a_target_is_split_by_category_and_adds_up(
    qtbot: QtBot, screen: IndicatorsScreen, office: Office, training: bytes
) -> None:
    screen.open_indicator(training, tab="targets")
    qtbot.waitUntil(lambda: screen.page.findChild(TargetsTab) is not None)
    tab = screen.page.findChild(TargetsTab)
    assert tab is not None
    row, irbid = f"2026/{office.ids['q2'].hex()}", office.ids["irbid"]
    assert tab.grid.go_to_cell(row, irbid.hex())
    tab.open_cells()
    dialog = tab.cells
    assert dialog is not None
    keys = list(dialog.fields)
    dialog.fields[keys[0]].set_draft("12")
    dialog.fields[keys[1]].set_draft("2o4")
    dialog.save()
    assert dialog.fields[keys[1]].error, "nothing is saved half"
    assert len(office.rows("target")) == 4
    dialog.fields[keys[1]].set_draft("8")
    dialog._add_up("")
    assert "20" in dialog.sum.text()
    dialog.save()
    made = lambda: [each for each in office.rows("target") if each.values["place"] == irbid]  # noqa: E731
    qtbot.waitUntil(lambda: len(made()) == 1)
    assert made()[0].values["cells"] == {keys[0]: "12", keys[1]: "8"}
    assert made()[0].values["value"] == "20", "the target follows its categories where it was empty"
    qtbot.waitUntil(lambda: "2 categories" in tab.table.cell(row, irbid.hex()).tip)
    tab.open_cells()
    again = tab.cells
    assert again is not None
    assert again.fields[keys[0]].text() == "12"
    again.fields[keys[1]].set_draft("")
    again.save()
    qtbot.waitUntil(lambda: made()[0].values["cells"] == {keys[0]: "12"})
    qtbot.waitUntil(lambda: made()[0].values["value"] == "12")


# The reference sheet


def test_the_sheet_and_the_result_show_every_declared_field() -> None:
    sheet = {name for section in SECTIONS for name in section.names} | {BASELINE_CELLS}
    assert sheet == set(KINDS["indicator"].fields)
    result = {name for section in RESULT_SECTIONS for name in section.names} | {"position"}
    assert result == set(KINDS["result"].fields)


@pytest.fixture
def sheet(qtbot: QtBot, screen: IndicatorsScreen, training: bytes) -> SheetTab:
    screen.open_indicator(training, tab="sheet")
    qtbot.waitUntil(lambda: screen.page.findChild(SheetTab) is not None)
    found = screen.page.findChild(SheetTab)
    assert found is not None
    return found


def box(sheet: SheetTab, name: str) -> TextField:
    found = sheet.form.boxes[name]
    assert isinstance(found, TextField)
    return found


def test_a_field_saves_itself_when_it_is_left(qtbot: QtBot, sheet: SheetTab, office: Office) -> None:
    field = box(sheet, "unit")
    field.editor.setFocus()
    field.editor.selectAll()
    qtbot.keyClicks(field.editor, "trainees")
    qtbot.keyClick(field.editor, Key.Key_Return)
    qtbot.waitUntil(lambda: office.row("training", "indicator").values["unit"] == "trainees")
    qtbot.waitUntil(lambda: "Saved here" in sheet.legend.accessibleName())


def test_a_field_that_cannot_be_saved_keeps_its_text_and_says_why(
    qtbot: QtBot, sheet: SheetTab, office: Office
) -> None:
    field = box(sheet, "decimals")
    field.editor.setFocus()
    qtbot.keyClicks(field.editor, "9")
    qtbot.keyClick(field.editor, Key.Key_Return)
    assert field.text() == "9"
    assert field.error
    assert office.row("training", "indicator").values["decimals"] is None


def test_a_change_of_a_colleague_shows_in_the_fields_nobody_types_in(
    qtbot: QtBot, sheet: SheetTab, office: Office
) -> None:
    field = box(sheet, "unit")
    field.editor.setFocus()
    field.editor.selectAll()
    qtbot.keyClicks(field.editor, "trai")
    seen = office.row("training", "indicator").seen
    office.colleague_changes("training", "indicator", seen=seen, unit="persons", source="Registers")
    qtbot.waitUntil(lambda: box(sheet, "source").text() == "Registers")
    assert field.text() == "trai"
    qtbot.keyClick(field.editor, Key.Key_Return)
    qtbot.waitUntil(lambda: "unit" in office.row("training", "indicator").contested)


def test_a_reason_for_the_way_it_is_counted_shows_only_where_it_says_something(
    qtbot: QtBot, sheet: SheetTab
) -> None:
    assert sheet.form.boxes["numerator_label"].isHidden()
    sheet.form.boxes["unit_type"].committed.emit("percent")
    qtbot.waitUntil(lambda: not sheet.form.boxes["numerator_label"].isHidden())


def test_the_split_baseline_is_saved_cell_by_cell(qtbot: QtBot, sheet: SheetTab, office: Office) -> None:
    grid = sheet.cells.grid
    assert grid.go_to_cell("baseline", "R|F|15-24")
    press(qtbot, grid, "5", Key.Key_Tab)
    qtbot.waitUntil(
        lambda: office.row("training", "indicator").values["baseline_cells"] == {"R|F|15-24": "5"}
    )


def test_a_result_is_edited_in_its_dialog(qtbot: QtBot, screen: IndicatorsScreen, office: Office) -> None:
    qtbot.waitUntil(lambda: screen.list.model.rowCount() > 0)
    screen._edit_result(office.row("output11", "result"))
    dialog = screen.findChild(ResultDialog)
    assert dialog is not None
    field = dialog.form.boxes["assumptions"]
    assert isinstance(field, NoteField)
    field.editor.setPlainText("Employers stay interested")
    dialog.accept()
    qtbot.waitUntil(
        lambda: office.row("output11", "result").values["assumptions"] == "Employers stay interested"
    )


def test_the_usual_disaggregations_are_one_step_away(qtbot: QtBot, sheet: SheetTab, office: Office) -> None:
    sheet.open_splits()
    dialog = sheet.findChild(SplitDialog)
    assert dialog is not None
    disability = next(preset for preset in PRESETS if preset.type == "disability")
    dialog.add_preset(disability)
    qtbot.waitUntil(lambda: any(row["name"] == "Disability" for row in dialog.rows.dimensions))
    made = next(row for row in office.rows("dimension") if row["name"] == "Disability")
    assert [row["code"] for row in dialog.rows.below[made.id]] == ["D", "N", "U"]
    dialog._add_category(made, "X", "Did not say")
    qtbot.waitUntil(lambda: len(dialog.rows.below[made.id]) == 4)
    dialog.accept()


# History and links


def test_the_history_tells_who_changed_what(
    qtbot: QtBot, screen: IndicatorsScreen, office: Office, training: bytes
) -> None:
    screen.open_indicator(training, tab="history")
    qtbot.waitUntil(lambda: screen.page.findChild(HistoryTab) is not None)
    tab = screen.page.findChild(HistoryTab)
    assert tab is not None
    qtbot.waitUntil(lambda: tab.model.rowCount() > 0)
    newest = tab.model.row_at(0).cells
    assert newest["who"].text == "Lina Haddad"
    assert (newest["before"].text, newest["after"].text) == ("21", "22")
    assert "Irbid" in newest["what"].text
    assert newest["state"].text == "Saved here"


def test_a_link_is_made_by_typing_and_taken_away_again(
    qtbot: QtBot, screen: IndicatorsScreen, office: Office, training: bytes
) -> None:
    screen.open_indicator(training, tab="links")
    qtbot.waitUntil(lambda: screen.page.findChild(LinksTab) is not None)
    tab = screen.page.findChild(LinksTab)
    assert tab is not None
    tab.adder.editor.setFocus()
    qtbot.keyClicks(tab.adder.editor, "solar")
    assert tab.adder.ahead.is_open
    qtbot.keyClick(tab.adder.editor, Key.Key_Return)
    qtbot.waitUntil(lambda: len(office.rows("link")) == 1)
    (made,) = office.rows("link")
    assert (made["from_id"], made["to_id"]) == (training, office.ids["solar"])
    tab._cut(made)
    qtbot.waitUntil(lambda: not office.rows("link"))
    assert DELETED not in KINDS["link"].fields


def test_records_that_name_an_indicator_are_shown_with_it(
    qtbot: QtBot, screen: IndicatorsScreen, office: Office
) -> None:
    screen.open_indicator(office.ids["people"], tab="links")
    qtbot.waitUntil(lambda: screen.page.findChild(LinksTab) is not None)
    tab = screen.page.findChild(LinksTab)
    assert tab is not None
    qtbot.waitUntil(
        lambda: any(
            "Prior-learning certificates" in each.text() for each in tab.findChildren(QAbstractButton)
        )
    )


# For everybody


def test_every_control_has_a_name(qtbot: QtBot, screen: IndicatorsScreen, training: bytes) -> None:
    for tab in ("entry", "targets", "sheet", "history", "links"):
        screen.open_indicator(training, tab=tab)
        qtbot.waitUntil(lambda: screen.page.facts is not None)
    kinds = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QTableView)
    for widget in (each for kind in kinds for each in screen.findChildren(kind)):
        if widget.objectName().startswith("qt_") or not widget.isVisibleTo(screen):
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface is not None
        assert interface.text(QAccessible.Text.Name), f"{type(widget).__name__} {widget.objectName()}"


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_pages_open_in_every_language(
    qtbot: QtBot, office: Office, training: bytes, language: str
) -> None:
    desk = make_desk(office, language)
    made = IndicatorsScreen(dressed_look(desk.words), desk, RecordingHost())
    qtbot.addWidget(made)
    made.show()
    made.reload()
    made.open_indicator(training)
    qtbot.waitUntil(lambda: made.page.entry is not None)
    made.leave()
    desk.close()
