"""The line above the grid that says what is shown and what is left out: words, status, lead."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QWidget

from desktop.screens.workplan.standing import ORDER, mark_of, plain_word
from desktop.widgets.buttons import Button, IconButton
from desktop.widgets.fields import LineEdit
from desktop.widgets.fonts import MEDIUM, Role
from desktop.widgets.labels import Label, Panel
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, draw_text, fill_round
from desktop.widgets.rings import FocusRing

_HEIGHT = 44
_PAUSE_MS = 20
_NAMES = 2


class MenuButton(QAbstractButton):
    """Several of a list, in a menu that stays open while they are ticked."""

    changed = Signal()

    def __init__(self, look: Look, name: str, *, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._name = look, name
        self._choices: list[tuple[str, str, str, str]] = []
        self.chosen: set[str] = set()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._ring = FocusRing(self, colour=look.tokens.accent_text)
        self.clicked.connect(self._open)
        self._say()

    def set_choices(self, choices: Sequence[tuple[str, str, str, str]]) -> None:
        """Key, words, and the icon with its family where there is one."""
        self._choices = list(choices)
        self._say()

    def clear(self) -> None:
        self.chosen.clear()
        self._say()

    def _say(self) -> None:
        words = self._look.words
        names = [text for key, text, _, _ in self._choices if key in self.chosen]
        shown = words.join(names[:_NAMES]) if names else words.t("all")
        if len(names) > _NAMES:
            shown = words.t("{names} and {count} more", names=shown, count=len(names) - _NAMES)
        self.setText(words.t("{name}: {values}", name=self._name, values=shown))
        self.setAccessibleName(self.text())
        self.updateGeometry()
        self.update()

    def _open(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        tokens = self._look.tokens
        for key, text, icon, family in self._choices:
            action = menu.addAction(text)
            if icon:
                colour = tokens.family(family).text if family else tokens.t2
                action.setIcon(self._look.icons.icon(icon, size=14, colour=colour))
            action.setCheckable(True)
            action.setChecked(key in self.chosen)
            action.setData(key)
        menu.triggered.connect(self._picked)
        corner = self.rect().bottomRight() if self._look.rtl else self.rect().bottomLeft()
        where = self.mapToGlobal(corner)
        menu.popup(QPoint(where.x() - (menu.sizeHint().width() if self._look.rtl else 0), where.y() + 2))

    def _picked(self, action: QAction) -> None:
        self.choose(str(action.data()), chosen=action.isChecked())

    def choose(self, key: str, *, chosen: bool) -> None:
        """Tick or untick one."""
        if chosen:
            self.chosen.add(key)
        else:
            self.chosen.discard(key)
        self._say()
        self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.click()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(self._look.fonts.width(self.text(), Role.BODY, MEDIUM) + 44, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look, tokens = self._look, self._look.tokens
        active = bool(self.chosen)
        edge = tokens.accent_text if active else tokens.strong
        fill_round(painter, self.rect(), radius=6, fill=tokens.sel if active else tokens.surface, border=edge)
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        where = mirror.rect(10, 0, self.width() - 38, 28)
        font = look.fonts.of(Role.BODY, MEDIUM if active else 400)
        draw_text(painter, where, self.text(), font=font, colour=tokens.t1, align=mirror.leading)
        look.icons.paint(painter, "chevron-down", mirror.rect(self.width() - 24, 0, 14, 28), colour=tokens.t2)
        painter.end()


class FilterBar(Panel):
    """Emits `changed` when something else is wanted; Esc in it closes and clears."""

    changed = Signal()
    closed = Signal()

    def __init__(self, look: Look, *, parent: QWidget | None = None) -> None:
        super().__init__(look, ground=look.tokens.sunken, edges="bottom", parent=parent)
        words = look.words
        self._words = words
        self.setFixedHeight(_HEIGHT)
        self.setAccessibleName(words.t("Filter"))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(8)
        self.text = LineEdit(look, icon="search", parent=self)
        self.text.setAccessibleName(words.t("Words in the line"))
        self.text.setPlaceholderText(words.t("Words in the line"))
        self.text.setMaximumWidth(240)
        row.addWidget(self.text, 2)
        self.status = MenuButton(look, words.t("Status"), parent=self)
        self.status.set_choices(
            [(key, plain_word(words, key), mark_of(key)[1], mark_of(key)[0]) for key in ORDER]
        )
        row.addWidget(self.status)
        self.lead = MenuButton(look, words.t("Lead"), parent=self)
        row.addWidget(self.lead)
        self.shown = Label(look, role=Role.SECONDARY, colour=look.tokens.t2, parent=self)
        row.addWidget(self.shown, 1)
        self._clear = Button(look, words.t("Show everything"), kind="quiet", height=28, parent=self)
        self._clear.clicked.connect(self.clear)
        row.addWidget(self._clear)
        close = IconButton(look, "close", words.t("Close the filter"), size=14, parent=self)
        close.clicked.connect(self.close_bar)
        row.addWidget(close)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.changed)
        self.text.textChanged.connect(self._typed)
        self.status.changed.connect(self.changed)
        self.lead.changed.connect(self.changed)

    def _typed(self) -> None:
        self._pause.start()

    @property
    def active(self) -> int:
        """How many conditions there are."""
        return sum((bool(self.text.text().strip()), bool(self.status.chosen), bool(self.lead.chosen)))

    def set_leads(self, leads: Mapping[bytes, str]) -> None:
        order = sorted(leads.items(), key=lambda pair: pair[1].casefold())
        self.lead.set_choices([(record.hex(), name, "", "") for record, name in order])

    def set_shown(self, shown: int, total: int) -> None:
        words = self._words
        text = words.t("{shown} of {total} shown", shown=words.number(shown), total=words.number(total))
        self.shown.setText(text if self.active else "")

    def clear(self) -> None:
        """Let everything through again."""
        if not self.active:
            return
        self.text.clear()
        self._pause.stop()
        self.status.clear()
        self.lead.clear()
        self.changed.emit()

    def close_bar(self) -> None:
        self.clear()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
            return
        super().keyPressEvent(event)
