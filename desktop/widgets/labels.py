"""Plain text in the type scale: labels that never read markup, links, rules, and labels that elide."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from desktop.widgets.fonts import MEDIUM, REGULAR, Role, metrics
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, draw_text
from desktop.widgets.pressable import Pressable
from desktop.widgets.rings import FocusRing

_DRESSED = frozenset(
    {QEvent.Type.Polish, QEvent.Type.StyleChange, QEvent.Type.ParentChange, QEvent.Type.Show}
)


class Label(QLabel):
    """Text by role, weight and token colour. Markup in it is shown, never obeyed."""

    def __init__(
        self,
        look: Look,
        text: str = "",
        *,
        role: Role = Role.BODY,
        weight: int = REGULAR,
        colour: str | None = None,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setFont(look.fonts.of(role, weight))
        self.setWordWrap(wrap)
        # Qt would put each text at the side of its own language.
        self.setAlignment(mirror_of(self.rect(), rtl=look.rtl).leading)
        self._colour = QColor(colour if colour is not None else look.tokens.t1)
        self._apply_colour()
        if wrap:
            policy = self.sizePolicy()
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)

    def set_colour(self, colour: str) -> None:
        self._colour = QColor(colour)
        self._apply_colour()

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        # Qt asks for the height at its narrowest, which makes pages scroll that need not.
        return QSize(hint.width(), metrics(self.font()).height()) if self.wordWrap() else hint

    def _apply_colour(self) -> None:
        palette = self.palette()
        if palette.color(QPalette.ColorRole.WindowText) != self._colour:
            palette.setColor(QPalette.ColorRole.WindowText, self._colour)
            self.setPalette(palette)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        # A stylesheet gives a label its earlier palette back whenever it dresses it again.
        if event.type() in _DRESSED:
            self._apply_colour()
        return done


class ElidedLabel(QWidget):
    """One line that may be cut; then its tooltip holds the whole."""

    def __init__(
        self,
        look: Look,
        text: str = "",
        *,
        role: Role = Role.BODY,
        weight: int = REGULAR,
        colour: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._text = look, text
        self._colour = colour if colour is not None else look.tokens.t1
        self.setFont(look.fonts.of(role, weight))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def text(self) -> str:
        return self._text

    def setText(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        found = metrics(self.font())
        return QSize(found.horizontalAdvance(self._text) + 2, found.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(24, self.sizeHint().width()), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        mirror = mirror_of(self.rect(), rtl=self._look.rtl)
        cut = draw_text(
            painter, self.rect(), self._text, font=self.font(), colour=self._colour, align=mirror.leading
        )
        painter.end()
        tip = self._text if cut else ""
        if self.toolTip() != tip:
            self.setToolTip(tip)


class Link(Pressable):
    """Accent text that acts; underlined under the pointer, ringed under the keyboard."""

    def __init__(
        self,
        look: Look,
        text: str,
        *,
        icon: str = "",
        role: Role = Role.SECONDARY,
        weight: int = MEDIUM,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._icon = look, icon
        self.setText(text)
        self.setAccessibleName(text)
        self.setFont(look.fonts.of(role, weight))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._ring = FocusRing(self, colour=look.tokens.accent_text, radius=3)

    def sizeHint(self) -> QSize:
        found = metrics(self.font())
        return QSize(found.horizontalAdvance(self.text()) + (22 if self._icon else 0) + 2, found.height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        tokens = self._look.tokens
        mirror = mirror_of(self.rect(), rtl=self._look.rtl)
        at = 0
        if self._icon:
            self._look.icons.paint(
                painter, self._icon, mirror.rect(0, 0, 14, self.height()), colour=tokens.t2
            )
            at = 22
        font = self.font()
        if self.underMouse():
            font.setUnderline(True)
        where = mirror.rect(at, 0, self.width() - at, self.height())
        colour = tokens.accent_text if self.isEnabled() else tokens.tdis
        cut = draw_text(painter, where, self.text(), font=font, colour=colour, align=mirror.leading)
        painter.end()
        tip = self.text() if cut else ""
        if self.toolTip() != tip:
            self.setToolTip(tip)


class Rule(QFrame):
    """A hairline across the layout."""

    def __init__(self, look: Look, *, strong: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = QColor(look.tokens.border if strong else look.tokens.line)
        self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._colour)
        painter.end()


class IconLabel(QWidget):
    """An icon beside words in a layout. It says nothing by itself, so it has no accessible name."""

    def __init__(
        self,
        look: Look,
        icon: str,
        *,
        size: int = 16,
        colour: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._icon, self._size = look, icon, size
        self._colour = colour if colour is not None else look.tokens.t2
        self.setFixedSize(size, size)

    def set_icon(self, icon: str, colour: str | None = None) -> None:
        self._icon = icon
        if colour is not None:
            self._colour = colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._icon:
            return
        painter = QPainter(self)
        self._look.icons.paint(painter, self._icon, self.rect(), colour=self._colour)
        painter.end()


class Panel(QWidget):
    """A plain ground of one token colour with hairlines where asked."""

    def __init__(
        self,
        look: Look,
        *,
        ground: str,
        edges: str = "",
        edge: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._ground, self._edges = look, QColor(ground), edges
        self._edge = QColor(edge if edge is not None else look.tokens.line)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._ground)
        width, height = self.width(), self.height()
        mirror = mirror_of(self.rect(), rtl=self._look.rtl)
        for side in self._edges.split():
            box = {
                "top": (0, 0, width, 1),
                "bottom": (0, height - 1, width, 1),
                "leading": (0, 0, 1, height),
                "trailing": (width - 1, 0, 1, height),
            }[side]
            painter.fillRect(mirror.rect(*box), self._edge)
        painter.end()
