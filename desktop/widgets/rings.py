"""The focus ring of buttons: two pixels of colour, two pixels away, drawn outside the widget's own box."""

import weakref

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

_OUTSIDE = 4
_MATTERS = frozenset(
    {
        QEvent.Type.FocusIn,
        QEvent.Type.FocusOut,
        QEvent.Type.Show,
        QEvent.Type.Hide,
        QEvent.Type.Move,
        QEvent.Type.Resize,
        QEvent.Type.ParentChange,
    }
)


class FocusRing(QWidget):
    """Follows one widget and shows itself while that widget has the keyboard."""

    def __init__(self, target: QWidget, *, colour: str, radius: int = 6) -> None:
        super().__init__(target.parentWidget())
        # Not held: the two would be let go together, and by whichever thread happens to look for rings.
        self._target = weakref.ref(target)
        self._colour = QColor(colour)
        self._radius = radius + 2
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        target.installEventFilter(self)
        target.destroyed.connect(self.deleteLater)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MATTERS:
            self._place()
        return False

    def _place(self) -> None:
        target = self._target()
        # A widget that is being destroyed still hears that it loses the keyboard.
        if target is None or not (isValid(target) and isValid(self)):
            return
        if not target.hasFocus() or not target.isVisible():
            self.hide()
            return
        if self.parentWidget() is not target.parentWidget():
            self.setParent(target.parentWidget())
        self.setGeometry(target.geometry().adjusted(-_OUTSIDE, -_OUTSIDE, _OUTSIDE, _OUTSIDE))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._colour, 2))
        painter.drawRoundedRect(
            self.rect().toRectF().adjusted(1.5, 1.5, -1.5, -1.5), self._radius, self._radius
        )
        painter.end()
