"""Data entry of an indicator with real keys over a real store: every keystroke is a value, none is lost."""

import pytest
from helpers.indicators import office, screen, template, training
from helpers.measures import KEYS
from helpers.office import JORDAN, Office
from helpers.stage import RecordingHost
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.models.entry import EntryCell, EntryState
from desktop.screens.indicators.dialogs import MissingDialog, PasteDialog
from desktop.screens.indicators.entry_tab import EntryTab
from desktop.screens.indicators.lines import Line
from desktop.screens.indicators.screen import IndicatorsScreen
from desktop.screens.indicators.typed_drafts import TypedDrafts
from desktop.store.drafts import all_drafts
from sync.changes import Edit

__all__ = ["office", "screen", "template", "training"]
Key = Qt.Key
ISOLATES = "\u2066\u2069"


@pytest.fixture
def entry(qtbot: QtBot, screen: IndicatorsScreen, training: bytes) -> EntryTab:
    screen.open_indicator(training)
    qtbot.waitUntil(lambda: screen.page.entry is not None)
    found = screen.page.entry
    assert found is not None
    return found


def row_key(office: Office, period: str, place: str) -> str:
    return f"{office.ids[period].hex()}/{office.ids[place].hex()}"


def cell(entry: EntryTab, office: Office, place: str, column: str, period: str = "q2") -> EntryCell:
    return entry.table.cell(row_key(office, period, place), column)


def press(qtbot: QtBot, entry: EntryTab, *keys: Qt.Key | str) -> None:
    """Keys go to the editor while one is open, as they do on a laptop."""
    for key in keys:
        editors = [each for each in entry.grid.viewport().findChildren(QLineEdit) if each.isVisible()]
        target = editors[-1] if editors else entry.grid
        if isinstance(key, str):
            qtbot.keyClicks(target, key)
        else:
            qtbot.keyClick(target, key)


def stored(office: Office, name: str, column: str) -> str | None:
    cells = office.row(name, "value").values["cells"]
    return cells.get(column)


def go(entry: EntryTab, office: Office, place: str, column: str) -> None:
    entry.go_to_cell(row_key(office, "q2", place), column)


# Typing


def test_a_number_typed_over_a_cell_is_stored_and_the_cursor_goes_down(
    qtbot: QtBot, entry: EntryTab, office: Office
) -> None:
    go(entry, office, "irbid", KEYS[3])
    press(qtbot, entry, "4", "1", Key.Key_Return)
    qtbot.waitUntil(lambda: stored(office, "value-q2-irbid", KEYS[3]) == "41")
    assert entry.grid.current_keys() == (row_key(office, "q2", "zarqa"), KEYS[3])
    assert cell(entry, office, "irbid", KEYS[3]).state is EntryState.SAVED


def test_two_quick_entries_of_one_cell_do_not_stand_against_each_other(
    qtbot: QtBot, entry: EntryTab, office: Office
) -> None:
    go(entry, office, "irbid", KEYS[3])
    press(qtbot, entry, "4", "1", Key.Key_Return)
    go(entry, office, "irbid", KEYS[3])
    press(qtbot, entry, "4", "2", Key.Key_Return)
    qtbot.waitUntil(lambda: stored(office, "value-q2-irbid", KEYS[3]) == "42")
    assert not office.row("value-q2-irbid", "value").contested


def test_the_first_figures_of_a_place_make_one_record(
    qtbot: QtBot, entry: EntryTab, office: Office, training: bytes
) -> None:
    before = len(office.rows("value"))
    office.add("ajloun", "place", name="Ajloun")
    qtbot.waitUntil(lambda: entry.grid.entries.row_of(row_key(office, "q2", "ajloun")) > 0)
    go(entry, office, "ajloun", KEYS[0])
    press(qtbot, entry, "7", Key.Key_Tab, "8", Key.Key_Tab, "0", Key.Key_Tab)
    qtbot.waitUntil(lambda: entry.pen.idle and len(office.rows("value")) == before + 1)
    made = next(row for row in office.rows("value") if row["place"] == office.ids["ajloun"])
    qtbot.waitUntil(
        lambda: (
            dict(next(r for r in office.rows("value") if r.id == made.id)["cells"])
            == {KEYS[0]: "7", KEYS[1]: "8", KEYS[2]: "0"}
        )
    )
    assert made["indicator"] == training
    assert made["status"] == "draft"


