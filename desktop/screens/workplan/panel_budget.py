"""The tab Budget: the lines of money of one activity as a small table, with every field of one below it."""

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.models.columns import Align, Cell, CellEdit, CellKind, Column, Edits, PastedBlock
from desktop.models.columns import Row as GridRow
from desktop.models.record_table_model import RecordTableModel
from desktop.store.rows import Row
from desktop.widgets.buttons import Button, IconButton
from desktop.widgets.finding import finder_of
from desktop.widgets.fonts import MEDIUM, Role
from desktop.widgets.grid import Grid
from desktop.widgets.labels import Label
from desktop.widgets.look import Look
from desktop.widgets.progress import Progress
from desktop.widgets.record_form import FieldChange, FormSection, RecordForm
from desktop.widgets.typed_values import typed_value
from desktop.words.messages import explain
from sync.errors import DaftarError
from sync.records import FieldProblem, Value

KIND = "budget_line"


def t(msgid: str) -> str:
    """Marks a message id; the grid or form translates it when it is shown."""
    return msgid


_SECTIONS = (
    FormSection(t("Amounts"), ("title", "code", "category", "quantity", "unit", "unit_cost", "currency")),
    FormSection(t("Money"), ("planned", "revised", "committed", "spent", "year")),
)
_HIDDEN = ("activity", "result")
_LONGEST = 6


