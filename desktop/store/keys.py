"""The database key and its wraps: by the keyring, by a passphrase, or sealed to the recovery key.

The key is 32 random bytes that never change. The key file is a list of wraps, each of which opens it
alone; a wrap of a type this version does not know is left as it is.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import nacl.exceptions
import nacl.public
import nacl.pwhash
import nacl.secret

from desktop.store.failures import disk_errors
from desktop.store.files import write_atomically
from sync.errors import DaftarError

KEY_BYTES = 32
VERSION = 1
SERVICE = "Daftar"
# Limits on what a key file may ask of this laptop, so that a damaged one cannot exhaust it.
MOST_OPERATIONS = 64
MOST_MEMORY = 1 << 30

Wrap = Mapping[str, object]


class Keyring(Protocol):
    """The part of a system keyring that is used; tests hand in one that lives in memory."""

    def get_password(self, service: str, username: str, /) -> str | None: ...
    def set_password(self, service: str, username: str, password: str, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs; 128 MB is bearable once a day on a 4 GB laptop."""

    operations: int = 3
    memory: int = 128 << 20


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What is in the key file: the profile's random identity and the wraps of its key."""

    profile_id: str
    wraps: tuple[Wrap, ...]

    def of_type(self, name: str) -> list[Wrap]:
        return [wrap for wrap in self.wraps if wrap.get("type") == name]

    def without(self, name: str) -> KeyFile:
        return replace(self, wraps=tuple(wrap for wrap in self.wraps if wrap.get("type") != name))

    def plus(self, wrap: Wrap) -> KeyFile:
        return replace(self, wraps=(*self.wraps, wrap))


def system_keyring() -> Keyring | None:
    """The keyring of this desktop, or nothing where there is none that keeps secrets."""
    import keyring
    from keyring.errors import KeyringError

    try:
        backend = keyring.get_keyring()
        trusted = float(backend.priority) >= 1
    except (KeyringError, RuntimeError):
        return None
    return backend if trusted else None


def create_keys(
    path: Path, *, keyring: Keyring | None = None, passphrase: str | None = None, cost: Cost | None = None
) -> bytes:
    """Draw a key and write its key file; a passphrase, where given, is used instead of the keyring."""
    if path.exists():
        raise DaftarError("profile_exists")
    key = secrets.token_bytes(KEY_BYTES)
    file = KeyFile(profile_id=secrets.token_hex(16), wraps=())
    if passphrase is not None:
        file = file.plus(_wrap_with_passphrase(key, passphrase=passphrase, cost=cost or Cost()))
    else:
        wrap = _wrap_with_keyring(key, keyring=keyring, profile_id=file.profile_id)
        if wrap is None:
            raise DaftarError("passphrase_needed")
        file = file.plus(wrap)
    write_key_file(path, file)
    return key


def open_keys(path: Path, *, keyring: Keyring | None = None, passphrase: str | None = None) -> bytes:
    """Return the key; a passphrase, where given and where the file knows one, wins over the keyring."""
    file = read_key_file(path)
    with_passphrase = file.of_type("passphrase")
    if passphrase is not None and with_passphrase:
        return _open_with_passphrase(with_passphrase, passphrase=passphrase)
    key = _open_with_keyring(file, keyring=keyring)
    if key is not None:
        return key
    raise DaftarError("passphrase_needed" if with_passphrase else "keyring_unavailable")


def open_with_recovery(path: Path, *, private: bytes) -> bytes:
    """Return the key with the programme's private recovery key, when everything else is forgotten."""
    for wrap in read_key_file(path).of_type("recovery"):
        try:
            box = nacl.public.SealedBox(nacl.public.PrivateKey(private))
            return _checked(box.decrypt(_bytes(wrap, "sealed")))
        except (nacl.exceptions.CryptoError, nacl.exceptions.TypeError, nacl.exceptions.ValueError):
            continue
    raise DaftarError("recovery_key_wrong")


