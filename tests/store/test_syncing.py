"""Enrolling, one sync, and the worker, over a real store and a real server's use cases without a network."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from helpers.house import House
from helpers.team import CHEAP, Line, Member, Reply, Team

from desktop.paths import profile_paths
from desktop.store.keys import wrap_types
from desktop.store.profile import create_profile
from desktop.store.store import Store
from desktop.syncing.blobs import FilesReceipt
from desktop.syncing.enrolment import enrol, tidy_address
from desktop.syncing.joined import read_joined
from desktop.syncing.once import sync_once
from desktop.syncing.schedule import Pace
from desktop.syncing.worker import SyncStatus, SyncWorker
from sync.changes import Edit
from sync.errors import DaftarError
from sync.records import KINDS
from sync.wire.tokens import RenewAnswer

PATIENCE = 20.0
ADDRESS = "http://127.0.0.1:1"


@dataclass
class Network:
    """Hands out lines to a house; `away` makes every request fail."""

    house: House
    away: str = ""
    tokens: list[str | None] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    closed: int = 0

    def connect(self, _address: str, token: str | None) -> _Line:
        self.tokens.append(token)
        return _Line(self, token or "")


class _Line:
    def __init__(self, network: Network, token: str) -> None:
        self._network, self._token = network, token
        self._line = Line(network.house, token)

    def post(self, path: str, body: bytes, *, wait_s: int = 0) -> Reply:
        self._network.paths.append(path)
        if self._network.away:
            raise DaftarError(self._network.away)
        if path == "/v1/token":
            answer: RenewAnswer = self._network.house.service.renew(self._token)
            return Reply(answer.pack())
        return self._line.post(path, body)

    def hang_up(self) -> None:
        """Nothing ever waits on it."""

    def close(self) -> None:
        self._network.closed += 1


@pytest.fixture
def network(team: Team) -> Network:
    return Network(team.house)


@pytest.fixture
def store(team: Team, tmp_path: Path) -> Iterator[Store]:
    """A new laptop's store that was not joined yet."""
    profile = create_profile(profile_paths(tmp_path / "new"), passphrase="a few words", cost=CHEAP)
    opened = Store.open(profile, KINDS, team.house.clock)
    yield opened
    opened.close()


def join(team: Team, store: Store, network: Network, *, name: str = "Rima Mansour") -> None:
    person = team.house.person(name, team.workspace)
    code, _ = team.house.office.enrolment.invite(person)
    enrol(store, server=ADDRESS, code=code, name="Irbid 2", clock=team.house.clock, connect=network.connect)


def once(team: Team, store: Store, network: Network) -> None:
    sync_once(store, clock=team.house.clock, connect=network.connect, pause=lambda _seconds: None)


@pytest.mark.parametrize(
    "typed, address",
    [
        (" https://daftar.example.org/ ", "https://daftar.example.org"),
        ("daftar.example.org", "https://daftar.example.org"),
        ("http://127.0.0.1:8440", "http://127.0.0.1:8440"),
        ("http://localhost:8440/", "http://localhost:8440"),
    ],
)
def test_addresses_are_tidied(typed: str, address: str) -> None:
    assert tidy_address(typed) == address


@pytest.mark.parametrize(
    "typed, code",
    [
        ("http://daftar.example.org", "server_not_safe"),
        ("ftp://daftar.example.org", "server_address_wrong"),
        ("https://", "server_address_wrong"),
        ("https://daftar:port", "server_address_wrong"),
    ],
)
def test_unsafe_and_wrong_addresses_are_refused(typed: str, code: str) -> None:
    with pytest.raises(DaftarError) as caught:
        tidy_address(typed)
    assert caught.value.code == code


def test_enrolment_keeps_token_account_workspaces_and_the_recovery_wrap(
    team: Team, store: Store, network: Network
) -> None:
    join(team, store, network)
    reader = store.reader()
    joined = read_joined(reader)
    assert (joined.server, joined.person, reader.meta("laptop")) == (ADDRESS, "Rima Mansour", "Irbid 2")
    assert [(state.name, state.role) for state in reader.workspaces()] == [("Jordan", "officer")]
    reader.close()
    assert set(wrap_types(store.profile.paths.keys)) == {"passphrase", "recovery"}


def test_a_lost_answer_of_the_enrolment_is_asked_for_again(
    team: Team, store: Store, network: Network
) -> None:
    person = team.house.person("Rima Mansour", team.workspace)
    code, _ = team.house.office.enrolment.invite(person)

    def lose(address: str, token: str | None) -> _Line:
        line = network.connect(address, token)
        post = line.post

        def lost(path: str, body: bytes) -> Reply:
            post(path, body)
            raise DaftarError("connection_cut")

        line.post = lost  # type: ignore[method-assign]  # the answer of this one line is lost
        return line

    clock = team.house.clock
    with pytest.raises(DaftarError, match="connection_cut"):
        enrol(store, server=ADDRESS, code=code, name="x", clock=clock, connect=lose)
    enrol(store, server=ADDRESS, code=code, name="x", clock=clock, connect=network.connect)
    reader = store.reader()
    assert read_joined(reader).person == "Rima Mansour"
    reader.close()


def test_a_laptop_that_was_not_joined_does_not_sync(team: Team, store: Store, network: Network) -> None:
    with pytest.raises(DaftarError) as caught:
        once(team, store, network)
    assert caught.value.code == "not_enrolled"


