"""What a new laptop costs: by the log, and by a snapshot; before and after the records were edited many times."""

import time
from dataclasses import dataclass

from bench import lab, workload
from bench.figures import Benchmark, Figures, Options, Row
from bench.lab import Laptop
from bench.mapping import Mapped

from desktop.syncing.once import sync_once
from sync.client.session import Progress

ROUNDS = 5


@dataclass(slots=True)
class Road:
    """One first sync."""

    usable: float = 0.0
    whole: float = 0.0
    cpu: float = 0.0
    bytes_down: int = 0
    records: int = 0


def measure(options: Options) -> Figures:
    source = workload.load(options.records)
    fresh = _compare(options, source, "fresh", rounds=0)
    used = _compare(options, source, "used", rounds=ROUNDS)
    return {"records": len(source.records), **fresh, **used}


def _compare(options: Options, source: workload.Workload, name: str, *, rounds: int) -> Figures:
    with lab.office(options.folder / name) as office:
        first = office.join("Lina Haddad", clock=lab.PacedClock())
        log, snapshot = office.join("Omar Khalil"), office.join("Sami Nasser")
        # A laptop that has the beginning of a log goes on with the log.
        log.sync()
        mapped = Mapped(first.workspace, first.store.new_id)
        with first.clock.typing(2 * len(source.records)):
            first.store.submit(mapped.creations(source.records), label="Load").result()
        for _ in range(rounds):
            first.write(mapped, source.thousand)
        first.sync()
        by_log = _fill(log)
        with lab.metered() as making:
            office.server.say("compact", "--keep-days", "36500")
        by_snapshot = _fill(snapshot)
        if _pieces(log) or not _pieces(snapshot):
            raise RuntimeError("the laptops did not come by the roads they were to take")
        return {
            f"{name}_log_bytes": by_log.bytes_down,
            f"{name}_log_whole": by_log.whole,
            f"{name}_log_cpu": by_log.cpu,
            f"{name}_making": making.wall,
            f"{name}_bytes": by_snapshot.bytes_down,
            f"{name}_usable": by_snapshot.usable,
            f"{name}_whole": by_snapshot.whole,
            f"{name}_cpu": by_snapshot.cpu,
            f"{name}_log_database": log.database_bytes(),
            f"{name}_database": snapshot.database_bytes(),
        }


def _pieces(laptop: Laptop) -> int:
    with laptop.reading() as reader:
        return int(reader.connection.execute("SELECT count(*) FROM base_piece").fetchone()[0])


def _fill(laptop: Laptop) -> Road:
    road = Road()
    start = time.perf_counter()

    def report(progress: Progress) -> None:
        filling = progress.filling
        if filling is not None and filling.usable and not road.usable:
            road.usable = time.perf_counter() - start

    with lab.metered() as spent:
        receipt = sync_once(laptop.store, clock=laptop.clock, pause=lambda _seconds: None, report=report)
    if receipt.differing:
        raise RuntimeError("what arrived differs from what the server has")
    road.whole, road.cpu, road.bytes_down, road.records = (
        spent.wall,
        spent.own,
        receipt.bytes_down,
        receipt.pulled,
    )
    return road


def _rows(name: str, what: str) -> tuple[Row, ...]:
    return (
        Row(f"{name}_log_bytes", f"{what}: bytes by the log", "MB"),
        Row(f"{name}_bytes", f"{what}: bytes by the snapshot", "MB"),
        Row(f"{name}_log_whole", f"{what}: whole by the log", "s"),
        Row(f"{name}_usable", f"{what}: usable by the snapshot", "s"),
        Row(f"{name}_whole", f"{what}: whole by the snapshot", "s"),
        Row(f"{name}_log_cpu", f"{what}: processor time of the laptop by the log", "s"),
        Row(f"{name}_cpu", f"{what}: processor time of the laptop by the snapshot", "s"),
        Row(f"{name}_making", f"{what}: making the snapshot on the server", "s"),
        Row(f"{name}_log_database", f"{what}: database of the laptop filled by the log", "MB"),
        Row(f"{name}_database", f"{what}: database of the laptop filled by the snapshot", "MB"),
    )


BENCHMARK = Benchmark(
    "filling",
    "a new laptop, by the log and by a snapshot",
    measure,
    (
        Row("records", "records", ""),
        *_rows("fresh", "records as made"),
        *_rows("used", "after 5,000 edits"),
    ),
)
