"""Questions that cannot wait: the thing's name in the title, one sentence, the safe button focused."""

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.widgets.buttons import Button, Kind
from desktop.widgets.fonts import SEMIBOLD, Role
from desktop.widgets.labels import Label
from desktop.widgets.look import Look
from desktop.widgets.painting import begin, fill_round
from desktop.widgets.shadow import SPREAD, paint_shadow

WIDTH = 420


class Dialog(QDialog):
    """The frame of every dialog. Shown with `open()`, never with a nested loop."""

    def __init__(
        self, look: Look, *, title: str, text: str = "", width: int = WIDTH, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._look = look
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setFixedWidth(width + 2 * SPREAD)
        column = QVBoxLayout(self)
        column.setContentsMargins(24 + SPREAD, 20 + SPREAD, 24 + SPREAD, 16 + SPREAD)
        column.setSpacing(6)
        column.addWidget(Label(look, title, role=Role.TITLE, weight=SEMIBOLD, wrap=True, parent=self))
        if text:
            column.addWidget(Label(look, text, colour=look.tokens.t2, wrap=True, parent=self))
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        column.addLayout(self.body)
        column.addSpacing(22)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.addStretch(1)
        column.addLayout(self.buttons)

    def add_button(self, button: Button) -> None:
        button.setAutoDefault(False)
        self.buttons.addWidget(button)

    def fit(self) -> None:
        """As high as what stands in it at its width; nothing in it is squeezed."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        tokens = self._look.tokens
        box = QRectF(self.rect()).adjusted(SPREAD, SPREAD, -SPREAD, -SPREAD)
        paint_shadow(painter, box, radius=10)
        fill_round(painter, box, radius=10, fill=tokens.surface, border=tokens.border)
        painter.end()


class GrowingDialog(Dialog):
    """One with fields in it: what is said under a field makes room for itself."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self.fit()
        return done


class ConfirmDialog(Dialog):
    """Asks before something happens; `confirmed` or `kept` says what was chosen. Esc keeps."""

    confirmed = Signal()
    kept = Signal()

    def __init__(
        self,
        look: Look,
        *,
        title: str,
        text: str,
        action: str,
        keep: str,
        action_icon: str = "",
        kind: Kind = "danger",
        parent: QWidget,
    ) -> None:
        super().__init__(look, title=title, text=text, parent=parent)
        self.keep_button = Button(look, keep, parent=self)
        self.action_button = Button(look, action, kind=kind, icon=action_icon, parent=self)
        self.add_button(self.keep_button)
        self.add_button(self.action_button)
        self.keep_button.clicked.connect(self.reject)
        self.action_button.clicked.connect(self.accept)
        self.accepted.connect(self.confirmed)
        self.rejected.connect(self.kept)
        self.keep_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            other = self.keep_button if self.action_button.hasFocus() else self.action_button
            other.setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)


def confirm(
    look: Look, *, parent: QWidget, title: str, text: str, action: str, keep: str, action_icon: str = ""
) -> ConfirmDialog:
    """Open the question and return it; connect to its `confirmed`."""
    dialog = ConfirmDialog(
        look, title=title, text=text, action=action, keep=keep, action_icon=action_icon, parent=parent
    )
    dialog.open()
    return dialog
