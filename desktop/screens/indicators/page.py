"""The page of one indicator: its head, and the tabs for figures, targets, reference sheet, history, links."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.bridge.desk import Desk
from desktop.commands import measures
from desktop.commands.access import at_least
from desktop.commands.periods import add_quarters
from desktop.screens.indicators.entry_tab import EntryTab
from desktop.screens.indicators.evidence_tab import EvidenceTab
from desktop.screens.indicators.facts import Facts, Moment, read_facts
from desktop.screens.indicators.history_tab import HistoryTab
from desktop.screens.indicators.links_tab import LinksTab
from desktop.screens.indicators.nothing_yet import nothing_to_enter
from desktop.screens.indicators.place_asking import PlaceAsking
from desktop.screens.indicators.sheet_tab import SheetTab
from desktop.screens.indicators.targets_tab import TargetsTab
from desktop.screens.indicators.tools import tool_row
from desktop.screens.indicators.wording import period_short
from desktop.store.store import Written
from desktop.store.titles import shown_title
from desktop.widgets.buttons import Button, IconButton
from desktop.widgets.dialogs import confirm
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.fonts import SEMIBOLD, Role
from desktop.widgets.look import Look
from desktop.widgets.page_header import PageHeader
from desktop.widgets.screen import Host
from desktop.widgets.tabs import Tabs
from sync.replica.changed import Changed

ENTRY, TARGETS, SHEET, EVIDENCE, HISTORY, LINKS = (
    "entry", "targets", "sheet", "evidence", "history", "links",
)  # fmt: skip
Tab = TargetsTab | SheetTab | EvidenceTab | HistoryTab | LinksTab
_AROUND_TITLE = 460
"""Back, code, actions and the gaps between them."""
_FOLLOWED = (
    "indicator", "value", "target", "period", "place", "dimension", "category", "programme", "person",
)  # fmt: skip


class IndicatorPage(QWidget):
    """Reads the facts in the reader thread and hands them to the tab in front."""

    back_asked = Signal()
    next_asked = Signal(int)
    ready = Signal()
    """The facts of a reading are on the screen."""

    def __init__(
        self, look: Look, desk: Desk, host: Host, moment: Moment, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._desk, self._host, self.moment = look, desk, host, moment
        self.record = b""
        self.facts: Facts | None = None
        self.entry: EntryTab | None = None
        self._tabs_made: dict[str, Tab] = {}
        self._asked = 0
        self._places = PlaceAsking(look, desk, parent=self)
        self._places.chosen.connect(self.read)
        self._then: Callable[[], object] | None = None
        self._build()

    def _build(self) -> None:
        look, words = self._look, self._look.words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = PageHeader(look, "", parent=self)
        self.back = IconButton(look, "arrow-left", words.t("Back to all results and indicators"), parent=self)
        self.back.clicked.connect(self.back_asked)
        self.header.set_lead(self.back)
        self.tabs = Tabs(
            look,
            [
                (ENTRY, words.t("Data entry")),
                (TARGETS, words.t("Targets")),
                (SHEET, words.t("Reference sheet")),
                (EVIDENCE, words.t("Evidence")),
                (HISTORY, words.t("History")),
                (LINKS, words.t("Links")),
            ],
            name=words.t("Parts of the indicator"),
        )
        self.tabs.chosen.connect(self._tab_chosen)
        self.header.set_tabs(self.tabs)
        self.paste_button = Button(look, words.t("Paste from Excel"), icon="paste", height=30)
        self.paste_button.clicked.connect(self._paste)
        self.panel_button = IconButton(look, "panel", words.t("Target and actual"), parent=self)
        self.panel_button.clicked.connect(self._toggle_panel)
        self.submit_button = Button(look, words.t("Submit"), kind="primary", icon="send", height=30)
        self.submit_button.clicked.connect(self.ask_submit)
        # In one holder, so that the header, which shows its actions whenever it has room, leaves them be.
        tools = tool_row([self.panel_button, self.paste_button], gap=10)
        self.header.set_actions([tools, self.submit_button])
        column.addWidget(self.header)
        holder = QWidget(self)
        self._stack = QStackedLayout(holder)
        column.addWidget(holder, 1)

    # Opening and reading

    def open(self, record: bytes, *, tab: str = ENTRY, then: Callable[[], object] | None = None) -> None:
        """Show an indicator; `then` is called once its facts are there."""
        self._leave_tabs()
        if record != self.record:
            self._drop_tabs()
            self.record = record
            self._places.forget()
            self._desk_title()
        self._then = then
        self.tabs.set_value(tab)
        self.read()

    def _desk_title(self) -> None:
        """Title and code at once, from one row; everything else follows."""
        row = self._desk.row("indicator", self.record)
        if row is not None:
            name = shown_title(row, self._look.words.language)
            self.header.set_title(name, code=str(row.values.get("code") or ""))

    def _drop_tabs(self) -> None:
        for widget in (self.entry, *self._tabs_made.values()):
            if widget is not None:
                self._stack.removeWidget(widget)
                widget.deleteLater()
        self.entry, self.facts = None, None
        self._tabs_made.clear()
        self._drop_empty()

    def _drop_empty(self) -> None:
        for at in reversed(range(self._stack.count())):
            widget = self._stack.widget(at)
            if isinstance(widget, EmptyState):
                self._stack.removeWidget(widget)
                widget.deleteLater()

    def set_moment(self, moment: Moment) -> None:
        self._leave_tabs()
        self.moment = moment
        self._drop_tabs()
        if self.record:
            self.read()

    @Slot()
    def read(self) -> None:
        self._asked += 1
        number, record, moment, added = self._asked, self.record, self.moment, tuple(self._places.added)
        written = self.entry.pen.written if self.entry is not None else 0
        self._desk.ask(
            lambda reader: read_facts(reader, record, moment, added=added),
            lambda facts: self._take(number, facts, written),
        )

    def follow(self, changed: Changed) -> None:
        """Something was committed while this page is in front."""
        own = self.entry is not None and changed.origin is self.entry.pen.origin
        if not own and any(changed.of(kind) for kind in _FOLLOWED):
            self.read()
        made = self._tabs_made.get(self.tabs.value)
        if made is not None:
            made.follow(changed)

    def _take(self, number: int, facts: Facts | None, written: int) -> None:
        if number != self._asked or not isValid(self):
            return
        if facts is None:
            self.back_asked.emit()
            return
        self.facts = facts
        self._show_title(facts)
        if self.entry is not None:
            self.entry.show_facts(facts, written=written)
        for made in self._tabs_made.values():
            made.show_facts(facts)
        self._show_tab()
        then, self._then = self._then, None
        if then is not None:
            then()
        self.ready.emit()

    def _show_title(self, facts: Facts) -> None:
        """The result is named beside the title only where both have room."""
        fonts = self._look.fonts
        name = shown_title(facts.indicator, self._look.words.language)
        above = facts.path[-1] if facts.path else ""
        taken = fonts.width(name, Role.PAGE, SEMIBOLD) + fonts.width(above, Role.SECONDARY) + _AROUND_TITLE
        self.header.set_title(
            name,
            code=str(facts.indicator.values.get("code") or ""),
            caption=above if taken <= self.width() else "",
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.facts is not None:
            self._show_title(self.facts)
            self._show_actions()

    # Tabs

    @Slot(str)
    def _tab_chosen(self, key: str) -> None:
        self._leave_tabs()
        if self.facts is not None:
            self._show_tab()

    def _show_tab(self) -> None:
        facts = self.facts
        assert facts is not None
        key = self.tabs.value
        self._drop_empty()
        if key == ENTRY:
            self._show_entry(facts)
        else:
            made = self._tabs_made.get(key)
            if made is None:
                made = self._make_tab(key, facts)
                self._tabs_made[key] = made
                self._stack.addWidget(made)
            self._stack.setCurrentWidget(made)
        self._show_actions()

    def _make_tab(self, key: str, facts: Facts) -> Tab:
        if key == TARGETS:
            return TargetsTab(self._look, self._desk, facts)
        if key == SHEET:
            return SheetTab(self._look, self._desk, facts)
        if key == EVIDENCE:
            return EvidenceTab(self._look, self._desk, self._host, facts)
        if key == HISTORY:
            return HistoryTab(self._look, self._desk, facts)
        return LinksTab(self._look, self._desk, self._host, facts)

    def _show_entry(self, facts: Facts) -> None:
        empty = nothing_to_enter(self._look, facts, add_periods=self.add_periods, ask_place=self.ask_place)
        if empty is not None:
            self._stack.addWidget(empty)
            self._stack.setCurrentWidget(empty)
            return
        if self.entry is None:
            self.entry = EntryTab(self._look, self._desk, self._host, facts)
            self.entry.place_asked.connect(self.ask_place)
            self.entry.changed.connect(self._show_actions)
            self.entry.facts_asked.connect(self.read)
            self.entry.evidence_asked.connect(self.show_evidence)
            self._stack.addWidget(self.entry)
            self._stack.setCurrentWidget(self.entry)
            self.entry.start()
        self._stack.setCurrentWidget(self.entry)

    @Slot()
    def _show_actions(self) -> None:
        words, facts, entry = self._look.words, self.facts, self.entry
        front = self.tabs.value == ENTRY and entry is not None and self._stack.currentWidget() is entry
        may = facts is not None and at_least(facts.role, "officer")
        self.paste_button.setVisible(front and may)
        self.submit_button.setVisible(front and may)
        self.panel_button.setVisible(front and self.window().width() < 1200)
        if not front or facts is None or entry is None:
            return
        span = facts.moment.span
        inside = [
            each for each in facts.periods if (code := each.values.get("code")) and code == facts.moment.code
        ]
        name = period_short(words, inside[0]) if inside else str(span.year)
        self.submit_button.set_text(words.t("Submit {period}", period=name))
        self.submit_button.set_ready(
            ready=bool(entry.to_submit()), reason=words.t("There is nothing to submit: no figure waits here.")
        )

    def focus_tab(self) -> None:
        """Give the keyboard to what the tab in front shows."""
        front = self._stack.currentWidget()
        if front is not None:
            front.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_tabs(self) -> None:
        if self.entry is not None:
            self.entry.finish()
        for made in self._tabs_made.values():
            made.finish()

    def leave(self) -> None:
        """The screen is left: what is being typed is taken."""
        self._leave_tabs()

    def go_to_value(self, period: bytes, place: bytes | None) -> None:
        if self.entry is not None:
            where = "-" if place is None else place.hex()
            self.entry.go_to_cell(f"{period.hex()}/{where}", self.entry.table.input_keys()[0])

    @Slot(object)
    def show_evidence(self, value: bytes) -> None:
        """Go to what one value rests on."""
        if self.facts is None:
            return
        self._leave_tabs()
        self.tabs.set_value(EVIDENCE)
        self._show_tab()
        made = self._tabs_made[EVIDENCE]
        assert isinstance(made, EvidenceTab)
        made.show_value(value)

    # Acting

    @Slot()
    def _paste(self) -> None:
        if self.entry is not None:
            self.entry.paste()

    @Slot()
    def _toggle_panel(self) -> None:
        if self.entry is not None:
            self.entry.toggle_panel()

    @Slot()
    def ask_submit(self) -> None:
        """Hand in, or ask first where something is still open."""
        entry = self.entry
        if entry is None:
            return
        entry.finish()
        words, left = self._look.words, entry.still_open()
        if not left:
            self._submit()
            return
        dialog = confirm(
            self._look,
            parent=self,
            title=words.t("Submit with empty cells?"),
            text=words.n(
                "{count} cell is still empty or not valid. It stays open, and totals say so.",
                "{count} cells are still empty or not valid. They stay open, and totals say so.",
                left,
            ),
            action=words.t("Submit"),
            keep=words.t("Go on typing"),
            action_icon="send",
        )
        dialog.confirmed.connect(self._submit)

    @Slot()
    def _submit(self) -> None:
        entry, facts = self.entry, self.facts
        if entry is None or facts is None:
            return
        edits = measures.submit(entry.to_submit(), by=facts.me, on=facts.moment.today)
        if edits:
            self._desk.submit(edits, label=measures.SUBMIT, done=self._submitted)

    def _submitted(self, written: Written) -> None:
        words, count = self._look.words, len(written.changes)
        said = words.n("{count} place submitted.", "{count} places submitted.", count)
        self._host.toast(said, undo=True)

    @Slot()
    def add_periods(self) -> None:
        facts = self.facts
        if facts is None:
            return
        edits = add_quarters(
            facts.moment.year,
            facts.every_period,
            workspace=facts.indicator.workspace,
            new_id=self._desk.store.new_id,
        )
        self._desk.submit(edits, label=measures.ADD_PERIODS)

    @Slot()
    def ask_place(self) -> None:
        """Offer the places that are not on the page yet, or ask for the name of a new one."""
        if self.facts is not None:
            self._places.ask(self.facts)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        back = Qt.Key.Key_Right if self._look.rtl else Qt.Key.Key_Left
        if event.key() == Qt.Key.Key_Escape or (alt and event.key() == back):
            self.back_asked.emit()
        elif control and event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.next_asked.emit(1 if event.key() == Qt.Key.Key_PageDown else -1)
        else:
            super().keyPressEvent(event)
