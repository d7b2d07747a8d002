"""A bar of six pixels that never stands without its number."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.fonts import SEMIBOLD, Role
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, draw_text, fill_round


class Progress(QWidget):
    """Share from 0 to 1, the words beside it, and the status family of the bar."""

    def __init__(
        self,
        look: Look,
        *,
        share: float = 0.0,
        text: str = "",
        family: str = "ok",
        name: str = "",
        text_width: int = 44,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._name, self._text_width = look, name, text_width
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_progress(share, text=text, family=family)

    def set_progress(self, share: float, *, text: str, family: str | None = None) -> None:
        self._share = min(1.0, max(0.0, share))
        self._text = text
        if family is not None:
            self._family = family
        self.setAccessibleName(f"{self._name} {text}".strip())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220 + self._text_width, 18)

    def minimumSizeHint(self) -> QSize:
        return QSize(60 + self._text_width, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look = self._look
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        room = self.width() - self._text_width
        y = (self.height() - 6) // 2
        fill_round(painter, mirror.rectf(0, y, room, 6), radius=3, fill=look.tokens.none.tint)
        if self._share > 0:
            bar = mirror.rectf(0, y, max(6.0, room * self._share), 6)
            fill_round(painter, bar, radius=3, fill=look.tokens.family(self._family).solid)
        where = mirror.rect(room + 8, 0, self._text_width - 8, self.height())
        font = look.fonts.number(Role.BODY, SEMIBOLD)
        draw_text(painter, where, self._text, font=font, colour=look.tokens.t1, align=mirror.leading)
        painter.end()
