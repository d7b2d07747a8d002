"""Everything an indicator's page shows, read at once in the reader thread; plain data, no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desktop.commands.categories import Split
from desktop.commands.crossing import read_split
from desktop.commands.periods import PeriodState, Span, row_span, span_of, state_of, working_periods
from desktop.commands.roll_up import PeriodFigure, Summary, period_figures, summary_of
from desktop.commands.totals import Measure, measure_of
from desktop.store.drafts import Draft, all_drafts
from desktop.store.figures import Figures, read_figures
from desktop.store.people import author_of
from desktop.store.reader import Reader
from desktop.store.rows import Order, Query, Row, Where
from desktop.store.titles import shown_title

SCREEN = "indicators"
FEW_PLACES = 12
LANGUAGE_FIELDS = ("title", "name")


@dataclass(frozen=True, slots=True)
class Moment:
    """For whom and when something is read: workspace, the stretch of time in front, today, language."""

    workspace: bytes
    code: str
    span: Span
    today: str
    language: str = "en"

    @property
    def year(self) -> int:
        return self.span.year

    @property
    def whole_year(self) -> Span:
        return Span(f"{self.year:04d}-01-01", f"{self.year:04d}-12-31")


def moment_of(workspace: bytes, code: str, *, today: str, language: str) -> Moment:
    """The moment that a scope and a day make; a scope that says nothing means this year."""
    span = span_of(code) or span_of(today[:4])
    assert span is not None
    return Moment(workspace, code, span, today, language)


@dataclass(frozen=True, slots=True)
class Place:
    """A place that figures are entered for; without an id, the whole area."""

    id: bytes | None
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One value record. `unsent` names the keys whose newest change is only on this laptop."""

    row: Row
    unsent: frozenset[str] = frozenset()
    all_unsent: bool = False

    def is_unsent(self, key: str) -> bool:
        return key in self.unsent or (self.all_unsent and key not in self.row.seen)


EntryKey = tuple[bytes, bytes | None]


@dataclass(frozen=True, slots=True)
class Facts:
    """One indicator at a moment."""

    moment: Moment
    indicator: Row
    measure: Measure
    split: Split
    role: str
    path: tuple[str, ...]
    periods: tuple[Row, ...]
    every_period: tuple[Row, ...]
    places: tuple[Place, ...]
    other_places: tuple[Place, ...]
    entries: Mapping[EntryKey, tuple[Entry, ...]]
    targets: Mapping[tuple[bytes | None, bytes | None], tuple[Row, ...]]
    figures: tuple[PeriodFigure, ...]
    summary: Summary
    names: Mapping[bytes, str] = field(default_factory=dict)
    """People by the id of their record."""
    drafts: tuple[Draft, ...] = ()
    me: bytes | None = None

    def period(self, record: bytes) -> Row | None:
        return next((row for row in self.every_period if row.id == record), None)

    def place_name(self, record: bytes | None) -> str:
        known = (*self.places, *self.other_places)
        return next((place.name for place in known if place.id == record), "")

    def state_of(self, period: Row) -> PeriodState:
        return state_of(period, today=self.moment.today)

    def entries_of(self, period: bytes) -> list[Entry]:
        return [entry for (own, _), some in self.entries.items() if own == period for entry in some]


def read_facts(
    reader: Reader, indicator: bytes, moment: Moment, *, added: Sequence[bytes] = ()
) -> Facts | None:
    """All about one indicator; None where it is not there. `added` are places that were put on the page."""
    rows = reader.rows("indicator", [indicator])
    if not rows or rows[0].deleted:
        return None
    row = rows[0]
    measure = measure_of(row.values, band=programme_band(reader))
    split = read_split(reader, row.values.get("dimensions") or [], moment.language)
    values = read_figures(reader, "value", workspace=row.workspace, indicators=[indicator])
    aims = read_figures(reader, "target", workspace=row.workspace, indicators=[indicator])
    every = tuple(reader.select(Query("period", workspaces=(row.workspace,))))
    spans = {each.id: span for each in every if (span := row_span(each)) is not None}
    used = frozenset(each.period for each in (*values, *aims) if each.period is not None)
    frequency = row.values.get("collection_frequency") or row.values.get("reporting_frequency")
    periods = tuple(working_periods(every, span=moment.whole_year, frequency=frequency, used=used))
    places, others = _places(reader, row, values, aims, moment, added=added)
    shown = frozenset(each.id for each in periods)
    figures = period_figures(
        measure,
        split,
        values,
        aims,
        spans=spans,
        places=[place.id for place in places],
        today=moment.today,
        shown=shown,
    )
    final = row.values.get("target_value")
    me = author_of(reader, bytes(reader.meta("account") or b""))
    return Facts(
        moment,
        row,
        measure,
        split,
        role=next((each.role for each in reader.workspaces() if each.id == row.workspace), ""),
        path=_path(reader, row, moment.language),
        periods=periods,
        every_period=every,
        places=places,
        other_places=others,
        entries=_entries(reader, indicator, shown),
        targets=_targets(reader, indicator),
        figures=tuple(figures),
        summary=summary_of(measure, figures, scope=moment.span, final=final, today=moment.today),
        names={person.id: str(person.values.get("name") or "") for person in reader.select(Query("person"))},
        drafts=tuple(
            draft
            for draft in all_drafts(reader.connection)
            if draft.place.screen == SCREEN and draft.place.record == indicator
        ),
        me=me.record or None,
    )


