"""Real PostgreSQL servers: a streaming replica that answers, and a moment of the past restored."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from helpers import replicas
from helpers.house import House
from helpers.laptop import Laptop
from helpers.replicas import Cluster
from sqlalchemy import Engine, event

from sync.server.service import Service
from sync.server.storage.engine import open_engine
from sync.server.storage.people import Workspace
from sync.server.storage.replica import Replica
from sync.wire.messages import SyncAnswer, combined_digest

PATIENCE_S = 60.0


@dataclass
class Pair:
    """A server over a primary, with its replica, and the statements that each was sent."""

    house: House
    service: Service
    primary: Cluster
    standby: Cluster
    jordan: Workspace
    on_primary: list[str] = field(default_factory=list)
    on_replica: list[str] = field(default_factory=list)

    def pull(self, laptop: Laptop, *, cursor: int) -> SyncAnswer:
        request = laptop.request(cursors={self.jordan.number: cursor})
        return self.service.sync(self.house.caller(laptop), request)

    def forget(self) -> None:
        self.on_primary.clear()
        self.on_replica.clear()

    def catch_up(self) -> None:
        reached = self.primary.ask("SELECT pg_current_wal_lsn()")
        wait_for(self.standby, f"SELECT pg_last_wal_replay_lsn() >= '{reached}'")


def wait_for(cluster: Cluster, question: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not cluster.ask(question):
        assert time.monotonic() < deadline, question


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with replicas.place() as folder, replicas.primary(folder) as primary:
        house = House(primary.address, tmp_path)
        standby = primary.copied_to(folder / "standby", standby=True)
        with standby.running():
            engine = open_engine(standby.address)
            replica = Replica(engine)
            service = Service(house.storage, clock=house.clock, settings=house.settings, replica=replica)
            made = Pair(house, service, primary, standby, house.workspace("Jordan"))
            listen(house.storage.engine, made.on_primary)
            listen(engine, made.on_replica)
            yield made
            replica.close()
            house.close()


def listen(engine: Engine, heard: list[str]) -> None:
    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(statement)

    event.listen(engine, "before_cursor_execute", note)


def test_a_replica_answers_what_it_can_and_never_less_than_was_promised(pair: Pair) -> None:
    house, jordan = pair.house, pair.jordan
    writer = house.laptop(house.person("Lina", jordan))
    reader = house.laptop(house.person("Omar", jordan))
    pair.catch_up()

    pair.standby.ask("SELECT 1 FROM pg_wal_replay_pause()")
    house.push(writer, jordan, writer.create(jordan.id, "activity", {"title": "Visit"}))
    answer = pair.pull(reader, cursor=0)
    (item,) = answer.workspaces
    assert item.head == item.pulled[-1].last > 0, "the replica lags, and what it lacks came all the same"

    pair.standby.ask("SELECT 1 FROM pg_wal_replay_resume()")
    pair.catch_up()
    pair.forget()
    (again,) = pair.pull(reader, cursor=0).workspaces
    assert again == item
    assert any("log.frame" in statement for statement in pair.on_replica)
    assert not any("log.frame" in statement for statement in pair.on_primary)


def test_a_sync_with_nothing_to_say_does_not_reach_the_first_database(pair: Pair) -> None:
    house, jordan = pair.house, pair.jordan
    reader = house.laptop(house.person("Omar", jordan))
    before = pair.pull(reader, cursor=0)
    (item,) = before.workspaces
    pair.catch_up()
    pair.forget()
    combined = combined_digest([(jordan.id, item.head, item.digest, item.acked_dseq, item.chain)])
    known = before.access_epoch
    request = reader.request(cursors={jordan.number: item.head}, combined=combined, access_epoch=known)
    answer = pair.service.sync(house.caller(reader), request)
    assert answer.same
    assert pair.on_replica
    assert pair.on_primary == []


def test_without_its_replica_a_server_goes_on(pair: Pair, tmp_path: Path) -> None:
    house, jordan = pair.house, pair.jordan
    reader = house.laptop(house.person("Omar", jordan))
    away = Replica(open_engine(f"postgresql://postgres@/postgres?host={tmp_path}"))
    service = Service(house.storage, clock=house.clock, settings=house.settings, replica=away)
    answer = service.sync(house.caller(reader), reader.request(cursors={jordan.number: 0}))
    assert answer.workspaces[0].head > 0
    assert away.ask(lambda _connection: True) is None


def test_inv_19_a_moment_of_the_past_is_restored_and_laptops_hand_in_again(tmp_path: Path) -> None:
    with replicas.place() as folder:
        with replicas.primary(folder) as primary:
            house = House(primary.address, tmp_path)
            copy = primary.copied_to(folder / "copy", standby=False)
            jordan = house.workspace("Jordan")
            laptop = house.laptop(house.person("Lina", jordan))
            kept = laptop.create(jordan.id, "activity", {"title": "Before"})
            house.push(laptop, jordan, kept)
            primary.ask("SELECT pg_create_restore_point('noon')")
            lost = laptop.create(jordan.id, "activity", {"title": "After"})
            handed_in = laptop.request(laptop.push(jordan.number, [lost]))
            house.sync(laptop, handed_in)
            house.close()
            wanted = primary.ask("SELECT pg_walfile_name(pg_switch_wal())")
            wait_for(primary, f"SELECT last_archived_wal >= '{wanted}' FROM pg_stat_archiver")
        copy.restore_until("noon", archive=folder / replicas.ARCHIVE)
        with copy.running():
            wait_for(copy, "SELECT NOT pg_is_in_recovery()")
            restored = House(copy.address, tmp_path)
            restored.know_laptops_of(house)
            (place,) = restored.accounts.workspaces()
            assert restored.read(place).dseqs(laptop.device) == [kept.dseq]
            restored.sync(laptop, handed_in)
            assert restored.read(place).dseqs(laptop.device) == [kept.dseq, lost.dseq]
            restored.close()
