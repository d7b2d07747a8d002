"""The disaggregations of a workspace: what figures can be split by, with the usual ones ready made."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QMenu, QWidget

from desktop.bridge.desk import Desk
from desktop.commands import splits
from desktop.models.columns import Cell, Column
from desktop.models.columns import Row as GridRow
from desktop.models.record_tree_model import Node, RecordTreeModel
from desktop.screens.indicators.dialogs import NameDialog
from desktop.screens.indicators.record_form import RecordDialog, Section
from desktop.store.rows import Query, Row
from desktop.store.titles import shown_title
from desktop.widgets.buttons import Button
from desktop.widgets.dialogs import Dialog
from desktop.widgets.grid import Grid
from desktop.widgets.look import Look
from sync.changes import Edit
from sync.errors import DaftarError
from sync.replica.changed import Changed


def t(msgid: str) -> str:
    """Mark a title for translation."""
    return msgid


COLUMNS = (
    Column("name", t("Name"), width=300, stretch=True),
    Column("code", t("Code"), width=90),
    Column("state", t("State"), width=130),
)
ABOUT_DIMENSION = (
    Section(
        "",
        (
            "name", "code", "type", "description", "exclusive", "double_counting", "applies_to_targets",
            "archived", "name_en", "name_fr", "name_ar",
        ),
    ),
)  # fmt: skip
ABOUT_CATEGORY = (
    Section("", ("name", "code", "unknown", "archived", "iati_value", "name_en", "name_fr", "name_ar")),
)


class _Rows:
    """Disaggregations with their categories under them."""

    def __init__(self, look: Look, desk: Desk, workspace: bytes) -> None:
        self._look, self._desk, self._workspace = look, desk, workspace
        self.dimensions: list[Row] = []
        self.below: dict[bytes, list[Row]] = {}
        self.read()

    def read(self) -> None:
        reader, inside = self._desk.reader, (self._workspace,)
        self.dimensions = sorted(reader.select(Query("dimension", workspaces=inside)), key=_in_order)
        self.below = {row.id: [] for row in self.dimensions}
        for row in sorted(reader.select(Query("category", workspaces=inside)), key=_in_order):
            self.below.setdefault(row.values.get("dimension") or b"", []).append(row)

    def find(self, record: bytes | None) -> Row | None:
        every = [*self.dimensions, *(row for some in self.below.values() for row in some)]
        return next((row for row in every if row.id == record), None)

    def nodes(self) -> Sequence[Node]:
        found = []
        for row in self.dimensions:
            found.append(Node(row.id, 0, closable=True))
            found += [Node(each.id, 1) for each in self.below[row.id]]
        return found

    def rows(self, ids: Sequence[bytes]) -> Sequence[GridRow]:
        return [self._row(row) for record in ids if (row := self.find(record)) is not None]

    def _row(self, row: Row) -> GridRow:
        words = self._look.words
        name = shown_title(row, words.language, base="name")
        state = words.t("No longer used") if row.values.get("archived") else ""
        if row.kind == "dimension" and not state:
            count = len(self.below[row.id])
            state = words.n("{count} category", "{count} categories", count)
        code = str(row.values.get("code") or "")
        return GridRow(
            row.id,
            {"name": Cell(name), "code": Cell(code, muted=True), "state": Cell(state, muted=True)},
            muted=bool(row.values.get("archived")),
        )


def _in_order(row: Row) -> tuple[str, bytes]:
    position = row.values.get("position")
    return (str(position[1]) if position else "~", row.id)


def _last(rows: Sequence[Row]) -> str | None:
    keys = [row.values["position"][1] for row in rows if row.values.get("position")]
    return max(keys, default=None)


class SplitDialog(Dialog):
    """A category is archived in its own sheet, never taken away: figures are stored under its code."""

    def __init__(self, look: Look, desk: Desk, workspace: bytes, *, parent: QWidget) -> None:
        words = look.words
        super().__init__(
            look,
            title=words.t("Disaggregations"),
            text=words.t(
                "What figures can be split by. Categories that were used are archived, not removed."
            ),
            width=560,
            parent=parent,
        )
        self._desk, self._workspace, self._page = desk, workspace, parent
        self.rows = _Rows(look, desk, workspace)
        self.model = RecordTreeModel(COLUMNS, self.rows, words)
        self.grid = Grid(look, self.model, name=words.t("Disaggregations"), parent=self)
        self.model.setParent(self.grid)
        self.grid.setFixedHeight(min(320, max(160, parent.window().height() - 320)))
        self.grid.opened.connect(self._open)
        self.body.addSpacing(8)
        self.body.addWidget(self.grid)
        self.add_button_ = Button(look, words.t("Add a disaggregation"), icon="plus", parent=self)
        self.add_button_.clicked.connect(self._offer)
        self.category_button = Button(look, words.t("Add a category"), icon="plus", parent=self)
        self.category_button.clicked.connect(self._ask_category)
        done = Button(look, words.t("Done"), kind="primary", parent=self)
        done.clicked.connect(self.accept)
        for button in (self.add_button_, self.category_button, done):
            self.add_button(button)
        desk.changed.connect(self._follow)
        self.finished.connect(self._end)
        self.grid.record_changed.connect(self._moved)
        if self.model.rowCount():
            self.grid.go_to(0, 0)
        self._moved()
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def _end(self) -> None:
        self._desk.changed.disconnect(self._follow)

    def _follow(self, changed: Changed) -> None:
        if changed.of("dimension") or changed.of("category"):
            self.rows.read()
            self.model.refresh({*changed.of("dimension"), *changed.of("category"), *self.rows.below})
            self._moved()

    @Slot()
    def _moved(self) -> None:
        words = self._look.words
        self.category_button.set_ready(
            ready=self._dimension() is not None, reason=words.t("A disaggregation is needed first.")
        )

    def _dimension(self) -> Row | None:
        """The disaggregation under the cursor, or that of the category there."""
        row = self.rows.find(self.grid.current_id())
        if row is not None and row.kind == "category":
            row = self.rows.find(row.values.get("dimension"))
        return row

    @Slot(object)
    def _open(self, record: bytes) -> None:
        row = self._desk.row("dimension", record) or self._desk.row("category", record)
        if row is not None:
            sections = ABOUT_DIMENSION if row.kind == "dimension" else ABOUT_CATEGORY
            title = shown_title(row, self._look.words.language, base="name")
            self._instead(RecordDialog(self._look, self._desk, row, sections, title=title, parent=self._page))

    def _instead(self, dialog: Dialog) -> None:
        """Step aside for another dialog and come back after it: there is never one over another."""
        dialog.finished.connect(self.open)
        self.hide()
        dialog.open()

    @Slot()
    def _offer(self) -> None:
        """The usual ones, and one of another name."""
        words = self._look.words
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for preset in splits.PRESETS:
            action = menu.addAction(words.t(preset.name))
            action.triggered.connect(lambda _checked=False, chosen=preset: self.add_preset(chosen))
        menu.addSeparator()
        menu.addAction(words.t("Another…")).triggered.connect(self._ask_dimension)
        menu.popup(self.add_button_.mapToGlobal(self.add_button_.rect().bottomLeft()))

    def add_preset(self, preset: splits.Preset) -> None:
        edits = splits.add_preset(
            preset,
            workspace=self._workspace,
            new_id=self._desk.store.new_id,
            say=self._look.words.t,
            last=_last(self.rows.dimensions),
        )
        self._desk.submit(edits, label=splits.ADD_DIMENSION)

    def _ask_dimension(self) -> None:
        words = self._look.words
        dialog = NameDialog(
            self._look, title=words.t("Add a disaggregation"), label=words.t("Name"),
            action=words.t("Add it"), with_code=False, parent=self._page,
        )  # fmt: skip
        dialog.named.connect(self._add_dimension)
        self._instead(dialog)

    def _add_dimension(self, _code: str, name: str) -> None:
        edits = splits.add_dimension(
            {"name": name},
            workspace=self._workspace,
            record=self._desk.store.new_id(),
            last=_last(self.rows.dimensions),
        )
        self._desk.submit(edits, label=splits.ADD_DIMENSION)

    @Slot()
    def _ask_category(self) -> None:
        words, dimension = self._look.words, self._dimension()
        if dimension is None:
            return
        dialog = NameDialog(
            self._look,
            title=words.t("Add a category"),
            text=words.t("Figures are stored under its code, which stays as it is."),
            label=words.t("Name"),
            action=words.t("Add it"),
            parent=self._page,
        )
        dialog.named.connect(lambda code, name: self._add_category(dimension, code, name))
        self._instead(dialog)

    def _add_category(self, dimension: Row, code: str, name: str) -> None:
        some = self.rows.below.get(dimension.id, [])
        try:
            edits: list[Edit] = splits.add_category(
                dimension,
                record=self._desk.store.new_id(),
                name=name,
                code=code or f"C{len(some) + 1}",
                last=_last(some),
            )
        except DaftarError as error:
            self._desk.failed.emit(error)
            return
        self._desk.submit(edits, label=splits.ADD_CATEGORY)
