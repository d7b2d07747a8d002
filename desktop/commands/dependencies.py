"""What waits for what: a line of the plan never waits for itself, however long the way round."""

from __future__ import annotations

from desktop.commands.problems import insist
from desktop.store.reader import Reader
from desktop.store.rows import Query, Where
from sync.records import FieldProblem

_MOST = 2_000


def insist_no_circle(reader: Reader, *, predecessor: bytes, successor: bytes) -> None:
    """Raise `waits_in_circle` where what should come first waits for the other already."""
    seen, waiting = {predecessor}, [predecessor]
    while waiting and len(seen) < _MOST:
        rows = reader.select(Query("dependency", where=(Where("successor", "in", waiting),)))
        waiting = []
        for row in rows:
            before = row.values.get("predecessor")
            if isinstance(before, bytes) and before not in seen:
                seen.add(before)
                waiting.append(before)
        if successor in seen:
            insist([FieldProblem("waits_in_circle", "predecessor", predecessor)])
