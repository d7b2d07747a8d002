"""The side panel of the workplan: everything about one line, to read and to edit, with money and history."""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.bridge.keeping import Keeper
from desktop.commands import labels, links, records
from desktop.commands.problems import FieldsToFixError
from desktop.screens.workplan.form_sections import FORM_SECTIONS
from desktop.screens.workplan.joint_dialog import DEPENDENCY_FIELDS, ROLE_FIELDS, JointDialog
from desktop.screens.workplan.link_dialog import LinkDialog
from desktop.screens.workplan.panel_budget import KIND as BUDGET_LINE
from desktop.screens.workplan.panel_budget import BudgetTab
from desktop.screens.workplan.panel_details import Details, today_of
from desktop.screens.workplan.panel_facts import PanelFacts, read_panel
from desktop.screens.workplan.panel_parts import CommentBox, comment_entry, history_entries
from desktop.store.outline import ACTIVITY, MILESTONE
from desktop.store.rows import Row
from desktop.store.titles import shown_title
from desktop.widgets.buttons import Button, IconButton
from desktop.widgets.documents import DocumentsSection
from desktop.widgets.finding import finder_of
from desktop.widgets.labels import Label
from desktop.widgets.look import Look
from desktop.widgets.record_form import FieldChange, RecordForm
from desktop.widgets.screen import Host
from desktop.widgets.side_panel import SidePanel
from desktop.words.messages import explain
from sync.changes import Edit, Value
from sync.clock import stamp_ms
from sync.records import KINDS, FieldProblem
from sync.replica.changed import Changed

DETAILS, BUDGET, HISTORY, COMMENTS = "details", "budget", "history", "comments"
COMMENT_DRAFT = "comment"
_JOINTS = {"role": ROLE_FIELDS, "dependency": DEPENDENCY_FIELDS}
_TOUCHING = frozenset(
    {"role", "dependency", "milestone", "activity", "comment", "link", "budget_line", "indicator", "value",
     "target", "person", "place", "organisation", "decision", "action_point", "lesson", "risk"}
)  # fmt: skip


