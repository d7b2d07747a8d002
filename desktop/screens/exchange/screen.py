"""The page behind the sync badge: everything about sending and receiving, in words and numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.screens.exchange.parts import RefusedCard, Section, StateBlock, by_count
from desktop.screens.exchange.sticks import Sticks
from desktop.store.outbox import Refused, put_aside, refused_changes, waiting_by_kind
from desktop.store.reader import Reader
from desktop.widgets.buttons import Button
from desktop.widgets.kind_icons import kind_icon
from desktop.widgets.labels import Panel
from desktop.widgets.legend import Legend
from desktop.widgets.look import Look
from desktop.widgets.page_header import PageHeader
from desktop.widgets.screen import Host, Screen
from desktop.widgets.sync_wording import why_not_now
from sync.replica.changed import Changed
from sync.replica.workspaces import WorkspaceState

_COLUMN = 760


@dataclass(frozen=True, slots=True)
class Outbox:
    """What the reader thread found."""

    waiting: Mapping[str, int]
    refused: Sequence[Refused]
    workspaces: Sequence[WorkspaceState]


def read_outbox(reader: Reader) -> Outbox:
    return Outbox(waiting_by_kind(reader), refused_changes(reader), reader.workspaces())


class ExchangeScreen(Screen):
    """Follows `SyncFacts`; its one button asks for a run."""

    key = "exchange"

    def __init__(self, look: Look, desk: Desk, host: Host, *, sync: SyncFacts) -> None:
        super().__init__(look, desk, host)
        self._sync = sync
        self._asked = 0
        words = look.words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._header = PageHeader(look, words.t("Send and receive"), parent=self)
        self.ask_button = Button(
            look, words.t("Send and receive now"), kind="primary", icon="arrow-down-up", height=30
        )
        self.ask_button.clicked.connect(self._ask_now)
        self._header.set_actions([self.ask_button])
        column.addWidget(self._header)
        column.addWidget(self._build_page(), 1)
        column.addWidget(Legend(look, keys=words.t("F5 sends and receives"), parent=self))
        self.setFocusProxy(self.ask_button)
        sync.changed.connect(self._show_state)
        self._show_state(sync.state)

    def _build_page(self) -> QScrollArea:
        look, words = self.look, self.look.words
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = Panel(look, ground=look.tokens.surface)
        outer = QHBoxLayout(inside)
        outer.setContentsMargins(24, 24, 24, 24)
        holder = QWidget(inside)
        holder.setMaximumWidth(_COLUMN)
        page = QVBoxLayout(holder)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(24)
        self.state_block = StateBlock(look, holder)
        self.state_block.accept.clicked.connect(self._accept_removals)
        self.refused_section = Section(look, words.t("Changes that need attention"), holder)
        self.refused_section.rows.setSpacing(12)
        self.waiting_section = Section(look, words.t("Waiting to be sent"), holder)
        self.sticks = Sticks(look, self.desk, holder)
        self.sticks.done.connect(self._sync.recount)
        self.workspace_section = Section(look, words.t("Workspaces on this laptop"), holder)
        for widget in (
            self.state_block,
            self.refused_section,
            self.sticks,
            self.waiting_section,
            self.workspace_section,
        ):
            page.addWidget(widget)
        page.addStretch(1)
        outer.addWidget(holder, 10)
        outer.addStretch(1)
        area.setWidget(inside)
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
        self._show_refused(outbox.refused)
        self._show_waiting(outbox.waiting)
        self._show_workspaces(outbox.workspaces)

    def _show_refused(self, refused: Sequence[Refused]) -> None:
        section = self.refused_section
        section.setVisible(bool(refused))
        section.clear(len(refused))
        section.rows.setContentsMargins(0, 12, 0, 0)
        for each in refused:
            card = RefusedCard(self.look, self.desk, each, section)
            card.opened.connect(self.host.open_record)
            card.copied.connect(self._copy)
            card.put_aside.connect(self._put_aside)
            section.rows.addWidget(card)

    def _show_waiting(self, waiting: Mapping[str, int]) -> None:
        words, section = self.look.words, self.waiting_section
        section.clear(sum(waiting.values()))
        if not waiting:
            section.say(words.t("Nothing waits. What is typed next appears here until it is sent."))
        for name, count in by_count(waiting):
            kind = self.desk.store.kinds.get(name)
            label = words.t(kind.plural) if kind is not None else name
            section.add_line(kind_icon(name), label, words.n("{count} change", "{count} changes", count))

    def _show_workspaces(self, workspaces: Sequence[WorkspaceState]) -> None:
        words, section = self.look.words, self.workspace_section
        section.clear(len(workspaces))
        access = self.desk.store.kinds["person"].fields["access"].choice_labels
        for state in workspaces:
            role = words.t(access.get(state.role, "")) or words.t("No access any more")
            figure = words.t("All sent")
            if state.unsent:
                figure = words.n("{count} change waits", "{count} changes wait", state.unsent)
            section.add_line("building", state.name, figure, detail=role)

    # State and acts

    def _show_state(self, state: SyncState) -> None:
        words = self.look.words
        self.state_block.show_state(state, now_ms=self.desk.clock.now_ms())
        reason = why_not_now(words, state)
        self.ask_button.set_ready(ready=self._sync.can_ask and not state.running, reason=reason)

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
