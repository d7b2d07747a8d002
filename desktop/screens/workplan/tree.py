"""The tree of the plan from its lines: results hold activities, activities hold others and milestones."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.models.record_tree_model import Node
from desktop.screens.workplan.standing import ORDER, standing_key
from desktop.store.outline import ACTIVITY, MILESTONE, RESULT, Line

LOOSE = b"\xff" * 16
"""The group of lines that hang from no result."""
_LAST = "~"
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the filter lets through; empty sets let everything through."""

    standings: frozenset[str] = frozenset()
    leads: frozenset[bytes] = frozenset()
    found: frozenset[bytes] | None = None
    """Ids that a text search found; `None` where nothing was typed."""

    @property
    def is_open(self) -> bool:
        return not self.standings and not self.leads and self.found is None


@dataclass(frozen=True, slots=True)
class Tree:
    """Nodes in reading order, the line of each id, and counts of activities by how they stand."""

    nodes: tuple[Node, ...] = ()
    lines: Mapping[bytes, Line] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    total: int = 0

    below: Mapping[tuple[str, bytes | None], Sequence[Line]] = field(default_factory=dict)
    """Every line by what it hangs from, in order, filtered out or not."""
    index: Mapping[bytes, Node] = field(default_factory=dict)
    """The nodes by id, made where it keeps nobody waiting."""

    def siblings(self, record: bytes) -> list[Line]:
        """The lines of its kind that stand beside one, itself included, in their order."""
        line = self.lines[record]
        place = place_of(line, self.lines)
        return [each for each in self.below.get(place, ()) if each.kind == line.kind]

    def children(self, kind: str, record: bytes | None) -> Sequence[Line]:
        return self.below.get((kind, record), ())

    def ancestors(self, record: bytes) -> list[bytes]:
        """What a line hangs from, and what that hangs from, and so on."""
        trail: list[bytes] = []
        at = place_of(self.lines[record], self.lines)[1]
        while at is not None and at not in trail:
            trail.append(at)
            at = place_of(self.lines[at], self.lines)[1]
        return trail


def place_of(line: Line, lines: Mapping[bytes, Line]) -> tuple[str, bytes | None]:
    """What a line hangs from, as (kind, id); ("", None) at the top or where that is not known here."""
    if line.kind == RESULT:
        parent = line.parent
        return (RESULT, parent) if parent in lines else ("", None)
    if line.kind == ACTIVITY and line.parent in lines:
        return (ACTIVITY, line.parent)
    if line.kind == MILESTONE and line.activity in lines:
        return (ACTIVITY, line.activity)
    return (RESULT, line.result) if line.result in lines else ("", None)


def sort_key(line: Line) -> tuple[object, ...]:
    """Activities before milestones before results; by place, by date, by code as people count."""
    rank = {ACTIVITY: 0, MILESTONE: 1, RESULT: 2}[line.kind]
    if line.kind == MILESTONE:
        return (rank, line.end or _LAST, natural(line.code), line.id)
    # The code only counts where nobody gave the line a place.
    return (rank, line.key or _LAST, () if line.key else natural(line.code), line.id)


def natural(code: str) -> tuple[tuple[int, str], ...]:
    """1.2 before 1.10."""
    if not code:
        return ((1 << 30, ""),)
    return tuple(
        (int(part), "") if _NUMBER.fullmatch(part) else (1 << 29, part)
        for part in re.split(r"[.\-/ ]+", code)
        if part
    )


def build_tree(lines: Iterable[Line], wanted: Wanted, today: dt.date) -> Tree:
    """Everything that the filter lets through, with what it hangs from."""
    known = {line.id: line for line in lines}
    below: dict[tuple[str, bytes | None], list[Line]] = {}
    for line in known.values():
        below.setdefault(place_of(line, known), []).append(line)
    for children in below.values():
        children.sort(key=sort_key)
    _break_rings(known, below)
    counts = dict.fromkeys(ORDER, 0)
    passing: Collection[bytes] | None = None
    if wanted.is_open:
        _count(known.values(), counts, today)
    else:
        matching = {line.id for line in known.values() if _passes(line, wanted, today)}
        _count((known[record] for record in matching), counts, today)
        passing = _with_ancestors(matching, known)
    nodes: list[Node] = []
    _walk(below, ("", None), nodes, passing, keep=lambda line: line.kind == RESULT)
    loose: list[Node] = []
    _walk(below, ("", None), loose, passing, keep=lambda line: line.kind != RESULT, level=1)
    if loose:
        has_results = any(line.kind == RESULT for line in known.values())
        if has_results:
            nodes += [Node(LOOSE, 0, group=True), *loose]
        else:
            nodes += [Node(node.id, node.level - 1, closable=node.closable) for node in loose]
    index = {node.id: node for node in nodes}
    return Tree(tuple(nodes), known, counts, sum(counts.values()), below, index)


