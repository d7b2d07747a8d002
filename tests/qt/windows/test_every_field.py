"""Every field that is declared is shown by some screen, or stands in a list here with the reason why not.

What is shown is asked of the screens themselves: of the sections that their forms are built from, of the
columns of the data entry, of the rule by which forms and sheets choose fields.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import product
from typing import Final

import pytest
from helpers.office import JORDAN, Office
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.app.plans import MEASURE_KINDS, MEETING_KINDS, PLAN_KINDS
from desktop.bridge.desk import Desk
from desktop.commands.categories import Category, Dimension, Split
from desktop.commands.totals import measure_of
from desktop.screens.indicators import entry_tab, split_dialog, targets_tab
from desktop.screens.indicators.layout import field_of, input_kind, is_field, make_layout
from desktop.screens.indicators.record_form import RecordDialog, Section
from desktop.screens.indicators.result_dialog import RESULT_SECTIONS
from desktop.screens.indicators.sheet_tab import BASELINE_CELLS, SECTIONS
from desktop.screens.meetings import details_pane
from desktop.screens.workplan import form_sections, joint_dialog, panel_budget
from desktop.store.rows import Row
from desktop.widgets.fields import NoteField, TextField
from desktop.widgets.labels import Label
from desktop.widgets.look import Look
from desktop.widgets.record_card import RecordCard, card_fields
from desktop.widgets.record_form import editable_fields
from desktop.windows.record_sheet import RecordSheet, read_only_fields, sheet_for
from desktop.words import Words
from sync.records import KINDS, FieldType

PARTS: Final = frozenset({"comment", "link"})
"""Kinds that are shown only with the record they belong to."""

ORDER = "Shown as the order of the lines."
WHERE = "Is where the figure stands: its page, its row or its column."
BELONGS = "Is the line under which it is shown, and does not move away from it."
QUARTERS = "Amounts by quarter are read from files; the screen shows the amounts of the line."
HIDDEN: Final[dict[str, dict[str, str]]] = {
    "pillar": {"position": ORDER},
    "theme": {"position": ORDER},
    "person": {
        "access": "The server's own record of who may do what; Settings show it in words.",
        "account": "An identity of the server; people see the name.",
    },
    "place": {"position": ORDER},
    "result": {"position": ORDER},
    "dimension": {"position": ORDER},
    "category": {"dimension": BELONGS, "position": ORDER},
    "activity": {"position": ORDER},
    "budget_line": {
        "activity": BELONGS,
        "result": BELONGS,
        "planned_quarters": QUARTERS,
        "spent_quarters": QUARTERS,
    },
    "dependency": {"successor": BELONGS},
    "role": {"activity": BELONGS},
    "agenda_item": {"position": ORDER},
    "target": {"indicator": WHERE, "period": WHERE, "place": WHERE},
    "value": {
        "indicator": WHERE,
        "period": WHERE,
        "place": WHERE,
        "missing": "Shown in the cell itself, as the mark and the reason of a missing number.",
    },
    "attachment": {
        "about_kind": "Is the record that a link leads to, not a word about the document.",
        "about": "Is the record that a link leads to, not a word about the document.",
        "media_type": "Follows from the file.",
        "size": "Follows from the file.",
        "sha256": "Follows from the file.",
    },
    "comment": {
        "about_kind": BELONGS,
        "about": BELONGS,
        "reply_to": "Comments stand in the order of time; commands and other programs may fill it.",
        "mentions": "The names stand in the text; commands and other programs may fill it.",
        "follow_up": "An action point says so better; commands and other programs may fill it.",
    },
    "link": {
        "from_kind": BELONGS,
        "from_id": BELONGS,
        "to_kind": "Is the word before the name of the far record.",
        "to_id": "Is the far record itself, which a click opens.",
        "type": "Links made in the window are all of one sort; others come by the command line.",
        "note": "Links made in the window carry none; others come by the command line.",
    },
}


def names(*groups: Iterable[Section]) -> set[str]:
    return {name for group in groups for section in group for name in section.names}


def entry_fields() -> set[str]:
    """What the columns of the data entry write, over every sort of indicator."""
    found = set()
    category = Category(code="F", name="Women")
    splits = (Split(), Split((Dimension(bytes(16), "Sex", (category,)),)))
    for unit_type, split in product(KINDS["indicator"].fields["unit_type"].choices, splits):
        indicator = Row(bytes(16), "indicator", bytes(16), {})
        measure = measure_of({"unit_type": unit_type})
        made = make_layout(Words("en"), indicator, measure, split, apart=True)
        for column in made.columns:
            if is_field(column.key):
                found.add(field_of(column.key))
            elif input_kind(measure, column.key) == "cell":
                found.add("cells")
    return found


def shown_fields(name: str) -> set[str]:
    """What the screens show of a kind, as they declare it."""
    kind = KINDS[name]
    texts = {each for each, field in kind.fields.items() if field.type is FieldType.LONG_TEXT}
    ways: dict[str, Callable[[], set[str]]] = {
        "indicator": lambda: names(SECTIONS) | {BASELINE_CELLS},
        "result": lambda: names(RESULT_SECTIONS),
        "value": lambda: entry_fields() | names(entry_tab.ABOUT_VALUE) | set(entry_tab.TOLD_OF_VALUE),
        "target": lambda: {"cells"} | set(targets_tab._COLUMNS) | names(targets_tab.ABOUT_TARGET),
        "period": lambda: names(entry_tab.ABOUT_PERIOD),
        "dimension": lambda: names(split_dialog.ABOUT_DIMENSION),
        "category": lambda: names(split_dialog.ABOUT_CATEGORY),
        "role": lambda: set(joint_dialog.ROLE_FIELDS),
        "dependency": lambda: set(joint_dialog.DEPENDENCY_FIELDS),
        "budget_line": lambda: set(editable_fields(kind)) - set(panel_budget._HIDDEN),
        "comment": lambda: {"text"},
        "link": lambda: {"label"},
    }
    if name in ways:
        return ways[name]()
    if name in form_sections.FORM_SECTIONS:
        return set(editable_fields(kind))
    if name in details_pane.SECTIONS:
        # Long texts have the page of the meeting or of the item for themselves.
        return set(editable_fields(kind)) | texts
    assert has_a_sheet(name), f"no screen shows {name}"
    if kind.read_only:
        return {*card_fields(kind), kind.title_field}
    return {*editable_fields(kind), *read_only_fields(kind)}


def has_a_sheet(name: str) -> bool:
    return name not in PLAN_KINDS | MEASURE_KINDS | MEETING_KINDS | PARTS


@pytest.mark.parametrize("name", KINDS)
def test_every_field_is_shown_or_hidden_for_a_reason(name: str) -> None:
    hidden, shown = HIDDEN.get(name, {}), shown_fields(name)
    declared = set(KINDS[name].fields)
    assert declared - shown - set(hidden) == set(), "shown nowhere, and nobody says why"
    assert (shown | set(hidden)) - declared == set(), "not a field"
    assert shown & set(hidden) == set(), "shown, so it needs no reason"
    assert all(len(reason) > 10 for reason in hidden.values())


def test_nothing_else_has_a_list_of_hidden_fields() -> None:
    assert set(HIDDEN) <= set(KINDS)


FULL: Final = {"lesson": {"narrative": "We asked twice"}}


@pytest.mark.parametrize("name", [each for each in KINDS if has_a_sheet(each) and not KINDS[each].read_only])
def test_the_sheet_of_a_kind_without_a_screen_has_all_its_fields(
    desk: Desk, look: Look, window_parent: QWidget, office: Office, name: str
) -> None:
    kind = KINDS[name]
    office.add("one", name, **{kind.title_field: "Something"})
    row = desk.row(name, office.ids["one"])
    assert row is not None
    row = replace(row, values={**row.values, **FULL.get(name, {})})
    sheet = sheet_for(look, desk, row, parent=window_parent)
    assert isinstance(sheet, RecordSheet)
    assert set(sheet.form.fields) == set(editable_fields(kind))
    shown = {label.text() for label in sheet.findChildren(Label)}
    assert set(FULL.get(name, {}).values()) <= shown


def test_a_field_of_a_sheet_saves_itself_and_what_is_typed_is_kept(
    qtbot: QtBot, desk: Desk, look: Look, window_parent: QWidget, office: Office
) -> None:
    office.add("flood", "risk", title="The road floods")
    row = desk.row("risk", office.ids["flood"])
    assert row is not None
    sheet = sheet_for(look, desk, row, parent=window_parent)
    assert isinstance(sheet, RecordSheet)
    sheet.open()
    box = sheet.form.fields["subcategory"]
    assert isinstance(box, TextField)
    box.editor.setFocus()
    qtbot.keyClicks(box.editor, "Rain")
    qtbot.keyClick(box.editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: office.row("flood", "risk").values["subcategory"] == "Rain")
    causes = sheet.form.fields["causes"]
    assert isinstance(causes, NoteField)
    causes.editor.setFocus()
    qtbot.keyClicks(causes.editor, "No drains")
    sheet.done_button.click()
    qtbot.waitUntil(lambda: office.row("flood", "risk").values["causes"] == "No drains")


def test_who_may_only_read_gets_a_card(qtbot: QtBot, desk: Desk, look: Look, window_parent: QWidget) -> None:
    place = Row(bytes(16), "workspace", JORDAN, dict.fromkeys(KINDS["workspace"].fields))
    card = sheet_for(look, desk, place, parent=window_parent)
    qtbot.addWidget(card)
    assert isinstance(card, RecordCard)


def test_checking_a_value_is_told_beside_its_fields(
    qtbot: QtBot, desk: Desk, look: Look, window_parent: QWidget, office: Office
) -> None:
    row = Row(bytes(16), "value", JORDAN, dict.fromkeys(KINDS["value"].fields))
    told = {"status": "returned", "reviewed_on": "2026-07-02", "review_note": "Two lists disagree"}
    row = replace(row, values={**row.values, **told, "reviewed_by": office.ids["hassan"]})
    dialog = RecordDialog(
        look, desk, row, entry_tab.ABOUT_VALUE, told=entry_tab.TOLD_OF_VALUE, title="?", parent=window_parent
    )
    qtbot.addWidget(dialog)
    shown = {label.text() for label in dialog.told.findChildren(Label)}
    assert {"Hassan Aziz", "02 Jul 2026", "Two lists disagree", "Returned"} <= shown


@pytest.fixture
def window_parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(1092, 614)
    qtbot.addWidget(made)
    made.show()
    return made
