"""Everything the side panel shows of one line, read in the reader thread."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desktop.commands.crossing import read_split
from desktop.commands.periods import Span, row_span, span_of
from desktop.commands.roll_up import PeriodFigure, period_figures, summary_of
from desktop.commands.totals import Course, Measure, Total, course, measure_of, share
from desktop.store.figures import read_figures
from desktop.store.moved import formerly
from desktop.store.outline import ACTIVITY, MILESTONE, RESULT
from desktop.store.people import Author, authors_of
from desktop.store.reader import Reader
from desktop.store.rows import Order, Query, Row, Where
from desktop.store.titles import find_row, shown_title
from sync.changes import Change

_ABOUT_ACTIVITY = ("decision", "action_point", "lesson", "risk")
_FAMILIES = {
    Course.ON_TRACK: "ok",
    Course.OVER: "over",
    Course.WATCH: "watch",
    Course.OFF_TRACK: "bad",
}


@dataclass(frozen=True, slots=True)
class Feeds:
    """One indicator that a line counts towards: reached and target, in canonical numbers."""

    id: bytes
    code: str
    title: str
    reached: str | None
    at_least: bool
    target: str | None
    share: float
    family: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class Linked:
    """A record that is joined to a line: by a link, or because it names the line itself."""

    kind: str
    id: bytes
    text: str
    link: Row | None = None
    """The link itself, where it is one that can be taken away."""


@dataclass(frozen=True, slots=True)
class PanelFacts:
    """One line with all that belongs to it."""

    row: Row
    roles: Sequence[tuple[Row, str]] = ()
    waits: Sequence[tuple[Row, str]] = ()
    """What this line waits for: dependencies, and what comes first."""
    holds: Sequence[tuple[Row, str]] = ()
    """What waits for this line."""
    feeds: Sequence[Feeds] = ()
    links: Sequence[Linked] = ()
    comments: Sequence[Row] = ()
    money: Sequence[Row] = ()
    history: Sequence[tuple[Change, bool]] = ()
    whole: bool = True
    """Whether the history goes back to the beginning; else what is older is on the server."""
    authors: Mapping[bytes, Author] = field(default_factory=dict)


def read_panel(
    reader: Reader, kind: str, record: bytes, *, today: dt.date, period: str, language: str
) -> PanelFacts | None:
    """`None` where the record is not there, or was removed."""
    rows = reader.rows(kind, [record])
    if not rows or rows[0].deleted:
        return None
    row = rows[0]
    comments = _about(reader, "comment", "about", row)
    history, whole = reader.whole_history(kind, record)
    accounts = {change.author for change, _ in history} | {comment.made_by for comment in comments}
    return PanelFacts(
        row,
        roles=_roles(reader, row),
        waits=_dependencies(reader, row, "successor", "predecessor", language),
        holds=_dependencies(reader, row, "predecessor", "successor", language),
        feeds=_feeds(reader, row, today=today, period=period, language=language),
        links=_links(reader, row, language),
        comments=sorted(comments, key=lambda each: (each.made_stamp, each.id)),
        money=_money(reader, row),
        history=history,
        whole=whole,
        authors=authors_of(reader, accounts),
    )


def _about(reader: Reader, kind: str, name: str, row: Row) -> list[Row]:
    ids = [row.id, *formerly(reader, row.id)]
    # What speaks of it under a former id lies where it was.
    places = (row.workspace,) if len(ids) == 1 else ()
    return reader.select(Query(kind, workspaces=places, where=(Where(name, "in", ids),)))


def _roles(reader: Reader, row: Row) -> list[tuple[Row, str]]:
    if row.kind != ACTIVITY:
        return []
    found = []
    for role in _about(reader, "role", "activity", row):
        target = ("person", role.values.get("person"))
        if target[1] is None:
            target = ("organisation", role.values.get("organisation"))
        if target[1] is not None:
            named = reader.rows(target[0], [target[1]])
            found.append((role, str(named[0].values.get("name") or "") if named else ""))
    order = ("accountable", "responsible", "consulted", "informed")
    return sorted(found, key=lambda pair: (order.index(pair[0].values.get("raci") or "informed"), pair[1]))


def _dependencies(reader: Reader, row: Row, own: str, other: str, language: str) -> list[tuple[Row, str]]:
    if row.kind == RESULT:
        return []
    found = []
    for each in _about(reader, "dependency", own, row):
        far = find_row(reader, (ACTIVITY, MILESTONE), each.values.get(other))
        if far is None or not far.deleted:
            code = str(far.values.get("code") or "") if far is not None else ""
            title = shown_title(far, language) if far is not None else ""
            found.append((each, f"{code} {title}".strip()))
    return sorted(found, key=lambda pair: (pair[1], pair[0].id))


def _money(reader: Reader, row: Row) -> list[Row]:
    if row.kind not in (ACTIVITY, RESULT):
        return []
    name = "activity" if row.kind == ACTIVITY else "result"
    query = Query("budget_line", where=(Where(name, "=", row.id),), order=(Order("code"), Order("title")))
    return reader.select(query)


# Links


def _links(reader: Reader, row: Row, language: str) -> list[Linked]:
    found: list[Linked] = []
    if row.kind == ACTIVITY:
        for kind in _ABOUT_ACTIVITY:
            declared = reader.kinds[kind]
            if "activity" in declared.fields:
                found += [_linked(each, language) for each in _about(reader, kind, "activity", row)]
    known = {each.id for each in found}
    for link in _about(reader, "link", "from_id", row):
        found += _far_end(reader, link, "to", known, language)
    for link in _about(reader, "link", "to_id", row):
        found += _far_end(reader, link, "from", known, language)
    return found


def _far_end(reader: Reader, link: Row, end: str, known: set[bytes], language: str) -> list[Linked]:
    kind, record = str(link.values.get(f"{end}_kind") or ""), link.values.get(f"{end}_id")
    if record is None or record in known:
        return []
    known.add(record)
    rows = reader.rows(kind, [record]) if kind in reader.kinds else []
    if rows and not rows[0].deleted:
        made = _linked(rows[0], language)
        return [Linked(made.kind, made.id, made.text, link)]
    return [Linked(kind, record, str(link.values.get("label") or ""), link)]


def _linked(row: Row, language: str) -> Linked:
    values = row.values
    code = values.get("number") or values.get("code") or ""
    title = (
        shown_title(row, language) or str(values.get("text") or "") or shown_title(row, language, base="name")
    )
    return Linked(row.kind, row.id, f"{code}: {title}" if code else title)


# Indicators


def _feeds(reader: Reader, row: Row, *, today: dt.date, period: str, language: str) -> list[Feeds]:
    indicators = row.values.get("contributes_to") or []
    found = reader.rows("indicator", indicators) if indicators else []
    if row.kind == RESULT:
        found = _about(reader, "indicator", "result", row)
    span = span_of(period) or span_of(f"{today.year:04d}")
    assert span is not None
    periods = reader.select(Query("period", workspaces=(row.workspace,))) if found else []
    spans = {each.id: own for each in periods if (own := row_span(each)) is not None}

    def feed(each: Row) -> Feeds:
        figures = _figures(reader, each, spans, today=today, language=language)
        final = each.values.get("target_value")
        measure = measure_of(each.values)
        made = summary_of(measure, figures, scope=span, final=final, today=today.isoformat())
        return _worded(each, measure, made.reached, made.year_target, shown_title(each, language))

    return [feed(each) for each in found if not each.deleted]


def _figures(
    reader: Reader, row: Row, spans: Mapping[bytes, Span], *, today: dt.date, language: str
) -> list[PeriodFigure]:
    split = read_split(reader, row.values.get("dimensions") or [], language)
    values = read_figures(reader, "value", workspace=row.workspace, indicators=[row.id])
    targets = read_figures(reader, "target", workspace=row.workspace, indicators=[row.id])
    measure, day = measure_of(row.values), today.isoformat()
    return period_figures(measure, split, values, targets, spans=spans, places=(), today=day)


def _worded(row: Row, measure: Measure, reached: Total, target: Total, title: str) -> Feeds:
    aim = target.value if target.known else None
    part = share(measure, reached.value, aim) if reached.known else None
    how = course(measure, reached, aim)
    return Feeds(
        row.id,
        str(row.values.get("code") or ""),
        title,
        format(reached.value, "f") if reached.known and reached.value is not None else None,
        bool(reached.bound),
        format(aim, "f") if aim is not None else None,
        float(part) / 100 if part is not None else 0.0,
        _FAMILIES.get(how, "none"),
        bool(reached.blocked),
    )
