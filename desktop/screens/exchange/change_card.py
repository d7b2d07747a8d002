"""A change that the server did not accept, as a card: record, what was typed, why, and what can be done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.store.aside import Unreceived
from desktop.store.outbox import Refused
from desktop.store.verify import SET_ASIDE
from desktop.widgets.box import Box
from desktop.widgets.buttons import Button
from desktop.widgets.fonts import MEDIUM, Role
from desktop.widgets.kind_icons import kind_icon
from desktop.widgets.labels import IconLabel, Label, Link
from desktop.widgets.look import Look
from desktop.widgets.value_text import item_text
from desktop.words.messages import explain, outcome_text
from sync.changes import DELETED, base_field, key_member
from sync.clock import stamp_ms
from sync.errors import DaftarError
from sync.merge.texts import first_text
from sync.records import Field, FieldType


@dataclass(frozen=True, slots=True)
class Written:
    """What one change wrote into which record."""

    kind: str
    record: bytes
    writes: Mapping[str, Any]
    create: bool = False


class ChangeCard(Box):
    """The part that one's own changes and those of colleagues have in common."""

    opened = Signal(str, object)
    copied = Signal(str)

    def __init__(
        self,
        look: Look,
        desk: Desk,
        written: Written,
        *,
        about: str,
        reason: str,
        advice: str = "",
        parent: QWidget,
    ) -> None:
        super().__init__(look, parent=parent)
        self._written = written
        words, tokens = look.words, look.tokens
        self._typed = typed_values(desk, written)
        title = record_title(desk, written)
        self.setAccessibleName(f"{title}. {reason}")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        column.addLayout(self._head(look, desk, title))
        column.addWidget(Label(look, about, role=Role.SECONDARY, colour=tokens.t2, wrap=True, parent=self))
        column.addSpacing(2)
        column.addLayout(self._values(look))
        column.addWidget(Label(look, reason, colour=tokens.bad.text, wrap=True, parent=self))
        if advice:
            column.addWidget(Label(look, advice, colour=tokens.t2, wrap=True, parent=self))
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.copy_button = Button(look, words.t("Copy what was typed"), icon="copy", height=28, parent=self)
        self.copy_button.clicked.connect(self._copy)
        self.copy_button.setVisible(bool(self._typed))
        self.buttons.addWidget(self.copy_button)
        self.buttons.addStretch(1)
        column.addSpacing(4)
        column.addLayout(self.buttons)

    def _head(self, look: Look, desk: Desk, title: str) -> QHBoxLayout:
        written, tokens = self._written, look.tokens
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconLabel(look, kind_icon(written.kind), parent=self))
        if written.kind and desk.row(written.kind, written.record) is not None:
            link = Link(look, title, role=Role.BODY, parent=self)
            link.clicked.connect(self._open)
            head.addWidget(link)
        else:
            head.addWidget(Label(look, title, weight=MEDIUM, parent=self))
        label = kind_label(desk, written.kind)
        head.addWidget(Label(look, label, role=Role.SECONDARY, colour=tokens.t2, parent=self), 1)
        return head

    def _values(self, look: Look) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for at, (label, text) in enumerate(self._typed.items()):
            name = Label(look, label, role=Role.SECONDARY, colour=look.tokens.t3, parent=self)
            name.setMinimumWidth(120)
            grid.addWidget(name, at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Label(look, text, wrap=True, parent=self), at, 1)
        return grid

    def _open(self) -> None:
        self.opened.emit(self._written.kind, self._written.record)

    def _copy(self) -> None:
        self.copied.emit("\n".join(f"{label}: {text}" for label, text in self._typed.items()))


class RefusedCard(ChangeCard):
    """One's own change; what was typed is kept here until somebody takes it off the list."""

    put_aside = Signal(object)

    def __init__(
        self, look: Look, desk: Desk, refused: Refused, *, workspace: str = "", parent: QWidget
    ) -> None:
        written = Written(refused.kind, refused.record, refused.writes, refused.create)
        words = look.words
        about = about_words(desk, written, [workspace], stamp=refused.stamp)
        reason = explain(words, DaftarError(refused.code, kind=kind_label(desk, refused.kind)))
        decided = outcome_text(words, refused.outcome, refused.why)
        super().__init__(look, desk, written, about=about, reason=reason, advice=decided, parent=parent)
        self._refused = refused
        self.done_button = Button(
            look, words.t("Take off the list"), kind="quiet", icon="check", height=28, parent=self
        )
        self.done_button.clicked.connect(self._put_aside)
        self.buttons.insertWidget(1, self.done_button)

    def _put_aside(self) -> None:
        self.put_aside.emit(self._refused)


