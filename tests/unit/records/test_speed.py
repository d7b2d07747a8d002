"""Budgets of the record types: a start that does not wait for them, and columns checked in bulk."""

import os
import subprocess
import sys
import time
from random import Random

import pytest

from sync.records import kind

RECORDS = 10_000
IMPORT = """
import time
from typing import Annotated
import pydantic, pydantic_core.core_schema
class Warm(pydantic.BaseModel):
    field: Annotated[str | None, pydantic.Field(description="x")] = None
start = time.perf_counter()
import sync.records
print(time.perf_counter() - start)
"""


def columns(chance: Random) -> list[tuple[str, str, list[object]]]:
    def each(*values: object) -> list[object]:
        return [chance.choice(values) for _ in range(RECORDS)]

    def days() -> list[object]:
        return [f"2026-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}" for _ in range(RECORDS)]

    def ids() -> list[object]:
        return [chance.randbytes(16) for _ in range(RECORDS)]

    def texts(length: int) -> list[object]:
        return ["".join(chance.choices("training support for host ", k=length)) + "." for _ in range(RECORDS)]

    return [
        ("activity", "title", texts(45)),
        ("activity", "description", texts(120)),
        ("activity", "status", each("planned", "ongoing", "delayed")),
        ("activity", "lead", ids()),
        ("activity", "start", days()),
        ("activity", "end", days()),
        ("activity", "code", texts(8)),
        ("activity", "result", ids()),
        ("activity", "flagship", texts(14)),
        ("activity", "progress", each(*range(101))),
        ("activity", "delay_reason", each(None, "Late delivery")),
        ("budget_line", "planned", each("1131372.25", "500", "0.5")),
        ("budget_line", "spent", each("12", None, "7.125")),
        ("budget_line", "currency", each("USD", "EUR")),
    ]


@pytest.mark.bench
def test_ten_thousand_records_of_fourteen_fields_are_checked_in_60_ms() -> None:
    made = [(kind(name).field(field), values) for name, field, values in columns(Random(7))]
    spent = []
    for _ in range(7):
        start = time.perf_counter()
        assert all(field.check_column(values) is None for field, values in made)
        spent.append(time.perf_counter() - start)
    assert min(spent) < 0.060


@pytest.mark.bench
def test_importing_the_records_takes_less_than_60_ms_beyond_pydantic() -> None:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    spent = [
        float(
            subprocess.run(
                [sys.executable, "-c", IMPORT], env=environment, check=True, capture_output=True
            ).stdout
        )
        for _ in range(5)
    ]
    assert min(spent) < 0.060