def test_zero_is_a_figure_and_an_emptied_cell_is_none(qtbot: QtBot, entry: EntryTab, office: Office) -> None:
    go(entry, office, "azraq", KEYS[1])
    assert cell(entry, office, "azraq", KEYS[1]).state is EntryState.DUE
    press(qtbot, entry, "0", Key.Key_Return)
    qtbot.waitUntil(lambda: stored(office, "value-q2-azraq", KEYS[1]) == "0")
    qtbot.waitUntil(lambda: cell(entry, office, "azraq", KEYS[1]).text == "0")
    go(entry, office, "azraq", KEYS[1])
    press(qtbot, entry, Key.Key_Delete)
    qtbot.waitUntil(lambda: stored(office, "value-q2-azraq", KEYS[1]) is None)
    qtbot.waitUntil(lambda: cell(entry, office, "azraq", KEYS[1]).state is EntryState.DUE)


def test_what_is_no_number_stays_where_it_was_typed(
    qtbot: QtBot, entry: EntryTab, office: Office, desk: Desk
) -> None:
    go(entry, office, "irbid", KEYS[0])
    press(qtbot, entry, "2", "o", "4", Key.Key_Return)
    shown = cell(entry, office, "irbid", KEYS[0])
    assert (shown.text, shown.state) == ("2o4", EntryState.INVALID)
    assert "2o4" in shown.tip
    assert stored(office, "value-q2-irbid", KEYS[0]) == "35"
    kept = desk.store.post(all_drafts).result()
    assert [draft.text for draft in kept] == ["2o4"]
    go(entry, office, "irbid", KEYS[0])
    press(qtbot, entry, Key.Key_Delete)
    assert cell(entry, office, "irbid", KEYS[0]).text == "35"
    assert not desk.store.post(all_drafts).result()


def test_people_come_in_whole_numbers(qtbot: QtBot, entry: EntryTab, office: Office) -> None:
    go(entry, office, "irbid", KEYS[0])
    press(qtbot, entry, "1", ".", "5", Key.Key_Return)
    assert cell(entry, office, "irbid", KEYS[0]).state is EntryState.INVALID


def test_fill_down_copies_the_cell_above(qtbot: QtBot, entry: EntryTab, office: Office) -> None:
    go(entry, office, "irbid", KEYS[4])
    qtbot.keyClick(entry.grid, Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: stored(office, "value-q2-irbid", KEYS[4]) == "17")


# What others do meanwhile


def test_a_change_that_lands_while_somebody_types_becomes_a_conflict(
    qtbot: QtBot, entry: EntryTab, office: Office
) -> None:
    go(entry, office, "zarqa", KEYS[4])
    press(qtbot, entry, "2", "1")
    row = office.row("value-q2-zarqa", "value")
    office.colleague_changes("value-q2-zarqa", "value", seen=row.seen, cells={KEYS[4]: "20"})
    qtbot.waitUntil(lambda: entry.table.entry(_line(entry, office, "zarqa")).row["cells"][KEYS[4]] == "20")
    press(qtbot, entry, Key.Key_Return)
    qtbot.waitUntil(lambda: bool(office.row("value-q2-zarqa", "value").contested))
    qtbot.waitUntil(lambda: cell(entry, office, "zarqa", KEYS[4]).state is EntryState.TWO_VALUES)


