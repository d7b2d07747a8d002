"""The side panel: one record in full beside its list, or over it as a drawer where the window is narrow."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QLinearGradient, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.widgets.avatar import Avatar, Face
from desktop.widgets.badge import Badge, BadgeLabel, CodeChip
from desktop.widgets.buttons import IconButton
from desktop.widgets.fonts import MEDIUM, REGULAR, SEMIBOLD, Role
from desktop.widgets.labels import ElidedLabel, IconLabel, Label, Link, Panel, Rule
from desktop.widgets.layouts import empty_layout, margins
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, draw_text, fill_round
from desktop.widgets.tabs import Tabs
from desktop.widgets.theme import Tokens

WIDTH = 320
LABEL_WIDTH = 92
_OVERLAY_BELOW = 1200
_FULL_BELOW = 960
_SHADE = 16


class _Bar(QWidget):
    def __init__(self, look: Look, share: float, family: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._share, self._family = look, min(1.0, max(0.0, share)), family
        self.setFixedHeight(4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        mirror = mirror_of(self.rect(), rtl=self._look.rtl)
        tokens = self._look.tokens
        fill_round(painter, self.rect(), radius=2, fill=tokens.none.tint)
        done = mirror.rectf(0, 0, self.width() * self._share, 4)
        fill_round(painter, done, radius=2, fill=tokens.family(self._family).solid)
        painter.end()


class _Shade(QWidget):
    """The soft edge of a drawer over the page."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        mirror = mirror_of(self.rect(), rtl=self._look.rtl)
        fade = QLinearGradient(mirror.point(0, 0), mirror.point(self.width(), 0))
        fade.setColorAt(0, QColor(0, 0, 0, 0))
        fade.setColorAt(1, QColor(0, 0, 0, 26))
        painter.fillRect(self.rect(), fade)
        painter.end()


