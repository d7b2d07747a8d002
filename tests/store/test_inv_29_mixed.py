"""SYNC 29: sticks, couriers and the network mixed by chance, with damaged files among them, end equal."""

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from helpers.couriers import digests, hand_to_server, meet, save, server_bundle, settle, sync, take
from helpers.team import Member, Team

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
