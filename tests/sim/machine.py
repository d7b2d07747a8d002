"""A laptop in this process: the real store over a real encrypted file, on a disk that fails and is copied."""

import random
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from sim.clocks import LaptopClock
from sim.disk import Disk, PowerCutError
from sim.link import Link
from sim.versions import kinds_of

from desktop.paths import profile_paths
from desktop.store import backup
from desktop.store.profile import Profile
from desktop.store.reader import Reader
from desktop.store.store import Store
from desktop.syncing.enrolment import enrol
from desktop.syncing.once import sync_once
from sync.changes import Change, Edit
from sync.client.session import Receipt
from sync.errors import DaftarError
from sync.frames import changes_of
from sync.frames.packing import open_frame


class Watcher(Protocol):
    """Who is told what a laptop said is saved, and what was found on it after it had been off."""

    def saved(self, machine: "Machine", changes: Sequence[Change]) -> None: ...

    def found(self, machine: "Machine", unsent: Sequence[Change]) -> None: ...


class Borrowed(Reader):
    """The reader of a laptop, lent to whoever would open one for a moment."""

    def close(self) -> None: ...


class Machine:
    """One laptop: a profile folder, a clock, a version of the program, and whoever sits before it."""

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        key: bytes,
        clock: LaptopClock,
        version: str,
        disks: dict[Path, Disk],
        watcher: Watcher,
        seed: int,
    ) -> None:
        self.name, self.folder, self.key = name, folder, key
        self.clock, self.version = clock, version
        self.origin = name
        self.chance = random.Random(seed)
        self.watcher = watcher
        self.busy = False
        self.crashes = 0
        self.profile = Profile(profile_paths(folder), key)
        self.disk = disks.setdefault(self.profile.paths.database, Disk())
        self.copies: list[Path] = []
        self.store: Store
        self.reader: Reader

    # Switching on and off

    def begin(self) -> None:
        """A new profile."""
        self.profile.paths.make()
        self._open()

    def _open(self) -> None:
        self.store = Store.open(self.profile, kinds_of(self.version), self.clock)
        self.store._writer.somebody_waits = lambda: self.chance.random() < 0.1
        self.reader = self.store.reader()
        # Opening one takes longer than most of what is asked of it.
        borrowed = Borrowed(self.reader.connection, self.store.kinds)
        self.store.__dict__["reader"] = lambda **_: borrowed

    def reopen(self) -> None:
        """Switch on; what is found unsent on the disk is what its user sees as saved."""
        self._start()
        self.watcher.found(self, self.unsent())

    def _start(self) -> None:
        while True:
            try:
                self._open()
                break
            except PowerCutError:
                self.crashes += 1
                self._release()
            except DaftarError as error:
                # A full disk: somebody makes room, and starts again.
                if error.code != "disk_full":
                    raise
                self._release()

    def close(self) -> None:
        self.reader.close()
        self.store.close()

    def power_cut(self) -> None:
        """Throw away what is in memory."""
        self.crashes += 1
        self._release()
        self.reopen()

    def go_on(self) -> None:
        """Where a job was broken off, as by a full disk, it is finished at the next start."""
        if self.reader.connection.execute("SELECT 1 FROM job LIMIT 1").fetchone():
            self.close()
            self.reopen()

    def _release(self) -> None:
        """Close what a dead process has closed: its files and its lock."""
        reader = self.__dict__.pop("reader", None)
        store = self.__dict__.pop("store", None)
        if reader is not None:
            reader.close()
        if store is not None:
            store._connection.close()
            store._lock.release()

    # Disks

    def copy_to(self, folder: Path) -> Path:
        """A copy of the whole profile, as an image of the disk holds it."""
        self.close()
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("*.lock"))
        self._start()
        return folder

    def back_up(self) -> None:
        """Keep a copy; three of them, the oldest goes."""
        self.copies.append(
            self.copy_to(self.folder.with_name(f"{self.folder.name}-copy-{self.chance.random()}"))
        )
        if len(self.copies) > 3:
            shutil.rmtree(self.copies.pop(0))

    def restore(self, copy: Path, *, told: bool) -> None:
        """Put an older copy in place. `told`: with the program's own command, which says so to the store."""
        self.close()
        shutil.rmtree(self.folder)
        shutil.copytree(copy, self.folder)
        if told:
            backup._mark_restored(self.profile.paths.database, key=self.key)
        self.reopen()

    # People

    def submit(self, edits: Sequence[Edit], label: str) -> bool:
        """Save a command, as a person does; False where the power went."""
        try:
            written = self.store.submit(edits, label=label).result()
        except PowerCutError:
            self._off()
            return False
        self.watcher.saved(self, written.changes)
        return True

    def undo(self, *, insist: bool, redo: bool) -> bool:
        before = self._last()
        try:
            self.store.undo(insist=insist, redo=redo).result()
        except PowerCutError:
            self._off()
            return False
        self.watcher.saved(
            self, [change for change in self.unsent() if (change.workspace, change.dseq) not in before]
        )
        return True

    def _off(self) -> None:
        """A power cut while typing; it ends the sync that runs beside, too."""
        if self.busy:
            raise PowerCutError
        self.power_cut()

    def _last(self) -> set[tuple[bytes, int]]:
        return {(change.workspace, change.dseq) for change in self.unsent()}

    def unsent(self) -> list[Change]:
        """Own changes that the server is not known to have ordered."""
        device = self.reader.ids.find_device(self.store.device)
        rows = self.reader.connection.execute(
            "SELECT w.item, l.frame FROM log l JOIN workspace_state w ON w.idx = l.ws"
            " WHERE l.device = ? AND l.first_pseq IS NULL ORDER BY l.first_dseq",
            (device,),
        ).fetchall()
        return [
            one for workspace, frame in rows for one in changes_of(open_frame(bytes(frame), bytes(workspace)))
        ]

    def ordered(self) -> list[Change]:
        """What the server said of it is here, that it has its place or was refused: a server that lost it
        gets it again.
        """
        rows = self.reader.connection.execute(
            "SELECT w.item, l.frame FROM log l JOIN workspace_state w ON w.idx = l.ws"
            " WHERE l.first_pseq IS NOT NULL"
            " UNION ALL SELECT w.item, t.frame FROM trouble t JOIN workspace_state w ON w.idx = t.ws"
            " WHERE length(t.frame) > 0"
        ).fetchall()
        found = [
            one for workspace, frame in rows for one in changes_of(open_frame(bytes(frame), bytes(workspace)))
        ]
        return [one for one in found if not one.hole]

    def refused(self, code: str) -> list[Change]:
        """Own changes that were kept under a code."""
        rows = self.reader.connection.execute(
            "SELECT w.item, t.frame FROM trouble t JOIN workspace_state w ON w.idx = t.ws"
            " WHERE t.code = ? AND length(t.frame) > 0",
            (code,),
        ).fetchall()
        return [
            one for workspace, frame in rows for one in changes_of(open_frame(bytes(frame), bytes(workspace)))
        ]

    # The server

    def enrol(self, connect: Callable[[str | None], Link], code: str) -> None:
        enrol(
            self.store,
            server="https://daftar.example",
            code=code,
            name=self.name,
            clock=self.clock,
            connect=lambda _address, token: connect(token),
        )

    def sync(
        self, connect: Callable[[str | None], Link], *, pause: Callable[[float], None], tries: int = 8
    ) -> Receipt | None:
        """One sync; nothing where the power went on the way."""
        self.busy = True
        try:
            return sync_once(
                self.store,
                clock=self.clock,
                pause=pause,
                connect=lambda _address, token: connect(token),
                jitter=self.chance.random,
                tries=tries,
            )
        except PowerCutError:
            self.power_cut()
            return None
        finally:
            self.busy = False
