"""Which screen shows a record: its own, or that of the record it belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.bridge.desk import Desk
from desktop.store.moved import moved_to
from desktop.store.rows import Row
from desktop.windows.plans import REMOVED, ScreenPlan

# A part is shown where its whole is; the first of these that is filled wins.
_WHOLES = ("activity", "indicator", "meeting", "result", "dimension", "from_id", "predecessor")
_STEPS = 3
# These belong to something too, but have more to say than the screen of it shows.
_THEMSELVES = frozenset({"risk", "lesson", "attachment"})


@dataclass(frozen=True, slots=True)
class Route:
    """Where to go, and what to select there."""

    screen: str
    kind: str
    record: bytes
    workspace: bytes


def find_route(desk: Desk, plans: Mapping[str, ScreenPlan], *, kind: str, record: bytes) -> Route | None:
    """The way to a record, or `None` where no screen shows it."""
    for _ in range(_STEPS):
        row = desk.row(kind, record)
        if row is None:
            return None
        if row.deleted and (moved := moved_to(desk.reader, record)) is not None:
            record = moved
            continue
        if row.deleted and REMOVED in plans:
            return Route(REMOVED, kind, record, row.workspace)
        for key, plan in plans.items():
            if kind in plan.kinds:
                return Route(key, kind, record, row.workspace)
        whole = None if row.kind in _THEMSELVES else _whole_of(desk, row)
        if whole is None:
            return None
        kind, record = whole
    return None


def _whole_of(desk: Desk, row: Row) -> tuple[str, bytes] | None:
    about, about_kind = row.values.get("about"), row.values.get("about_kind")
    if isinstance(about, bytes) and isinstance(about_kind, str):
        return about_kind, about
    fields = desk.store.kinds[row.kind].fields
    for name in _WHOLES:
        value = row.values.get(name)
        if name in fields and isinstance(value, bytes):
            named = row.values.get("from_kind") if name == "from_id" else None
            targets = (named,) if isinstance(named, str) else fields[name].targets
            for target in targets:
                if desk.row(target, value) is not None:
                    return target, value
    return None
