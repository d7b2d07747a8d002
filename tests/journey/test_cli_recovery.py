"""A forgotten passphrase by the command line: the recovery key opens the notebook and its backups again."""

import base64
from pathlib import Path

import pytest
from helpers.terminal import PASSPHRASE, Laptop
from nacl.public import PrivateKey

from desktop.store.keys import add_recovery_wrap, open_keys

FRESH = "a river, a bridge"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "recovery.key"
    file.write_text(f"daftar recovery key 1\n{base64.b64encode(bytes(PrivateKey.generate())).decode()}\n")
    return file


@pytest.fixture
def laptop(tmp_path: Path, key_file: Path) -> Laptop:
    made = Laptop(tmp_path / "profile").make("Jordan")
    private = PrivateKey(base64.b64decode(key_file.read_text().splitlines()[1]))
    key = open_keys(made.paths.keys, passphrase=PASSPHRASE)
    add_recovery_wrap(made.paths.keys, key=key, public=bytes(private.public_key))
    return made


def test_a_forgotten_passphrase_is_replaced(laptop: Laptop, key_file: Path) -> None:
    record = laptop.add("activity", "title=Train trainers")
    laptop.passphrase = FRESH
    assert laptop.fails("list", "activity")["code"] == "passphrase_wrong"
    answer = laptop.ask("recover", "--recovery-key", str(key_file))
    assert answer == {"profile": str(laptop.paths.profile)}
    assert [row["id"] for row in laptop.ask("list", "activity")] == [record]
    laptop.passphrase = PASSPHRASE
    assert laptop.fails("list", "activity")["code"] == "passphrase_wrong"


def test_a_backup_comes_back_on_another_laptop_without_its_passphrase(
    laptop: Laptop, key_file: Path, tmp_path: Path
) -> None:
    record = laptop.add("activity", "title=Train trainers")
    file = tmp_path / "usb" / "monday.daftar-backup"
    laptop.ask("backup", "create", str(file))
    other = Laptop(tmp_path / "other", passphrase=FRESH)
    assert other.fails("backup", "restore", str(file))["code"] == "passphrase_wrong"
    other.ask("backup", "restore", str(file), "--recovery-key", str(key_file))
    assert [row["id"] for row in other.ask("list", "activity")] == [record]


def test_without_a_new_passphrase_or_with_another_file_nothing_changes(
    laptop: Laptop, key_file: Path, tmp_path: Path
) -> None:
    laptop.passphrase = None
    assert laptop.fails("recover", "--recovery-key", str(key_file))["code"] == "new_passphrase_needed"
    laptop.passphrase = PASSPHRASE
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8")
    assert laptop.fails("recover", "--recovery-key", str(photo))["code"] == "recovery_key_unreadable"
    assert laptop.ask("list", "activity") == []
