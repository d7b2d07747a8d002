"""SYNC 29: sticks, couriers and the network mixed by chance, with damaged files among them, end equal."""

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from helpers.couriers import carry, digests, hand_to_server, meet, save, server_bundle, settle, sync, take
from helpers.snapshotting import let_small_logs_count, snapshot
from helpers.team import Member, Team, lost

from desktop.store.rows import Query
from desktop.store.verify import verify
from sync.errors import DaftarError

NAMES = ("Lina", "Omar", "Sara")
STEPS = 30


def refused(action: Callable[[], object]) -> None:
    """Do something that a damaged or foreign file may stand in the way of, with a code of bundles."""
    try:
        action()
    except DaftarError as error:
        if not error.code.startswith("bundle_"):
            raise


class Story:
    """What happens to three people in a few weeks without much of a network."""

    def __init__(self, team: Team, folder: Path, seed: int) -> None:
        self.team, self.folder, self.chance = team, folder, random.Random(seed)
        self.members = [team.join(name) for name in NAMES]
        settle(team)
        meet(team)
        self.files: list[Path] = []
        self.records: list[bytes] = []
        self.typed: list[tuple[bytes, str]] = []

    def step(self) -> None:
        member = self.chance.choice(self.members)
        action = self.chance.choices(
            (self.edit, self.bundle, self.receive, self.connect, self.office), (10, 6, 8, 3, 2)
        )[0]
        action(member)

    def edit(self, member: Member) -> None:
        seen = [record for record in self.records if member.reader.rows("activity", [record])]
        if not seen or self.chance.random() < 0.3:
            self.records.append(member.add("activity", {"title": f"Activity {len(self.records)}"}))
            return
        field = self.chance.choice(("title", "progress", "description"))
        value = self.chance.randrange(100) if field == "progress" else f"text {self.chance.random()}"
        member.set("activity", self.chance.choice(seen), {field: value})

    def bundle(self, member: Member) -> None:
        others = [*NAMES, "server"]
        others.remove(NAMES[self.members.index(member)])
        wanted = self.chance.sample(others, self.chance.choice((1, 1, 2)))
        target = self.folder / f"{len(self.files)}.daftar-bundle"
        since = self.chance.choice((None, 0))
        try:
            self.files += save(member, *wanted, target=target, since=lambda _state: since).files
        except DaftarError as error:
            if error.code != "bundle_nothing":
                raise

    def receive(self, member: Member) -> None:
        some = self.chance.sample(self.files, min(len(self.files), self.chance.randint(1, 3)))
        for path in some:
            refused(partial(take, member, self.maybe_damaged(path)))

    def maybe_damaged(self, path: Path) -> Path:
        if self.chance.random() < 0.75:
            return path
        data = bytearray(path.read_bytes())
        if self.chance.random() < 0.5:
            del data[self.chance.randrange(len(data)) :]
        else:
            data[self.chance.randrange(len(data))] ^= 1 << self.chance.randrange(8)
        damaged = self.folder / "damaged.daftar-bundle"
        damaged.write_bytes(data)
        return damaged

    def connect(self, member: Member) -> None:
        sync(member)

    def office(self, member: Member) -> None:
        """A stick reaches the server, and another one comes back."""
        for path in self.chance.sample(self.files, min(len(self.files), 2)):
            refused(partial(hand_to_server, self.team, self.maybe_damaged(path)))
        target = self.folder / f"{len(self.files)}.daftar-bundle"
        server_bundle(self.team, member, target)
        self.files.append(target)


@pytest.mark.parametrize("seed", range(4))
def test_inv_29_mixed_ways_end_equal(team: Team, tmp_path: Path, seed: int) -> None:
    story = Story(team, tmp_path, seed)
    for _ in range(STEPS):
        story.step()
        for member in story.members:
            assert verify(member.reader, clock=team.house.clock) == [], f"seed {seed}"
    settle(team)
    assert len(digests(story.members)) == 1, f"seed {seed}"
    faces = {tuple(sorted(map(repr, member.contested()))) for member in story.members}
    assert len(faces) == 1, f"seed {seed}"
    for record in story.records:
        rows = [member.row("activity", record).values for member in story.members]
        assert rows[0] == rows[1] == rows[2], f"seed {seed}"
    for member in story.members:
        assert verify(member.reader, clock=team.house.clock) == []
        assert not any(state.unsent for state in member.reader.workspaces())


@pytest.fixture
def carrier(team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Member, Member]:
    """Lina's three changes: the server has two of them, and Omar, who has synced never, all in one strand."""
    let_small_logs_count(monkeypatch)
    lina, omar = team.join("Lina"), team.join("Omar")
    lina.sync()
    meet(team)
    for title in ("First", "Second"):
        lina.add("activity", {"title": title})
    lina.line.mishaps = [lost] * 20
    with pytest.raises(DaftarError, match="connection_cut"):
        lina.sync()
    lina.line.mishaps = []
    lina.add("activity", {"title": "Third"})
    assert save(lina, "Omar", target=tmp_path / "lina.daftar-bundle").own == 3
    take(omar, tmp_path / "lina.daftar-bundle")
    snapshot(team)
    return lina, omar


def strands(member: Member) -> list[tuple[int, int]]:
    """First and last `dseq` of what is carried; each has its row of the log."""
    query = "SELECT log.first_dseq, log.last_dseq FROM strand LEFT JOIN log ON log.id = strand.log"
    return [(first, last) for first, last in member.reader.connection.execute(query).fetchall()]


def test_inv_29_a_strand_that_a_snapshot_covers_in_part_stays_as_it_was_signed(
    team: Team, carrier: tuple[Member, Member]
) -> None:
    lina, omar = carrier
    omar.sync()
    assert any("chunks" in path for path, _ in omar.line.fetched)
    assert strands(omar) == [(1, 3)]
    assert len(omar.reader.rowids(Query("activity"))) == 3
    assert carry(omar) == 1
    omar.sync()
    lina.sync()
    assert strands(omar) == []
    assert len(digests([lina, omar])) == 1


def test_inv_29_a_strand_that_a_snapshot_covers_leaves_nothing_behind(
    team: Team, carrier: tuple[Member, Member]
) -> None:
    lina, omar = carrier
    lina.sync()
    snapshot(team)
    omar.sync()
    assert any("chunks" in path for path, _ in omar.line.fetched)
    assert strands(omar) == []
    assert verify(omar.reader, clock=team.house.clock) == []
    assert len(digests([lina, omar])) == 1