class SidePanel(Panel):
    """Head, tabs, rows of label and value, strips, and a state line. Esc closes."""

    closed = Signal()
    more_asked = Signal()
    tab_chosen = Signal(str)
    link_chosen = Signal(str)
    add_asked = Signal(str)

    def __init__(self, look: Look, *, name: str, width: int = WIDTH, parent: QWidget | None = None) -> None:
        super().__init__(
            look, ground=look.tokens.surface, edges="leading", edge=look.tokens.border, parent=parent
        )
        self._look = look
        self.panel_width = width
        self.setAccessibleName(name)
        self.setMinimumWidth(240)
        column = QVBoxLayout(self)
        column.setContentsMargins(margins(look, 1, 0, 0, 0))
        column.setSpacing(0)
        column.addLayout(self._build_head())
        self._tabs_row = QHBoxLayout()
        self._tabs_row.setContentsMargins(16, 4, 16, 0)
        column.addLayout(self._tabs_row)
        self._tabs: Tabs | None = None
        self._build_body(column)
        self._build_state(column)

    def _build_head(self) -> QVBoxLayout:
        head = QVBoxLayout()
        head.setContentsMargins(margins(self._look, 16, 9, 8, 4))
        head.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._chip = CodeChip(self._look, "", parent=self)
        self._badge = BadgeLabel(self._look, Badge(""), parent=self)
        row.addWidget(self._chip)
        row.addWidget(self._badge)
        row.addStretch(1)
        self._more = IconButton(self._look, "more", self._look.words.t("More actions"), box=26, parent=self)
        self._more.clicked.connect(self.more_asked)
        self._close = IconButton(
            self._look, "close", self._look.words.t("Close"), size=14, box=26, parent=self
        )
        self._close.clicked.connect(self.closed)
        row.addWidget(self._more)
        row.addWidget(self._close)
        head.addLayout(row)
        self._title = Label(self._look, role=Role.TITLE, weight=SEMIBOLD, wrap=True, parent=self)
        self._title.setContentsMargins(margins(self._look, 0, 0, 8, 0))
        head.addWidget(self._title)
        return head

    def _build_body(self, column: QVBoxLayout) -> None:
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = Panel(self._look, ground=self._look.tokens.surface)
        # A layout aligned to the top would give wrapped text the height of its widest form.
        column_inside = QVBoxLayout(inside)
        column_inside.setContentsMargins(0, 0, 0, 0)
        column_inside.setSpacing(0)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(16, 12, 16, 12)
        self.body.setSpacing(8)
        column_inside.addLayout(self.body)
        column_inside.addStretch(1)
        self._scroll.setWidget(inside)
        column.addWidget(self._scroll, 1)

    def _build_state(self, column: QVBoxLayout) -> None:
        tokens: Tokens = self._look.tokens
        self._state = Panel(self._look, ground=tokens.sunken, edges="top", parent=self)
        self._state.setFixedHeight(32)
        row = QHBoxLayout(self._state)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        self._state_icon = IconLabel(self._look, "", size=14, parent=self._state)
        self._state_text = ElidedLabel(self._look, role=Role.SECONDARY, colour=tokens.t2, parent=self._state)
        row.addWidget(self._state_icon)
        row.addWidget(self._state_text, 1)
        self._state.hide()
        column.addWidget(self._state)

    def set_head(self, title: str, *, code: str = "", badge: Badge | None = None) -> None:
        self._title.setText(title)
        self._chip.set_code(code)
        self._badge.setVisible(badge is not None)
        if badge is not None:
            self._badge.set_badge(badge)

    def set_tabs(self, tabs: Sequence[tuple[str, str]]) -> None:
        """Show tabs; the chosen one stays when it is still there."""
        if self._tabs is None:
            self._tabs = Tabs(self._look, tabs, name=self.accessibleName(), small=True, parent=self)
            self._tabs.chosen.connect(self.tab_chosen)
            self._tabs_row.addWidget(self._tabs)
        else:
            self._tabs.set_tabs(tabs)

    @property
    def tab(self) -> str:
        return self._tabs.value if self._tabs is not None else ""

    def set_state(self, text: str, *, icon: str = "save", family: str | None = None) -> None:
        """The line at the bottom, such as "Saved on this laptop, not sent yet · 09:41"."""
        self._state_icon.set_icon(icon, self._look.icon_colour(family))
        self._state_text.setText(text)
        self._state.setVisible(bool(text))

    def clear(self) -> None:
        empty_layout(self.body)

    def add_row(self, label: str, value: str | QWidget, *, second: str = "") -> None:
        """A label in the first column and a value, with a second quieter line where there is one."""
        tokens = self._look.tokens
        row = QHBoxLayout()
        row.setSpacing(4)
        top = Qt.AlignmentFlag.AlignTop
        caption = Label(self._look, label, role=Role.SECONDARY, colour=tokens.t3, wrap=True)
        caption.setFixedWidth(LABEL_WIDTH)
        caption.setContentsMargins(0, 2, 0, 0)
        row.addWidget(caption, 0, top)
        if isinstance(value, QWidget):
            row.addWidget(value, 1)
        else:
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(Label(self._look, value, weight=MEDIUM, wrap=True))
            if second:
                column.addWidget(Label(self._look, second, role=Role.SECONDARY, colour=tokens.t3, wrap=True))
            row.addLayout(column, 1)
        self.body.addLayout(row)

    def add_person(self, label: str, face: Face, *, key: str = "") -> None:
        """A face and a name; with a key the name is a link that emits it."""
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(Avatar(self._look, face, size=20))
        if key:
            link = Link(self._look, face.name, role=Role.BODY, weight=REGULAR)
            link.setProperty("key", key)
            link.clicked.connect(self._link_clicked)
            row.addWidget(link)
            row.addStretch(1)
        else:
            row.addWidget(ElidedLabel(self._look, face.name), 1)
        self.add_row(label, holder)

    def add_section(self, title: str, *, add: str = "", add_name: str = "") -> None:
        """A ruled strip title; `add` puts a plus button there that emits `add_asked(add)`."""
        self.body.addSpacing(4)
        self.body.addWidget(Rule(self._look))
        row = QHBoxLayout()
        row.setContentsMargins(0, 4, 0, 0)
        row.addWidget(
            Label(self._look, title, role=Role.SECONDARY, weight=SEMIBOLD, colour=self._look.tokens.t2), 1
        )
        if add:
            button = IconButton(self._look, "plus", add_name or title, size=14, box=24)
            button.setProperty("add", add)
            button.clicked.connect(self._add_clicked)
            row.addWidget(button)
        self.body.addLayout(row)

    def _add_clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, IconButton):
            self.add_asked.emit(str(sender.property("add")))

    def add_measure(self, code: str, text: str, figure: str, *, share: float, family: str) -> None:
        """One line of "Counts towards": code, words, figures and a thin bar."""
        self.body.addWidget(Measure(self._look, code, text, figure, share=share, family=family))

    def add_link(self, text: str, *, key: str, icon: str) -> None:
        link = Link(self._look, text, icon=icon, weight=REGULAR)
        link.setProperty("key", key)
        link.clicked.connect(self._link_clicked)
        self.body.addWidget(link)

    def _link_clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, Link):
            self.link_chosen.emit(str(sender.property("key")))

    def add_widget(self, widget: QWidget) -> None:
        self.body.addWidget(widget)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)


