"""What the disks hold at every statement of a laptop, as a kill at that moment leaves them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from helpers.house import House
from helpers.team import Line, Member, Team

_TAILS = ("", "-wal")
_PAGE = 512


@dataclass(frozen=True, slots=True)
class Moment:
    """The disks of a laptop and of the server before a statement, where that changed since the last."""

    statement: int
    sql: str
    disks: dict[Path, bytes]


class Witness:
    """Looks at the disks before every statement of a laptop. Nothing is opened anew while it looks: closing a
    file would drop the locks that the process holds on it.
    """

    def __init__(self, member: Member, team: Team) -> None:
        self.member, self.team = member, team
        self.moments: list[Moment] = []
        self.statements = 0
        self.commits = 0
        server = Path(str(team.house.storage.engine.url.database))
        paths = [Path(f"{one}{tail}") for one in (member.profile.paths.database, server) for tail in _TAILS]
        self._files = {path: os.open(path, os.O_RDONLY) for path in paths}

    def watch(self, work: Callable[[], object]) -> list[Moment]:
        """Do it, and say what could have been left of it; the last moment is behind its end."""
        store = self.member.store
        store.with_connection(lambda one: one.set_trace_callback(self._look))
        try:
            work()
        finally:
            store.with_connection(lambda one: one.set_trace_callback(None))
            self._look("")
            for descriptor in self._files.values():
                os.close(descriptor)
        return self.moments

    def _look(self, sql: str) -> None:
        self.statements += 1
        self.commits += sql == "COMMIT"
        # Times of files are too coarse to tell one commit from the next.
        disks = {path: os.pread(one, os.fstat(one).st_size, 0) for path, one in self._files.items()}
        if not self.moments or self.moments[-1].disks != disks:
            self.moments.append(Moment(self.statements, sql, disks))


def torn(moments: list[Moment]) -> list[Moment]:
    """The moments, and between two of them half of what a commit wrote into a log beside a database."""
    found = moments[:1]
    for before, after in pairwise(moments):
        changed = [path for path, data in after.disks.items() if data != before.disks[path]]
        # What a checkpoint writes is in the log as well, but not longer than until the next commit.
        if all(path.name.endswith("-wal") for path in changed):
            halves = {path: _half(before.disks[path], after.disks[path]) for path in changed}
            found.append(Moment(after.statement, "half of a commit", before.disks | halves))
        found.append(after)
    return found


def _half(before: bytes, after: bytes) -> bytes:
    """The first half of what was written."""
    size = max(len(before), len(after))
    one, other = before.ljust(size, b"\0"), after.ljust(size, b"\0")
    differing = [at for at in range(0, size, _PAGE) if one[at : at + _PAGE] != other[at : at + _PAGE]]
    middle = (differing[0] + differing[-1] + _PAGE) // 2
    return after[:middle] + before[middle:]


def revive(member: Member, team: Team, moment: Moment, folder: Path) -> tuple[Member, House]:
    """The laptop and the server as they start again from what the disks held."""
    server = Path(str(team.house.storage.engine.url.database))
    shutil.copytree(member.folder, folder / "laptop", ignore=shutil.ignore_patterns("daftar.db*", "*.lock"))
    (folder / "server").mkdir()
    for path, data in moment.disks.items():
        beside = path.is_relative_to(member.folder)
        root = (
            folder / "laptop" / path.relative_to(member.folder) if beside else folder / "server" / path.name
        )
        root.write_bytes(data)
    house = House(f"sqlite:///{folder / 'server' / server.name}", folder / "server")
    house.clock, house._devices = team.house.clock, team.house._devices + 1_000
    found = member.twin(folder / "laptop")
    found.house, found.line = house, Line(house, member.line.parts[1])
    return found, house
