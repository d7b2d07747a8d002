"""What people do to the plan: every act becomes one command, one undo, and one line that says so."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from desktop.bridge.desk import Desk
from desktop.bridge.keeping import Keeper
from desktop.commands import labels
from desktop.models.columns import CellEdit, Edits, PastedBlock
from desktop.screens.workplan.editing import CellEditor, Outcome, with_writes
from desktop.screens.workplan.provider import PlanModel
from desktop.screens.workplan.structure import Structure
from desktop.screens.workplan.tree import Tree
from desktop.store.outline import ACTIVITY, MILESTONE, RESULT
from desktop.store.rows import Row
from desktop.store.store import Written
from desktop.widgets.dialogs import confirm
from desktop.widgets.look import Look
from desktop.widgets.screen import Host
from desktop.words.messages import explain
from sync.changes import Edit
from sync.errors import DaftarError

_QUIET = frozenset({"typed", "ticked", "today"})


class PlanActs:
    """Commands of the screen. `tree` and `model` are asked for anew at each act."""

    def __init__(
        self,
        look: Look,
        desk: Desk,
        host: Host,
        keeper: Keeper,
        *,
        tree: Callable[[], Tree],
        model: Callable[[], PlanModel | None],
    ) -> None:
        self._look, self._desk, self._host, self._keeper = look, desk, host, keeper
        self._tree, self._model = tree, model
        self._pending: dict[bytes, Row] = {}

    # Cells

    def edit_cells(self, editor: CellEditor, edits: Edits) -> None:
        """Typed, ticked, filled or cleared cells."""
        outcome = self._take(editor, edits.edits)
        if edits.how not in _QUIET:
            self._say_cells(outcome)

    def paste_cells(self, editor: CellEditor, block: PastedBlock) -> None:
        """A pasted block; what did not fit is said, never dropped in silence."""
        words = self._look.words
        outcome = self._take(editor, block.edits)
        self._say_cells(outcome)
        if block.beyond:
            self._host.toast(
                words.n(
                    "{count} pasted line had no row. Bring the file in to add rows.",
                    "{count} pasted lines had no row. Bring the file in to add rows.",
                    len(block.beyond),
                ),
                error=True,
            )

    def _take(self, editor: CellEditor, edits: Sequence[CellEdit]) -> Outcome:
        outcome = editor.take([self._with_pending(edit) for edit in edits])
        self._note_pending(edits, outcome)
        model = self._model()
        if model is None:
            return outcome
        for kept in outcome.kept:
            model.hold(kept.record, kept.key, kept.text, problem=kept.problem)
            self._keeper.keep(kept.record, kept.key, kept.text)
        written = {edit.record for edit in outcome.edits}
        for record, key in outcome.settled:
            self._keeper.drop(record, key)
            if record not in written:
                # The same value once more: nothing to save, and nothing to hold.
                model.release(record, key)
        self.submit(outcome.edits, outcome.label)
        return outcome

    def _with_pending(self, edit: CellEdit) -> CellEdit:
        """A row that was not read again since the last edit already has that edit, as people see it."""
        pending, row = self._pending.get(edit.id), edit.seen
        if pending is None or not isinstance(row, Row) or row.seen != pending.seen:
            return edit
        return replace(edit, seen=pending)

    def _note_pending(self, edits: Sequence[CellEdit], outcome: Outcome) -> None:
        rows = {edit.id: self._with_pending(edit).seen for edit in edits}
        for made in outcome.edits:
            row = rows.get(made.record)
            if isinstance(row, Row):
                self._pending[made.record] = rows[made.record] = with_writes(row, made.writes)

    def _say_cells(self, outcome: Outcome) -> None:
        words = self._look.words
        if not outcome.settled and not outcome.kept:
            return
        text = words.n("{count} cell changed.", "{count} cells changed.", len(outcome.settled))
        if outcome.kept:
            look = words.n("{count} cell needs a look.", "{count} cells need a look.", len(outcome.kept))
            text = f"{text} {look}"
        self._host.toast(text, undo=bool(outcome.edits))

    def submit(
        self, edits: Sequence[Edit], label: str, done: Callable[[Written], object] | None = None
    ) -> None:
        if edits:
            self._desk.submit(edits, label=label, done=done, failed=self._failed)

    def _failed(self, error: BaseException) -> None:
        """Nothing was written: the cells go back to what is stored, and the reason stays on screen."""
        self._pending.clear()
        model = self._model()
        if model is not None:
            model.reread()
        self._desk.failed.emit(error)

    # Lines

    def _structure(self) -> Structure:
        return Structure(self._tree(), self._desk.reader.rows)

    def add(self, what: str, current: bytes | None, done: Callable[[bytes], object]) -> None:
        """A new line beside or below the current one; `done` gets its id when it is there."""
        words = self._look.words
        workspace, record = self._desk.scope.workspace, self._desk.store.new_id()
        structure = self._structure()
        if what in ("activity", "part"):
            title = words.t("New activity")
            edits = structure.add_activity(
                current, workspace=workspace, record=record, title=title, below=what == "part"
            )
        elif what == "milestone":
            if current is None or current not in self._tree().lines:
                return
            title = words.t("New milestone")
            edits = structure.add_milestone(current, workspace=workspace, record=record, title=title)
        else:
            title = words.t("New result")
            edits = structure.add_result(
                current, workspace=workspace, record=record, title=title, below=what == "result_below"
            )
        self.submit(edits, labels.ADD, lambda _written: done(record))

    def move(self, how: str, record: bytes) -> None:
        """Up, down, in or out."""
        words, tree = self._look.words, self._tree()
        line = tree.lines.get(record)
        if line is None:
            return
        if line.kind == MILESTONE:
            self._host.toast(words.t("Milestones stand in the order of their dates."))
            return
        structure = self._structure()
        try:
            edits = _moved(structure, how, record)
        except DaftarError as error:
            self._host.toast(explain(words, error), error=True)
            return
        self.submit(edits, labels.MOVE)

    def remove(self, chosen: Sequence[bytes], *, parent: QWidget) -> None:
        """Ask, then take lines away. A result that holds something is not removed."""
        words, tree = self._look.words, self._tree()
        lines = [tree.lines[record] for record in chosen if record in tree.lines]
        if not lines:
            return
        structure = self._structure()
        full = [line for line in lines if line.kind == RESULT and structure.inside(line.id)]
        if full:
            inside = structure.inside(full[0].id)
            self._host.toast(
                words.n(
                    "This result holds {count} line. Move or remove it first.",
                    "This result holds {count} lines. Move or remove them first.",
                    inside,
                ),
                error=True,
            )
            return
        name = self._desk.name_of(lines[0].kind, lines[0].id)
        title = words.t("Remove “{name}”?", name=words.isolate(name))
        if len(lines) > 1:
            title = words.n("Remove {count} line?", "Remove {count} lines?", len(lines))
        staying = sum(structure.inside(line.id) for line in lines if line.kind == ACTIVITY)
        text = words.t("It goes to Removed items and can be brought back.")
        if staying:
            stays = words.n(
                "{count} line under it stays in the plan.",
                "{count} lines under it stay in the plan.",
                staying,
            )
            text = f"{text} {stays}"
        dialog = confirm(
            self._look,
            parent=parent,
            title=title,
            text=text,
            action=words.t("Remove"),
            keep=words.t("Keep it"),
            action_icon="trash",
        )
        dialog.confirmed.connect(lambda: self._remove([line.id for line in lines], name))

    def _remove(self, chosen: Sequence[bytes], name: str) -> None:
        words = self._look.words
        structure = self._structure()
        edits: list[Edit] = []
        for record in chosen:
            if record in self._tree().lines:
                edits += structure.remove(record)
        said = words.t("Removed “{name}”.", name=words.isolate(name))
        if len(chosen) > 1:
            said = words.n("Removed {count} line.", "Removed {count} lines.", len(chosen))
        self.submit(edits, labels.REMOVE, lambda _written: self._host.toast(said, undo=True))


def _moved(structure: Structure, how: str, record: bytes) -> list[Edit]:
    if how == "up":
        return structure.shift(record, -1)
    if how == "down":
        return structure.shift(record, 1)
    return structure.indent(record) if how == "in" else structure.outdent(record)
