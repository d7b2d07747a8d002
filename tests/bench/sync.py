"""A first push, a first pull, a sync with nothing to say, one edit and a thousand, over a real server process.

The server is warmed up by another laptop's sync in another workspace, as a server that runs for months is.
"""

import sqlite3
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
from bench import lab, workload
from bench.figures import Benchmark, Figures, Options, Row
from bench.lab import Laptop, Office, Proxy
from bench.mapping import Mapped
from helpers import postgres

SINGLES = 5
WARM_UP = 200


def measure(options: Options) -> Figures:
    """Time in runs without the proxy; bytes on the wire, which it counts, once."""
    source = workload.load(options.records)
    found = _on_sqlite(options.folder / "timed", source)
    if options.run == 0:
        if Proxy.available():
            found |= _counted(options.folder / "counted", source)
        else:
            print("The shared proxy is not beside the checkout: bytes on the wire are not counted.")
        found |= _on_postgres(options.folder / "postgres", source)
    return found


def _on_sqlite(folder: Path, source: workload.Workload) -> Figures:
    with lab.office(folder) as office:
        _warm(office)
        first, second, mapped = _people(office)
        found = _first(office, first, second, mapped, source)
        found |= _small(office, first, second, mapped, source)
        found["server_memory"] = office.server.rss()
        found["laptop_database"] = second.database_bytes()
        found["laptop_ratio"] = found["laptop_database"] / plain_bytes(folder / "plain.db", source.records)
        files = office.server.data.glob("server.sqlite3*")
        found["server_database"] = sum(file.stat().st_size for file in files)
        return found


def _warm(office: Office) -> None:
    other = office.join("Rima Mansour", workspace="Elsewhere")
    records = workload.own(WARM_UP).records
    other.store.submit(Mapped(other.workspace, other.store.new_id).creations(records), label="x").result()
    for _ in range(2):
        other.sync()


def _people(office: Office) -> tuple[Laptop, Laptop, Mapped]:
    first = office.join("Lina Haddad", clock=lab.PacedClock())
    second = office.join("Omar Khalil")
    second.sync()
    return first, second, Mapped(first.workspace, first.store.new_id)


def _first(
    office: Office, first: Laptop, second: Laptop, mapped: Mapped, source: workload.Workload
) -> Figures:
    edits, count = mapped.creations(source.records), len(source.records)
    with first.clock.typing(len(edits)), lab.metered() as load:
        first.store.submit(edits, label="Load").result()
    with lab.metered(office.server) as push:
        sent = first.sync()
    with lab.metered(office.server) as pull:
        got = second.sync()
    if sent.refused or got.differing or got.pulled < len(edits):
        raise RuntimeError(f"not everything arrived: {sent.refused[:3]} {got.differing}")
    first.sync()
    return {
        "own_records": len(edits),
        "load_rate": count / load.own,
        "push_rate": count / push.cpu,
        "push_own_rate": len(edits) / push.cpu,
        "push_wall_rate": count / push.wall,
        "push_client": push.own,
        "push_server": push.others,
        "pull_rate": count / pull.cpu,
        "pull_own_rate": len(edits) / pull.cpu,
        "pull_wall_rate": count / pull.wall,
        "pull_client": pull.own,
        "pull_server": pull.others,
        "push_bytes": sent.bytes_up / count,
        "pull_bytes": got.bytes_down / count,
        "push_requests": sent.requests,
    }