class _Lines:
    """The rows of the little table."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self.lines: list[Row] = []

    def ids(self) -> Sequence[bytes]:
        return [row.id for row in self.lines]

    def rows(self, ids: Sequence[bytes]) -> Sequence[GridRow]:
        wanted = set(ids)
        return [self._row(row) for row in self.lines if row.id in wanted]

    def _row(self, row: Row) -> GridRow:
        words = self._look.words
        title = str(row.values.get("title") or row.values.get("description") or "")
        cells = {"title": Cell(title, edit=str(row.values.get("title") or ""))}
        for key in ("planned", "spent"):
            amount = row.values.get(key)
            shown = words.number(amount, 0) if amount is not None else ""
            exact = words.number(amount) if amount is not None else ""
            currency = str(row.values.get("currency") or "")
            tint = "ask" if key in row.contested else ""
            cells[key] = Cell(shown, edit=exact, tip=f"{exact} {currency}".strip(), tint=tint)
        return GridRow(row.id, cells, seen=row)


class BudgetTab(QWidget):
    """Emits what a person did; commands are the panel's."""

    changed = Signal(object, object)
    """The row as it was seen, and values by field."""
    add_asked = Signal()
    remove_asked = Signal(object)

    def __init__(self, look: Look, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._desk = look, desk
        words = look.words
        self._kind = desk.store.kinds[KIND]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._lines = _Lines(look)
        columns = (
            Column("title", t("Line"), stretch=True, editable=True, rule=True),
            Column("planned", t("Planned"), CellKind.NUMBER, Align.NUMBER, width=84, editable=True),
            Column("spent", t("Spent"), CellKind.NUMBER, Align.NUMBER, width=84, editable=True),
        )
        self.model = RecordTableModel(columns, self._lines, words, parent=self)
        self.grid = Grid(look, self.model, name=words.t("Budget lines"), enter_opens=False, parent=self)
        self.grid.edited.connect(self._edited)
        self.grid.pasted.connect(self._pasted)
        self.grid.record_changed.connect(self._selected)
        column.addWidget(self.grid)
        self._total = Label(look, weight=MEDIUM, wrap=True, parent=self)
        column.addLayout(_inset(self._total, top=8))
        self._delivery = Progress(look, text_width=120, name=words.t("Spent of planned"), parent=self)
        column.addLayout(_inset(self._delivery, top=4))
        column.addLayout(self._buttons())
        note = Label(
            look,
            words.t("A shadow of the finance system, never instead of it."),
            role=Role.SECONDARY,
            colour=look.tokens.t3,
            wrap=True,
            parent=self,
        )
        column.addLayout(_inset(note, top=0))
        self._form: RecordForm | None = None
        self._rest = QWidget(self)
        column.addWidget(self._rest, 1)

    def _buttons(self) -> QHBoxLayout:
        look, words = self._look, self._look.words
        row = QHBoxLayout()
        row.setContentsMargins(16, 4, 16, 8)
        row.setSpacing(8)
        self.add_button = Button(look, words.t("Add a line"), icon="plus", height=28, parent=self)
        self.add_button.clicked.connect(self.add_asked)
        row.addWidget(self.add_button)
        self.more_button = Button(look, words.t("All fields"), kind="quiet", height=28, parent=self)
        self.more_button.clicked.connect(self._toggle_form)
        row.addWidget(self.more_button)
        row.addStretch(1)
        self.remove_button = IconButton(look, "trash", words.t("Remove the line"), parent=self)
        self.remove_button.clicked.connect(self._remove)
        row.addWidget(self.remove_button)
        return row

    @property
    def form(self) -> RecordForm:
        """Every field of one line; made when it is first asked for."""
        if self._form is None:
            desk = self._desk
            self._form = RecordForm(
                self._look,
                self._kind,
                name=self._look.words.t("Budget line"),
                provider_for=lambda field: finder_of(desk, field),
                name_of=desk.name_of,
                sections=_SECTIONS,
                hidden=_HIDDEN,
                parent=self,
            )
            self._form.changed.connect(self._form_changed)
            self._form.hide()
            column = self.layout()
            assert isinstance(column, QVBoxLayout)
            column.addWidget(self._form, 1)
        return self._form

    # Showing

    def show_lines(self, lines: Sequence[Row]) -> None:
        """The lines as they are now; cursor, editors and what could not be used stay."""
        before = {row.id for row in self._lines.lines}
        self._lines.lines = list(lines)
        self.model.refresh({row.id for row in lines} | before)
        row_height = self._look.row_height
        self.grid.setFixedHeight(34 + row_height * max(1, min(_LONGEST, len(lines))) + 2)
        self._say_total(lines)
        if lines and not self.grid.currentIndex().isValid():
            self.grid.go_to(0, 0)
        current = self._current()
        self.more_button.setEnabled(current is not None)
        self.remove_button.setEnabled(current is not None)
        self._show_in_form(current)

    def _show_in_form(self, current: Row | None) -> None:
        form = self._form
        if form is None or current is None:
            return
        if form.row is not None and form.row.id == current.id:
            form.refresh(current)
        else:
            form.show_row(current)

    def _say_total(self, lines: Sequence[Row]) -> None:
        words = self._look.words
        currencies = {str(row.values.get("currency") or "") for row in lines}
        if not lines:
            self._total.setText(words.t("No budget lines yet."))
            self._delivery.hide()
            return
        if len(currencies) > 1:
            self._total.setText(words.t("These lines are in several currencies, so they are not added up."))
            self._delivery.hide()
            return
        planned = _sum(lines, "revised", "planned")
        spent = _sum(lines, "spent")
        currency = next(iter(currencies))
        entered = any(row.values.get("spent") is not None for row in lines)
        text = words.t("{planned} {currency} planned", planned=words.number(planned), currency=currency)
        if entered:
            text = words.t(
                "{spent} of {planned} {currency} spent",
                spent=words.number(spent),
                planned=words.number(planned),
                currency=currency,
            )
        self._total.setText(" ".join(text.split()))
        self._delivery.setVisible(planned > 0 and entered)
        if planned > 0:
            rate = spent * 100 / planned
            family = "bad" if spent > planned else "ok"
            self._delivery.set_progress(float(rate) / 100, text=words.percent(rate, 0), family=family)

    def _current(self) -> Row | None:
        record = self.grid.current_id()
        return next((row for row in self._lines.lines if row.id == record), None)

    def _selected(self, _record: object) -> None:
        current, form = self._current(), self._form
        if form is not None and current is not None and (form.row is None or form.row.id != current.id):
            form.show_row(current)

    def _toggle_form(self) -> None:
        words = self._look.words
        shown = self.form.isHidden()
        self._show_in_form(self._current())
        self.form.setVisible(shown)
        self._rest.setVisible(not shown)
        self.more_button.set_text(words.t("Fewer fields") if shown else words.t("All fields"))

    def finish(self) -> None:
        """Commit what is being typed."""
        self.grid.finish_editing()
        if self._form is not None:
            self._form.finish()

    # Acts

    def _edited(self, edits: Edits) -> None:
        self._take(edits.edits)

    def _pasted(self, block: PastedBlock) -> None:
        self._take(block.edits)

    def _take(self, edits: Sequence[CellEdit]) -> None:
        words = self._look.words
        by_line: dict[bytes, tuple[Row, dict[str, Value]]] = {}
        for edit in edits:
            row = edit.seen
            if not isinstance(row, Row):
                continue
            try:
                value = typed_value(words, self._kind.fields[edit.key], edit.text)
            except DaftarError as problem:
                self.model.hold(edit.id, edit.key, edit.text, problem=explain(words, problem))
                continue
            by_line.setdefault(edit.id, (row, {}))[1][edit.key] = value
        for row, values in by_line.values():
            self.changed.emit(row, values)

    def show_problem(self, row: Row, problem: FieldProblem) -> None:
        """What a rule over several fields refused."""
        if problem.field in {column.key for column in self.model.columns}:
            text = explain(self._look.words, problem)
            self.model.hold(row.id, problem.field, str(problem.value or ""), problem=text)
        if self._form is not None:
            self._form.show_problem(problem.field, problem)

    def _form_changed(self, change: FieldChange) -> None:
        self.changed.emit(change.row, {change.field: change.value})

    def _remove(self) -> None:
        current = self._current()
        if current is not None:
            self.remove_asked.emit(current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Delete and control:
            self._remove()
            return
        super().keyPressEvent(event)


def _inset(widget: QWidget, *, top: int) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(16, top, 16, 4)
    row.addWidget(widget)
    return row


def _sum(lines: Sequence[Row], *names: str) -> Decimal:
    total = Decimal(0)
    for row in lines:
        amount = next((row.values[name] for name in names if row.values.get(name) is not None), None)
        total += Decimal(amount) if amount is not None else 0
    return total
