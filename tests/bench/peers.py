"""The shared harness's measures (a) to (i), taken of Daftar by the same driver as of its peers.

Without the harness beside the checkout nothing is measured. The harness keeps what it makes below PEERS_TMP.
"""

import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.figures import Benchmark, Figures, Options, Row
from bench.lab import ROOT, Server
from bench.workload import SHARED, SIZES

HARNESS = SHARED / "harness.py"
CUTS = {"fair": (100, 2_000, "medium"), "poor": (300, 64, "small")}
FAR = (300, 64, "small")


def measure(options: Options) -> Figures:
    """Every measure once; the far and the cut links only with the first run, they take minutes."""
    if not HARNESS.exists():
        print("The shared harness is not beside the checkout: nothing is compared.")
        return {}
    harness = _harness(options.folder)
    size = SIZES.get(options.records, "medium")
    peer = Daftar(options.folder / "peer", harness)
    found = _told(harness.standard(peer, size), options.records)
    if options.run == 0:
        found["survived"] = _survived(harness, peer, size)
        found |= _far(harness, peer)
        found |= _cut(harness, peer)
    return found


def _harness(folder: Path) -> ModuleType:
    """The harness, told where to keep its files; the workload is made there."""
    os.environ["PEERS_TMP"] = str(folder)
    sys.path.insert(0, str(SHARED))
    harness = importlib.import_module("harness")
    data = folder / "data"
    if not data.exists():
        command = [sys.executable, str(SHARED / "workload.py"), str(data), "--sizes", "small,medium"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return harness


class Daftar:
    """What the harness asks of a peer: a server, and laptops that obey its lines."""

    name = "daftar"

    def __init__(self, folder: Path, harness: Any) -> None:
        self._folder = folder
        self._harness = harness

    def start(self, _size: str) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._server = Server(self._folder / "server")
        self._server.say("workspace", "add", "Jordan")
        self.proxy = self._harness.Proxy(int(self._server.url.rpartition(":")[2]))

    def client(self, name: str) -> Any:
        self._server.say("person", "add", name)
        self._server.say("grant", name, "Jordan", "officer")
        code = self._server.say("invite", name)["code"]
        place = self._folder / name
        place.mkdir(parents=True)
        address = f"http://127.0.0.1:{self.proxy.port}"
        command = [sys.executable, "-m", "bench.peer_client", str(place), address, code]
        return self._harness.Client(
            [*command, str(self._folder / "names.json")],
            env={"PYTHONPATH": str(ROOT / "tests")},
            log=str(place / "said.txt"),
        )

    def prepare(self, first: Any, second: Any) -> None:
        """Both join before anything is measured, and the server has answered once, as one that runs."""
        second.do("sync")
        first.do("count")

    def server_pids(self) -> list[int]:
        return [self._server.pid]

    def client_bytes(self, name: str) -> int:
        return sum(file.stat().st_size for file in (self._folder / name / "data").glob("daftar.db*"))

    def server_bytes(self) -> int:
        return sum(file.stat().st_size for file in self._server.data.glob("server.sqlite3*"))

    def stop(self) -> None:
        self.proxy.stop()
        self._server.stop()


def _told(result: Mapping[str, Any], records: int) -> Figures:
    push, pull, nothing, one = (
        result[key] for key in ("a_initial_push", "b_initial_pull", "c_noop_sync", "d_E1_propagate")
    )
    many_up, many_down = result["e_E2_push"], result["e_E2_pull"]
    survival = result["f_E3"]
    return {
        **_spent("push", push, records),
        **_spent("pull", pull, records),
        "nothing_requests": nothing["requests"],
        "nothing_bytes": nothing["up"] + nothing["down"],
        "nothing_wall": nothing["wall_s"],
        "one_requests": one["requests"],
        "one_bytes": one["up"] + one["down"],
        "one_wall": one["wall_s"],
        "many_up": many_up["up"],
        "many_down": many_down["down"],
        "many_cpu": many_up["client_cpu_s"] + many_up["server_cpu_s"],
        "many_pull_cpu": many_down["client_cpu_s"] + many_down["server_cpu_s"],
        "many_arrived": result["e_E2_arrived"],
        "kept": survival["same_rec_diff_field"][0] + 0.0,
        "equal": float(survival["replicas_equal"]),
        "questions": survival["conflicts_visible"]["n"],
        "offered": survival["conflicts_visible"]["values"],
        "client_disk": result["i_disk"]["client"],
        "server_disk": result["i_disk"]["server"],
    }


def _survived(harness: Any, peer: Daftar, size: str) -> float:
    """On how many records every field has come to the other laptop as it was loaded."""
    records = str(Path(harness.DATA) / size / "records.jsonl")
    peer.start(size)
    try:
        first, second = peer.client("A"), peer.client("B")
        first.do("load", file=records)
        first.do("push")
        second.do("pull")
        return float(second.do("survived", file=records)["n"])
    finally:
        peer.stop()


def _spent(name: str, part: Mapping[str, Any], records: int) -> Figures:
    if part.get("error") or part.get("errors"):
        raise RuntimeError(f"{name}: {part}")
    return {
        f"{name}_wall": part["wall_s"],
        f"{name}_rate": records / part["wall_s"],
        f"{name}_cpu": part["client_cpu_s"] + part["server_cpu_s"],
        f"{name}_bytes": (part["up"] + part["down"]) / records,
    }


def _far(harness: Any, peer: Daftar) -> Figures:
    round_trip, kbit, size = FAR
    result = harness.badlink(peer, size, rtt=round_trip, kbit=kbit)
    return {
        "far_push": result["a_initial_push"]["wall_s"],
        "far_pull": result["b_initial_pull"]["wall_s"],
        "far_nothing": result["c_noop_sync"]["wall_s"],
        "far_one": result["d_E1_propagate"]["wall_s"],
    }


def _cut(harness: Any, peer: Daftar) -> Figures:
    found: Figures = {}
    for name, (round_trip, kbit, size) in CUTS.items():
        clean = harness.badlink(peer, size, steps=("push", "pull"), rtt=0, kbit=0)
        result = harness.cutlink(peer, size, round_trip, kbit)
        for way, key in (("push", "a_initial_push"), ("pull", "b_initial_pull")):
            part = result[way]
            whole = clean[key]["up"] + clean[key]["down"]
            found[f"{name}_{way}_done"] = float(part["completed"])
            found[f"{name}_{way}"] = part["wall_s"]
            found[f"{name}_{way}_ratio"] = (part["up"] + part["down"]) / whole
        print(json.dumps({name: result}), file=sys.stderr)
    return found


def _link_rows() -> list[Row]:
    """The peers' figures are those of the shared study."""
    rows = [
        Row("far_push", "300 ms, 64 kbit/s, 1,000 records: push", "s", "≤ 20 s; peers 39, 126, 82"),
        Row("far_pull", "the same: pull", "s", "≤ 20 s; peers 192, 61, 84"),
        Row("far_nothing", "the same: nothing new", "s", "PouchDB 3.5, RxDB 0.37"),
        Row("far_one", "the same: one edit to the other laptop", "s", "PouchDB 9.3, RxDB 1.05"),
    ]
    for name, link, most in (
        ("fair", "2 Mbit/s, 100 ms, cut every 2 s, 10,000 records", "≤ 1.3 ×; best peer 1.25–1.5"),
        ("poor", "64 kbit/s, 300 ms, cut every 2 s, 1,000 records", "≤ 2 ×; no peer finishes a push"),
    ):
        for way in ("push", "pull"):
            rows += [
                Row(f"{name}_{way}_done", f"{link}: {way} completes", "", "1"),
                Row(f"{name}_{way}", "its time", "s"),
                Row(f"{name}_{way}_ratio", "its bytes in times of a clean run", "×", most),
            ]
    return rows


BENCHMARK = Benchmark(
    "peers",
    "the shared harness beside Morango, PouchDB and RxDB",
    measure,
    (
        Row("survived", "records whose every field is on the other laptop as it was loaded", "", "10,000"),
        Row("push_rate", "first push: records a second on the wall", "/s", "≥ 10,000; PouchDB 4,260, RxDB in memory 12,000"),
        Row("push_cpu", "first push: processor time of both sides", "ms"),
        Row("push_bytes", "first push: on the wire by record", "B", "≤ 125; peers 204–838"),
        Row("pull_rate", "first pull: records a second on the wall", "/s", "≥ 15,000; PouchDB 3,940, RxDB in memory 13,600"),
        Row("pull_cpu", "first pull: processor time of both sides", "ms"),
        Row("pull_bytes", "first pull: on the wire by record", "B", "≤ 125; peers 204–838"),
        Row("nothing_requests", "nothing new: requests", "", "1; PouchDB 8, Morango 25"),
        Row("nothing_bytes", "nothing new: on the wire", "B", "≤ 600; RxDB 470, PouchDB 5,000"),
        Row("nothing_wall", "nothing new", "ms"),
        Row("one_requests", "one edit to the other laptop: requests", "", "2; RxDB 3, PouchDB 15"),
        Row("one_bytes", "one edit to the other laptop: on the wire", "kB", "≤ 1.3 kB; RxDB 3.6, PouchDB 12"),
        Row("one_wall", "one edit to the other laptop", "ms"),
        Row("many_up", "1,000 edits: up", "kB", "≤ 18 kB; Morango 198, RxDB 1,200"),
        Row("many_down", "1,000 edits: down", "kB", "≤ 18 kB; Morango 202, RxDB 537"),
        Row("many_cpu", "1,000 edits: processor time of the push", "ms", "RxDB 130"),
        Row("many_pull_cpu", "1,000 edits: processor time of the pull", "ms", "RxDB 160"),
        Row("many_arrived", "1,000 edits: arrived", "", "1,000"),
        Row("kept", "edits of different fields of the same 100 records kept", "", "200; peers 100"),
        Row("questions", "edits of the same 50 fields: questions listed; those of long texts merge", "", "peers 0"),
        Row("offered", "values these offer", "", "peers 0"),
        Row("equal", "both laptops the same afterwards", "", "1"),
        Row("client_disk", "database of a laptop, history of the 1,000 edits included", "MB", "PouchDB 12.5"),
        Row("server_disk", "database of the server", "MB", "PouchDB 6.8–8.3"),
        *_link_rows(),
    ),
)  # fmt: skip
