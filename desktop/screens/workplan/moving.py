"""Moving a line of the plan to another workspace: what goes along, what others see, and the move itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.bridge.desk import Desk
from desktop.commands import labels, moving
from desktop.commands.access import at_least, insist_may
from desktop.screens.workplan.tree import Tree
from desktop.store.moved import counterparts, with_parts
from desktop.store.outline import PLAN_KINDS
from desktop.store.reader import Reader
from desktop.store.rows import Row
from desktop.store.titles import shown_title
from desktop.widgets.buttons import Button
from desktop.widgets.choice_fields import ChoiceField
from desktop.widgets.dialogs import Dialog
from desktop.widgets.fields import CheckBox
from desktop.widgets.labels import Label
from desktop.widgets.look import Look
from desktop.widgets.screen import Host
from desktop.words.messages import explain
from sync.changes import Edit
from sync.errors import DaftarError
from sync.records import KINDS
from sync.replica.workspaces import WorkspaceState


@dataclass(frozen=True, slots=True)
class Cargo:
    """What would move, as it stood when the question was asked."""

    row: Row
    parts: tuple[Row, ...]
    """What is nothing without the line itself."""
    under: tuple[Row, ...]
    """The lines under it, with what belongs to them."""

    def rows(self, *, whole: bool) -> list[Row]:
        """The line first."""
        return [self.row, *self.parts, *(self.under if whole else ())]


def targets(states: Sequence[WorkspaceState], workspace: bytes) -> list[WorkspaceState]:
    """Where something of this workspace may go: where one may write."""
    return [state for state in states if state.id != workspace and at_least(state.role, "officer")]


def lines_under(tree: Tree, kind: str, record: bytes) -> list[tuple[str, bytes]]:
    """Everything that hangs from a line, filtered out or not, as (kind, id)."""
    found: list[tuple[str, bytes]] = []
    for line in tree.children(kind, record):
        found += [(line.kind, line.id), *lines_under(tree, line.kind, line.id)]
    return found


def read_cargo(reader: Reader, kind: str, record: bytes, under: Sequence[tuple[str, bytes]]) -> Cargo | None:
    """The rows of a line and of those under it; None where it is gone by now."""
    rows = reader.rows(kind, [record])
    if not rows or rows[0].deleted:
        return None
    row, *parts = with_parts(reader, rows[0])
    known = {row.id, *(part.id for part in parts)}
    below: dict[bytes, Row] = {}
    for other, identity in under:
        for found in reader.rows(other, [identity]):
            if not found.deleted:
                below |= {each.id: each for each in with_parts(reader, found)}
    return Cargo(row, tuple(parts), tuple(each for each in below.values() if each.id not in known))


class MoveDialog(Dialog):
    """`chosen` carries the workspace, and whether what stands under the line goes along."""

    chosen = Signal(object, bool)

    def __init__(
        self, look: Look, cargo: Cargo, places: Sequence[WorkspaceState], *, here: str, parent: QWidget
    ) -> None:
        words = look.words
        name = words.isolate(shown_title(cargo.row, words.language))
        super().__init__(look, title=words.t("Move “{name}” to another workspace", name=name), parent=parent)
        self._cargo, self._here = cargo, here
        self._names = {state.id.hex(): state.name for state in places}
        only = next(iter(self._names)) if len(self._names) == 1 else ""
        self.place = ChoiceField(
            look, words.t("Workspace"), list(self._names.items()), value=only, required=True, parent=self
        )
        self.place.committed.connect(lambda _text: self._say())
        self.body.addSpacing(8)
        self.body.addWidget(self.place)
        self.whole = CheckBox(look, words.t("What stands under it goes along"), parent=self)
        self.whole.setChecked(bool(cargo.under))
        self.whole.setVisible(bool(cargo.under))
        self.whole.toggled.connect(lambda _on: self._say())
        self.body.addWidget(self.whole)
        self.along = Label(look, wrap=True, parent=self)
        self.others = Label(look, colour=look.tokens.t2, wrap=True, parent=self)
        self.body.addWidget(self.along)
        self.body.addWidget(self.others)
        self.keep_button = Button(look, words.t("Leave it here"), parent=self)
        self.keep_button.clicked.connect(self.reject)
        self.move_button = Button(look, words.t("Move it"), kind="primary", icon="share", parent=self)
        self.move_button.clicked.connect(self._move)
        self.add_button(self.keep_button)
        self.add_button(self.move_button)
        self._say()
        self.place.setFocus()

    def _say(self) -> None:
        words, whole = self._look.words, self.whole.isChecked()
        there = self._names.get(self.place.value, "")
        ready = bool(there)
        self.move_button.set_ready(ready=ready, reason=words.t("Choose a workspace first."))
        self.along.setText(along_words(self._look, self._cargo, whole=whole))
        here = words.isolate(self._here)
        said = words.t("In {here} it is under Removed items, and what it refers to stays there.", here=here)
        if ready:
            new = words.t(
                "In {there} it is new for everybody; whoever may enter both finds its comments and links.",
                there=words.isolate(there),
            )
            said = f"{said} {new}"
        self.others.setText(said)
        self.fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()

    def _move(self) -> None:
        self.accept()
        self.chosen.emit(bytes.fromhex(self.place.value), self.whole.isChecked())


def along_words(look: Look, cargo: Cargo, *, whole: bool) -> str:
    """What goes along, counted by kind, and what stays without a line above it."""
    words = look.words
    counts: dict[str, int] = {}
    for row in cargo.rows(whole=whole)[1:]:
        counts[row.kind] = counts.get(row.kind, 0) + 1
    said = words.t("Nothing else belongs to it.")
    if counts:
        listed = [f"{words.t(KINDS[kind].plural)} {words.number(count)}" for kind, count in counts.items()]
        said = words.t("Goes along: {list}.", list=words.join(listed))
    staying = 0 if whole else sum(row.kind in PLAN_KINDS for row in cargo.under)
    if staying:
        stays = words.n(
            "{count} line under it stays in the plan.", "{count} lines under it stay in the plan.", staying
        )
        said = f"{said} {stays}"
    return said


class MoveAway:
    """Asks, and moves. `tree` is asked for anew each time."""

    def __init__(self, look: Look, desk: Desk, host: Host, *, tree: Callable[[], Tree]) -> None:
        self._look, self._desk, self._host, self._tree = look, desk, host, tree
        self.dialog: MoveDialog | None = None

    def possible(self) -> bool:
        """Whether there is another workspace that this person may write in."""
        return bool(targets(self._desk.reader.workspaces(), self._desk.scope.workspace))

    def ask(self, record: bytes, *, parent: QWidget) -> None:
        """Read what belongs to a line, then ask where it goes."""
        tree = self._tree()
        kind = tree.lines.kind(record)
        if not kind:
            return
        under = lines_under(tree, kind, record)
        self._desk.ask(
            lambda reader: read_cargo(reader, kind, record, under),
            lambda cargo: self._open(cargo, parent=parent),
        )

    def _open(self, cargo: Cargo | None, *, parent: QWidget) -> None:
        if cargo is None:
            return
        states = self._desk.reader.workspaces()
        here = next((state.name for state in states if state.id == cargo.row.workspace), "")
        places = targets(states, cargo.row.workspace)
        dialog = MoveDialog(self._look, cargo, places, here=here, parent=parent)
        dialog.chosen.connect(lambda place, whole: self._prepare(cargo.rows(whole=whole), place))
        self.dialog = dialog
        dialog.open()

    def _prepare(self, rows: Sequence[Row], place: bytes) -> None:
        self._desk.ask(
            lambda reader: counterparts(reader, rows, workspace=place),
            lambda known: self._move(rows, place, known),
        )

    def _move(self, rows: Sequence[Row], place: bytes, known: Mapping[bytes, bytes]) -> None:
        words = self._look.words
        states = {state.id: state for state in self._desk.reader.workspaces()}
        try:
            edits = moving.move(rows, workspace=place, new_id=self._desk.store.new_id, known=known)
            _insist(edits, rows, states)
        except DaftarError as error:
            self._host.toast(explain(words, error), error=True)
            return
        name = words.isolate(shown_title(rows[0], words.language))
        there = words.isolate(states[place].name)
        said = words.t("Moved “{name}” to {workspace}.", name=name, workspace=there)
        self._desk.submit(
            edits, label=labels.MOVE_AWAY, done=lambda _written: self._host.toast(said, undo=True)
        )


def _insist(edits: Sequence[Edit], rows: Sequence[Row], states: Mapping[bytes, WorkspaceState]) -> None:
    """Raise what stands in the way, before anything is written."""
    values = {row.id: row.values for row in rows}
    for edit in edits:
        state = states.get(edit.workspace)
        insist_may(edit, role=state.role if state else "", values=values.get(edit.record, {}))
