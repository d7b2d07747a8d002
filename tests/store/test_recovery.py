"""A notebook whose passphrase is forgotten opens with the file of the server, and with nothing less."""

import base64
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from nacl.public import PrivateKey
from sqlalchemy import create_engine

from desktop.paths import Paths
from desktop.store.keys import Cost, add_recovery_wrap
from desktop.store.profile import WriterLock, create_profile, open_profile
from desktop.store.recovery import read_recovery_key, recover
from desktop.store.store import Store
from sync.clock import SystemClock
from sync.errors import DaftarError
from sync.records import KINDS
from sync.server import recovery as server_recovery
from sync.server.storage.schema import metadata

CHEAP = Cost(operations=1, memory=8192)
FORGOTTEN, FRESH = "olive, well and lamp", "a river, a bridge"


@pytest.fixture
def programme() -> PrivateKey:
    return PrivateKey.generate()


@pytest.fixture
def paths(tmp_path: Path, programme: PrivateKey) -> Paths:
    """A laptop that was enrolled, with work in its notebook."""
    paths = Paths(tmp_path / "profile")
    profile = create_profile(paths, passphrase=FORGOTTEN, cost=CHEAP)
    add_recovery_wrap(paths.keys, key=profile.key, public=bytes(programme.public_key))
    Store.open(profile, KINDS, SystemClock()).close()
    return paths


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(DaftarError) as caught:
        call()
    return caught.value.code


def test_the_file_of_the_server_is_read(tmp_path: Path) -> None:
    file = tmp_path / "recovery.key"
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        server_recovery.prepare(connection, file=file)
        public = server_recovery.public_key(connection)
    assert bytes(PrivateKey(read_recovery_key(file)).public_key) == public


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"daftar recovery key 1\n",
        b"daftar recovery key 1\nnot base64!\n",
        b"daftar recovery key 1\n" + base64.b64encode(b"short") + b"\n",
        b"daftar recovery key 2\n" + base64.b64encode(bytes(32)) + b"\n",
        "دفتر\n".encode(),
        bytes(range(256)) * 100,
    ],
)
def test_any_other_file_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(content)
    assert code_of(lambda: read_recovery_key(file)) == "recovery_key_unreadable"


def test_a_missing_file_or_a_folder_is_told(tmp_path: Path) -> None:
    assert code_of(lambda: read_recovery_key(tmp_path / "gone")) == "recovery_key_unreadable"
    assert code_of(lambda: read_recovery_key(tmp_path)) == "recovery_key_unreadable"


def test_a_new_passphrase_takes_the_place_of_the_forgotten_one(paths: Paths, programme: PrivateKey) -> None:
    key = open_profile(paths, passphrase=FORGOTTEN).key
    assert recover(paths, private=bytes(programme), passphrase=FRESH, cost=CHEAP).key == key
    assert open_profile(paths, passphrase=FRESH).key == key
    assert code_of(lambda: open_profile(paths, passphrase=FORGOTTEN)) == "passphrase_wrong"
    with closing(Store.open(open_profile(paths, passphrase=FRESH), KINDS, SystemClock())):
        pass
    assert recover(paths, private=bytes(programme), passphrase="again", cost=CHEAP).key == key


def test_another_key_changes_nothing(paths: Paths) -> None:
    before = paths.keys.read_bytes()
    other = bytes(PrivateKey.generate())
    assert code_of(lambda: recover(paths, private=other, passphrase=FRESH)) == "recovery_key_wrong"
    assert paths.keys.read_bytes() == before


def test_an_empty_passphrase_changes_nothing(paths: Paths, programme: PrivateKey) -> None:
    before = paths.keys.read_bytes()
    call = lambda: recover(paths, private=bytes(programme), passphrase=" ", cost=CHEAP)  # noqa: E731
    assert code_of(call) == "passphrase_empty"
    assert paths.keys.read_bytes() == before


def test_a_key_that_does_not_open_the_database_changes_nothing(paths: Paths, programme: PrivateKey) -> None:
    before = paths.keys.read_bytes()
    content = bytearray(paths.database.read_bytes())
    content[:16] = bytes(16)
    paths.database.write_bytes(bytes(content))
    call = lambda: recover(paths, private=bytes(programme), passphrase=FRESH, cost=CHEAP)  # noqa: E731
    assert code_of(call) == "key_wrong"
    assert paths.keys.read_bytes() == before


def test_a_notebook_in_use_is_left_alone(paths: Paths, programme: PrivateKey) -> None:
    with WriterLock(paths.lock):
        call = lambda: recover(paths, private=bytes(programme), passphrase=FRESH, cost=CHEAP)  # noqa: E731
        assert code_of(call) == "profile_in_use"


def test_where_there_is_no_notebook_it_is_said(tmp_path: Path, programme: PrivateKey) -> None:
    call = lambda: recover(Paths(tmp_path / "none"), private=bytes(programme), passphrase=FRESH)  # noqa: E731
    assert code_of(call) == "profile_missing"
