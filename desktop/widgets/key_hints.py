"""The footer of a page whose keys matter most: each key on a small cap, what it does beside it."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.fonts import MEDIUM, Role
from desktop.widgets.look import Look
from desktop.widgets.mirror import Mirror, mirror_of
from desktop.widgets.painting import begin, draw_text, fill_round

_HEIGHT = 40


class KeyHints(QWidget):
    """Keys lead, a quiet state such as "Saved here 10:42" trails. Keys that do not fit are left out."""

    def __init__(
        self, look: Look, keys: Sequence[tuple[str, str]] = (), *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._state, self._icon, self._family = "", "", ""
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_keys(keys)

    def set_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        self._keys = list(keys)
        self._name()

    def set_state(self, text: str, *, icon: str = "save", family: str = "") -> None:
        self._state, self._icon, self._family = text, icon, family
        self._name()

    @property
    def state(self) -> str:
        return self._state

    def _name(self) -> None:
        parts = [f"{key} {text}" for key, text in self._keys]
        self.setAccessibleName("; ".join([*parts, *([self._state] if self._state else [])]))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        tokens = self._look.tokens
        painter.fillRect(self.rect(), QColor(tokens.surface))
        painter.fillRect(0, 0, self.width(), 1, QColor(tokens.line))
        mirror = mirror_of(self.rect(), rtl=self._look.rtl)
        room = self._paint_state(painter, mirror)
        at = 24
        for key, text in self._keys:
            cap = self._look.fonts.width(key, Role.CAPTION, MEDIUM) + 14
            words = self._look.fonts.width(text, Role.SECONDARY) + 4
            if at + cap + 8 + words > room:
                break
            self._paint_key(painter, mirror, key, at=at, width=cap)
            where = mirror.rect(at + cap + 8, 1, words, _HEIGHT - 1)
            font = self._look.fonts.of(Role.SECONDARY)
            draw_text(painter, where, text, font=font, colour=tokens.t2, align=mirror.leading)
            at += cap + 8 + words + 16
        painter.end()

    def _paint_key(self, painter: QPainter, mirror: Mirror, key: str, *, at: int, width: int) -> None:
        tokens = self._look.tokens
        cap = mirror.rect(at, 11, width, 19)
        fill_round(painter, cap, radius=4, fill=tokens.surface, border=tokens.border)
        font = self._look.fonts.of(Role.CAPTION, MEDIUM)
        where = mirror.rect(at + 7, 11, width - 10, 19)
        draw_text(painter, where, key, font=font, colour=tokens.t2, align=mirror.leading)

    def _paint_state(self, painter: QPainter, mirror: Mirror) -> int:
        """Paint what trails; the place where the keys have to end."""
        end = self.width() - 16
        if not self._state:
            return end
        width = min(self._look.fonts.width(self._state, Role.SECONDARY) + 4, self.width() - 60)
        colour = self._look.icon_colour(self._family or None)
        start = end - width
        font = self._look.fonts.of(Role.SECONDARY)
        where = mirror.rect(start, 1, width, _HEIGHT - 1)
        draw_text(painter, where, self._state, font=font, colour=colour, align=mirror.leading)
        if self._icon:
            box = mirror.rect(start - 22, 1, 14, _HEIGHT - 1)
            self._look.icons.paint(painter, self._icon, box, colour=colour)
        return start - 32
