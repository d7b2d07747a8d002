"""A laptop that loses power: what was said to be saved is there, and nothing is stuck."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.team import CHEAP

from desktop.paths import profile_paths
from desktop.store.profile import create_profile
from desktop.store.rows import Query
from desktop.store.store import Store
from sync.changes import Edit
from sync.clock import SystemClock
from sync.records import KINDS

PASSPHRASE = "correct horse"
WORKSPACE = bytes(range(16))
TESTS = Path(__file__).parents[1]


def write_until_killed(folder: Path, *, saved: int) -> list[bytes]:
    """Start a typist, kill it as soon as it has said `saved` times that something is saved."""
    command = [sys.executable, str(TESTS / "helpers" / "typist.py"), str(folder), PASSPHRASE, WORKSPACE.hex()]
    paths = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": paths}
    )
    assert process.stdout is not None
    said = [bytes.fromhex(process.stdout.readline().strip()) for _ in range(saved)]
    process.kill()
    rest = process.stdout.read().split("\n")
    process.stdout.close()
    process.wait()
    return said + [bytes.fromhex(line) for line in rest if len(line) == 32]


@pytest.mark.parametrize("saved", [1, 4, 5, 9, 23])
def test_inv_10_kill_9_loses_nothing_that_was_saved_and_leaves_nothing_half_done(
    tmp_path: Path, saved: int
) -> None:
    profile = create_profile(profile_paths(tmp_path), passphrase=PASSPHRASE, cost=CHEAP)
    store = Store.open(profile, KINDS, SystemClock())
    store.run(lambda replica: replica.workspaces.grant(WORKSPACE, number=1, role="officer", name="Jordan"))
    store.close()
    records = write_until_killed(tmp_path, saved=saved)

    store = Store.open(profile, KINDS, SystemClock())
    reader = store.reader()
    try:
        assert len(reader.rows("activity", records)) == len(records) >= saved
        titles = [row["title"] for row in reader.select(Query("activity", (WORKSPACE,)))]
        parts = [title for title in titles if title.startswith("Part ")]
        assert len(parts) % 300 == 0
        (state,) = reader.workspaces()
        assert state.dseq == len(titles)
        found = store.new_id()
        store.submit(
            [Edit(WORKSPACE, "activity", found, {"title": "Goes on"}, create=True)], label="Add"
        ).result()
        assert reader.get("activity", found)["title"] == "Goes on"
    finally:
        reader.close()
        store.close()
