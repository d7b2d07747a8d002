"""The counts at the top of the desk: each says what waits, and leads to where it waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.screens.desk.row_button import RowButton
from desktop.widgets.fonts import SEMIBOLD, Role
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, colour_of, draw_text, fill_round

_GAP, _ICON_BOX, _PAD, _TEXT_AT = 12, 32, 11, 54
_NARROWEST = 140


@dataclass(frozen=True, slots=True)
class Count:
    """What a tile shows. The family colours the icon while there is something to count."""

    key: str
    count: int
    text: str
    icon: str
    family: str


class Tile(RowButton):
    """Number, words and an icon in its tint."""

    def __init__(self, look: Look, count: Count, parent: QWidget) -> None:
        super().__init__(look, "", height=56, parent=parent)
        self.take(count)

    def take(self, count: Count) -> None:
        self.count = count
        self.setAccessibleName(f"{self._look.words.number(count.count)} {count.text}")
        self.update()

    def text_height(self, width: int) -> int:
        """How tall the words become when the tile is this wide."""
        found = QFontMetrics(self._look.fonts.of(Role.SECONDARY))
        room = QRect(0, 0, width - _TEXT_AT - 8, 200)
        return found.boundingRect(room, Qt.TextFlag.TextWordWrap, self.count.text).height()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look, tokens, count = self._look, self._look.tokens, self.count
        edge = tokens.accent_text if self.hasFocus() else tokens.border
        fill = tokens.hover if self.underMouse() else tokens.surface
        wide = 2 if self.hasFocus() else 1
        fill_round(painter, self.rect(), radius=8, fill=fill, border=edge, width=wide)
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        family = tokens.family(count.family if count.count else "none")
        box = mirror.rect(_PAD, (self.height() - _ICON_BOX) / 2, _ICON_BOX, _ICON_BOX)
        fill_round(painter, box, radius=6, fill=family.tint)
        look.icons.paint(painter, count.icon, box.adjusted(8, 8, -8, -8), colour=family.text)
        text_height = self.text_height(self.width())
        top = (self.height() - text_height - 19) // 2
        room = self.width() - _TEXT_AT - 8
        ink = tokens.t1 if count.count else tokens.t3
        font = look.fonts.of(Role.TITLE, SEMIBOLD)
        number = look.words.number(count.count)
        where = mirror.rect(_TEXT_AT, top, room, 19)
        draw_text(painter, where, number, font=font, colour=ink, align=mirror.leading)
        painter.setFont(look.fonts.of(Role.SECONDARY))
        painter.setPen(colour_of(tokens.t2))
        flags = (mirror.leading & ~Qt.AlignmentFlag.AlignVCenter) | Qt.AlignmentFlag.AlignTop
        where = mirror.rect(_TEXT_AT, top + 20, room, text_height)
        painter.drawText(where, flags.value | Qt.TextFlag.TextWordWrap.value, count.text)
        painter.end()


class Tiles(QWidget):
    """A row of equal tiles; two by two where they would be too narrow."""

    chosen = Signal(str)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.tiles: list[Tile] = []
        self.setAccessibleName(look.words.t("What waits"))

    def show_counts(self, counts: Sequence[Count]) -> None:
        """Take over the counts; tiles that stay keep the keyboard."""
        if [tile.count.key for tile in self.tiles] != [count.key for count in counts]:
            for tile in self.tiles:
                tile.deleteLater()
            self.tiles = [Tile(self._look, count, self) for count in counts]
            for at, tile in enumerate(self.tiles):
                tile.clicked.connect(self._clicked)
                tile.stepped.connect(self._stepped)
                tile.setProperty("place", at)
                tile.show()
        for tile, count in zip(self.tiles, counts, strict=True):
            tile.take(count)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        if not self.tiles or self.width() < 2:
            return
        across = len(self.tiles)
        if (self.width() - _GAP * (across - 1)) // across < _NARROWEST:
            across = 2
        wide = (self.width() - _GAP * (across - 1)) // across
        tall = max(56, max(tile.text_height(wide) for tile in self.tiles) + 39)
        mirror = mirror_of(QRect(0, 0, self.width(), 1), rtl=self._look.rtl)
        for at, tile in enumerate(self.tiles):
            line, column = divmod(at, across)
            tile.setFixedHeight(tall)
            tile.setGeometry(mirror.rect(column * (wide + _GAP), line * (tall + _GAP), wide, tall))
        lines = (len(self.tiles) + across - 1) // across
        height = lines * tall + (lines - 1) * _GAP
        if self.height() != height:
            self.setFixedHeight(height)

    def _clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, Tile):
            self.chosen.emit(sender.count.key)

    def _stepped(self, step: int) -> None:
        sender = self.sender()
        if isinstance(sender, Tile):
            place = self.tiles.index(sender) + step
            if 0 <= place < len(self.tiles):
                self.tiles[place].setFocus(Qt.FocusReason.TabFocusReason)
            else:
                sender.focusNextPrevChild(step > 0)
