"""Own changes whose place in the log the disk has damaged, made anew out of what they led to.

The records still show what was typed, with what is settled beside it: the difference is what was not sent.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sync.changes import Bases, Change, Value, base_field
from sync.merge import RecordState
from sync.replica.damaged import written_in
from sync.replica.replica import Replica
from sync.replica.states import Loaded
from sync.replica.workspaces import WorkspaceState

_APART: Final = 1 << 40
"""Every one is a `txn` of its own."""
_LOGGER: Final = logging.getLogger("desktop.sync")


def rescue(replica: Replica, state: WorkspaceState, rows: Sequence[int]) -> list[Change]:
    """A change for each record that rows of the log wrote which cannot be read any more."""
    _LOGGER.warning("rows of unsent changes cannot be read: %s", len(rows))
    made = []
    for kind, rowids in written_in(replica.database, replica.applier.states.codecs, rows).items():
        for item in replica.applier.states.load(kind, sorted(rowids), state.id).values():
            if replica.carried.of(state, item.shown.record):
                # A colleague's work is in what is shown, and is not to be sent as one's own.
                continue
            change = _creation(replica, item) if not item.is_settled else _edit(replica, item)
            if change is not None:
                made.append(change)
    made.sort(key=lambda change: (not change.create, change.stamp))
    # They get their own numbers when they are issued; until then these are nobody's.
    return [replace(change, dseq=-at, txn=_APART + at) for at, change in enumerate(made, 1)]


def _creation(replica: Replica, item: Loaded) -> Change | None:
    shown = item.shown
    if shown.created is None or shown.created[0] != replica.identity.device:
        return None
    return _change(replica, shown, create=True, writes={**shown.values, **shown.texts}, bases={})


def _edit(replica: Replica, item: Loaded) -> Change | None:
    shown, settled = item.shown, item.settled
    if settled is None:
        return None
    keys = {
        key
        for key in {*shown.values, *settled.values, *shown.heads}
        if shown.values.get(key) != settled.values.get(key)
    }
    texts = {name: text for name, text in shown.texts.items() if settled.texts.get(name) != text}
    writes: dict[str, Value] = {**{key: shown.values.get(key) for key in keys}, **texts}
    bases: dict[str, Bases] = {}
    for key in writes:
        heads = tuple(head.id for head in settled.register(key).heads if head.id != settled.created)
        if heads:
            bases[key] = heads
    return _change(replica, shown, create=False, writes=writes, bases=bases) if writes else None


def _change(
    replica: Replica, shown: RecordState, *, create: bool, writes: dict[str, Value], bases: dict[str, Bases]
) -> Change:
    stamp = shown.created_stamp if create else replica.clock.tick()
    names = {base_field(key) for key in writes}
    classes = {name: shown.classes.get(name, "r") for name in names} | dict.fromkeys(
        names & shown.texts.keys(), "t"
    )
    place = (shown.workspace, shown.kind, shown.record, replica.identity.account, stamp)
    return Change(replica.identity.device, 0, *place, 0, create, writes, bases, classes)
