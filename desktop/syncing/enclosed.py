"""Attached files in bundles on a laptop: which ones go along, and what becomes of those that one brings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Final, Self

from desktop.store.attached import Attached, Policy, attached_files, note_moved, usual_policy
from desktop.store.attachments import Vault
from desktop.store.documents import confirmed
from desktop.store.failures import disk_errors
from desktop.store.reader import Reader
from desktop.store.sealed import Sealing
from desktop.store.store import Store
from sync.bundles.files import FilePiece, cut_file
from sync.bundles.layout import Entry
from sync.errors import DaftarError
from sync.replica.workspaces import WorkspaceState

UNNAMED: Final = "bundle_file_unnamed"
APART: Final = "bundle_file_apart"


class Files(StrEnum):
    """Which files go along: none, all but those that are fetched on demand, or all."""

    NONE = "none"
    USUAL = "usual"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Enclosing:
    """The files of a bundle. `left` fit the wish and not the room, or cannot be read here."""

    files: tuple[tuple[int, Attached], ...] = ()
    left: int = 0

    @property
    def bytes(self) -> int:
        return sum(one.size for _, one in self.files)


def choose_files(
    reader: Reader,
    vault: Vault,
    states: Sequence[WorkspaceState],
    *,
    files: Files,
    most: int | None = None,
    past: Callable[[WorkspaceState], bool] = lambda _state: False,
) -> Enclosing:
    """The files that lie here and that the recipient may lack, small ones first, up to `most` bytes.

    That is what the server has not confirmed, or, of workspaces whose `past` goes along, everything.
    """
    if files is Files.NONE:
        return Enclosing()
    places = {state.id: (at, past(state)) for at, state in enumerate(states)}
    chosen: list[tuple[int, Attached]] = []
    seen: set[tuple[int, bytes]] = set()
    left = size = 0
    for each in attached_files(reader, workspaces=tuple(places)) if places else []:
        one = confirmed(each, vault)
        at, everything = places[one.workspace]
        wanted = everything or one.row.unsent or not one.duty.sent
        usual = files is Files.ALL or one.duty.policy is not Policy.DEMAND
        if (at, one.fingerprint) in seen or not wanted or not usual:
            continue
        if not vault.holds(one.workspace, one.fingerprint):
            continue
        seen.add((at, one.fingerprint))
        if most is not None and size + one.size > most:
            left += 1
            continue
        chosen.append((at, one))
        size += one.size
    return Enclosing(tuple(chosen), left)


def sound(vault: Vault, enclosing: Enclosing) -> Enclosing:
    """Without what the disk has damaged: a bundle that was begun has to come to its end."""
    whole = tuple(each for each in enclosing.files if vault.is_sound(each[1].workspace, each[1].fingerprint))
    return Enclosing(whole, enclosing.left + len(enclosing.files) - len(whole))


def file_pieces(vault: Vault, enclosing: Enclosing) -> Iterator[tuple[Entry, bytes]]:
    """Their content, piece by piece."""
    for place, one in enclosing.files:
        yield from cut_file(place, one.fingerprint, one.size, vault.read(one.workspace, one.fingerprint))


class Unpacking:
    """Puts files of one bundle into the vault, behind the records that name them; to be used as a context."""

    def __init__(self, store: Store, reader: Reader, *, by_server: bool) -> None:
        self._store = store
        self._reader = reader
        self._vault = Vault(store.profile)
        self._by_server = by_server
        self._open: tuple[bytes, bytes, Sealing] | None = None
        self.taken = 0
        self.known = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def take(self, workspace: bytes, piece: FilePiece) -> str:
        """Take a piece; the code of what stands in its way. Nothing is seen of a file that is not whole."""
        try:
            return self._take(workspace, piece)
        except DaftarError as error:
            self._close()
            return error.code

    def _take(self, workspace: bytes, piece: FilePiece) -> str:
        fingerprint = piece.fingerprint
        if self._vault.holds(workspace, fingerprint):
            self.known += piece.is_last
            return ""
        if not self._is_named(workspace, piece):
            return UNNAMED
        sealing = self._sealing(workspace, fingerprint)
        if piece.start > sealing.size:
            return APART
        with disk_errors():
            sealing.write(piece.data[sealing.size - piece.start :])
        if sealing.size < piece.total:
            return ""
        self._close()
        self._vault.finish(workspace, fingerprint)
        self.taken += 1
        if self._by_server:
            policy = usual_policy(piece.total)
            self._store.post(
                lambda connection: note_moved(connection, workspace, fingerprint, policy)
            ).result()
        return ""

    def _is_named(self, workspace: bytes, piece: FilePiece) -> bool:
        """Whether an attachment here speaks of the file, with the size it has."""
        row = self._reader.connection.execute(
            "SELECT 1 FROM attachment JOIN workspace_state ON workspace_state.idx = attachment._ws"
            " WHERE item = ? AND sha256 = ? AND CAST(size AS INTEGER) = ? AND _deleted = 0 LIMIT 1",
            (workspace, piece.fingerprint.hex(), piece.total),
        ).fetchone()
        return row is not None

    def _sealing(self, workspace: bytes, fingerprint: bytes) -> Sealing:
        if self._open is None or self._open[:2] != (workspace, fingerprint):
            self._close()
            self._open = (workspace, fingerprint, self._vault.arriving(workspace, fingerprint))
        return self._open[2]

    def _close(self) -> None:
        if self._open is not None:
            opened, self._open = self._open[2], None
            with disk_errors(), opened:
                pass