def set_passphrase(path: Path, *, key: bytes, passphrase: str, cost: Cost | None = None) -> None:
    """Add a passphrase, or change it: the former one opens nothing any more."""
    wrap = _wrap_with_passphrase(key, passphrase=passphrase, cost=cost or Cost())
    write_key_file(path, read_key_file(path).without("passphrase").plus(wrap))


def drop_passphrase(path: Path, *, key: bytes, keyring: Keyring | None) -> None:
    """Go back to the keyring alone; refused where the keyring does not give the key back."""
    file = read_key_file(path)
    wrap = _wrap_with_keyring(key, keyring=keyring, profile_id=file.profile_id)
    if wrap is None:
        raise DaftarError("keyring_unavailable")
    write_key_file(path, file.without("passphrase").without("keyring").plus(wrap))


def add_keyring(path: Path, *, key: bytes, keyring: Keyring | None) -> bool:
    """Let the keyring open the key from now on; says whether it does."""
    file = read_key_file(path)
    wrap = _wrap_with_keyring(key, keyring=keyring, profile_id=file.profile_id)
    if wrap is None:
        return False
    write_key_file(path, file.without("keyring").plus(wrap))
    return True


def drop_keyring(path: Path) -> None:
    """Stop the keyring from opening the key; refused while it is the only thing that does."""
    file = read_key_file(path)
    if not file.of_type("passphrase"):
        raise DaftarError("passphrase_needed")
    write_key_file(path, file.without("keyring"))


def add_recovery_wrap(path: Path, *, key: bytes, public: bytes) -> None:
    """Seal the key to the programme's recovery key; done at enrolment, once per recovery key."""
    shown = base64.b64encode(public).decode()
    file = read_key_file(path)
    kept = tuple(w for w in file.wraps if not (w.get("type") == "recovery" and w.get("public") == shown))
    sealed = nacl.public.SealedBox(nacl.public.PublicKey(public)).encrypt(key)
    wrap = {"type": "recovery", "public": shown, "sealed": base64.b64encode(sealed).decode()}
    write_key_file(path, replace(file, wraps=(*kept, wrap)))


def wrap_types(path: Path) -> tuple[str, ...]:
    """The kinds of wraps in the file, for the settings screen."""
    return tuple(str(wrap.get("type")) for wrap in read_key_file(path).wraps)


def read_key_file(path: Path) -> KeyFile:
    try:
        with disk_errors():
            content = path.read_bytes() if path.exists() else None
    except DaftarError as error:
        raise DaftarError("key_missing") from error
    if content is None:
        raise DaftarError("key_missing")
    return parse_key_file(content)


def parse_key_file(content: bytes) -> KeyFile:
    """Read the content of a key file, as it lies in a profile or travels in a backup."""
    try:
        stored = json.loads(content)
        version, profile_id, wraps = stored["version"], stored["profile"], stored["wraps"]
    except (ValueError, KeyError, TypeError) as error:
        raise DaftarError("key_damaged") from error
    if not isinstance(version, int) or not isinstance(profile_id, str) or not isinstance(wraps, list):
        raise DaftarError("key_damaged")
    if version > VERSION:
        raise DaftarError("database_newer", found=version, known=VERSION)
    if not all(isinstance(wrap, dict) for wrap in wraps):
        raise DaftarError("key_damaged")
    return KeyFile(profile_id, tuple(wraps))


def write_key_file(path: Path, file: KeyFile) -> None:
    stored = {"version": VERSION, "profile": file.profile_id, "wraps": [dict(wrap) for wrap in file.wraps]}
    with disk_errors():
        write_atomically(path, (json.dumps(stored, indent=1) + "\n").encode())


def _wrap_with_passphrase(key: bytes, *, passphrase: str, cost: Cost) -> Wrap:
    if not passphrase.strip():
        raise DaftarError("passphrase_empty")
    salt = secrets.token_bytes(nacl.pwhash.argon2id.SALTBYTES)
    wrapping = _stretch(passphrase, salt=salt, cost=cost)
    return {
        "type": "passphrase",
        "kdf": "argon2id",
        "ops": cost.operations,
        "mem": cost.memory,
        "salt": base64.b64encode(salt).decode(),
        **_boxed(key, wrapping=wrapping),
    }


