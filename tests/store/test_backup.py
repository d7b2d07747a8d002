"""A backup is whole and encrypted, opens with what opened the profile, and is put back without loss."""

import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import nacl.public
import pytest
from helpers.keyrings import MemoryKeyring

from desktop.paths import Paths, profile_paths
from desktop.store import backup, keys
from desktop.store.backup import Access
from desktop.store.connection import open_reader, open_writer, transaction
from desktop.store.driver import Connection
from desktop.store.keys import Cost
from desktop.store.profile import Profile, WriterLock, create_profile, open_profile
from sync.errors import DaftarError

CHEAP = Cost(operations=1, memory=8192)
PASSPHRASE = "olive, well and lamp"
SECRET = "minutes of the meeting in Zarqa"
OPENS = Access(passphrase=PASSPHRASE)


@dataclass
class Stopped:
    """A clock that shows one moment: 14 June 2026, 09:30 UTC."""

    ms: int = 1_781_429_400_000

    def now_ms(self) -> int:
        return self.ms


CLOCK = Stopped()


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return create_profile(profile_paths(tmp_path / "profile"), passphrase=PASSPHRASE, cost=CHEAP)


@pytest.fixture
def writer(profile: Profile) -> Iterator[Connection]:
    with closing(open_writer(profile.paths.database, key=profile.key)) as connection:
        connection.execute("PRAGMA user_version = 3")
        connection.execute("CREATE TABLE notes (text TEXT)")
        connection.execute("INSERT INTO notes VALUES (?)", (SECRET,))
        yield connection


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "stick" / f"amman{backup.SUFFIX}"


def notes(profile: Profile) -> list[str]:
    with closing(open_reader(profile.paths.database, key=profile.key)) as reader:
        return [text for (text,) in reader.execute("SELECT text FROM notes")]


def restore(source: Path, paths: Paths, access: Access = OPENS, newest: int | None = None) -> Profile:
    with WriterLock(paths.lock) as lock:
        return backup.restore(source, paths, lock=lock, access=access, clock=CLOCK, newest=newest)


def code_of(call: object, *args: object, **named: object) -> str:
    with pytest.raises(DaftarError) as caught:
        call(*args, **named)  # type: ignore[operator]  # any function under test
    return caught.value.code


def test_a_backup_tells_what_it_is_and_nothing_of_the_work(
    profile: Profile, writer: Connection, target: Path
) -> None:
    info = backup.create(profile, writer, target, clock=CLOCK)
    assert info == backup.read_info(target) == backup.verify(target, access=OPENS)
    assert info.created == "2026-06-14T09:30:00+00:00"
    assert info.schema == 3
    assert info.profile == keys.read_key_file(profile.paths.keys).profile_id
    assert SECRET.encode() not in target.read_bytes()
    assert [each.name for each in target.parent.iterdir()] == [target.name]


def test_a_backup_is_the_state_at_its_beginning(
    profile: Profile, writer: Connection, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer.executemany("INSERT INTO notes VALUES (?)", [("x" * 3000,)] * 200)
    monkeypatch.setattr(backup, "PAGES_A_STEP", 5)
    with closing(open_reader(profile.paths.database, key=profile.key)) as reader:
        reader.set_progress_handler(None, 0)

        class Meddling:
            """A reader whose backup is interrupted by a write of somebody else."""

            def execute(self, sql: str) -> object:
                return reader.execute(sql)

            def backup(self, copy: Connection, *, pages: int) -> None:
                steps = iter(range(10**6))

                def write(_status: int, _left: int, _all: int) -> None:
                    if next(steps) == 2:
                        writer.execute("INSERT INTO notes VALUES ('late')")

                reader.backup(copy, pages=pages, progress=write)

        backup.create(profile, Meddling(), target, clock=CLOCK)  # type: ignore[arg-type]  # acts as one
    assert writer.execute("SELECT count(*) FROM notes").fetchone() == (202,)
    writer.close()
    assert len(notes(restore(target, profile.paths))) == 201


def test_the_writer_goes_on_after_a_backup(profile: Profile, writer: Connection, target: Path) -> None:
    backup.create(profile, writer, target, clock=CLOCK)
    with transaction(writer):
        writer.execute("INSERT INTO notes VALUES ('later')")
    backup.create(profile, writer, target, clock=CLOCK)
    writer.close()
    assert notes(restore(target, profile.paths)) == [SECRET, "later"]


def test_a_restore_brings_back_and_keeps_aside(profile: Profile, writer: Connection, target: Path) -> None:
    backup.create(profile, writer, target, clock=CLOCK)
    writer.execute("INSERT INTO notes VALUES ('written after the backup')")
    writer.close()
    restored = restore(target, profile.paths)
    assert restored == open_profile(profile.paths, passphrase=PASSPHRASE) == profile
    assert notes(restored) == [SECRET]
    (aside,) = profile.paths.former.iterdir()
    assert aside.name == "2026-06-14-093000"
    with closing(open_reader(aside / "daftar.db", key=profile.key)) as former:
        assert former.execute("SELECT count(*) FROM notes").fetchone() == (2,)
    assert not profile.paths.restoring.exists()
    assert not profile.paths.restored.exists()


def test_a_restored_database_asks_for_a_new_device_number(
    profile: Profile, writer: Connection, target: Path
) -> None:
    writer.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value)")
    writer.execute("INSERT INTO meta VALUES ('device', 7)")
    backup.create(profile, writer, target, clock=CLOCK)
    writer.close()
    restored = restore(target, profile.paths)
    with closing(open_reader(restored.paths.database, key=restored.key)) as reader:
        assert dict(reader.execute("SELECT key, value FROM meta").fetchall()) == {"device": 7, "restored": 1}
    # The file on the stick stays what it was.
    assert backup.verify(target, access=OPENS).schema == 3