def _small(
    office: Office, first: Laptop, second: Laptop, mapped: Mapped, source: workload.Workload
) -> Figures:
    nothing, ones = [], []
    for _ in range(SINGLES):
        with lab.metered(office.server) as spent:
            told = second.sync()
        nothing.append((spent, told.requests, told.bytes_up + told.bytes_down))
    for edit in source.singles[:SINGLES]:
        first.write(mapped, [edit])
        with lab.metered(office.server) as spent:
            sent, got = first.sync(), second.sync()
        size = sent.bytes_up + sent.bytes_down + got.bytes_up + got.bytes_down
        ones.append((spent, sent.requests + got.requests, size))
    first.write(mapped, source.thousand)
    with lab.metered(office.server) as push:
        sent = first.sync()
    with lab.metered(office.server) as pull:
        got = second.sync()
    return {
        "nothing_wall": statistics.median(spent.wall for spent, _, _ in nothing),
        "nothing_cpu": statistics.median(spent.cpu for spent, _, _ in nothing),
        "nothing_requests": nothing[-1][1],
        "nothing_bytes": nothing[-1][2],
        "one_wall": statistics.median(spent.wall for spent, _, _ in ones),
        "one_cpu": statistics.median(spent.cpu for spent, _, _ in ones),
        "one_requests": ones[-1][1],
        "one_bytes": statistics.median(size for _, _, size in ones),
        "thousand_push_cpu": push.cpu,
        "thousand_push_wall": push.wall,
        "thousand_pull_cpu": pull.cpu,
        "thousand_pull_wall": pull.wall,
        "thousand_up": sent.bytes_up,
        "thousand_down": got.bytes_down,
        "thousand_requests": sent.requests + got.requests,
    }


def _counted(folder: Path, source: workload.Workload) -> Figures:
    """The same through the proxy, for the bytes on the wire."""
    with lab.office(folder) as office:
        first, second, mapped = _people(office)
        with _proxied(office, first, second) as passed:
            edits = mapped.creations(source.records)
            with first.clock.typing(len(edits)):
                first.store.submit(edits, label="Load").result()
            count = len(source.records)
            found = {"wire_push": passed(first.sync) / count, "wire_pull": passed(second.sync) / count}
            first.sync()
            found["wire_nothing"] = passed(second.sync)
            ones = []
            for edit in source.singles[:SINGLES]:
                first.write(mapped, [edit])
                ones.append(passed(first.sync) + passed(second.sync))
            found["wire_one"] = statistics.median(ones)
            first.write(mapped, source.thousand)
            found["wire_thousand_up"] = passed(first.sync)
            found["wire_thousand_down"] = passed(second.sync)
        return found


@contextmanager
def _proxied(office: Office, *laptops: Laptop) -> Iterator[Callable[[Callable[[], object]], float]]:
    """Let laptops reach the server through the proxy; yields what counts the bytes of an action."""
    proxy = Proxy(office.server)

    def passed(action: Callable[[], object]) -> float:
        proxy.reset()
        action()
        counted = proxy.ask(cmd="stats")
        return float(counted["up"] + counted["down"])

    try:
        for laptop in laptops:
            laptop.through(proxy.url)
        yield passed
    finally:
        proxy.stop()


def _on_postgres(folder: Path, source: workload.Workload) -> Figures:
    """First push and pull with PostgreSQL behind the server; its own processor time counts too."""
    try:
        postgres.find_binaries()
    except RuntimeError:
        return {}
    with postgres.server() as address, postgres.fresh_database(address) as url:
        with psycopg.connect(address) as connection:
            backend = connection.info.backend_pid
            watched = psutil.Process(backend).ppid()
        with lab.office(folder, database=url, watched=[watched]) as office:
            _warm(office)
            first, second, mapped = _people(office)
            found = _first(office, first, second, mapped, source)
            found |= _small(office, first, second, mapped, source)
    told = (
        "push_rate",
        "push_own_rate",
        "push_server",
        "pull_rate",
        "pull_own_rate",
        "nothing_cpu",
        "one_cpu",
    )
    return {f"postgres_{key}": found[key] for key in told}


def plain_bytes(path: Path, records: list[workload.Record]) -> int:
    """The size of plain SQLite tables with the same fields, without history, index or encryption."""
    rows: dict[str, list[workload.Record]] = {}
    for record in records:
        rows.setdefault(record["type"], []).append(record)
    with sqlite3.connect(path) as connection:
        for shape, held in rows.items():
            names = list(held[0]["f"])
            typed = [f'"{name}" {_affinity(held[0]["f"][name])}' for name in names]
            connection.execute(f"CREATE TABLE {shape}(id TEXT NOT NULL PRIMARY KEY, {', '.join(typed)})")
            marks = ", ".join("?" * (1 + len(names)))
            values = [(one["id"], *(_cell(one["f"][name]) for name in names)) for one in held]
            connection.executemany(f"INSERT INTO {shape} VALUES({marks})", values)
    connection.close()
    return path.stat().st_size


