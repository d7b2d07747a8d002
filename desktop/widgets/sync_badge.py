"""Says in words how this laptop stands with the server: one half always shows, one may go."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.fonts import MEDIUM, REGULAR, Role
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, draw_text, fill_round
from desktop.widgets.pressable import Pressable
from desktop.widgets.rings import FocusRing

_PAD, _ICON, _GAP = 9, 14, 7
_DOT = "· "


@dataclass(frozen=True, slots=True)
class SyncWords:
    """One state of sync: its family, icon and the two halves of its sentence."""

    family: str
    icon: str
    first: str
    second: str = ""


class SyncBadge(Pressable):
    """Click or Enter opens Send and receive, which is up to the window."""

    def __init__(self, look: Look, words: SyncWords, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._words, self._compact = look, words, False
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._ring = FocusRing(self, colour=look.tokens.accent_text)
        self.set_words(words)

    @property
    def words(self) -> SyncWords:
        return self._words

    def set_words(self, words: SyncWords) -> None:
        self._words = words
        whole = f"{words.first} {_DOT}{words.second}" if words.second else words.first
        self.setAccessibleName(whole)
        self.setToolTip(whole)
        self.updateGeometry()
        self.update()

    def set_compact(self, *, compact: bool) -> None:
        """Show the first half only."""
        self._compact = compact
        self.updateGeometry()
        self.update()

    def _first_width(self) -> int:
        text = self._look.fonts.width(self._words.first, Role.SECONDARY, MEDIUM)
        return 2 * _PAD + _ICON + _GAP + text + 2

    def _second_width(self) -> int:
        if not self._words.second or self._compact:
            return 0
        return _GAP + self._look.fonts.width(_DOT + self._words.second, Role.SECONDARY, REGULAR) + 4

    def sizeHint(self) -> QSize:
        return QSize(self._first_width() + self._second_width(), 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self._first_width(), 240), 28)

    @property
    def shows_second_half(self) -> bool:
        whole = self._first_width() + self._second_width()
        return bool(self._words.second) and not self._compact and self.width() >= whole

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look, tokens, words = self._look, self._look.tokens, self._words
        fill = tokens.hover if self.underMouse() else tokens.surface
        fill_round(painter, self.rect(), radius=6, fill=fill, border=tokens.border)
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        colour = tokens.family(words.family).text
        look.icons.paint(painter, words.icon, mirror.rect(_PAD, 0, _ICON, self.height()), colour=colour)
        at = _PAD + _ICON + _GAP
        room = self.width() - at - _PAD
        second = self.shows_second_half
        width = self._first_width() - 2 * _PAD - _ICON - _GAP if second else room
        draw_text(
            painter,
            mirror.rect(at, 0, width, self.height()),
            words.first,
            font=look.fonts.of(Role.SECONDARY, MEDIUM),
            colour=tokens.t1,
            align=mirror.leading,
        )
        if second:
            start = at + width + _GAP - 2
            painter.setLayoutDirection(self.layoutDirection())
            draw_text(
                painter,
                mirror.rect(start, 0, self.width() - start - 4, self.height()),
                _DOT + words.second,
                font=look.fonts.of(Role.SECONDARY),
                colour=tokens.t3,
                align=mirror.leading,
            )
        painter.end()
