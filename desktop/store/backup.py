"""Backups: one encrypted file that carries the database and the wraps of its key.

The file is an ordinary ZIP archive without compression (encrypted pages do not compress):

- `backup.json`: format version, time, profile, schema version, size and SHA-256 of the database;
- `keys.json`: the key file as it was, so that the same passphrase, keyring or recovery key opens it;
- `daftar.db`: the database, copied by SQLCipher's own backup under the same key.

Only the first two are readable without the key, and they tell nothing about the work.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from desktop.paths import Paths
from desktop.store.connection import Connection, check_integrity, open_writer, transaction
from desktop.store.failures import database_errors, disk_errors
from desktop.store.files import flush_file, flush_folder, write_atomically
from desktop.store.keys import Keyring, open_keys, open_with_recovery, parse_key_file, read_key_file
from desktop.store.profile import Profile, WriterLock, finish_restore
from sync.clock import Clock
from sync.errors import DaftarError

FORMAT = 1
SUFFIX = ".daftar-backup"
HEADER, KEYS, DATABASE = "backup.json", "keys.json", "daftar.db"
PAGES_A_STEP = 1_000
CHUNK_BYTES = 1 << 20
SMALL_ENTRY_BYTES = 1 << 20
FORMER_KEPT = 3


@dataclass(frozen=True, slots=True)
class BackupInfo:
    """What a backup says of itself; `created` is UTC, `schema` the version of the tables in it."""

    format: int
    created: str
    profile: str
    schema: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Access:
    """Whatever may open a backup: a keyring, a passphrase, or the programme's private recovery key."""

    keyring: Keyring | None = None
    passphrase: str | None = None
    recovery: bytes | None = None

    def open(self, key_file: Path) -> bytes:
        if self.recovery is not None:
            return open_with_recovery(key_file, private=self.recovery)
        return open_keys(key_file, keyring=self.keyring, passphrase=self.passphrase)


def create(profile: Profile, connection: Connection, target: Path, *, clock: Clock) -> BackupInfo:
    """Write a checked backup to `target`, replacing it whole.

    The connection belongs to the calling thread and has no transaction open; a reader will do, and the
    writer goes on meanwhile. What is copied is the state at the beginning.
    """
    with disk_errors():
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_without_room(target.parent, needed=2 * _database_bytes(connection))
    with disk_errors(), TemporaryDirectory(prefix=".daftar-", dir=target.parent) as folder:
        copy = Path(folder) / DATABASE
        schema = _copy_database(connection, copy, key=profile.key)
        info = BackupInfo(
            format=FORMAT,
            created=_moment(clock).isoformat(timespec="seconds"),
            profile=read_key_file(profile.paths.keys).profile_id,
            schema=schema,
            size=copy.stat().st_size,
            sha256=_sha256(copy),
        )
        packed = Path(folder) / target.name
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(HEADER, json.dumps(asdict(info), indent=1) + "\n")
            archive.write(profile.paths.keys, KEYS)
            archive.write(copy, DATABASE)
        flush_file(packed)
        packed.replace(target)
        flush_folder(target.parent)
    return info


def read_info(source: Path) -> BackupInfo:
    """What the backup says of itself, without opening it."""
    with _archive(source) as archive:
        return _info(archive)


def verify(source: Path, *, access: Access, newest: int | None = None) -> BackupInfo:
    """Unpack the backup beside itself, open it, and check every page; nothing stays behind."""
    with disk_errors(), TemporaryDirectory(prefix=".daftar-", dir=source.parent) as folder:
        info, _ = _unpack(source, Path(folder), access=access, newest=newest)
    return info


def restore(
    source: Path,
    paths: Paths,
    *,
    lock: WriterLock,
    access: Access,
    clock: Clock,
    newest: int | None = None,
) -> Profile:
    """Put a backup in the place of the present data, which is kept aside under `former`.

    All connections of this process are closed before. The backup is unpacked, opened and checked before
    anything is touched; then two renames exchange the folders, and `open_profile` completes the second
    one if the power went in between. The restored database carries the mark `restored`, because it must
    go on under a new device number.
    """
    lock.acquire()
    with disk_errors():
        _remove(paths.restoring)
        _remove(paths.restored)
        paths.restoring.mkdir(mode=0o700, parents=True)
    try:
        _, key = _unpack(source, paths.restoring, access=access, newest=newest)
        _mark_restored(paths.restoring / paths.database.name, key=key)
        _keep_present_wraps(paths, key=key, access=access)
        with disk_errors():
            flush_file(paths.restoring / paths.database.name)
            flush_folder(paths.restoring)
            paths.restoring.replace(paths.restored)
    except BaseException:
        shutil.rmtree(paths.restoring, ignore_errors=True)
        raise
    with disk_errors():
        _move_aside(paths, clock=clock)
    finish_restore(paths)
    return Profile(paths, key)


