"""What the screen asks of the reader thread: the shape of the plan through its filter, and its counts."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop.store.plan_lines import Standings, read_found, read_leads, read_standing_so, read_standings
from desktop.store.reader import Reader
from desktop.store.shape import Shape, read_shape
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
    """What the filter lets through and the whole; `matching` is `None` where no filter is on."""

    shape: Shape = field(default_factory=Shape)
    whole: Shape = field(default_factory=Shape)
    order: list[int] = field(default_factory=list)
    total: int = 0
    matching: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What holds of a plan on a day, whatever the filter: how each activity stands, and who leads any."""

    today: dt.date
    standings: Standings
    leads: Mapping[bytes, str]


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told around the tree: how many activities stand how, and who leads any."""

    counts: Mapping[str, int]
    known: Known


def read_plan(reader: Reader, asked: Asked, whole: Shape | None = None) -> Answer:
    """The plan of a workspace, through the filter. `whole` is its shape where that is known already."""
    if whole is None:
        whole = read_shape(reader, asked.workspace)
    if asked.is_open:
        return Answer(whole, whole, whole.order(), whole.activities)
    matching = _matching(reader, asked, whole)
    kept = whole.keep(matching)
    total = len(matching - whole.results - whole.milestones)
    return Answer(kept, whole, kept.order(), total, frozenset(matching))


def _matching(reader: Reader, asked: Asked, whole: Shape) -> set[int]:
    found: set[int] | None = None
    if asked.text:
        found = read_found(reader, asked.workspace, asked.text, inside=whole)
    if asked.standings or asked.leads:
        so = read_standing_so(
            reader,
            asked.workspace,
            standings=asked.standings,
            leads=asked.leads,
            today=asked.today.isoformat(),
        )
        so.intersection_update(whole.above)
        found = so if found is None else found & so
    return found if found is not None else set()


def read_figures(
    reader: Reader, asked: Asked, matching: frozenset[int] | None, known: Known | None = None
) -> Figures:
    """Counts of what the filter lets through, and the people to filter by; `known` is used if it holds."""
    if known is None or known.today != asked.today:
        standings = read_standings(reader, asked.workspace, today=asked.today.isoformat())
        leads = read_leads(reader, asked.workspace)
        known = Known(asked.today, standings, {record: name for record, name in leads.items() if name})
    return Figures(known.standings.counts(matching), known)


def read_paid_for(reader: Reader, changed: Changed) -> frozenset[bytes]:
    """The activities whose money a commit changed."""
    rows = reader.rows("budget_line", sorted(changed.of("budget_line")))
    return frozenset(row.values["activity"] for row in rows if row.values.get("activity") is not None)
