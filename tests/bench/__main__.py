"""Runs benchmarks, each run in a process of its own, and writes their tables into docs/performance.md.

python3 build/tasks.py bench                     what there is to measure
python3 build/tasks.py bench sync reads          measure these and print the figures as JSON
python3 build/tasks.py bench all --date 2026-06-15 --runs 3      measure everything and write it down
"""

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.figures import Benchmark, Figures, Options, as_json, machine, medians, table, written
from bench.plots import draw_all

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "performance.md"
MODULES = ("frames", "sync", "filling", "latency", "reads", "grid", "links", "start", "words", "peers")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python3 build/tasks.py bench",
        description="Measure the budgets of docs/performance.md.",
        epilog="benchmarks:\n" + "\n".join(f"  {one.name:<8} {one.title}" for one in _known().values()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="name", help="which to run; `all` for every one")
    parser.add_argument("--runs", type=int, default=3, help="how often each is run; medians are told")
    parser.add_argument(
        "--records", type=int, default=10_000, help="size of the workload where it can be chosen"
    )
    parser.add_argument("--date", help="write the tables into docs/performance.md as of this day")
    parser.add_argument("--once", metavar="FOLDER", help=argparse.SUPPRESS)
    parser.add_argument("--run", type=int, default=0, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if not chosen.names:
        parser.print_help()
        return 0
    names = list(_known()) if chosen.names == ["all"] else chosen.names
    unknown = set(names) - _known().keys()
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    if chosen.names == ["all"] and not chosen.date:
        parser.error("`all` is written down: say the day with --date")
    if chosen.once:
        options = Options(Path(chosen.once), chosen.records, chosen.run)
        print(json.dumps(_known()[names[0]].measure(options)))
        return 0
    with tempfile.TemporaryDirectory(prefix="daftar-bench-") as folder:
        for name in names:
            _tell(_known()[name], chosen, folder)
    return 0


def _known() -> dict[str, Benchmark]:
    found = (importlib.import_module(f"bench.{name}").BENCHMARK for name in MODULES)
    return {one.name: one for one in found}


def _tell(benchmark: Benchmark, chosen: argparse.Namespace, folder: str) -> None:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else -1.0
    print(f"» {benchmark.name}: {benchmark.title}", file=sys.stderr, flush=True)
    runs = [_once(benchmark.name, run, chosen, folder) for run in range(chosen.runs)]
    found = medians(runs)
    print(as_json(found), flush=True)
    if chosen.date:
        command = f"python3 build/tasks.py bench {benchmark.name} --runs {chosen.runs}"
        if chosen.records != 10_000:
            command += f" --records {chosen.records}"
        head = f"`{command}`: {machine(chosen.runs, date=chosen.date, load=load)}."
        page = PAGE.read_text(encoding="utf-8")
        text = f"{head}\n\n{table(benchmark, found)}"
        PAGE.write_text(written(page, benchmark.name, text), encoding="utf-8")
        if benchmark.name == "peers":
            draw_all(found, PAGE.parent / "pictures")


def _once(name: str, run: int, chosen: argparse.Namespace, folder: str) -> Figures:
    words = [name, "--once", folder, "--run", str(run), "--records", str(chosen.records)]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *words], check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
