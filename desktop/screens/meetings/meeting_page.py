"""One meeting: agenda, the open item with its notes, and action points or details beside them."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.bridge.keeping import Keeper
from desktop.commands.access import at_least
from desktop.screens.meetings import wording
from desktop.screens.meetings.actions_panel import ActionsPanel
from desktop.screens.meetings.acts import MeetingActs
from desktop.screens.meetings.agenda_view import AgendaPanel, agenda_lines
from desktop.screens.meetings.beside_or_over import BesideOrOver
from desktop.screens.meetings.details_pane import DetailsPane
from desktop.screens.meetings.export_minutes import MinutesExport
from desktop.screens.meetings.header import MeetingHeader
from desktop.screens.meetings.item_page import ItemPage
from desktop.screens.meetings.outcome_form import ACTION, DECISION, LESSON
from desktop.screens.meetings.reading import Facts, Joint, Outcome, read_meeting
from desktop.store.rows import Row
from desktop.widgets.documents import DocumentsSection
from desktop.widgets.finding import record_finder
from desktop.widgets.key_hints import KeyHints
from desktop.widgets.labels import Panel
from desktop.widgets.look import Look
from desktop.widgets.notes_keeper import NotesKeeper
from desktop.widgets.record_form import FieldChange
from desktop.widgets.screen import Host
from sync.replica.changed import Changed

_AROUND = (
    "meeting",
    "agenda_item",
    "decision",
    "action_point",
    "link",
    "person",
    "activity",
    "indicator",
)


class MeetingPage(QWidget):
    """Reads its meeting in the reader thread after every change around it; the open editor stays."""

    back_asked = Signal()
    gone = Signal()
    """The meeting was removed."""

    def __init__(
        self, look: Look, desk: Desk, host: Host, drafts: Keeper, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._desk, self._host, self._drafts = look, desk, host, drafts
        self.facts: Facts | None = None
        self._meeting = b""
        self._item = b""
        self._wanted: bytes = b""
        self._asked = 0
        self.acts = MeetingActs(look, desk, host)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = MeetingHeader(look, parent=self)
        column.addWidget(self.header)
        row = QHBoxLayout()
        row.setSpacing(0)
        column.addLayout(row, 1)
        self.agenda = AgendaPanel(look, parent=self)
        row.addWidget(self.agenda)
        self.middle = QWidget(self)
        middle = QVBoxLayout(self.middle)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        self.item_page = ItemPage(look, desk, parent=self.middle)
        middle.addWidget(self.item_page, 1)
        words = look.words
        self.hints = KeyHints(look, parent=self.middle)
        self.hints.set_keys(
            [
                ("Alt D", words.t("Decision")),
                ("Alt A", words.t("Action")),
                ("Alt L", words.t("Lesson")),
                ("Alt ↑↓", words.t("Move the item")),
            ]
        )
        middle.addWidget(self.hints)
        self._build_panel(row)
        self.notes = NotesKeeper(desk, self.item_page.editor, drafts, parent=self)
        self._connect()
        self._add_keys()
        self.setFocusProxy(self.agenda.view)

    def _build_panel(self, row: QHBoxLayout) -> None:
        look = self._look
        self.panel = Panel(look, ground=look.tokens.surface, edges="leading", edge=look.tokens.border)
        inside = QHBoxLayout(self.panel)
        inside.setContentsMargins(1, 0, 1, 0)
        self.panels = QStackedWidget(self.panel)
        inside.addWidget(self.panels)
        self.documents = DocumentsSection(look, self._desk, self._host, ruled=False)
        provider = record_finder(self._desk, ("activity",))
        self.action_list = ActionsPanel(look, provider=provider, documents=self.documents)
        self.details = DetailsPane(look, self._desk, self._host, self._drafts)
        self.panels.addWidget(self.action_list)
        self.panels.addWidget(self.details)
        self.body = BesideOrOver(look, self.middle, self.panel, parent=self)
        row.addWidget(self.body, 1)

    def _connect(self) -> None:
        header, agenda, page = self.header, self.agenda, self.item_page
        header.back_asked.connect(self.back_asked)
        header.details_asked.connect(self._meeting_details)
        header.actions_asked.connect(self._toggle_actions)
        self.export = MinutesExport(self._look, self._desk, self._host, parent=self)
        header.export_asked.connect(self._export)
        header.state_asked.connect(self._set_state)
        agenda.view.moved_to.connect(self.open_item)
        agenda.view.move_asked.connect(self._move_item)
        agenda.view.remove_asked.connect(self._remove_item)
        agenda.view.entered.connect(self._write)
        agenda.add_asked.connect(self._add_item)
        agenda.draft_typed.connect(self._agenda_typed)
        page.renamed.connect(self.acts.rename)
        page.discussed.connect(self._discussed)
        page.details_asked.connect(self.show_details)
        page.joint_opened.connect(self._joint_opened)
        page.joint_removed.connect(self.acts.unlink)
        page.joint_picked.connect(self._link)
        page.outcomes.opened.connect(self._outcome_opened)
        page.form.made.connect(self._record)
        page.form.draft_typed.connect(self._outcome_typed)
        page.form.closed.connect(self._write)
        self.action_list.ticked.connect(self._ticked)
        self.action_list.opened.connect(self._outcome_opened)
        self.action_list.join_asked.connect(self._join)
        self.action_list.closed.connect(self._close_panel)
        self.body.placed.connect(self._fit_header)
        self.details.closed.connect(self._details_closed)
        self.details.changed.connect(self._field_changed)
        self.details.remove_asked.connect(self._remove)
        self.notes.safe.connect(self._show_saved)
        self.notes.restored.connect(self._say_restored)

    def _add_keys(self) -> None:
        for keys, kind in (("Alt+D", DECISION), ("Alt+A", ACTION), ("Alt+L", LESSON)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setProperty("kind", kind)
            shortcut.activated.connect(self._outcome_key)
        for keys, step in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setProperty("step", step)
            shortcut.activated.connect(self._move_key)
        back = QShortcut(QKeySequence("Alt+Right" if self._look.rtl else "Alt+Left"), self)
        back.activated.connect(self.back_asked)

    # Showing

    @property
    def editable(self) -> bool:
        return self.facts is not None and at_least(self.facts.role, "officer")

    def show_meeting(self, record: bytes, *, item: bytes = b"") -> None:
        """Another meeting, or one item of it."""
        if record != self._meeting:
            self.leave()
            self._meeting, self._item, self.facts = record, b"", None
        self._wanted = item
        if item and self.facts is not None and self.facts.item(item) is not None:
            self.agenda.view.choose(item)
        self.reload()

    def reload(self) -> None:
        if not self._meeting:
            return
        self.notes.catch_up()
        self._asked += 1
        asked, record = self._asked, self._meeting
        language = self._look.words.language

        def take(facts: Facts | None) -> None:
            if asked == self._asked:
                self._take(facts)

        self._desk.ask(lambda reader: read_meeting(reader, record, language=language), take)

    def refresh(self, changed: Changed) -> None:
        """Something was committed somewhere."""
        self.notes.follow(changed)
        row = self.details.row
        if row is not None and row.id in changed.of(row.kind):
            fresh = self._desk.row(row.kind, row.id)
            if fresh is not None and not fresh.deleted:
                self.details.refresh(fresh)
            else:
                self._details_closed()
        if any(changed.of(kind) for kind in _AROUND):
            self.reload()

    def _take(self, facts: Facts | None) -> None:
        if facts is None:
            self.gone.emit()
            return
        self.facts = facts
        today, words = wording.today_of(self._desk), self._look.words
        self.header.show_facts(facts, today=today, editable=self.editable)
        text, too_much = wording.minutes_line(words, facts)
        self.agenda.show_sum(text, too_much=too_much)
        self.agenda.add_link.setEnabled(self.editable)
        current = self._current_item(facts)
        self.agenda.view.show_lines(agenda_lines(self._look, facts), current=current)
        if self.agenda.view.current != current:
            self.agenda.view.choose(current)
        self.action_list.show_facts(facts, today=today, editable=self.editable)
        self.documents.show_about(facts.row, editable=self.editable)
        self._show_item(current)
        draft = self._drafts.text(self._meeting, "new_item")
        if draft and not self.agenda.line.isVisible() and self.editable:
            self.agenda.start_adding(draft)

    def _current_item(self, facts: Facts) -> bytes:
        """The wanted item, the open one, else the first one that was not discussed."""
        for record in (self._wanted, self._item):
            if record and (record == facts.row.id or facts.item(record) is not None):
                self._wanted = b""
                return record
        plain = [item for item in facts.items if not item.is_section]
        waiting = [item for item in plain if not item.row.values.get("discussed")]
        chosen = next(iter(waiting or plain), None)
        return chosen.row.id if chosen is not None else facts.row.id

    @Slot(object)
    def open_item(self, record: bytes) -> None:
        """Show another item of the agenda."""
        if self.facts is not None and record != self._item:
            self._show_item(record)

    def _show_item(self, record: bytes) -> None:
        facts = self.facts
        assert facts is not None
        item = facts.item(record)
        if record != self._item or self.notes.record != record:
            self._item = record
            self.item_page.form.hide()
            self.notes.open("agenda_item" if item is not None else "meeting", record)
            self.item_page.verticalScrollBar().setValue(0)
        today = wording.today_of(self._desk)
        self.item_page.show_item(facts, item, today=today, editable=self.editable)

    # Panels

    def _show_panel(self, widget: QWidget) -> None:
        self.panels.setCurrentWidget(widget)
        self.body.show_panel(visible=True)

    @Slot()
    def _fit_header(self) -> None:
        """The way to the action points is offered where they are not in view."""
        beside = not self.panel.isHidden() and not self.body.is_drawer
        here = self.panels.currentWidget() is self.action_list
        self.header.actions_button.setVisible(not (beside and here))

    @Slot()
    def _toggle_actions(self) -> None:
        if not self.panel.isHidden() and self.panels.currentWidget() is self.action_list:
            self._close_panel()
        else:
            self._show_panel(self.action_list)

    @Slot()
    def _close_panel(self) -> None:
        self.body.show_panel(visible=False)
        self.agenda.view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _export(self) -> None:
        if self.facts is not None:
            self.notes.write()
            self.export.choose_file(self.facts.row)

    @Slot()
    def _meeting_details(self) -> None:
        if self.facts is not None:
            self.show_details(self.facts.row)

    @Slot(object)
    def show_details(self, row: Row) -> None:
        """Every field of a record, in the panel."""
        fresh = self._desk.row(row.kind, row.id) or row
        self.details.show_row(fresh)
        self._show_panel(self.details)

    @Slot()
    def _details_closed(self) -> None:
        self.details.finish()
        self.details.row = None
        self.panels.setCurrentWidget(self.action_list)
        self._fit_header()
        if self.body.is_drawer:
            self._close_panel()

    @Slot(object)
    def _outcome_opened(self, outcome: Outcome) -> None:
        self.show_details(outcome.row)

    # Acts

    @Slot(str)
    def _set_state(self, state: str) -> None:
        if self.facts is not None:
            self.notes.write()
            self.acts.set_state(self.facts.row, state)

    @Slot(str)
    def _add_item(self, title: str) -> None:
        if self.facts is not None:
            self.acts.add_item(self.facts, title, done=self._item_added)

    def _item_added(self, record: bytes) -> None:
        self._wanted = record
        self.reload()

    @Slot(str)
    def _agenda_typed(self, text: str) -> None:
        if text:
            self._drafts.keep(self._meeting, "new_item", text)
        else:
            self._drafts.drop(self._meeting, "new_item")

    @Slot(object, int)
    def _move_item(self, record: bytes, step: int) -> None:
        if self.facts is not None and self.editable:
            self.acts.move_item(self.facts, record, step)

    @Slot()
    def _move_key(self) -> None:
        self._move_item(self._item, int(self.sender().property("step")))

    @Slot(object)
    def _remove_item(self, record: bytes) -> None:
        item = self.facts.item(record) if self.facts is not None else None
        if item is not None and self.editable:
            self.acts.remove(item.row)

    @Slot()
    def _write(self) -> None:
        self.item_page.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object, bool)
    def _discussed(self, row: Row, discussed: bool) -> None:
        self.acts.mark_discussed(row, discussed=discussed)

    @Slot(object)
    def _joint_opened(self, joint: Joint) -> None:
        self._host.open_record(joint.kind, joint.record)

    @Slot(str)
    def _link(self, key: str) -> None:
        item = self.facts.item(self._item) if self.facts is not None else None
        if item is not None:
            self.acts.link(item.row, bytes.fromhex(key))

    @Slot()
    def _outcome_key(self) -> None:
        if self.editable:
            self.record_outcome(str(self.sender().property("kind")))

    def record_outcome(self, kind: str) -> None:
        """Open the line for a decision, an action point or a lesson of the open item."""
        draft = self._drafts.text(self._item, f"new.{kind}") or ""
        self.item_page.form.open(kind, draft=draft)
        # Once it has its place.
        QTimer.singleShot(0, self._show_form)

    @Slot()
    def _show_form(self) -> None:
        form = self.item_page.form
        if form.isVisible():
            self.item_page.ensureWidgetVisible(form, 0, 16)

    @Slot(str, str)
    def _outcome_typed(self, kind: str, text: str) -> None:
        if text:
            self._drafts.keep(self._item, f"new.{kind}", text)
        else:
            self._drafts.drop(self._item, f"new.{kind}")

    @Slot(str, object)
    def _record(self, kind: str, values: dict[str, object]) -> None:
        if self.facts is None:
            return
        about, place, title = self._item, f"new.{kind}", str(values.get("title") or "")
        # Until it is written the draft holds it too; by then the next one may be begun.
        self._drafts.keep(about, place, title)

        def recorded() -> None:
            if self._drafts.text(about, place) == title:
                self._drafts.drop(about, place)

        item = about if about != self.facts.row.id else None
        self.acts.record(self.facts, item, kind, values, done=recorded)

    @Slot(object, bool)
    def _ticked(self, outcome: Outcome, done: bool) -> None:
        self.acts.tick(outcome, done=done)

    @Slot(object, str)
    def _join(self, outcome: Outcome, key: str) -> None:
        if self.facts is not None:
            self.acts.join(self.facts, outcome, bytes.fromhex(key))

    @Slot(object)
    def _field_changed(self, change: FieldChange) -> None:
        self.acts.change_field(self.details.form, change)

    @Slot(object)
    def _remove(self, row: Row) -> None:
        self.acts.remove(row, done=self._details_closed if row.kind != "meeting" else None)

    # Footer

    @Slot()
    def _show_saved(self) -> None:
        words = self._look.words
        now = wording.now_of(self._desk)
        self.hints.set_state(words.t("Saved here {time}", time=words.isolate(words.time(now))))

    @Slot()
    def _say_restored(self) -> None:
        words = self._look.words
        self.hints.set_state(words.t("What you were writing is back"), icon="history")

    def leave(self) -> None:
        """Write what is being typed; another screen or the end of the window may follow."""
        self.notes.write()
        self.item_page.title.commit()
        self.details.finish()
        self._drafts.flush()
