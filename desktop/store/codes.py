"""Codes that stand on several records: two people may number lines alike without a connection; both stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from desktop.store.reader import Reader
from desktop.store.rows import Row
from desktop.store.shape import natural
from desktop.store.sql import numbers

_KINDS: Final = ("result", "indicator", "activity", "milestone")
"""Kinds whose codes people go by in meetings and reports."""
_YEARS: Final = {"activity": ("start", "end"), "milestone": ("due",)}
"""Days that tell to which year's plan a line belongs: the next year's may number its lines anew."""


@dataclass(frozen=True, slots=True)
class SharedCode:
    """One code and the records that have it, in the order of their ids."""

    code: str
    rows: tuple[Row, ...]

    @property
    def kind(self) -> str:
        return self.rows[0].kind


def codes_used_twice(reader: Reader) -> list[SharedCode]:
    """Codes that two records of a kind and a workspace have, spaces and case aside.

    Lines of different years' plans may share one.
    """
    return [shared for kind in _KINDS if kind in reader.kinds for shared in _of_kind(reader, kind)]


def _of_kind(reader: Reader, kind: str) -> list[SharedCode]:
    sql = (
        f"SELECT json_group_array(id) FROM \"{kind}\" WHERE _deleted = 0 AND code <> ''"
        " GROUP BY _ws, trim(code) COLLATE NOCASE HAVING count(*) > 1"
    )
    found = []
    for (text,) in reader.connection.execute(sql).fetchall():
        rows = sorted(reader.rows(kind, reader.ids.records(numbers(text))), key=lambda row: row.id)
        same = [row for row in rows if any(_meet(row, other) for other in rows if other is not row)]
        if same:
            found.append(SharedCode(str(same[0].values["code"]).strip(), tuple(same)))
    return sorted(found, key=lambda shared: natural(shared.code))


def _meet(one: Row, other: Row) -> bool:
    first, second = _span(one), _span(other)
    return not first or not second or (first[0] <= second[-1] and second[0] <= first[-1])


def _span(row: Row) -> Sequence[str]:
    """The first and the last year of a line; empty where no day says so."""
    days = [row.values.get(name) for name in _YEARS.get(row.kind, ())]
    return sorted(day[:4] for day in days if isinstance(day, str))
