"""The list of open questions: a line for each, and under it what was decided this month."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.models.line_model import LineModel
from desktop.widgets.fonts import REGULAR, SEMIBOLD, Role
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, draw_text, fill_round

Index = QModelIndex | QPersistentModelIndex
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
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if chosen or hovered:
            fill_round(painter, box, radius=6, fill=tokens.sel if chosen else tokens.hover)
        if chosen:
            bar = mirror.rect(0, box.y() + 8, 3, box.height() - 16)
            fill_round(painter, bar, radius=1.5, fill=tokens.accent_text)
        if option.state & QStyle.StateFlag.State_HasFocus:
            edge = box.adjusted(1, 1, -1, -1)
            fill_round(painter, edge, radius=6, border=tokens.accent_text, width=2)
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


class InboxView(QListView):
    """Arrow keys move through the questions; Enter says yes to what is chosen beside them."""

    moved_to = Signal(object)
    """The id of the question under the cursor."""
    entered = Signal()

    def __init__(self, look: Look, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.lines = InboxModel(self)
        self.setModel(self.lines)
        self.setItemDelegate(_LineDelegate(look, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        palette = self.palette()
        palette.setColor(self.viewport().backgroundRole(), look.tokens.surface)
        self.setPalette(palette)
        self._quiet = False

    def fit(self, most: int) -> None:
        """As tall as its lines, up to so many pixels."""
        self.setFixedHeight(max(1, min(most, (_HEIGHT + _GAP) * len(self.lines.lines) + 2)))

    def show_lines(self, lines: Sequence[Line], *, current: bytes) -> None:
        """Take over new lines; the current one stays current, silently."""
        bar = self.verticalScrollBar().value()
        self._quiet = True
        self.lines.set_lines(lines)
        self.choose(current)
        self.verticalScrollBar().setValue(bar)
        self._quiet = False

    def choose(self, identity: bytes) -> None:
        row = self.lines.row_of(identity)
        if row >= 0:
            self.setCurrentIndex(self.lines.index(row))

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and not self._quiet:
            self.moved_to.emit(self.lines.lines[current.row()].id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            return
        super().keyPressEvent(event)
