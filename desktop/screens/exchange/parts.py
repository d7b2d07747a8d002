"""The blocks of the page: the state with its progress, and titled lists."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.sync_facts import SyncState
from desktop.screens.exchange.wording import state_sentence
from desktop.widgets.box import Box
from desktop.widgets.buttons import Button
from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role
from desktop.widgets.labels import IconLabel, Label, Rule
from desktop.widgets.layouts import empty_layout
from desktop.widgets.look import Look
from desktop.widgets.progress import Progress
from desktop.widgets.sync_wording import amount_done, amount_fetched, badge_words, last_sent
from desktop.words.clock import clock_sentence

RING: Final = 4
"""Room at the sides of a section for the ring around what has the keyboard."""


class StateBlock(Box):
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
        self.clock = Label(look, colour=tokens.watch.text, wrap=True, parent=self)
        self.clock.hide()
        column.addWidget(self.clock)
        self.accept = Button(look, look.words.t("Receive anyway"), icon="arrow-down-up", parent=self)
        self.compare = Button(look, look.words.t("Compare again"), icon="list-checks", parent=self)
        column.addSpacing(4)
        for button in (self.accept, self.compare):
            button.hide()
            column.addWidget(button)
        column.addSpacing(4)
        column.addWidget(self.when)
        self.plan = Label(look, colour=tokens.t1, wrap=True, parent=self)
        self.plan.hide()
        column.addWidget(self.plan)
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
        off = state.clock_off_ms
        self.clock.setText(clock_sentence(words, off) if off else "")
        self.clock.setVisible(bool(off))
        self.accept.setVisible(state.problem == "mass_delete")
        self.compare.setVisible(bool(state.differing) and not state.running)
        sent = last_sent(words, state, now_ms=now_ms)
        self.when.setText(sent[:1].upper() + sent[1:])
        fetching = state.fetching
        self.progress.setVisible(state.running or state.cut or fetching is not None)
        if fetching is not None:
            share, text = fetching.percent / 100, amount_fetched(words, fetching)
        else:
            share = state.done_bytes / state.total_bytes if state.total_bytes else 0.0
            text = amount_done(words, state)
        self.progress.set_progress(share, text=text, family="over" if state.running else "watch")

    def show_plan(self, text: str) -> None:
        """How much there is to move, in a line; nothing hides it."""
        self.plan.setText(text)
        self.plan.setVisible(bool(text))


class Section(QWidget):
    """A title with a count over a rule, and rows under it."""

    def __init__(self, look: Look, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look
        column = QVBoxLayout(self)
        column.setContentsMargins(RING, 0, RING, 0)
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

    def add_line(
        self, icon: str, text: str, figure: str, *, detail: str = "", family: str = "", ruled: bool = True
    ) -> None:
        """Icon, words, a quieter detail, and a figure at the trailing edge; with `ruled`, a rule under it."""
        colour = self.look.icon_colour(family) if family else None
        holder = QWidget(self)
        holder.setAccessibleName(" ".join(part for part in (text, detail, figure) if part))
        holder.setFixedHeight(36)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(IconLabel(self.look, icon, colour=colour, parent=holder))
        row.addWidget(Label(self.look, text, weight=MEDIUM, parent=holder))
        row.addWidget(
            Label(self.look, detail, role=Role.SECONDARY, colour=self.look.tokens.t2, parent=holder), 1
        )
        row.addWidget(Label(self.look, figure, colour=self.look.tokens.t2, parent=holder))
        self.rows.addWidget(holder)
        if ruled:
            self.rows.addWidget(Rule(self.look, parent=self))


def by_count(counts: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
