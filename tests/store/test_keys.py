"""The key opens with each of its wraps, and with nothing else."""

import json
import os
import stat
from pathlib import Path

import nacl.public
import pytest
from helpers.keyrings import ForgetfulKeyring, LockedKeyring, MemoryKeyring
from hypothesis import given
from hypothesis import strategies as st

from desktop.store import keys
from desktop.store.keys import Cost, create_keys, open_keys
from sync.errors import DaftarError

# The least that Argon2id accepts: these tests are about the wraps, not about the cost of guessing.
CHEAP = Cost(operations=1, memory=8192)
PASSPHRASE = "olive, well and lamp"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "keys.json"


def code_of(call: object, *args: object, **named: object) -> str:
    with pytest.raises(DaftarError) as caught:
        call(*args, **named)  # type: ignore[operator]  # any function under test
    return caught.value.code


def test_the_keyring_opens_the_key(path: Path) -> None:
    keyring = MemoryKeyring()
    key = create_keys(path, keyring=keyring)
    assert len(key) == 32
    assert open_keys(path, keyring=keyring) == key
    assert keys.wrap_types(path) == ("keyring",)


def test_the_keyring_never_holds_the_key_itself(path: Path) -> None:
    keyring = MemoryKeyring()
    key = create_keys(path, keyring=keyring)
    profile_id = keys.read_key_file(path).profile_id
    ((service, name),) = keyring.kept
    assert (service, name.startswith(profile_id)) == ("Daftar", True)
    assert keys.base64.b64encode(key).decode() not in keyring.kept.values()


