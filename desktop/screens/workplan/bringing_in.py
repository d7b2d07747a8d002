"""Bringing a spreadsheet into the plan: choose a file, look at what it would do, then do it as one undo."""

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.commands import labels
from desktop.exchange.existing import KnownRecords
from desktop.exchange.importing import plan_import, to_edits
from desktop.exchange.planned import ImportPlan, Problem, Severity
from desktop.exchange.problems import explain_problem, locate_problem
from desktop.screens.workplan.panel_details import today_of
from desktop.store.imported import imported_at, note_import
from desktop.store.reader import Reader
from desktop.store.rows import Query
from desktop.store.store import Written
from desktop.widgets.buttons import Button
from desktop.widgets.dialogs import Dialog
from desktop.widgets.flow import FlowLayout
from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role
from desktop.widgets.kind_icons import kind_icon
from desktop.widgets.labels import IconLabel, Label, Panel
from desktop.widgets.look import Look
from desktop.widgets.screen import Host
from desktop.words.messages import explain

_WIDTH = 720
_LIST_HEIGHT = 260
_LISTED = 300
_KNOWN = (
    "result",
    "person",
    "organisation",
    "place",
    "pillar",
    "theme",
    "indicator",
    "dimension",
    "category",
    "period",
    "activity",
)
_FACES = {
    Severity.ERROR: ("circle-alert", "bad"),
    Severity.WARNING: ("triangle-alert", "watch"),
    Severity.NOTE: ("info", ""),
}


@dataclass(frozen=True, slots=True)
class Looked:
    """A file as it would come in, and when the same file came in before."""

    plan: ImportPlan
    before_ms: int | None = None


class BringIn(QObject):
    """Reads the file in a thread of its own, so that the window stays alive with any size of file."""

    def __init__(self, look: Look, desk: Desk, host: Host, *, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._desk, self._host, self._over = look, desk, host, parent
        self.dialog: BringInDialog | None = None

    def ask(self) -> None:
        """Choose a file."""
        words = self._look.words
        chooser = QFileDialog(self._over, words.t("Bring in a spreadsheet"))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        sheets, everything = words.t("Spreadsheets"), words.t("All files")
        chooser.setNameFilters([f"{sheets} (*.xlsx *.xlsm *.csv *.tsv)", f"{everything} (*)"])
        chooser.fileSelected.connect(self.read)
        chooser.open()

    def read(self, name: str) -> None:
        """Look at a file; its plan is shown before anything is written."""
        path = Path(name)
        dialog = BringInDialog(self._look, path.name, self._desk, parent=self._over.window())
        dialog.wanted.connect(self._bring_in)
        dialog.destroyed.connect(self._gone)
        self.dialog = dialog
        dialog.open()
        workspace, year = self._desk.scope.workspace, today_of(self._desk).year
        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="daftar-import")

        def known(reader: Reader) -> KnownRecords:
            rows = [row for kind in _KNOWN for row in reader.select(Query(kind, workspaces=(workspace,)))]
            return KnownRecords((row.kind, row.id, row.values) for row in rows)

        def plan(existing: KnownRecords) -> None:
            future = pool.submit(plan_import, path, today_year=year, existing=existing)
            pool.shutdown(wait=False)
            self._desk.calls.when_done(future, self._planned, self._failed)

        self._desk.ask(known, plan, self._failed)

    def _planned(self, plan: ImportPlan) -> None:
        self._desk.ask(
            lambda reader: Looked(plan, imported_at(reader, plan.fingerprint)), self._looked, self._failed
        )

    def _looked(self, looked: Looked) -> None:
        if self.dialog is not None:
            self.dialog.show_plan(looked)

    def _failed(self, error: BaseException) -> None:
        if self.dialog is not None:
            self.dialog.show_error(explain(self._look.words, error))

    def _gone(self) -> None:
        self.dialog = None

    def _bring_in(self, plan: ImportPlan) -> None:
        desk = self._desk
        edits = to_edits(plan, workspace=desk.scope.workspace, new_id=desk.store.new_id)

        def done(_written: Written) -> None:
            made = [(edit.kind, edit.record) for edit in edits]
            now = desk.clock.now_ms()
            noted = desk.store.post(lambda db: note_import(db, plan.fingerprint, made, at=now))
            desk.calls.when_done(noted, lambda _nothing: None, desk.failed.emit)
            if self.dialog is not None:
                self.dialog.accept()
            text = self._look.words.n("Brought in {count} record.", "Brought in {count} records.", len(edits))
            self._host.toast(text, undo=True)

        desk.submit(edits, label=labels.IMPORT, done=done, failed=self._failed)


