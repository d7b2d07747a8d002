"""The shape of the plan: new lines, moves in the tree, removals, each as the edits of one command."""

from collections.abc import Callable, Sequence

from desktop.commands import activities, places, records
from desktop.screens.workplan.tree import Tree, place_of
from desktop.store.outline import ACTIVITY, MILESTONE, RESULT, Line
from desktop.store.rows import Row
from sync.changes import Edit, Value
from sync.records import KINDS
from sync.records.order import key_at, spread

Rows = Callable[[str, Sequence[bytes]], Sequence[Row]]
"""Reads rows of a kind by id, as they are now."""
_LEVELS = ("outcome", "output")


class Structure:
    """Answers what an act on the current line would write; it never writes itself."""

    def __init__(self, tree: Tree, rows: Rows) -> None:
        self._tree, self._rows = tree, rows

    # New lines

    def home_of(self, current: bytes | None) -> tuple[str, bytes | None]:
        """What a new line beside the current one hangs from; below it, where it is a result."""
        line = self._tree.lines.get(current) if current is not None else None
        if line is None:
            return ("", None)
        if line.kind == RESULT:
            return (RESULT, line.id)
        place = place_of(line, self._tree.lines)
        if line.kind == MILESTONE and place[0] == ACTIVITY and place[1] is not None:
            return place_of(self._tree.lines[place[1]], self._tree.lines)
        return place

    def add_activity(
        self, current: bytes | None, *, workspace: bytes, record: bytes, title: str, below: bool = False
    ) -> list[Edit]:
        """A new activity behind the current one (or as a part of it)."""
        line = self._tree.lines.get(current) if current is not None else None
        if below and line is not None and line.kind == ACTIVITY:
            place: tuple[str, bytes | None] = (ACTIVITY, line.id)
        else:
            place = self.home_of(current)
        siblings = [each for each in self._tree.children(*place) if each.kind == ACTIVITY]
        index = len(siblings)
        if line in siblings:
            index = siblings.index(line) + 1
        parent = place[1] if place[0] == ACTIVITY else None
        values: dict[str, Value] = {
            "title": title,
            "result": self._result_of(place),
            "status": "not_started",
            "code": self._next_code(siblings, place),
        }
        edits, key = self._room(siblings, index)
        values["position"] = [parent, key]
        return edits + records.create(KINDS[ACTIVITY], workspace=workspace, record=record, values=values)

    def add_milestone(self, current: bytes, *, workspace: bytes, record: bytes, title: str) -> list[Edit]:
        """A new milestone of the current activity or result."""
        line = self._tree.lines[current]
        at: tuple[str, bytes | None] = (line.kind, line.id)
        if line.kind == MILESTONE:
            at = place_of(line, self._tree.lines)
        values: dict[str, Value] = {"title": title, "status": "planned"}
        if at[0] == ACTIVITY:
            values["activity"] = at[1]
        elif at[0] == RESULT:
            values["result"] = at[1]
        return records.create(KINDS[MILESTONE], workspace=workspace, record=record, values=values)

    def add_result(
        self, current: bytes | None, *, workspace: bytes, record: bytes, title: str, below: bool
    ) -> list[Edit]:
        """A new result beside the one of the current line, or below it."""
        line = self._tree.lines.get(current) if current is not None else None
        result = line
        while result is not None and result.kind != RESULT:
            above = place_of(result, self._tree.lines)[1]
            result = self._tree.lines.get(above) if above is not None else None
        place: tuple[str, bytes | None] = ("", None)
        if result is not None:
            place = (RESULT, result.id) if below else place_of(result, self._tree.lines)
        siblings = [each for each in self._tree.children(*place) if each.kind == RESULT]
        index = siblings.index(result) + 1 if result in siblings else len(siblings)
        depth = 0 if place[1] is None else 1 + len(self._tree.ancestors(place[1]))
        values: dict[str, Value] = {
            "title": title,
            "type": _LEVELS[min(depth, 1)],
            "code": self._next_code(siblings, place),
        }
        edits, key = self._room(siblings, index)
        values["position"] = [place[1], key]
        return edits + records.create(KINDS[RESULT], workspace=workspace, record=record, values=values)

    def _result_of(self, place: tuple[str, bytes | None]) -> bytes | None:
        kind, record = place
        while kind == ACTIVITY and record is not None:
            line = self._tree.lines[record]
            if line.result is not None:
                return line.result
            kind, record = place_of(line, self._tree.lines)
        return record if kind == RESULT else None

    def _next_code(self, siblings: Sequence[Line], place: tuple[str, bytes | None]) -> str | None:
        """1.1.4 becomes 1.1.5; the first below 1.1 is 1.1.1; no code where there are none around."""
        above = self._tree.lines.get(place[1]) if place[1] is not None else None
        stem = above.code if above is not None else ""
        used = [each.code for each in siblings if each.code]
        if not used:
            return f"{stem}.1" if stem else (None if siblings or above is not None else "1")
        head, dot, last = used[-1].rpartition(".")
        ends = [code.rpartition(".")[2] for code in used if code.rpartition(".")[0] == head]
        numbers = [int(end) for end in ends if end.isdigit()]
        return f"{head}{dot}{max(numbers) + 1}" if last.isdigit() and numbers else None

    # Moves

    def shift(self, record: bytes, by: int) -> list[Edit]:
        """One place up (-1) or down (1) among its siblings."""
        siblings = self._tree.siblings(record)
        line = self._tree.lines[record]
        if line.kind == MILESTONE:
            return []
        at = siblings.index(line) + by
        if not 0 <= at < len(siblings):
            return []
        others = [each for each in siblings if each.id != record]
        return self._place(line, place_of(line, self._tree.lines), others, at)

    def indent(self, record: bytes) -> list[Edit]:
        """Make it a part of the line before it."""
        line = self._tree.lines[record]
        siblings = self._tree.siblings(record)
        at = siblings.index(line)
        if line.kind == MILESTONE or at == 0:
            return []
        above = siblings[at - 1]
        inside = [each for each in self._tree.children(above.kind, above.id) if each.kind == line.kind]
        return self._place(line, (above.kind, above.id), inside, len(inside))

    def outdent(self, record: bytes) -> list[Edit]:
        """Take it out of the line that it is a part of, to stand behind it."""
        line = self._tree.lines[record]
        kind, above = place_of(line, self._tree.lines)
        if above is None or kind != line.kind:
            return []
        parent = self._tree.lines[above]
        siblings = self._tree.siblings(above)
        return self._place(line, place_of(parent, self._tree.lines), siblings, siblings.index(parent) + 1)

    def _place(
        self, line: Line, place: tuple[str, bytes | None], others: Sequence[Line], index: int
    ) -> list[Edit]:
        row = self._row(line)
        if row is None:
            return []
        parent = place[1] if place[0] == line.kind else None
        ancestors = [] if parent is None else self._tree.ancestors(parent)
        edits = self._give_keys(others)
        keys = self._keys(others)
        if line.kind == ACTIVITY:
            result = self._result_of(place)
            moved = result if result != line.result else None
            return edits + activities.move_in_tree(
                row, parent=parent, siblings=keys, index=index, ancestors=ancestors, result=moved
            )
        return edits + places.move(row, parent=parent, siblings=keys, index=index, ancestors=ancestors)

    def _room(self, siblings: Sequence[Line], index: int) -> tuple[list[Edit], str]:
        """A key at `index`, and edits that give keys to siblings that have none yet."""
        return self._give_keys(siblings), key_at(self._keys(siblings), index)

    def _keys(self, siblings: Sequence[Line]) -> list[str]:
        if any(each.key is None for each in siblings):
            return spread(len(siblings))
        return [each.key for each in siblings if each.key is not None]

    def _give_keys(self, siblings: Sequence[Line]) -> list[Edit]:
        if all(each.key is not None for each in siblings):
            return []
        edits: list[Edit] = []
        for line, key in zip(siblings, spread(len(siblings)), strict=True):
            row = self._row(line)
            if row is not None:
                parent = line.parent if line.parent in self._tree.lines else None
                edits += records.edit_keys(row, {places.FIELD: [parent, key]})
        return edits

    def _row(self, line: Line) -> Row | None:
        found = self._rows(line.kind, [line.id])
        return found[0] if found else None

    # Removal

    def inside(self, record: bytes) -> int:
        """How many lines hang from one, directly."""
        return self._tree.inside(record)

    def remove(self, record: bytes) -> list[Edit]:
        """Take a line away; what hangs from it stays in the plan."""
        line = self._tree.lines[record]
        row = self._row(line)
        return [] if row is None else records.remove(KINDS[line.kind], row)