class PlanPanel(SidePanel):
    """Shows one line; every change it makes names what was seen when editing began."""

    decide_asked = Signal()

    def __init__(
        self, look: Look, desk: Desk, host: Host, keeper: Keeper, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(look, name=look.words.t("Details of the line"), parent=parent)
        self._desk, self._host, self._keeper = desk, host, keeper
        self._details = Details(look, desk, self)
        self._forms: dict[str, RecordForm] = {}
        self._facts: PanelFacts | None = None
        self._asked = 0
        self._editing = False
        self._wanted: tuple[str, bytes] | None = None
        self._wanted_field = ""
        self._comments: CommentBox | None = None
        self.joint: JointDialog | None = None
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        self.pencil = IconButton(look, "pencil", look.words.t("Edit all fields"), box=26, parent=self)
        self.pencil.clicked.connect(self.edit)
        self._put_before_more(self.pencil)
        self._own = QStackedWidget(self)
        self._own.hide()
        column.insertWidget(column.indexOf(self._scroll) + 1, self._own, 1)
        self._budget: BudgetTab | None = None
        self.documents = DocumentsSection(look, desk, host, parent=self)
        self.documents.hide()
        self.tab_chosen.connect(self._tab_chosen)
        self.link_chosen.connect(self._link_chosen)
        self.add_asked.connect(self._add_link)

    def _put_before_more(self, button: IconButton) -> None:
        for row in self.findChildren(QHBoxLayout):
            at = row.indexOf(self._more)
            if at >= 0:
                row.insertWidget(at, button)

    def menu_corner(self) -> QPoint:
        """Where the menu of the panel opens."""
        corner = self._more.rect().bottomRight() if self._look.rtl else self._more.rect().bottomLeft()
        return self._more.mapToGlobal(corner)

    @property
    def budget(self) -> BudgetTab:
        """Made when it is first looked at: its fields are many."""
        if self._budget is None:
            self._budget = BudgetTab(self._look, self._desk, parent=self._own)
            self._budget.changed.connect(self._budget_changed)
            self._budget.add_asked.connect(self._add_line)
            self._budget.remove_asked.connect(self._remove_line)
            self._own.addWidget(self._budget)
        return self._budget

    # What is shown

    def clear(self) -> None:
        """Everything goes but the files: somebody may be in the middle of them."""
        self.body.removeWidget(self.documents)
        super().clear()

    @property
    def record(self) -> bytes | None:
        return self._wanted[1] if self._wanted is not None else None

    @property
    def facts(self) -> PanelFacts | None:
        return self._facts

    def show_record(self, kind: str, record: bytes, *, tab: str = "", field: str = "") -> None:
        """Another line. A field name opens the form there."""
        if self._wanted is not None and self._wanted[1] != record:
            self.leave()
            self._editing = False
        self._wanted = (kind, record)
        self._wanted_field = field
        if field:
            self._editing = True
        if tab and self._tabs is not None and tab != self.tab:
            self._tabs.set_value(tab)
        self._ask()

    def refresh(self, changed: Changed) -> None:
        """Something was committed: read again where this line, or what belongs to it, was touched."""
        if self._wanted is None:
            return
        kind, record = self._wanted
        if record in changed.of(kind) or any(changed.of(each) for each in _TOUCHING):
            self._ask()

    def leave(self) -> None:
        """Hand over what is being typed."""
        for form in self._forms.values():
            form.finish()
        if self._budget is not None:
            self._budget.finish()

    def _ask(self) -> None:
        if self._wanted is None:
            return
        self._asked += 1
        number = self._asked
        kind, record = self._wanted
        today, period = today_of(self._desk), self._desk.scope.period
        language = self._look.words.language
        self._desk.ask(
            lambda reader: read_panel(reader, kind, record, today=today, period=period, language=language),
            lambda facts: self._answer(number, facts),
        )

    def _answer(self, number: int, facts: PanelFacts | None) -> None:
        if number != self._asked:
            return
        if facts is None:
            self._wanted = None
            self.closed.emit()
            return
        same = self._facts is not None and self._facts.row.id == facts.row.id
        self._facts = facts
        self._show_head(facts)
        self._show_tab(same=same)

    def _show_head(self, facts: PanelFacts) -> None:
        row, words = facts.row, self._look.words
        title = shown_title(row, words.language)
        self.set_head(title, code=str(row.values.get("code") or ""), badge=self._details.badge_of(row))
        comments = words.p("tab", "Comments")
        if facts.comments:
            comments = f"{comments} {words.number(len(facts.comments))}"
        tabs = [(DETAILS, words.t("Details")), (HISTORY, words.t("History")), (COMMENTS, comments)]
        if row.kind != MILESTONE:
            tabs.insert(1, (BUDGET, words.t("Budget")))
        self.set_tabs(tabs)
        self._show_state(facts)

    def _show_state(self, facts: PanelFacts) -> None:
        words, now = self._look.words, self._desk.clock.now_ms()
        last = facts.history[-1][0] if facts.history else None
        when = words.moment(stamp_ms(last.stamp), now_ms=now) if last is not None else ""
        if facts.row.unsent:
            text = words.t("Saved on this laptop, not sent yet · {when}", when=when)
            self.set_state(text, icon="save")
        else:
            author = facts.authors.get(last.author) if last is not None else None
            name = f" · {author.name}" if author is not None and author.name else ""
            self.set_state(words.t("Sent · {when}", when=when) + name, icon="check", family="over")

    # Tabs

    def _tab_chosen(self, _tab: str) -> None:
        self.leave()
        self._editing = False
        self._show_tab(same=False)

    def _show_tab(self, *, same: bool) -> None:
        facts = self._facts
        if facts is None:
            return
        tab = self.tab or DETAILS
        form = tab == DETAILS and self._editing
        self._scroll.setVisible(not form and tab != BUDGET)
        self._own.setVisible(form or tab == BUDGET)
        self.documents.setVisible(tab == DETAILS and not form)
        if form:
            self._show_form(facts.row, same=same)
        elif tab == BUDGET:
            self._own.setCurrentWidget(self.budget)
            self.budget.show_lines(facts.money)
        elif tab == HISTORY:
            self.clear()
            for entry in history_entries(self._look, self._desk, facts):
                self.add_widget(entry)
            if not facts.whole:
                said = self._look.words.t("Older history is on the server")
                self.add_widget(Label(self._look, said, colour=self._look.tokens.t2, wrap=True))
        elif tab == COMMENTS:
            self._show_comments(facts, same=same)
        else:
            self._show_details(facts)

    def _show_details(self, facts: PanelFacts) -> None:
        look, words = self._look, self._look.words
        self.clear()
        if facts.row.contested:
            self._add_contested(facts.row)
        self._details.fill(facts)
        self.add_widget(self.documents)
        self.documents.show_about(facts.row, editable=True)
        self.edit_button = Button(look, words.t("Edit all fields"), icon="pencil", height=28)
        self.edit_button.clicked.connect(self.edit)
        self.add_widget(self.edit_button)

    def _add_contested(self, row: Row) -> None:
        look, words = self._look, self._look.words
        kind = self._desk.store.kinds[row.kind]
        names = sorted({key.partition("/")[0] for key in row.contested})
        fields = words.join([words.t(kind.fields[name].label) for name in names if name in kind.fields])
        text = words.t("Two people changed this: {fields}. Nothing is lost while it waits.", fields=fields)
        self.add_widget(Label(look, text, colour=look.tokens.ask.text, wrap=True))
        button = Button(look, words.t("Decide"), icon="git-pull-request-arrow", height=28)
        button.clicked.connect(self.decide_asked)
        self.add_widget(button)

    def _show_comments(self, facts: PanelFacts, *, same: bool) -> None:
        draft = self._keeper.text(facts.row.id, COMMENT_DRAFT) or ""
        writing = same and self._comments is not None and self._comments.field.editor.hasFocus()
        cursor = self._comments.field.editor.textCursor().position() if writing and self._comments else 0
        self.clear()
        for comment in facts.comments:
            author = facts.authors.get(comment.made_by)
            self.add_widget(comment_entry(self._look, self._desk, comment, author))
        self._comments = CommentBox(self._look, draft=draft)
        self._comments.written.connect(self._add_comment)
        self._comments.typed.connect(self._comment_typed)
        self.add_widget(self._comments)
        if writing:
            self._comments.field.setFocus()
            place = self._comments.field.editor.textCursor()
            place.setPosition(min(cursor, len(draft)))
            self._comments.field.editor.setTextCursor(place)

    def edit(self) -> None:
        """Every field as a form, in the place of the summary."""
        if self._tabs is not None and self.tab != DETAILS:
            self._tabs.set_value(DETAILS)
        self._editing = True
        self._show_tab(same=False)

    @property
    def form(self) -> RecordForm | None:
        """The form in front, if one is."""
        if self._own.isHidden() or self._facts is None:
            return None
        shown = self._forms.get(self._facts.row.kind)
        return shown if shown is self._own.currentWidget() else None

    def _show_form(self, row: Row, *, same: bool) -> None:
        form = self._forms.get(row.kind)
        if form is None:
            form = self._make_form(row.kind)
        self._own.setCurrentWidget(form)
        if same and form.row is not None and form.row.id == row.id:
            form.refresh(row)
        else:
            form.show_row(row, self._keeper.of(row.id))
            if not self._wanted_field:
                form.focus_first()
        if self._wanted_field:
            form.go_to(self._wanted_field)
            self._wanted_field = ""

    def _make_form(self, kind: str) -> RecordForm:
        form = RecordForm(
            self._look,
            self._desk.store.kinds[kind],
            name=self._look.words.t("Edit all fields"),
            provider_for=lambda field: finder_of(self._desk, field),
            name_of=self._desk.name_of,
            sections=FORM_SECTIONS[kind],
            parent=self._own,
        )
        form.changed.connect(self._form_changed)
        form.draft.connect(self._form_typed)
        self._forms[kind] = form
        self._own.addWidget(form)
        return form

    # Changes

    def _submit(self, edits: list[Edit], label: str) -> None:
        if edits:
            self._desk.submit(edits, label=label, origin=self, done=self._saved)

    def _saved(self, _written: object) -> None:
        words = self._look.words
        now = words.moment(self._desk.clock.now_ms(), now_ms=self._desk.clock.now_ms())
        form = self.form
        if form is not None:
            form.set_saved(words.t("Saved here {when}", when=now))

    def _form_typed(self, record: bytes, field: str, text: str) -> None:
        if text:
            self._keeper.keep(record, field, text)
        else:
            self._keeper.drop(record, field)

    def _form_changed(self, change: FieldChange) -> None:
        kind = KINDS[change.row.kind]
        try:
            edits = records.change(kind, change.row, {change.field: change.value})
        except FieldsToFixError as wrong:
            form = self._forms[change.row.kind]
            for problem in wrong.problems:
                form.show_problem(problem.field if problem.field in form.fields else change.field, problem)
            return
        self._submit(edits, labels.CHANGE)

    def _budget_changed(self, row: Row, values: dict[str, Value]) -> None:
        try:
            edits = records.change(KINDS[BUDGET_LINE], row, values)
        except FieldsToFixError as wrong:
            for problem in wrong.problems:
                name = problem.field if problem.field in values else next(iter(values))
                self.budget.show_problem(row, FieldProblem(problem.code, name, values[name]))
            return
        self._submit(edits, labels.CHANGE)

    def _add_line(self) -> None:
        facts = self._facts
        if facts is None:
            return
        words = self._look.words
        values: dict[str, Value] = {
            "title": words.t("New line"),
            "activity" if facts.row.kind == ACTIVITY else "result": facts.row.id,
            "currency": next(
                (row.values["currency"] for row in facts.money if row.values.get("currency")), None
            ),
        }
        record = self._desk.store.new_id()
        edits = records.create(
            KINDS[BUDGET_LINE], workspace=facts.row.workspace, record=record, values=values
        )
        self._submit(edits, labels.ADD)

    def _remove_line(self, row: Row) -> None:
        self._submit(records.remove(KINDS[BUDGET_LINE], row), labels.REMOVE)
        title = str(row.values.get("title") or "")
        self._host.toast(self._look.words.t("Removed “{name}”.", name=title), undo=True)

    def _comment_typed(self, text: str) -> None:
        facts = self._facts
        if facts is not None:
            self._form_typed(facts.row.id, COMMENT_DRAFT, text)

    def _add_comment(self, text: str) -> None:
        facts = self._facts
        if facts is None:
            return
        self._keeper.drop(facts.row.id, COMMENT_DRAFT)
        try:
            edits = links.comment(facts.row, text, record=self._desk.store.new_id())
        except FieldsToFixError as wrong:
            self._host.toast(explain(self._look.words, wrong.problems[0]), error=True)
            return
        self._submit(edits, labels.COMMENT)

    # Links

    def _link_chosen(self, key: str) -> None:
        kind, _, record = key.partition(":")
        if kind in _JOINTS:
            row = self._desk.row(kind, bytes.fromhex(record))
            if row is not None and not row.deleted:
                self._open_joint(kind, row)
            return
        self._host.open_record(kind, bytes.fromhex(record))

    def _open_joint(self, kind: str, row: Row | None) -> None:
        """A responsibility or a dependency: a new one where there is no row."""
        facts = self._facts
        if facts is None:
            return
        words = self._look.words
        titles = {"role": words.t("Responsibility"), "dependency": words.t("Waits for")}
        fixed: dict[str, Value] = {"activity": facts.row.id, "raci": "responsible"}
        if kind == "dependency":
            fixed = {"successor": facts.row.id, "type": "FS"}
        self.joint = JointDialog(
            self._look, self._desk, kind, title=titles[kind], fields=_JOINTS[kind], row=row, fixed=fixed,
            workspace=facts.row.workspace, parent=self.window(),
        )  # fmt: skip
        label = labels.ADD if row is None else labels.CHANGE
        self.joint.made.connect(lambda edits: self._submit(edits, label))
        self.joint.removed.connect(self._take_joint_away)
        self.joint.open()

    def _take_joint_away(self, edits: list[Edit]) -> None:
        self._submit(edits, labels.REMOVE)
        self._host.toast(self._look.words.t("It goes to Removed items and can be brought back."), undo=True)

    def _add_link(self, what: str) -> None:
        facts = self._facts
        if facts is None:
            return
        if what in _JOINTS:
            self._open_joint(what, None)
            return
        dialog = LinkDialog(self._look, self._desk, facts.row, parent=self.window())
        dialog.chosen.connect(self._link_to)
        dialog.open()

    def _link_to(self, kind: str, record: bytes) -> None:
        facts = self._facts
        other = self._desk.row(kind, record)
        if facts is None or other is None:
            return
        self._submit(links.link(facts.row, other, record=self._desk.store.new_id()), labels.LINK)
