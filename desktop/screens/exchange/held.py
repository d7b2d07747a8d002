"""What the server keeps back from people of the workspaces that this person coordinates, and the way in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.bridge.desk import Desk
from desktop.bridge.slow_work import SlowWork
from desktop.screens.exchange.change_card import ChangeCard, Written, about_words
from desktop.screens.exchange.held_deciding import DECIDED, Discarded, LetIn, discard_one, let_in, read_held
from desktop.screens.exchange.held_dialog import DiscardDialog
from desktop.screens.exchange.held_wording import can_let_in, failure_text, held_advice, held_reason
from desktop.screens.exchange.parts import Section
from desktop.store.outbox import put_held_aside
from desktop.store.reader import Reader
from desktop.syncing.quarantine import Held, coordinated
from desktop.syncing.worker import AWAY_CODES
from desktop.widgets.buttons import Button
from desktop.widgets.labels import Label
from desktop.widgets.layouts import empty_layout
from desktop.widgets.look import Look
from desktop.words.messages import explain
from sync.errors import DaftarError
from sync.replica.workspaces import WorkspaceState

_SHOWN = 50


class HeldCard(ChangeCard):
    """A colleague's change: who wrote it and when, what stands in its way, and the way in."""

    wanted = Signal(object)
    unwanted = Signal(object)
    put_aside = Signal(object)

    def __init__(self, look: Look, desk: Desk, held: Held, *, several: bool, parent: QWidget) -> None:
        change, words = held.change, look.words
        written = Written(change.kind, change.record, change.writes, change.create)
        names = [held.workspace.name if several else "", held.person, held.laptop]
        super().__init__(
            look,
            desk,
            written,
            about=about_words(desk, written, names, stamp=change.stamp, came_ms=held.received_ms),
            reason=held_reason(words, held.code, held.person),
            advice=held_advice(words, held.code, held.person),
            parent=parent,
        )
        self._held = held
        self.take_button = Button(look, words.t("Let it in"), icon="check", height=28, parent=self)
        self.take_button.setVisible(can_let_in(held.code))
        self.take_button.clicked.connect(self._take)
        self.discard_button = Button(look, words.t("Discard…"), kind="quiet", height=28, parent=self)
        self.discard_button.clicked.connect(self._discard)
        self.done_button = Button(
            look, words.t("Take off the list"), kind="quiet", icon="check", height=28, parent=self
        )
        self.done_button.clicked.connect(self._put_aside)
        # What is drawn as a button stands first, and beside it what is quiet.
        able = can_let_in(held.code)
        beside = [self.discard_button, self.copy_button] if able else [self.copy_button, self.discard_button]
        order = [self.take_button, *beside, self.done_button]
        for at, button in enumerate(order):
            self.buttons.insertWidget(at, button)
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _take(self) -> None:
        self.wanted.emit(self._held)

    def _discard(self) -> None:
        self.unwanted.emit(self._held)

    def _put_aside(self) -> None:
        self.put_aside.emit(self._held)