def test_another_laptop_opens_a_backup_with_the_passphrase(
    profile: Profile, writer: Connection, target: Path, tmp_path: Path
) -> None:
    backup.create(profile, writer, target, clock=CLOCK)
    elsewhere = profile_paths(tmp_path / "another laptop" / "profile")
    restored = restore(target, elsewhere)
    assert notes(restored) == [SECRET]
    assert open_profile(elsewhere, passphrase=PASSPHRASE) == restored
    assert not elsewhere.former.exists()


def test_the_same_desktop_opens_a_backup_with_its_keyring(tmp_path: Path, target: Path) -> None:
    keyring = MemoryKeyring()
    profile = create_profile(profile_paths(tmp_path / "profile"), keyring=keyring)
    with closing(open_writer(profile.paths.database, key=profile.key)) as writer:
        writer.execute("CREATE TABLE notes (text TEXT)")
        backup.create(profile, writer, target, clock=CLOCK)
    shutil.rmtree(profile.paths.profile)
    assert restore(target, profile.paths, Access(keyring=keyring)) == profile
    assert open_profile(profile.paths, keyring=keyring) == profile


def test_the_programme_opens_a_backup_with_its_recovery_key(
    profile: Profile, writer: Connection, target: Path, tmp_path: Path
) -> None:
    programme = nacl.public.PrivateKey.generate()
    keys.add_recovery_wrap(profile.paths.keys, key=profile.key, public=bytes(programme.public_key))
    backup.create(profile, writer, target, clock=CLOCK)
    elsewhere = profile_paths(tmp_path / "elsewhere")
    restored = restore(target, elsewhere, Access(recovery=bytes(programme)))
    assert notes(restored) == [SECRET]


def test_a_passphrase_changed_since_stays_changed(profile: Profile, writer: Connection, target: Path) -> None:
    backup.create(profile, writer, target, clock=CLOCK)
    writer.close()
    keyring = MemoryKeyring()
    keys.add_keyring(profile.paths.keys, key=profile.key, keyring=keyring)
    restore(target, profile.paths)
    assert keys.wrap_types(profile.paths.keys) == ("passphrase", "keyring")


def test_without_the_passphrase_nothing_is_touched(
    profile: Profile, writer: Connection, target: Path
) -> None:
    backup.create(profile, writer, target, clock=CLOCK)
    writer.close()
    before = profile.paths.database.read_bytes()
    for access, code in [(Access(passphrase="another"), "passphrase_wrong"), (Access(), "passphrase_needed")]:
        assert code_of(restore, target, profile.paths, access) == code
    assert profile.paths.database.read_bytes() == before
    assert not profile.paths.restoring.exists()


def test_a_backup_of_a_newer_version_is_refused(profile: Profile, writer: Connection, target: Path) -> None:
    backup.create(profile, writer, target, clock=CLOCK)
    writer.close()
    assert code_of(restore, target, profile.paths, newest=2) == "database_newer"
    assert code_of(backup.verify, target, access=OPENS, newest=2) == "database_newer"
    assert notes(profile) == [SECRET]


