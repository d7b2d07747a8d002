"""Many laptops at once, faults at every statement, and chance: one log, one digest, nothing lost."""

import random
import threading

import pytest
from helpers.house import House, Reader
from helpers.laptop import Laptop
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from sync.changes import Change
from sync.errors import DaftarError
from sync.merge import shown_heads
from sync.server.storage.people import Workspace


class PowerCutError(BaseException):
    """The statement after which nothing more happens."""


def test_inv_09_concurrent_writers_leave_no_gap(house: House) -> None:
    jordan = house.workspace("Jordan")
    laptops = [house.laptop(house.person(f"Person {number}", jordan)) for number in range(4)]
    shared = laptops[0].create(jordan.id, "activity", {"title": "Shared"})
    house.push(laptops[0], jordan, shared)
    failures: list[BaseException] = []

    def work(laptop: Laptop) -> None:
        try:
            for number in range(8):
                made = laptop.create(jordan.id, "activity", {"title": f"Visit {number}"})
                house.push(laptop, jordan, made, laptop.edit(shared, {"title": f"{laptop.device} {number}"}))
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=work, args=(laptop,)) for laptop in laptops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    reader = house.read(jordan)
    for laptop in laptops:
        dseqs = reader.dseqs(laptop.device)
        assert dseqs == list(range(1, len(dseqs) + 1))
    assert len(reader.state(shared).register("title").heads) == 32


def test_inv_09_a_reader_beside_writers_never_skips(house: House) -> None:
    jordan = house.workspace("Jordan")
    writers = [house.laptop(house.person(f"Person {number}", jordan)) for number in range(3)]
    watcher = house.laptop(house.person("Watcher", jordan))
    reader, done = Reader(jordan.id), threading.Event()

    def work(laptop: Laptop) -> None:
        for number in range(10):
            house.push(laptop, jordan, laptop.create(jordan.id, "activity", {"title": f"{number}"}))

    threads = [threading.Thread(target=work, args=(laptop,)) for laptop in writers]
    for thread in threads:
        thread.start()
    while not done.is_set():
        if not any(thread.is_alive() for thread in threads):
            done.set()
        # `read` itself refuses a gap in pseq.
        reader.read(house.pull(watcher, jordan, cursor=reader.cursor).pulled)
    for thread in threads:
        thread.join()
    assert [len(reader.dseqs(laptop.device)) for laptop in writers] == [10, 10, 10]
    assert reader.summary() == house.pull(watcher, jordan).digest


def test_inv_10_a_power_cut_at_any_statement_leaves_the_old_state(house: House) -> None:
    jordan = house.workspace("Jordan")
    laptop = house.laptop(house.person("Amina Hassan", jordan))
    made = laptop.create(jordan.id, "activity", {"title": "Training"})
    house.push(laptop, jordan, made)
    changes = [
        laptop.edit(made, {"title": "Training 2"}),
        laptop.create(jordan.id, "activity", {"title": "Bad", "start": "tomorrow"}),
        laptop.create(jordan.id, "activity", {"title": "Good"}),
    ]
    request = laptop.request(laptop.push(jordan.number, changes))
    before = house.pull(laptop, jordan)
    left = 0

    def cut(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise PowerCutError

    event.listen(house.storage.engine, "before_cursor_execute", cut)
    for statements in range(60):
        left = statements
        try:
            answer = house.sync(laptop, request)
            break
        except PowerCutError:
            left = 1000
            now = house.pull(laptop, jordan)
            assert now.acked_dseq in {1, 4}
            if now.acked_dseq == 1:
                assert now == before
    event.remove(house.storage.engine, "before_cursor_execute", cut)
    assert statements > 8
    assert [(trouble.dseq, trouble.code) for trouble in answer.troubles] == [(3, "invalid_value")]
    assert house.read(jordan).dseqs(laptop.device) == [1, 2, 3, 4]


def test_a_full_disk_is_an_error_of_its_own(house: House) -> None:
    def work(_connection: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    with pytest.raises(DaftarError, match="disk_full"):
        house.storage.writing(work)


class Crowd:
    """Laptops that edit the same records, each on what it has seen so far."""

    def __init__(self, house: House, seed: int) -> None:
        self.house = house
        self.chance = random.Random(seed)
        self.jordan: Workspace = house.workspace("Jordan")
        self.laptops = [house.laptop(house.person(f"Person {at}", self.jordan)) for at in range(3)]
        self.readers = {laptop.device: Reader(self.jordan.id) for laptop in self.laptops}
        self.made: list[Change] = []
        self.unsent: dict[int, list[Change]] = {laptop.device: [] for laptop in self.laptops}
        self.own: dict[int, dict[int, Change]] = {laptop.device: {} for laptop in self.laptops}

    def step(self) -> None:
        laptop = self.chance.choice(self.laptops)
        laptop.now_ms = self.house.clock.now_ms() + self.chance.choice([0, 0, 5, -(10**11), 10**11])
        self.chance.choice([self.write, self.write, self.push, self.pull])(laptop)

    def write(self, laptop: Laptop) -> None:
        if not self.made or self.chance.random() < 0.3:
            values = {"title": f"Visit {self.chance.random()}"}
            if self.chance.random() < 0.2:
                values["start"] = "tomorrow"
            change = laptop.create(self.jordan.id, "activity", values)
            self.made.append(change)
        else:
            change = self._edit(laptop, self.chance.choice(self.made))
        self.unsent[laptop.device].append(change)
        self.own[laptop.device][change.dseq] = change

    def _edit(self, laptop: Laptop, made: Change) -> Change:
        key = self.chance.choice(["title", "description", "start", "tags/a", "deleted"])
        value = {"start": self.chance.choice(["2026-01-01", "soon"]), "tags/a": True, "deleted": True}
        state = self.readers[laptop.device].states.get(made.record)
        seen = {} if state is None else {key: shown_heads(state.register(key), "r")}
        mine = [one for one in self.unsent[laptop.device] if one.record == made.record and key in one.writes]
        if mine and self.chance.random() < 0.8:
            seen = {key: (mine[-1].id,)}
        name = key.partition("/")[0]
        writes = {name: ["a"]} if key == "tags/a" else {key: value.get(key, f"{self.chance.random()}")}
        return laptop.edit(made, writes, seen)

    def push(self, laptop: Laptop) -> None:
        changes = self.unsent[laptop.device]
        if changes:
            push = laptop.push(self.jordan.number, changes, limit=self.chance.choice([150, 65536]))
            for _ in range(self.chance.choice([1, 1, 2])):
                answer = self.house.sync(laptop, laptop.request(push))
            assert not answer.new_epoch
            self.unsent[laptop.device] = []

    def pull(self, laptop: Laptop) -> None:
        reader = self.readers[laptop.device]
        size = self.chance.choice([1, 400, 1 << 20])
        item = self.house.pull(laptop, self.jordan, cursor=reader.cursor, max_bytes=size)
        reader.read(item.pulled, own=self.own[laptop.device])

    def finish(self) -> None:
        for laptop in self.laptops:
            self.push(laptop)
        for laptop in self.laptops:
            reader = self.readers[laptop.device]
            item = self.house.pull(laptop, self.jordan, cursor=reader.cursor)
            reader.read(item.pulled, own=self.own[laptop.device])
            assert reader.cursor == item.head
            assert reader.summary() == item.digest


@pytest.mark.parametrize("seed", range(6))
def test_inv_01_whatever_happens_all_replicas_say_the_same(house: House, seed: int) -> None:
    crowd = Crowd(house, seed)
    for _ in range(120):
        crowd.step()
    crowd.finish()
