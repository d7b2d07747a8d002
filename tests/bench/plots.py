"""Bars beside those of the peers, as SVG that a page on any background can show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

WIDTH, LABEL, BAR, GAP, TOP = 720, 190, 20, 10, 52
OURS, OTHERS, INK, PAPER = "#0f766e", "#94a3b8", "#1f2937", "#ffffff"
ROOM = 110


@dataclass(frozen=True, slots=True)
class Plot:
    """One picture: our figure `key`, and the peers' as (name, value) in the same unit."""

    name: str
    title: str
    key: str
    unit: str
    peers: Sequence[tuple[str, float]]
    better: str
    scale: float = 1.0


# Medium workload; medians of the shared study of the peers, taken by the same harness.
PLOTS = (
    Plot(
        "push-rate", "First push, records a second", "push_rate", "/s",
        (("RxDB, in memory", 12_045), ("PouchDB, batches of 1,000", 4_256), ("Morango, tuned", 973)), "longer is better",
    ),
    Plot(
        "pull-rate", "First pull, records a second", "pull_rate", "/s",
        (("RxDB, in memory", 13_598), ("PouchDB, batches of 1,000", 3_943), ("Morango, tuned", 1_059)), "longer is better",
    ),
    Plot(
        "record-bytes", "First push, bytes on the wire by record", "push_bytes", "B",
        (("RxDB, in memory", 635), ("PouchDB, batches of 1,000", 815), ("Morango, tuned", 204)), "shorter is better",
    ),
    Plot(
        "edits-bytes", "1,000 edits pushed, kB on the wire", "many_up", "kB",
        (("RxDB, in memory", 1_200), ("PouchDB, batches of 1,000", 774.4), ("Morango, tuned", 197.8)), "shorter is better", 1e-3,
    ),
    Plot(
        "edits-kept", "Edits of different fields of the same record that survive, of 200", "kept", "",
        (("RxDB, in memory", 100), ("PouchDB", 100), ("Morango, tuned", 100)), "longer is better",
    ),
)  # fmt: skip


def drawn(plot: Plot, value: float) -> str:
    """The picture as SVG text."""
    bars = [("Daftar", value * plot.scale, OURS), *((name, other, OTHERS) for name, other in plot.peers)]
    most = max(size for _, size, _ in bars)
    height = TOP + len(bars) * (BAR + GAP) + GAP
    head = f"{plot.title} ({plot.better})"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(head)}">',
        f'<rect width="{WIDTH}" height="{height}" rx="8" fill="{PAPER}"/>',
        f'<g font-family="sans-serif" font-size="13" fill="{INK}">',
        f'<text x="16" y="30" font-size="15" font-weight="600">{escape(head)}</text>',
    ]
    for place, (name, size, colour) in enumerate(bars):
        top, length = TOP + place * (BAR + GAP), max(1, round((WIDTH - LABEL - ROOM) * size / most))
        middle = top + BAR - 5
        parts += [
            f'<text x="{LABEL - 8}" y="{middle}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{LABEL}" y="{top}" width="{length}" height="{BAR}" rx="3" fill="{colour}"/>',
            f'<text x="{LABEL + length + 8}" y="{middle}">{size:,.0f} {plot.unit}</text>',
        ]
    return "\n".join([*parts, "</g>", "</svg>", ""])


def draw_all(found: Mapping[str, tuple[float, float, float]], folder: Path) -> None:
    """Draw every picture there is a figure for."""
    folder.mkdir(parents=True, exist_ok=True)
    for plot in PLOTS:
        if plot.key in found:
            text = drawn(plot, found[plot.key][0])
            (folder / f"bench-{plot.name}.svg").write_text(text, encoding="utf-8")
