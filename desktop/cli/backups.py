"""Backups of a notebook, and opening one whose passphrase is forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desktop.cli.call import Call
from desktop.cli.line import Command, Group

if TYPE_CHECKING:
    from desktop.store.backup import Access
    from desktop.store.profile import Profile

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("backup", cls=Group)
def backup_command() -> None:
    """Backups of the whole notebook, in one encrypted file."""


@backup_command.command("create")
@click.argument("file", type=_FILE)
@click.pass_obj
def backup_create(call: Call, file: Path) -> None:
    """Write a backup to FILE, also while the window is open. It opens with the same passphrase.

    With --json an object: file, created, size, sha256.

    \b
    Example:
      daftar backup create /media/usb/monday.daftar-backup
    """
    from desktop.store.backup import create
    from desktop.store.connection import open_reader
    from sync.replica.schema import VERSION

    profile = call.open_profile()
    connection = open_reader(profile.paths.database, key=profile.key, newest=VERSION)
    try:
        info = create(profile, connection, file, clock=call.clock)
    finally:
        connection.close()
    document = {"file": str(file), "created": info.created, "size": info.size, "sha256": info.sha256}
    call.answer(document, lambda: call.words.t("Backup written: {file}", file=str(file)))


@backup_command.command("restore")
@click.argument("file", type=_FILE)
@click.option(
    "--recovery-key",
    "key_file",
    type=_FILE,
    metavar="KEYFILE",
    help="The programme's recovery key, where the passphrase of the backup is forgotten.",
)
@click.pass_obj
def backup_restore(call: Call, file: Path, key_file: Path | None) -> None:
    """Put a backup in the place of what is here; what was here is kept aside.

    The notebook goes on under a new device number, so nobody's work is mixed up. With --recovery-key the
    passphrase in DAFTAR_PASSPHRASE, or one that is asked for, opens the notebook from then on; the former
    one opens nothing any more. With --json an object: file, created, and kept (the folder of what was here).

    \b
    Example:
      daftar backup restore /media/usb/monday.daftar-backup
      daftar backup restore /media/usb/monday.daftar-backup --recovery-key /media/safe/recovery.key
    """
    from desktop.store.backup import read_info
    from desktop.store.store import Store
    from sync.records import KINDS

    info = read_info(file)
    profile = _restored(call, file) if key_file is None else _rescued(call, file, key_file)
    # Opening it once gives it its new device number.
    Store.open(profile, KINDS, call.clock).close()
    document = {"file": str(file), "created": info.created, "kept": str(call.paths.former)}
    call.answer(
        document, lambda: call.words.t("Restored the backup of {day}.", day=call.words.date(info.created))
    )


@click.command("recover", cls=Command)
@click.option(
    "--recovery-key",
    "key_file",
    type=_FILE,
    metavar="FILE",
    required=True,
    help="The programme's recovery key: the file recovery.key that the server wrote once.",
)
@click.pass_obj
def recover_command(call: Call, key_file: Path) -> None:
    """Give a notebook a new passphrase, where the former one is forgotten.

    The new passphrase is the one in DAFTAR_PASSPHRASE, else one that is asked for. The former one opens
    nothing any more; nothing of the work changes. Only laptops that were enrolled can be opened in this way.
    With --json an object: profile.

    \b
    Example:
      daftar recover --recovery-key /media/safe/recovery.key
    """
    from desktop.store.recovery import read_recovery_key, recover

    private = read_recovery_key(key_file)
    profile = recover(call.paths, private=private, passphrase=_fresh_passphrase(call))
    document = {"profile": str(profile.paths.profile)}
    call.answer(document, lambda: call.words.t("From now on the new passphrase opens the notebook."))


def _restored(call: Call, file: Path) -> Profile:
    """The profile with the backup in place, under whatever opens it."""
    from desktop.cli.call import ask_secret, at_terminal
    from desktop.store.backup import Access
    from desktop.store.keys import system_keyring
    from sync.errors import DaftarError

    keyring = system_keyring() if call.passphrase is None else None
    try:
        return _put_back(call, file, Access(keyring=keyring, passphrase=call.passphrase))
    except DaftarError as error:
        if error.code != "passphrase_needed" or not at_terminal():
            raise
    call.passphrase = ask_secret(call.words.t("Passphrase"))
    return _put_back(call, file, Access(passphrase=call.passphrase))


def _rescued(call: Call, file: Path, key_file: Path) -> Profile:
    """The same with the recovery key; a passphrase nobody knows would only lock it again."""
    from desktop.store.backup import Access
    from desktop.store.keys import set_passphrase
    from desktop.store.recovery import read_recovery_key

    private = read_recovery_key(key_file)
    fresh = _fresh_passphrase(call)
    profile = _put_back(call, file, Access(recovery=private))
    set_passphrase(profile.paths.keys, key=profile.key, passphrase=fresh)
    return profile


def _put_back(call: Call, file: Path, access: Access) -> Profile:
    from desktop.store.backup import restore
    from desktop.store.profile import WriterLock
    from sync.replica.schema import VERSION

    with WriterLock(call.paths.lock) as lock:
        return restore(file, call.paths, lock=lock, access=access, clock=call.clock, newest=VERSION)


def _fresh_passphrase(call: Call) -> str:
    """The passphrase that will open the notebook, from the environment or typed twice."""
    from desktop.cli.call import ask_secret, at_terminal
    from sync.errors import DaftarError

    if call.passphrase is not None:
        return call.passphrase
    if not at_terminal():
        raise DaftarError("new_passphrase_needed")
    return ask_secret(call.words.t("New passphrase"), confirm=True)
