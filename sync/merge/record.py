"""The state of one record, and the fold of one change into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sync.changes import DELETED, Change, ChangeId, Value, base_field
from sync.merge.register import CREATED, Head, Register, fold_register, winner
from sync.merge.texts import merge_text


@dataclass(slots=True)
class RecordState:
    """Values as shown, and registers of the keys that were changed after the creation.

    `values` is flat (`cells/F`), holds nothing that is `None`, and for text fields nothing at all:
    their snapshots are in `texts`.
    """

    workspace: bytes
    kind: str
    record: bytes
    created: ChangeId | None = None
    created_stamp: int = 0
    created_by: bytes = bytes(16)
    values: dict[str, Value] = field(default_factory=dict)
    heads: dict[str, Register] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)

    def register(self, key: str) -> Register:
        """The register of a key; where nothing changed since, the creation is its head."""
        known = self.heads.get(key)
        if known is not None:
            return known
        if self.created is None:
            return Register()
        if key not in self.values and base_field(key) not in self.texts:
            return Register()
        return Register((self._creation_head(self.values.get(key)),))

    def _creation_head(self, value: Value) -> Head:
        return Head(self.created or CREATED, self.created_stamp, self.created_by, value, creation=True)

    def merge_of(self, key: str) -> str:
        return self.classes.get(base_field(key), "r")

    def copy(self) -> RecordState:
        return RecordState(
            self.workspace,
            self.kind,
            self.record,
            self.created,
            self.created_stamp,
            self.created_by,
            dict(self.values),
            dict(self.heads),
            dict(self.classes),
            dict(self.texts),
        )


@dataclass(frozen=True, slots=True)
class Folded:
    """What one change did: the keys whose shown value or heads moved."""

    touched: frozenset[str]
    created: bool


def fold(
    state: RecordState,
    change: Change,
    *,
    effective: int | None = None,
    arrived: Callable[[ChangeId], bool] | None = None,
) -> Folded:
    """Fold one change into `state` in place. `effective` is the stamp everybody merges on."""
    stamp = change.stamp if effective is None else effective
    if change.hole:
        return Folded(frozenset(), created=False)
    state.classes.update(change.classes)
    if change.create and state.created is None:
        return _create(state, change, stamp)
    touched = set()
    for key in change.writes:
        _fold_key(state, change, key, stamp, arrived=arrived)
        touched.add(key)
    return Folded(frozenset(touched), created=False)


def _create(state: RecordState, change: Change, stamp: int) -> Folded:
    state.created, state.created_stamp, state.created_by = change.id, stamp, change.author
    for key, value in change.writes.items():
        early = state.heads.get(key)
        if state.merge_of(key) == "t":
            field_name = base_field(key)
            state.texts[field_name] = merge_text(state.texts.get(field_name), value)
        elif early is None and value is not None:
            state.values[key] = value
        if early is not None:
            head = Head(change.id, stamp, change.author, value, creation=True)
            _keep(state, key, fold_register(early, head, (), arrived=lambda _: True))
    return Folded(frozenset(change.writes), created=True)


def _fold_key(
    state: RecordState,
    change: Change,
    key: str,
    stamp: int,
    *,
    arrived: Callable[[ChangeId], bool] | None,
) -> None:
    value = change.writes[key]
    merge = state.merge_of(key)
    register = state.register(key)
    if merge == "t":
        field_name = base_field(key)
        state.texts[field_name] = merge_text(state.texts.get(field_name), value)
        value = None
    base = () if change.create and key not in change.bases else change.bases.get(key)
    head = Head(
        change.id, stamp, change.author, value, change.create, _covers(change) if key == DELETED else {}
    )
    _keep(state, key, fold_register(register, head, base, arrived=arrived))


def _covers(change: Change) -> Mapping[str, tuple[ChangeId, ...]]:
    return {key: ids for key, ids in change.bases.items() if key != DELETED}


def _keep(state: RecordState, key: str, register: Register) -> None:
    state.heads[key] = register
    shown = winner(register, state.merge_of(key))
    if shown is None or shown.value is None:
        state.values.pop(key, None)
    else:
        state.values[key] = shown.value
