"""Laptops: one-time codes, device tokens, their renewal and their end."""

from __future__ import annotations

import hmac
import secrets
import uuid
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from sync.clock import Clock
from sync.errors import DaftarError
from sync.records.ids import id_text
from sync.server import credentials
from sync.server.names import device_text, pick, tidy_name
from sync.server.settings import DAY_MS, Settings
from sync.server.storage import Storage, departures, devices, people
from sync.server.storage.devices import Device, Installation, Invite, TokenRow
from sync.server.storage.people import Person, Reach

CODE_SALT: Final = "code_salt"
DEVICE_LIMIT: Final = 1 << 48
_REPEAT_MS: Final = DAY_MS
_SEEN_STEP_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling, as its token proves."""

    installation_id: bytes
    person_id: bytes
    token_hash: bytes
    revoked: bool = False
    """A laptop that may hand in what it had not sent, and get nothing."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token in clear, which is told once and never again."""

    text: str
    expires: int


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a laptop learns when its code was accepted."""

    token: Token
    person: Person
    reaches: list[Reach]


@dataclass(frozen=True, slots=True)
class Laptop:
    """An installation as an administrator sees it."""

    installation: Installation
    person: str
    numbers: list[int]


class Enrolment:
    """Use cases on laptops; each is one transaction."""

    def __init__(self, storage: Storage, *, clock: Clock, settings: Settings) -> None:
        self._storage = storage
        self._clock = clock
        self._settings = settings

    def invite(self, person: Person, *, days: int | None = None) -> tuple[str, int]:
        """A new one-time code for a person, and when it ends."""
        code, now = credentials.draw_code(), self._clock.now_ms()
        expires = now + (days or self._settings.invite_days) * DAY_MS

        def work(connection: Connection) -> None:
            hash_ = self._hash(code, _salt(connection))
            devices.add_invite(connection, Invite(hash_, person.id, now, expires, None, None))

        self._storage.writing(work)
        return code, expires

    def enrol(self, code: str, *, device: int, name: str) -> Enrolled:
        """Exchange a code for a token.

        A laptop that lost the answer may ask again for a day, with the same device number.
        """
        written = credentials.read_code(code)
        if written is None:
            raise DaftarError("code_unknown")
        if not 0 < device < DEVICE_LIMIT:
            raise DaftarError("bad_device")
        tidy = tidy_name(name)
        with self._storage.reading() as connection:
            salt = _salt(connection)
        hash_ = self._hash(written, salt)
        try:
            return self._storage.writing(lambda connection: self._enrol(connection, hash_, device, tidy))
        except IntegrityError as error:
            raise DaftarError("device_taken") from error

    def _enrol(self, connection: Connection, hash_: bytes, device: int, name: str) -> Enrolled:
        now = self._clock.now_ms()
        found = devices.find_invite(connection, hash_)
        if found is None:
            raise DaftarError("code_unknown")
        if found.used_at is not None:
            installation_id = self._repeated(connection, found, device, now)
        elif found.expires <= now:
            raise DaftarError("code_expired")
        else:
            installation_id = uuid.uuid4().bytes
            if devices.find_device(connection, device) is not None:
                raise DaftarError("device_taken")
            row = Installation(installation_id, found.person_id, name, now, None, None)
            devices.add_installation(connection, row)
            devices.add_device(connection, Device(device, installation_id, None, 1, now))
            devices.use_invite(connection, hash_, now=now, device_number=device)
        token = self._new_token(connection, installation_id, now)
        person = people.find_person(connection, found.person_id)
        assert person is not None
        return Enrolled(token, person, people.reaches(connection, person_id=person.id, device=device))

    def _repeated(self, connection: Connection, found: Invite, device: int, now: int) -> bytes:
        row = devices.find_device(connection, device)
        if found.device != device or found.used_at is None or row is None:
            raise DaftarError("code_used")
        installation = devices.find_installation(connection, row.installation_id)
        if installation is not None and not devices.had_token(connection, installation.id):
            # It began from a starter pack, and the server has only met its bundles.
            return installation.id
        if now > found.used_at + _REPEAT_MS:
            raise DaftarError("code_used")
        if installation is None or installation.seen is not None or installation.revoked_at is not None:
            raise DaftarError("code_used")
        devices.revoke_tokens(connection, installation.id, now=now)
        return installation.id

    def authenticate(self, text: str) -> Caller:
        """Who holds this token; raises `token_unknown`, `token_expired` or `device_revoked`."""
        found, now = self._find_token(text), self._clock.now_ms()
        if found.installation_revoked_at is not None:
            raise DaftarError("device_revoked")
        if found.revoked_at is not None or found.expires <= now:
            raise DaftarError("token_expired")
        if found.seen is None or found.seen + _SEEN_STEP_MS < now:
            self._storage.writing(
                lambda connection: devices.mark_seen(connection, found.installation_id, now=now)
            )
        return Caller(found.installation_id, found.person_id, found.hash)

    def authenticate_leaving(self, text: str) -> Caller:
        """Who holds the token of a revoked laptop, for a while after that; any other token as ever.

        Raises `hand_in_over` where it has been done, or is too late.
        """
        found, now = self._find_token(text), self._clock.now_ms()
        if found.installation_revoked_at is None:
            return self.authenticate(text)
        with self._storage.reading() as connection:
            so_far = departures.find_hand_in(connection, found.installation_id)
        late = now > found.installation_revoked_at + self._settings.hand_in_days * DAY_MS
        if late or (so_far is not None and so_far.closed_at is not None):
            raise DaftarError("hand_in_over")
        return Caller(found.installation_id, found.person_id, found.hash, revoked=True)

    def _find_token(self, text: str) -> TokenRow:
        hash_ = credentials.hash_token(text)
        if hash_ is None:
            raise DaftarError("token_unknown")
        with self._storage.reading() as connection:
            found = devices.find_token(connection, hash_)
        if found is None or not hmac.compare_digest(found.hash, hash_):
            raise DaftarError("token_unknown")
        return found

    def renew(self, caller: Caller) -> Token:
        """A new token; the old one lives a while longer, because this answer may be lost."""
        now = self._clock.now_ms()
        overlap = now + self._settings.token_overlap_days * DAY_MS

        def work(connection: Connection) -> Token:
            token = self._new_token(connection, caller.installation_id, now)
            hash_ = credentials.hash_token(token.text)
            assert hash_ is not None
            devices.shorten_tokens(connection, caller.installation_id, except_hash=hash_, expires=overlap)
            devices.drop_expired_tokens(connection, caller.installation_id, before=now)
            return token

        return self._storage.writing(work)

    def laptops(self) -> list[Laptop]:
        with self._storage.reading() as connection:
            rows, numbers = devices.installations(connection), devices.devices(connection)
        return [
            Laptop(row, person, [one.number for one in numbers if one.installation_id == row.id])
            for row, person in rows
        ]

    def laptop(self, text: str) -> Laptop:
        """The laptop of a unique name, of a device number, or of an id."""
        return pick(
            text,
            self.laptops(),
            what="device",
            name=lambda one: one.installation.name,
            ids=lambda one: [id_text(one.installation.id), *map(device_text, one.numbers)],
        )

    def revoke(self, laptop: Laptop) -> None:
        """End a laptop's access for good: its tokens stop, and it is not enrolled again by repetition."""
        now = self._clock.now_ms()
        self._storage.writing(
            lambda connection: devices.revoke_installation(connection, laptop.installation.id, now=now)
        )

    def hash_of(self, code: str) -> bytes:
        """The hash under which a code is kept."""
        written = credentials.read_code(code)
        if written is None:
            raise DaftarError("code_unknown")
        with self._storage.reading() as connection:
            return self._hash(written, _salt(connection))

    def _hash(self, code: str, salt: bytes) -> bytes:
        return credentials.hash_code(code, salt=salt, cost=self._settings.code_cost)

    def _new_token(self, connection: Connection, installation_id: bytes, now: int) -> Token:
        text, expires = credentials.draw_token(), now + self._settings.token_days * DAY_MS
        hash_ = credentials.hash_token(text)
        assert hash_ is not None
        devices.add_token(connection, hash_, installation_id=installation_id, now=now, expires=expires)
        return Token(text, expires)


def prepare(connection: Connection) -> None:
    """Draw the secret that is mixed into the hashes of codes, once."""
    if devices.get_setting(connection, CODE_SALT) is None:
        devices.put_setting(connection, CODE_SALT, secrets.token_bytes(16))


def _salt(connection: Connection) -> bytes:
    salt = devices.get_setting(connection, CODE_SALT)
    if salt is None:
        raise DaftarError("not_migrated")
    return salt
