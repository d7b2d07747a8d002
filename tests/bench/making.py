"""Changes, frames and filled profiles without typing them in: what a laptop finds after its first pull."""

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench import workload
from bench.lab import CHEAP
from bench.mapping import Mapped

from desktop.paths import Paths, profile_paths
from desktop.store.jobs import TOGETHER
from desktop.store.keys import Cost
from desktop.store.profile import create_profile
from desktop.store.store import Store
from sync.changes import Change, Edit, base_field, flatten
from sync.clock import COUNTER_BITS, SystemClock
from sync.frames.packing import Packed, pack_blocks
from sync.records import KINDS, make_record_id
from sync.replica.received import Received
from sync.replica.replica import Replica

WORKSPACE = make_record_id(0xC0FFEE, 1, 1)
PASSPHRASE = "a few words"
_RUN = 5
_OUTCOMES, _OUTPUTS = 12, 15
_BODY = 300


def mapped(device: int) -> Mapped:
    counter = itertools.count(1)
    return Mapped(WORKSPACE, lambda: make_record_id(device, _RUN, next(counter)))


def changes_from(edits: Sequence[Edit], *, device: int) -> list[Change]:
    """The edits as one colleague made them, some 20 seconds apart, imported."""
    chance = random.Random(device)
    now = SystemClock().now_ms() - (len(edits) + 1_000) * 40_000
    changes = []
    for at, edit in enumerate(edits):
        now += chance.randrange(5_000, 35_000)
        kind = KINDS[edit.kind]
        names = {base_field(key) for key in edit.writes}
        classes = {name: kind.fields[name].merge.value for name in names}
        writes = flatten(edit.writes, classes)
        txn = at // TOGETHER * TOGETHER + 1
        changes.append(
            Change(
                device, at + 1, edit.workspace, edit.kind, edit.record, device.to_bytes(16),
                now << COUNTER_BITS, txn, edit.create, writes, dict(edit.seen), classes,
            )
        )  # fmt: skip
    return changes


def frames_of(records: Sequence[workload.Record], *, device: int = 77) -> Iterator[Packed]:
    """The workload's records as the frames of one colleague."""
    return pack_blocks(changes_from(mapped(device).creations(records), device=device))


def open_store(folder: Path, *, cost: Cost = CHEAP) -> Store:
    """A new profile with one workspace."""
    profile = create_profile(profile_paths(folder), passphrase=PASSPHRASE, cost=cost)
    store = Store.open(profile, KINDS, SystemClock())

    def grant(replica: Replica) -> None:
        replica.workspaces.grant(WORKSPACE, number=1, role="officer", name="Jordan")

    store.run(grant)
    return store


def pull(store: Store, frames: Iterator[Packed]) -> int:
    """Apply frames as a first pull does; says how many records they held."""
    count = 0
    for packed in frames:
        first, count = count + 1, count + len(packed.changes)
        received = Received(first, count, packed.frame, {})

        def apply(replica: Replica, received: Received = received) -> object:
            return replica.apply_pulled(WORKSPACE, received)

        store.run(apply)
    return count


def filled(folder: Path, records: int, *, only: str | None = None) -> Paths:
    """A profile of so many of the workload's records (of one kind, if `only`), made once per folder."""
    place = folder / f"profile-{only or 'all'}-{records}"
    paths = profile_paths(place)
    if not paths.database.exists():
        store = open_store(place)
        pull(store, frames_of(_records(records, only)))
        store.close()
    return paths


def planned(folder: Path, count: int) -> Paths:
    """A profile with a plan of so many activities under outcomes and outputs, made once per folder."""
    return _made(folder / f"profile-plan-{count}", lambda: _plan(count))


def listed(folder: Path, only: str, count: int) -> Paths:
    """A profile of so many meetings (`note`) or indicators without what usually hangs from them."""
    return _made(folder / f"profile-list-{only}-{count}", lambda: mapped(77).creations(_bare(count, only)))


def _made(place: Path, edits: Callable[[], Sequence[Edit]]) -> Paths:
    paths = profile_paths(place)
    if not paths.database.exists():
        store = open_store(place)
        pull(store, pack_blocks(changes_from(edits(), device=77)))
        store.close()
    return paths


def _plan(count: int) -> list[Edit]:
    source = mapped(77)
    new_id = source.new_id
    activities = source.creations(_records(count, "activity"))
    outcomes = [new_id() for _ in range(_OUTCOMES)]
    outputs = [new_id() for _ in range(_OUTCOMES * _OUTPUTS)]
    edits = []
    for at, record in enumerate([*outcomes, *outputs]):
        outcome, output = divmod(at - _OUTCOMES, _OUTPUTS)
        parent, code = (
            (None, f"{at + 1}") if at < _OUTCOMES else (outcomes[outcome], f"{outcome + 1}.{output + 1}")
        )
        title = f"Result {code}"
        writes = {"title": title, "code": code, "position": [parent, f"{at:04d}V"]}
        edits.append(Edit(WORKSPACE, "result", record, writes, create=True))
    for at, edit in enumerate(edit for edit in activities if edit.kind == "activity"):
        under, number = at % len(outputs), at // len(outputs) + 1
        outcome, output = divmod(under, _OUTPUTS)
        edit.writes["result"] = outputs[under]
        edit.writes["position"] = [None, f"{number:04d}V"]
        edit.writes["code"] = f"{outcome + 1}.{output + 1}.{number}"
    return edits + activities


def _bare(count: int, only: str) -> list[workload.Record]:
    records = []
    for record in _records(count, only):
        fields = {name: value for name, value in record["f"].items() if name != "action_points"}
        if "body" in fields:
            fields["body"] = fields["body"][:_BODY]
        records.append({**record, "f": fields})
    return records


def _records(count: int, only: str | None) -> Sequence[workload.Record]:
    if only is None:
        return workload.load(count).records
    found = [record for record in workload.load(count).records if record["type"] == only]
    copies = itertools.cycle(found)
    return [{**next(copies), "id": f"{at:032x}"} for at in range(count)]
