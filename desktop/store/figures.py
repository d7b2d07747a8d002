"""The figures of many values or targets at once, without what only an editor needs: for lists and sums."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from desktop.store.reader import Reader
from desktop.store.rows import Row

_CHUNK: Final = 400
_SHARED: Final = ("indicator", "period", "place", "cells", "numerator", "denominator", "score")
_OF_VALUE: Final = (*_SHARED, "total", "missing", "missing_reason", "status", "definition_version")
_OF_TARGET: Final = (*_SHARED, "value")
_NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Figures:
    """What one value or target says; `total` of a target is its value."""

    indicator: bytes
    period: bytes | None
    place: bytes | None
    cells: Mapping[str, str] = field(default_factory=dict)
    total: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    score: int | None = None
    missing: Mapping[str, str] = field(default_factory=dict)
    missing_reason: str | None = None
    status: str | None = None
    version: int | None = None


def figures_of(row: Row) -> Figures:
    """Those of a row of a value or target."""
    values = row.values
    shared = Figures(
        values["indicator"],
        values.get("period"),
        values.get("place"),
        values.get("cells") or {},
        values.get("value" if row.kind == "target" else "total"),
        values.get("numerator"),
        values.get("denominator"),
        values.get("score"),
    )
    if row.kind == "target":
        return shared
    return replace(
        shared,
        missing=values.get("missing") or {},
        missing_reason=values.get("missing_reason"),
        status=values.get("status"),
        version=values.get("definition_version"),
    )


def read_figures(
    reader: Reader, kind: str, *, workspace: bytes, indicators: Sequence[bytes] | None = None
) -> list[Figures]:
    """The figures of a workspace, or only of some indicators; what was deleted is left out."""
    index = next((state.index for state in reader.workspaces() if state.id == workspace), -1)
    names = _OF_TARGET if kind == "target" else _OF_VALUE
    columns = ", ".join(f'"{name}"' for name in names)
    if indicators is None:
        sql = f'SELECT {columns} FROM "{kind}" WHERE _ws = ? AND _deleted = 0'
        return _figures(reader, names, reader.connection.execute(sql, (index,)))
    found: list[Figures] = []
    rowids = [rowid for rowid in map(reader.ids.find, indicators) if rowid is not None]
    for at in range(0, len(rowids), _CHUNK):
        part = rowids[at : at + _CHUNK]
        marks = ",".join("?" * len(part))
        # The plus keeps the index of indicators in use rather than that of the workspace.
        sql = f'SELECT {columns} FROM "{kind}" WHERE indicator IN ({marks}) AND +_ws = ? AND +_deleted = 0'
        found += _figures(reader, names, reader.connection.execute(sql, (*part, index)))
    return found


def _figures(reader: Reader, names: Sequence[str], rows: Any) -> list[Figures]:
    known: dict[int | None, bytes | None] = {None: None}

    def record(rowid: int | None) -> bytes | None:
        if rowid not in known:
            known[rowid] = reader.ids.record(rowid) if rowid is not None else None
        return known[rowid]

    found = []
    for row in rows:
        got = dict(zip(names, row, strict=True))
        found.append(
            Figures(
                record(got["indicator"]) or b"",
                record(got["period"]),
                record(got["place"]),
                json.loads(got["cells"]) if got["cells"] else _NOTHING,
                got["total"] if "total" in got else got.get("value"),
                got["numerator"],
                got["denominator"],
                got["score"],
                json.loads(got["missing"]) if got.get("missing") else _NOTHING,
                got.get("missing_reason"),
                got.get("status"),
                got.get("definition_version"),
            )
        )
    return found
