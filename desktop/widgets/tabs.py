"""Tabs of a page or a panel: words over a hairline, the active one underlined in the accent."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QTabBar, QWidget

from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, draw_text
from desktop.widgets.rings import FocusRing

_GAP = 24


class Tabs(QTabBar):
    """A QTabBar in our paint: arrow keys move, and each tab has a key of its own."""

    chosen = Signal(str)

    def __init__(
        self,
        look: Look,
        tabs: Sequence[tuple[str, str]],
        *,
        name: str,
        small: bool = False,
        ruled: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._keys: list[str] = []
        self._role = Role.SECONDARY if small else Role.BODY
        self._ruled = ruled
        self._gap = 18 if small else _GAP
        self.setAccessibleName(name)
        self.setDrawBase(False)
        self.setFont(look.fonts.of(self._role, MEDIUM))
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setFixedHeight(32)
        self.set_tabs(tabs)
        self._ring = FocusRing(self, colour=look.tokens.accent_text, radius=3)
        self.currentChanged.connect(self._changed)

    def set_tabs(self, tabs: Sequence[tuple[str, str]]) -> None:
        """Replace the tabs; the chosen key stays chosen when it is still there."""
        before = self.value
        blocked = self.blockSignals(True)
        while self.count():
            self.removeTab(0)
        self._keys = [key for key, _ in tabs]
        for _, text in tabs:
            self.addTab(text)
        if before in self._keys:
            self.setCurrentIndex(self._keys.index(before))
        self.blockSignals(blocked)
        self.update()

    def set_ruled(self, *, ruled: bool) -> None:
        """Whether the hairline is drawn here or by what lies around."""
        self._ruled = ruled
        self.update()

    @property
    def value(self) -> str:
        index = self.currentIndex()
        return self._keys[index] if 0 <= index < len(self._keys) else ""

    def set_value(self, key: str) -> None:
        blocked = self.blockSignals(True)
        self.setCurrentIndex(self._keys.index(key))
        self.blockSignals(blocked)
        self.update()

    @Slot(int)
    def _changed(self, index: int) -> None:
        if 0 <= index < len(self._keys):
            self.chosen.emit(self._keys[index])

    def tabSizeHint(self, index: int) -> QSize:
        return QSize(self._look.fonts.width(self.tabText(index), self._role, SEMIBOLD) + self._gap, 32)

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        tokens, fonts = self._look.tokens, self._look.fonts
        if self._ruled:
            painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(tokens.line))
        for index in range(self.count()):
            active = index == self.currentIndex()
            # The gap lies after the word, so that the first word stands at the page's own edge.
            box = self.tabRect(index).adjusted(
                self._gap if self._look.rtl else 0, 0, 0 if self._look.rtl else -self._gap, 0
            )
            font = fonts.of(self._role, SEMIBOLD if active else MEDIUM)
            colour = tokens.t1 if active else tokens.t2
            align = mirror_of(box, rtl=self._look.rtl).leading
            draw_text(painter, box, self.tabText(index), font=font, colour=colour, align=align)
            if active:
                painter.fillRect(box.x(), self.height() - 2, box.width(), 2, QColor(tokens.accent_text))
        painter.end()
