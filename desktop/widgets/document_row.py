"""One file of a list: its name to open it by, where it is in words, and a way to what can be done."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.file_desk import Copying
from desktop.store.documents import Document
from desktop.widgets.buttons import IconButton
from desktop.widgets.document_words import Said, document_icon
from desktop.widgets.fonts import MEDIUM, REGULAR, Role
from desktop.widgets.labels import ElidedLabel, IconLabel, Label, Link
from desktop.widgets.look import Look
from desktop.widgets.progress import Progress

_INDENT = 22
_PERCENT_WIDTH = 52


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything a row says; two that are equal look alike, but for how far a file is on its way."""

    document: Document
    caption: str
    state: Said
    policy: str
    asking: str
    error: str


class _Lines(QWidget):
    """A column under a name, with a line of state and its progress."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 8, 0, 8)
        self.column.setSpacing(3)
        self.progress: Progress | None = None

    def _head(self, icon: str, name: QWidget, button: IconButton) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(IconLabel(self._look, icon, size=14, parent=self))
        # A link is as wide as its words, and shorter only where there is no room.
        row.addWidget(name, 0 if isinstance(name, Link) else 1)
        if isinstance(name, Link):
            row.addStretch(1)
        row.addWidget(button)
        self.column.addLayout(row)

    def _add(self, widget: QWidget) -> None:
        row = QHBoxLayout()
        row.addSpacing(_INDENT)
        row.addWidget(widget, 1)
        self.column.addLayout(row)

    def _say(self, said: Said) -> None:
        look = self._look
        colour = look.tokens.family(said.family).text if said.family else look.tokens.t2
        row = QHBoxLayout()
        row.addSpacing(_INDENT)
        row.setSpacing(6)
        icon = IconLabel(look, said.icon, size=13, colour=colour, parent=self)
        icon.setFixedHeight(16)
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        plain = colour if said.family in ("bad", "watch") else look.tokens.t2
        row.addWidget(Label(look, said.text, role=Role.SECONDARY, colour=plain, wrap=True, parent=self), 1)
        self.column.addLayout(row)
        if said.share is not None:
            self.progress = Progress(
                look, name=said.text, family="over", text_width=_PERCENT_WIDTH, parent=self
            )
            self.show_share(said.share)
            self._add(self.progress)

    def show_share(self, share: float) -> None:
        """Further on its way."""
        if self.progress is not None:
            self.progress.set_progress(share, text=self._look.words.percent(int(share * 100)))


class DocumentRow(_Lines):
    """Enter on the name opens it, or fetches it; the menu key and Delete do what they do elsewhere."""

    chosen = Signal(object)
    """The person pressed the name."""
    asked = Signal(object)
    """Fetch or send it now."""
    policy_asked = Signal(object, QPoint)
    menu_asked = Signal(object, QPoint)
    remove_asked = Signal(object)
    step_asked = Signal(object, int)

    def __init__(self, look: Look, shown: Shown, *, parent: QWidget) -> None:
        super().__init__(look, parent)
        words, document = look.words, shown.document
        self.shown = shown
        self.name = Link(look, document.name, role=Role.BODY, weight=REGULAR, parent=self)
        self.name.setToolTip(document.name)
        self.name.setAccessibleDescription(f"{shown.caption}. {shown.state.text}. {shown.policy}")
        self.name.clicked.connect(self._choose)
        self.more = IconButton(
            look, "more", words.t("Actions for {name}", name=document.name), size=14, box=24, parent=self
        )
        self.more.clicked.connect(self._menu)
        self._head(document_icon(document), self.name, self.more)
        caption = ElidedLabel(look, shown.caption, role=Role.SECONDARY, colour=look.tokens.t3, parent=self)
        self._add(caption)
        said = f"{shown.state.text}. {shown.policy}" if shown.policy else shown.state.text
        self._say(replace(shown.state, text=said))
        self._add_links()
        for part in self.parts.values():
            part.installEventFilter(self)
        if shown.error:
            self._say(Said(shown.error, "circle-alert", "bad"))
        self.setAccessibleName(
            ". ".join(part for part in (document.name, shown.caption, shown.state.text) if part)
        )

    def _add_links(self) -> None:
        look, words, shown = self._look, self._look.words, self.shown
        self.ask: Link | None = None
        self.policy: Link | None = None
        if not shown.asking and not shown.policy:
            return
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addSpacing(_INDENT)
        if shown.asking:
            self.ask = Link(look, shown.asking, parent=self)
            self.ask.setAccessibleName(f"{shown.asking}: {shown.document.name}")
            self.ask.clicked.connect(self._ask)
            row.addWidget(self.ask)
        if shown.policy:
            self.policy = Link(look, words.t("When…"), parent=self)
            self.policy.setToolTip(words.t("When it travels"))
            self.policy.setAccessibleName(f"{words.t('When it travels')}: {shown.policy}")
            self.policy.clicked.connect(self._ask_policy)
            row.addWidget(self.policy)
        row.addStretch(1)
        self.column.addLayout(row)

    @property
    def parts(self) -> dict[str, QWidget]:
        """What can hold the keyboard, by name: so that a row that is made again gets it back."""
        found: dict[str, QWidget | None] = {
            "name": self.name, "more": self.more, "ask": self.ask, "policy": self.policy
        }  # fmt: skip
        return {name: widget for name, widget in found.items() if widget is not None}

    @Slot()
    def _choose(self) -> None:
        self.chosen.emit(self.shown.document)

    @Slot()
    def _ask(self) -> None:
        self.asked.emit(self.shown.document)

    @Slot()
    def _ask_policy(self) -> None:
        if self.policy is not None:
            self.policy_asked.emit(self.shown.document, self._under(self.policy))

    @Slot()
    def _menu(self) -> None:
        self.menu_asked.emit(self.shown.document, self._under(self.more))

    def _under(self, widget: QWidget) -> QPoint:
        corner = widget.rect().bottomRight() if self._look.rtl else widget.rect().bottomLeft()
        return widget.mapToGlobal(corner)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(self.shown.document, event.globalPos())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt's buttons would take the arrows for themselves.
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit(self.shown.document)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step_asked.emit(self.shown.document, 1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            return False
        return True


class CopyingRow(_Lines):
    """A file on its way into the notebook, or why it did not come in."""

    given_up = Signal(object)

    def __init__(self, look: Look, copy: Copying, *, error: str, parent: QWidget) -> None:
        super().__init__(look, parent)
        words = look.words
        self.copy = copy
        name = ElidedLabel(look, copy.name, weight=MEDIUM, parent=self)
        said = words.t("Put away") if error else words.t("Stop copying {name}", name=copy.name)
        self.stop = IconButton(look, "close", said, size=14, box=24, parent=self)
        self.stop.clicked.connect(self._give_up)
        self._head("file", name, self.stop)
        if error:
            self._say(Said(words.t("Not attached. {reason}", reason=error), "circle-alert", "bad"))
        else:
            self._say(Said(words.t("Being copied into the notebook"), "arrow-down", "over", copy.share))
        self.setAccessibleName(f"{copy.name}. {error}" if error else copy.name)

    @Slot()
    def _give_up(self) -> None:
        self.given_up.emit(self.copy)
