"""Reads the sample programme: records with names of their own, and dates that count from today."""

import json
import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).with_name("demo.json")
# What is due soon stays due soon, and figures are asked for in the quarter that runs.
DAY = re.compile(r"today(?P<days>[+-]\d+)?(?P<time>T\d\d:\d\d)?")
QUARTER = re.compile(r"quarter(?P<steps>[+-]\d+):(?P<part>name|code|start|end|due)")
DAYS_TO_REPORT = 15

Record = tuple[str, str, dict[str, Any]]
"""Kind, name and fields. A field that names another record says `@name`."""


@dataclass(frozen=True)
class Edit:
    """One thing that somebody does: set, add or delete a record."""

    action: str
    kind: str
    record: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class File:
    """A small file that somebody attaches to a record, and when it travels."""

    who: str
    kind: str
    record: str
    name: str
    policy: str
    text: str


@dataclass(frozen=True)
class Sample:
    """The records, what each of two people does without a connection, what is decided, what is not sent.

    `files` are those attached before they part (`first`), without a connection (`apart`), and at the end.
    """

    records: list[Record]
    apart: Mapping[str, list[Edit]]
    decided: list[tuple[str, str, str]]
    unsent: list[Edit]
    files: Mapping[str, list[File]]


def load(today: date) -> Sample:
    """The sample as it is on a day."""
    sample = dated(json.loads(SAMPLE.read_text(encoding="utf-8")), today)
    return Sample(
        [(kind, key, _with_quarters(kind, fields)) for kind, key, fields in sample["records"]],
        {who: [Edit(*edit) for edit in edits] for who, edits in sample["apart"].items()},
        [(record, field, value) for record, field, value in sample["decided"]],
        [Edit(*edit) for edit in sample["unsent"]],
        {when: [File(*file) for file in files] for when, files in sample["files"].items()},
    )


def dated(value: Any, today: date) -> Any:
    """The same value with `today+5` and `quarter-1:end` turned into dates."""
    if isinstance(value, dict):
        return {key: dated(item, today) for key, item in value.items()}
    if isinstance(value, list):
        return [dated(item, today) for item in value]
    if not isinstance(value, str):
        return value
    if found := DAY.fullmatch(value):
        day = today + timedelta(days=int(found["days"] or 0))
        return day.isoformat() + (found["time"] or "")
    if found := QUARTER.fullmatch(value):
        return _quarter_part(today, int(found["steps"]), found["part"])
    return value


def _quarter_part(today: date, steps: int, part: str) -> str:
    number = today.year * 4 + (today.month - 1) // 3 + steps
    year, quarter = number // 4, number % 4 + 1
    if part in ("name", "code"):
        return f"Q{quarter} {year}" if part == "name" else f"{year}-Q{quarter}"
    end = date(year, quarter * 3, monthrange(year, quarter * 3)[1])
    days = {
        "start": date(year, quarter * 3 - 2, 1),
        "end": end,
        "due": end + timedelta(days=DAYS_TO_REPORT),
    }
    return days[part].isoformat()


def _with_quarters(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    """An activity is planned in the quarters from its start to its end."""
    if kind != "activity" or "quarters" in fields or not {"start", "end"} <= fields.keys():
        return fields
    first, last = (_number_of(fields[name]) for name in ("start", "end"))
    return {**fields, "quarters": [f"{each // 4}-Q{each % 4 + 1}" for each in range(first, last + 1)]}


def _number_of(day: str) -> int:
    return int(day[:4]) * 4 + (int(day[5:7]) - 1) // 3


def resolve(value: Any, ids: Mapping[str, str]) -> Any:
    """The same value with `@name` replaced by the id of the record that has the name."""
    if isinstance(value, dict):
        return {key: resolve(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, ids) for item in value]
    return ids[value[1:]] if isinstance(value, str) and value.startswith("@") else value


def batches(records: list[Record]) -> Iterator[list[Record]]:
    """Records of one kind that stand together and name none of their own."""
    for _, group in groupby(records, key=lambda record: record[0]):
        yield from _without_inner_references(list(group))


def _without_inner_references(records: list[Record]) -> Iterator[list[Record]]:
    """Cut where a record names one of the same run, whose id is not known before it is written."""
    batch: list[Record] = []
    for record in records:
        if any(f'"@{key}"' in json.dumps(record[2]) for _, key, _ in batch):
            yield batch
            batch = []
        batch.append(record)
    yield batch
