"""The workplan: a tree of results, activities and milestones, with the panel of one line beside it."""

from collections.abc import Callable, Collection
from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QVBoxLayout

from desktop.bridge.desk import Desk, Scope
from desktop.bridge.keeping import Keeper
from desktop.models.columns import Edits, PastedBlock
from desktop.screens.workplan import columns as c
from desktop.screens.workplan.acts import PlanActs
from desktop.screens.workplan.cells import Drawing
from desktop.screens.workplan.editing import CellEditor
from desktop.screens.workplan.following import PlanFollower
from desktop.screens.workplan.line_menu import LINE, PLACE, line_acts, make_menu
from desktop.screens.workplan.moving import MoveAway
from desktop.screens.workplan.page import PlanPage
from desktop.screens.workplan.panel import BUDGET, PlanPanel
from desktop.screens.workplan.panel_details import today_of
from desktop.screens.workplan.provider import PlanModel, PlanProvider
from desktop.screens.workplan.reading import Answer, Asked, Figures, read_paid_for
from desktop.screens.workplan.tree import LOOSE, Tree
from desktop.store.outline import ACTIVITY, MILESTONE, PLAN_KINDS
from desktop.widgets.buttons import Button, IconButton
from desktop.widgets.finding import record_finder
from desktop.widgets.look import Look
from desktop.widgets.page_header import PageHeader
from desktop.widgets.screen import Host, Screen
from desktop.widgets.side_panel import PanelHost
from sync.replica.changed import Changed

_NAMING = ("person", "organisation")
_MANY = 200
_PARTS = {"budget_line": "activity", "role": "activity", "dependency": "successor"}


