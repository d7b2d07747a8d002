"""One world: laptops and a server that live through days of edits, syncs and mishaps, out of one seed."""

import random
import shutil
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sim.chance import likely, repeatable
from sim.clocks import DAY_MS, TEN_YEARS_MS, LaptopClock, TrueTime
from sim.desk import Desk
from sim.disk import Disk, in_one_thread
from sim.gates import Gates
from sim.headquarters import Fate, Headquarters, ServerDownError
from sim.link import Link, Weather
from sim.machine import Machine
from sim.oracle import Oracle, ViolationError
from sim.plan import NOTHING, Plan
from sim.poison import Poison
from sim.post import Post
from sim.rot import Rot
from sim.users import Person
from sim.versions import ORDER

from sync.client.session import Receipt
from sync.errors import DaftarError
from sync.server.access import NONE
from sync.server.compaction import Compactor
from sync.server.snapshots import Snapshots

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
_ROUNDS: Final = 60
_CALM_ROUNDS: Final = 8
_TOO_MANY_REQUESTS: Final = 400
_DECLINED: Final = frozenset(
    {
        "no_connection", "connection_cut", "cut_message", "cut_off", "stalled", "busy", "disk_full",
        "bad_frame", "database_unavailable",
    }
)  # fmt: skip


class World:
    """Made of a plan; `run` lives through its days, and raises `ViolationError` for what does not hold."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.chance = random.Random(plan.seed)
        self.faults: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.device_days = 0
        self.day = 0
        self._stack = ExitStack()
        self._disks: dict[Path, Disk] = {}
        self._server_copies: list[Path] = []
        self._names = 0
        self._nested = False
        self.machines: list[Machine] = []
        self.people: dict[str, Person] = {}
        self.apart: set[str] = set()
        """Laptops that have no network but at times of rest."""

    def __enter__(self) -> Self:
        base = MEMORY if MEMORY.is_dir() else None
        self.folder = Path(tempfile.mkdtemp(prefix="daftar-world-", dir=base))
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.time = TrueTime()
        self._stack.enter_context(repeatable(random.Random(self.plan.seed + 1), self.time))
        self._stack.enter_context(in_one_thread(self._disks))
        self.weather = Weather(NOTHING, 0.0)
        self.server = Headquarters(self.folder / "server", self.time)
        self._stack.callback(self.server.close)
        accounts = self.server.office.accounts
        self.places = [accounts.add_workspace(name) for name in ("Jordan", "Arab States")]
        self.post = Post(self.folder / "post", self.server, self.chance, faults=self.faults, done=self.done)
        self.gates = Gates(self.server, self.places, self.chance, self.faults, self.done)
        self.desk = Desk(self.server, self.places, self.chance, self.faults, self.done)
        self.poison = Poison(self._stack, faults=self.faults)
        self.rot = Rot(self.server, self.places, self.chance, self.faults, self.done)
        if self.plan.rates.rot:
            self.rot.watch(self._stack)
        if self.plan.rates.shrink:
            self.server.hooks.answered = self.gates.watch
        self.oracle = Oracle(self.server, [(one.id, one.number) for one in self.places])
        self.oracle.may_wait = self.plan.rates.bundle > 0
        self.oracle.whole = self.rot.whole
        for _ in range(self.plan.laptops):
            self._join()
        self.server.hooks.draw = self._fate
        self.server.hooks.between = self._others_come
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for machine in self.machines:
            machine._release()
        self._stack.close()

    # Who is there

    def _machine(self, version: str) -> Machine:
        self._names += 1
        name = f"laptop {self._names}"
        offset = self.chance.choice((0, 0, 5_000, -TEN_YEARS_MS, TEN_YEARS_MS)) if self.plan.clocks else 0
        return Machine(
            name,
            self.folder / f"laptop{self._names}",
            key=self.chance.randbytes(32),
            clock=LaptopClock(self.time, offset_ms=offset),
            version=version,
            disks=self._disks,
            watcher=self.oracle,
            seed=self.chance.getrandbits(32),
        )

    def _join(self) -> None:
        version = self.chance.choice(ORDER) if self.plan.skew else "N"
        machine = self._machine(version)
        machine.begin()
        person = self.server.office.accounts.add_person(f"Person {self._names}")
        role = "coordinator" if self._names == 1 else "officer"
        for place in self.places:
            self.server.office.accounts.grant(person, place, role=role)
        code, _ = self.server.office.enrolment.invite(person)
        machine.enrol(lambda token: self._link(machine, token), code)
        self.machines.append(machine)
        self._sit(machine)
        if likely(self.chance, self.plan.apart):
            self.apart.add(machine.name)

    def _sit(self, machine: Machine) -> None:
        """Somebody sits down before it."""
        self.people[machine.name] = Person(machine, self.done, marks=self.plan.rates.shrink > 0)

    def _link(self, machine: Machine, token: str | None) -> Link:
        return Link(
            self.server,
            token,
            chance=self.chance,
            time=self.time,
            weather=self.weather,
            faults=self.faults,
            meanwhile=lambda: self._type_meanwhile(machine),
        )

    # Days

    def run(self) -> None:
        for day in range(1, self.plan.days + 1):
            self.day = day
            self._one_day()
            if self.day % self.plan.settle_every == 0 or self.day == self.plan.days:
                self.settle()

    def _one_day(self) -> None:
        rates = self.plan.rates
        self.weather.rates, self.weather.loss = rates, self.plan.loss
        if likely(self.chance, rates.server_restored) and self._server_copies:
            self._restore_server()
        if self.chance.random() < 0.1:
            self._server_copies = [self.server.copy(f"day {self.day}")]
        if likely(self.chance, rates.access):
            # What a reader writes is refused, and kept.
            self.gates.shift(("officer", "officer", "reader"))
        if likely(self.chance, rates.shrink):
            self.gates.shift_any(self.machines)
        if likely(self.chance, rates.revoked):
            self.gates.revoke_one(self.machines)
        if likely(self.chance, rates.compaction):
            self._compact()
        if likely(self.chance, rates.decide):
            self.desk.visit(self.day)
        if likely(self.chance, rates.rot) and self.rot.spoil():
            self.poison.struck |= {machine.name for machine in self.machines}
        for machine in list(self.machines):
            self._machine_day(machine)
        self.time.pass_by(DAY_MS // 2)

    def _machine_day(self, machine: Machine) -> None:
        self.device_days += 1
        self._mishaps(machine)
        edits, syncs = self.chance.choice((0, 1, 2, 3, 4, 6)), self.chance.choice((0, 0, 1, 1, 2, 3))
        todo = ["act"] * edits + ["sync"] * syncs
        if likely(self.chance, self.plan.rates.bundle):
            todo += ["post"] * self.chance.randint(1, 3)
        self.chance.shuffle(todo)
        for what in todo:
            self.time.pass_by(self.chance.randint(1_000, DAY_MS // 20))
            if what == "act":
                self.people[machine.name].act(self.plan.only)
            elif what == "post":
                self.post.visit(machine)
            elif machine.name not in self.apart or not self.post.reaches(machine):
                self.sync(machine)
        machine.disk.calm()

    def _mishaps(self, machine: Machine) -> None:
        rates, chance = self.plan.rates, self.chance
        if self._happens("power cut before a commit", rates.power_cut / 2):
            machine.disk.cut_before = chance.randint(0, 8)
        if self._happens("power cut after a commit", rates.power_cut / 2):
            machine.disk.cut_after = chance.randint(0, 8)
        if self._happens("disk full", rates.disk_full):
            machine.disk.full_in = chance.randint(0, 60)
        if self.plan.clocks and likely(chance, rates.clock):
            self.faults[f"clock: {machine.clock.disturb(chance)}"] += 1
        if self.plan.skew and machine.version != ORDER[-1] and self._happens("upgrade", rates.upgrade):
            self._upgrade(machine)
        # Only one disk of a revoked laptop may hand in what was not sent.
        staying = machine.origin not in self.gates.revoked
        room = len(self.machines) < self.plan.laptops + self.plan.clones
        if staying and room and self._happens("cloned disk", rates.clone):
            self._clone(machine)
        if likely(chance, 0.05 if rates.laptop_restored else 0.0):
            machine.back_up()
        if likely(chance, rates.poison):
            self.poison.plant(machine, chance)
        if staying and machine.copies and self._happens("laptop restored", rates.laptop_restored * 4):
            self._restore_laptop(machine)

    def _happens(self, what: str, share: float) -> bool:
        if not likely(self.chance, share):
            return False
        self.faults[what] += 1
        return True

    def _upgrade(self, machine: Machine) -> None:
        machine.close()
        machine.version = ORDER[ORDER.index(machine.version) + 1]
        machine.reopen()
        self._sit(machine)

    def _clone(self, machine: Machine) -> None:
        clone = self._machine(machine.version)
        clone.key, clone.origin = machine.key, machine.origin
        clone.profile = type(clone.profile)(clone.profile.paths, machine.key)
        machine.copy_to(clone.folder)
        self.oracle.copied(machine, clone)
        self.poison.copied(machine, clone)
        clone.reopen()
        self.machines.append(clone)
        self._sit(clone)

    def _restore_laptop(self, machine: Machine) -> None:
        self.oracle.replaced(machine)
        machine.restore(self.chance.choice(machine.copies), told=self.chance.random() < 0.5)
        if self.plan.rates.poison:
            self.poison.copied(machine, machine)
        self._sit(machine)

    def _restore_server(self) -> None:
        self.faults["server restored"] += 1
        self.server.restore(self._server_copies[-1])
        self.oracle.server_replaced()

    def _compact(self) -> None:
        """The nightly upkeep of the server: a snapshot, and old frames behind the horizon."""
        server, keep = self.server, self.chance.choice((0, 1, 5))
        made = Snapshots(server.storage, clock=self.time)
        for place in self.places:
            try:
                done = Compactor(server.storage, made, clock=self.time).compact(place.id, keep_days=keep)
            except (ServerDownError, DaftarError):
                server.restart()
                continue
            if done.frames:
                self.faults["log compacted"] += 1

    # Syncs

    def sync(self, machine: Machine) -> Receipt | None:
        """One sync of one laptop; what a bad line does to it is counted and is no harm."""
        if machine.busy:
            return None
        self.done["syncs"] += 1
        try:
            with self.poison.acting(machine.name):
                receipt = machine.sync(lambda token: self._link(machine, token), pause=self._pause)
        except DaftarError as error:
            gone = machine.origin in self.gates.revoked and error.code == "device_revoked"
            if error.code not in _DECLINED and not gone:
                raise ViolationError(
                    13, f"{machine.name} cannot sync: {error.code} {error.params}"
                ) from error
            self.done[f"sync ended by {error.code}"] += 1
            return None
        if receipt is not None:
            self.done["requests"] += receipt.requests
            if receipt.requests > _TOO_MANY_REQUESTS:
                raise ViolationError(30, f"{machine.name} needed {receipt.requests} requests for one sync")
            if (receipt.differing or receipt.repaired) and machine.name not in self.poison.struck:
                went = f"digests differ in {receipt.differing}, {receipt.repaired} records were repaired"
                raise ViolationError(20, f"{machine.name}: {went}")
        return receipt

    def _pause(self, seconds: float) -> None:
        self.time.pass_by(int(seconds * 1000))

    def _fate(self) -> str:
        rates = self.weather.rates
        for fate, share in (
            (Fate.BEFORE, rates.server_cut / 2),
            (Fate.AFTER, rates.server_cut / 2),
            (Fate.FULL, rates.server_full),
        ):
            if self._happens(fate, share):
                return fate
        return Fate.CALM

    def _others_come(self, *, always: bool = False) -> None:
        """Between checking a push and taking the lock, somebody else syncs."""
        idle = [machine for machine in self.machines if not machine.busy]
        share = 1.0 if always else self.weather.rates.interleave
        if self._nested or not idle or not self._happens("two at once", share):
            return
        self._nested = True
        try:
            if likely(self.chance, self.weather.rates.shrink):
                self.gates.shift_any(idle)
            self.sync(self.chance.choice(idle))
        finally:
            self._nested = False

    def _type_meanwhile(self, machine: Machine) -> None:
        """Somebody types while the answer is on its way."""
        if machine.name in self.people and likely(self.chance, 0.1 if self.weather.rates != NOTHING else 0.0):
            self.done["typed during a sync"] += 1
            with self.poison.acting(""):
                self.people[machine.name].act(self.plan.only)

    # Rest

    def settle(self) -> None:
        """Everybody syncs, over the bad line at first, until nothing is left to say; then all is checked."""
        self.rot.cure()
        for machine in self.machines:
            machine.disk.calm()
            machine.go_on()
        for _ in range(_ROUNDS if self.plan.loss < 0.9 else 2):
            for machine in self.machines:
                self.sync(machine)
            if self._at_rest():
                break
        self.weather.rates, self.weather.loss = NOTHING, 0.0
        for _ in range(_CALM_ROUNDS):
            # Only a sync with nothing to send or receive compares everything with the server.
            said = [self.sync(machine) for machine in self.machines]
            if self._at_rest() and all(one is None or _is_silent(one) for one in said):
                break
        self._look_again()
        self.oracle.check(self.machines)
        self.desk.check(self.machines, self.oracle)
        if self.plan.rates.shrink:
            self.gates.check(self.machines)
        self._check_silence()
        self._dismiss()

    def _look_again(self) -> None:
        """Programs that fail are replaced, and laptops ask what became of what was refused."""
        if self.plan.rates.decide or self.poison.struck:
            self.poison.cure(self.machines)
            for machine in self.machines:
                self.desk.let_ask(machine)
                self.sync(machine)
            self.poison.struck.clear()

    def _dismiss(self) -> None:
        """Revoked laptops are given back; their owners get others."""
        for machine in [one for one in self.machines if one.origin in self.gates.revoked]:
            machine.close()
            self.machines.remove(machine)
            self._join()
            self.sync(self.machines[-1])

    def _at_rest(self) -> bool:
        with self.server.storage.reading() as connection:
            heads = dict(connection.exec_driver_sql("SELECT workspace_id, pseq FROM head").fetchall())
        return all(
            state.unsent == 0 and state.cursor == heads[state.id] and state.role != NONE
            for machine in self.machines
            for state in machine.reader.workspaces()
            if state.number is not None
        )

    def _check_silence(self) -> None:
        for machine in self.machines:
            receipt = self.sync(machine)
            if machine.origin in self.gates.revoked:
                continue
            if receipt is None or not _is_silent(receipt):
                raise ViolationError(15, f"{machine.name} had nothing to say and needed {receipt}")


def _is_silent(receipt: Receipt) -> bool:
    return receipt.requests == 1 and not receipt.pulled and not receipt.pushed
