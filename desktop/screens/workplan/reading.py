"""What the screen asks of the reader thread: the whole tree, or only what changed in it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from desktop.screens.workplan.tree import Tree, Wanted, build_tree
from desktop.store.outline import PLAN_KINDS, Line, read_lines, read_some
from desktop.store.reader import Reader
from desktop.store.rows import Query
from sync.replica.changed import Changed


@dataclass(frozen=True, slots=True)
class Asked:
    """One state of the filter, as the person set it."""

    workspace: bytes
    today: dt.date
    text: str = ""
    standings: frozenset[str] = frozenset()
    leads: frozenset[bytes] = frozenset()

    @property
    def is_open(self) -> bool:
        return not (self.text or self.standings or self.leads)


@dataclass(frozen=True, slots=True)
class Answer:
    """The tree, how many lines there are without the filter, and the names of those who lead."""

    tree: Tree = field(default_factory=Tree)
    everything: int = 0
    leads: Mapping[bytes, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Touched:
    """What changed: the lines as they are now, what is gone, and activities whose money changed."""

    lines: Sequence[Line] = ()
    gone: frozenset[bytes] = frozenset()
    money: frozenset[bytes] = frozenset()


def read_plan(reader: Reader, asked: Asked) -> Answer:
    """The plan of a workspace, through the filter."""
    lines = read_lines(reader, asked.workspace)
    wanted = Wanted(asked.standings, asked.leads)
    if asked.text:
        found: set[bytes] = set()
        for kind in PLAN_KINDS:
            query = Query(kind, workspaces=(asked.workspace,), search=asked.text)
            found.update(reader.record_ids(query))
        code = asked.text.casefold()
        found.update(line.id for line in lines if line.code and line.code.casefold().startswith(code))
        wanted = replace(wanted, found=frozenset(found))
    tree = build_tree(lines, wanted, asked.today)
    people = sorted({line.lead for line in lines if line.lead is not None})
    names = {row.id: str(row.values.get("name") or "") for row in reader.rows("person", people)}
    everything = sum(line.kind == "activity" for line in lines)
    return Answer(tree, everything, {record: name for record, name in names.items() if name})


def read_touched(reader: Reader, changed: Changed) -> Touched:
    """What a commit did to the plan."""
    lines: list[Line] = []
    gone: set[bytes] = set()
    for kind in PLAN_KINDS:
        records = sorted(changed.of(kind))
        found = read_some(reader, kind, records) if records else []
        lines += found
        gone |= set(records) - {line.id for line in found}
    money = {
        row.values["activity"]
        for row in reader.rows("budget_line", sorted(changed.of("budget_line")))
        if row.values.get("activity") is not None
    }
    return Touched(lines, frozenset(gone), frozenset(money))
