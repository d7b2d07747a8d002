"""Members of a team who hand bundles to each other, to the server, and to couriers."""

import io
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from helpers.team import Member, Team

from desktop.commands import attachments as commands
from desktop.store.attached import Duty, Policy, put_duty
from desktop.store.attachments import Vault
from desktop.syncing.bundles import Saved, Taken, Wish, make_bundle, take_bundles
from desktop.syncing.carrying import hand_in
from desktop.syncing.enclosed import Files
from desktop.syncing.identity import refresh_keys
from desktop.syncing.recipients import Recipient, find_recipients
from sync.bundles.writing import FAT32, Made, OpenVolume
from sync.replica.workspaces import WorkspaceState
from sync.server.bundles import Brought
from sync.server.bundles import Wish as ServerWish


def meet(team: Team) -> None:
    """Everybody shows the server their keys, and learns those of the others."""
    for _ in range(2):
        for member in team.members:
            refresh_keys(member.store, member.reader, member.line, clock=team.house.clock, force=True)


def name_of(member: Member) -> str:
    return str(member.house.service.enrolment.authenticate(member.line.parts[1]).person_id.hex())


def save(
    member: Member,
    *wanted: str,
    target: Path,
    split: int = FAT32,
    since: Callable[[WorkspaceState], int | None] = lambda _state: None,
    files: Files = Files.NONE,
    most: int | None = None,
) -> Saved:
    """A bundle of this member for the server or for colleagues, by name."""
    found: list[Recipient] = [one for name in wanted for one in find_recipients(member.reader, name)]
    wish = Wish(tuple(found), target, split, since, files, most)
    return make_bundle(member.store, member.reader, wish, clock=member.house.clock)


def attach(member: Member, about: bytes, content: bytes, *, policy: Policy = Policy.NETWORK) -> bytes:
    """Attach a file to an activity; the fingerprint of its content."""
    source = member.folder / "file.bin"
    source.write_bytes(content)
    stored = Vault(member.profile).add(source, workspace=member.workspace)
    duty = Duty(policy, sent=False)
    member.store.post(lambda one: put_duty(one, member.workspace, stored.fingerprint, duty)).result()
    edits = commands.attach(
        member.row("activity", about),
        record=member.store.new_id(),
        file_name="file.bin",
        fingerprint=stored.fingerprint,
        size=stored.size,
    )
    member.write(*edits)
    return stored.fingerprint


def take(member: Member, *files: Path, code: str = "") -> list[Taken]:
    return take_bundles(member.store, member.reader, files, code=code)


def carry(member: Member) -> int | None:
    """Hand in what this member carries for others."""
    return hand_in(member.store, member.reader, member.line, clock=member.house.clock)


def sync(member: Member) -> None:
    """As a laptop does it: what it carries first, then its own."""
    carry(member)
    member.sync()


def settle(team: Team) -> None:
    for _ in range(2):
        for member in team.members:
            sync(member)


def hand_to_server(team: Team, *files: Path) -> list[Brought]:
    found = []
    for path in files:
        with path.open("rb") as file:
            found.append(team.house.service.bundles.apply(file))
    return found


def server_bundle(team: Team, member: Member, target: Path, wish: ServerWish | None = None) -> Made:
    """A bundle that the server makes for this member."""
    with team.house.storage.reading() as connection:
        from sync.server.storage import people

        person = people.find_person(connection, bytes(member.reader.meta("account")))
    assert person is not None
    return team.house.service.bundles.create(
        person, wish or ServerWish(), into(target), draw=secrets.token_bytes
    )


def into(target: Path) -> OpenVolume:
    @contextmanager
    def open_volume(volume: int, volumes: int) -> Iterator[IO[bytes]]:
        path = target if volumes == 1 else target.with_name(f"{target.name}.{volume}")
        with path.open("wb") as file:
            yield file

    return open_volume


def digests(members: Sequence[Member]) -> set[bytes]:
    return {member.digest() for member in members}


def in_memory(data: bytes) -> IO[bytes]:
    return io.BytesIO(data)
