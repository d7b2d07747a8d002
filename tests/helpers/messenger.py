"""Laptops that send files over a real socket: a traveller, and a way for its files to the server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from helpers.house import House
from helpers.traveller import Traveller

from desktop.commands.attachments import ATTACH, attach
from desktop.store.attached import Attached, Duty, Policy, attached_files, put_duty
from desktop.store.attachments import Vault
from desktop.syncing.blobs import FileProgress, FilesReceipt, sync_files
from sync.server.storage.people import Workspace


def content_of(size: int, *, seed: int = 1) -> bytes:
    """Bytes that do not repeat, the same for the same seed."""
    return hashlib.shake_128(str(seed).encode()).digest(size)


class Messenger:
    """One laptop's files."""

    def __init__(self, laptop: Traveller, folder: Path, url: str) -> None:
        self.laptop, self.folder, self.url = laptop, folder, url
        self.vault = Vault(laptop.store.profile)
        self.pauses: list[float] = []

    def attach(self, workspace: Workspace, content: bytes, *, policy: Policy = Policy.NOW) -> bytes:
        """An activity with a file; the attachment's id."""
        store = self.laptop.store
        activity = self.laptop.add(workspace, "activity", {"title": "Train trainers"})
        source = self.folder / "register.pdf"
        source.write_bytes(content)
        stored = self.vault.add(source, workspace=workspace.id)
        identity, row = store.new_id(), self.laptop.reader.get("activity", activity)
        duty = Duty(policy, sent=False)
        store.post(lambda database: put_duty(database, workspace.id, stored.fingerprint, duty)).result()
        edits = attach(
            row, record=identity, file_name=source.name, fingerprint=stored.fingerprint, size=stored.size
        )
        store.submit(edits, label=ATTACH).result()
        return identity

    def move(
        self,
        *,
        halt: Callable[[], bool] = lambda: False,
        report: Callable[[FileProgress], None] = lambda _progress: None,
        seconds: float | None = None,
    ) -> FilesReceipt:
        self.laptop.store.remember({"server": self.url})
        return sync_files(
            self.laptop.store, halt=halt, pause=self.pauses.append, report=report, seconds=seconds
        )

    def file(self, identity: bytes) -> Attached:
        return next(one for one in attached_files(self.laptop.reader) if one.row.id == identity)

    def want(self, identity: bytes) -> None:
        one = self.file(identity)
        duty = Duty(one.duty.policy, sent=one.duty.sent, wanted=True)
        self.laptop.store.post(
            lambda database: put_duty(database, one.workspace, one.fingerprint, duty)
        ).result()

    def read(self, identity: bytes) -> bytes:
        one = self.file(identity)
        return b"".join(self.vault.read(one.workspace, one.fingerprint))


class Pair:
    """Two colleagues of one workspace: Amina attaches, Omar gets."""

    def __init__(self, house: House, folder: Path, url: str) -> None:
        self.house, self.url = house, url
        self.jordan: Workspace = house.workspace("Jordan")
        self.amina, self.omar = (
            self._join(name, folder / name[:4]) for name in ("Amina Hassan", "Omar Khalil")
        )

    def _join(self, name: str, folder: Path) -> Messenger:
        folder.mkdir()
        laptop = Traveller(self.house, self.house.person(name, self.jordan), folder / "laptop")
        return Messenger(laptop, folder, self.url)

    def records(self) -> None:
        """What either wrote reaches the other."""
        for one in (self.amina, self.omar, self.amina):
            one.laptop.sync()

    def close(self) -> None:
        self.amina.laptop.close()
        self.omar.laptop.close()
