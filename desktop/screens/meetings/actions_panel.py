"""Action points beside the meeting: those it made and those it carries over, done with one tick."""

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.models.candidates import Candidate, Provider
from desktop.screens.meetings import wording
from desktop.screens.meetings.reading import Facts, Outcome
from desktop.widgets.avatar import Avatar, Face
from desktop.widgets.badge import Badge, BadgeLabel
from desktop.widgets.buttons import IconButton, Segmented
from desktop.widgets.fields import CheckBox, LineEdit
from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role
from desktop.widgets.labels import ElidedLabel, Label, Link, Panel, Rule
from desktop.widgets.layouts import empty_layout, margins
from desktop.widgets.look import Look
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.type_ahead import TypeAhead


class ActionRow(QWidget):
    """One action point."""

    ticked = Signal(object, bool)
    opened = Signal(object)
    join_asked = Signal(object, str)
    """The outcome and the id of an activity; empty where the meeting's own can be used."""

    def __init__(
        self,
        look: Look,
        outcome: Outcome,
        *,
        today: dt.date,
        near: str,
        provider: Provider,
        editable: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self.outcome, self._near, self._provider = look, outcome, near, provider
        words, tokens = look.words, look.tokens
        title = str(outcome.row.values.get("title") or "")
        done = outcome.row.values.get("status") in ("completed", "cancelled")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 9, 0, 9)
        row.setSpacing(6)
        self.tick = CheckBox(look, "", done=True, parent=self)
        self.tick.setAccessibleName(words.t("Done: {title}", title=title))
        self.tick.setChecked(done)
        self.tick.setEnabled(editable)
        self.tick.clicked.connect(self._clicked)
        row.addWidget(self.tick, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(4)
        weight, colour = (MEDIUM, tokens.t1) if not done else (MEDIUM, tokens.t3)
        column.addWidget(Label(look, title, weight=weight, colour=colour, wrap=True))
        column.addLayout(self._who_and_when(today))
        column.addLayout(self._where(editable=editable))
        row.addLayout(column, 1)

    def _who_and_when(self, today: dt.date) -> QHBoxLayout:
        look, outcome = self._look, self.outcome
        row = QHBoxLayout()
        row.setSpacing(6)
        if outcome.person is not None:
            row.addWidget(Avatar(look, Face(outcome.person.name, outcome.person.record), size=20))
            row.addWidget(ElidedLabel(look, outcome.person.name, colour=look.tokens.t2), 1)
        else:
            row.addWidget(Label(look, look.words.t("Nobody yet"), colour=look.tokens.t3), 1)
        badge = wording.due_badge(look.words, outcome.row, today=today)
        if badge is not None:
            row.addWidget(BadgeLabel(look, badge))
        return row

    def _where(self, *, editable: bool) -> QVBoxLayout:
        look, words = self._look, self._look.words
        column = QVBoxLayout()
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        tokens = look.tokens
        row.addWidget(
            Label(look, wording.source_line(words, self.outcome), role=Role.SECONDARY, colour=tokens.t3)
        )
        if self.outcome.twice:
            badge = Badge(words.t("Number used twice"), "watch", "triangle-alert", filled=False)
            row.addWidget(BadgeLabel(look, badge))
        row.addStretch(1)
        title = str(self.outcome.row.values.get("title") or "")
        name = words.t("Open {title}", title=title)
        self.open_button = IconButton(look, "chevron-right", name, size=14, box=22, parent=self)
        self.open_button.clicked.connect(self._open)
        row.addWidget(self.open_button)
        column.addLayout(row)
        self.join_line: LineEdit | None = None
        done = self.outcome.row.values.get("status") in ("completed", "cancelled")
        if self.outcome.activity is None and editable and not done:
            text = words.t("Link to {code}", code=words.isolate(self._near)) if self._near else ""
            self.join_link = Link(look, text or words.t("Link to an activity"), icon="link")
            self.join_link.clicked.connect(self._join)
            column.addWidget(self.join_link)
        self._below = column
        return column

    @Slot()
    def _clicked(self) -> None:
        self.ticked.emit(self.outcome, self.tick.isChecked())

    @Slot()
    def _open(self) -> None:
        self.opened.emit(self.outcome)

    @Slot()
    def _join(self) -> None:
        if self._near:
            self.join_asked.emit(self.outcome, "")
            return
        words = self._look.words
        self.join_link.hide()
        self.join_line = LineEdit(self._look, icon="search", parent=self)
        self.join_line.setPlaceholderText(words.t("Type to search"))
        self.join_line.setAccessibleName(words.t("Activity"))
        ahead = TypeAhead(self.join_line, self._provider, name=words.t("Activity"))
        ahead.picked.connect(self._picked)
        self._below.addWidget(self.join_line)
        self.join_line.show()
        self.join_line.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _picked(self, candidate: Candidate) -> None:
        self.join_asked.emit(self.outcome, candidate.key)


class ActionsPanel(Panel):
    """Three views of the same list; it is made again only when something of it changed."""

    ticked = Signal(object, bool)
    opened = Signal(object)
    join_asked = Signal(object, str)
    closed = Signal()

    def __init__(
        self, look: Look, *, provider: Provider, documents: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(look, ground=look.tokens.surface, parent=parent)
        self._look, self._provider, self._documents = look, provider, documents
        self._facts: Facts | None = None
        self._shown: tuple[object, ...] = ()
        self.rows: list[ActionRow] = []
        words = look.words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setContentsMargins(margins(look, 16, 0, 10, 0))
        head.setSpacing(6)
        head.addWidget(Label(look, words.t("Action points"), weight=SEMIBOLD))
        self._count = Label(look, colour=look.tokens.t3)
        head.addWidget(self._count)
        head.addStretch(1)
        self.close_button = IconButton(look, "close", words.t("Close"), size=14, box=26, parent=self)
        self.close_button.clicked.connect(self.closed)
        head.addWidget(self.close_button)
        column.addLayout(head)
        self.views = Segmented(
            look,
            [
                ("all", words.t("All")),
                ("here", words.t("This meeting")),
                ("carried", words.t("Carried over")),
            ],
            name=words.t("Which action points"),
            parent=self,
        )
        self.views.chosen.connect(self._view_chosen)
        line = QHBoxLayout()
        line.setContentsMargins(margins(look, 16, 0, 16, 0))
        line.addWidget(self.views)
        line.addStretch(1)
        column.addLayout(line)
        self._area = ScrollColumn(
            look, name=words.t("Action points"), margins=(16, 0, 16, 16), spacing=0, parent=self
        )
        column.addWidget(self._area, 1)
        self._today = dt.date(2000, 1, 1)

    def show_facts(self, facts: Facts, *, today: dt.date, editable: bool) -> None:
        self._facts, self._today, self._editable = facts, today, editable
        self._rebuild()

    @Slot(str)
    def _view_chosen(self, _view: str) -> None:
        self._rebuild()

    def _wanted(self) -> list[Outcome]:
        assert self._facts is not None
        here, carried = self._facts.actions, list(self._facts.carried)
        if self.views.value == "here":
            return here
        return carried if self.views.value == "carried" else _open_first([*here, *carried])

    def _rebuild(self) -> None:
        if self._facts is None:
            return
        wanted = self._wanted()
        near = {item.row.id: item for item in self._facts.items}
        signature = (self._today, self._editable, tuple(wanted), tuple(near.items()))
        if signature == self._shown:
            return
        self._shown = signature
        focused = next((row.outcome.row.id for row in self.rows if row.tick.hasFocus()), None)
        bar = self._area.verticalScrollBar().value()
        # The files of the meeting stay: somebody may be in the middle of them.
        self._area.column.removeWidget(self._documents)
        empty_layout(self._area.column)
        self.rows = []
        count = sum(1 for each in wanted if each.row.values.get("status") not in ("completed", "cancelled"))
        self._count.setText(self._look.words.number(count))
        self._count.setToolTip(self._look.words.n("{count} open", "{count} open", count))
        for outcome in wanted:
            item = near.get(outcome.item or b"")
            codes = [joint.code for joint in item.joints if joint.kind == "activity"] if item else []
            self._add_row(outcome, near=codes[0] if len(codes) == 1 and codes[0] else "")
        if not wanted:
            text = self._look.words.t("No action points yet. Alt A adds one.")
            self._area.column.addWidget(Label(self._look, text, colour=self._look.tokens.t2, wrap=True))
        self._area.column.addSpacing(8)
        self._area.column.addWidget(self._documents)
        self._area.column.addStretch(1)
        for row in self.rows:
            if row.outcome.row.id == focused:
                row.tick.setFocus(Qt.FocusReason.OtherFocusReason)
        self._area.verticalScrollBar().setValue(bar)

    def _add_row(self, outcome: Outcome, *, near: str) -> None:
        row = ActionRow(
            self._look,
            outcome,
            today=self._today,
            near=near,
            provider=self._provider,
            editable=self._editable,
            parent=self._area.inside,
        )
        row.ticked.connect(self.ticked)
        row.opened.connect(self.opened)
        row.join_asked.connect(self.join_asked)
        self._area.column.addWidget(row)
        self._area.column.addWidget(Rule(self._look))
        self.rows.append(row)


def _open_first(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return sorted(outcomes, key=lambda each: each.row.values.get("status") in ("completed", "cancelled"))
