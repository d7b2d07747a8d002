"""The screen of open questions: the list, the question, and one button that appears with a choice."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.bridge.keeping import Keeper
from desktop.commands import labels, links
from desktop.commands.problems import FieldsToFixError
from desktop.screens.decisions import wording
from desktop.screens.decisions.asking import AskDialog, ask_label, askable, asked_words, opening
from desktop.screens.decisions.decided import DecidedList
from desktop.screens.decisions.deciding import edits_of, said_of
from desktop.screens.decisions.footer import Footer
from desktop.screens.decisions.inbox_view import InboxView, Line
from desktop.screens.decisions.question_page import QuestionPage
from desktop.screens.decisions.quiet import QuietList, read_quiet
from desktop.screens.decisions.reading import (
    Entry,
    Inbox,
    Person,
    Question,
    find_conflict,
    read_inbox,
    read_question,
)
from desktop.store.rows import Row
from desktop.store.store import Written
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.field_editors import show_problem
from desktop.widgets.fonts import SEMIBOLD, Role
from desktop.widgets.kind_icons import kind_icon
from desktop.widgets.labels import Label, Panel
from desktop.widgets.look import Look
from desktop.widgets.screen import Host, Screen
from desktop.widgets.scroll_column import ScrollColumn
from desktop.words import Words
from desktop.words.messages import explain
from sync.changes import DELETED
from sync.errors import DaftarError
from sync.merge import Conflict
from sync.records import FieldProblem, FieldType
from sync.replica.changed import Changed

_LIST_WIDTH, _INBOX_MOST = 304, 4 * 76
_DAYS_IN_LIST = 31
_DAY_MS = 86_400_000

Spot = tuple[str, bytes, str]
"""Kind, record and key of a question: what stays when its values move."""


class DecisionsScreen(Screen):
    """Never decides on values that moved: they are read again in the moment of deciding."""

    key = "decisions"

    def __init__(self, look: Look, desk: Desk, host: Host) -> None:
        super().__init__(look, desk, host)
        self._inbox = Inbox((), ())
        self._at: Spot | None = None
        self._place = 0
        self._deciding = False
        self.page: QuestionPage | None = None
        self.dialog: AskDialog | None = None
        self._asked_people: list[Row] = []
        self._drafts = Keeper(desk, self.key, parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._build_list())
        column = QVBoxLayout()
        column.setSpacing(0)
        self.stack = QStackedWidget(self)
        column.addWidget(self.stack, 1)
        column.addWidget(self._build_footer())
        row.addLayout(column, 1)
        self.empty = self._build_empty()
        self.stack.addWidget(self.empty)
        for number in range(1, 5):
            shortcut = QShortcut(QKeySequence(str(number)), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setProperty("place", number - 1)
            shortcut.activated.connect(self._number_pressed)
        self.setFocusProxy(self.list)
        self._show_footer()

    # Building

    def _build_list(self) -> QWidget:
        look, words, tokens = self.look, self.look.words, self.look.tokens
        panel = Panel(look, ground=tokens.surface, edges="trailing", edge=tokens.border, parent=self)
        panel.setFixedWidth(_LIST_WIDTH)
        column = QVBoxLayout(panel)
        column.setContentsMargins(8, 12, 9, 0)
        column.setSpacing(0)
        title = Label(look, words.t("Needs your decision"), role=Role.PAGE, weight=SEMIBOLD, parent=panel)
        title.setContentsMargins(8, 0, 8, 0)
        self._safe = Label(
            look,
            words.t("Nothing is lost while these wait."),
            role=Role.SECONDARY,
            colour=tokens.t2,
            wrap=True,
        )
        self._safe.setContentsMargins(8, 4, 8, 8)
        column.addWidget(title)
        column.addWidget(self._safe)
        self.list = InboxView(look, name=words.t("Open questions"), parent=panel)
        self.list.moved_to.connect(self._moved_to)
        self.list.entered.connect(self.decide)
        area = ScrollColumn(
            look, name=words.t("Open questions"), margins=(0, 0, 0, 12), spacing=0, parent=panel
        )
        area.column.addWidget(self.list)
        self.quiet = QuietList(look, parent=area.inside)
        self.quiet.opened.connect(self.host.open_record)
        area.column.addWidget(self.quiet)
        self.decided = DecidedList(look, parent=area.inside)
        self.decided.opened.connect(self.host.open_record)
        area.column.addWidget(self.decided)
        area.column.addStretch(1)
        column.addWidget(area, 1)
        return panel

    def _build_footer(self) -> QWidget:
        self.footer = Footer(self.look, parent=self)
        self.ask_button = self.footer.ask_button
        self.ask_button.clicked.connect(self.ask)
        self.later_button = self.footer.later_button
        self.later_button.clicked.connect(self.decide_later)
        self.use_button = self.footer.use_button
        self.use_button.clicked.connect(self.decide)
        return self.footer

    def _build_empty(self) -> QWidget:
        words = self.look.words
        holder = Panel(self.look, ground=self.look.tokens.surface, parent=self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(28, 28, 28, 28)
        self._nothing = EmptyState(
            self.look,
            icon="circle-check",
            title=words.t("Nothing needs your decision"),
            text=words.t(
                "When two people change the same thing without having seen each other, you are asked here."
            ),
            framed=False,
            parent=holder,
        )
        column.addWidget(self._nothing)
        return holder

    # Reading

    def reload(self) -> None:
        account = self.desk.account
        since, language = self.desk.clock.now_ms() - _DAYS_IN_LIST * _DAY_MS, self.look.words.language
        self.desk.ask(
            lambda reader: read_inbox(reader, account=account, since_ms=since, language=language),
            self._show_inbox,
        )
        self._read_quiet()

    def _read_quiet(self) -> None:
        account, now, language = self.desk.account, self.desk.clock.now_ms(), self.look.words.language
        self.desk.ask(
            lambda reader: read_quiet(reader, account=account, now_ms=now, language=language),
            lambda quiet: self.quiet.show_quiet(self.desk, quiet),
        )

    def refresh(self, changed: Changed) -> None:
        records = {entry.conflict.record for entry in self._inbox.entries}
        touched = any(ids & records for ids in changed.touched.values())
        if changed.conflicts or touched or changed.of("person"):
            self.reload()
        elif self.isVisible() and any(changed.touched.values()):
            self._read_quiet()

    def scope_moved(self, scope: object) -> None:
        """Questions of every workspace stand in one list, so that none is overlooked."""

    def show_record(self, kind: str, record: bytes) -> None:
        """Show the first question about a record."""
        entry = next((each for each in self._inbox.entries if each.conflict.record == record), None)
        if entry is not None:
            self._at = spot_of(entry.conflict)
            self.list.choose(entry.conflict.id)

    def _show_inbox(self, inbox: Inbox) -> None:
        before, self._inbox = self._inbox, inbox
        self._safe.setVisible(bool(inbox.entries))
        entry, moved = self._follow(before)
        current = entry.conflict.id if entry is not None else b""
        self.list.show_lines([self._line(each) for each in inbox.entries], current=current)
        self.list.fit(max(_INBOX_MOST, self.height() - 300))
        self.decided.show_lines(self.desk, inbox.decided)
        self.list.setVisible(bool(inbox.entries))
        if entry is None:
            self._at = None
            self._show_nothing()
        elif self.page is None or self.page.question.conflict.id != current:
            self._ask_question(entry, moved=moved)
        else:
            self._show_footer()

    def _follow(self, before: Inbox) -> tuple[Entry | None, bool]:
        """Which question is current now, and whether its values moved under the person's eyes."""
        entries = self._inbox.entries
        for at, entry in enumerate(entries):
            if self._at == spot_of(entry.conflict):
                known = {each.conflict.id for each in before.entries}
                self._place = at
                return entry, entry.conflict.id not in known and bool(known)
        if not entries:
            return None, False
        self._place = min(self._place, len(entries) - 1)
        entry = entries[self._place]
        self._at = spot_of(entry.conflict)
        return entry, False

    def _line(self, entry: Entry) -> Line:
        words = self.desk.words
        kind = self.desk.store.kinds[entry.conflict.kind]
        field = kind.fields.get(entry.conflict.key.partition("/")[0])
        dated = field is not None and field.type in (FieldType.DATE, FieldType.DATETIME)
        icon = "trash" if entry.conflict.key == DELETED else "calendar" if dated else kind_icon(kind.name)
        return Line(
            entry.conflict.id,
            icon,
            entry.title or words.t(kind.label),
            wording.ordered(words, wording.entry_field(words, entry, kind=kind)),
            wording.ordered(words, words.join([_name(words, each) for each in entry.people])),
            words.date(wording.local(entry.when_ms), "short"),
        )

    @Slot(object)
    def _moved_to(self, identity: bytes) -> None:
        for at, entry in enumerate(self._inbox.entries):
            if entry.conflict.id == identity:
                self._at, self._place = spot_of(entry.conflict), at
                self._ask_question(entry, moved=False)

    def _ask_question(self, entry: Entry, *, moved: bool) -> None:
        account, device = self.desk.account, self.desk.store.device
        conflict, language = entry.conflict, self.look.words.language
        self._show_footer(waiting=True)
        self.desk.ask(
            lambda reader: read_question(reader, conflict, account=account, device=device, language=language),
            lambda question: self._show_question(question, moved=moved),
        )

    def _show_question(self, question: Question | None, *, moved: bool) -> None:
        if question is None or spot_of(question.conflict) != self._at:
            return
        words = self.look.words
        here = words.number(self._place + 1)
        place = words.t("{number} of {count}", number=here, count=words.number(len(self._inbox.entries)))
        page = QuestionPage(self.look, self.desk, question, place=place, moved=moved)
        page.chosen_changed.connect(self._show_footer)
        page.used.connect(self.decide)
        page.record_asked.connect(self._open_record)
        page.other_typed.connect(self._other_typed)
        page.reason_typed.connect(self._reason_typed)
        focus = QApplication.focusWidget()
        had_focus = self.page is not None and isinstance(focus, QWidget) and self.page.isAncestorOf(focus)
        self._drop_page()
        self.page = page
        self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)
        record, key = question.conflict.record, question.conflict.key
        if draft := self._drafts.text(record, key):
            page.take_draft(draft)
        if reason := self._drafts.text(record, _why(key)):
            page.take_reason(reason)
        if had_focus:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_footer()

    def _show_nothing(self) -> None:
        self._drop_page()
        self.stack.setCurrentWidget(self.empty)
        self._show_footer()

    def _drop_page(self) -> None:
        if self.page is not None:
            self.stack.removeWidget(self.page)
            self.page.deleteLater()
            self.page = None

    # The footer

    def _show_footer(self, *, waiting: bool = False) -> None:
        page = self.page
        self.footer.setVisible(page is not None)
        if page is None:
            return
        self._show_ask(page.question)
        self.footer.show_page(page, busy=waiting or self._deciding)

    # Acts

    @Slot()
    def _number_pressed(self) -> None:
        sender = self.sender()
        if self.page is not None and sender is not None:
            self.page.choose(int(sender.property("place")))

    @Slot()
    def _open_record(self) -> None:
        if self.page is not None:
            conflict = self.page.question.conflict
            self.host.open_record(conflict.kind, conflict.record)

    @Slot(str)
    def _other_typed(self, text: str) -> None:
        if self.page is not None:
            conflict = self.page.question.conflict
            self._drafts.keep(conflict.record, conflict.key, text)

    @Slot(str)
    def _reason_typed(self, text: str) -> None:
        if self.page is not None:
            conflict = self.page.question.conflict
            self._drafts.keep(conflict.record, _why(conflict.key), text)

    @Slot()
    def decide_later(self) -> None:
        """Leave this question as it is and look at the next one."""
        entries = self._inbox.entries
        if len(entries) > 1:
            following = entries[(self._place + 1) % len(entries)]
            self.list.choose(following.conflict.id)

    def _show_ask(self, question: Question) -> None:
        """Comments may be written by everybody who may read."""
        words = self.look.words
        self._asked_people = askable(self.desk, question)
        self.ask_button.set_text(ask_label(words, self._asked_people))
        reason = words.t("Whoever wrote these values is not listed on this laptop.")
        self.ask_button.set_ready(ready=bool(self._asked_people), reason=reason)

    @Slot()
    def ask(self) -> None:
        """Write to the people whose values these are; the question stays open meanwhile."""
        page = self.page
        if page is None or not self._asked_people:
            return
        question, people = page.question, list(self._asked_people)
        text = opening(self.desk, question)
        self.dialog = AskDialog(self.look, people=people, text=text, parent=self.window())
        self.dialog.asked.connect(lambda written: self._ask(question, people, written))
        self.dialog.open()

    def _ask(self, question: Question, people: list[Row], text: str) -> None:
        row = replace(question.row, deleted=False)
        record = self.desk.store.new_id()
        edits = links.comment(row, text, record=record, mentions=[person.id for person in people])
        said = asked_words(self.look.words, people)
        self.desk.submit(edits, label=labels.COMMENT, done=lambda _written: self.host.toast(said, undo=True))

    @Slot()
    def decide(self) -> None:
        """Use what is chosen; asks again where the values have moved."""
        page = self.page
        if page is None or not self.use_button.isEnabled():
            return
        conflict = page.question.conflict
        now = find_conflict(self.desk.reader, conflict)
        if now is None or now.id != conflict.id:
            self.host.toast(explain(self.look.words, DaftarError("conflict_changed")), error=True)
            self.reload()
            return
        try:
            edits = edits_of(self.desk, page, now)
        except FieldProblem as problem:
            self._show_problem(page, problem)
            return
        except FieldsToFixError as error:
            self._show_problem(page, error.problems[0])
            return
        self._deciding = True
        self._show_footer()
        said = said_of(self.desk, page)
        self.desk.submit(
            edits,
            label=labels.DECIDE,
            origin=self,
            done=lambda written: self._decided(written, conflict, said),
            failed=self._failed,
        )

    def _show_problem(self, page: QuestionPage, problem: FieldProblem) -> None:
        if page.other is not None:
            show_problem(page.other.editor, self.look.words, problem)
            page.other.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _decided(self, _written: Written, conflict: Conflict, said: str) -> None:
        self._deciding = False
        for key in (conflict.key, _why(conflict.key)):
            self._drafts.drop(conflict.record, key)
        self.host.toast(said, undo=True)
        self.reload()

    def _failed(self, error: BaseException) -> None:
        self._deciding = False
        self._show_footer()
        self.desk.failed.emit(error)

    def leave(self) -> None:
        self._drafts.flush()


def _name(words: Words, person: Person) -> str:
    return words.isolate(wording.first_name(words, person))


def _why(key: str) -> str:
    """Where the draft of a reason is kept."""
    return f"{key}\twhy"


def spot_of(conflict: Conflict) -> Spot:
    return (conflict.kind, conflict.record, conflict.key)