class WorkplanScreen(Screen):
    """Reads the shape of the plan in the reader thread; rows follow when they are shown."""

    key = "workplan"

    def __init__(self, look: Look, desk: Desk, host: Host) -> None:
        super().__init__(look, desk, host)
        self._shown_year = 0
        self._first = True
        self._wanted: tuple[str, bytes, str] | None = None
        self._fresh: bytes | None = None
        self._provider = PlanProvider(desk, self._drawing())
        self._keeper = Keeper(desk, self.key, parent=self)
        self._follower = PlanFollower(desk, asking=self._asking, show=self._show, count=self._show_figures)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = PageHeader(look, "", parent=self)
        self.header.set_actions(self._header_actions())
        column.addWidget(self.header)
        self.page = PlanPage(look)
        self.panel = PlanPanel(look, desk, host, self._keeper)
        self.panels = PanelHost(look, self.page, self.panel, parent=self)
        column.addWidget(self.panels, 1)
        self.acts = PlanActs(
            look, desk, host, self._keeper, tree=lambda: self.tree, model=lambda: self.page.model
        )
        self.away = MoveAway(look, desk, host, tree=lambda: self.tree)
        self.bring_in: QObject | None = None
        self._connect()
        self._add_keys()
        self.setFocusProxy(self.page)
        self._say_title()

    # Building

    def _header_actions(self) -> list[Button | IconButton]:
        look, words = self.look, self.look.words
        self.filter_button = Button(look, words.t("Filter"), icon="filter", height=30)
        self.import_button = Button(look, words.t("Bring in"), icon="upload", height=30)
        self.import_button.setToolTip(words.t("Bring in a spreadsheet"))
        self.more_button = IconButton(look, "more", words.t("More to add or move"), box=30)
        self.add_button = Button(look, words.t("Add activity"), kind="primary", icon="plus", height=30)
        self.filter_button.clicked.connect(self._toggle_filter)
        self.import_button.clicked.connect(self._import)
        self.more_button.clicked.connect(self._open_more)
        self.add_button.clicked.connect(self._add_activity)
        return [self.filter_button, self.import_button, self.more_button, self.add_button]

    def _connect(self) -> None:
        page = self.page
        page.edited.connect(self._edited)
        page.pasted.connect(self._pasted)
        page.opened.connect(self._opened)
        page.record_changed.connect(self._moved)
        page.menu_asked.connect(self._open_menu)
        page.draft_typed.connect(self._keeper.keep)
        page.editing_ended.connect(self._editing_ended)
        page.import_asked.connect(self._import)
        page.add_asked.connect(self._add_activity)
        page.filter_bar.changed.connect(self._filter_changed)
        self.panel.decide_asked.connect(self._decide)
        self.panel.more_asked.connect(self._open_panel_menu)

    def _add_keys(self) -> None:
        self._line_acts = line_acts(
            self.look,
            open_details=self._open_details,
            edit_fields=self._edit_fields,
            add=self._add,
            move=self._move,
            move_away=self._move_away,
            remove=self._remove,
        )
        for one in self._line_acts:
            if one is not None and one.keys:
                self._on(one.keys, one.act)
        self._on("Ctrl+F", self._toggle_filter)

    def _on(self, keys: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.activated.connect(act)

    def _drawing(self) -> Drawing:
        today = today_of(self.desk)
        year = c.year_of(self.desk.scope.period, today)
        return Drawing(self.look.words, today, year, self._name_of)

    def _name_of(self, kind: str, record: bytes | None) -> str:
        return self._provider.name_of(kind, record)

    @property
    def tree(self) -> Tree:
        return self._provider.tree

    # Reading

    def reload(self) -> None:
        drawing = self._drawing()
        if drawing.year != self._shown_year or self.page.grid is None:
            self._provider.drawing = drawing
            people = record_finder(self.desk, ("person",))
            self.page.make_grid(self._provider, year=drawing.year, today=drawing.today, people=people)
            self._shown_year = drawing.year
        self._provider.drawing = drawing
        self._provider.forget_names()
        self._say_title()
        self._read()

    def scope_moved(self, scope: Scope) -> None:
        facts = self.panel.facts
        if facts is not None and facts.row.workspace != scope.workspace:
            self.panels.close_panel()
        self._first = True
        self.reload()

    def _asking(self) -> Asked:
        bar = self.page.filter_bar
        return Asked(
            self.desk.scope.workspace,
            today_of(self.desk),
            bar.text.text().strip(),
            frozenset(bar.status.chosen),
            frozenset(bytes.fromhex(key) for key in bar.lead.chosen),
        )

    def _read(self, *, filtered: bool = False) -> None:
        """Ask for the tree; where only the filter changed, the plan itself is known."""
        if self._first:
            self.page.show_loading()
        if filtered:
            self._follower.read()
        else:
            self._follower.read_all()

    def _show(self, answer: Answer, asked: Asked) -> None:
        model = self.page.model
        assert model is not None
        tree = self.tree
        self._provider.tree = Tree(
            answer.shape, answer.whole, answer.order, answer.total, tree.counts, self.desk.reader
        )
        arrived, self._first = self._first, False
        if arrived:
            model.requery()
            self._bring_back_drafts(model)
        else:
            model.adopt()
        self._after(filtered=not asked.is_open)
        if arrived and self.isVisible() and not isinstance(QApplication.focusWidget(), QLineEdit):
            self.page.setFocus(Qt.FocusReason.OtherFocusReason)
        self._go_to_wanted()

    def _show_figures(self, figures: Figures, asked: Asked) -> None:
        self._provider.tree = replace(self.tree, counts=figures.counts)
        self.page.filter_bar.set_leads(figures.known.leads)
        self._after(filtered=not asked.is_open)

    @property
    def is_current(self) -> bool:
        """Whether the tree answers the filter as it stands, and every change until now."""
        return self._follower.is_current

    def _after(self, *, filtered: bool) -> None:
        tree = self.tree
        self.page.show_counts(tree, filtered=filtered)
        self.add_button.setVisible(bool(tree.nodes) or filtered)
        self.page.filter_bar.set_shown(tree.total, tree.whole.activities)
        self._say_title()

    def refresh(self, changed: Changed) -> None:
        """Values are read again by id at once; the shape follows from the reader thread."""
        self.panel.refresh(changed)
        touched = {record for kind in PLAN_KINDS for record in changed.of(kind)}
        named = any(changed.of(kind) for kind in _NAMING)
        if named:
            self._provider.forget_names()
            self._reread(None)
        elif touched:
            self._reread(touched if len(touched) <= _MANY else None)
        if changed.of("budget_line"):
            self.desk.ask(lambda reader: read_paid_for(reader, changed), self._reread)
        if touched or named:
            self._read()

    def _reread(self, records: Collection[bytes] | None) -> None:
        if self.page.model is not None and not self._first:
            self.page.model.reread(records)

    def _say_title(self) -> None:
        words = self.look.words
        year = c.year_of(self.desk.scope.period, today_of(self.desk))
        tree = self.tree
        parts = []
        if tree.total:
            parts.append(words.n("{count} activity", "{count} activities", tree.total))
        if tree.counts.get("late"):
            parts.append(words.n("{count} late", "{count} late", tree.counts["late"]))
        self.header.set_title(words.t("Workplan {year}", year=year), caption=" · ".join(parts))

    # Drafts

    def _bring_back_drafts(self, model: PlanModel) -> None:
        """What stood in an open cell when the window closed without a word."""
        words = self.look.words
        keys = {column.key for column in model.columns}
        for (record, key), text in self._keeper.all.items():
            if key in keys and record in self.tree.lines and model.row_of(record) >= 0:
                problem = words.t("This was being typed and is not saved yet. F2 and Enter save it.")
                model.hold(record, key, text, problem=problem)

    def _editing_ended(self, record: bytes, key: str) -> None:
        model = self.page.model
        if model is not None and (record, key) not in model.problems:
            self._keeper.drop(record, key)

    # Going to a line

    def show_record(self, kind: str, record: bytes) -> None:
        tab = ""
        if kind in _PARTS:
            row = self.desk.row(kind, record)
            whole = row.values.get(_PARTS[kind]) if row is not None else None
            if not isinstance(whole, bytes):
                return
            tab = BUDGET if kind == "budget_line" else ""
            kind = ACTIVITY if self.desk.row(ACTIVITY, whole) is not None else MILESTONE
            record = whole
        self._wanted = (kind, record, tab)
        self._go_to_wanted()

    def _go_to_wanted(self) -> None:
        grid = self.page.grid
        if self._wanted is None or grid is None or self._first:
            return
        kind, record, tab = self._wanted
        if record not in self.tree.lines:
            return
        if not grid.show_record(record):
            self.page.filter_bar.clear()
            return
        self._wanted = None
        if self._fresh == record:
            self._fresh = None
            self._name_new(record)
            return
        grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.panel.show_record(kind, record, tab=tab)
        self.panels.open_panel()

    def _name_new(self, record: bytes) -> None:
        """A new line is named at once: in its cell, or for a result in the panel."""
        grid = self.page.grid
        assert grid is not None
        grid.show_record(record, key=c.TITLE)
        grid.setFocus()
        kind = self.tree.lines[record].kind
        if kind in (ACTIVITY, MILESTONE):
            grid.edit_current()
        else:
            self.panel.show_record(kind, record, field="title")
            self.panels.open_panel()

    def _opened(self, record: bytes) -> None:
        line = self.tree.lines.get(record)
        if line is not None:
            self.panel.show_record(line.kind, record)
            self.panels.open_panel()

    def _moved(self, record: object) -> None:
        line = self.tree.lines.get(record) if isinstance(record, bytes) else None
        if line is not None and self.panels.is_open and self.panel.record != record:
            self.panel.show_record(line.kind, line.id)

    def _current(self) -> bytes | None:
        grid = self.page.grid
        record = grid.current_id() if grid is not None and self.page.shows_grid else None
        return record if record != LOOSE else None

    # Acts

    def _editor(self) -> CellEditor:
        find = record_finder(self.desk, ("person",))
        return CellEditor(self.look.words, year=self._shown_year, find=lambda text: list(find(text)))

    def _edited(self, edits: Edits) -> None:
        self.acts.edit_cells(self._editor(), edits)

    def _pasted(self, block: PastedBlock) -> None:
        self.acts.paste_cells(self._editor(), block)

    def _add_activity(self) -> None:
        self._add("activity")

    def _add(self, what: str) -> None:
        self.leave()
        self.acts.add(what, self._current(), self._added)

    def _added(self, record: bytes) -> None:
        self._wanted = (ACTIVITY, record, "")
        self._fresh = record
        self._go_to_wanted()

    def _move(self, how: str) -> None:
        record = self._current()
        if record is not None:
            self.leave()
            self.acts.move(how, record)

    def _remove(self) -> None:
        grid = self.page.grid
        if grid is not None and self.page.shows_grid:
            self.leave()
            self.acts.remove(grid.selected_ids(), parent=self.window())

    def _move_away(self) -> None:
        record = self._current()
        if record is not None:
            self.leave()
            self.away.ask(record, parent=self.window())

    def _open_details(self) -> None:
        record = self._current()
        if record is not None:
            self._opened(record)

    def _edit_fields(self) -> None:
        record = self._current()
        if record is not None:
            self._opened(record)
            self.panel.edit()

    def _decide(self) -> None:
        self.host.go("decisions")

    def _import(self) -> None:
        # Spreadsheet libraries are loaded when the first file is brought in, not when the window opens.
        from desktop.screens.workplan.bringing_in import BringIn

        bring_in = self.bring_in
        if not isinstance(bring_in, BringIn):
            self.bring_in = bring_in = BringIn(self.look, self.desk, self.host, parent=self)
        bring_in.ask()

    def _toggle_filter(self) -> None:
        self.page.toggle_filter()

    def _filter_changed(self) -> None:
        active = self.page.filter_bar.active
        words = self.look.words
        text = words.t("Filter")
        self.filter_button.set_text(f"{text} · {words.number(active)}" if active else text)
        self._read(filtered=True)

    # Menus

    def _open_more(self) -> None:
        self._menu().popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    def _open_panel_menu(self) -> None:
        self._menu().popup(self.panel.menu_corner())

    def _open_menu(self, _record: object, where: QPoint) -> None:
        self._menu().popup(where)

    def _menu(self) -> QMenu:
        return make_menu(self.look, self._line_acts, possible=self._possible, parent=self)

    def _possible(self, needs: str) -> bool:
        record = self._current()
        line = self.tree.lines.get(record) if record is not None else None
        if needs == PLACE:
            return record is not None and self.away.possible()
        return line is not None and (needs == LINE or line.kind == ACTIVITY)

    def leave(self) -> None:
        """What stands in an open cell or field is committed; what cannot be used stays as a draft."""
        if self.page.grid is not None:
            self.page.grid.finish_editing()
        self.panel.leave()
        self._keeper.flush()
