"""Bytes of a record, of a single edit and of a thousand, as frames hold them."""

from bench import making, workload
from bench.figures import Benchmark, Figures, Options, Row

from sync.frames.block import block_of
from sync.frames.codec import encode_block
from sync.frames.container import seal
from sync.frames.packing import make_frame, pack_changes

DEVICE = 77


def measure(options: Options) -> Figures:
    source = workload.load(options.records)
    mapped = making.mapped(DEVICE)
    changes = making.changes_from(mapped.creations(source.records), device=DEVICE)
    packed = [frame for frame, _ in pack_changes(changes)]
    blocks = [block_of(part) for _, part in pack_changes(changes)]
    records = len(source.records)
    singles = [mapped.change(edit, {}) for edit in source.singles]
    edits = [mapped.change(edit, {}) for edit in source.thousand]
    one = making.changes_from(singles, device=DEVICE)
    thousand = making.changes_from(edits, device=DEVICE)
    return {
        "record_fast": sum(map(len, packed)) / records,
        "record_slow": sum(len(seal(encode_block(block), level=19)) for block in blocks) / records,
        "own_record": sum(map(len, packed)) / len(changes),
        "frames": len(packed),
        "single": sum(len(make_frame(block_of([change]))) for change in one) / max(1, len(one)),
        "thousand": sum(len(frame) for frame, _ in pack_changes(thousand)),
    }


BENCHMARK = Benchmark(
    "frames",
    "bytes of records and edits in frames",
    measure,
    (
        Row("record_fast", "a record of the workload, zstd 3", "B", "≤ 125 B"),
        Row("record_slow", "a record of the workload, zstd 19", "B", "≤ 110 B on slow links"),
        Row("own_record", "a record of Daftar's (a note is four of them), zstd 3", "B"),
        Row("single", "the frame of one single-field edit", "B"),
        Row("thousand", "the frames of 1,000 single-field edits", "kB", "≤ 18 kB"),
    ),
)
