"""Snapshots for tests: made of a few records, in small pieces, and preferred to the log."""

from __future__ import annotations

import pytest
from helpers.team import Team
from sqlalchemy import Connection

from sync.server import service as serving
from sync.server import snapshots
from sync.server.snapshots import Snapshots
from sync.server.storage import archive


def let_small_logs_count(monkeypatch: pytest.MonkeyPatch, *, piece: int = 4_000) -> None:
    """A few records are as good a reason for a snapshot as many."""

    def is_better(connection: Connection, workspace: bytes, *, cursor: int) -> bool:
        there = archive.latest_snapshot(connection, workspace) is not None
        return there and (cursor == 0 or real(connection, workspace, cursor=cursor))

    real = snapshots.is_better
    monkeypatch.setattr(serving, "is_better", is_better)
    monkeypatch.setattr(snapshots, "_PIECE", piece)
    monkeypatch.setattr(snapshots, "_BORDER", 0)
    monkeypatch.setattr(serving, "_MANY", 0)


def snapshot(team: Team) -> None:
    Snapshots(team.house.storage, clock=team.house.clock).make(team.workspace.id)
