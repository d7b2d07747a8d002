"""What a benchmark promises and how its figures are written down."""

import json
import os
import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Options:
    """How to measure: `folder` is shared by all benchmarks of one call, `run` counts from 0."""

    folder: Path
    records: int = 10_000
    run: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    key: str
    what: str
    unit: str
    budget: str = ""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A function that measures, and the lines its figures are told in."""

    name: str
    title: str
    measure: Callable[[Options], Figures]
    rows: Sequence[Row]


def medians(runs: Sequence[Mapping[str, float]]) -> dict[str, tuple[float, float, float]]:
    """Key -> median, lowest, highest over the runs that have it."""
    keys = dict.fromkeys(key for run in runs for key in run)
    found = {}
    for key in keys:
        values = [run[key] for run in runs if key in run]
        found[key] = (statistics.median(values), min(values), max(values))
    return found


def said(value: float, unit: str) -> str:
    """A figure as a person reads it."""
    if unit in ("B", "", "/s"):
        text = f"{value:,.0f}"
    elif unit == "kB":
        text = f"{value / 1000:,.1f}"
    elif unit == "MB":
        text = f"{value / 1_000_000:,.1f}"
    elif unit == "ms":
        text = f"{value * 1000:,.1f}"
    elif unit == "s":
        text = f"{value:,.2f}"
    else:
        text = f"{value:,.2f}"
    return f"{text} {unit}".strip()


def table(benchmark: Benchmark, found: Mapping[str, tuple[float, float, float]]) -> str:
    """The figures as a Markdown table; what was not measured says so."""
    lines = ["| what | budget | median | lowest to highest |", "|---|---|---|---|"]
    for row in benchmark.rows:
        if row.key not in found:
            lines.append(f"| {row.what} | {row.budget} | not measured here | |")
            continue
        middle, low, high = (said(value, row.unit) for value in found[row.key])
        spread = "" if low == high else f"{low} to {high}"
        lines.append(f"| {row.what} | {row.budget} | {middle} | {spread} |")
    return "\n".join(lines)


def machine(runs: int, *, date: str, load: float) -> str:
    """Where and when figures were taken, in one line."""
    cores = os.cpu_count()
    return (
        f"{cores} cores, {platform.machine()}, Python {platform.python_version()}, {date}, median of {runs};"
        f" other work on the machine when it began: load {load:.1f}"
    )


def written(page: str, name: str, text: str) -> str:
    """The page with the part between a benchmark's markers replaced."""
    begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    if begin not in page or end not in page:
        raise SystemExit(f"docs/performance.md has no place for {name}: {begin} … {end}")
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n{text}\n{end}{after}"


def as_json(found: Mapping[str, tuple[float, float, float]]) -> str:
    return json.dumps({key: value[0] for key, value in found.items()}, indent=1)
