"""Settled states of one workspace during one transaction: read once, folded in memory, written once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import repeat
from operator import add

from sqlalchemy import Connection

from sync.changes import Change, base_field
from sync.clock import AHEAD_LIMIT_MS, effective_stamp, stamp_ms
from sync.digest import Digest, record_term
from sync.errors import DaftarError
from sync.merge import RecordState, fold
from sync.merge.holes import HoleBase, inherit
from sync.merge.texts import lacks_part, open_document
from sync.server import access
from sync.server.intake import Piece, Plain
from sync.server.refolding import RECORD_DAMAGED, UNREADABLE, renew_one
from sync.server.states import pack_creation, pack_creations, pack_state, unpack_state
from sync.server.storage import Storage
from sync.server.storage.bulk import Row
from sync.server.storage.schema import document, record

WRONG_KIND = "wrong_kind"
TEXT = "t"


@dataclass(slots=True)
class Item:
    """One record: as stored, and as a state once something is folded into it."""

    kind: str
    stored: bytes
    term: bytes | None
    old_term: bytes | None
    state: RecordState | None = None
    texts: set[str] = field(default_factory=set)


class Settler:
    """The records of a workspace whose head row is locked."""

    def __init__(self, storage: Storage, connection: Connection, workspace: bytes, *, now_ms: int) -> None:
        self._bulk = storage.bulk
        self._connection = connection
        self._workspace = workspace
        self._now_ms = now_ms
        self._items: dict[bytes, Item] = {}
        self._fresh: dict[bytes, Row] = {}
        """New records of whole frames as the rows they become; one that is asked for moves to `_items`."""
        self._snapshots: dict[bytes, dict[str, bytes]] = {}
        self._looked_up: set[bytes] = set()
        self._dirty: dict[bytes, None] = {}
        self._documents: dict[tuple[bytes, str], bytes] = {}

    def load(self, records: Iterable[bytes], *, texts: Iterable[bytes]) -> None:
        """Read the stored rows of records, and the documents of those that will be folded into."""
        wanted = list(dict.fromkeys(one for one in records if one not in self._looked_up))
        self._looked_up.update(wanted)
        for _, key, kind, stored, term in self._bulk.fetch(
            self._connection, record, workspace=self._workspace, records=wanted
        ):
            self._items[bytes(key)] = Item(kind, bytes(stored), bytes(term), bytes(term))
        known = [one for one in dict.fromkeys(texts) if one in self._items and one not in self._snapshots]
        for _, key, name, snapshot in self._bulk.fetch(
            self._connection, document, workspace=self._workspace, records=known
        ):
            self._snapshots.setdefault(bytes(key), {})[name] = bytes(snapshot)

    def knows(self, key: bytes) -> bool:
        return key in self._items or key in self._fresh

    def state(self, key: bytes) -> RecordState | None:
        """The state of a loaded record."""
        item = self._item(key)
        return None if item is None else self._open(key, item)

    def _item(self, key: bytes) -> Item | None:
        row = self._fresh.pop(key, None)
        if row is not None:
            _, _, kind, stored, term = row
            self._items[key] = Item(kind, stored, term, None)
            self._dirty[key] = None
        return self._items.get(key)

    def add_plain(self, plain: Plain, *, device: int, dseq: int, stamp: int, author: bytes) -> None:
        """Store a new record that nobody has; its bytes are its state."""
        stored = pack_creation(device, dseq, stamp, author) + plain.state
        self._items[plain.record] = Item(plain.kind, stored, plain.term, None)
        self._dirty[plain.record] = None
        if plain.texts:
            self._snapshots[plain.record] = dict(plain.texts)
            self._documents.update({(plain.record, name): stored for name, stored in plain.texts})

    def add_piece(self, piece: Piece) -> bool:
        """Store a frame of new records alone; False, with nothing stored, where it is not that simple."""
        block = piece.block
        records = [record for group in piece.groups for record in group.records]
        new = set(records)
        if len(new) < len(records) or not self._items.keys().isdisjoint(new):
            return False
        if not self._fresh.keys().isdisjoint(new) or self._from_the_future(max(block.stamps)):
            return False
        for group in piece.groups:
            creations = pack_creations(block, group.positions)
            stored = map(add, creations, group.states)
            rows = zip(
                repeat(self._workspace), group.records, repeat(group.kind), stored, group.terms, strict=False
            )
            self._fresh.update(zip(group.records, rows, strict=True))
            for row, own in group.documents.items():
                self._snapshots[group.records[row]] = dict(own)
                self._documents.update({(group.records[row], name): text for name, text in own})
        return True

    def refusal(self, change: Change, *, role: str) -> str | None:
        """Why a change may not be folded into the record as it stands, as a code."""
        item = self._item(change.record)
        if item is None:
            return None
        if item.kind != change.kind:
            return WRONG_KIND
        try:
            self._open(change.record, item)
        except DaftarError as error:
            return error.code
        if change.kind in access.APPROVED_KINDS and not access.at_least(role, access.COORDINATOR):
            status = self._open(change.record, item).values.get(access.STATUS)
            return access.held_back(role, kind=change.kind, settled_status=status)
        return None

    def lacks_text(self, change: Change) -> bool:
        """Whether a change writes on behind refused words of a long text: its own would be lost."""
        texts = [name for name in change.writes if change.classes.get(base_field(name)) == TEXT]
        item = self._item(change.record) if texts else None
        if item is None:
            return False
        known = self._open(change.record, item).texts
        try:
            return any(lacks_part(known.get(base_field(name)), change.writes[name]) for name in texts)
        except DaftarError:
            # What cannot be read is refused, or folded anew, where it is folded.
            return False

    def effective(self, stamp: int, *, change: Change | None = None) -> int | None:
        """The stamp everybody merges on where it is not the change's own."""
        if not self._from_the_future(stamp):
            return None
        newest = 0 if change is None else self._newest_base(change)
        return effective_stamp(stamp, received_ms=self._now_ms, newest_base=newest)

    def _from_the_future(self, stamp: int) -> bool:
        return stamp_ms(stamp) > self._now_ms + AHEAD_LIMIT_MS

    def fold(
        self, change: Change, *, effective: int | None, hole_base: HoleBase, careful: bool = False
    ) -> None:
        """Fold one change; raises `bad_text` or `record_damaged`, and leaves the record as it was.

        Where it is `careful`, so does what this program fails on.
        """
        item = self._item(change.record)
        if item is None:
            item = Item(
                change.kind, b"", None, None, RecordState(self._workspace, change.kind, change.record)
            )
            state = item.state
        else:
            state = self._open(change.record, item)
        assert state is not None
        texts = {base_field(key) for key in change.writes if change.classes.get(base_field(key)) == TEXT}
        target = state.copy() if texts or careful else state
        try:
            fold(target, inherit(change, hole_base), effective=effective)
        except DaftarError:
            if not any(_is_damaged(state.texts.get(name)) for name in texts):
                raise
            target = self._refold(change.record, item)
            fold(target, inherit(change, hole_base), effective=effective)
        item.state = target
        item.texts |= texts
        self._items[change.record] = item
        self._dirty[change.record] = None

    def save(self, digest: Digest) -> None:
        """Write what changed, and replace its terms in the digest."""
        rows: list[Row] = list(self._fresh.values())
        digest.add_all((key, row[-1]) for key, row in self._fresh.items())
        new = []
        for key in self._dirty:
            item = self._items[key]
            if item.state is None:
                assert item.term is not None
                new.append((key, item.term))
            else:
                item.stored, item.term = pack_state(item.state), record_term(item.state)
                digest.replace(key, item.old_term, item.term)
                texts = item.state.texts
                self._documents.update({(key, name): texts[name] for name in item.texts & texts.keys()})
            item.old_term = item.term
            rows.append((self._workspace, key, item.kind, item.stored, item.term))
            item.texts = set()
        digest.add_all(new)
        self._bulk.upsert(self._connection, record, rows)
        documents = [(self._workspace, *one, snapshot) for one, snapshot in sorted(self._documents.items())]
        self._bulk.upsert(self._connection, document, documents)
        self._fresh.clear()
        self._dirty.clear()
        self._documents.clear()

    def _open(self, key: bytes, item: Item) -> RecordState:
        if item.state is None:
            try:
                item.state = self._read(key, item)
            except UNREADABLE:
                item.state = self._refold(key, item)
        return item.state

    def _read(self, key: bytes, item: Item) -> RecordState:
        """The state as it is stored. What is not what was stored must not be built upon: the term of what
        comes of it would be right again. Long texts would take too long; snapshots look at those.
        """
        state, names = unpack_state(item.stored, workspace=self._workspace, kind=item.kind, record=key)
        if names:
            self.load((), texts=(key,))
            state.texts = dict(self._snapshots.get(key, {}))
        elif item.old_term is not None and record_term(state) != item.old_term:
            raise DaftarError(RECORD_DAMAGED)
        return state

    def _refold(self, key: bytes, item: Item) -> RecordState:
        """What the disk has damaged, as the log tells it; raises `record_damaged` without a proof of that."""
        state = renew_one(self._connection, self._workspace, key, term=item.old_term or b"")
        if state is None:
            raise DaftarError(RECORD_DAMAGED)
        item.texts |= set(state.texts)
        self._dirty[key] = None
        return state

    def _newest_base(self, change: Change) -> int:
        state = self.state(change.record)
        if state is None:
            return 0
        newest = 0
        for key in change.writes:
            base = change.bases.get(key)
            for head in state.register(key).heads:
                if head.creation if base is None else head.id in base:
                    newest = max(newest, head.stamp)
        return newest


def _is_damaged(text: bytes | None) -> bool:
    try:
        open_document(text)
    except DaftarError:
        return True
    return False