class HeldSection(Section):
    """Asks when it is told to; what it found stays until it is asked for again."""

    came_in = Signal()
    """Something was let in and comes with the next sync."""
    opened = Signal(str, object)
    copied = Signal(str)

    def __init__(self, look: Look, desk: Desk, parent: QWidget) -> None:
        words = look.words
        super().__init__(look, words.t("Kept back from colleagues"), parent)
        self._desk = desk
        self._work = SlowWork(desk, self)
        self._asked_once = False
        self._asked_ms = 0
        self.held: Sequence[Held] = ()
        self.dialog: DiscardDialog | None = None
        self._reasons: dict[str, str] = {}
        self.say(
            words.t(
                "What people of your workspaces sent and the server did not accept waits there for a "
                "coordinator. Nothing of it is lost."
            )
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        self.ask_button = Button(look, words.t("Look what waits"), icon="refresh", parent=self)
        self.ask_button.clicked.connect(self.ask)
        self.all_button = Button(look, "", icon="check-check", parent=self)
        self.all_button.clicked.connect(self._take_all)
        self.all_button.hide()
        row.addWidget(self.ask_button)
        row.addWidget(self.all_button)
        row.addStretch(1)
        self.rows.addLayout(row)
        self.result = Label(look, wrap=True, parent=self)
        self.result.setContentsMargins(0, 8, 0, 0)
        self.result.hide()
        self.rows.addWidget(self.result)
        self.cards = QVBoxLayout()
        self.cards.setContentsMargins(0, 12, 0, 0)
        self.cards.setSpacing(12)
        self.rows.addLayout(self.cards)

    # Asking

    def visit(self, *, joined: bool, states: Sequence[WorkspaceState], quick: bool) -> None:
        """Show the section to whom it is for; where the line is good and open it asks by itself, once."""
        self.setVisible(joined and bool(coordinated(states)))
        if quick and not self._asked_once and not self.isHidden():
            self.ask()

    def ask(self) -> None:
        if self._work.busy:
            return
        self._asked_once = True
        self._start(self.look.words.t("Asking the server. Going on working is safe."))
        self._work.start(read_held, self._show, self._failed)

    def _show(self, found: Sequence[Held], *, said: str = "", family: str = "none") -> None:
        """What the server answered just now."""
        self._asked_ms = self._desk.clock.now_ms()
        self._end()
        self._list(found, said, family)

    def _list(self, found: Sequence[Held], said: str = "", family: str = "none") -> None:
        words, now = self.look.words, self._desk.clock.now_ms()
        self.held = found
        self.count.setText(words.number(len(found)) if found else "")
        if not said:
            when = words.isolate(words.moment(self._asked_ms, now_ms=now))
            said = words.n("{count} change waits. Asked {when}.", "{count} changes wait. Asked {when}.",
                           len(found), when=when)  # fmt: skip
            if not found:
                said = words.t("Nothing is kept back. Asked {when}.", when=when)
        self._say_result(said, family)
        at = self._card_at_keyboard()
        empty_layout(self.cards)
        several = len({one.workspace.id for one in found}) > 1
        for one in found[:_SHOWN]:
            card = HeldCard(self.look, self._desk, one, several=several, parent=self)
            card.opened.connect(self.opened)
            card.copied.connect(self.copied)
            card.wanted.connect(lambda held: self._take([held]))
            card.unwanted.connect(self._ask_why)
            card.put_aside.connect(self._put_aside)
            self.cards.addWidget(card)
        if len(found) > _SHOWN:
            more = words.n("{count} more", "{count} more", len(found) - _SHOWN)
            self.cards.addWidget(Label(self.look, more, colour=self.look.tokens.t2, parent=self))
        able = sum(can_let_in(one.code) for one in found)
        self.all_button.set_text(words.n("Let {count} in", "Let {count} in", able))
        self.all_button.setVisible(able > 1)
        if self._work.busy:
            self._hold_buttons()
        if at is not None:
            self._give_keyboard(at)

    def _card_at_keyboard(self) -> int | None:
        """Which card the keyboard is in, as the list is about to be made anew."""
        focus: object = self.window().focusWidget()
        for at in range(self.cards.count()):
            item = self.cards.itemAt(at)
            card = item.widget() if item is not None else None
            if card is not None and isinstance(focus, QWidget) and card.isAncestorOf(focus):
                return at
        return None

    def _give_keyboard(self, at: int) -> None:
        """To the card that is in that place now, or the last; else back to asking."""
        item = self.cards.itemAt(max(0, min(at, self.cards.count() - 1)))
        card = item.widget() if item is not None else None
        button = card.discard_button if isinstance(card, HeldCard) else self.ask_button
        button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put_aside(self, held: Held) -> None:
        """Off the list of this laptop; the server keeps it, and the command line still shows it."""
        future = self._desk.store.post(lambda connection: put_held_aside(connection, held.mark))
        self._desk.calls.when_done(future, lambda _done: self._take_off(held), self._desk.failed.emit)

    def _take_off(self, held: Held) -> None:
        if isValid(self):
            left = [one for one in self.held if one.mark != held.mark]
            self._list(left, said=self.result.text() if self._work.busy else "")

    # Letting in

    def _take_all(self) -> None:
        self._take([one for one in self.held if can_let_in(one.code)])

    def _take(self, chosen: Sequence[Held]) -> None:
        if self._work.busy or not chosen:
            return
        self._start(self.look.words.t("Letting in. Going on working is safe."))

        def work(reader: Reader) -> tuple[LetIn, list[Held]]:
            return let_in(reader, chosen), read_held(reader)

        self._work.start(work, self._took, self._failed)

    def _took(self, outcome: tuple[LetIn, list[Held]]) -> None:
        done, left = outcome
        words = self.look.words
        said = []
        if done.released:
            said.append(
                words.n(
                    "{count} change was let in. It comes to everybody with the next sync.",
                    "{count} changes were let in. They come to everybody with the next sync.",
                    done.released,
                )
            )
        said += [explain(words, DaftarError(code)) for code in done.refused]
        self._show(left, said=" ".join(said), family="bad" if done.refused else "ok")
        if done.released:
            self.came_in.emit()

    # Discarding

    def _ask_why(self, held: Held) -> None:
        if self._work.busy:
            return
        dialog = DiscardDialog(
            self.look, self._desk, held, reason=self._reasons.get(held.mark, ""), parent=self.window()
        )
        dialog.decided.connect(lambda reason: self._discard(held, reason))
        self.dialog = dialog
        dialog.open()

    def _discard(self, held: Held, reason: str) -> None:
        # Kept until it is decided: nobody types it twice because the line was cut.
        self._reasons[held.mark] = reason
        if self._work.busy:
            return
        self._start(self.look.words.t("Discarding. Going on working is safe."))
        self._work.start(lambda reader: discard_one(reader, held, reason), self._discarded, self._failed)

    def _discarded(self, outcome: Discarded) -> None:
        words = self.look.words
        self._reasons.pop(outcome.held.mark, None)
        said = words.t("The change was discarded. Your reason is kept with it.")
        if not outcome.done:
            said = explain(words, DaftarError(outcome.code))
        family = "ok" if outcome.done else "none" if outcome.code == DECIDED else "bad"
        if outcome.left is not None:
            self._show(outcome.left, said=said, family=family)
            return
        self._end()
        self._list([one for one in self.held if one.mark != outcome.held.mark], said, family)

    # Saying

    def _start(self, text: str) -> None:
        self._hold_buttons()
        self._say_result(text, "none")

    def _hold_buttons(self) -> None:
        reason = self.look.words.t("It is going on already.")
        for button in self._buttons():
            button.set_ready(ready=False, reason=reason)

    def _end(self) -> None:
        for button in self._buttons():
            button.set_ready(ready=True)

    def _buttons(self) -> list[Button]:
        deciding = [self.ask_button, self.all_button]
        for card in self.findChildren(HeldCard):
            deciding += [card.take_button, card.discard_button]
        return deciding

    def _failed(self, error: BaseException) -> None:
        self._end()
        away = isinstance(error, DaftarError) and error.code in AWAY_CODES
        self._say_result(failure_text(self.look.words, error), "none" if away else "bad")

    def _say_result(self, text: str, family: str) -> None:
        tokens = self.look.tokens
        self.result.setText(text)
        self.result.set_colour(tokens.t2 if family == "none" else tokens.family(family).text)
        self.result.setAccessibleName(text)
        self.result.show()
