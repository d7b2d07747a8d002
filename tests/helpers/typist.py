"""A process that writes edits as fast as it can and says which ones were saved, until it is killed."""

from __future__ import annotations

import sys
from pathlib import Path

from desktop.paths import profile_paths
from desktop.store.profile import open_profile
from desktop.store.store import Store
from sync.changes import Edit
from sync.clock import SystemClock
from sync.records import KINDS


def main(folder: str, passphrase: str, workspace: str) -> None:
    profile = open_profile(profile_paths(Path(folder)), passphrase=passphrase)
    store = Store.open(profile, KINDS, SystemClock())
    place = bytes.fromhex(workspace)
    number = 0
    while True:
        number += 1
        record = store.new_id()
        edits = [Edit(place, "activity", record, {"title": f"Activity {number}"}, create=True)]
        if number % 5 == 0:
            edits += [
                Edit(place, "activity", store.new_id(), {"title": f"Part {number}.{part}"}, create=True)
                for part in range(300)
            ]
        store.submit(edits, label="Add").result()
        sys.stdout.write(record.hex() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
