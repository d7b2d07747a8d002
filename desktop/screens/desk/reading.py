"""Everything the desk shows, read at once in the reader thread; plain data, no Qt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desktop.bridge.desk import Desk
from desktop.paths import Paths
from desktop.store.due import (
    Band,
    Days,
    Due,
    days_from,
    is_untouched,
    people_of,
    read_bands,
    returned_values,
    submitted_values,
)
from desktop.store.kept import Kept, kept_backups
from desktop.store.people import Author, authors_of
from desktop.store.reader import Reader
from desktop.store.recent import News, changed_by_others
from desktop.store.rows import Order, Query, Row, Where
from desktop.store.titles import shown_title

FEW, MORE = 6, 40
AHEAD_DAYS = 30
_MEETINGS, _NEWS = 3, 4
_LAST_WEEKDAY = {"mon_fri": 6, "sun_thu": 5, "sat_wed": 4}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: the workspace, whose work, and how many lines of each band."""

    workspace: bytes
    account: bytes
    today: dt.date
    language: str
    mine: bool = True
    limits: tuple[int, int, int] = (FEW, FEW, FEW)


@dataclass(frozen=True, slots=True)
class Coming:
    """A meeting to come, with the points of its agenda and what one is to it: `chair` or `notes`."""

    row: Row
    items: int = 0
    part: str = ""


@dataclass(frozen=True, slots=True)
class Agenda:
    """One state of the desk."""

    days: Days
    bands: tuple[Band, Band, Band] = (Band(), Band(), Band())
    elsewhere: int = 0
    """How many lines other people have, while one's own list is empty."""
    names: Mapping[bytes, str] = field(default_factory=dict)
    """Titles of the people, activities, meetings and indicators that the lines name."""
    codes: Mapping[bytes, str] = field(default_factory=dict)
    role: str = ""
    person: bytes | None = None
    returned: tuple[bytes, ...] = ()
    submitted: tuple[bytes, ...] = ()
    meetings: tuple[Coming, ...] = ()
    news: tuple[News, ...] = ()
    authors: Mapping[bytes, Author] = field(default_factory=dict)
    backup: Kept | None = None
    untouched: bool = False


def today_of(desk: Desk) -> dt.date:
    """The day on the wall of whoever sits at the laptop."""
    return dt.datetime.fromtimestamp(desk.clock.now_ms() / 1000, dt.UTC).astimezone().date()


def read_agenda(reader: Reader, asked: Asked, paths: Paths) -> Agenda:
    """The whole desk at one moment."""
    people = people_of(reader, asked.account)
    days = days_from(asked.today, last_weekday=_last_weekday(reader, asked.workspace), ahead=AHEAD_DAYS)
    owners = people if asked.mine and people else None
    bands = read_bands(reader, asked.workspace, days, owners=owners, limits=asked.limits)
    elsewhere = 0
    if owners is not None and not any(band.count for band in bands):
        everybody = read_bands(reader, asked.workspace, days, limits=(1, 1, 1))
        elsewhere = sum(band.count for band in everybody)
    role = next((state.role for state in reader.workspaces() if state.id == asked.workspace), "")
    news = changed_by_others(
        reader,
        workspaces=(asked.workspace,),
        account=asked.account,
        most=_NEWS,
        language=asked.language,
    )
    names, codes = _named(reader, [line for band in bands for line in band.lines], asked.language)
    return Agenda(
        days,
        bands,
        elsewhere,
        names,
        codes,
        role,
        next((row.id for row in reader.rows("person", people) if row.workspace == asked.workspace), None),
        returned_values(reader, asked.workspace, people=people),
        submitted_values(reader, asked.workspace),
        _meetings(reader, asked, people),
        tuple(news),
        authors_of(reader, {each.author for each in news}),
        next(iter(kept_backups(paths, most=1)), None),
        is_untouched(reader, asked.workspace),
    )


def _last_weekday(reader: Reader, workspace: bytes) -> int:
    rows = reader.select(Query("workspace", workspaces=(workspace,), limit=1))
    week = rows[0].values.get("working_week") if rows else None
    return _LAST_WEEKDAY.get(str(week), 6)


def _named(reader: Reader, lines: Sequence[Due], language: str) -> tuple[dict[bytes, str], dict[bytes, str]]:
    """The titles and codes of whatever the lines point to."""
    names: dict[bytes, str] = {}
    codes: dict[bytes, str] = {}
    wanted: dict[str, set[bytes]] = {}
    for line in lines:
        for kind, record in _pointed(line):
            wanted.setdefault(kind, set()).add(record)
    for kind, records in wanted.items():
        declared = reader.kinds[kind]
        for row in reader.rows(kind, sorted(records)):
            names[row.id] = shown_title(row, language, base=declared.title_field)
            codes[row.id] = str(row.values.get(declared.code_field) or "") if declared.code_field else ""
    return names, codes


def _pointed(line: Due) -> list[tuple[str, bytes]]:
    found = [("person", line.owner)] if line.owner is not None else []
    found += [("indicator", each) for each in line.missing[:1]]
    values = line.row.values if line.row is not None else {}
    for name in ("activity", "meeting"):
        value = values.get(name)
        if isinstance(value, bytes):
            found.append((name, value))
    return found


def _meetings(reader: Reader, asked: Asked, people: Sequence[bytes]) -> tuple[Coming, ...]:
    query = Query(
        "meeting",
        workspaces=(asked.workspace,),
        where=(Where("start", ">=", asked.today.isoformat()), Where("state", "!=", "closed")),
        order=(Order("start"),),
        limit=_MEETINGS,
    )
    found = []
    for row in reader.select(query):
        items = reader.count(Query("agenda_item", where=(Where("meeting", "=", row.id),)))
        part = "chair" if row.values.get("chair") in people else ""
        part = "notes" if row.values.get("note_taker") in people else part
        found.append(Coming(row, items, part))
    return tuple(found)
