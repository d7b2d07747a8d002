"""The first screen of the day: what waits, what is due, what comes, what others did, and this laptop."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.bridge.desk import Desk
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.commands import labels
from desktop.commands.access import at_least
from desktop.commands.meetings import complete_action
from desktop.commands.problems import FieldsToFixError
from desktop.screens.desk import reading, wording
from desktop.screens.desk.due_list import BANDS, DueList
from desktop.screens.desk.making import Maker
from desktop.screens.desk.reading import FEW, MORE, Agenda, Asked, read_agenda
from desktop.screens.desk.side import Entry, LaptopCard, SideSection, day_box
from desktop.screens.desk.tiles import Count, Tiles
from desktop.store.reader import Reader
from desktop.widgets.avatar import Face
from desktop.widgets.buttons import Button, Segmented
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.fonts import SEMIBOLD, Role
from desktop.widgets.labels import ElidedLabel, Label, Panel, Rule
from desktop.widgets.legend import Legend
from desktop.widgets.look import Look
from desktop.widgets.screen import Host, Screen
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.sync_wording import why_not_now
from desktop.words.messages import explain
from sync.errors import DaftarError
from sync.replica.changed import Changed

_SIDE, _SIDE_NARROW, _WIDE = 374, 312, 1100


class DeskScreen(Screen):
    """Reads in the reader thread; a commit that changes nothing here moves nothing here."""

    key = "desk"

    def __init__(self, look: Look, desk: Desk, host: Host, *, sync: SyncFacts) -> None:
        super().__init__(look, desk, host)
        self._sync = sync
        self._asking = self._again = False
        self._mine = True
        self._limits = dict.fromkeys(BANDS, FEW)
        self.agenda: Agenda | None = None
        self.maker = Maker(look, desk, host, screen=self.key, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._build_header())
        self._area = ScrollColumn(look, name=look.words.t("My desk"), margins=(0, 0, 0, 0), parent=self)
        column.addWidget(self._area, 1)
        row = QHBoxLayout()
        row.setContentsMargins(24, 10, 24, 24)
        row.setSpacing(32)
        row.addLayout(self._build_main(), 1)
        row.addWidget(self._build_side(), 0, Qt.AlignmentFlag.AlignTop)
        self._area.column.addLayout(row)
        self._area.column.addStretch(1)
        keys = look.words.t("Arrows move · Enter opens · Space marks an action as done · Ctrl N new")
        column.addWidget(Legend(look, keys=keys, parent=self))
        shortcut = QShortcut(QKeySequence("Ctrl+N"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.open_menu)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        sync.changed.connect(self._show_sync)
        self._show_sync(sync.state)

    # Building

    def _build_header(self) -> QWidget:
        look, words = self.look, self.look.words
        head = Panel(look, ground=look.tokens.surface, parent=self)
        head.setFixedHeight(52)
        row = QHBoxLayout(head)
        row.setContentsMargins(24, 8, 24, 0)
        row.setSpacing(12)
        row.addWidget(Label(look, words.t("My desk"), role=Role.PAGE, weight=SEMIBOLD, parent=head))
        self.day = ElidedLabel(look, colour=look.tokens.t2, parent=head)
        row.addWidget(self.day, 1)
        choices = [("mine", words.t("Mine")), ("all", words.t("Everybody's"))]
        self.whose = Segmented(look, choices, name=words.t("Whose work"), parent=head)
        self.whose.chosen.connect(self._whose_chosen)
        row.addWidget(self.whose)
        hint = words.isolate(words.t("Ctrl N"))
        self.new_button = Button(
            look, words.t("New"), kind="primary", icon="plus", hint=hint, height=30, parent=head
        )
        self.new_button.clicked.connect(self.open_menu)
        row.addWidget(self.new_button)
        return head

    def _build_main(self) -> QVBoxLayout:
        look, words = self.look, self.look.words
        column = QVBoxLayout()
        column.setSpacing(0)
        self.tiles = Tiles(look, self)
        self.tiles.chosen.connect(self._tile_chosen)
        column.addWidget(self.tiles)
        column.addSpacing(22)
        self.due = DueList(look, self)
        self.due.opened.connect(self.host.open_record)
        self.due.ticked.connect(self._complete)
        self.due.more.connect(self._show_more)
        self.due.reached.connect(self._area.ensureWidgetVisible)
        column.addWidget(self.due)
        self.nothing = EmptyState(
            look,
            icon="circle-check",
            title=words.t("Nothing of yours is due"),
            text=words.t("What ends, starts or is to be done in the next 30 days appears here."),
            action=words.t("Show everybody's"),
            action_icon="users",
            action_kind="secondary",
            parent=self,
        )
        self.nothing.acted.connect(self._show_all)
        self.fresh = EmptyState(
            look,
            icon="home",
            title=words.t("Your desk fills itself"),
            text=words.t(
                "What is due, the next meetings and what others changed appear here as soon as the workplan, "
                "the indicators and the meetings have something in them."
            ),
            action=words.t("Go to the workplan"),
            action_icon="workplan",
            action_kind="secondary",
            parent=self,
        )
        self.fresh.acted.connect(partial(self.host.go, "workplan"))
        for state in (self.nothing, self.fresh):
            state.hide()
            column.addWidget(state)
        column.addStretch(1)
        return column

    def _build_side(self) -> QWidget:
        look, words = self.look, self.look.words
        self._side = QWidget(self)
        column = QVBoxLayout(self._side)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(0)
        self.meetings = SideSection(
            look, words.t("Next meetings"), link=words.t("All meetings"), parent=self._side
        )
        self.meetings.opened.connect(self.host.open_record)
        self.meetings.all_asked.connect(partial(self.host.go, "meetings"))
        self.news = SideSection(look, words.t("Changed by others"), parent=self._side)
        self.news.opened.connect(self.host.open_record)
        self.laptop = LaptopCard(look, self._side)
        self.laptop.send_asked.connect(self._sync.ask_now)
        self.laptop.settings_asked.connect(partial(self.host.go, "settings"))
        for section in (self.meetings, self.news):
            column.addWidget(section)
            column.addSpacing(12)
            column.addWidget(Rule(look, strong=True, parent=self._side))
            column.addSpacing(14)
        column.addWidget(Label(look, words.t("This laptop"), weight=SEMIBOLD, parent=self._side))
        column.addSpacing(8)
        column.addWidget(self.laptop)
        return self._side

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.hasFocus() and self.tiles.tiles:
            first = [*self.due.rows, *self.tiles.tiles][0]
            first.setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._side.setFixedWidth(_SIDE if self.width() >= _WIDE else _SIDE_NARROW)

    # Reading

    def reload(self) -> None:
        if self._asking:
            self._again = True
            return
        self._asking, self._again = True, False
        limits = self._limits
        asked = Asked(
            self.desk.scope.workspace,
            self.desk.account,
            reading.today_of(self.desk),
            self.look.words.language,
            self._mine,
            (limits["overdue"], limits["week"], limits["later"]),
        )
        paths = self.desk.store.profile.paths

        def question(reader: Reader) -> Agenda:
            return read_agenda(reader, asked, paths)

        self.desk.ask(question, self._show, self._not_read)

    def refresh(self, changed: Changed) -> None:
        self.reload()

    def scope_moved(self, scope: object) -> None:
        self._limits = dict.fromkeys(BANDS, FEW)
        self.reload()

    def show_record(self, kind: str, record: bytes) -> None:
        """The desk shows no record by itself."""

    def _not_read(self, error: BaseException) -> None:
        self._asking = False
        self.desk.failed.emit(error)

    def _show(self, agenda: Agenda) -> None:
        if not isValid(self):
            return
        self._asking = False
        self.agenda = agenda
        self.maker.person = agenda.person
        words, now = self.look.words, self.desk.clock.now_ms()
        self.day.setText(words.date(agenda.days.today, "long"))
        may = at_least(agenda.role, "officer")
        reason = words.t("Your role in this workspace does not include this. Ask a coordinator.")
        self.new_button.set_ready(ready=may, reason=reason)
        self.whose.setVisible(agenda.person is not None)
        lines = [[wording.line_of(words, agenda, due) for due in band.lines] for band in agenda.bands]
        counts = [band.count for band in agenda.bands]
        self.due.show_lines(lines, counts, may_tick=may, reason=reason)
        self._show_meetings(agenda)
        self._show_news(agenda)
        self.laptop.show_backup(agenda.backup, now_ms=now)
        self._show_tiles()
        empty = not any(counts)
        self.fresh.setVisible(empty and agenda.untouched)
        self.nothing.setVisible(empty and not agenda.untouched)
        if self.nothing.button is not None:
            self.nothing.button.setVisible(bool(agenda.elsewhere))
        if self._again:
            self.reload()

    def _show_meetings(self, agenda: Agenda) -> None:
        words = self.look.words
        entries = []
        for coming in agenda.meetings:
            first, second = wording.meeting_words(words, coming, today=agenda.days.today)
            day = day_box(words, str(coming.row.values["start"]))
            entries.append(Entry("meeting", coming.row.id, first, second, day=day))
        self.meetings.show_entries(entries, nothing=words.t("No meeting is planned."))

    def _show_news(self, agenda: Agenda) -> None:
        words, now = self.look.words, self.desk.clock.now_ms()
        entries = []
        for each in agenda.news:
            first, second = wording.news_words(words, each, now_ms=now)
            author = agenda.authors.get(each.author)
            name = author.name if author is not None else words.t("Somebody")
            face = Face(name, author.record if author is not None else each.author)
            entries.append(Entry(each.kind, each.record, first, second, face=face))
        nothing = words.t("Nothing new from the others since the last time this laptop received.")
        self.news.show_entries(entries, nothing=nothing)

    # What waits

    def _show_sync(self, state: SyncState) -> None:
        words = self.look.words
        reason = why_not_now(words, state)
        now = self.desk.clock.now_ms()
        self.laptop.show_state(state, ready=self._sync.can_ask, reason=reason, now_ms=now)
        self._show_tiles()

    def _show_tiles(self) -> None:
        words, state, agenda = self.look.words, self._sync.state, self.agenda
        asked = words.n("needs your decision", "need your decision", state.decisions)
        counts = [Count("decisions", state.decisions, asked, "git-pull-request-arrow", "ask")]
        returned = len(agenda.returned) if agenda is not None else 0
        text = words.n("value returned", "values returned", returned)
        counts.append(Count("returned", returned, text, "corner-up-left", "bad"))
        if agenda is not None and at_least(agenda.role, "coordinator"):
            waiting = len(agenda.submitted)
            text = words.n("value to approve", "values to approve", waiting)
            counts.append(Count("submitted", waiting, text, "review", "over"))
        text = words.n("change only here", "changes only here", state.pending)
        counts.append(Count("pending", state.pending, text, "cloud-upload", "over"))
        self.tiles.show_counts(counts)

    def _tile_chosen(self, key: str) -> None:
        agenda = self.agenda
        values = {"returned": agenda.returned, "submitted": agenda.submitted} if agenda is not None else {}
        if values.get(key):
            self.host.open_record("value", values[key][0])
        else:
            self.host.go({"decisions": "decisions", "pending": "exchange"}.get(key, "indicators"))

    def _whose_chosen(self, whose: str) -> None:
        self._mine = whose == "mine"
        self._limits = dict.fromkeys(BANDS, FEW)
        self.reload()

    def _show_all(self) -> None:
        self.whose.set_value("all")
        self._whose_chosen("all")

    def _show_more(self, band: str) -> None:
        self._limits[band] += MORE
        self.reload()

    # Acts

    def _complete(self, line: wording.Line) -> None:
        row = line.due.row
        if row is None:
            return
        try:
            edits = complete_action(row, on=reading.today_of(self.desk).isoformat())
        except (FieldsToFixError, DaftarError) as error:
            self._not_completed(line, error)
            return
        said = self.look.words.t("Done: {title}", title=self.look.words.isolate(line.title))
        self.desk.submit(
            edits,
            label=labels.COMPLETE,
            origin=self,
            done=lambda _written: self.host.toast(said, undo=True),
            failed=lambda error: self._not_completed(line, error),
        )

    def _not_completed(self, line: wording.Line, error: BaseException) -> None:
        if isValid(self):
            row = self.due.row_of(line)
            if row is not None:
                row.untick()
        self.host.toast(explain(self.look.words, error), error=True)

    def open_menu(self) -> None:
        """What can be made from here."""
        if self.new_button.isEnabled():
            self.maker.open_menu(self.new_button)

    def leave(self) -> None:
        self.maker.flush()
