"""Fetches the history of a record that is older than what this laptop holds, and keeps it."""

from __future__ import annotations

from functools import partial
from typing import Any

from desktop.store.base import keep_older
from desktop.store.store import Store
from desktop.syncing.joined import read_joined
from desktop.syncing.line import Connect, over_http, trusting
from sync.changes import Change
from sync.errors import DaftarError
from sync.frames import changes_of
from sync.frames.packing import open_frame
from sync.wire.snapshots import HistoryAnswer


def fetch_history(
    store: Store, workspace: bytes, record: bytes, *, connect: Connect = over_http
) -> list[Change]:
    """Ask the server for every change of a record, and keep them for when there is no connection.

    Raises `not_enrolled`, `history_missing`, and what a line raises.
    """
    reader = store.reader()
    try:
        joined, rowid = read_joined(reader), reader.ids.find(record)
        index = next((state.index for state in reader.workspaces() if state.id == workspace), None)
    finally:
        reader.close()
    line = trusting(connect(joined.server, joined.token), joined.certificate)
    try:
        reply: Any = line.get(f"/v1/history/{workspace.hex()}/{record.hex()}")
    finally:
        line.close()
    if not reply.complete:
        raise DaftarError("connection_cut")
    frames = HistoryAnswer.unpack(reply.body).frames
    changes = [change for frame in frames for change in changes_of(open_frame(frame, workspace))]
    if any(change.record != record for change in changes):
        raise DaftarError("bad_answer")

    if rowid is not None and index is not None:
        store.post(partial(keep_older, rowid=rowid, workspace_index=index, frames=frames)).result()
    return changes
