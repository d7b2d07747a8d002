"""Transactions that take long to commit, on real PostgreSQL: no cursor ever passes what comes later."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.house import House, Reader
from sqlalchemy import event

from sync.server.storage.engine import WRITES

PATIENCE_S = 30.0


class HeldCommit:
    """Holds back the first commit of one thread that has written something, until it is let go."""

    def __init__(self, house: House) -> None:
        self.reached, self.let_go = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        event.listen(house.storage.engine, "commit", self._hold)

    def start(self, work: Callable[[], Any]) -> threading.Thread:
        self._thread = threading.Thread(target=work)
        self._thread.start()
        assert self.reached.wait(PATIENCE_S)
        return self._thread

    def _hold(self, connection: Any) -> None:
        writes = connection.get_execution_options().get(WRITES)
        if writes and threading.current_thread() is self._thread and not self.reached.is_set():
            self.reached.set()
            assert self.let_go.wait(PATIENCE_S)


@pytest.fixture
def house(postgres_url: str, tmp_path: Path) -> Any:
    house = House(postgres_url, tmp_path)
    yield house
    house.close()


def test_inv_09_a_commit_that_takes_long_is_not_passed_by_another(house: House) -> None:
    jordan = house.workspace("Jordan")
    slow, quick, watcher = (house.laptop(house.person(name, jordan)) for name in ("Lina", "Omar", "Rima"))
    reader = Reader(jordan.id)
    reader.read(house.pull(watcher, jordan).pulled)
    before = reader.cursor
    first = slow.create(jordan.id, "activity", {"title": "slow"})
    second = quick.create(jordan.id, "activity", {"title": "quick"})

    held = HeldCommit(house)
    slow_push = held.start(lambda: house.push(slow, jordan, first))
    quick_push = threading.Thread(target=lambda: house.push(quick, jordan, second))
    quick_push.start()
    reader.read(house.pull(watcher, jordan, cursor=reader.cursor).pulled)
    assert reader.cursor == before, "nothing is told before it is committed"
    held.let_go.set()
    for thread in (slow_push, quick_push):
        thread.join(PATIENCE_S)
    reader.read(house.pull(watcher, jordan, cursor=reader.cursor).pulled)
    assert [change.record for change in reader.changes[-2:]] == [first.record, second.record]
    assert reader.cursor == before + 2


def test_inv_09_another_workspace_does_not_wait_for_a_slow_commit(house: House) -> None:
    jordan, lebanon = house.workspace("Jordan"), house.workspace("Lebanon")
    slow = house.laptop(house.person("Lina", jordan))
    quick = house.laptop(house.person("Omar", lebanon))
    held = HeldCommit(house)
    thread = held.start(
        lambda: house.push(slow, jordan, slow.create(jordan.id, "activity", {"title": "slow"}))
    )
    house.push(quick, lebanon, quick.create(lebanon.id, "activity", {"title": "quick"}))
    assert house.pull(quick, lebanon).acked_dseq == 1
    held.let_go.set()
    thread.join(PATIENCE_S)
    assert house.pull(slow, jordan).acked_dseq == 1


def test_inv_09_pushes_to_many_workspaces_from_many_threads_leave_no_gap(house: House) -> None:
    places = [house.workspace(f"Country {at}") for at in range(4)]
    laptops = [house.laptop(house.person(f"Person {at}", *places)) for at in range(4)]

    def work(at: int) -> None:
        for turn in range(12):
            place = places[(at + turn) % len(places)]
            house.push(
                laptops[at], place, laptops[at].create(place.id, "activity", {"title": f"{at} {turn}"})
            )

    threads = [threading.Thread(target=work, args=(at,)) for at in range(len(laptops))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for place in places:
        # Reading refuses a gap in `pseq`, and compares the digest with the server's.
        reader = house.read(place)
        for laptop in laptops:
            assert reader.dseqs(laptop.device) == [1, 2, 3]
