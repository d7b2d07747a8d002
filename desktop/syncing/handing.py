"""Handing in at the server the sealed parcels of colleagues.

One leaves this laptop only when the server has said that it holds everything in it, or when nobody can ever
read it, and that is told. Whatever else is answered, it stays, is tried again, and the person sees why.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop.store import parcels
from desktop.store.driver import Connection
from desktop.store.failures import disk_errors
from desktop.store.notices import add_notice
from desktop.store.parcels import GAP, Waiting
from desktop.store.reader import Reader
from desktop.store.store import Store
from desktop.syncing.identity import server_keys
from desktop.syncing.line import asked
from sync.bundles.reading import BundleFile
from sync.bundles.sealing import digest_of
from sync.clock import Clock
from sync.errors import DaftarError
from sync.wire.keys import BundleAnswer

if TYPE_CHECKING:
    from sync.client.session import Replying

DROPPED: Final = "parcel_dropped"
KEPT: Final = "parcels_kept"
DEVICE_REVOKED: Final = "device_revoked"
COURIER_REVOKED: Final = "courier_revoked"
"""Not the maker's laptop but this one was taken off the list; a code of this laptop alone."""
SUFFIX: Final = ".daftar-bundle"
_LONGEST_NAME: Final = 40
_MINUTE_MS: Final = 60 * 1000
_HOUR_MS: Final = 60 * _MINUTE_MS
_UNREAD: Final = frozenset({"bundle_unknown", "bundle_damaged", "bundle_cut", "bundle_forged"})
_DAMAGED: Final = frozenset({"bundle_damaged", "bundle_cut"})
_ELSEWHERE: Final = frozenset({"bundle_not_for_you", "bundle_not_for_server", "bundle_code_needed"})
_UNKNOWN_HERE: Final = frozenset(
    {
        "no_connection",
        "certificate_untrusted",
        "certificate_wrong_name",
        "server_address_wrong",
        "server_not_safe",
        "token_unknown",
        "token_expired",
        "token_revoked",
        "access_ended",
        "store_closed",
    }
)
"""What says nothing about a parcel, and is said of everything: the sync that follows will tell it."""
_OF_THE_LINE: Final = frozenset(
    {
        "connection_cut",
        "cut_message",
        "bad_answer",
        "stale_answer",
        "not_a_server",
        "not_found",
        "busy",
        "too_many_requests",
        "database_unavailable",
    }
)
"""What another try may end, and what would be said of the next parcel too."""


def hand_in_parcels(store: Store, reader: Reader, line: Replying, *, clock: Clock) -> int:
    """Hand in what is due; how many changes the server took. Nothing that goes wrong keeps a sync back."""
    found = [one for one in store.post(parcels.waiting).result() if one.is_due(clock.now_ms())]
    taken = 0
    for parcel in found:
        try:
            taken += _Handing(store, reader, parcel, clock=clock).ask(line)
        except DaftarError as error:
            if error.code in _UNKNOWN_HERE:
                break
            if error.code in _OF_THE_LINE:
                _note(store, parcel, error.code, clock=clock, first_ms=_MINUTE_MS)
                break
            ours = error.code == DEVICE_REVOKED and parcel.code == COURIER_REVOKED
            code = COURIER_REVOKED if ours else error.code
            _note(store, parcel, code, clock=clock, first_ms=_HOUR_MS)
    return taken


def keep_for_others(store: Store, *, clock: Clock) -> None:
    """This laptop may hand in nothing more: say so once. The parcels stay, sealed, to be given to others."""

    def job(connection: Connection) -> None:
        count = parcels.note_all(connection, COURIER_REVOKED)
        if count:
            add_notice(connection, KEPT, {"count": count}, at_ms=clock.now_ms())

    store.post(job).result()


def _note(store: Store, parcel: Waiting, code: str, *, clock: Clock, first_ms: int) -> None:
    now = clock.now_ms()
    store.post(lambda one: parcels.note_try(one, parcel, code, now_ms=now, first_ms=first_ms)).result()


class _Handing:
    """One parcel on its way."""

    def __init__(self, store: Store, reader: Reader, parcel: Waiting, *, clock: Clock) -> None:
        self._store = store
        self._reader = reader
        self._parcel = parcel
        self._clock = clock
        self._data = b""

    def ask(self, line: Replying) -> int:
        """Hand it in, and keep or drop it as the answer is; raises what keeps it here unsaid."""
        bundle, volume = self._parcel.bundle, self._parcel.volume
        self._data = self._store.post(lambda one: parcels.read(one, bundle, volume)).result()
        if not self._data:
            # Somebody discarded it meanwhile.
            return 0
        try:
            answer = BundleAnswer.unpack(asked(line, "/v1/bundles", self._data))
        except DaftarError as error:
            if not self._is_for_nobody(error.code):
                raise
            self._drop(error.code)
            return 0
        codes = [one.code for one in answer.handed if one.code] + list(answer.problems)
        if not codes:
            self._drop("")
        elif set(codes) <= _DAMAGED and self._parcel.code in codes:
            # Everything else of it is there, and these bytes came damaged twice.
            self._drop(codes[0])
        else:
            # What follows on something that was refused has a gap before it.
            code = next((code for code in codes if code != GAP), GAP)
            pause = 10 * _MINUTE_MS if code == GAP or code in _DAMAGED else _HOUR_MS
            _note(self._store, self._parcel, code, clock=self._clock, first_ms=pause)
        return sum(one.taken for one in answer.handed)

    def _is_for_nobody(self, code: str) -> bool:
        """Whether this laptop sees itself what the server said: damaged bytes, or another server's seal."""
        if code in _UNREAD:
            return not _is_sound(self._data)
        if code in _ELSEWHERE:
            server = server_keys(self._reader)
            return server is not None and BundleFile(io.BytesIO(self._data)).head.server != server.mark
        return False

    def _drop(self, code: str) -> None:
        parcel, now = self._parcel, self._clock.now_ms()

        def job(connection: Connection) -> None:
            parcels.drop(connection, parcel.bundle, parcel.volume)
            if code:
                made = datetime.fromtimestamp(parcel.made_ms // 1000, UTC).date().isoformat()
                told: dict[str, str | int] = {"person": parcel.person, "made": made, "why": code}
                add_notice(connection, DROPPED, told, at_ms=now)

        self._store.post(job).result()


def _is_sound(data: bytes) -> bool:
    """Whether everything holds that can be checked without a key: signature, and hash of the manifest."""
    file = io.BytesIO(data)
    try:
        head = BundleFile(file).head
    except DaftarError as error:
        return error.code not in _UNREAD
    return digest_of(file.read(head.manifest_size)) == head.manifest_hash


def save_copies(waiting: Sequence[Waiting], folder: Path, *, read: Callable[[Waiting], bytes]) -> list[Path]:
    """Write the files as they were given, for somebody else to carry on; they stay here too."""
    saved = []
    for one in waiting:
        path = folder / _file_name(one)
        part = path.with_name(f"{path.name}.part")
        with disk_errors():
            part.write_bytes(read(one))
            part.replace(path)
        saved.append(path)
    return saved


def _file_name(one: Waiting) -> str:
    """Such as `lina-3f00a1c2.1.daftar-bundle`; the same file has the same name again."""
    name = "".join(letter for letter in one.person.split(" ")[0].lower() if letter.isalnum())
    return f"{name[:_LONGEST_NAME] or 'bundle'}-{one.bundle[:4].hex()}.{one.volume}{SUFFIX}"