def _copy_database(connection: Connection, copy: Path, *, key: bytes) -> int:
    with closing(open_writer(copy, key=key)) as target, database_errors():
        # The open read transaction keeps one state in view, so that writes meanwhile change nothing.
        connection.execute("BEGIN")
        try:
            (schema,) = connection.execute("PRAGMA user_version").fetchone()
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.backup(target, pages=PAGES_A_STEP)
        finally:
            connection.execute("ROLLBACK")
        # The cipher's check reads the file, not the log beside it.
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        check_integrity(target)
    return int(schema)


def _unpack(source: Path, folder: Path, *, access: Access, newest: int | None) -> tuple[BackupInfo, bytes]:
    """Unpack into an empty folder, and return what the backup says with the key that opened it."""
    with _archive(source) as archive:
        info = _info(archive)
        _refuse_without_room(folder, needed=info.size)
        key_file = _small(archive, KEYS)
        parse_key_file(key_file)
        write_atomically(folder / KEYS, key_file)
        key = access.open(folder / KEYS)
        copy = folder / DATABASE
        with archive.open(DATABASE) as packed, copy.open("xb") as unpacked:
            shutil.copyfileobj(packed, unpacked, CHUNK_BYTES)
    if copy.stat().st_size != info.size or _sha256(copy) != info.sha256:
        raise DaftarError("backup_unreadable", name=source.name)
    try:
        with closing(open_writer(copy, key=key, newest=newest)) as connection:
            check_integrity(connection)
    except DaftarError as error:
        if error.code in {"database_damaged", "key_wrong"}:
            raise DaftarError("backup_unreadable", name=source.name) from error
        raise
    return info, key


def _mark_restored(database: Path, *, key: bytes) -> None:
    with closing(open_writer(database, key=key)) as connection, transaction(connection):
        connection.execute("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value)")
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('restored', 1)")


def _keep_present_wraps(paths: Paths, *, key: bytes, access: Access) -> None:
    """A passphrase changed since the backup stays changed, as long as the key is the same."""
    try:
        same = access.open(paths.keys) == key
    except DaftarError:
        same = False
    if same:
        with disk_errors():
            write_atomically(paths.restoring / paths.keys.name, paths.keys.read_bytes())


def _move_aside(paths: Paths, *, clock: Clock) -> None:
    if not paths.data.exists():
        return
    paths.former.mkdir(mode=0o700, exist_ok=True)
    base = _moment(clock).strftime("%Y-%m-%d-%H%M%S")
    aside, number = paths.former / base, 1
    while aside.exists():
        number += 1
        aside = paths.former / f"{base}-{number}"
    paths.data.replace(aside)
    flush_folder(paths.profile)
    for old in sorted(paths.former.iterdir())[:-FORMER_KEPT]:
        _remove(old)


@contextmanager
def _archive(source: Path) -> Iterator[zipfile.ZipFile]:
    """Open the archive; whatever is not a sound backup is one and the same answer."""
    unreadable = DaftarError("backup_unreadable", name=source.name)
    if not source.is_file():
        raise unreadable
    try:
        with disk_errors(), zipfile.ZipFile(source) as archive:
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, EOFError, KeyError, ValueError, TypeError) as error:
        raise unreadable from error


def _info(archive: zipfile.ZipFile) -> BackupInfo:
    stored = json.loads(_small(archive, HEADER))
    version = int(stored["format"])
    if version > FORMAT:
        raise DaftarError("database_newer", found=version, known=FORMAT)
    return BackupInfo(
        format=version,
        created=str(stored["created"]),
        profile=str(stored["profile"]),
        schema=int(stored["schema"]),
        size=int(stored["size"]),
        sha256=str(stored["sha256"]),
    )


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as entry:
        content: bytes = entry.read(SMALL_ENTRY_BYTES + 1)
    if len(content) > SMALL_ENTRY_BYTES:
        raise ValueError(name)
    return content


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _database_bytes(connection: Connection) -> int:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    return int(pages) * int(size)


def _refuse_without_room(folder: Path, *, needed: int) -> None:
    if shutil.disk_usage(folder).free < needed + CHUNK_BYTES:
        raise DaftarError("disk_full")


def _moment(clock: Clock) -> datetime:
    return datetime.fromtimestamp(clock.now_ms() / 1000, UTC)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
