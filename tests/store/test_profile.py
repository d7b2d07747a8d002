"""One process writes to a profile; the lock ends with the process, and no profile is made over another."""

import subprocess
import sys
from pathlib import Path

import pytest
from helpers.keyrings import MemoryKeyring

from desktop.paths import Paths, profile_paths
from desktop.store.profile import WriterLock, create_profile, finish_restore, open_profile
from sync.errors import DaftarError

HOLDER = """
import sys
from pathlib import Path
from desktop.store.profile import WriterLock
lock = WriterLock(Path(sys.argv[1]))
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return profile_paths(tmp_path / "profile")


def test_a_profile_opens_again_with_its_key(paths: Paths) -> None:
    keyring = MemoryKeyring()
    made = create_profile(paths, keyring=keyring)
    assert open_profile(paths, keyring=keyring) == made
    assert made.key.hex() not in repr(made)
    assert "key" not in repr(made).replace("profile", "").replace("keys", "")


def test_a_profile_is_never_made_over_another(paths: Paths) -> None:
    keyring = MemoryKeyring()
    create_profile(paths, keyring=keyring)
    with pytest.raises(DaftarError, match="profile_exists"):
        create_profile(paths, keyring=keyring)
    paths.keys.unlink()
    paths.database.touch()
    with pytest.raises(DaftarError, match="profile_exists"):
        create_profile(paths, keyring=keyring)
    with pytest.raises(DaftarError, match="key_missing"):
        open_profile(paths, keyring=keyring)


def test_an_empty_folder_is_no_profile(paths: Paths) -> None:
    with pytest.raises(DaftarError, match="profile_missing"):
        open_profile(paths)


def test_one_writer_at_a_time(paths: Paths) -> None:
    with WriterLock(paths.lock) as first:
        assert first.held
        first.acquire()
        with pytest.raises(DaftarError, match="profile_in_use"):
            WriterLock(paths.lock).acquire()
    assert not first.held
    with WriterLock(paths.lock):
        pass


def test_the_lock_ends_with_its_process_however_that_ends(paths: Paths) -> None:
    paths.make()
    command = [sys.executable, "-c", HOLDER, str(paths.lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(DaftarError) as caught:
            WriterLock(paths.lock).acquire()
        assert caught.value.code == "profile_in_use"
        assert caught.value.params == {"process": str(holder.pid)}
        holder.kill()
        holder.wait()
    with WriterLock(paths.lock) as lock:
        assert lock.held


def test_an_interrupted_restore_is_finished(paths: Paths) -> None:
    keyring = MemoryKeyring()
    made = create_profile(paths, keyring=keyring)
    paths.data.rename(paths.restored)
    assert open_profile(paths, keyring=keyring) == made
    assert not paths.restored.exists()


def test_restored_data_never_replaces_data_by_itself(paths: Paths) -> None:
    create_profile(paths, keyring=MemoryKeyring())
    paths.restored.mkdir()
    finish_restore(paths)
    assert paths.keys.exists()
    assert paths.restored.exists()
