"""Data entry of one indicator: the grid, the bar over it, notes and counts under it, the panel beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from desktop.bridge.desk import Desk
from desktop.commands import evidence, labels, measures
from desktop.commands.periods import PeriodState
from desktop.commands.records import remove
from desktop.models.entry import EntryEdit, EntryEdits
from desktop.screens.indicators.dialogs import MissingDialog, PasteDialog, Trouble
from desktop.screens.indicators.entry_frame import EntryFrame
from desktop.screens.indicators.evidence_dialog import EvidenceDialog
from desktop.screens.indicators.facts import Facts
from desktop.screens.indicators.lines import line_of
from desktop.screens.indicators.pen import Batch, Input
from desktop.screens.indicators.reading import is_blank, read_input
from desktop.screens.indicators.record_form import RecordDialog, Section
from desktop.screens.indicators.typed_drafts import Found, TypedDrafts, found_drafts
from desktop.screens.indicators.wording import period_title
from desktop.store.rows import Row
from desktop.widgets.look import Look
from desktop.widgets.screen import Host
from desktop.words.messages import explain
from sync.changes import Edit
from sync.errors import DaftarError
from sync.records import FieldProblem, kind


def t(msgid: str) -> str:
    """Mark a title for translation."""
    return msgid


ABOUT_VALUE = (
    Section(t("Figure"), ("collected_on", "source", "note", "total_note", "reported_by", "sensitivity")),
    Section(t("Evidence"), ("evidence", "evidence_note")),
    Section(t("Missing"), ("missing_reason", "expected_on")),
    Section(t("Change"), ("change_reason", "change_note")),
)
TOLD_OF_VALUE = (
    "status", "submitted_by", "submitted_on", "reviewed_by", "reviewed_on", "review_note",
    "definition_version",
)  # fmt: skip
"""Handing in and checking fill these."""
ABOUT_PERIOD = (
    Section(
        "",
        (
            "name", "code", "start", "end", "due", "frequency", "locked", "locked_on", "programme_period",
            "notes", "name_en", "name_fr", "name_ar",
        ),
    ),
)  # fmt: skip


class EntryTab(EntryFrame):
    """What people do in the data entry: type, paste, mark as missing, hand in."""

    place_asked = Signal()
    evidence_asked = Signal(object)
    """The id of the value whose evidence is to be shown."""

    def __init__(
        self, look: Look, desk: Desk, host: Host, facts: Facts, *, parent: QWidget | None = None
    ) -> None:
        self._host = host
        super().__init__(look, desk, facts, parent=parent)
        self._drafts = TypedDrafts(desk, facts.indicator.id, parent=self)
        self._found: list[Found] = []
        self.evidence: EvidenceDialog | None = None
        self._take_back(facts)
        grid = self.grid
        grid.edited.connect(self._edited)
        grid.pasted.connect(self._pasted)
        grid.missing_asked.connect(self.ask_missing)
        grid.about_asked.connect(self.open_about)
        grid.evidence_asked.connect(self.show_evidence)
        self.bar.evidence_asked.connect(self.show_evidence)
        grid.typing_changed.connect(self._typing)
        grid.typing_ended.connect(self._typing_ended)
        grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        grid.customContextMenuRequested.connect(self._menu)
        self.notice.taken.connect(self._take_found)
        self.notice.dropped.connect(self._drop_found)
        self.bar.acted.connect(self._decide)
        self.notes.place_asked.connect(self.place_asked)
        self.panel.decision_asked.connect(self._decide)
        self.panel.entry_dropped.connect(self._drop_entry)
        self.redraw()
        self._say_found()

    @Slot()
    def _decide(self) -> None:
        self._host.go("decisions")

    # Typing

    @Slot(str, str, str)
    def _typing(self, row: str, column: str, text: str) -> None:
        self._drafts.typing((row, column), text)

    @Slot(str, str)
    def _typing_ended(self, row: str, column: str) -> None:
        self._drafts.ended((row, column))
        self.show_waiting()

    def finish(self) -> None:
        """Take what is in an open editor, as when the screen is left."""
        self.grid.finish_typing()
        self._drafts.save_now()

    @Slot(object)
    def _edited(self, edits: EntryEdits) -> None:
        seen = self.grid.begun if edits.how == "typed" else None
        label = labels.CLEAR if edits.how == "cleared" else labels.ENTER
        self._take(edits.edits, seen=seen if isinstance(seen, Row) else None, label=label)

    def _take(
        self, edits: Sequence[EntryEdit], *, seen: Row | None = None, label: str = labels.ENTER
    ) -> None:
        """Write what can be read; keep the rest where it was typed."""
        inputs: list[Input] = []
        cleared: list[Input] = []
        for edit in edits:
            line = line_of(edit.row)
            if line is None:
                continue
            where = (edit.row, edit.column)
            was_wrong = where in self.pen.overlay.invalid
            try:
                value = read_input(self._look.words, self.table.measure, edit.column, edit.text)
            except FieldProblem as problem:
                self._keep(where, edit.text, problem)
                continue
            if was_wrong:
                self._drop(where)
                if value is None:
                    continue
            missing = self.table.missing_reason(self.table.entry(line), edit.column)
            made = Input(line, edit.column, value, seen)
            (cleared if value is None and missing else inputs).append(made)
        self.pen.enter(Batch(tuple(inputs), label))
        self.pen.enter(Batch(tuple(cleared), labels.CLEAR, marks=True))
        self.redraw()

    def _keep(self, where: tuple[str, str], text: str, problem: DaftarError) -> None:
        self.pen.overlay.invalid[where] = (text, explain(self._look.words, problem))
        self._drafts.keep(where, text)

    def _drop(self, where: tuple[str, str]) -> None:
        self.pen.overlay.invalid.pop(where, None)
        self._drafts.drop(where)

    # Pasting

    def paste(self) -> None:
        if not self.grid.currentIndex().isValid():
            self.start()
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.grid.paste()

    @Slot(object)
    def _pasted(self, edits: EntryEdits) -> None:
        words, measure = self._look.words, self.table.measure
        taken = [EntryEdit(e.row, e.column, "" if is_blank(e.text) else e.text) for e in edits.edits]
        troubles = []
        for edit in taken:
            try:
                read_input(words, measure, edit.column, edit.text)
            except FieldProblem as problem:
                where = self._say.path(self.table, edit.row, edit.column)
                troubles.append(Trouble(where, edit.text, explain(words, problem)))
        if not troubles and not edits.refused and not self.grid.left_out:
            self._put_in(taken)
            return
        dialog = PasteDialog(
            self._look,
            good=len(taken) - len(troubles),
            troubles=troubles,
            refused=edits.refused,
            left_out=self.grid.left_out,
            parent=self,
        )
        dialog.taken.connect(lambda: self._put_in(taken))
        dialog.rejected.connect(self.redraw)
        dialog.open()

    def _put_in(self, edits: Sequence[EntryEdit]) -> None:
        self._take(edits)
        words = self._look.words
        kept = len(self.pen.overlay.invalid)
        said = words.n("Pasted {count} cell.", "Pasted {count} cells.", len(edits))
        if kept:
            said += " " + words.n("{count} cell needs a look.", "{count} cells need a look.", kept)
        self._host.toast(said, undo=True)

    # Marks

    @Slot()
    def ask_missing(self) -> None:
        """Ask why the selected cells are missing."""
        cells = self.grid.selected_inputs()
        cells = [(row, column) for row, column in cells if column != "=total" or not self.table.split.keys]
        if not cells:
            return
        words = self._look.words
        where = (
            self._say.path(self.table, *cells[0])
            if len(cells) == 1
            else words.n("{count} cell", "{count} cells", len(cells))
        )
        line = line_of(cells[0][0])
        entry = self.table.entry(line) if line is not None else None
        dialog = MissingDialog(
            self._look,
            where=where,
            reason=self.table.missing_reason(entry, cells[0][1]),
            expected=str(entry.row.values.get("expected_on") or "") if entry is not None else "",
            parent=self,
        )
        dialog.chosen.connect(lambda reason, expected: self._mark(cells, reason, expected))
        dialog.open()

    def _mark(self, cells: Sequence[tuple[str, str]], reason: str, expected: str) -> None:
        inputs = []
        for row, column in cells:
            line = line_of(row)
            if line is not None:
                self._drop((row, column))
                inputs.append(Input(line, column, None))
        self.pen.enter(
            Batch(tuple(inputs), labels.MISSING, reason=reason, expected_on=expected or None, marks=True)
        )
        self.redraw()

    @Slot(QPoint)
    def _menu(self, point: QPoint) -> None:
        words = self._look.words
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        some = bool(self.grid.selected_inputs())
        for text, act, enabled in (
            (words.t("About this value…"), self.open_about, self._entry_here() is not None),
            (words.t("Evidence and documents"), self.show_evidence, self.value_here() is not None),
            (words.t("Add the address of evidence…"), self.add_evidence, self._entry_here() is not None),
            (words.t("Mark as missing…"), self.ask_missing, some),
            (words.t("Clear"), self.grid.clear_selected, some),
            (words.t("Fill down"), self.grid.fill_down, some),
            (words.t("Copy"), self.grid.copy, True),
            (words.t("Paste"), self.grid.paste, some),
        ):
            action = menu.addAction(text)
            action.setEnabled(enabled)
            action.triggered.connect(act)
        period = self._period_here()
        if period is not None:
            menu.addSeparator()
            about = words.t("About {where}…", where=period_title(words, period))
            menu.addAction(about).triggered.connect(lambda: self.open_period(period))
        if self.table.split.keys and self.table.layout.column("=total") is None:
            menu.addSeparator()
            menu.addAction(words.t("Enter totals counted apart")).triggered.connect(self.show_apart)
        menu.popup(self.grid.viewport().mapToGlobal(point))

    def _entry_here(self) -> Row | None:
        """The value under the cursor, where it may be changed."""
        line = line_of(self.grid.current_keys()[0]) if self.grid.current_keys()[0] else None
        entry = self.table.entry(line) if line is not None else None
        return (
            entry.row if line is not None and entry is not None and not self.table.is_locked(line) else None
        )

    @Slot()
    def show_evidence(self) -> None:
        """Files and pages that the value under the cursor rests on."""
        row = self.value_here()
        if row is not None:
            self.evidence_asked.emit(row.id)

    def _period_here(self) -> Row | None:
        row, _ = self.grid.current_keys()
        return self.table.facts.period(bytes.fromhex(row.partition("/")[0])) if row else None

    def open_period(self, period: Row) -> None:
        """The days of a period, when it is due, and whether it is locked."""
        fresh = self._desk.row("period", period.id)
        if fresh is not None:
            title = period_title(self._look.words, fresh)
            RecordDialog(self._look, self._desk, fresh, ABOUT_PERIOD, title=title, parent=self).open()

    @Slot()
    def open_about(self) -> None:
        """What is known of the value under the cursor beside its figures."""
        row = self._entry_here()
        if row is not None:
            where = " · ".join(self._say.path(self.table, *self.grid.current_keys()).split(" · ")[:2])
            title = self._look.words.t("About {where}", where=where)
            dialog = RecordDialog(
                self._look, self._desk, row, ABOUT_VALUE, told=TOLD_OF_VALUE, title=title, parent=self
            )
            dialog.open()

    @Slot()
    def add_evidence(self) -> None:
        """A document or a page that the value under the cursor rests on."""
        row = self._entry_here()
        if row is None:
            return
        self.evidence = EvidenceDialog(self._look, self._desk, row, parent=self.window())
        self.evidence.made.connect(self._add_evidence)
        self.evidence.open()

    @Slot(object)
    def _add_evidence(self, edits: list[Edit]) -> None:
        self._desk.submit(edits, label=evidence.EVIDENCE)
        self._host.toast(self._look.words.t("Evidence added."), undo=True)

    @Slot()
    def show_apart(self) -> None:
        """Add the column for totals that were counted apart from the categories."""
        self.apart = True
        self.redraw()

    @Slot(object)
    def _drop_entry(self, row: Row) -> None:
        self._desk.submit(remove(kind("value"), row), label=labels.REMOVE)
        self._host.toast(self._look.words.t("It goes to Removed items and can be brought back."), undo=True)

    # Handing in

    def to_submit(self) -> list[Row]:
        """The values of the period in front that can be handed in."""
        facts = self.table.facts
        rows = [
            entry.row
            for period in facts.periods
            if self.in_scope(period) and facts.state_of(period) is not PeriodState.NOT_YET
            for entry in facts.entries_of(period.id)
        ]
        return measures.to_submit(rows)

    def still_open(self) -> int:
        """Cells of the period in front that are empty and due, or not valid."""
        facts = self.table.facts
        inside = [each for each in facts.periods if self.in_scope(each)]
        states = [state for period in inside for state in self.table.states(period.id)]
        return sum(1 for state in states if state.value in ("due", "invalid"))

    # Drafts that were found

    def _take_back(self, facts: Facts) -> None:
        for found in found_drafts(facts.drafts):
            if found.typing:
                self._found.append(found)
                continue
            try:
                read_input(self._look.words, facts.measure, found.where[1], found.text)
                problem = self._look.words.t("This was not saved yet.")
            except FieldProblem as error:
                problem = explain(self._look.words, error)
            self.pen.overlay.invalid[found.where] = (found.text, problem)

    def _say_found(self) -> None:
        words = self._look.words
        if not self._found:
            self.notice.say("")
            return
        found = self._found[0]
        where = self._say.path(self.table, *found.where)
        self.notice.say(
            words.t("“{text}” was typed at {where} before the notebook closed.", text=found.text, where=where)
        )

    @Slot()
    def _take_found(self) -> None:
        found = self._found.pop(0)
        self._drafts.ended(found.where)
        self._take([EntryEdit(*found.where, found.text)])
        self._say_found()

    @Slot()
    def _drop_found(self) -> None:
        self._drafts.ended(self._found.pop(0).where)
        self._say_found()