class BringInDialog(Dialog):
    """What a file would do: counts first, then every cell that was not taken over as it stood."""

    wanted = Signal(object)

    def __init__(self, look: Look, name: str, desk: Desk, *, parent: QWidget) -> None:
        words = look.words
        super().__init__(
            look,
            title=words.t("Bring in “{name}”", name=words.isolate(name)),
            text=words.t("Nothing is written before you say so, and it can be undone in one step."),
            width=_WIDTH,
            parent=parent,
        )
        self._desk = desk
        self._plan: ImportPlan | None = None
        self._say = Label(look, words.t("Reading the file…"), colour=look.tokens.t2, wrap=True, parent=self)
        self.body.addSpacing(8)
        self.body.addWidget(self._say)
        self.cancel = Button(look, words.t("Cancel"), parent=self)
        self.cancel.clicked.connect(self.reject)
        self.go = Button(look, words.t("Bring in"), kind="primary", icon="upload", parent=self)
        self.go.clicked.connect(self._go)
        self.go.set_ready(ready=False, reason=words.t("The file is being read."))
        self.add_button(self.cancel)
        self.add_button(self.go)

    def show_plan(self, looked: Looked) -> None:
        """Counts, and the list of problems."""
        words, plan = self._look.words, looked.plan
        self._plan = plan
        count = len(plan.records)
        self._say.setVisible(not count or looked.before_ms is not None)
        if not count:
            self._say.setText(words.t("Nothing in this file looks like a plan, a framework or values."))
        elif looked.before_ms is not None:
            when = words.date(dt.datetime.fromtimestamp(looked.before_ms / 1000, dt.UTC).date())
            self._say.setText(
                words.t("This file was brought in on {date}. Again would make everything twice.", date=when)
            )
            self._say.set_colour(self._look.tokens.watch.text)
        if count:
            self.body.addWidget(self._counts(plan))
        if plan.problems:
            self.body.addWidget(self._heading(plan.problems))
            self.body.addWidget(self._list(plan.problems))
        text = words.n("Bring in {count} record", "Bring in {count} records", count)
        self.go.set_text(text)
        self.go.set_ready(ready=bool(count), reason=words.t("There is nothing to bring in."))
        self.adjustSize()
        (self.go if count else self.cancel).setFocus(Qt.FocusReason.OtherFocusReason)

    def _counts(self, plan: ImportPlan) -> QWidget:
        look, words = self._look, self._look.words
        holder = QWidget(self)
        flow = FlowLayout(holder, gap=16)
        for kind, count in sorted(plan.created.items(), key=lambda pair: -pair[1]):
            declared = self._desk.store.kinds[kind]
            label = words.t(declared.label if count == 1 else declared.plural)
            one = QWidget(holder)
            row = QHBoxLayout(one)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(6)
            row.addWidget(IconLabel(look, kind_icon(kind), parent=one))
            row.addWidget(Label(look, words.number(count), weight=SEMIBOLD, parent=one))
            row.addWidget(Label(look, label, colour=look.tokens.t2, parent=one))
            flow.addWidget(one)
        holder.setFixedHeight(flow.heightForWidth(_WIDTH - 48) + 8)
        return holder

    def _heading(self, problems: Sequence[Problem]) -> Label:
        look, words = self._look, self._look.words
        worth = sum(problem.severity is not Severity.NOTE for problem in problems)
        text = words.n("{count} thing to look at", "{count} things to look at", worth)
        if not worth:
            text = words.t("Worth knowing")
        return Label(look, text, role=Role.SECONDARY, weight=SEMIBOLD, colour=look.tokens.t2, parent=self)

    def _list(self, problems: Sequence[Problem]) -> QScrollArea:
        look, words = self._look, self._look.words
        area = QScrollArea(self)
        area.setAccessibleName(words.t("What was not taken over as it stood"))
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = Panel(look, ground=look.tokens.sunken)
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        order = list(Severity)
        for problem in sorted(problems, key=lambda each: order.index(each.severity))[:_LISTED]:
            column.addLayout(self._problem(problem))
        if len(problems) > _LISTED:
            more = words.n("and {count} more", "and {count} more", len(problems) - _LISTED)
            column.addWidget(Label(look, more, role=Role.SECONDARY, colour=look.tokens.t2))
        column.addStretch(1)
        area.setWidget(inside)
        area.setFixedHeight(min(_LIST_HEIGHT, inside.sizeHint().height() + 12))
        return area

    def _problem(self, problem: Problem) -> QHBoxLayout:
        look, words = self._look, self._look.words
        icon, family = _FACES[problem.severity]
        colour = look.icon_colour(family or None)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(IconLabel(look, icon, size=14, colour=colour), 0, Qt.AlignmentFlag.AlignTop)
        where = locate_problem(words, problem)
        colour = look.tokens.t2
        place = Label(look, where, role=Role.SECONDARY, weight=MEDIUM, colour=colour, wrap=True)
        place.setFixedWidth(170)
        row.addWidget(place, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Label(look, explain_problem(words, problem), role=Role.SECONDARY, wrap=True), 1)
        return row

    def show_error(self, message: str) -> None:
        """The file could not be read, or nothing could be written."""
        self._say.show()
        self._say.setText(message)
        self._say.set_colour(self._look.tokens.bad.text)
        self.cancel.setEnabled(True)
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go(self) -> None:
        if self._plan is None:
            return
        words = self._look.words
        self.go.set_ready(ready=False, reason=words.t("It is going on already."))
        self.cancel.setEnabled(False)
        self._say.show()
        self._say.set_colour(self._look.tokens.t2)
        self._say.setText(words.t("Bringing it in. Going on working is safe."))
        self.wanted.emit(self._plan)
