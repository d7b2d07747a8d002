"""Attached files on a laptop: encrypted, checked before they are seen, deleted with their workspace."""

import errno
import hashlib
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.messenger import content_of
from helpers.team import CHEAP

from desktop.paths import profile_paths
from desktop.store import attachments
from desktop.store.attachments import Vault, forget_workspace_files
from desktop.store.profile import create_profile
from sync.blobs import BLOB_LIMIT, EMPTY
from sync.errors import DaftarError

JORDAN, LEBANON = bytes([1] * 16), bytes([2] * 16)
CONTENT = b"signed register of the training " * 9000


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(create_profile(profile_paths(tmp_path / "laptop"), passphrase="a few words", cost=CHEAP))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "register.pdf"
    path.write_bytes(CONTENT)
    return path


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_file_comes_out_as_it_went_in_and_lies_encrypted(
    vault: Vault, source: Path, tmp_path: Path
) -> None:
    stored = vault.add(source, workspace=JORDAN)
    assert (stored.fingerprint, stored.size) == (hashlib.sha256(CONTENT).digest(), len(CONTENT))
    assert b"register" not in everything(tmp_path / "laptop")
    names = [path.name for path in (tmp_path / "laptop").rglob("*")]
    assert not any(stored.fingerprint.hex()[:8] in name for name in names)
    target = tmp_path / "out.pdf"
    target.write_bytes(b"former")
    vault.export(JORDAN, stored.fingerprint, target)
    assert target.read_bytes() == CONTENT
    assert vault.add(source, workspace=JORDAN) == stored


def test_an_empty_file_is_kept_too(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    stored = vault.add(tmp_path / "empty", workspace=JORDAN)
    vault.export(JORDAN, EMPTY, tmp_path / "out")
    assert (stored.size, (tmp_path / "out").read_bytes()) == (0, b"")


def test_workspaces_do_not_share_files(vault: Vault, source: Path, tmp_path: Path) -> None:
    name = vault.add(source, workspace=JORDAN).fingerprint
    assert not vault.holds(LEBANON, name)
    vault.add(source, workspace=LEBANON)
    forget_workspace_files(profile_paths(tmp_path / "laptop"), JORDAN)
    forget_workspace_files(profile_paths(tmp_path / "laptop"), JORDAN)
    assert (vault.holds(JORDAN, name), vault.holds(LEBANON, name)) == (False, True)


def test_what_arrived_is_seen_only_when_it_is_what_was_attached(vault: Vault) -> None:
    name = hashlib.sha256(CONTENT).digest()
    with vault.arriving(JORDAN, name) as sealing:
        sealing.write(CONTENT[:70_000])
    assert (vault.holds(JORDAN, name), vault.received(JORDAN, name)) == (False, 70_000)
    with vault.arriving(JORDAN, name) as sealing:
        assert sealing.size == 70_000
        sealing.write(b"x" + CONTENT[70_001:])
    with pytest.raises(DaftarError, match="blob_differs"):
        vault.finish(JORDAN, name)
    assert (vault.holds(JORDAN, name), vault.received(JORDAN, name)) == (False, 0)


def test_a_damaged_copy_is_never_handed_out(vault: Vault, source: Path, tmp_path: Path) -> None:
    name = vault.add(source, workspace=JORDAN).fingerprint
    (kept,) = [path for path in (tmp_path / "laptop" / "files").rglob("*") if path.is_file()]
    raw = kept.read_bytes()
    # Cut at the border of a chunk, every chunk that is left is sound.
    for wrong in (raw[: 8 + 65_536 + 40], raw[:-1], raw[:100] + b"\0\0\0" + raw[103:]):
        kept.write_bytes(wrong)
        with pytest.raises(DaftarError, match="file_damaged"):
            vault.export(JORDAN, name, tmp_path / "out.pdf")
    assert not (tmp_path / "out.pdf").exists()
    assert list(tmp_path.glob(".daftar-*")) == []


def test_a_full_disk_leaves_nothing_behind(
    vault: Vault, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as patch:
        patch.setattr("desktop.store.sealed.Sealing.write", full)
        with pytest.raises(DaftarError, match="disk_full"):
            vault.add(source, workspace=JORDAN)
    assert not vault.holds(JORDAN, hashlib.sha256(CONTENT).digest())
    vault.add(source, workspace=JORDAN)
    monkeypatch.setattr(attachments, "_RESERVE", 1 << 60)
    (tmp_path / "other").write_bytes(b"other")
    with pytest.raises(DaftarError, match="disk_full"):
        vault.add(tmp_path / "other", workspace=JORDAN)


def test_a_file_that_changes_while_it_is_copied_is_refused(
    vault: Vault, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = attachments._look_at

    def look(path: Path, told: Callable[[int], None]) -> tuple[bytes, int]:
        found = real(path, told)
        path.write_bytes(CONTENT[:-1] + b"!")
        return found

    monkeypatch.setattr(attachments, "_look_at", look)
    with pytest.raises(DaftarError, match="file_changed"):
        vault.add(source, workspace=JORDAN)


def test_a_stick_that_is_pulled_out_meanwhile_is_not_taken_for_the_disk_of_the_laptop(
    vault: Vault, source: Path, tmp_path: Path
) -> None:
    def pull(share: float) -> None:
        if share >= 0.5:
            source.unlink(missing_ok=True)

    with pytest.raises(DaftarError) as caught:
        vault.add(source, workspace=JORDAN, report=pull)
    assert (caught.value.code, caught.value.params) == ("file_unreadable", {"name": "register.pdf"})
    assert [path for path in (tmp_path / "laptop" / "files").rglob("*") if path.is_file()] == []


def test_what_is_not_there_or_too_large_is_refused(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(DaftarError, match="file_unreadable"):
        vault.add(tmp_path / "absent", workspace=JORDAN)
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(BLOB_LIMIT + 1)
    with pytest.raises(DaftarError, match="file_too_large"):
        vault.add(large, workspace=JORDAN)
    with pytest.raises(DaftarError, match="file_not_here"):
        vault.read(JORDAN, bytes(32))


def test_two_hundred_megabytes_pass_through_little_memory(vault: Vault, tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(BLOB_LIMIT)
        file.write(content_of(1000))
    tracemalloc.start()
    try:
        stored = vault.add(large, workspace=JORDAN)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert stored.size == BLOB_LIMIT
    assert peak < 4 * 1024 * 1024
