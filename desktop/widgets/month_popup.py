"""A month to pick a day from, in the names, digits and direction of the language."""

import datetime as dt

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.widgets.buttons import IconButton
from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role
from desktop.widgets.labels import Label
from desktop.widgets.look import Look
from desktop.widgets.mirror import CENTRE_ALIGN, mirror_of
from desktop.widgets.painting import begin, draw_text, fill_round
from desktop.widgets.theme import ON_ACCENT

_CELL, _WEEK, _HEAD = 34, 28, 24
_MONDAY, _SUNDAY = 0, 6


class _Days(QWidget):
    """Six weeks of days; arrows move, Page keys change the month, Enter picks."""

    moved = Signal()
    picked = Signal()

    def __init__(self, look: Look, *, day: dt.date, today: dt.date, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self.day, self._today = look, day, today
        self._first = _SUNDAY if look.rtl else _MONDAY
        names = (look.fonts.width(name, Role.CAPTION) for name in look.words.weekday_names())
        self._cell = max(_CELL, *(width + 6 for width in names))
        self.setFixedSize(QSize(7 * self._cell, _HEAD + 6 * _WEEK))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._name()

    def _name(self) -> None:
        self.setAccessibleName(self._look.words.date(self.day, "long"))

    def go(self, day: dt.date) -> None:
        self.day = day
        self._name()
        self.moved.emit()
        self.update()

    def step_month(self, by: int) -> None:
        months = self.day.year * 12 + self.day.month - 1 + by
        year, month = divmod(months, 12)
        if not dt.MINYEAR <= year < dt.MAXYEAR:
            return
        after = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
        last = (after - dt.timedelta(days=1)).day
        self.go(dt.date(year, month + 1, min(self.day.day, last)))

    def _start(self) -> dt.date:
        """The day in the first corner."""
        first = self.day.replace(day=1)
        return first - dt.timedelta(days=(first.weekday() - self._first) % 7)

    def _box(self, at: int) -> QRect:
        mirror = mirror_of(self.rect(), rtl=self._look.rtl)
        return mirror.rect(at % 7 * self._cell, _HEAD + at // 7 * _WEEK, self._cell, _WEEK)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        side = -1 if self._look.rtl else 1
        steps = {
            Qt.Key.Key_Left: -side,
            Qt.Key.Key_Right: side,
            Qt.Key.Key_Up: -7,
            Qt.Key.Key_Down: 7,
        }
        key = Qt.Key(event.key())
        if key in steps:
            self.go(self.day + dt.timedelta(days=steps[key]))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.step_month(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        for at in range(42):
            if self._box(at).contains(point):
                self.go(self._start() + dt.timedelta(days=at))
                self.picked.emit()
                return

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look, tokens = self._look, self._look.tokens
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        names = look.words.weekday_names()
        caption = look.fonts.of(Role.CAPTION)
        for at in range(7):
            where = mirror.rect(at * self._cell, 0, self._cell, _HEAD)
            name = names[(self._first + at) % 7]
            draw_text(painter, where, name, font=caption, colour=tokens.t3, align=CENTRE_ALIGN)
        start = self._start()
        for at in range(42):
            self._paint_day(painter, self._box(at), start + dt.timedelta(days=at))
        painter.end()

    def _paint_day(self, painter: QPainter, box: QRect, day: dt.date) -> None:
        look, tokens = self._look, self._look.tokens
        side = (box.width() - 28) // 2
        disc = box.adjusted(side, 1, -side, -1)
        colour = tokens.t1 if day.month == self.day.month else tokens.tdis
        weight = 400
        if day == self.day:
            fill_round(painter, disc, radius=6, fill=tokens.accent)
            colour, weight = ON_ACCENT, MEDIUM
        elif day == self._today:
            fill_round(painter, disc, radius=6, border=tokens.accent_text)
            colour = tokens.accent_text
        text = look.words.digits(str(day.day))
        font = look.fonts.number(Role.SECONDARY, weight)
        draw_text(painter, box, text, font=font, colour=colour, align=CENTRE_ALIGN)


class MonthPopup(QWidget):
    """Emits the picked day in ISO form and closes; Esc only closes."""

    picked = Signal(str)

    def __init__(self, look: Look, *, day: str, today: dt.date, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(look.words.t("Calendar"))
        chosen = dt.date.fromisoformat(day) if day else today
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(2)
        row = QHBoxLayout()
        self._title = Label(look, weight=SEMIBOLD, parent=self)
        self._back = IconButton(look, "chevron-left", look.words.t("Previous month"), size=14, parent=self)
        self._next = IconButton(look, "chevron-right", look.words.t("Next month"), size=14, parent=self)
        row.addSpacing(6)
        row.addWidget(self._title, 1)
        row.addWidget(self._back)
        row.addWidget(self._next)
        column.addLayout(row)
        self.days = _Days(look, day=chosen, today=today, parent=self)
        column.addWidget(self.days)
        self._back.clicked.connect(self._go_back)
        self._next.clicked.connect(self._go_on)
        self.days.moved.connect(self._say_month)
        self.days.picked.connect(self._pick)
        self.setFocusProxy(self.days)
        self._say_month()

    def show_under(self, field: QWidget) -> None:
        """Open below a field, at its leading edge, inside the screen."""
        self.adjustSize()
        left = field.width() - self.width() if self._look.rtl else 0
        where = field.mapToGlobal(QPoint(left, field.height() + 2))
        room = field.screen().availableGeometry()
        where.setX(max(room.left(), min(where.x(), room.right() - self.width())))
        if where.y() + self.height() > room.bottom():
            where.setY(field.mapToGlobal(QPoint(0, 0)).y() - self.height() - 2)
        self.move(where)
        self.show()
        self.days.setFocus(Qt.FocusReason.PopupFocusReason)

    def _say_month(self) -> None:
        words, day = self._look.words, self.days.day
        name = words.month_names(short=False)[day.month - 1]
        self._title.setText(f"{name} {words.digits(str(day.year))}")

    def _go_back(self) -> None:
        self.days.step_month(-1)

    def _go_on(self) -> None:
        self.days.step_month(1)

    def _pick(self) -> None:
        self.picked.emit(self.days.day.isoformat())
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        tokens = self._look.tokens
        fill_round(painter, self.rect(), radius=0, fill=tokens.surface, border=tokens.border)
        painter.end()
