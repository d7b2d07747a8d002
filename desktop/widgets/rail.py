"""The rail: where the person is and where else there is to go. Narrow windows keep only its icons."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.widgets.avatar import Face, paint_avatar
from desktop.widgets.buttons import IconButton
from desktop.widgets.fonts import MEDIUM, REGULAR, SEMIBOLD, Role
from desktop.widgets.labels import Panel, Rule
from desktop.widgets.layouts import margins
from desktop.widgets.look import Look
from desktop.widgets.mirror import Mirror, mirror_of
from desktop.widgets.painting import begin, draw_text, fill_round
from desktop.widgets.pressable import Pressable
from desktop.widgets.rings import FocusRing

WIDE, NARROW = 200, 52
COLLAPSE_BELOW = 1200


@dataclass(frozen=True, slots=True)
class RailItem:
    """One place to go. `pill` marks the count that asks for a decision."""

    key: str
    text: str
    icon: str
    pill: bool = False


@dataclass(frozen=True, slots=True)
class RailPlan:
    """What the rail shows: groups parted by rules, then a group at the bottom and the person."""

    title: str
    top: Sequence[Sequence[RailItem]]
    bottom: Sequence[RailItem] = ()
    person: Face | None = None
    role: str = ""
    names: dict[str, str] = field(default_factory=dict)


class _Item(Pressable):
    def __init__(self, look: Look, item: RailItem, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self.item, self._count, self._narrow = look, item, 0, False
        self.setCheckable(True)
        self.setFixedHeight(32)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._ring = FocusRing(self, colour=look.tokens.accent_text)
        self._name()

    def set_count(self, count: int) -> None:
        self._count = count
        self._name()
        self.update()

    def set_narrow(self, *, narrow: bool) -> None:
        self._narrow = narrow
        self._name()
        self.update()

    def _name(self) -> None:
        count = f" ({self._look.words.number(self._count)})" if self._count else ""
        self.setAccessibleName(self.item.text + count)
        self.setToolTip(self.item.text if self._narrow else "")

    def sizeHint(self) -> QSize:
        return QSize(36 if self._narrow else WIDE - 16, 32)

    def nextCheckState(self) -> None:
        """The screen decides what is shown; a click alone does not mark an item."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look, tokens = self._look, self._look.tokens
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        active = self.isChecked()
        if active:
            fill_round(
                painter, self.rect(), radius=6, fill=tokens.surface if not tokens.dark else tokens.hover
            )
            fill_round(painter, mirror.rect(0, 7, 3, 18), radius=1.5, fill=tokens.accent_text)
        elif self.underMouse():
            fill_round(painter, self.rect(), radius=6, fill=tokens.hover)
        colour = tokens.accent_text if active else tokens.t2
        look.icons.paint(painter, self.item.icon, mirror.rect(10, 0, 16, 32), colour=colour)
        if self._narrow:
            if self._count and self.item.pill:
                self._paint_pill(painter, mirror, at=22, y=1)
            painter.end()
            return
        space = self._paint_count(painter, mirror)
        text = mirror.rect(36, 0, self.width() - 36 - space, 32)
        font = look.fonts.of(Role.BODY, MEDIUM if active else REGULAR)
        draw_text(
            painter,
            text,
            self.item.text,
            font=font,
            colour=tokens.t1 if active else tokens.t2,
            align=mirror.leading,
        )
        painter.end()

    def _paint_count(self, painter: QPainter, mirror: Mirror) -> int:
        if not self._count:
            return 6
        look = self._look
        if self.item.pill:
            return self._paint_pill(painter, mirror, at=None, y=8)
        text = look.words.number(self._count)
        font = look.fonts.number(Role.SECONDARY, MEDIUM)
        width = look.fonts.width(text, Role.SECONDARY, MEDIUM) + 12
        box = mirror.rect(self.width() - width - 6, 0, width, 32)
        draw_text(painter, box, text, font=font, colour=look.tokens.t2, align=Qt.AlignmentFlag.AlignCenter)
        return width + 8

    def _paint_pill(self, painter: QPainter, mirror: Mirror, *, at: float | None, y: int) -> int:
        look = self._look
        text = look.words.number(self._count)
        font = look.fonts.sized(11, SEMIBOLD)
        size = 17 if at is None else 15
        width = max(size, look.fonts.width(text, Role.CAPTION, SEMIBOLD) + 8)
        start = self.width() - width - 7 if at is None else at
        box = mirror.rect(start, y, width, size)
        fill_round(painter, box, radius=size / 2, fill=look.tokens.ask.solid)
        ink = look.tokens.surface
        draw_text(painter, box, text, font=font, colour=ink, align=Qt.AlignmentFlag.AlignCenter)
        return width + 8


