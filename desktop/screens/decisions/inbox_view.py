"""The list of open questions: a line for each, and under it what was decided this month."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.models.line_model import LineModel
from desktop.widgets.fonts import REGULAR, SEMIBOLD, Role
from desktop.widgets.line_view import Index, LineView, paint_ground
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, draw_text

_HEIGHT, _GAP = 72, 4


@dataclass(frozen=True, slots=True)
class Line:
    """One question as the list shows it, in words already."""

    id: bytes
    icon: str
    title: str
    field: str
    people: str
    when: str

    @property
    def identity(self) -> bytes:
        return self.id

    @property
    def spoken(self) -> str:
        return ". ".join(part for part in (self.title, self.field, self.people, self.when) if part)


class InboxModel(LineModel[Line]):
    """The open questions as they are listed."""


class _LineDelegate(QStyledItemDelegate):
    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, _HEIGHT + _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, InboxModel):
            return
        line = model.lines[index.row()]
        look, tokens = self._look, self._look.tokens
        painter.save()
        begin(painter)
        box = QRect(option.rect).adjusted(0, 0, 0, -_GAP)
        mirror = mirror_of(box, rtl=look.rtl)
        chosen = paint_ground(painter, look, box, option)
        quiet = tokens.t2 if chosen else tokens.t3
        look.icons.paint(painter, line.icon, mirror.rect(12, box.y() + 10, 16, 16), colour=tokens.t2)
        when = look.fonts.width(line.when, Role.CAPTION) + 6
        end = box.width() - 12
        rows = (
            (10, end - when - 38 - 4, line.title, Role.BODY, SEMIBOLD, tokens.t1),
            (29, end - 38, line.field, Role.SECONDARY, REGULAR, tokens.t2),
            (47, end - 38, line.people, Role.SECONDARY, REGULAR, quiet),
        )
        for y, width, text, role, weight, colour in rows:
            where = mirror.rect(38, box.y() + y - 1, width, 20)
            draw_text(
                painter, where, text, font=look.fonts.of(role, weight), colour=colour, align=mirror.leading
            )
        where = mirror.rect(end - when, box.y() + 9, when, 20)
        font = look.fonts.of(Role.CAPTION)
        draw_text(painter, where, line.when, font=font, colour=quiet, align=mirror.trailing)
        painter.restore()


class InboxView(LineView):
    """Arrow keys move through the questions; Enter says yes to what is chosen beside them."""

    def __init__(self, look: Look, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(InboxModel(), name=name, ground=look.tokens.surface, parent=parent)
        self.setItemDelegate(_LineDelegate(look, self))
        self.setUniformItemSizes(True)

    def fit(self, most: int) -> None:
        """As tall as its lines, up to so many pixels."""
        self.setFixedHeight(max(1, min(most, (_HEIGHT + _GAP) * len(self.lines.lines) + 2)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            return
        super().keyPressEvent(event)