def test_one_sync_sends_receives_and_closes_its_line(team: Team, store: Store, network: Network) -> None:
    omar = team.join("Omar Khalil")
    join(team, store, network)
    _add(team, store, "From the new laptop")
    omar.add("activity", {"title": "From the old one"})
    omar.sync()
    receipt = sync_once(store, clock=team.house.clock, connect=network.connect)
    assert (receipt.pushed, receipt.pulled > 1) == (1, True)
    assert network.closed == len(network.tokens)
    omar.sync()
    assert len(omar.reader.search("laptop")) == 1


def test_a_month_old_token_is_renewed_after_a_sync(team: Team, store: Store, network: Network) -> None:
    join(team, store, network)
    once(team, store, network)
    assert "/v1/token" not in network.paths
    team.house.clock.move(days=31)
    once(team, store, network)
    assert network.paths[-1] == "/v1/token"
    once(team, store, network)
    assert network.tokens[-1] not in (None, network.tokens[-2])


def test_a_clock_that_is_wrong_is_corrected_at_once(team: Team, store: Store, network: Network) -> None:
    join(team, store, network)
    store.remember({"offset_ms": 0})

    class Fast:
        def now_ms(self) -> int:
            return team.house.clock.now_ms() + 3_600_000

    sync_once(store, clock=Fast(), connect=network.connect)
    assert store.run(lambda replica: replica.clock.offset_ms) == -3_600_000


# The worker


class Watched:
    """A worker and what it told."""

    def __init__(self, team: Team, store: Store, network: Network) -> None:
        self.told: queue.Queue[SyncStatus] = queue.Queue()
        self.worker = SyncWorker(
            store,
            clock=team.house.clock,
            on_status=self.told.put,
            connect=network.connect,
            pace=Pace(after_change=0.01, idle=3600, first_retry=3600),
            jitter=lambda: 0.5,
        )

    def until(self, fact: Callable[[SyncStatus], bool]) -> SyncStatus:
        while True:
            status = self.told.get(timeout=PATIENCE)
            if fact(status):
                return status


@pytest.fixture
def watched(team: Team, store: Store, network: Network) -> Iterator[Watched]:
    made = Watched(team, store, network)
    yield made
    assert made.worker.stop(timeout=PATIENCE)


def _add(team: Team, store: Store, title: str) -> None:
    edit = Edit(team.workspace.id, "activity", store.new_id(), {"title": title}, create=True)
    store.submit([edit], label="Add").result()


def _done(status: SyncStatus) -> bool:
    return not status.running and status.last_success_ms is not None


def test_the_worker_begins_at_once_and_sends_what_is_written_later(
    team: Team, store: Store, network: Network, watched: Watched
) -> None:
    omar = _with_colleague(team, store, network)
    watched.worker.start()
    watched.until(_done)
    _add(team, store, "Written while it waits")
    watched.until(lambda status: status.running)
    watched.until(_done)
    omar.sync()
    assert len(omar.reader.search("waits")) == 1


def test_the_worker_tells_that_the_server_is_away_and_goes_on_when_asked(
    team: Team, store: Store, network: Network, watched: Watched
) -> None:
    join(team, store, network)
    network.away = "no_connection"
    watched.worker.start()
    status = watched.until(lambda status: status.no_connection)
    assert (status.running, status.problem) == (False, "")
    network.away = ""
    watched.worker.ask_now()
    assert watched.until(_done).no_connection is False


def test_the_worker_tells_what_needs_a_person(
    team: Team, store: Store, network: Network, watched: Watched
) -> None:
    join(team, store, network)
    network.away = "token_revoked"
    watched.worker.start()
    status = watched.until(lambda status: bool(status.problem))
    assert (status.access_ended, status.problem) == (True, "token_revoked")


def test_the_worker_waits_for_the_laptop_to_be_joined(
    team: Team, store: Store, network: Network, watched: Watched
) -> None:
    watched.worker.start()
    watched.until(lambda status: not status.joined)
    join(team, store, network)
    watched.worker.ask_now()
    watched.until(_done)


def _with_colleague(team: Team, store: Store, network: Network) -> Member:
    omar = team.join("Omar Khalil")
    join(team, store, network)
    return omar


def test_files_get_a_turn_after_records_and_go_on_while_something_is_left(
    team: Team, store: Store, network: Network
) -> None:
    join(team, store, network)
    turns: queue.Queue[int] = queue.Queue()
    left = iter([2, 1, 0])

    def files(given: Store, halt: Callable[[], bool], _pause: Callable[[float], None]) -> FilesReceipt:
        assert given is store
        assert not halt()
        turns.put(len(network.paths))
        return FilesReceipt(bytes_up=1, left=next(left))

    told: queue.Queue[SyncStatus] = queue.Queue()
    worker = SyncWorker(
        store,
        clock=team.house.clock,
        on_status=told.put,
        connect=network.connect,
        files=files,
        pace=Pace(after_change=0.01, idle=3600, first_retry=3600),
    )
    worker.start()
    seen = [turns.get(timeout=PATIENCE) for _ in range(3)]
    assert worker.stop(timeout=PATIENCE)
    assert 0 < seen[0] < seen[1] < seen[2], "records are looked after before each turn"


def test_a_turn_of_files_that_fails_is_told(team: Team, store: Store, network: Network) -> None:
    join(team, store, network)

    def files(*_: object) -> FilesReceipt:
        raise DaftarError("disk_full")

    told: queue.Queue[SyncStatus] = queue.Queue()
    worker = SyncWorker(
        store, clock=team.house.clock, on_status=told.put, connect=network.connect, files=files
    )
    worker.start()
    while told.get(timeout=PATIENCE).problem != "disk_full":
        pass
    assert worker.stop(timeout=PATIENCE)
