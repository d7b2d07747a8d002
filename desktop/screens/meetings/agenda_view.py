"""The agenda beside the notes: items in order, what came out of each, and one line to add another."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.models.line_model import LineModel
from desktop.screens.meetings import wording
from desktop.screens.meetings.reading import Facts
from desktop.widgets.fields import LineEdit
from desktop.widgets.fonts import MEDIUM, REGULAR, SEMIBOLD, Role
from desktop.widgets.labels import Label, Link, Panel
from desktop.widgets.layouts import margins
from desktop.widgets.line_view import Index, LineView, paint_ground
from desktop.widgets.look import Look
from desktop.widgets.mirror import Mirror, mirror_of
from desktop.widgets.painting import begin, draw_text

WIDTH = 236
_PAD, _LINE, _GAP, _TEXT = 6, 18, 4, 34


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One line of the agenda, in words already; `mark` is a number or empty for an icon."""

    record: bytes
    mark: str
    title: str
    lines: tuple[str, ...] = ()
    icon: str = ""
    family: str = ""
    section: bool = False
    inside: bool = False

    @property
    def identity(self) -> bytes:
        return self.record

    @property
    def spoken(self) -> str:
        return ". ".join(part for part in (self.mark, self.title, *self.lines) if part)

    @property
    def height(self) -> int:
        if self.section:
            return 30
        return 2 * _PAD + _LINE * (1 + len(self.lines)) + _GAP


def agenda_lines(look: Look, facts: Facts) -> list[AgendaLine]:
    """The notes of the meeting as a whole, then every item."""
    words = look.words
    lines = [AgendaLine(facts.row.id, "", words.t("General notes"), icon="file-text")]
    for item in facts.items:
        if item.is_section:
            lines.append(AgendaLine(item.row.id, "", str(item.row.values["title"]), section=True))
            continue
        second = wording.item_line(words, item)
        third = wording.counts_line(words, item)
        done = bool(item.row.values.get("discussed"))
        lines.append(
            AgendaLine(
                item.row.id,
                "" if done else words.number(item.number),
                str(item.row.values["title"]),
                tuple(part for part in (second, third) if part),
                icon="circle-check" if done else "",
                family="ok" if done else "",
                inside=item.inside,
            )
        )
    return lines


class AgendaModel(LineModel[AgendaLine]):
    """The lines of the agenda."""


class _AgendaDelegate(QStyledItemDelegate):
    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        model = index.model()
        return QSize(120, model.lines[index.row()].height if isinstance(model, AgendaModel) else 20)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, AgendaModel):
            return
        line = model.lines[index.row()]
        look = self._look
        painter.save()
        begin(painter)
        box = QRect(option.rect).adjusted(0, 0, 0, -_GAP)
        mirror = mirror_of(box, rtl=look.rtl)
        chosen = paint_ground(painter, look, box, option)
        self._paint_mark(painter, mirror, line, box, chosen=chosen)
        self._paint_lines(painter, mirror, line, box, chosen=chosen)
        painter.restore()

    def _paint_mark(
        self, painter: QPainter, mirror: Mirror, line: AgendaLine, box: QRect, *, chosen: bool
    ) -> None:
        look, tokens = self._look, self._look.tokens
        where = mirror.rect(10, box.y() + _PAD, 16, _LINE)
        if line.icon:
            look.icons.paint(painter, line.icon, where, colour=look.icon_colour(line.family or None))
        elif line.mark:
            colour = tokens.accent_text if chosen else tokens.t2
            font = look.fonts.number(Role.BODY, SEMIBOLD if chosen else MEDIUM)
            draw_text(
                painter,
                where.adjusted(-4, 0, 4, 0),
                line.mark,
                font=font,
                colour=colour,
                align=Qt.AlignmentFlag.AlignCenter,
            )

    def _paint_lines(
        self, painter: QPainter, mirror: Mirror, line: AgendaLine, box: QRect, *, chosen: bool
    ) -> None:
        look, tokens = self._look, self._look.tokens
        start = 8 if line.section else _TEXT + (12 if line.inside else 0)
        room = box.width() - start - 8
        weight = SEMIBOLD if chosen or line.section else REGULAR
        colour = tokens.t2 if line.section else tokens.t1
        top = box.y() + (4 if line.section else _PAD)
        where = mirror.rect(start, top, room, _LINE)
        draw_text(
            painter,
            where,
            line.title,
            font=look.fonts.of(Role.BODY, weight),
            colour=colour,
            align=mirror.leading,
        )
        for number, text in enumerate(line.lines, start=1):
            where = mirror.rect(start, top + number * _LINE, room, _LINE)
            font = look.fonts.of(Role.SECONDARY)
            draw_text(painter, where, text, font=font, colour=tokens.t2, align=mirror.leading)


