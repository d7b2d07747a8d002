"""What stands where nothing is yet: an icon, what belongs here, and one button."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.widgets.buttons import Button, Kind
from desktop.widgets.fonts import SEMIBOLD, Role
from desktop.widgets.labels import IconLabel, Label
from desktop.widgets.look import Look
from desktop.widgets.painting import begin, fill_round


class EmptyState(QWidget):
    """Emits `acted` when its button is pressed."""

    acted = Signal()

    def __init__(
        self,
        look: Look,
        *,
        icon: str,
        title: str,
        text: str,
        action: str = "",
        action_icon: str = "plus",
        action_kind: Kind = "primary",
        framed: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._framed = look, framed
        self.setAccessibleName(f"{title}. {text}")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(0)
        column.addStretch(1)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(IconLabel(look, icon, size=24, parent=self), 0, centre)
        column.addSpacing(6)
        self._title = Label(look, title, role=Role.TITLE, weight=SEMIBOLD, parent=self)
        column.addWidget(self._title, 0, centre)
        column.addSpacing(2)
        self._line = Label(look, text, colour=look.tokens.t2, wrap=True, parent=self)
        self._line.setAlignment(centre)
        column.addWidget(self._line)
        self.button: Button | None = None
        if action:
            column.addSpacing(10)
            self.button = Button(look, action, kind=action_kind, icon=action_icon, height=30, parent=self)
            self.button.clicked.connect(self.acted)
            column.addWidget(self.button, 0, centre)
        column.addStretch(1)

    def set_texts(self, title: str, text: str) -> None:
        """Say something else, where there are several reasons for nothing."""
        self._title.setText(title)
        self._line.setText(text)
        self.setAccessibleName(f"{title}. {text}")

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._framed:
            return
        painter = QPainter(self)
        begin(painter)
        tokens = self._look.tokens
        fill_round(painter, self.rect(), radius=8, fill=tokens.sunken, border=tokens.line)
        painter.end()