class Measure(QWidget):
    """A figure against its target: words, numbers, and a bar of four pixels below."""

    def __init__(
        self,
        look: Look,
        code: str,
        text: str,
        figure: str,
        *,
        share: float,
        family: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._code, self._text, self._figure = look, code, text, figure
        self.setAccessibleName(f"{code} {text} {figure}")
        self.setFixedHeight(26)
        self._bar = _Bar(look, share, family, self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        mirror = mirror_of(self.rect(), rtl=self._look.rtl)
        self._bar.setGeometry(mirror.rect(34, 20, self.width() - 34, 4))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look, tokens = self._look, self._look.tokens
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        number = look.fonts.number(Role.SECONDARY, MEDIUM)
        width = look.fonts.width(self._figure, Role.SECONDARY, MEDIUM) + 4
        small = look.fonts.of(Role.SECONDARY)
        draw_text(
            painter, mirror.rect(0, 0, 32, 18), self._code, font=small, colour=tokens.t3, align=mirror.leading
        )
        draw_text(
            painter,
            mirror.rect(34, 0, self.width() - 34 - width - 8, 18),
            self._text,
            font=small,
            colour=tokens.t1,
            align=mirror.leading,
        )
        draw_text(
            painter,
            mirror.rect(self.width() - width, 0, width, 18),
            self._figure,
            font=number,
            colour=tokens.t2,
            align=mirror.trailing,
        )
        painter.end()


class PanelHost(QWidget):
    """A page and its side panel: side by side when wide, a drawer over the page when narrow, else alone."""

    def __init__(self, look: Look, page: QWidget, panel: SidePanel, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._page, self._panel = look, page, panel
        self._overlay = False
        page.setParent(self)
        panel.setParent(self)
        panel.hide()
        panel.closed.connect(self.close_panel)
        self._before: QWidget | None = None
        self._shade = _Shade(look, self)

    @property
    def is_open(self) -> bool:
        return not self._panel.isHidden()

    @property
    def is_drawer(self) -> bool:
        return self._overlay

    def open_panel(self) -> None:
        if not self.is_open:
            self._before = self.focusWidget()
        self._panel.show()
        self._panel.raise_()
        self._place()

    def close_panel(self) -> None:
        self._panel.hide()
        self._place()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
            self._before = None
        else:
            self._page.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place(self) -> None:
        width, height = self.width(), self.height()
        window = self.window().width()
        self._overlay = window < _OVERLAY_BELOW
        mirror = mirror_of(self.rect(), rtl=self._look.rtl)
        self._shade.setVisible(self.is_open and self._overlay)
        if not self.is_open:
            self._page.setGeometry(self.rect())
            return
        room = width if window < _FULL_BELOW else min(self._panel.panel_width, width)
        self._panel.setGeometry(mirror.rect(width - room, 0, room, height))
        self._shade.setGeometry(mirror.rect(width - room - _SHADE, 0, _SHADE, height))
        self._shade.raise_()
        page = width if self._overlay else width - room
        self._page.setGeometry(mirror.rect(0, 0, page, height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._place()
        return super().event(event)
