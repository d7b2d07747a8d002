"""The side of the desk: meetings to come, what others changed, and how this laptop stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.sync_facts import SyncState
from desktop.screens.desk.row_button import RowButton
from desktop.store.kept import Kept
from desktop.widgets.avatar import Face, paint_avatar
from desktop.widgets.box import Box
from desktop.widgets.buttons import Button
from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role
from desktop.widgets.labels import IconLabel, Label, Link, Rule
from desktop.widgets.layouts import empty_layout
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, draw_text, fill_round
from desktop.widgets.sync_wording import badge_words, last_sent
from desktop.words import Words

_TEXT_AT = 52
_OLD_BACKUP_MS = 3 * 86_400_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the side: a day or a face leads, two lines of words follow."""

    kind: str
    record: bytes
    first: str
    second: str
    face: Face | None = None
    day: tuple[str, str] = ("", "")

    @property
    def spoken(self) -> str:
        name = f"{self.face.name} " if self.face is not None else ""
        return f"{name}{self.first}, {self.second}"


class EntryRow(RowButton):
    """One entry; opens its record."""

    def __init__(self, look: Look, entry: Entry, parent: QWidget) -> None:
        super().__init__(look, entry.spoken, height=48 if entry.face is None else 43, parent=parent)
        self.entry = entry

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        self.paint_ground(painter, radius=6)
        look, tokens, entry = self._look, self._look.tokens, self.entry
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        middle = self.height() / 2
        if entry.face is not None:
            at = 38
            paint_avatar(painter, look, mirror.rect(2, middle - 13, 26, 26), entry.face)
        else:
            at = _TEXT_AT
            self._paint_day(painter)
        room = self.width() - at - 4
        name = entry.face.name if entry.face is not None else ""
        bold = look.fonts.of(Role.BODY, MEDIUM)
        top = middle - 20
        if name:
            width = min(room, look.fonts.width(name, Role.BODY, MEDIUM) + 4)
            where = mirror.rect(at, top, width, 20)
            cut = draw_text(painter, where, name, font=bold, colour=tokens.t1, align=mirror.leading)
            where = mirror.rect(at + width + 2, top, room - width - 2, 20)
            plain = look.fonts.of(Role.BODY)
            cut |= draw_text(painter, where, entry.first, font=plain, colour=tokens.t2, align=mirror.leading)
        else:
            where = mirror.rect(at, top, room, 20)
            cut = draw_text(painter, where, entry.first, font=bold, colour=tokens.t1, align=mirror.leading)
        where = mirror.rect(at, middle, room, 19)
        font = look.fonts.of(Role.SECONDARY)
        cut |= draw_text(painter, where, entry.second, font=font, colour=tokens.t3, align=mirror.leading)
        painter.end()
        self.say_whole(entry.spoken, cut=cut)

    def _paint_day(self, painter: QPainter) -> None:
        look, tokens = self._look, self._look.tokens
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        box = mirror.rect(2, (self.height() - 40) / 2, 40, 40)
        fill_round(painter, box, radius=8, fill=tokens.sunken, border=tokens.border)
        centre = Qt.AlignmentFlag.AlignCenter
        day, month = self.entry.day
        font = look.fonts.number(Role.TITLE, SEMIBOLD)
        where = box.adjusted(0, 3, 0, -16)
        draw_text(painter, where, day, font=font, colour=tokens.t1, align=centre)
        font = look.fonts.sized(11)
        draw_text(painter, box.adjusted(1, 20, -1, -3), month, font=font, colour=tokens.t3, align=centre)