def programme_band(reader: Reader) -> str | None:
    """The margin that the programme has agreed on."""
    rows = reader.select(Query("programme"))
    return next((row.values["on_track_band"] for row in rows if row.values.get("on_track_band")), None)


def _places(
    reader: Reader,
    indicator: Row,
    values: Sequence[Figures],
    aims: Sequence[Figures],
    moment: Moment,
    *,
    added: Sequence[bytes],
) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    """The places of the page, and the others of the workspace that could be put on it.

    The whole area is a line of its own only where a figure was entered for it.
    """
    rows = reader.select(
        Query("place", workspaces=(indicator.workspace,), order=(Order("position"), Order("name")))
    )
    every = [Place(row.id, shown_title(row, moment.language, base="name")) for row in rows]
    used = {each.place for each in values} | set(added)
    used |= {each.place for each in aims if each.place is not None}
    chosen = [place for place in every if len(every) <= FEW_PLACES or place.id in used]
    known = {place.id for place in every}
    foreign = [each for each in used if each is not None and each not in known]
    chosen += [
        Place(row.id, shown_title(row, moment.language, base="name")) for row in reader.rows("place", foreign)
    ]
    if None in used:
        chosen.insert(0, Place(None, ""))
    ids = {place.id for place in chosen}
    return tuple(chosen), tuple(place for place in every if place.id not in ids)


def _path(reader: Reader, indicator: Row, language: str) -> tuple[str, ...]:
    """The results that the indicator hangs from, the outermost first."""
    found: list[str] = []
    record, steps = indicator.values.get("result"), 0
    while isinstance(record, bytes) and steps < 8:
        rows = reader.rows("result", [record])
        if not rows:
            break
        code, title = rows[0].values.get("code"), shown_title(rows[0], language)
        found.insert(0, f"{code} {title}" if code else title)
        position = rows[0].values.get("position")
        record, steps = (position[0] if position else None), steps + 1
    return tuple(found)


def _entries(reader: Reader, indicator: bytes, shown: frozenset[bytes]) -> dict[EntryKey, tuple[Entry, ...]]:
    """The value records of the periods shown, oldest first where there are two for one place."""
    if not shown:
        return {}
    where = (Where("indicator", "=", indicator), Where("period", "in", sorted(shown)))
    rows = sorted(reader.select(Query("value", where=where)), key=lambda row: (row.made_stamp, row.id))
    sent = {state.id: state.acked for state in reader.workspaces()}
    device = reader.meta("device")
    found: dict[EntryKey, list[Entry]] = {}
    for row in rows:
        entry = _entry(reader, row, device=device, acked=sent.get(row.workspace, 0))
        found.setdefault((row["period"], row["place"]), []).append(entry)
    return {key: tuple(some) for key, some in found.items()}


def _entry(reader: Reader, row: Row, *, device: object, acked: int) -> Entry:
    if not row.unsent:
        return Entry(row)
    state = reader.state("value", row.id)

    def waits(head: tuple[int, int]) -> bool:
        return head[0] == device and head[1] > acked

    unsent = frozenset(key for key, heads in row.seen.items() if any(waits(head) for head in heads))
    return Entry(row, unsent, all_unsent=state.created is not None and waits(state.created))


def _targets(reader: Reader, indicator: bytes) -> dict[tuple[bytes | None, bytes | None], tuple[Row, ...]]:
    found: dict[tuple[bytes | None, bytes | None], list[Row]] = {}
    rows = reader.select(Query("target", where=(Where("indicator", "=", indicator),)))
    for row in sorted(rows, key=lambda row: (row.made_stamp, row.id)):
        found.setdefault((row.values.get("period"), row.values.get("place")), []).append(row)
    return {key: tuple(some) for key, some in found.items()}