def _wrap_with_keyring(key: bytes, *, keyring: Keyring | None, profile_id: str) -> Wrap | None:
    """Keep a wrapping key in the keyring, which counts only once the keyring has given it back."""
    if keyring is None:
        return None
    wrapping = secrets.token_bytes(KEY_BYTES)
    # A fresh entry each time: until the new key file is on the disk, the old wrap must keep working.
    name = f"{profile_id}-{secrets.token_hex(4)}"
    secret = base64.b64encode(wrapping).decode()
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, name, secret)
        given_back = keyring.get_password(SERVICE, name)
    except (KeyringError, OSError, RuntimeError):
        return None
    if given_back != secret:
        return None
    return {"type": "keyring", "service": SERVICE, "name": name, **_boxed(key, wrapping=wrapping)}


def _open_with_passphrase(wraps: Sequence[Wrap], *, passphrase: str) -> bytes:
    for wrap in wraps:
        if wrap.get("kdf") != "argon2id":
            continue
        wrapping = _stretch(passphrase, salt=_bytes(wrap, "salt"), cost=_cost(wrap))
        key = _unboxed(wrap, wrapping=wrapping)
        if key is not None:
            return key
    raise DaftarError("passphrase_wrong")


def _open_with_keyring(file: KeyFile, *, keyring: Keyring | None) -> bytes | None:
    wraps = file.of_type("keyring")
    if keyring is None or not wraps:
        return None
    from keyring.errors import KeyringError

    for wrap in wraps:
        try:
            secret = keyring.get_password(str(wrap.get("service")), str(wrap.get("name")))
        except (KeyringError, OSError, RuntimeError):
            return None
        if secret is None:
            continue
        try:
            wrapping = base64.b64decode(secret, validate=True)
        except (binascii.Error, ValueError):
            continue
        key = _unboxed(wrap, wrapping=wrapping)
        if key is not None:
            return key
    return None


def _stretch(passphrase: str, *, salt: bytes, cost: Cost) -> bytes:
    # The same passphrase typed on another system may come in another Unicode form.
    typed = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
    try:
        return nacl.pwhash.argon2id.kdf(
            KEY_BYTES, typed, salt, opslimit=cost.operations, memlimit=cost.memory
        )
    except (nacl.exceptions.TypeError, nacl.exceptions.ValueError) as error:
        raise DaftarError("key_damaged") from error
    except (nacl.exceptions.RuntimeError, MemoryError) as error:
        raise DaftarError("memory_short") from error


def _boxed(key: bytes, *, wrapping: bytes) -> dict[str, str]:
    nonce = secrets.token_bytes(nacl.secret.SecretBox.NONCE_SIZE)
    box = nacl.secret.SecretBox(wrapping).encrypt(key, nonce).ciphertext
    return {"nonce": base64.b64encode(nonce).decode(), "box": base64.b64encode(box).decode()}


def _unboxed(wrap: Wrap, *, wrapping: bytes) -> bytes | None:
    if len(wrapping) != KEY_BYTES:
        return None
    try:
        return _checked(nacl.secret.SecretBox(wrapping).decrypt(_bytes(wrap, "box"), _bytes(wrap, "nonce")))
    except (nacl.exceptions.CryptoError, nacl.exceptions.ValueError):
        return None


def _checked(key: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise DaftarError("key_damaged")
    return key


def _cost(wrap: Wrap) -> Cost:
    operations, memory = wrap.get("ops"), wrap.get("mem")
    if not isinstance(operations, int) or not isinstance(memory, int):
        raise DaftarError("key_damaged")
    if not (0 < operations <= MOST_OPERATIONS and 0 < memory <= MOST_MEMORY):
        raise DaftarError("key_damaged")
    return Cost(operations, memory)


def _bytes(wrap: Wrap, name: str) -> bytes:
    value = wrap.get(name)
    try:
        return base64.b64decode(value if isinstance(value, str) else "", validate=True)
    except (binascii.Error, ValueError) as error:
        raise DaftarError("key_damaged") from error
