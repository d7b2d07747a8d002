"""The head of a meeting: back, title and state, when and where, who is there, and what comes next."""

import datetime as dt

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.screens.meetings import wording
from desktop.screens.meetings.reading import Facts
from desktop.widgets.avatar import Avatar, Face
from desktop.widgets.badge import Badge, BadgeLabel
from desktop.widgets.buttons import Button, IconButton
from desktop.widgets.fonts import SEMIBOLD, Role
from desktop.widgets.labels import ElidedLabel, Label, Panel
from desktop.widgets.layouts import empty_layout, margins
from desktop.widgets.look import Look

_HEIGHT, _FACES_FROM, _MOST_FACES = 76, 1060, 6


class MeetingHeader(Panel):
    """76 px. Faces leave first when room is short."""

    back_asked = Signal()
    details_asked = Signal()
    actions_asked = Signal()
    state_asked = Signal(str)
    export_asked = Signal()

    def __init__(self, look: Look, *, parent: QWidget | None = None) -> None:
        super().__init__(look, ground=look.tokens.surface, edges="bottom", parent=parent)
        self._look = look
        self._next = ""
        self._shown_people: tuple[object, ...] | None = None
        words = look.words
        self.setFixedHeight(_HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(margins(look, 12, 0, 16, 0))
        row.setSpacing(8)
        back = "chevron-left"
        self.back_button = IconButton(look, back, words.t("Back to the list of meetings"), parent=self)
        self.back_button.clicked.connect(self.back_asked)
        row.addWidget(self.back_button)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addStretch(1)
        first = QHBoxLayout()
        first.setSpacing(10)
        self._title = ElidedLabel(look, role=Role.PAGE, weight=SEMIBOLD)
        self._badge = BadgeLabel(look, Badge(""))
        first.addWidget(self._title)
        first.addWidget(self._badge)
        first.addStretch(1)
        column.addLayout(first)
        self._caption = ElidedLabel(look, role=Role.SECONDARY, colour=look.tokens.t2)
        column.addWidget(self._caption)
        column.addStretch(1)
        row.addLayout(column, 1)
        self._faces = QWidget(self)
        self._faces_row = QHBoxLayout(self._faces)
        self._faces_row.setContentsMargins(0, 0, 4, 0)
        self._faces_row.setSpacing(4)
        row.addWidget(self._faces)
        self.actions_button = Button(look, words.t("Action points"), icon="actions", height=30, parent=self)
        self.actions_button.clicked.connect(self.actions_asked)
        self.details_button = Button(look, words.t("Details"), icon="pencil", height=30, parent=self)
        self.details_button.clicked.connect(self.details_asked)
        self.state_button = Button(look, "", kind="primary", icon="play", height=30, parent=self)
        self.state_button.clicked.connect(self._state_clicked)
        self.export_button = IconButton(look, "file-down", words.t("Export minutes…"), parent=self)
        self.export_button.clicked.connect(self.export_asked)
        row.addWidget(self.export_button)
        for button in (self.actions_button, self.details_button, self.state_button):
            row.addWidget(button)

    def show_facts(self, facts: Facts, *, today: dt.date, editable: bool) -> None:
        words = self._look.words
        state = facts.row.values.get("state")
        self._title.setText(str(facts.row.values.get("title") or ""))
        self._badge.set_badge(wording.state_badge(words, state))
        self._caption.setText(wording.caption(words, facts, today=today))
        if state == "in_progress":
            self._next, label, icon = "closed", words.t("Close the meeting"), "check"
        elif state == "closed":
            self._next, label, icon = "in_progress", words.t("Open again"), "lock-open"
        else:
            self._next, label, icon = "in_progress", words.t("Start the meeting"), "play"
        self.state_button.set_text(label, icon=icon)
        reason = words.t("Your role in this workspace does not include this. Ask a coordinator.")
        self.state_button.set_ready(ready=editable, reason=reason)
        self._show_faces(facts)

    def _show_faces(self, facts: Facts) -> None:
        if facts.participants == self._shown_people:
            return
        self._shown_people = facts.participants
        empty_layout(self._faces_row)
        for person in facts.participants[:_MOST_FACES]:
            self._faces_row.addWidget(Avatar(self._look, Face(person.name, person.record), size=26))
        left = facts.participants[_MOST_FACES:]
        if left:
            more = Label(self._look, self._look.words.isolate(f"+{self._look.words.number(len(left))}"))
            more.setToolTip(self._look.words.join([person.name for person in left]))
            self._faces_row.addWidget(more)
        self._fit()

    @Slot()
    def _state_clicked(self) -> None:
        self.state_asked.emit(self._next)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self._faces.setVisible(self.width() >= _FACES_FROM and bool(self._shown_people))
