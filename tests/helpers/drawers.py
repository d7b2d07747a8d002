"""Files in an office: of every size and in every state, attached to whatever a test or a picture needs."""

from __future__ import annotations

import hashlib
from pathlib import Path

from helpers.office import JORDAN, Office

from desktop.commands.attachments import ATTACH, attach
from desktop.store.attached import Duty, Policy, put_duty
from desktop.store.attachments import Vault
from sync.changes import Edit

REGISTER = b"Name; present\nAmina; yes\nYusuf; yes\n"


class Drawer:
    """The attached files of one office."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder = office, folder
        self.vault = Vault(office.store.profile)

    def source(self, name: str, content: bytes = REGISTER) -> Path:
        """A file outside the notebook."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    def put(
        self, owner: str, kind: str, name: str, content: bytes = REGISTER, *, duty: Duty | None = None
    ) -> bytes:
        """A file that lies here; without a duty it waits to be sent. The attachment's id."""
        stored = self.vault.add(self.source(name, content), workspace=JORDAN)
        self.note(stored.fingerprint, duty or Duty(Policy.NETWORK, sent=False))
        return self._attach(owner, kind, name, stored.fingerprint, stored.size)

    def elsewhere(
        self, owner: str, kind: str, name: str, size: int, *, duty: Duty | None = None, partly: int = 0
    ) -> bytes:
        """A colleague's file, of which there may be a beginning here."""
        fingerprint = hashlib.sha256(name.encode()).digest()
        if duty is not None:
            self.note(fingerprint, duty)
        if partly:
            with self.vault.arriving(JORDAN, fingerprint) as sealing:
                sealing.write(bytes(partly))
        return self._attach(owner, kind, name, fingerprint, size)

    def page(self, owner: str, kind: str, title: str, address: str) -> bytes:
        """The address of a page."""
        row = self.office.row(owner, kind)
        values = {"title": title, "url": address, "about_kind": kind, "about": row.id}
        return self.office.add(title, "attachment", **values)

    def note(self, fingerprint: bytes, duty: Duty) -> None:
        self.office.store.post(lambda database: put_duty(database, JORDAN, fingerprint, duty)).result()

    def _attach(self, owner: str, kind: str, name: str, fingerprint: bytes, size: int) -> bytes:
        record = self.office.store.new_id()
        edits: list[Edit] = attach(
            self.office.row(owner, kind), record=record, file_name=name, fingerprint=fingerprint, size=size
        )
        self.office.store.submit(edits, label=ATTACH).result()
        return record