def _affinity(value: object) -> str:
    return "INTEGER" if isinstance(value, int) else "TEXT"


def _cell(value: object) -> object:
    import json

    return json.dumps(value) if isinstance(value, list) else value


BENCHMARK = Benchmark(
    "sync",
    "first push and pull, nothing new, one edit, a thousand edits",
    measure,
    (
        Row("own_records", "Daftar records that the workload's records become", ""),
        Row("push_rate", "first push: records by processor second, laptop and server together", "/s", "≥ 10,000 /s, aim 20,000"),
        Row("push_own_rate", "the same in Daftar's records", "/s"),
        Row("push_wall_rate", "first push: records by second on the wall", "/s"),
        Row("push_client", "first push: processor time of the laptop", "ms"),
        Row("push_server", "first push: processor time of the server", "ms"),
        Row("pull_rate", "first pull with search index: records by processor second", "/s", "≥ 15,000 /s, aim 30,000"),
        Row("pull_own_rate", "the same in Daftar's records", "/s"),
        Row("pull_wall_rate", "first pull: records by second on the wall", "/s"),
        Row("pull_client", "first pull: processor time of the laptop", "ms"),
        Row("pull_server", "first pull: processor time of the server", "ms"),
        Row("load_rate", "writing the records on the first laptop, records by processor second", "/s"),
        Row("push_bytes", "first push: bytes of bodies by record", "B", "≤ 125 B"),
        Row("pull_bytes", "first pull: bytes of bodies by record", "B", "≤ 125 B"),
        Row("wire_push", "first push: bytes on the wire by record", "B"),
        Row("wire_pull", "first pull: bytes on the wire by record", "B"),
        Row("nothing_requests", "nothing new: requests", "", "1"),
        Row("nothing_bytes", "nothing new: bodies", "B", "≤ 200 B"),
        Row("wire_nothing", "nothing new: on the wire, without TLS", "B", "≤ 600 B"),
        Row("nothing_wall", "nothing new: on the wall", "ms"),
        Row("nothing_cpu", "nothing new: processor time", "ms"),
        Row("one_requests", "one edit to another laptop: requests", "", "2"),
        Row("one_bytes", "one edit: bodies", "B", "≤ 600 B"),
        Row("wire_one", "one edit: on the wire, without TLS", "kB", "≤ 1.3 kB"),
        Row("one_wall", "one edit: on the wall", "ms"),
        Row("one_cpu", "one edit: processor time", "ms"),
        Row("thousand_up", "1,000 edits: bodies up", "kB", "≤ 18 kB"),
        Row("thousand_down", "1,000 edits: bodies down", "kB", "≤ 18 kB"),
        Row("wire_thousand_up", "1,000 edits pushed: on the wire", "kB"),
        Row("wire_thousand_down", "1,000 edits pulled: on the wire", "kB"),
        Row("thousand_requests", "1,000 edits to another laptop: requests", "", "2"),
        Row("thousand_push_cpu", "1,000 edits pushed: processor time", "ms"),
        Row("thousand_push_wall", "1,000 edits pushed: on the wall", "ms"),
        Row("thousand_pull_cpu", "1,000 edits pulled: processor time", "ms"),
        Row("thousand_pull_wall", "1,000 edits pulled: on the wall", "ms"),
        Row("laptop_database", "database of the pulling laptop, search index and history included", "MB"),
        Row("laptop_ratio", "the same in times of plain SQLite tables", "×", "≤ 1.6 ×"),
        Row("server_database", "database of the server (SQLite)", "MB"),
        Row("server_memory", "memory of the server process", "MB"),
        Row("postgres_push_rate", "first push with PostgreSQL, its processor time included", "/s", "≥ 10,000 /s"),
        Row("postgres_push_own_rate", "the same in Daftar's records", "/s"),
        Row("postgres_push_server", "first push: processor time of server and PostgreSQL", "ms"),
        Row("postgres_pull_rate", "first pull with PostgreSQL", "/s", "≥ 15,000 /s"),
        Row("postgres_nothing_cpu", "nothing new with PostgreSQL: processor time", "ms"),
        Row("postgres_one_cpu", "one edit with PostgreSQL: processor time", "ms"),
    ),
)  # fmt: skip