def test_two_profiles_share_a_keyring(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    made = [create_keys(tmp_path / name / "keys.json", keyring=keyring) for name in "ab"]
    assert [open_keys(tmp_path / name / "keys.json", keyring=keyring) for name in "ab"] == made
    assert made[0] != made[1]


@pytest.mark.parametrize("keyring", [None, ForgetfulKeyring(), LockedKeyring()])
def test_a_keyring_that_does_not_give_back_does_not_count(path: Path, keyring: MemoryKeyring | None) -> None:
    assert code_of(create_keys, path, keyring=keyring) == "passphrase_needed"
    assert not path.exists()


def test_a_passphrase_opens_the_key_and_wins_over_the_keyring(path: Path) -> None:
    keyring = MemoryKeyring()
    key = create_keys(path, keyring=keyring, passphrase=PASSPHRASE, cost=CHEAP)
    assert keyring.kept == {}
    assert open_keys(path, passphrase=PASSPHRASE) == key
    assert keys.add_keyring(path, key=key, keyring=keyring)
    assert open_keys(path, keyring=keyring) == key
    assert code_of(open_keys, path, keyring=keyring, passphrase="another") == "passphrase_wrong"


def test_a_passphrase_for_a_profile_that_has_none_leaves_the_keyring_to_open(path: Path) -> None:
    keyring = MemoryKeyring()
    key = create_keys(path, keyring=keyring)
    assert open_keys(path, keyring=keyring, passphrase="set for another profile") == key


def test_what_is_missing_is_named(path: Path) -> None:
    assert code_of(open_keys, path) == "key_missing"
    keyring = MemoryKeyring()
    create_keys(path, keyring=keyring)
    assert code_of(create_keys, path, keyring=keyring) == "profile_exists"
    assert code_of(open_keys, path) == "keyring_unavailable"
    assert code_of(open_keys, path, keyring=LockedKeyring()) == "keyring_unavailable"


def test_a_passphrase_is_asked_for_where_one_would_help(path: Path) -> None:
    create_keys(path, passphrase=PASSPHRASE, cost=CHEAP)
    assert code_of(open_keys, path) == "passphrase_needed"
    assert code_of(open_keys, path, passphrase="") == "passphrase_wrong"
    assert code_of(create_keys, path.with_name("other"), passphrase="  ") == "passphrase_empty"


def test_a_changed_passphrase_replaces_the_former_one(path: Path) -> None:
    key = create_keys(path, passphrase=PASSPHRASE, cost=CHEAP)
    keys.set_passphrase(path, key=key, passphrase="mint and thyme", cost=CHEAP)
    assert open_keys(path, passphrase="mint and thyme") == key
    assert code_of(open_keys, path, passphrase=PASSPHRASE) == "passphrase_wrong"


def test_the_same_passphrase_in_another_unicode_form_opens(path: Path) -> None:
    key = create_keys(path, passphrase="caf\u00e9 \u0623\u062d\u0645\u062f", cost=CHEAP)
    assert open_keys(path, passphrase="cafe\u0301 \u0627\u0654\u062d\u0645\u062f") == key


def test_the_passphrase_can_be_dropped_only_for_a_keyring_that_works(path: Path) -> None:
    key = create_keys(path, passphrase=PASSPHRASE, cost=CHEAP)
    assert code_of(keys.drop_passphrase, path, key=key, keyring=ForgetfulKeyring()) == "keyring_unavailable"
    keyring = MemoryKeyring()
    keys.drop_passphrase(path, key=key, keyring=keyring)
    assert keys.wrap_types(path) == ("keyring",)
    assert open_keys(path, keyring=keyring) == key
    assert code_of(keys.drop_keyring, path) == "passphrase_needed"


def test_the_keyring_can_be_dropped_for_a_passphrase(path: Path) -> None:
    keyring = MemoryKeyring()
    key = create_keys(path, keyring=keyring)
    keys.set_passphrase(path, key=key, passphrase=PASSPHRASE, cost=CHEAP)
    keys.drop_keyring(path)
    assert code_of(open_keys, path, keyring=keyring) == "passphrase_needed"
    assert open_keys(path, passphrase=PASSPHRASE) == key


def test_the_programme_recovers_a_forgotten_passphrase(path: Path) -> None:
    key = create_keys(path, passphrase=PASSPHRASE, cost=CHEAP)
    programme, other = nacl.public.PrivateKey.generate(), nacl.public.PrivateKey.generate()
    assert code_of(keys.open_with_recovery, path, private=bytes(programme)) == "recovery_key_wrong"
    for _ in range(2):
        keys.add_recovery_wrap(path, key=key, public=bytes(programme.public_key))
    assert keys.wrap_types(path) == ("passphrase", "recovery")
    assert keys.open_with_recovery(path, private=bytes(programme)) == key
    assert code_of(keys.open_with_recovery, path, private=bytes(other)) == "recovery_key_wrong"
    assert code_of(keys.open_with_recovery, path, private=b"short") == "recovery_key_wrong"


def test_a_recovered_key_gets_a_new_passphrase(path: Path) -> None:
    key = create_keys(path, passphrase=PASSPHRASE, cost=CHEAP)
    programme = nacl.public.PrivateKey.generate()
    keys.add_recovery_wrap(path, key=key, public=bytes(programme.public_key))
    recovered = keys.open_with_recovery(path, private=bytes(programme))
    keys.set_passphrase(path, key=recovered, passphrase="a new one", cost=CHEAP)
    assert open_keys(path, passphrase="a new one") == key
    assert keys.open_with_recovery(path, private=bytes(programme)) == key


def test_unknown_wraps_survive(path: Path) -> None:
    key = create_keys(path, passphrase=PASSPHRASE, cost=CHEAP)
    stored = json.loads(path.read_text())
    stored["wraps"].append({"type": "smartcard", "slot": 7})
    path.write_text(json.dumps(stored))
    keys.set_passphrase(path, key=key, passphrase="another", cost=CHEAP)
    assert {"type": "smartcard", "slot": 7} in json.loads(path.read_text())["wraps"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_the_key_file_is_private(path: Path) -> None:
    key = create_keys(path, passphrase=PASSPHRASE, cost=CHEAP)
    keys.set_passphrase(path, key=key, passphrase="another", cost=CHEAP)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["keys.json"]


def test_a_failed_write_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = create_keys(path, passphrase=PASSPHRASE, cost=CHEAP)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert code_of(keys.set_passphrase, path, key=key, passphrase="b", cost=CHEAP) == "disk_full"
    monkeypatch.undo()
    assert open_keys(path, passphrase=PASSPHRASE) == key
    assert [each.name for each in path.parent.iterdir()] == ["keys.json"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"version":1,"profile":"a","wraps":{}}',
        b'{"version":1,"profile":"a","wraps":[3]}',
        b"\xff\x00",
    ],
)
def test_a_damaged_key_file_is_told(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert code_of(open_keys, path) == "key_damaged"


@pytest.mark.parametrize(
    "name, value",
    [
        ("mem", 1 << 40),
        ("ops", 10**9),
        ("mem", "many"),
        ("ops", 0),
        ("salt", "?"),
        ("salt", "AAAA"),
        ("box", 5),
    ],
)
def test_a_damaged_wrap_cannot_exhaust_the_laptop(path: Path, name: str, value: object) -> None:
    create_keys(path, passphrase=PASSPHRASE, cost=CHEAP)
    stored = json.loads(path.read_text())
    stored["wraps"][0][name] = value
    path.write_text(json.dumps(stored))
    assert code_of(open_keys, path, passphrase=PASSPHRASE) in {"key_damaged", "passphrase_wrong"}


def test_a_newer_key_file_is_refused(path: Path) -> None:
    create_keys(path, passphrase=PASSPHRASE, cost=CHEAP)
    path.write_text(path.read_text().replace('"version": 1', '"version": 2'))
    assert code_of(open_keys, path, passphrase=PASSPHRASE) == "database_newer"


@given(content=st.binary(max_size=200))
def test_no_content_of_a_key_file_is_anything_but_damaged(content: bytes) -> None:
    assert code_of(keys.parse_key_file, content) == "key_damaged"


def test_a_desktop_without_a_keyring_is_told() -> None:
    assert keys.system_keyring() is None


def test_the_cost_of_a_guess_is_the_documented_one() -> None:
    assert Cost() == Cost(operations=3, memory=128 << 20)
