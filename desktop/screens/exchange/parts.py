"""The blocks of the page: the state with its progress, what waits, and refused changes."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.bridge.sync_facts import SyncState
from desktop.screens.exchange.wording import state_sentence
from desktop.store.outbox import Refused
from desktop.widgets.buttons import Button
from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role
from desktop.widgets.kind_icons import kind_icon
from desktop.widgets.labels import IconLabel, Label, Link, Rule
from desktop.widgets.layouts import empty_layout
from desktop.widgets.look import Look
from desktop.widgets.painting import begin, fill_round
from desktop.widgets.progress import Progress
from desktop.widgets.sync_wording import amount_done, badge_words, last_sent
from desktop.widgets.value_text import item_text
from desktop.words.messages import explain
from sync.changes import DELETED, base_field, key_member
from sync.errors import DaftarError


class Card(QWidget):
    """A quiet box with a hairline."""

    def __init__(self, look: Look, *, family: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._family = look, family

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        tokens = self._look.tokens
        fill = tokens.family(self._family).tint if self._family else tokens.sunken
        edge = tokens.family(self._family).solid if self._family else tokens.border
        fill_round(painter, self.rect(), radius=8, fill=fill, border=edge)
        painter.end()


class StateBlock(Card):
    """Icon, state in words, one sentence, last success, and a bar while something runs."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent=parent)
        tokens = look.tokens
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(12)
        self._icon = IconLabel(look, "", size=20, parent=self)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        self.title = Label(look, role=Role.TITLE, weight=SEMIBOLD, parent=self)
        self.sentence = Label(look, colour=tokens.t2, wrap=True, parent=self)
        self.when = Label(look, role=Role.SECONDARY, colour=tokens.t3, parent=self)
        column.addWidget(self.title)
        column.addWidget(self.sentence)
        self.accept = Button(look, look.words.t("Receive anyway"), icon="arrow-down-up", parent=self)
        self.accept.hide()
        column.addWidget(self.accept)
        column.addSpacing(4)
        column.addWidget(self.when)
        self.progress = Progress(look, text_width=150, name=look.words.t("Progress"), parent=self)
        column.addSpacing(4)
        column.addWidget(self.progress)
        row.addLayout(column, 1)

    def show_state(self, state: SyncState, *, now_ms: int) -> None:
        look, words = self._look, self._look.words
        shown = badge_words(words, state, now_ms=now_ms)
        self._icon.set_icon(shown.icon, look.icon_colour(shown.family))
        self.title.setText(shown.first)
        self.sentence.setText(state_sentence(words, state))
        self.accept.setVisible(state.problem == "mass_delete")
        sent = last_sent(words, state, now_ms=now_ms)
        self.when.setText(sent[:1].upper() + sent[1:])
        self.progress.setVisible(state.running or state.cut)
        share = state.done_bytes / state.total_bytes if state.total_bytes else 0.0
        text = amount_done(words, state)
        self.progress.set_progress(share, text=text, family="watch" if state.cut else "over")


class Section(QWidget):
    """A title with a count over a rule, and rows under it."""

    def __init__(self, look: Look, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(look, title, weight=SEMIBOLD, parent=self))
        self.count = Label(look, colour=look.tokens.t2, parent=self)
        head.addWidget(self.count, 1)
        column.addLayout(head)
        column.addSpacing(8)
        column.addWidget(Rule(look, strong=True, parent=self))
        self.rows = QVBoxLayout()
        self.rows.setSpacing(0)
        column.addLayout(self.rows)

    def clear(self, count: int) -> None:
        empty_layout(self.rows)
        self.count.setText(self.look.words.number(count) if count else "")

    def say(self, text: str) -> None:
        """One quiet line instead of rows."""
        label = Label(self.look, text, colour=self.look.tokens.t2, wrap=True, parent=self)
        label.setContentsMargins(0, 8, 0, 8)
        self.rows.addWidget(label)

    def add_line(self, icon: str, text: str, figure: str, *, detail: str = "") -> None:
        """Icon, words, a quieter detail, and a figure at the trailing edge."""
        holder = QWidget(self)
        holder.setAccessibleName(" ".join(part for part in (text, detail, figure) if part))
        holder.setFixedHeight(36)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(IconLabel(self.look, icon, parent=holder))
        row.addWidget(Label(self.look, text, weight=MEDIUM, parent=holder))
        row.addWidget(
            Label(self.look, detail, role=Role.SECONDARY, colour=self.look.tokens.t2, parent=holder), 1
        )
        row.addWidget(Label(self.look, figure, colour=self.look.tokens.t2, parent=holder))
        self.rows.addWidget(holder)
        self.rows.addWidget(Rule(self.look, parent=self))