class _Person(QAbstractButton):
    def __init__(self, look: Look, face: Face, role: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._face, self._role = look, face, role
        self.setAccessibleName(f"{face.name}, {role}" if role else face.name)
        self.setToolTip(face.name)
        self.setFixedHeight(44)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._ring = FocusRing(self, colour=look.tokens.accent_text)

    def sizeHint(self) -> QSize:
        return QSize(28, 44)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look, tokens = self._look, self._look.tokens
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        paint_avatar(painter, look, mirror.rect(4 if self.width() < WIDE - 40 else 6, 8, 28, 28), self._face)
        width = self.width() - 44
        if width > 40:
            name = mirror.rect(42, 5 if self._role else 13, width, 18)
            draw_text(
                painter,
                name,
                self._face.name,
                font=look.fonts.of(Role.BODY, MEDIUM),
                colour=tokens.t1,
                align=mirror.leading,
            )
            role = mirror.rect(42, 23, width, 16)
            draw_text(
                painter,
                role,
                self._role,
                font=look.fonts.of(Role.CAPTION),
                colour=tokens.t3,
                align=mirror.leading,
            )
        painter.end()


class _Brand(QWidget):
    def __init__(self, look: Look, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._title = look, title
        self.setFixedHeight(48)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look = self._look
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        wide = self.width() > 60
        look.icons.paint(
            painter, "logo", mirror.rect(18 if wide else 16, 14, 20, 20), colour=look.tokens.accent_text
        )
        if wide:
            where = mirror.rect(46, 0, self.width() - 46, 48)
            font = look.fonts.of(Role.TITLE, SEMIBOLD)
            draw_text(painter, where, self._title, font=font, colour=look.tokens.t1, align=mirror.leading)
        painter.end()


class Rail(Panel):
    """Emits the key of the place that was asked for; `set_active` marks where the window went."""

    chosen = Signal(str)
    person_clicked = Signal()
    narrow_asked = Signal(bool)

    def __init__(self, look: Look, plan: RailPlan, *, parent: QWidget | None = None) -> None:
        super().__init__(look, ground=look.tokens.app, edges="trailing", parent=parent)
        self._look, self._plan = look, plan
        self._items: dict[str, _Item] = {}
        self._narrow = False
        self.setAccessibleName(plan.title)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._build_top()
        self._column.addStretch(1)
        self._build_bottom()
        self.setFixedWidth(WIDE)

    def _build_top(self) -> None:
        head = QWidget(self)
        row = QHBoxLayout(head)
        row.setContentsMargins(margins(self._look, 0, 0, 10, 0))
        row.setSpacing(0)
        self._brand = _Brand(self._look, self._plan.title, head)
        row.addWidget(self._brand, 1)
        name = self._plan.names.get("collapse", self._look.words.t("Narrow the menu"))
        self._toggle = IconButton(self._look, "panel-left", name, parent=head)
        self._toggle.clicked.connect(self._toggle_clicked)
        row.addWidget(self._toggle, 0, Qt.AlignmentFlag.AlignVCenter)
        self._column.addWidget(head)
        self._column.addSpacing(8)
        for index, group in enumerate(self._plan.top):
            if index:
                self._add_rule(7, 6)
            self._add_group(group)

    def _build_bottom(self) -> None:
        self._add_group(self._plan.bottom)
        if self._plan.person is not None:
            self._add_rule(3, 2)
            self._person = _Person(self._look, self._plan.person, self._plan.role, self)
            self._person.clicked.connect(self.person_clicked)
            holder = QHBoxLayout()
            holder.setContentsMargins(8, 0, 8, 2)
            holder.addWidget(self._person)
            self._column.addLayout(holder)

    def _add_group(self, group: Sequence[RailItem]) -> None:
        box = QVBoxLayout()
        box.setContentsMargins(8, 0, 8, 0)
        box.setSpacing(2)
        for item in group:
            button = _Item(self._look, item, self)
            button.clicked.connect(self._clicked)
            self._items[item.key] = button
            box.addWidget(button)
        self._column.addLayout(box)

    def _add_rule(self, above: int, below: int) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(16, above, 16, below)
        row.addWidget(Rule(self._look, strong=True, parent=self))
        self._column.addLayout(row)

    def _clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, _Item):
            self.chosen.emit(sender.item.key)

    def _toggle_clicked(self) -> None:
        self.narrow_asked.emit(not self._narrow)
        self.set_narrow(narrow=not self._narrow)

    @property
    def active(self) -> str:
        return next((key for key, item in self._items.items() if item.isChecked()), "")

    def set_active(self, key: str) -> None:
        for each, item in self._items.items():
            item.setChecked(each == key)

    def set_count(self, key: str, count: int) -> None:
        self._items[key].set_count(count)

    def set_narrow(self, *, narrow: bool) -> None:
        """Show icons only, or icons and words."""
        self._narrow = narrow
        self.setFixedWidth(NARROW if narrow else WIDE)
        self._toggle.setVisible(not narrow)
        for item in self._items.values():
            item.set_narrow(narrow=narrow)

    def fit(self, window_width: int) -> None:
        """Follow the width of the window."""
        narrow = window_width < COLLAPSE_BELOW
        if narrow != self._narrow:
            self.set_narrow(narrow=narrow)

    def item_rect(self, key: str) -> QRect:
        return self._items[key].geometry()
