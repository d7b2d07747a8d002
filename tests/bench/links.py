"""Bad links, played by the shared proxy: a slow one, and two that are cut at random about every two seconds.

What a clean run costs is counted first, over the same records. Without the proxy beside the checkout nothing
is measured.
"""

import statistics
import threading
import time
from pathlib import Path

from bench import lab, workload
from bench.figures import Benchmark, Figures, Options, Row
from bench.lab import Laptop, Proxy
from bench.mapping import Mapped

from desktop.syncing.once import sync_once
from sync.errors import DaftarError

SLOW = {"rtt_ms": 300, "kbit": 64}
FAIR = {"rtt_ms": 100, "kbit": 2_000}
CUT = 2
SEEDS = {"fair": 4, "poor": 1}
"""Over how many seeds of cuts the mean is taken: where a cut comes decides more than anything else."""
FEW, MANY = 1_000, 10_000
PATIENCE = 300.0
ROUND_TRIPS = 4


def measure(options: Options) -> Figures:
    if not Proxy.available():
        print("The shared proxy is not beside the checkout: bad links are not measured.")
        return {}
    few, many = workload.load(FEW), workload.load(MANY)
    clean_few = _run(options.folder / "clean-few", few, {})
    clean_many = _run(options.folder / "clean-many", many, {})
    slow = _run(options.folder / "slow", few, SLOW)
    found = {}
    for way in ("push", "pull"):
        least = clean_few[f"{way}_bytes"] * 8 / (SLOW["kbit"] * 1000) + ROUND_TRIPS * SLOW["rtt_ms"] / 1000
        found[f"slow_{way}"] = slow[f"{way}_s"]
        found[f"slow_{way}_ratio"] = slow[f"{way}_s"] / least
    for name, link, source, clean in (("fair", FAIR, many, clean_many), ("poor", SLOW, few, clean_few)):
        seeds = range(1 + options.run, 1 + options.run + SEEDS[name])
        runs = [
            _run(options.folder / f"{name}-{seed}", source, {**link, "cut_s": CUT, "seed": seed})
            for seed in seeds
        ]
        for way in ("push", "pull"):
            found[f"{name}_{way}"] = statistics.mean(cut[f"{way}_s"] for cut in runs)
            ratios = [cut[f"{way}_bytes"] / clean[f"{way}_bytes"] for cut in runs]
            found[f"{name}_{way}_ratio"] = statistics.mean(ratios)
            found[f"{name}_{way}_most"] = max(ratios)
    return found


def _run(folder: Path, source: workload.Workload, link: dict[str, int]) -> Figures:
    """Push and pull over a link; seconds and bytes of both directions."""
    with lab.office(folder) as office:
        first, second = office.join("Lina Haddad", clock=lab.PacedClock()), office.join("Omar Khalil")
        mapped = Mapped(first.workspace, first.store.new_id)
        edits = mapped.creations(source.records)
        with first.clock.typing(len(edits)):
            first.store.submit(edits, label="Load").result()
        second.sync()
        proxy = Proxy(office.server)
        try:
            found = _both(proxy, first, second, link)
        finally:
            proxy.stop()
        _insist(second, changes=len(edits))
        return found


def _both(proxy: Proxy, first: Laptop, second: Laptop, link: dict[str, int]) -> Figures:
    found = {}
    for way, laptop in (("push", first), ("pull", second)):
        laptop.through(proxy.url)
        proxy.ask(cmd="set", **{"rtt_ms": 0, "kbit": 0, "cut_s": 0, "seed": 1, **link})
        proxy.reset()
        began = time.perf_counter()
        _until_done(laptop)
        counted = proxy.ask(cmd="stats")
        found[f"{way}_s"] = time.perf_counter() - began
        found[f"{way}_bytes"] = float(counted["up"] + counted["down"])
    return found


def _until_done(laptop: Laptop) -> None:
    """Sync, and again at once where a sync gives up, as somebody who presses the button would."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            sync_once(laptop.store, clock=laptop.clock, pause=_wait)
        except DaftarError:
            if time.monotonic() > deadline:
                raise
        else:
            return


def _wait(seconds: float) -> None:
    threading.Event().wait(seconds)


def _insist(laptop: Laptop, *, changes: int) -> None:
    with laptop.reading() as reader:
        (state,) = reader.workspaces()
        if state.cursor < changes:
            raise RuntimeError(f"only {state.cursor} of {changes} changes arrived")


BENCHMARK = Benchmark(
    "links",
    "slow links and links that break",
    measure,
    (
        Row("slow_push", "64 kbit/s, 300 ms, 1,000 records: push", "s"),
        Row("slow_push_ratio", "the same in times of bytes ÷ bandwidth + 4 round trips", "×", "≤ 1.15 ×"),
        Row("slow_pull", "64 kbit/s, 300 ms, 1,000 records: pull", "s"),
        Row("slow_pull_ratio", "the same in times of bytes ÷ bandwidth + 4 round trips", "×", "≤ 1.15 ×"),
        Row("fair_push", "2 Mbit/s, 100 ms, cut every 2 s, 10,000 records: push", "s", "completes"),
        Row("fair_push_ratio", "its bytes in times of a clean run, mean of 4 seeds of cuts", "×", "≤ 1.3 ×"),
        Row("fair_push_most", "the most of them", "×"),
        Row("fair_pull", "2 Mbit/s, 100 ms, cut every 2 s, 10,000 records: pull", "s", "completes"),
        Row("fair_pull_ratio", "its bytes in times of a clean run, mean of 4 seeds of cuts", "×", "≤ 1.3 ×"),
        Row("fair_pull_most", "the most of them", "×"),
        Row("poor_push", "64 kbit/s, 300 ms, cut every 2 s, 1,000 records: push", "s", "≤ 60 s"),
        Row("poor_push_ratio", "its bytes in times of a clean run", "×", "≤ 2 ×"),
        Row("poor_pull", "64 kbit/s, 300 ms, cut every 2 s, 1,000 records: pull", "s", "≤ 60 s"),
        Row("poor_pull_ratio", "its bytes in times of a clean run", "×", "≤ 2 ×"),
    ),
)
