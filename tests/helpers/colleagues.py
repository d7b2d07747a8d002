"""Colleagues of the test office on laptops of their own: what they wrote arrives as pulled frames."""

from collections.abc import Mapping
from typing import Any

from helpers.office import JORDAN, Office

from sync.changes import DELETED, Bases, Change, flatten
from sync.clock import COUNTER_BITS
from sync.frames.packing import pack_changes
from sync.merge.texts import set_text
from sync.records import KINDS, id_text, make_record_id
from sync.replica.received import Received
from sync.replica.replica import Replica

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


class Colleague:
    """One person of the office who also has an account and a laptop."""

    def __init__(self, office: Office, name: str, device: int) -> None:
        self.office, self.name, self.device = office, name, device
        self.account = bytes([device & 0xFF]) * 16
        self._dseq = self._records = 0
        office.change(name, "person", account=id_text(self.account))

    def changes(
        self,
        name: str,
        kind: str,
        /,
        *,
        seen: Mapping[str, Bases] | None = None,
        ago_ms: int = HOUR_MS,
        **writes: Any,
    ) -> Change:
        """An edit of a record; without `seen` this colleague had only seen its creation."""
        return self.writes(kind, self.office.ids[name], writes, seen=seen, ago_ms=ago_ms)

    def writes_text(self, name: str, kind: str, /, field: str, text: str) -> Change:
        """Edits a long text as it stands in the office now."""
        reader = self.office.store.reader()
        try:
            snapshot = reader.state(kind, self.office.ids[name]).texts.get(field)
        finally:
            reader.close()
        return self.writes(kind, self.office.ids[name], {field: set_text(snapshot, text).update})

    def removes(self, name: str, kind: str, /, *, ago_ms: int = HOUR_MS) -> Change:
        """Deletes a record of which only the creation had been seen."""
        return self.writes(kind, self.office.ids[name], {DELETED: True}, ago_ms=ago_ms)

    def adds(self, kind: str, /, *, ago_ms: int = HOUR_MS, **values: Any) -> bytes:
        """Makes a record."""
        self._records += 1
        record = make_record_id(self.device, 3, self._records)
        self.writes(kind, record, values, ago_ms=ago_ms, create=True)
        return record

    def writes(
        self,
        kind: str,
        record: bytes,
        writes: Mapping[str, Any],
        *,
        seen: Mapping[str, Bases] | None = None,
        ago_ms: int = HOUR_MS,
        create: bool = False,
    ) -> Change:
        self._dseq += 1
        declared = KINDS[kind].fields
        names = {key.partition("/")[0] for key in writes}
        classes = {name: declared[name].merge.value for name in names if name in declared}
        change = Change(
            self.device,
            self._dseq,
            JORDAN,
            kind,
            record,
            self.account,
            (self.office.clock.now_ms() - ago_ms) << COUNTER_BITS,
            self._dseq,
            create,
            flatten(writes, classes),
            dict(seen or {}),
            classes,
        )
        self._pull(change)
        return change

    def _pull(self, change: Change) -> None:
        frame = next(iter(pack_changes([change])))[0]

        def job(replica: Replica) -> Any:
            state = replica.workspaces.get(JORDAN)
            return replica.apply_pulled(JORDAN, Received(state.cursor + 1, state.cursor + 1, frame, {}))

        self.office.store.run(job)
