"""A laptop for the server's tests: it makes changes and frames, and keeps no database."""

from collections.abc import Mapping, Sequence
from typing import Any

from sync.changes import Bases, Change, canonical, chain_start, flatten, next_chain
from sync.clock import COUNTER_BITS
from sync.frames.packing import pack_changes
from sync.records import KINDS, make_record_id
from sync.wire.messages import Push, SyncRequest

SECOND = 1000


class Laptop:
    """One device of one person; `now_ms` is what its clock says."""

    def __init__(self, device: int, person: bytes, *, now_ms: int) -> None:
        self.device = device
        self.person = person
        self.now_ms = now_ms
        self.dseqs: dict[bytes, int] = {}
        self.chains: dict[bytes, bytes] = {}
        self._records = 0

    def new_id(self) -> bytes:
        self._records += 1
        return make_record_id(self.device, 7, self._records)

    def create(self, workspace: bytes, kind: str, values: Mapping[str, Any], **more: Any) -> Change:
        classes = self._classes(kind, values) | more.pop("classes", {})
        writes = flatten(values, classes)
        record = more.pop("record", None) or self.new_id()
        return self._change(workspace, kind, record, writes=writes, bases={}, classes=classes, create=True)

    def edit(self, of: Change, writes: Mapping[str, Any], bases: Mapping[str, Bases] | None = None) -> Change:
        """An edit of the record that `of` made or edited; without `bases` it stands on the creation."""
        classes = self._classes(of.kind, writes)
        flat = flatten(writes, classes)
        return self._change(
            of.workspace, of.kind, of.record, writes=flat, bases=bases or {}, classes=classes, create=False
        )

    def push(self, number: int, changes: Sequence[Change], *, limit: int = 64 * 1024) -> Push:
        """The changes as a push; the laptop's chain moves on behind them."""
        workspace = changes[0].workspace
        before = self.chains.get(workspace, chain_start(workspace))
        chain = before
        for change in changes:
            chain = next_chain(chain, canonical(change))
        self.chains[workspace] = chain
        frames = tuple(frame for frame, _ in pack_changes(changes, limit=limit))
        return Push(number, changes[0].dseq, before, frames)

    def request(
        self,
        *pushes: Push,
        cursors: Mapping[int, int] | None = None,
        access_epoch: int = 0,
        combined: bytes = bytes(16),
        max_bytes: int = 1 << 20,
        wait_s: int = 0,
    ) -> SyncRequest:
        return SyncRequest(
            self.device,
            1,
            self.now_ms,
            max_bytes,
            wait_s,
            access_epoch,
            combined,
            dict(cursors or {}),
            pushes,
        )

    def _change(
        self,
        workspace: bytes,
        kind: str,
        record: bytes,
        *,
        writes: Mapping[str, Any],
        bases: Mapping[str, Bases],
        classes: Mapping[str, str],
        create: bool,
    ) -> Change:
        dseq = self.dseqs[workspace] = self.dseqs.get(workspace, 0) + 1
        stamp = (self.now_ms << COUNTER_BITS) | (dseq & 0xFFFF)
        return Change(
            self.device,
            dseq,
            workspace,
            kind,
            record,
            self.person,
            stamp,
            dseq,
            create,
            writes,
            bases,
            classes,
        )

    @staticmethod
    def _classes(kind: str, values: Mapping[str, Any]) -> dict[str, str]:
        known = KINDS[kind].fields if kind in KINDS else {}
        return {name: known[name].merge.value for name in values if name in known}