class AgendaView(LineView):
    """Arrow keys choose an item, Alt and arrows move it, Delete removes it."""

    move_asked = Signal(object, int)
    remove_asked = Signal(object)

    def __init__(self, look: Look, *, parent: QWidget | None = None) -> None:
        super().__init__(AgendaModel(), name=look.words.t("Agenda"), ground=look.tokens.sunken, parent=parent)
        self.setItemDelegate(_AgendaDelegate(look, self))

    def show_lines(self, lines: Sequence[AgendaLine], *, current: bytes) -> None:
        """Take over new lines; where they are the same, nothing moves."""
        if lines == self.lines.lines:
            return
        # As tall as its lines, so that the line to add one follows the last.
        self.setMaximumHeight(sum(line.height for line in lines) + 4)
        super().show_lines(lines, current=current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.move_asked.emit(self.current, step)
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit(self.current)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)


class AgendaPanel(Panel):
    """Head with the sum of minutes, the items, and the line that adds one."""

    add_asked = Signal(str)
    draft_typed = Signal(str)

    def __init__(self, look: Look, *, parent: QWidget | None = None) -> None:
        tokens = look.tokens
        super().__init__(look, ground=tokens.sunken, edges="trailing", edge=tokens.line, parent=parent)
        self._look = look
        words = look.words
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(margins(look, 8, 12, 9, 8))
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setContentsMargins(margins(look, 12, 0, 8, 0))
        title = Label(look, words.t("Agenda"), role=Role.SECONDARY, weight=SEMIBOLD, colour=tokens.t2)
        self._sum = Label(look, role=Role.SECONDARY, colour=tokens.t2)
        head.addWidget(title, 1)
        head.addWidget(self._sum)
        column.addLayout(head)
        self.view = AgendaView(look, parent=self)
        column.addWidget(self.view, 1000)
        foot = QHBoxLayout()
        foot.setContentsMargins(margins(look, 8, 4, 4, 4))
        self.add_link = Link(look, words.t("Add item"), icon="plus", role=Role.BODY, parent=self)
        self.add_link.clicked.connect(self.start_adding)
        self.line = LineEdit(look, parent=self)
        self.line.setPlaceholderText(words.t("What is it about?"))
        self.line.setAccessibleName(words.t("Title of the new item"))
        self.line.returnPressed.connect(self._entered)
        self.line.textEdited.connect(self.draft_typed)
        self.line.left.connect(self._left)
        self.line.hide()
        foot.addWidget(self.add_link)
        foot.addWidget(self.line, 1)
        foot.addStretch(0)
        column.addLayout(foot)
        column.addStretch(1)

    def show_sum(self, text: str, *, too_much: bool) -> None:
        tokens = self._look.tokens
        self._sum.setText(text)
        self._sum.set_colour(tokens.watch.text if too_much else tokens.t2)
        tip = self._look.words.t("The agenda is longer than the meeting.") if too_much else ""
        self._sum.setToolTip(tip)

    @Slot()
    def start_adding(self, text: str = "") -> None:
        """Open the line; it stays open until it is left empty, so that items follow one another."""
        self.add_link.hide()
        self.line.show()
        if text:
            self.line.setText(text)
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _entered(self) -> None:
        text = self.line.text().strip()
        if text:
            self.line.clear()
            self.draft_typed.emit("")
            self.add_asked.emit(text)

    @Slot()
    def _left(self) -> None:
        if not self.line.text().strip():
            self._close_line()

    def _close_line(self) -> None:
        self.line.clear()
        self.line.hide()
        self.add_link.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.line.isVisible():
            self._close_line()
            self.draft_typed.emit("")
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        super().keyPressEvent(event)
