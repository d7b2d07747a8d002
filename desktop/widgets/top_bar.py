"""The top bar: where in the programme, the search, and how this laptop stands with the server."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QWidget

from desktop.widgets.fonts import MEDIUM, Role
from desktop.widgets.labels import IconLabel, Panel
from desktop.widgets.layouts import empty_layout, margins
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, draw_text, fill_round
from desktop.widgets.pressable import Pressable
from desktop.widgets.rings import FocusRing
from desktop.widgets.sync_badge import SyncBadge

HEIGHT = 49
_COMPACT_BELOW = 1100


@dataclass(frozen=True, slots=True)
class Crumb:
    """One selector of the path: its key, what is chosen, and what could be."""

    key: str
    name: str
    value: str
    choices: Sequence[tuple[str, str]] = ()

    @property
    def text(self) -> str:
        return next((text for key, text in self.choices if key == self.value), self.value)


class _Selector(Pressable):
    PRESSES = (*Pressable.PRESSES, Qt.Key.Key_Down)

    def __init__(self, look: Look, crumb: Crumb, *, last: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self.crumb, self._last = look, crumb, last
        self.setText(crumb.text)
        self.setAccessibleName(f"{crumb.name}: {crumb.text}")
        self.setToolTip(crumb.name)
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._ring = FocusRing(self, colour=look.tokens.accent_text)

    def sizeHint(self) -> QSize:
        return QSize(self._look.fonts.width(self.text(), Role.BODY, MEDIUM) + 28, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 72), 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look, tokens = self._look, self._look.tokens
        if self.underMouse():
            fill_round(painter, self.rect(), radius=6, fill=tokens.hover)
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        colour = tokens.t1 if self._last else tokens.t2
        where = mirror.rect(4, 0, self.width() - 28, 28)
        font = look.fonts.of(Role.BODY, MEDIUM)
        draw_text(painter, where, self.text(), font=font, colour=colour, align=mirror.leading)
        look.icons.paint(painter, "chevron-down", mirror.rect(self.width() - 20, 0, 14, 28), colour=tokens.t2)
        painter.end()


class SearchField(QLineEdit):
    """One line over everything; Ctrl K brings the keyboard here, Esc empties it."""

    asked = Signal(str)
    cleared = Signal()

    def __init__(self, look: Look, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        words = look.words
        self.setAccessibleName(words.t("Search everything"))
        self.setPlaceholderText(words.t("Search everything"))
        self.setProperty("bare", "true")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(120)
        self.setMaximumWidth(320)
        self.setFixedHeight(28)
        self.setFont(look.fonts.of(Role.SECONDARY))
        self._margins()
        focus = QAction(self)
        focus.setShortcut(QKeySequence("Ctrl+K"))
        focus.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        focus.triggered.connect(self._take_focus)
        self.addAction(focus)
        self.returnPressed.connect(self._ask)

    def _margins(self) -> None:
        hint = self._look.fonts.width("Ctrl K", Role.CAPTION, MEDIUM) + 14
        self.setTextMargins(hint if self._look.rtl else 30, 0, 30 if self._look.rtl else hint, 0)

    def _take_focus(self) -> None:
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def _ask(self) -> None:
        self.asked.emit(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.cleared.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, tokens = self._look, self._look.tokens
        painter = QPainter(self)
        begin(painter)
        focused = self.hasFocus()
        edge = tokens.accent_text if focused else tokens.border
        fill = tokens.surface if focused else tokens.sunken
        fill_round(painter, self.rect(), radius=6, fill=fill, border=edge, width=2 if focused else 1)
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        look.icons.paint(painter, "search", mirror.rect(9, 0, 14, self.height()), colour=tokens.t2)
        if not self.text():
            where = mirror.rect(self.width() - 68, 0, 60, self.height())
            font = look.fonts.sized(11, MEDIUM)
            painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            draw_text(painter, where, "Ctrl K", font=font, colour=tokens.t3, align=mirror.trailing)
        painter.end()
        super().paintEvent(event)


class TopBar(Panel):
    """Selectors at the leading edge, search and the sync badge at the trailing one."""

    crumb_chosen = Signal(str, str)

    def __init__(self, look: Look, *, badge: QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(look, ground=look.tokens.surface, edges="bottom", parent=parent)
        self._look = look
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(look.words.t("Place and search"))
        row = QHBoxLayout(self)
        row.setContentsMargins(margins(look, 12, 0, 16, 1))
        row.setSpacing(0)
        self._crumbs = QHBoxLayout()
        self._crumbs.setSpacing(4)
        row.addLayout(self._crumbs)
        row.addStretch(1)
        self.search = SearchField(look, parent=self)
        row.addWidget(self.search, 4)
        row.addSpacing(16)
        self._slot = QHBoxLayout()
        row.addLayout(self._slot)
        if badge is not None:
            self._slot.addWidget(badge)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        item = self._slot.itemAt(0)
        badge = item.widget() if item is not None else None
        if isinstance(badge, SyncBadge):
            badge.set_compact(compact=self.width() < _COMPACT_BELOW)

    def set_badge(self, badge: QWidget) -> None:
        empty_layout(self._slot)
        self._slot.addWidget(badge)

    def set_crumbs(self, crumbs: Sequence[Crumb]) -> None:
        """Show the path; each part opens a menu of its choices."""
        empty_layout(self._crumbs)
        for index, crumb in enumerate(crumbs):
            if index:
                self._crumbs.addWidget(IconLabel(self._look, "chevron-right", size=14, parent=self))
            selector = _Selector(self._look, crumb, last=index == len(crumbs) - 1, parent=self)
            selector.clicked.connect(self._open_menu)
            self._crumbs.addWidget(selector)

    def _open_menu(self) -> None:
        selector = self.sender()
        if not isinstance(selector, _Selector) or not selector.crumb.choices:
            return
        menu = QMenu(selector)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for key, text in selector.crumb.choices:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(key == selector.crumb.value)
            action.setData((selector.crumb.key, key))
        menu.triggered.connect(self._picked)
        corner = selector.rect().bottomRight() if self._look.rtl else selector.rect().bottomLeft()
        where = selector.mapToGlobal(corner)
        if self._look.rtl:
            where.setX(where.x() - menu.sizeHint().width())
        menu.popup(where)

    def _picked(self, action: QAction) -> None:
        key, value = action.data()
        self.crumb_chosen.emit(key, value)