class SideSection(QWidget):
    """A title with a way to all of it, and entries."""

    opened = Signal(str, object)
    all_asked = Signal()

    def __init__(self, look: Look, title: str, *, link: str = "", parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(Label(look, title, weight=SEMIBOLD, parent=self), 1)
        if link:
            way = Link(look, link, role=Role.SECONDARY, parent=self)
            way.clicked.connect(self.all_asked)
            head.addWidget(way)
        column.addLayout(head)
        column.addSpacing(4)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        column.addLayout(self._rows)
        self._shown: object = None
        self.rows: list[EntryRow] = []

    def show_entries(self, entries: Sequence[Entry], *, nothing: str) -> None:
        shown = tuple(entries)
        if shown == self._shown:
            return
        place = next((at for at, row in enumerate(self.rows) if row.hasFocus()), -1)
        self._shown = shown
        empty_layout(self._rows)
        self.rows = [EntryRow(self._look, entry, self) for entry in entries]
        for row in self.rows:
            row.clicked.connect(self._clicked)
            row.stepped.connect(self._stepped)
            self._rows.addWidget(row)
        if not entries:
            label = Label(self._look, nothing, colour=self._look.tokens.t2, wrap=True, parent=self)
            label.setContentsMargins(0, 4, 0, 4)
            self._rows.addWidget(label)
        elif place >= 0:
            self.rows[min(place, len(entries) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)

    def _clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, EntryRow):
            self.opened.emit(sender.entry.kind, sender.entry.record)

    def _stepped(self, step: int) -> None:
        sender = self.sender()
        if isinstance(sender, EntryRow):
            sender.focusNextPrevChild(step > 0)


class LaptopCard(Box):
    """What is only here, when everything was sent last, and whether there is a backup."""

    send_asked = Signal()
    settings_asked = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent=parent)
        words = look.words
        self.setAccessibleName(words.t("This laptop"))
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 12)
        column.setSpacing(0)
        self._icon, self.title, self.detail, texts = self._block(column)
        self.send = Button(look, words.t("Send now"), icon="send", height=28, parent=self)
        self.send.clicked.connect(self.send_asked)
        texts.addSpacing(8)
        texts.addWidget(self.send, 0, Qt.AlignmentFlag.AlignLeading)
        column.addSpacing(12)
        column.addWidget(Rule(look, strong=True, parent=self))
        column.addSpacing(10)
        self._backup_icon, self.backup, self.backup_detail, texts = self._block(column)
        way = Link(look, words.t("Backups"), role=Role.SECONDARY, parent=self)
        way.clicked.connect(self.settings_asked)
        texts.addSpacing(4)
        texts.addWidget(way, 0, Qt.AlignmentFlag.AlignLeading)

    def _block(self, column: QVBoxLayout) -> tuple[IconLabel, Label, Label, QVBoxLayout]:
        look = self._look
        row = QHBoxLayout()
        row.setSpacing(10)
        icon = IconLabel(look, "", size=18, parent=self)
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        first = Label(look, weight=MEDIUM, wrap=True, parent=self)
        second = Label(look, role=Role.SECONDARY, colour=look.tokens.t2, wrap=True, parent=self)
        texts.addWidget(first)
        texts.addWidget(second)
        row.addLayout(texts, 1)
        column.addLayout(row)
        return icon, first, second, texts

    def show_state(self, state: SyncState, *, ready: bool, reason: str, now_ms: int) -> None:
        words, look = self._look.words, self._look
        shown = badge_words(words, state, now_ms=now_ms)
        self._icon.set_icon(shown.icon, look.icon_colour(shown.family))
        text = shown.first
        if state.pending and not state.running:
            text = words.n(
                "{count} change is only on this laptop",
                "{count} changes are only on this laptop",
                state.pending,
            )
            self._icon.set_icon("cloud-upload", look.icon_colour("over"))
        self.title.setText(text)
        sent = last_sent(words, state, now_ms=now_ms)
        self.detail.setText(_sentence(sent))
        self.send.set_ready(ready=ready and not state.running, reason=reason)

    def show_backup(self, kept: Kept | None, *, now_ms: int) -> None:
        words, look = self._look.words, self._look
        if kept is None:
            self._backup_icon.set_icon("drive", look.icon_colour("watch"))
            self.backup.setText(words.t("No backup on this laptop yet"))
            self.backup_detail.setText(words.t("One is made every day by itself."))
            return
        old = now_ms - kept.when_ms > _OLD_BACKUP_MS
        self._backup_icon.set_icon("drive", look.icon_colour("watch" if old else "ok"))
        when = words.isolate(words.moment(kept.when_ms, now_ms=now_ms))
        self.backup.setText(words.t("Backed up {when}", when=when))
        self.backup_detail.setText(
            words.t("{size} on this laptop, made by itself.", size=words.isolate(words.size(kept.size)))
        )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def day_box(words: Words, iso: str) -> tuple[str, str]:
    """The number of the day and the short month of the box before a meeting."""
    return words.digits(str(int(iso[8:10]))), words.month_names()[int(iso[5:7]) - 1]