def _count(lines: Iterable[Line], counts: dict[str, int], today: dt.date) -> None:
    day = today.isoformat()
    for line in lines:
        if line.kind == ACTIVITY:
            counts[standing_key(line, day)] += 1


def _passes(line: Line, wanted: Wanted, today: dt.date) -> bool:
    if wanted.found is not None and line.id not in wanted.found:
        return False
    if line.kind == RESULT:
        return not wanted.standings and not wanted.leads
    if wanted.leads and line.lead not in wanted.leads:
        return False
    return not wanted.standings or standing_key(line, today.isoformat()) in wanted.standings


def _with_ancestors(matching: Collection[bytes], known: Mapping[bytes, Line]) -> set[bytes]:
    kept: set[bytes] = set()
    for record in matching:
        at: bytes | None = record
        while at is not None and at not in kept:
            kept.add(at)
            at = place_of(known[at], known)[1]
    return kept


def _walk(
    below: Mapping[tuple[str, bytes | None], Sequence[Line]],
    place: tuple[str, bytes | None],
    nodes: list[Node],
    passing: Collection[bytes] | None,
    *,
    keep: Callable[[Line], bool],
    level: int = 0,
) -> None:
    """Depth first, without recursion: plans of hundreds of levels are possible after odd imports."""
    add = nodes.append
    stack = [(line, level) for line in reversed(below.get(place, ())) if keep(line)]
    while stack:
        line, depth = stack.pop()
        if passing is not None and line.id not in passing:
            continue
        children = below.get((line.kind, line.id), ())
        shown = children
        if passing is not None:
            shown = [each for each in children if each.id in passing]
        group = line.kind == RESULT
        add(Node(line.id, depth, group, not group and bool(shown)))
        if shown:
            stack += [(child, depth + 1) for child in reversed(shown)]


def _break_rings(known: Mapping[bytes, Line], below: dict[tuple[str, bytes | None], list[Line]]) -> None:
    """Two people can put two lines under each other; such a ring is shown at the top, never lost."""
    settled: set[bytes] = set()
    for line in known.values():
        if line.parent is None or line.id in settled:
            continue
        trail: list[bytes] = []
        at: bytes | None = line.id
        while at is not None and at not in settled:
            if at in trail:
                broken = known[min(trail[trail.index(at) :])]
                below[place_of(broken, known)].remove(broken)
                below.setdefault(("", None), []).append(broken)
                break
            trail.append(at)
            at = place_of(known[at], known)[1]
        settled.update(trail)


def same_place(before: Line | None, after: Line | None) -> bool:
    """Whether a changed line still stands where it stood."""
    if before is None or after is None:
        return False
    return sort_key(before) == sort_key(after) and (
        (before.parent, before.result, before.activity) == (after.parent, after.result, after.activity)
    )


def patch(tree: Tree, changed: Iterable[Line], today: dt.date) -> Tree:
    """The tree with some lines replaced that stand where they stood; no filter may be on."""
    lines, below, counts = dict(tree.lines), dict(tree.below), dict(tree.counts)
    for line in changed:
        before = lines[line.id]
        place = place_of(before, lines)
        below[place] = [line if each.id == line.id else each for each in below[place]]
        lines[line.id] = line
        if line.kind == ACTIVITY:
            counts[standing_key(before, today.isoformat())] -= 1
            counts[standing_key(line, today.isoformat())] += 1
    return Tree(tree.nodes, lines, counts, tree.total, below, tree.index)
