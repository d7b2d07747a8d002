"""Records for the tests of commands, without a database: rows as views hold them, states as they fold."""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.store.rows import Row
from sync.changes import Bases, Change, Edit, flatten
from sync.merge import RecordState, fold
from sync.records import KINDS, make_record_id

PLACE = bytes([7] * 16)
RECORD = make_record_id(0xA11CE, 1, 1)
AMINA, OMAR = 0xA11CE, 0xBEEF


def row(
    kind: str, /, *, seen: Mapping[str, Bases] | None = None, deleted: bool = False, **values: Any
) -> Row:
    """A row with these values; every other field is empty."""
    empty = {"s": [], "k": {}}
    filled = {name: empty.get(str(field.merge)) for name, field in KINDS[kind].fields.items()}
    return Row(RECORD, kind, PLACE, {**filled, **values}, seen or {}, deleted=deleted)


class Tale:
    """What happened to one record: changes of several devices, folded in the order in which they are told."""

    def __init__(self, kind: str, **values: Any) -> None:
        self.kind = kind
        self.state = RecordState(PLACE, kind, RECORD)
        self.history: list[Change] = []
        self._dseqs: dict[int, int] = {}
        self.tell(AMINA, Edit(PLACE, kind, RECORD, values, create=True))

    def tell(self, device: int, edit: Edit) -> Change:
        """Fold an edit as a change of a device."""
        dseq = self._dseqs[device] = self._dseqs.get(device, 0) + 1
        names = {key.partition("/")[0] for key in edit.writes}
        fields = KINDS[self.kind].fields
        classes = {name: str(fields[name].merge) for name in names if name in fields}
        stamp = (len(self.history) + 1) << 16
        bases = {} if edit.create else dict(edit.seen)
        change = Change(
            device, dseq, PLACE, self.kind, RECORD, device.to_bytes(16), stamp, dseq, edit.create,
            flatten(edit.writes, classes), bases, classes,
        )  # fmt: skip
        fold(self.state, change)
        self.history.append(change)
        return change

    def edits(self, device: int, seen: Mapping[str, Bases] | None = None, /, **writes: Any) -> Change:
        """An edit that saw only what `seen` says; nothing stands for the creation."""
        return self.tell(device, Edit(PLACE, self.kind, RECORD, writes, seen or {}))

    def all(self, device: int, edits: Sequence[Edit]) -> None:
        for edit in edits:
            self.tell(device, edit)
