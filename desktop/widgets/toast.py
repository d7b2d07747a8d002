"""A line at the bottom that says what happened and offers to undo it. Errors stay until they are closed."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.widgets.buttons import IconButton
from desktop.widgets.fonts import MEDIUM, Role
from desktop.widgets.labels import IconLabel, Label, Link
from desktop.widgets.look import Look
from desktop.widgets.painting import begin, fill_round
from desktop.widgets.shadow import SPREAD, paint_shadow
from desktop.widgets.theme import DARK, LIGHT

LIFE_MS = 6000
_EDGE = 24


class _TipLink(Link):
    def __init__(self, look: Look, text: str, parent: QWidget) -> None:
        super().__init__(look, text, role=Role.BODY, parent=parent)
        self._colour = look.tokens.tip_link

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        font = self.font()
        font.setUnderline(self.underMouse() or self.hasFocus())
        painter.setFont(font)
        painter.setPen(QColor(self._colour))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class _CloseButton(IconButton):
    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, "close", look.words.t("Close"), size=14, box=24, parent=parent)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = self._look.tokens
        where = self.rect().adjusted(5, 5, -5, -5)
        self._look.icons.paint(painter, "close", where, colour=tokens.tip_text)
        painter.end()


class Toast(QWidget):
    """One message over the bottom of its parent. `undo_asked` fires once, when Undo is pressed."""

    undo_asked = Signal()
    closed = Signal()

    def __init__(
        self,
        look: Look,
        text: str,
        *,
        action: str = "",
        family: str = "ok",
        icon: str = "",
        stays: bool = False,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._look, self._over = look, parent
        self.setAccessibleName(text)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = QHBoxLayout(self)
        row.setContentsMargins(14 + SPREAD, 12 + SPREAD, 14 + SPREAD, 12 + SPREAD)
        row.setSpacing(10)
        # The toast is dark in the light theme and the other way round, and so is the icon's hue.
        colour = (LIGHT if look.tokens.dark else DARK).family(family).text
        row.addWidget(
            IconLabel(look, icon or ("circle-alert" if stays else "circle-check"), colour=colour, parent=self)
        )
        label = Label(look, text, weight=MEDIUM, colour=look.tokens.tip_text, wrap=False, parent=self)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        row.addWidget(label, 1)
        self.link: Link | None = None
        if action:
            row.addSpacing(16)
            self.link = _TipLink(look, action, self)
            self.link.clicked.connect(self._undo)
            row.addWidget(self.link)
        if stays:
            close = _CloseButton(look, self)
            close.clicked.connect(self.close)
            row.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.close)
        if not stays:
            self._timer.start(LIFE_MS)
        parent.installEventFilter(self)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(look.tokens.tip_text))
        self.setPalette(palette)
        self._place()
        self.show()
        self.raise_()

    def _undo(self) -> None:
        self.undo_asked.emit()
        self.close()

    def _place(self) -> None:
        parent = self._over
        width = min(max(self.sizeHint().width(), 320), parent.width() - 2 * _EDGE + 2 * SPREAD)
        height = self.sizeHint().height()
        left = parent.width() - width - _EDGE + SPREAD if self._look.rtl else _EDGE - SPREAD
        self.setGeometry(left, parent.height() - height - _EDGE + SPREAD, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        box = QRectF(self.rect()).adjusted(SPREAD, SPREAD, -SPREAD, -SPREAD)
        paint_shadow(painter, box, radius=8)
        fill_round(painter, box, radius=8, fill=self._look.tokens.tip)
        painter.end()