def _line(entry: EntryTab, office: Office, place: str) -> Line:
    lines = entry.table.lines(office.ids["q2"])
    return next(line for line in lines if line.place == office.ids[place])


def test_an_open_editor_survives_a_new_place_row(qtbot: QtBot, entry: EntryTab, office: Office) -> None:
    go(entry, office, "irbid", KEYS[3])
    press(qtbot, entry, "4", "1")
    reads = entry.table
    office.add("ajloun", "place", name="Ajloun")
    office.change("irbid", "place", notes="North")
    qtbot.waitUntil(lambda: entry._next is not None or entry.table is not reads)
    editors = [each for each in entry.grid.viewport().findChildren(QLineEdit) if each.isVisible()]
    assert [each.text() for each in editors] == ["41"]
    press(qtbot, entry, Key.Key_Return)
    qtbot.waitUntil(lambda: stored(office, "value-q2-irbid", KEYS[3]) == "41")
    qtbot.waitUntil(lambda: entry.grid.entries.row_of(row_key(office, "q2", "ajloun")) > 0)


def test_two_records_for_one_place_are_both_shown_and_not_added(
    qtbot: QtBot, entry: EntryTab, office: Office, training: bytes
) -> None:
    office.add("twin", "value", indicator=training, period=office.ids["q2"], place=office.ids["irbid"],
               cells={KEYS[0]: "99"}, status="draft")  # fmt: skip
    second = row_key(office, "q2", "irbid") + "/1"
    qtbot.waitUntil(lambda: entry.grid.entries.row_of(second) > 0)
    assert entry.table.cell(second, KEYS[0]).text == "99"
    total = entry.table.cell(f"{office.ids['q2'].hex()}/all", "=all")
    assert total.state is EntryState.BLOCKED
    assert "two entries" in total.tip


# Marks and pastes


def test_m_marks_cells_as_missing_with_a_reason(qtbot: QtBot, entry: EntryTab, office: Office) -> None:
    go(entry, office, "azraq", KEYS[1])
    qtbot.keyClicks(entry.grid, "m")
    dialog = entry.findChild(MissingDialog)
    assert dialog is not None
    dialog.chosen.emit("suppressed", "")
    dialog.reject()
    qtbot.waitUntil(
        lambda: office.row("value-q2-azraq", "value").values["missing"] == {KEYS[1]: "suppressed"}
    )
    qtbot.waitUntil(lambda: cell(entry, office, "azraq", KEYS[1]).state is EntryState.MISSING)
    go(entry, office, "azraq", KEYS[1])
    press(qtbot, entry, Key.Key_Delete)
    qtbot.waitUntil(lambda: office.row("value-q2-azraq", "value").values["missing"] == {})


def test_a_block_is_pasted_as_one_act_that_one_undo_takes_back(
    qtbot: QtBot, entry: EntryTab, office: Office, desk: Desk, host: RecordingHost
) -> None:
    go(entry, office, "irbid", KEYS[0])
    QGuiApplication.clipboard().setText("1\t2\n3\t4\n")
    qtbot.keyClick(entry.grid, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: stored(office, "value-q2-zarqa", KEYS[1]) == "4")
    assert [stored(office, "value-q2-irbid", key) for key in KEYS[:2]] == ["1", "2"]
    assert ("Pasted 4 cells.", True, False) in host.toasts
    desk.store.undo().result()
    assert [stored(office, "value-q2-irbid", key) for key in KEYS[:2]] == ["35", "17"]
    assert stored(office, "value-q2-zarqa", KEYS[0]) == "14"