class UnreceivedCard(ChangeCard):
    """A colleague's change that this laptop could not take in; it is tried again by itself."""

    def __init__(
        self, look: Look, desk: Desk, change: Unreceived, *, workspace: str = "", parent: QWidget
    ) -> None:
        written = Written(change.kind, change.record, change.writes, change.create)
        words = look.words
        counted = words.n("{count} change", "{count} changes", change.changes) if change.is_frame else ""
        about = about_words(desk, written, [counted, workspace, change.person], stamp=change.stamp)
        reason = explain(words, DaftarError(change.code if change.is_frame else SET_ASIDE))
        super().__init__(look, desk, written, about=about, reason=reason, parent=parent)


def kind_label(desk: Desk, name: str) -> str:
    """The word for a kind; its name where this version does not know it."""
    kind = desk.store.kinds.get(name)
    return desk.words.t(kind.label) if kind is not None else name


def about_words(desk: Desk, written: Written, names: Iterable[str], *, stamp: int, came_ms: int = 0) -> str:
    """What was done, where and by whom, and when it was written and arrived, as far as it is known."""
    words, now = desk.words, desk.clock.now_ms()
    about = [what_words(desk, written)] if written.writes or written.create else []
    about += [words.isolate(name) for name in names if name]
    if stamp:
        when = words.moment(stamp_ms(stamp), now_ms=now)
        about.append(words.t("written {when}", when=words.isolate(when)))
    if came_ms:
        when = words.moment(came_ms, now_ms=now)
        about.append(words.t("arrived {when}", when=words.isolate(when)))
    return " · ".join(about)


def what_words(desk: Desk, written: Written) -> str:
    """What was done to the record, in a word."""
    words = desk.words
    if written.create:
        return words.p("change", "Added")
    if DELETED not in written.writes:
        return words.p("change", "Changed")
    return words.p("change", "Removed") if written.writes[DELETED] else words.p("change", "Brought back")


def record_title(desk: Desk, written: Written) -> str:
    """The record's own title, or the one that was typed for it."""
    kind = desk.store.kinds.get(written.kind)
    if not written.kind:
        return desk.words.t("Changes that cannot be read")
    if kind is None:
        return written.kind
    title = desk.name_of(written.kind, written.record) or written.writes.get(kind.title_field)
    return str(title) if isinstance(title, str) and title else desk.words.t(kind.label)


def typed_values(desk: Desk, written: Written) -> Mapping[str, str]:
    """Field label -> what was typed, in words; that a record was removed is said elsewhere."""
    words, kind = desk.words, desk.store.kinds.get(written.kind)
    shown: dict[str, str] = {}
    for key, value in written.writes.items():
        field = kind.fields.get(base_field(key)) if kind is not None else None
        if field is None or field.technical:
            continue
        text = _typed_text(desk, field, value)
        member = key.partition("/")[2]
        if member and value is True:
            text = _typed_text(desk, field, key_member(member))
        elif member:
            text = f"{words.isolate(member)} {text}"
        label = words.t(field.label)
        shown[label] = words.join([shown[label], text]) if label in shown else text
    return shown


def _typed_text(desk: Desk, field: Field, value: Any) -> str:
    if field.type is FieldType.LONG_TEXT and isinstance(value, bytes):
        try:
            return first_text(value).text
        except DaftarError:
            # An edit of a text can be read only together with what stood there before.
            return desk.words.t("Part of a longer text")
    try:
        return item_text(desk.words, field, value, name_of=desk.name_of)
    except (ValueError, TypeError, ArithmeticError):
        # What does not fit its field may be the very reason why it was refused; it is shown as it came.
        return str(value)
