"""The three bands of what is due: overdue, this week, the next thirty days."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.screens.desk.row_button import RowButton
from desktop.screens.desk.wording import Line
from desktop.widgets.avatar import paint_avatar
from desktop.widgets.badge import badge_width, paint_badge
from desktop.widgets.fields import CheckBox
from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role
from desktop.widgets.labels import Label, Link, Rule
from desktop.widgets.layouts import empty_layout, margins
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, draw_text

BANDS = ("overdue", "week", "later")
_HEIGHT, _ICON_AT, _TITLE_AT, _FACE = 37, 30, 56, 22


class DueRow(RowButton):
    """Icon, title, what it belongs to, when, and who; an action point has a box to tick."""

    ticked = Signal(object)

    def __init__(self, look: Look, line: Line, *, may_tick: bool, reason: str, parent: QWidget) -> None:
        super().__init__(look, line.spoken, height=_HEIGHT, parent=parent)
        self.line = line
        self.box: CheckBox | None = None
        if line.can_tick:
            self.box = CheckBox(look, "", parent=self)
            self.box.setAccessibleName(look.words.t("Mark as done: {title}", title=line.title))
            self.box.setToolTip(look.words.t("Mark as done") if may_tick else reason)
            self.box.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.box.setEnabled(may_tick)
            self.box.clicked.connect(self._tick)

    def _tick(self) -> None:
        if self.box is not None and self.box.isEnabled():
            self.box.setChecked(True)
            self.box.setEnabled(False)
            self.ticked.emit(self.line)

    def untick(self) -> None:
        """It could not be done after all."""
        if self.box is not None:
            self.box.setChecked(False)
            self.box.setEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.line.can_tick:
            self._tick()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.box is not None:
            mirror = mirror_of(self.rect(), rtl=self._look.rtl)
            self.box.setGeometry(mirror.rect(5, (self.height() - 22) / 2, 22, 22))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        self.paint_ground(painter)
        look, tokens, line = self._look, self._look.tokens, self.line
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        height = self.height()
        look.icons.paint(painter, line.icon, mirror.rect(_ICON_AT, 0, 16, height), colour=tokens.t2)
        end = self.width() - 6
        if line.face is not None:
            where = mirror.rect(end - _FACE, (height - _FACE) / 2, _FACE, _FACE)
            paint_avatar(painter, look, where, line.face)
        end -= _FACE + 10
        wide = badge_width(look, line.badge)
        if line.badge.filled:
            paint_badge(painter, look, mirror.rect(end - wide, 0, wide, height), line.badge)
        else:
            font = look.fonts.of(Role.SECONDARY)
            where = mirror.rect(end - wide, 0, wide, height)
            draw_text(painter, where, line.badge.text, font=font, colour=tokens.t2, align=mirror.trailing)
        room = end - wide - 12 - _TITLE_AT
        font = look.fonts.of(Role.BODY, MEDIUM)
        title = min(room, look.fonts.width(line.title, Role.BODY, MEDIUM) + 2)
        where = mirror.rect(_TITLE_AT, 0, title, height)
        cut = draw_text(painter, where, line.title, font=font, colour=tokens.t1, align=mirror.leading)
        rest = room - title - 10
        if rest >= 40:
            where = mirror.rect(_TITLE_AT + title + 10, 0, rest, height)
            font = look.fonts.of(Role.SECONDARY)
            cut |= draw_text(painter, where, line.about, font=font, colour=tokens.t3, align=mirror.leading)
        else:
            cut = True
        painter.end()
        self.say_whole(line.spoken, cut=cut)


class Band(QWidget):
    """A title with its count over a rule, the lines, and how many more there are."""

    more = Signal()

    def __init__(self, look: Look, title: str, *, colour: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(look, title, weight=SEMIBOLD, colour=colour, parent=self))
        self.count = Label(look, colour=look.tokens.t2, parent=self)
        head.addWidget(self.count, 1)
        column.addLayout(head)
        column.addSpacing(6)
        column.addWidget(Rule(look, strong=True, parent=self))
        self.rows_column = QVBoxLayout()
        self.rows_column.setSpacing(0)
        column.addLayout(self.rows_column)
        self.more_link = Link(look, "", role=Role.SECONDARY, parent=self)
        self.more_link.clicked.connect(self.more)
        row = QHBoxLayout()
        row.setContentsMargins(margins(look, _TITLE_AT, 8, 0, 0))
        row.addWidget(self.more_link)
        row.addStretch(1)
        column.addLayout(row)
        self.rows: list[DueRow] = []

    def show_lines(self, rows: Sequence[DueRow], *, count: int) -> None:
        words = self._look.words
        empty_layout(self.rows_column)
        self.rows = list(rows)
        for row in rows:
            self.rows_column.addWidget(row)
            self.rows_column.addWidget(Rule(self._look, parent=self))
            row.show()
        self.count.setText(words.number(count))
        left = count - len(rows)
        self.more_link.setText(words.n("{count} more", "{count} more", max(0, left)))
        self.more_link.setAccessibleName(f"{self.accessibleName()}: {self.more_link.text()}")
        self.more_link.setVisible(left > 0)
        self.setVisible(count > 0)


class DueList(QWidget):
    """The bands under each other; the arrows go through all their lines."""

    opened = Signal(str, object)
    ticked = Signal(object)
    more = Signal(str)
    reached = Signal(object)
    """The widget that has the keyboard now."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        words, tokens = look.words, look.tokens
        titles = (words.t("Overdue"), words.t("This week"), words.t("Next 30 days"))
        colours = (tokens.bad.text, tokens.t1, tokens.t1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(22)
        self.bands: dict[str, Band] = {}
        for key, title, colour in zip(BANDS, titles, colours, strict=True):
            band = Band(look, title, colour=colour, parent=self)
            band.setProperty("band", key)
            band.more.connect(self._more)
            band.hide()
            column.addWidget(band)
            self.bands[key] = band
        self._shown: object = None

    @property
    def rows(self) -> list[DueRow]:
        return [row for band in self.bands.values() for row in band.rows]

    def show_lines(
        self, lines: Sequence[Sequence[Line]], counts: Sequence[int], *, may_tick: bool, reason: str
    ) -> None:
        """Take over the lines. Where nothing differs nothing moves; else the keyboard stays on its line."""
        shown = (tuple(map(tuple, lines)), tuple(counts), may_tick)
        if shown == self._shown:
            return
        self._shown = shown
        place, key = self._focused()
        for band, some, count in zip(self.bands.values(), lines, counts, strict=True):
            made = [DueRow(self._look, line, may_tick=may_tick, reason=reason, parent=band) for line in some]
            for row in made:
                row.clicked.connect(self._clicked)
                row.ticked.connect(self.ticked)
                row.stepped.connect(self._stepped)
            band.show_lines(made, count=count)
        if place >= 0 and self.rows:
            rows = self.rows
            again = next((row for row in rows if row.line.key == key), rows[min(place, len(rows) - 1)])
            again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focused(self) -> tuple[int, object]:
        for at, row in enumerate(self.rows):
            if row.hasFocus():
                return at, row.line.key
        return -1, None

    def row_of(self, line: Line) -> DueRow | None:
        return next((row for row in self.rows if row.line.key == line.key), None)

    def _clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, DueRow):
            self.opened.emit(*sender.line.opens)

    def _more(self) -> None:
        sender = self.sender()
        if isinstance(sender, Band):
            self.more.emit(str(sender.property("band")))

    def _stepped(self, step: int) -> None:
        sender, rows = self.sender(), self.rows
        if not isinstance(sender, DueRow):
            return
        place = rows.index(sender) + step
        if 0 <= place < len(rows):
            rows[place].setFocus(Qt.FocusReason.TabFocusReason)
            self.reached.emit(rows[place])
        else:
            sender.focusNextPrevChild(step > 0)
