"""Buttons: primary, secondary, quiet, danger, icon only, and a control of a few exclusive segments."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from desktop.widgets.fonts import MEDIUM, Role, metrics
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, draw_text, fill_round
from desktop.widgets.pressable import Pressable
from desktop.widgets.rings import FocusRing
from desktop.widgets.theme import ON_ACCENT, Tokens

Kind = Literal["primary", "secondary", "quiet", "danger"]
_PAD, _GAP, _ICON = 12, 8, 16


@dataclass(frozen=True, slots=True)
class _Paint:
    fill: str | None
    border: str | None
    text: str


def _paint_of(kind: Kind, tokens: Tokens, *, enabled: bool, hover: bool, down: bool) -> _Paint:
    if not enabled:
        return _Paint(None if kind == "quiet" else tokens.none.tint, None, tokens.tdis)
    if kind == "primary":
        fill = tokens.accent_press if down else tokens.accent_hover if hover else tokens.accent
        return _Paint(fill, None, ON_ACCENT)
    fill_here = tokens.hover if hover or down else None
    if kind == "quiet":
        return _Paint(fill_here, None, tokens.accent_text)
    text = tokens.bad.text if kind == "danger" else tokens.t1
    return _Paint(fill_here or tokens.surface, tokens.border, text)


class Button(QPushButton):
    """A verb, with an icon before it. `reason` becomes the tooltip while the button is disabled."""

    def __init__(
        self,
        look: Look,
        text: str,
        *,
        kind: Kind = "secondary",
        icon: str = "",
        hint: str = "",
        height: int = 32,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._look, self._kind, self._icon, self._hint = look, kind, icon, hint
        self.setFont(look.fonts.of(Role.BODY, MEDIUM))
        self.setAccessibleName(text)
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._ring = FocusRing(self, colour=look.tokens.accent_text)

    def set_text(self, text: str, *, icon: str | None = None) -> None:
        self.setText(text)
        self.setAccessibleName(text)
        if icon is not None:
            self._icon = icon
        self.updateGeometry()
        self.update()

    def set_ready(self, *, ready: bool, reason: str = "") -> None:
        """Enable the button, or disable it and say what is missing."""
        self.setEnabled(ready)
        self.setToolTip("" if ready else reason)

    def sizeHint(self) -> QSize:
        width = 2 * _PAD + metrics(self.font()).horizontalAdvance(self.text())
        if self._icon:
            width += _ICON + (_GAP if self.text() else 0)
        if self._hint:
            width += _GAP + self._look.fonts.width(self._hint, Role.CAPTION)
        return QSize(width + 1, self.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        enabled = self.isEnabled()
        paint = _paint_of(
            self._kind, self._look.tokens, enabled=enabled, hover=self.underMouse(), down=self.isDown()
        )
        fill_round(painter, self.rect(), radius=6, fill=paint.fill, border=paint.border)
        content = self.sizeHint().width() - 2 * _PAD
        at = max(_PAD, (self.width() - content) // 2)
        mirror = mirror_of(self.rect(), rtl=self._look.rtl)
        if self._icon:
            where = mirror.rect(at, 0, _ICON, self.height())
            self._look.icons.paint(painter, self._icon, where, colour=paint.text)
            at += _ICON + _GAP
        hint_width = self._look.fonts.width(self._hint, Role.CAPTION) + _GAP if self._hint else 0
        text = mirror.rect(at, 0, self.width() - at - hint_width - 4, self.height())
        draw_text(painter, text, self.text(), font=self.font(), colour=paint.text, align=mirror.leading)
        if self._hint:
            where = mirror.rect(self.width() - _PAD - hint_width, 0, hint_width, self.height())
            font = self._look.fonts.of(Role.CAPTION)
            draw_text(painter, where, self._hint, font=font, colour=paint.text, align=mirror.trailing)
        painter.end()


class IconButton(Pressable):
    """A button of one icon; its name is the tooltip and what a screen reader says."""

    def __init__(
        self,
        look: Look,
        icon: str,
        name: str,
        *,
        size: int = 16,
        box: int = 28,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._icon, self._size = look, icon, size
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFixedSize(box, box)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._ring = FocusRing(self, colour=look.tokens.accent_text)

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        tokens = self._look.tokens
        if self.isEnabled() and (self.underMouse() or self.isChecked()):
            fill_round(painter, self.rect(), radius=6, fill=tokens.hover)
        inset = (self.width() - self._size) // 2
        where = self.rect().adjusted(inset, inset, -inset, -inset)
        self._look.icons.paint(
            painter, self._icon, where, colour=tokens.t2 if self.isEnabled() else tokens.tdis
        )
        painter.end()


class _Segment(QAbstractButton):
    def __init__(self, look: Look, key: str, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self.key = look, key
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFont(look.fonts.of(Role.BODY, MEDIUM))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._ring = FocusRing(self, colour=look.tokens.accent_text)

    def sizeHint(self) -> QSize:
        return QSize(metrics(self.font()).horizontalAdvance(self.text()) + 21, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        tokens = self._look.tokens
        if self.isChecked():
            fill = tokens.surface if not tokens.dark else tokens.border
            fill_round(painter, self.rect(), radius=5, fill=fill)
        colour = tokens.t1 if self.isChecked() or self.underMouse() else tokens.t2
        box = QRect(self.rect())
        draw_text(
            painter,
            box,
            self.text(),
            font=self.font(),
            colour=colour if self.isEnabled() else tokens.tdis,
            align=Qt.AlignmentFlag.AlignCenter,
        )
        painter.end()


class Segmented(QWidget):
    """Two to four exclusive choices side by side; the arrow keys move between them."""

    chosen = Signal(str)

    def __init__(
        self,
        look: Look,
        choices: Sequence[tuple[str, str]],
        *,
        name: str,
        value: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        self._segments: dict[str, _Segment] = {}
        for key, text in choices:
            segment = _Segment(look, key, text, self)
            self._group.addButton(segment)
            row.addWidget(segment)
            self._segments[key] = segment
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_value(value if value is not None else choices[0][0])
        self._group.buttonToggled.connect(self._toggled)

    @property
    def value(self) -> str:
        checked = self._group.checkedButton()
        assert isinstance(checked, _Segment)
        return checked.key

    def set_value(self, key: str) -> None:
        """Show a choice without emitting `chosen`."""
        blocked = self._group.blockSignals(True)
        self._segments[key].setChecked(True)
        self._group.blockSignals(blocked)

    @Slot(QAbstractButton, bool)
    def _toggled(self, button: QAbstractButton, checked: bool) -> None:
        if checked and isinstance(button, _Segment):
            self.chosen.emit(button.key)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        fill_round(painter, self.rect(), radius=6, fill=self._look.tokens.none.tint)
        painter.end()
