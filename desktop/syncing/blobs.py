"""Files after records: sent and fetched by policy, one by one, and left at once when records wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from desktop.store.attached import Attached, Duty, Policy, attached_files, change_duty, note_moved
from desktop.store.attachments import Vault
from desktop.store.documents import ABSENT, confirmed
from desktop.store.reader import Reader
from desktop.store.store import Store
from desktop.syncing.joined import read_joined
from sync.errors import DaftarError

if TYPE_CHECKING:
    from sync.client.blobs import BlobLine

GOOD_BYTES_A_SECOND: Final = 32 * 1024
GOOD_ANSWER_S: Final = 0.7
_JUDGED_AFTER: Final = 128 * 1024
_TRIES: Final = 5
TURN_S: Final = 20.0
"""How long files may travel before records are looked after again."""

LASTING: Final = frozenset(
    {"file_too_large", "files_full", "role_too_low", "not_granted", "file_damaged", "file_erased"}
)
"""What another try does not change by itself: it is written beside the file."""

NOT_YET: Final = frozenset({"blob_absent", "blob_differs", "blob_gap"})
"""What comes right with time: a colleague has not sent it yet, or it begins anew."""


@dataclass(slots=True)
class FilesReceipt:
    """What became of files: whole ones, bytes, how many are left for later, and what stopped it."""

    up: int = 0
    down: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    left: int = 0
    problem: str = ""
    noted: int = 0
    """How many did not move, and beside which it was written down why."""


@dataclass(frozen=True, slots=True)
class FileProgress:
    """How far one file is."""

    file: Attached
    done: int
    """Bytes of this step."""
    sending: bool
    reached: int = 0
    """Bytes of the whole file that have arrived until now."""


@dataclass(slots=True)
class Pace:
    """How good the link is, by what passed over it."""

    monotonic: Callable[[], float]
    bytes: int = 0
    seconds: float = 0.0
    answer_s: float = 0.0
    _since: float = field(default=0.0)

    def begin(self) -> None:
        self._since = self.monotonic()

    def answered(self) -> None:
        self.answer_s = self.monotonic() - self._since
        self._since = self.monotonic()

    def passed(self, count: int) -> None:
        now = self.monotonic()
        self.bytes += count
        self.seconds += now - self._since
        self._since = now

    @property
    def good(self) -> bool:
        """Good until the contrary shows: by a slow answer first, then by bytes a second."""
        if self.bytes < _JUDGED_AFTER:
            return self.answer_s <= GOOD_ANSWER_S
        return self.bytes >= GOOD_BYTES_A_SECOND * self.seconds


class Transfers:
    """Moves files for one store over one line. `halt` says that records wait, or the program ends."""

    def __init__(
        self,
        store: Store,
        line: BlobLine,
        *,
        report: Callable[[FileProgress], None],
        pause: Callable[[float], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._store = store
        self._vault = Vault(store.profile)
        self._line = line
        self._report = report
        self._pause = pause
        self._pace = Pace(monotonic)
        self._reached = 0
        self.receipt = FilesReceipt()

    def run(self) -> FilesReceipt:
        """Move what its policy lets move."""
        from sync.client.blobs import HaltedError

        waiting = self._waiting()
        self.receipt.left = len(waiting)
        try:
            for one in waiting:
                if self._may(one):
                    self._move(one)
        except HaltedError:
            return self.receipt
        except DaftarError as error:
            self.receipt.problem = error.code
        return self.receipt

    def _waiting(self) -> list[Attached]:
        """What has to move at all: those asked for first, then by policy and size."""
        reader = self._store.reader()
        try:
            files = attached_files(reader)
        finally:
            reader.close()
        order = [Policy.NOW, Policy.NETWORK, Policy.DEMAND]
        known = [confirmed(one, self._vault) for one in files if not one.row.unsent]
        found = [one for one in known if is_due(one, self._vault)]
        return sorted(found, key=lambda one: (not one.duty.wanted, order.index(one.duty.policy), one.size))

    def _may(self, one: Attached) -> bool:
        return one.duty.wanted or one.duty.policy is Policy.NOW or self._pace.good

    def _move(self, one: Attached) -> None:
        sending = not one.duty.sent
        step = self._send if sending else self._fetch
        try:
            self._insist(one, step)
        except DaftarError as error:
            if error.code in LASTING:
                self._note(one, error.code, give_up=True)
            elif error.code not in NOT_YET:
                raise
            elif error.code == ABSENT and one.duty.code != ABSENT:
                self._note(one, ABSENT, give_up=False)
            return
        self._store.post(
            lambda connection: note_moved(connection, one.workspace, one.fingerprint, one.duty.policy)
        ).result()
        self.receipt.left -= 1
        if sending:
            self.receipt.up += 1
        else:
            self.receipt.down += 1

    def _insist(self, one: Attached, step: Callable[[Attached], None]) -> None:
        """Go on behind a cut as long as each try brings something, and a few times where none does."""
        vain = 0
        while True:
            before = self._pace.bytes
            self._pace.begin()
            try:
                step(one)
            except DaftarError as error:
                vain = 0 if self._pace.bytes > before else vain + 1
                if error.code != "connection_cut" or vain >= _TRIES:
                    raise
                self._pause(min(30.0, 0.2 * 2**vain))
            else:
                return

    def _send(self, one: Attached) -> None:
        from sync.client.blobs import upload

        if not self._vault.holds(one.workspace, one.fingerprint):
            raise DaftarError("file_damaged")
        upload(
            self._line,
            one.workspace,
            one.fingerprint,
            size=one.size,
            read=Excerpts(partial(self._vault.read, one.workspace, one.fingerprint)),
            begin=self._begin_at,
            report=partial(self._passed, one, sending=True),
        )

    def _fetch(self, one: Attached) -> None:
        from sync.client.blobs import download

        if not self._vault.holds(one.workspace, one.fingerprint):
            with self._vault.arriving(one.workspace, one.fingerprint) as sealing:
                self._begin_at(sealing.size)
                download(
                    self._line,
                    one.workspace,
                    one.fingerprint,
                    size=one.size,
                    start=sealing.size,
                    write=sealing.write,
                    report=partial(self._passed, one, sending=False),
                )
            self._vault.finish(one.workspace, one.fingerprint)

    def _begin_at(self, at: int) -> None:
        self._reached = at

    def _passed(self, one: Attached, count: int, *, sending: bool) -> None:
        from sync.client.blobs import HaltedError

        self._pace.passed(count)
        if sending:
            self.receipt.bytes_up += count
        else:
            self.receipt.bytes_down += count
        self._reached += count
        self._report(FileProgress(one, count, sending, self._reached))
        if not self._may(one):
            raise HaltedError

    def _note(self, one: Attached, code: str, *, give_up: bool) -> None:
        def changed(duty: Duty) -> Duty:
            return replace(duty, wanted=duty.wanted and not give_up, code=code)

        self._store.post(lambda connection: change_duty(connection, one, changed)).result()
        self.receipt.noted += 1


def is_due(one: Attached, vault: Vault) -> bool:
    """Whether a file has to travel at all: by its policy, or because it was asked for."""
    duty = one.duty
    if not duty.wanted and (duty.policy is Policy.DEMAND or (duty.code and duty.code not in NOT_YET)):
        return False
    return not duty.sent or not vault.holds(one.workspace, one.fingerprint)


@dataclass(frozen=True, slots=True)
class FilesPlan:
    """Files that a sync would move, those that wait for a good network among them, and their bytes."""

    up: int = 0
    down: int = 0
    bytes_up: int = 0
    bytes_down: int = 0


def plan_files(reader: Reader, vault: Vault) -> FilesPlan:
    """What is to be sent and fetched; what came before a cut is not counted again."""
    due = [one for each in attached_files(reader) if is_due(one := confirmed(each, vault), vault)]
    sent = [one.size for one in due if not one.duty.sent]
    fetched = [
        max(0, one.size - vault.received(one.workspace, one.fingerprint)) for one in due if one.duty.sent
    ]
    return FilesPlan(len(sent), len(fetched), sum(sent), sum(fetched))


class Excerpts:
    """Bytes from one offset to another of a content that is read forwards, or again from earlier on."""

    def __init__(self, open_at: Callable[..., Iterator[bytes]]) -> None:
        self._open_at = open_at
        self._blocks: Iterator[bytes] = iter(())
        self._rest = b""
        self._at = -1

    def __call__(self, start: int, stop: int) -> bytes:
        if start != self._at:
            self._blocks, self._rest = self._open_at(start=start), b""
        found = bytearray(self._rest)
        while len(found) < stop - start:
            block = next(self._blocks, b"")
            if not block:
                raise DaftarError("file_damaged")
            found += block
        self._rest = bytes(found[stop - start :])
        self._at = stop
        return bytes(found[: stop - start])


def sync_files(
    store: Store,
    *,
    halt: Callable[[], bool],
    pause: Callable[[float], None],
    report: Callable[[FileProgress], None] = lambda _progress: None,
    monotonic: Callable[[], float] = time.monotonic,
    seconds: float | None = None,
) -> FilesReceipt:
    """Move files now that records are in step; `seconds` gives records a turn in between.

    Raises `not_enrolled`; everything else that goes wrong stands in the receipt or beside the file.
    """
    from sync.client.blobs import BlobLine

    reader = store.reader()
    try:
        joined = read_joined(reader)
    finally:
        reader.close()
    records: list[bool] = []
    until = None if seconds is None else monotonic() + seconds

    def waits() -> bool:
        return bool(records) or halt() or (until is not None and monotonic() >= until)

    unsubscribe = store.subscribe(lambda changed: records.append(True) if changed.local else None)
    line = BlobLine(joined.server, joined.token, halt=waits)
    try:
        if joined.certificate:
            line.trust(joined.certificate)
        return Transfers(store, line, report=report, pause=pause, monotonic=monotonic).run()
    finally:
        line.close()
        unsubscribe()


def move_files(
    store: Store,
    halt: Callable[[], bool],
    pause: Callable[[float], None],
    *,
    report: Callable[[FileProgress], None] = lambda _progress: None,
) -> FilesReceipt:
    """A turn of files for a program that keeps running."""
    return sync_files(store, halt=halt, pause=pause, report=report, seconds=TURN_S)
