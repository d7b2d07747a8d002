"""What the log must lead to, worked out plainly and apart from the product: sets of changes, no fold.

A change is a head of a key where no other change names it as a base. All that the product keeps of a
record follows from that.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import loro
import msgpack

from sync.changes import Change

Id = tuple[int, int]
DELETED: Final = "deleted"


@dataclass(frozen=True, slots=True)
class Node:
    """One change to one key, with the bases it really stands on."""

    id: Id
    stamp: int
    value: Any
    bases: frozenset[Id]
    creation: bool
    covers: Mapping[str, frozenset[Id]]


@dataclass(slots=True)
class Record:
    """Everything that was ever written to one record."""

    kind: str
    created: Id | None = None
    nodes: dict[str, list[Node]] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    texts: dict[str, list[bytes]] = field(default_factory=dict)

    def heads(self, key: str) -> list[Node]:
        """The newest first."""
        nodes = self.nodes.get(key, [])
        gone = {base for node in nodes for base in node.bases}
        return sorted(
            (node for node in nodes if node.id not in gone), key=lambda n: (n.stamp, n.id), reverse=True
        )

    def shown(self, key: str) -> Any:
        heads = self.heads(key)
        if self.classes.get(key.partition("/")[0]) == "s":
            heads = [node for node in heads if node.value] or heads
        return heads[0].value if heads else None

    def values(self) -> dict[str, Any]:
        plain = (key for key in self.nodes if self.classes.get(key.partition("/")[0]) != "t")
        return {key: value for key in plain if (value := self.shown(key)) is not None}

    def text(self, name: str) -> str:
        document = loro.LoroDoc()
        for update in self.texts.get(name, []):
            document.import_(update)
        return str(document.get_text("text").to_string())

    def contested(self) -> dict[str, frozenset[Id]]:
        """The keys about which people must be asked, with the changes that stand beside each other."""
        found = {}
        for key in self.nodes:
            heads = self.heads(key)
            questionable = self.classes.get(key.partition("/")[0], "r") in ("r", "k") and key != DELETED
            if questionable and len({msgpack.packb(head.value) for head in heads}) > 1:
                found[key] = frozenset(head.id for head in heads)
        about_deletion = self._about_deletion()
        if about_deletion:
            found[DELETED] = about_deletion
        return found

    def _about_deletion(self) -> frozenset[Id]:
        heads = self.heads(DELETED)
        deletes = [head for head in heads if head.value]
        if not deletes:
            return frozenset()
        if len(deletes) < len(heads):
            return frozenset(head.id for head in heads)
        unseen = {
            head.id
            for key in self.nodes
            if key != DELETED
            for head in self.heads(key)
            if not head.creation and not any(head.id in delete.covers.get(key, ()) for delete in deletes)
        }
        return frozenset({head.id for head in deletes} | unseen) if unseen else frozenset()

    def is_deleted(self) -> bool:
        return bool(self.shown(DELETED)) and not self._about_deletion()


class Model:
    """All records of one workspace, out of its log."""

    def __init__(
        self, workspace: bytes, log: Iterable[tuple[Change, int | None]], *, lost_of: int | None = None
    ) -> None:
        """`lost_of` is a device of which some changes are known to be lost, though others stand on them."""
        self.workspace = workspace
        self._lost_of = lost_of
        self.records: dict[bytes, Record] = {}
        self.strange: list[str] = []
        self._holes: dict[Id, dict[str, frozenset[Id] | None]] = {}
        self._known: set[Id] = set()
        for change, effective in log:
            self._take(change, change.stamp if effective is None else effective)

    def _take(self, change: Change, stamp: int) -> None:
        if change.id in self._known:
            self.strange.append(f"{change.id} stands in the log twice")
        self._known.add(change.id)
        if change.hole:
            start: frozenset[Id] | None = frozenset() if change.create else None
            self._holes[change.id] = {
                key: frozenset(change.bases[key]) if key in change.bases else start for key in change.writes
            }
            return
        record = self.records.setdefault(change.record, Record(change.kind))
        first = change.create and record.created is None
        if first:
            record.created = change.id
        elif record.created is None:
            self.strange.append(f"{change.id} edits a record that nobody made")
        record.classes.update(change.classes)
        covers = {key: self._resolve(record, key, ids) for key, ids in change.bases.items() if key != DELETED}
        for key, value in change.writes.items():
            self._write(
                record, change, key, value, stamp=stamp, first=first, covers=covers if key == DELETED else {}
            )

    def _write(
        self,
        record: Record,
        change: Change,
        key: str,
        value: Any,
        *,
        stamp: int,
        first: bool,
        covers: Mapping[str, frozenset[Id]],
    ) -> None:
        name = key.partition("/")[0]
        if record.classes.get(name) == "t":
            record.texts.setdefault(name, []).append(value)
            value = None
        if change.create and key not in change.bases:
            bases: frozenset[Id] = frozenset()
        else:
            bases = self._resolve(record, key, change.bases.get(key))
        if first and value is None and record.classes.get(name) != "t":
            return
        for base in bases:
            if base not in self._known and base[0] != self._lost_of:
                self.strange.append(f"{change.id} stands on {base}, which is not in the log")
        record.nodes.setdefault(key, []).append(Node(change.id, stamp, value, bases, change.create, covers))

    def _resolve(self, record: Record, key: str, ids: Iterable[Id] | None) -> frozenset[Id]:
        """The bases with holes replaced by what those stood on; none named means the creation."""
        if ids is None:
            return frozenset() if record.created is None else frozenset({record.created})
        found: set[Id] = set()
        queue, seen = list(ids), set()
        while queue:
            one = queue.pop()
            if one in seen:
                continue
            seen.add(one)
            if one not in self._holes:
                found.add(one)
                continue
            stood = self._holes[one].get(key, frozenset())
            queue += ([record.created] if record.created else []) if stood is None else list(stood)
        return frozenset(found)

    def questions(self) -> set[bytes]:
        """The ids that open conflicts must have everywhere."""
        return {
            hashlib.blake2b(msgpack.packb((self.workspace, key, name, sorted(ids))), digest_size=16).digest()
            for key, record in self.records.items()
            for name, ids in record.contested().items()
        }
