"""Decisions and action points of an agenda item, as blocks under its notes."""

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.screens.meetings.reading import Outcome
from desktop.widgets.badge import Badge, BadgeLabel
from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role
from desktop.widgets.labels import IconLabel, Label
from desktop.widgets.layouts import empty_layout, margins
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, fill_round
from desktop.widgets.pressable import Pressable
from desktop.widgets.rings import FocusRing


class OutcomeBlock(Pressable):
    """One outcome; pressing it opens its fields."""

    def __init__(
        self, look: Look, outcome: Outcome, *, today: dt.date, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self.outcome = look, outcome
        self._decision = outcome.row.kind == "decision"
        words, tokens = look.words, look.tokens
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(margins(look, 14, 9, 12, 9))
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(8)
        name = words.t("Decision") if self._decision else words.t("Action")
        colour = tokens.accent_text if self._decision else tokens.t2
        head.addWidget(IconLabel(look, "gavel" if self._decision else "actions", size=14, colour=colour))
        head.addWidget(Label(look, name, role=Role.SECONDARY, weight=SEMIBOLD, colour=colour))
        number = words.isolate(outcome.number) if outcome.number else ""
        head.addWidget(Label(look, number, role=Role.SECONDARY, colour=tokens.t2))
        if outcome.twice:
            badge = Badge(words.t("Number used twice"), "watch", "triangle-alert", filled=False)
            head.addWidget(BadgeLabel(look, badge))
        head.addStretch(1)
        column.addLayout(head)
        body = QVBoxLayout()
        body.setContentsMargins(margins(look, 22, 0, 0, 0))
        body.setSpacing(2)
        title = str(outcome.row.values.get("title") or "")
        body.addWidget(Label(look, title, weight=MEDIUM, wrap=True))
        second = self._second(today)
        if second:
            body.addWidget(Label(look, second, role=Role.SECONDARY, colour=tokens.t2, wrap=True))
        column.addLayout(body)
        self.setAccessibleName(
            ". ".join(part for part in (f"{name} {outcome.number}", title, second) if part)
        )
        for child in self.findChildren(QWidget):
            if isinstance(child, QWidget):
                child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._ring = FocusRing(self, colour=tokens.accent_text, radius=8)

    def _second(self, today: dt.date) -> str:
        words, outcome = self._look.words, self.outcome
        values = outcome.row.values
        parts = []
        if self._decision:
            if outcome.person is not None:
                parts.append(words.t("Decided by {name}", name=words.isolate(outcome.person.name)))
            labels = {
                "active": words.t("active"),
                "superseded": words.t("replaced by a later one"),
                "reversed": words.t("reversed"),
            }
            parts.append(labels.get(str(values.get("status") or ""), ""))
        else:
            if outcome.person is not None:
                parts.append(words.isolate(outcome.person.name))
            parts.append(self._due(today))
        if outcome.activity is not None:
            name = words.isolate(outcome.activity.code or outcome.activity.title)
            parts.append(words.t("counts towards {code}", code=name))
        return " · ".join(part for part in parts if part)

    def _due(self, today: dt.date) -> str:
        words, values = self._look.words, self.outcome.row.values
        done, due = values.get("completed_on"), values.get("due")
        if values.get("status") == "completed":
            return words.t("done {day}", day=words.date(str(done), "short")) if done else words.t("done")
        if not isinstance(due, str):
            return ""
        return words.t("due {day}", day=words.isolate(words.date(due, "near", today=today)))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        assert layout is not None
        return layout.totalHeightForWidth(width)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        assert layout is not None
        return layout.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        tokens = self._look.tokens
        mirror = mirror_of(self.rect(), rtl=self._look.rtl)
        if self._decision:
            fill_round(painter, self.rect(), radius=6, fill=tokens.sel)
        else:
            fill = tokens.hover if self.underMouse() else tokens.sunken
            fill_round(painter, self.rect(), radius=6, fill=fill, border=tokens.line)
        bar = mirror.rect(0, 8, 3, self.height() - 16)
        fill_round(painter, bar, radius=1.5, fill=tokens.accent_text if self._decision else tokens.strong)
        painter.end()


class OutcomeList(QWidget):
    """The blocks of one item, made again only when something of them changed."""

    opened = Signal(object)

    def __init__(self, look: Look, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._shown: tuple[Outcome, ...] = ()
        self.blocks: list[OutcomeBlock] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)

    def show_outcomes(self, outcomes: Sequence[Outcome], *, today: dt.date) -> None:
        if tuple(outcomes) == self._shown:
            return
        focused = next((block.outcome.row.id for block in self.blocks if block.hasFocus()), None)
        self._shown = tuple(outcomes)
        empty_layout(self._column)
        self.blocks = []
        for outcome in outcomes:
            block = OutcomeBlock(self._look, outcome, today=today, parent=self)
            block.clicked.connect(self._clicked)
            self._column.addWidget(block)
            self.blocks.append(block)
            if outcome.row.id == focused:
                block.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _clicked(self) -> None:
        block = self.sender()
        if isinstance(block, OutcomeBlock):
            self.opened.emit(block.outcome)