class RefusedCard(Card):
    """One refused change: which record, what was typed, why not, and what can be done."""

    opened = Signal(str, object)
    copied = Signal(str)
    put_aside = Signal(object)

    def __init__(self, look: Look, desk: Desk, refused: Refused, parent: QWidget) -> None:
        super().__init__(look, parent=parent)
        self._refused, self._desk = refused, desk
        words, tokens = look.words, look.tokens
        self._typed = typed_values(desk, refused)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconLabel(look, kind_icon(refused.kind), parent=self))
        row = desk.row(refused.kind, refused.record)
        title = record_title(desk, refused)
        if row is not None:
            link = Link(look, title, role=Role.BODY, parent=self)
            link.clicked.connect(self._open)
            head.addWidget(link)
        else:
            head.addWidget(Label(look, title, weight=MEDIUM, parent=self))
        kind = desk.store.kinds.get(refused.kind)
        label = words.t(kind.label) if kind is not None else refused.kind
        head.addWidget(Label(look, label, role=Role.SECONDARY, colour=tokens.t2, parent=self), 1)
        column.addLayout(head)
        column.addLayout(self._values(look))
        reason = explain(words, DaftarError(refused.code, kind=label))
        column.addWidget(Label(look, reason, colour=tokens.bad.text, wrap=True, parent=self))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        copy = Button(look, words.t("Copy what was typed"), icon="copy", height=28, parent=self)
        copy.clicked.connect(self._copy)
        buttons.addWidget(copy)
        done = Button(look, words.t("Take off the list"), kind="quiet", icon="check", height=28, parent=self)
        done.clicked.connect(self._put_aside)
        buttons.addWidget(done)
        buttons.addStretch(1)
        column.addSpacing(4)
        column.addLayout(buttons)

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
        self.opened.emit(self._refused.kind, self._refused.record)

    def _copy(self) -> None:
        self.copied.emit("\n".join(f"{label}: {text}" for label, text in self._typed.items()))

    def _put_aside(self) -> None:
        self.put_aside.emit(self._refused)


def record_title(desk: Desk, refused: Refused) -> str:
    """The record's own title, or the one that was typed for it."""
    kind = desk.store.kinds.get(refused.kind)
    if kind is None:
        return refused.kind
    title = desk.name_of(refused.kind, refused.record) or refused.writes.get(kind.title_field)
    return str(title) if isinstance(title, str) and title else desk.words.t(kind.label)


def typed_values(desk: Desk, refused: Refused) -> Mapping[str, str]:
    """Field label -> what was typed, in words."""
    words, kind = desk.words, desk.store.kinds.get(refused.kind)
    shown: dict[str, str] = {}
    for key, value in refused.writes.items():
        if key == DELETED:
            shown[words.t("Removed")] = words.t("Yes") if value else words.t("No")
            continue
        field = kind.fields.get(base_field(key)) if kind is not None else None
        if field is None or field.technical:
            continue
        text = item_text(words, field, value, name_of=desk.name_of)
        member = key.partition("/")[2]
        if member and value is True:
            text = item_text(words, field, key_member(member), name_of=desk.name_of)
        elif member:
            text = f"{words.isolate(member)} {text}"
        label = words.t(field.label)
        shown[label] = words.join([shown[label], text]) if label in shown else text
    return shown


def by_count(counts: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
