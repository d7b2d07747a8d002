"""The records that are measured with: the shared reference workload where it lies beside the checkout, else
a smaller one of the same shapes made here.
"""

import importlib.util
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parents[3] / "shared" / "bench"
SEED = "7"
SIZES = {1_000: "small", 10_000: "medium", 100_000: "large"}

Record = dict[str, Any]

_PEOPLE = tuple(
    f"{first} {last}" for first in ("Amina", "Omar", "Lina") for last in ("Haddad", "Okello", "Diarra")
)
_COUNTRIES = ("Jordan", "Lebanon", "Uganda", "Mali")
_WORDS = [
    "training",
    "support",
    "household",
    "water",
    "school",
    "teacher",
    "market",
    "district",
    "partner",
    "visit",
    "report",
    "health",
    "women",
    "youth",
    "group",
    "host",
    "camp",
    "shelter",
    "cash",
    "voucher",
    "list",
    "session",
    "workshop",
    "module",
    "seed",
    "farmer",
    "savings",
    "loan",
    "plan",
    "grant",
]


@dataclass(frozen=True, slots=True)
class Workload:
    """Records, single edits one at a time, and a thousand edits of as many records."""

    name: str
    records: Sequence[Record]
    singles: Sequence[Record]
    thousand: Sequence[Record]


def load(records: int) -> Workload:
    """The workload with about this many records; the shared one knows 1,000, 10,000 and 100,000."""
    path = SHARED / "workload.py"
    if records in SIZES and path.exists():
        spec = importlib.util.spec_from_file_location("shared_workload", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        made, singles, thousand, _, _ = module.gen(SIZES[records], SEED)
        return Workload("W", made, singles, thousand)
    return own(records)


def own(count: int) -> Workload:
    """A workload of the same shapes that needs nothing from outside."""
    chance = random.Random(SEED)
    kinds = ["activity"] * 8 + ["result"] * 9 + ["indicator"] + ["note"] * 2
    ids = [f"{chance.getrandbits(128):032x}" for _ in range(count)]
    shapes = [kinds[at % len(kinds)] for at in range(count)]
    indicators = [one for one, shape in zip(ids, shapes, strict=True) if shape == "indicator"] or ids[:1]
    records = [
        {"id": one, "type": shape, "f": _fields(shape, chance, indicators)}
        for one, shape in zip(ids, shapes, strict=True)
    ]
    activities = [record for record in records if record["type"] == "activity"]
    singles = [
        _edit(record, "status", chance) for record in chance.sample(activities, min(10, len(activities)))
    ]
    editable = {"activity": "spent", "result": "women", "indicator": "definition", "note": "body"}
    thousand = [
        _edit(record, editable[record["type"]], chance)
        for record in chance.sample(records, min(1_000, count))
    ]
    return Workload("own", records, singles, thousand)


def _text(chance: random.Random, length: int) -> str:
    words: list[str] = []
    while sum(map(len, words)) + len(words) < length:
        words.append(chance.choice(_WORDS))
    return " ".join(words).capitalize()


def _day(chance: random.Random) -> str:
    return f"{chance.randrange(2023, 2027)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"


def _fields(shape: str, chance: random.Random, indicators: Sequence[str]) -> Record:
    country = chance.choice(_COUNTRIES)
    if shape == "activity":
        return {
            "title": _text(chance, 45), "description": _text(chance, 120), "owner": chance.choice(_PEOPLE),
            "status": chance.choice(("planned", "ongoing", "suspended")), "start": _day(chance),
            "end": _day(chance), "budget": chance.randrange(250_000), "spent": chance.randrange(200_000),
            "currency": "USD", "country": country, "output_id": f"OUT-{chance.randrange(1, 6)}.1",
            "location": _text(chance, 14), "tags": sorted(set(chance.choices(_WORDS, k=3))),
            "progress": chance.randrange(101),
        }  # fmt: skip
    if shape == "indicator":
        return {
            "code": f"IND-{chance.randrange(10_000)}", "name": _text(chance, 90), "unit": "people",
            "baseline": chance.randrange(500), "target": chance.randrange(500, 20_000), "frequency": "quarterly",
            "country": country, "definition": _text(chance, 160),
        }  # fmt: skip
    if shape == "result":
        cells = {name: chance.randrange(900) for name in ("women", "men", "girls", "boys", "refugee", "host")}
        return {
            "indicator_id": chance.choice(indicators), "period": f"2025-Q{chance.randrange(1, 5)}",
            "value": sum(cells.values()), **cells, "country": country, "reported_by": chance.choice(_PEOPLE),
            "comment": _text(chance, 40),
        }  # fmt: skip
    return {
        "title": _text(chance, 50), "date": _day(chance), "country": country,
        "participants": chance.choices(_PEOPLE, k=6), "body": _text(chance, 1500),
        "action_points": [
            {"text": _text(chance, 70), "owner": chance.choice(_PEOPLE), "due": _day(chance)} for _ in range(3)
        ],
    }  # fmt: skip


def _edit(record: Record, field: str, chance: random.Random) -> Record:
    old = record["f"][field]
    if field == "status":
        value: Any = "completed"
    else:
        value = old + chance.randrange(1, 1000) if isinstance(old, int) else _text(chance, 45)
    return {"id": record["id"], "type": record["type"], "field": field, "value": value}
