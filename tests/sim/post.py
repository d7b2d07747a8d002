"""Bundles in a world: files that go from hand to hand, late, twice, in any order, damaged, or never."""

import random
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from sim.chance import likely
from sim.disk import PowerCutError
from sim.headquarters import Headquarters, ServerDownError
from sim.machine import Machine
from sim.oracle import ViolationError

from desktop.syncing.bundles import Taken, Wish, make_bundle, take_bundles
from desktop.syncing.recipients import SERVER, recipients
from sync.bundles import writing
from sync.bundles.writing import OpenVolume
from sync.errors import DaftarError
from sync.server.bundles import Wish as ServerWish
from sync.server.storage import cards, people

_MOST_FILES: Final = 14
_DAMAGED: Final = 0.15
_SMALL: Final = 0.15
_NO_HARM: Final = ("bundle_", "parcel_", "strand_", "disk_full", "device_revoked", "database_unavailable")


class Post:
    """The sticks, mails and couriers between some laptops and the desk of the server."""

    def __init__(
        self,
        folder: Path,
        server: Headquarters,
        chance: random.Random,
        *,
        faults: Counter[str],
        done: Counter[str],
    ) -> None:
        self._folder = folder
        self._server = server
        self._chance = chance
        self._faults = faults
        self._done = done
        self._made = 0
        self.files: dict[Path, frozenset[str]] = {}
        """With the keys of those they were made for."""
        self._taken: set[tuple[str, Path]] = set()
        folder.mkdir()

    def visit(self, machine: Machine) -> None:
        """What somebody does with files: makes one, takes some in, or goes to the desk of the server."""
        what = self._chance.choices((self._make, self._take, self._desk), (6, 8, 3))[0]
        try:
            what(machine)
        except PowerCutError:
            machine.power_cut()
        except ServerDownError:
            self._server.restart()
        except DaftarError as error:
            self._decline(error, machine.name)

    def _decline(self, error: DaftarError, who: str) -> None:
        if not error.code.startswith(_NO_HARM):
            raise ViolationError(29, f"{who}: {error.code} {error.params}") from error
        self._faults[f"bundle: {error.code.removeprefix('bundle_')}"] += 1

    @staticmethod
    def reaches(machine: Machine) -> bool:
        """Whether it knows anybody to make a file for: each laptop must have met the server once."""
        return bool(recipients(machine.reader))

    # Making

    def _target(self) -> Path:
        self._made += 1
        return self._folder / f"{self._made}.daftar-bundle"

    def _keep(self, *files: Path, of: frozenset[str]) -> None:
        self.files |= dict.fromkeys(files, of)
        while len(self.files) > _MOST_FILES:
            gone = self._chance.choice(list(self.files))
            del self.files[gone]
            gone.unlink()
            self._faults["bundle: lost or thrown away"] += 1

    def _make(self, machine: Machine) -> None:
        """Everything unsent, for the server, for a colleague, or for both."""
        chance, found = self._chance, recipients(machine.reader)
        if not found:
            return
        wanted = chance.sample(found, min(len(found), chance.choice((1, 1, 1, 2))))
        if chance.random() < 0.3:
            wanted = found[:1]
        since = chance.choice((None, None, 0))
        split = writing.SMALLEST + chance.randrange(2_000) if likely(chance, _SMALL) else writing.FAT32
        wish = Wish(tuple(wanted), self._target(), split, lambda _state: since)
        saved = make_bundle(machine.store, machine.reader, wish, clock=machine.clock)
        self._keep(*saved.files, of=frozenset(one.key for one in wanted))
        self._faults["bundle: in several volumes"] += len(saved.files) > 1
        self._faults["bundle: made"] += 1
        if saved.carried:
            self._faults["bundle: made with a colleague's work in it"] += 1

    # Taking

    def _some(self, key: str) -> list[Path]:
        """A few files, mostly such as were made for this one."""
        right = [path for path, keys in self.files.items() if key in keys]
        known = right if right and self._chance.random() < 0.8 else list(self.files)
        return self._chance.sample(known, min(len(known), self._chance.randint(1, 3)))

    def _as_it_comes(self, path: Path) -> Path:
        """The file, or what is left of it after a bad stick."""
        if not likely(self._chance, _DAMAGED):
            return path
        data = bytearray(path.read_bytes())
        if self._chance.random() < 0.5:
            del data[self._chance.randrange(len(data)) :]
            self._faults["bundle: half copied"] += 1
        else:
            data[self._chance.randrange(len(data))] ^= 1 << self._chance.randrange(8)
            self._faults["bundle: damaged"] += 1
        damaged = self._folder / f"damaged {path.name}"
        damaged.write_bytes(data)
        return damaged

    def _take(self, machine: Machine) -> None:
        for path in self._some(f"{machine.store.device:012x}"):
            if (machine.name, path) in self._taken:
                self._faults["bundle: taken again"] += 1
            self._taken.add((machine.name, path))
            for one in take_bundles(machine.store, machine.reader, [self._as_it_comes(path)]):
                self._note(one)

    def _note(self, taken: Taken) -> None:
        brought = taken.brought
        for problem in (taken.code, *brought.problems):
            if problem:
                self._faults[f"bundle: {problem.removeprefix('bundle_')}"] += 1
        self._faults["bundle: taken"] += not taken.code
        self._faults["bundle: sealed one carried"] += taken.carried
        self._done["changes brought by a bundle"] += brought.new
        self._done["changes in the server's order brought by a bundle"] += brought.ordered
        self._done["changes acknowledged by a bundle"] += brought.acknowledged

    def _desk(self, machine: Machine) -> None:
        """Files are handed in at the server, and one comes back."""
        since: Mapping[bytes, int] = {}
        account = bytes(machine.reader.meta("account"))
        bundles = self._server.service.bundles
        for path in self._some(SERVER):
            try:
                with self._as_it_comes(path).open("rb") as file:
                    brought = bundles.apply(file)
            except DaftarError as error:
                self._decline(error, "the desk")
                continue
            self._faults["bundle: handed in at the server"] += 1
            self._done["changes handed in by a bundle"] += sum(one.taken for one in brought.answer.handed)
            if brought.account == account:
                since = brought.cursors
        with self._server.storage.reading() as connection:
            person = people.find_person(connection, account)
            assert person is not None
            keys = [f"{number:012x}" for number, _, _ in cards.cards_of(connection, [person.id])]
        target = self._target()
        bundles.create(person, ServerWish(since), into(target), draw=secrets.token_bytes)
        self._keep(target, of=frozenset(keys))
        self._faults["bundle: made by the server"] += 1


def into(target: Path) -> OpenVolume:
    @contextmanager
    def open_volume(_volume: int, _volumes: int) -> Iterator[IO[bytes]]:
        with target.open("wb") as file:
            yield file

    return open_volume