def test_any_damage_is_found_before_anything_is_touched(
    profile: Profile, writer: Connection, target: Path
) -> None:
    backup.create(profile, writer, target, clock=CLOCK)
    writer.close()
    whole = target.read_bytes()
    step = max(1, len(whole) // 60)
    for place in range(0, len(whole), step):
        target.write_bytes(whole[:place] + bytes([whole[place] ^ 0x40]) + whole[place + 1 :])
        try:
            backup.verify(target, access=OPENS)
        except DaftarError as error:
            code = error.code
        else:
            # Some bytes of an archive, such as times of its entries, mean nothing.
            continue
        assert code in {"backup_unreadable", "passphrase_wrong", "key_damaged", "database_newer"}
    for size in (0, 10, len(whole) // 2, len(whole) - 1):
        target.write_bytes(whole[:size])
        assert code_of(restore, target, profile.paths) == "backup_unreadable"
    assert notes(profile) == [SECRET]


def test_a_changed_database_does_not_pass_for_the_one_that_was_saved(
    profile: Profile, writer: Connection, target: Path
) -> None:
    backup.create(profile, writer, target, clock=CLOCK)
    with zipfile.ZipFile(target) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    damaged = bytearray(entries[backup.DATABASE])
    damaged[5000] ^= 1
    header = json.loads(entries[backup.HEADER])
    for sha256 in (header["sha256"], backup.hashlib.sha256(damaged).hexdigest()):
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr(backup.HEADER, json.dumps({**header, "sha256": sha256}))
            archive.writestr(backup.KEYS, entries[backup.KEYS])
            archive.writestr(backup.DATABASE, bytes(damaged))
        assert code_of(backup.verify, target, access=OPENS) == "backup_unreadable"


@pytest.mark.parametrize(
    "header", [b"[]", b"{}", b"nonsense", b'{"format": "x"}', b"0" * (backup.SMALL_ENTRY_BYTES + 1)]
)
def test_other_archives_are_refused(target: Path, header: bytes) -> None:
    target.parent.mkdir()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(backup.HEADER, header)
    assert code_of(backup.read_info, target) == "backup_unreadable"
    assert code_of(backup.read_info, target.with_name("missing")) == "backup_unreadable"
    assert code_of(backup.read_info, target.parent) == "backup_unreadable"


def test_a_full_disk_leaves_the_former_backup(
    profile: Profile, writer: Connection, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.create(profile, writer, target, clock=CLOCK)
    before = target.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert code_of(backup.create, profile, writer, target, clock=CLOCK) == "disk_full"
    monkeypatch.undo()
    assert target.read_bytes() == before
    assert [each.name for each in target.parent.iterdir()] == [target.name]

    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: shutil._ntuple_diskusage(10, 10, 0))
    assert code_of(backup.create, profile, writer, target, clock=CLOCK) == "disk_full"


@pytest.mark.parametrize("renames", [0, 1, 2, 3])
def test_a_power_cut_during_a_restore_leaves_one_of_both(
    profile: Profile, writer: Connection, target: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    backup.create(profile, writer, target, clock=CLOCK)
    writer.execute("INSERT INTO notes VALUES ('written after the backup')")
    writer.close()
    done, real = [], Path.replace

    def replace(self: Path, other: Path) -> Path:
        if self.is_dir():
            if len(done) == renames:
                raise KeyboardInterrupt
            done.append(self)
        return real(self, other)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(KeyboardInterrupt) if renames < 3 else closing(profile.paths.lock.open("a")):
        restore(target, profile.paths)
    monkeypatch.undo()
    again = open_profile(profile.paths, passphrase=PASSPHRASE)
    assert len(notes(again)) == (1 if renames >= 2 else 2)
    # Whatever was left lying about does not disturb the next attempt.
    assert notes(restore(target, profile.paths)) == [SECRET]


def test_only_the_latest_former_data_are_kept(profile: Profile, writer: Connection, target: Path) -> None:
    backup.create(profile, writer, target, clock=CLOCK)
    writer.close()
    for _ in range(backup.FORMER_KEPT + 2):
        restore(target, profile.paths)
    names = sorted(each.name for each in profile.paths.former.iterdir())
    assert len(names) == backup.FORMER_KEPT
    assert notes(profile) == [SECRET]


def test_a_profile_in_use_is_not_replaced(profile: Profile, writer: Connection, target: Path) -> None:
    backup.create(profile, writer, target, clock=CLOCK)
    with WriterLock(profile.paths.lock):
        assert code_of(restore, target, profile.paths) == "profile_in_use"
