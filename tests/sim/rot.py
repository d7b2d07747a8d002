"""What goes bad on the server in the middle of a run: frames on its disk, and records its program fails on.

Everything else goes on; at the next rest the disk is mended and another program is started.
"""

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from sim.administrator import Administrator
from sim.poison import PlantedError

from sync.merge import fold
from sync.server import settling

_TABLES = ("log", "history")


@dataclass(eq=False)
class Rot(Administrator):
    """The bad places of the server's disk, and the records its program cannot fold."""

    _damaged: list[tuple[bytes, bytes]] = field(default_factory=list)
    """What stands there, and what stood there before."""
    _records: set[bytes] = field(default_factory=set)

    def watch(self, stack: ExitStack) -> None:
        stack.enter_context(patch.object(settling, "fold", self._fold))

    def _fold(self, state: Any, change: Any, **more: Any) -> Any:
        if change.record in self._records and not change.create:
            self._faults["the server fails on a change"] += 1
            raise PlantedError(change.record)
        return fold(state, change, **more)

    def spoil(self) -> bool:
        """A bit of a stored frame is turned, or the program begins to fail on a record; says whether laptops
        may have to compare records.
        """
        if self._chance.random() < 0.5:
            self._plant()
            return False
        return self._damage()

    def _plant(self) -> None:
        with self._server.storage.reading() as connection:
            rows = connection.exec_driver_sql("SELECT record_id FROM record ORDER BY record_id").fetchall()
        if rows:
            self._records.add(bytes(self._chance.choice(rows)[0]))

    def _damage(self) -> bool:
        table = self._chance.choice(_TABLES)
        with self._server.storage.reading() as connection:
            rows = connection.exec_driver_sql(
                f"SELECT frame FROM {table} ORDER BY workspace_id, first_pseq"
            ).fetchall()
        if not rows:
            return False
        before = bytes(self._chance.choice(rows)[0])
        after = bytearray(before)
        after[-1 - self._chance.randrange(len(after) // 2)] ^= 1 << self._chance.randrange(8)
        self._put(before, bytes(after))
        self._damaged.append((bytes(after), before))
        self._faults["a frame damaged on the server's disk"] += 1
        return True

    def _put(self, here: bytes, instead: bytes) -> None:
        with self._server.storage.engine.begin() as connection:
            for table in _TABLES:
                connection.exec_driver_sql(f"UPDATE {table} SET frame = ? WHERE frame = ?", (instead, here))

    def whole(self, frame: bytes) -> bytes:
        """What stood there before the disk went bad: it is put back, so nothing of it is lost."""
        for after, before in reversed(self._damaged):
            frame = before if frame == after else frame
        return frame

    def cure(self) -> None:
        """The disk is mended from a backup, and the program replaced."""
        for after, before in reversed(self._damaged):
            self._put(after, before)
        self._damaged.clear()
        self._records.clear()
