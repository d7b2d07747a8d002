"""Which lines of a plan a filter lets through, and how many stand how; the database looks, not Python."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import compress
from typing import Final

from desktop.store.fold import query as search_expression
from desktop.store.reader import Reader
from desktop.store.shape import Shape
from desktop.store.sql import numbers

_LETTERS: Final = {
    "done": "d",
    "on_track": "t",
    "watch": "w",
    "off": "o",
    "late": "l",
    "paused": "p",
    "waiting": "n",
    "cancelled": "x",
}
"""How a line stands as one letter: very many are counted as one text."""
_STANDING: Final = """CASE
    WHEN status IN ('completed', 'reached') OR {done} THEN 'd'
    WHEN status IN ('paused', 'postponed') THEN 'p'
    WHEN status = 'cancelled' THEN 'x'
    WHEN status IN ('delayed', 'missed') OR coalesce(nullif({agreed}, ''), {end}) < :today THEN 'l'
    WHEN {light} = 'red' THEN 'o'
    WHEN status = 'at_risk' OR {light} IN ('yellow', 'orange') THEN 'w'
    WHEN status IS NULL OR status IN ('not_started', 'planned') THEN 'n'
    ELSE 't' END"""
_ACTIVITY: Final = _STANDING.format(done="0", agreed="agreed_end", end='"end"', light="traffic_light")
_MILESTONE: Final = _STANDING.format(
    done="coalesce(reached_on, '') != ''", agreed="agreed_due", end="due", light="NULL"
)
_KINDS: Final = {
    "activity": ('"activity" INDEXED BY "activity_by_plan"', "lead", _ACTIVITY),
    "milestone": ('"milestone"', "owner", _MILESTONE),
}


def index_of(reader: Reader, workspace: bytes) -> int:
    return next((state.index for state in reader.workspaces() if state.id == workspace), -1)


def read_found(reader: Reader, workspace: bytes, text: str, *, inside: Shape) -> set[int]:
    """The lines whose words or the beginning of whose code were typed."""
    above = inside.above
    found: set[int] = set()
    ask = reader.connection.execute
    expression = search_expression(text)
    if expression:
        sql = "SELECT json_group_array(rowid) FROM search WHERE search MATCH ?"
        hits = numbers(ask(sql, (expression,)).fetchone()[0])
        found.update([rowid for rowid in hits if rowid in above])
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    # The database knows the capitals of ASCII alone.
    spelt = (escaped,) if text.isascii() else (escaped, escaped.upper(), escaped.lower(), escaped.casefold())
    beginnings = {f"{each}%" for each in spelt}
    likes = " OR ".join(["code LIKE ? ESCAPE '\\'"] * len(beginnings))
    for kind in ("result", "activity", "milestone"):
        source = _KINDS[kind][0] if kind == "activity" else f'"{kind}"'
        sql = f"SELECT json_group_array(id) FROM {source} WHERE _ws = ? AND _deleted = 0 AND ({likes})"
        values = (index_of(reader, workspace), *beginnings)
        found.update(rowid for rowid in numbers(ask(sql, values).fetchone()[0]) if rowid in above)
    return found


def read_standing_so(
    reader: Reader, workspace: bytes, *, standings: Collection[str], leads: Collection[bytes], today: str
) -> set[int]:
    """The activities and milestones that stand like this and are led by these; empty lets all through."""
    people = [rowid for lead in leads if (rowid := reader.ids.find(lead)) is not None]
    values = {"ws": index_of(reader, workspace), "today": today}
    letters = ",".join(f"'{_LETTERS[each]}'" for each in sorted(standings))
    found: set[int] = set()
    for source, lead, standing in _KINDS.values():
        sql = f"SELECT json_group_array(id) FROM {source} WHERE _ws = :ws AND _deleted = 0"
        if leads:
            sql += f" AND {lead} IN ({','.join(map(str, people))})"
        if standings:
            sql += f" AND {standing} IN ({letters})"
        found.update(numbers(reader.connection.execute(sql, values).fetchone()[0]))
    return found


@dataclass(frozen=True, slots=True)
class Standings:
    """How each activity of a plan stands on one day: row numbers, and a letter for each."""

    rows: array[int]
    letters: str

    def counts(self, only: Collection[int] | None = None) -> dict[str, int]:
        """How many stand how: of the whole plan, or of some lines."""
        letters = self.letters
        if only is not None:
            letters = "".join(compress(letters, map(only.__contains__, self.rows)))
        return {standing: letters.count(letter) for standing, letter in _LETTERS.items()}


def read_standings(reader: Reader, workspace: bytes, *, today: str) -> Standings:
    source, _, standing = _KINDS["activity"]
    sql = f"SELECT json_group_array(id), group_concat({standing}, '') FROM {source}"
    values = {"ws": index_of(reader, workspace), "today": today}
    listed, letters = reader.connection.execute(f"{sql} WHERE _ws = :ws AND _deleted = 0", values).fetchone()
    return Standings(array("q", numbers(listed)), letters or "")


def read_leads(reader: Reader, workspace: bytes) -> Mapping[bytes, str]:
    """The names of those who lead an activity or answer for a milestone."""
    index = index_of(reader, workspace)
    rowids: set[int] = set()
    for source, lead, _ in _KINDS.values():
        sql = f"SELECT DISTINCT {lead} FROM {source} WHERE _ws = ? AND _deleted = 0 AND {lead} IS NOT NULL"
        rowids.update(row[0] for row in reader.connection.execute(sql, (index,)))
    people = sorted(reader.ids.records(sorted(rowids)))
    return {row.id: str(row.values.get("name") or "") for row in reader.rows("person", people)}
