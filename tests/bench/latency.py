"""How long an own edit takes until it is safe on disk, alone and while a pull is applied as fast as it goes.

Every edit is one transaction with `synchronous=FULL`; the pull gives way between two slices, as a session does.
"""

import random
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence

from bench import making, workload
from bench.figures import Benchmark, Figures, Options, Row

from desktop.store.reader import Reader
from desktop.store.store import Store
from sync.changes import Edit
from sync.frames.packing import Packed
from sync.replica.pulling import Turn
from sync.replica.received import Received
from sync.replica.replica import Replica

COLLEAGUES = 5
ALONE = 200
PAUSE = (0.005, 0.04)


def measure(options: Options) -> Figures:
    records = workload.load(options.records).records
    frames = [
        packed for number in range(COLLEAGUES) for packed in making.frames_of(records, device=100 + number)
    ]
    store = making.open_store(options.folder / f"latency-{options.run}")
    try:
        ids, reader = _own_records(store), store.reader()
        found = _told("alone", [_edit(store, reader, ids[at % len(ids)]) for at in range(ALONE)])
        busy: list[float] = []
        began = time.perf_counter()
        worker = threading.Thread(target=_pull, args=(store, frames))
        worker.start()
        chance, pause = random.Random(1), threading.Event()
        while worker.is_alive():
            busy.append(_edit(store, reader, ids[len(busy) % len(ids)]))
            pause.wait(chance.uniform(*PAUSE))
        worker.join()
        reader.close()
        found |= _told("busy", busy)
        found["edits"] = len(busy)
        pulled = sum(len(packed.changes) for packed in frames)
        found["pulled_rate"] = pulled / (time.perf_counter() - began)
    finally:
        store.close()
    return found


def _own_records(store: Store) -> list[bytes]:
    ids = [store.new_id() for _ in range(100)]
    made = [Edit(making.WORKSPACE, "activity", one, {"title": "Visit"}, create=True) for one in ids]
    store.submit(made, label="Add").result()
    return ids


def _edit(store: Store, reader: Reader, record: bytes) -> float:
    """Seconds until one edit of a title and a status is on disk."""
    row = reader.get("activity", record)
    writes = {"title": f"{row['title']}.", "status": "delayed" if row["status"] == "ongoing" else "ongoing"}
    edit = Edit(making.WORKSPACE, "activity", record, writes, row.seen)
    began = time.perf_counter()
    store.submit([edit], label="Edit").result()
    return time.perf_counter() - began


def _pull(store: Store, frames: Sequence[Packed]) -> None:
    """Apply frames as a sync does: as many in a transaction as its turn allows."""
    due = deque(_numbered(frames))

    def step(replica: Replica) -> None:
        turn = Turn(store.user_waits)
        while due:
            replica.apply_pulled(making.WORKSPACE, due[0], turn=turn)
            if replica.workspaces.get(making.WORKSPACE).cursor < due[0].last:
                return
            due.popleft()
            if turn.over():
                return

    while due:
        store.absorb(step)


def _numbered(frames: Sequence[Packed]) -> Iterator[Received]:
    last = 0
    for packed in frames:
        first, last = last + 1, last + len(packed.changes)
        yield Received(first, last, packed.frame, {})


def _told(name: str, taken: Sequence[float]) -> Figures:
    ordered = sorted(taken)
    places = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    found = {f"{name}_{place}": ordered[int(share * (len(ordered) - 1))] for place, share in places.items()}
    return found | {f"{name}_worst": ordered[-1]}


BENCHMARK = Benchmark(
    "latency",
    "an own edit, durable, alone and while a pull is applied",
    measure,
    (
        Row("alone_p50", "alone: half of the edits take at most", "ms"),
        Row("alone_p95", "alone: 95 %", "ms"),
        Row("alone_p99", "alone: 99 %", "ms"),
        Row("busy_p50", "during a pull: half of the edits take at most", "ms"),
        Row("busy_p95", "during a pull: 95 %", "ms"),
        Row("busy_p99", "during a pull: 99 %", "ms", "< 30 ms"),
        Row("busy_worst", "during a pull: the slowest", "ms"),
        Row("edits", "edits during the pull", ""),
        Row("pulled_rate", "records pulled by second on the wall meanwhile", "/s"),
    ),
)