def test_a_block_with_problems_is_shown_first_and_keeps_them_in_their_cells(
    qtbot: QtBot, entry: EntryTab, office: Office
) -> None:
    go(entry, office, "irbid", KEYS[0])
    QGuiApplication.clipboard().setText("1\tabout 20\n")
    qtbot.keyClick(entry.grid, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    dialog = entry.findChild(PasteDialog)
    assert dialog is not None
    assert stored(office, "value-q2-irbid", KEYS[0]) == "35"
    dialog.taken.emit()
    dialog.reject()
    qtbot.waitUntil(lambda: stored(office, "value-q2-irbid", KEYS[0]) == "1")
    assert cell(entry, office, "irbid", KEYS[1]).text == "about 20"
    assert stored(office, "value-q2-irbid", KEYS[1]) == "17"


# Totals and states


def test_totals_say_what_is_missing(entry: EntryTab, office: Office) -> None:
    assert cell(entry, office, "mafraq", "=sum/R").text == "75"
    assert cell(entry, office, "zarqa", "=sum/R").text.strip(ISOLATES) == "≥ 22"
    assert entry.table.cell(f"{office.ids['q1'].hex()}/all", "=all").text == "408"
    assert entry.table.cell(f"{office.ids['q2'].hex()}/all", "=all").text.strip(ISOLATES) == "≥ 376"


def test_each_cell_tells_how_far_it_has_come(entry: EntryTab, office: Office) -> None:
    assert cell(entry, office, "mafraq", KEYS[0]).state is EntryState.APPROVED
    assert cell(entry, office, "irbid", KEYS[0]).state is EntryState.SAVED
    assert cell(entry, office, "irbid", KEYS[5]).state is EntryState.SENT
    assert cell(entry, office, "zarqa", KEYS[0]).state is EntryState.RETURNED
    assert cell(entry, office, "zarqa", KEYS[2]).state is EntryState.MISSING
    assert cell(entry, office, "azraq", KEYS[1]).state is EntryState.DUE
    assert cell(entry, office, "azraq", KEYS[4]).text == "0"


def test_a_locked_period_cannot_be_typed_into(qtbot: QtBot, entry: EntryTab, office: Office) -> None:
    entry.go_to_cell(row_key(office, "q1", "irbid"), KEYS[0])
    press(qtbot, entry, "9", Key.Key_Return)
    assert stored(office, "value-q1-irbid", KEYS[0]) == "31"


def test_a_total_counted_apart_is_explained_where_it_differs(
    qtbot: QtBot, entry: EntryTab, office: Office
) -> None:
    office.change("value-q2-mafraq", "value", total="130", total_note="Two late lists.")
    qtbot.waitUntil(lambda: "≠" in cell(entry, office, "mafraq", "=all").text)
    assert "130" in cell(entry, office, "mafraq", "=all").tip
    assert entry.table.layout.column("=total") is not None
    assert any("Two late lists." in note for note in entry.notes._shown)


def test_submitting_asks_where_cells_are_empty_and_then_waits_to_be_sent(
    qtbot: QtBot, screen: IndicatorsScreen, entry: EntryTab, office: Office
) -> None:
    page = screen.page
    assert page.submit_button.text() == "Submit Q2"
    page.ask_submit()
    page._submit()
    qtbot.waitUntil(lambda: office.row("value-q2-irbid", "value").values["status"] == "submitted")
    qtbot.waitUntil(lambda: cell(entry, office, "irbid", KEYS[0]).state is EntryState.WAITING)
    assert office.row("value-q2-irbid", "value").values["submitted_on"] == "2026-06-15"
    qtbot.waitUntil(lambda: not page.submit_button.isEnabled())


# Leaving and coming back


def test_an_open_editor_is_kept_as_a_draft_until_it_is_a_value(
    qtbot: QtBot, entry: EntryTab, office: Office, desk: Desk
) -> None:
    go(entry, office, "irbid", KEYS[0])
    press(qtbot, entry, "3", "6")
    qtbot.waitUntil(lambda: [each.text for each in desk.store.post(all_drafts).result()] == ["36"])
    press(qtbot, entry, Key.Key_Return)
    qtbot.waitUntil(lambda: not desk.store.post(all_drafts).result())
    qtbot.waitUntil(lambda: stored(office, "value-q2-irbid", KEYS[0]) == "36")


def test_what_was_typed_when_the_notebook_closed_is_offered_again(
    qtbot: QtBot, screen: IndicatorsScreen, office: Office, desk: Desk, training: bytes
) -> None:
    before = TypedDrafts(desk, training)
    before.typing((row_key(office, "q2", "irbid"), KEYS[0]), "36")
    before.save_now()
    screen.open_indicator(training)
    qtbot.waitUntil(lambda: screen.page.entry is not None)
    entry = screen.page.entry
    assert entry is not None
    assert entry.notice.isVisible()
    assert "36" in entry.notice.text.text()
    entry.notice.take.click()
    qtbot.waitUntil(lambda: stored(office, "value-q2-irbid", KEYS[0]) == "36")
    assert not entry.notice.isVisible()
    qtbot.waitUntil(lambda: not desk.store.post(all_drafts).result())


def test_leaving_the_screen_takes_what_is_being_typed(
    qtbot: QtBot, screen: IndicatorsScreen, entry: EntryTab, office: Office
) -> None:
    go(entry, office, "irbid", KEYS[0])
    press(qtbot, entry, "3", "7")
    screen.leave()
    qtbot.waitUntil(lambda: stored(office, "value-q2-irbid", KEYS[0]) == "37")


def test_an_imported_key_in_another_order_is_changed_under_its_own_name(
    qtbot: QtBot, entry: EntryTab, office: Office
) -> None:
    row = office.row("value-q2-azraq", "value")
    office.store.submit(
        [Edit(JORDAN, "value", row.id, {"cells/25+|F|R": "3"}, row.seen)], label="Import"
    ).result()
    qtbot.waitUntil(lambda: cell(entry, office, "azraq", KEYS[1]).text == "3")
    go(entry, office, "azraq", KEYS[1])
    press(qtbot, entry, "5", Key.Key_Return)
    qtbot.waitUntil(lambda: stored(office, "value-q2-azraq", "25+|F|R") == "5")
    assert stored(office, "value-q2-azraq", KEYS[1]) is None


def test_cells_that_find_no_room_are_said_to_be_left_out(
    qtbot: QtBot, entry: EntryTab, office: Office
) -> None:
    go(entry, office, "azraq", KEYS[7])
    QGuiApplication.clipboard().setText("1\t2\n3\t4\n")
    qtbot.keyClick(entry.grid, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    dialog = entry.findChild(PasteDialog)
    assert dialog is not None
    assert "2 find no row or column here" in dialog.accessibleDescription()
    dialog.reject()
    assert cell(entry, office, "azraq", KEYS[7]).text == "0"


def test_evidence_is_added_to_the_value_under_the_cursor(
    qtbot: QtBot, entry: EntryTab, office: Office
) -> None:
    go(entry, office, "irbid", KEYS[0])
    entry.add_evidence()
    dialog = entry.evidence
    assert dialog is not None
    dialog.fields["url"].set_draft("not an address")
    dialog.save()
    assert dialog.fields["title"].error
    assert dialog.fields["url"].error
    last = dialog.fields["description"]
    qtbot.waitUntil(lambda: last.height() >= last.minimumSizeHint().height(), timeout=2_000)
    qtbot.waitUntil(lambda: dialog.height() == dialog.layout().totalHeightForWidth(dialog.width()))
    dialog.fields["title"].set_draft("Attendance lists, April")
    dialog.fields["url"].set_draft("https://files.example.org/lists")
    dialog.save()
    qtbot.waitUntil(lambda: len(office.rows("attachment")) == 1)
    (made,) = office.rows("attachment")
    value = office.row("value-q2-irbid", "value")
    assert value.values["evidence"] == [made.id]
    assert (made.values["about_kind"], made.values["about"]) == ("value", value.id)
    assert (made.values["type"], made.values["url"]) == ("evidence", "https://files.example.org/lists")
