"""The page behind the sync badge: everything about sending and receiving, in words and numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout

from desktop.bridge.desk import Desk
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.screens.exchange.carried import CarriedSection
from desktop.screens.exchange.change_card import ChangeCard, RefusedCard, UnreceivedCard
from desktop.screens.exchange.held import HeldSection
from desktop.screens.exchange.parts import RING, Section, StateBlock, by_count
from desktop.screens.exchange.planning import PlanQuestion
from desktop.screens.exchange.sticks import Sticks
from desktop.screens.exchange.wording import happening_words, plan_line, waiting_note
from desktop.store.aside import Unreceived, unreceived_changes
from desktop.store.fetching import Fetching, fetching_now
from desktop.store.happenings import HAPPENED, Happening, read_happenings
from desktop.store.outbox import Refused, put_aside, refused_changes, waiting_by_kind
from desktop.store.parcels import Waiting, waiting
from desktop.store.reader import Reader
from desktop.syncing.forecast import WaitingHere, is_slow, waiting_here
from desktop.syncing.joined import TOKEN
from desktop.widgets.buttons import Button
from desktop.widgets.kind_icons import kind_icon
from desktop.widgets.legend import Legend
from desktop.widgets.look import Look
from desktop.widgets.page_header import PageHeader
from desktop.widgets.screen import Host, Screen
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.sync_wording import why_not_now
from sync.replica.changed import Changed
from sync.replica.workspaces import WorkspaceState

_COLUMN = 760
_HAPPENINGS = 8
_MOMENT_MS = 120_000
Shown = Refused | Unreceived


@dataclass(frozen=True, slots=True)
class Outbox:
    """What the reader thread found."""

    waiting: Mapping[str, int]
    refused: Sequence[Refused]
    unreceived: Sequence[Unreceived]
    workspaces: Sequence[WorkspaceState]
    amount: WaitingHere
    fetching: Sequence[Fetching]
    happened: Sequence[Happening]
    joined: bool
    slow: bool
    carried: Sequence[Waiting] = ()


def read_outbox(reader: Reader) -> Outbox:
    return Outbox(
        waiting_by_kind(reader),
        refused_changes(reader),
        unreceived_changes(reader),
        reader.workspaces(),
        waiting_here(reader),
        fetching_now(reader),
        read_happenings(reader.meta(HAPPENED)),
        bool(reader.meta(TOKEN)),
        is_slow(reader),
        waiting(reader.connection),
    )


class ExchangeScreen(Screen):
    """Follows `SyncFacts`; its one button asks for a run."""

    key = "exchange"

    def __init__(self, look: Look, desk: Desk, host: Host, *, sync: SyncFacts) -> None:
        super().__init__(look, desk, host)
        self._sync = sync
        self._asked = 0
        self._said: dict[Section, object] = {}
        """What the cards of a section were made of."""
        self._ran = False
        words = look.words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._header = PageHeader(look, words.t("Send and receive"), parent=self)
        self.ask_button = Button(
            look, words.t("Send and receive now"), kind="primary", icon="arrow-down-up", height=30
        )
        self.ask_button.clicked.connect(self._ask_now)
        self.plan_button = Button(look, words.t("What would be sent?"), icon="help", height=30)
        self._question = PlanQuestion(desk, self)
        self._question.answered.connect(self._answer_plan)
        self._answered_plan = ""
        self.plan_button.clicked.connect(self._question.ask)
        self._header.set_actions([self.plan_button, self.ask_button])
        column.addWidget(self._header)
        column.addWidget(self._build_page(), 1)
        column.addWidget(Legend(look, keys=words.t("F5 sends and receives"), parent=self))
        self.setFocusProxy(self.ask_button)
        sync.changed.connect(self._show_state)
        self._show_state(sync.state)

    def _build_page(self) -> ScrollColumn:
        look, words = self.look, self.look.words
        area = ScrollColumn(
            look,
            name=words.t("Send and receive"),
            margins=(24 - RING, 24, 24, 24),
            spacing=24,
            widest=_COLUMN + 2 * RING,
            parent=self,
        )
        holder, page = area.holder, area.column
        self.state_block = StateBlock(look, holder)
        self.state_block.accept.clicked.connect(self._accept_removals)
        self.state_block.compare.clicked.connect(self._sync.compare)
        self.refused_section = Section(look, words.t("Changes that need attention"), holder)
        self.refused_section.rows.setSpacing(12)
        self.unreceived_section = Section(look, words.t("Changes that could not be taken in"), holder)
        self.unreceived_section.rows.setSpacing(12)
        self.unreceived_section.hide()
        self.held_section = HeldSection(look, self.desk, holder)
        self.held_section.hide()
        self.held_section.opened.connect(self.host.open_record)
        self.held_section.copied.connect(self._copy)
        self.held_section.came_in.connect(self._sync.ask_now)
        self.waiting_section = Section(look, words.t("Waiting to be sent"), holder)
        self.carried_section = CarriedSection(look, self.desk, holder)
        self.carried_section.asked.connect(self._sync.ask_now)
        self.carried_section.asked.connect(self.reload)
        self.sticks = Sticks(look, self.desk, holder)
        self.sticks.done.connect(self._sync.recount)
        self.sticks.done.connect(self.reload)
        self.workspace_section = Section(look, words.t("Workspaces on this laptop"), holder)
        self.happened_section = Section(look, words.t("What happened"), holder)
        self.happened_section.hide()
        top = QVBoxLayout()
        top.setContentsMargins(RING, 0, RING, 0)
        top.addWidget(self.state_block)
        page.addLayout(top)
        for widget in (
            self.refused_section,
            self.unreceived_section,
            self.held_section,
            self.waiting_section,
            self.carried_section,
            self.happened_section,
            self.sticks,
            self.workspace_section,
        ):
            page.addWidget(widget)
        page.addStretch(1)
        return area

    # Reading

    def reload(self) -> None:
        self._asked += 1
        number = self._asked
        self.desk.ask(read_outbox, lambda outbox: self._show_outbox(number, outbox))

    def refresh(self, changed: Changed) -> None:
        self.reload()

    def _show_outbox(self, number: int, outbox: Outbox) -> None:
        if number != self._asked:
            return
        names = {state.id: state.name for state in outbox.workspaces}
        self._show_refused(outbox.refused, names)
        self._show_unreceived(outbox.unreceived, names)
        self._show_waiting(outbox.waiting, outbox.amount)
        self._show_workspaces(outbox.workspaces, outbox.fetching)
        self.carried_section.show_waiting(outbox.carried)
        self._show_happened(outbox.happened, names)
        quick = not outbox.slow and self._is_open()
        self.held_section.visit(joined=outbox.joined, states=outbox.workspaces, quick=quick)

    def _is_open(self) -> bool:
        """Whether the server answered a moment ago."""
        state = self._sync.state
        last = state.last_success_ms
        away = state.no_connection or state.cut or not self._sync.can_ask
        return not away and last is not None and self.desk.clock.now_ms() - last < _MOMENT_MS

    def _show_refused(self, refused: Sequence[Refused], names: Mapping[bytes, str]) -> None:
        section, cards = self.refused_section, list[ChangeCard]()
        if not self._is_new(section, refused, names):
            return
        for each in refused:
            place = _place(each.workspace, names)
            card = RefusedCard(self.look, self.desk, each, workspace=place, parent=section)
            card.put_aside.connect(self._put_aside)
            cards.append(card)
        self._show_cards(section, cards)

    def _show_unreceived(self, unreceived: Sequence[Unreceived], names: Mapping[bytes, str]) -> None:
        section, cards = self.unreceived_section, list[ChangeCard]()
        if not self._is_new(section, unreceived, names):
            return
        for each in unreceived:
            place = _place(each.workspace, names)
            cards.append(UnreceivedCard(self.look, self.desk, each, workspace=place, parent=section))
        self._show_cards(section, cards)

    def _is_new(self, section: Section, found: Sequence[Shown], names: Mapping[bytes, str]) -> bool:
        """Whether cards say something else now; else they stay, with what of them has the keyboard."""
        titles = [
            self.desk.name_of(one.kind, one.record) for one in found if one.kind in self.desk.store.kinds
        ]
        said, self._said[section] = self._said.get(section), (list(found), dict(names), titles)
        return said != self._said[section]

    def _show_cards(self, section: Section, cards: Sequence[ChangeCard]) -> None:
        section.setVisible(bool(cards))
        section.clear(len(cards))
        section.rows.setContentsMargins(0, 12, 0, 0)
        for card in cards:
            card.opened.connect(self.host.open_record)
            card.copied.connect(self._copy)
            section.rows.addWidget(card)

    def _show_waiting(self, waiting: Mapping[str, int], amount: WaitingHere) -> None:
        words, section = self.look.words, self.waiting_section
        section.clear(sum(waiting.values()))
        if not waiting:
            section.say(words.t("Nothing waits. What is typed next appears here until it is sent."))
        for name, count in by_count(waiting):
            kind = self.desk.store.kinds.get(name)
            label = words.t(kind.plural) if kind is not None else name
            section.add_line(kind_icon(name), label, words.n("{count} change", "{count} changes", count))
        if waiting:
            section.say(waiting_note(words, amount))

    def _show_happened(self, happened: Sequence[Happening], names: Mapping[bytes, str]) -> None:
        words, section, now = self.look.words, self.happened_section, self.desk.clock.now_ms()
        section.clear(0)
        lines = [(one, happening_words(words, one, names)) for one in happened]
        shown = [(one, line) for one, line in lines if line is not None][:_HAPPENINGS]
        section.setVisible(bool(shown))
        for one, (icon, family, text, detail) in shown:
            when = words.isolate(words.moment(one.at_ms, now_ms=now))
            section.add_line(icon, text, when, detail=detail, family=family)

    def _show_workspaces(self, workspaces: Sequence[WorkspaceState], fetching: Sequence[Fetching]) -> None:
        words, section = self.look.words, self.workspace_section
        shares = {one.workspace: one for one in fetching}
        section.clear(len(workspaces))
        access = self.desk.store.kinds["person"].fields["access"].choice_labels
        for state in workspaces:
            role = words.t(access.get(state.role, "")) or words.t("No access any more")
            figure = words.t("All sent")
            if state.unsent:
                figure = words.n("{count} change waits", "{count} changes wait", state.unsent)
            elif state.id in shares:
                share = words.isolate(words.percent(shares[state.id].percent))
                figure = words.t("{share} is here", share=share)
            section.add_line("building", state.name, figure, detail=role)

    # State and acts

    def _show_state(self, state: SyncState) -> None:
        words = self.look.words
        self.state_block.show_state(state, now_ms=self.desk.clock.now_ms())
        if state.running and not self._ran:
            self._answered_plan = ""
        if self._ran and not state.running:
            # What became of what is carried for colleagues is no change of any record.
            self.reload()
        self._ran = state.running
        plan = plan_line(words, state.plan) if state.plan is not None else self._answered_plan
        self.state_block.show_plan(plan)
        reason = why_not_now(words, state)
        self.ask_button.set_ready(ready=self._sync.can_ask and not state.running, reason=reason)
        self.plan_button.set_ready(ready=self._sync.can_ask, reason=reason)

    def _answer_plan(self, text: str) -> None:
        self._answered_plan = text
        self._show_state(self._sync.state)

    def _ask_now(self) -> None:
        self._sync.ask_now()

    def _accept_removals(self) -> None:
        self._sync.accept_removals()

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.host.toast(self.look.words.t("Copied. It can be pasted anywhere."))

    def _put_aside(self, refused: Refused) -> None:
        future = self.desk.store.post(lambda connection: put_aside(connection, refused))
        self.desk.calls.when_done(future, self._was_put_aside, self.desk.failed.emit)

    def _was_put_aside(self, _done: object) -> None:
        self._sync.recount()
        self.reload()


def _place(workspace: bytes, names: Mapping[bytes, str]) -> str:
    """The name of a workspace, where there are several to tell apart."""
    return names.get(workspace, "") if len(names) > 1 else ""
