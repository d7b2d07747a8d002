"""What a laptop's disk still says: every byte of its database, decrypted, and what is packed in it."""

from contextlib import closing
from pathlib import Path

from helpers.pages import plain_pages
from helpers.traveller import Traveller

from desktop.store.connection import open_writer
from sync.frames import changes_of
from sync.frames.packing import open_frame
from sync.merge.chunks import Chunk, open_piece


def raw(laptop: Traveller, folder: Path) -> bytes:
    """Every byte that lies on the disk, decrypted: pages in use, free pages, and those of the log."""
    return plain_pages(laptop.profile.paths.database, key=laptop.profile.key, folder=folder / "pages")


def exported(laptop: Traveller, folder: Path) -> bytes:
    """The database as SQLCipher itself writes it out in plain."""
    target = folder / "plain.db"
    target.unlink(missing_ok=True)
    with closing(open_writer(laptop.profile.paths.database, key=laptop.profile.key)) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
        connection.execute("ATTACH DATABASE ? AS plain KEY ''", (str(target),))
        connection.execute("SELECT sqlcipher_export('plain')")
        connection.execute("DETACH DATABASE plain")
    return target.read_bytes()


def frames_of(laptop: Traveller) -> bytes:
    """What the compressed frames say."""
    workspaces = {state.index: state.id for state in laptop.reader.workspaces()}
    rows = laptop.reader.connection.execute("SELECT ws, frame FROM log").fetchall()
    assert {row[0] for row in rows} <= workspaces.keys()
    changes = [one for ws, frame in rows for one in changes_of(open_frame(bytes(frame), workspaces[ws]))]
    return repr([dict(one.writes) for one in changes]).encode()


def pieces_of(laptop: Traveller) -> bytes:
    """What the pieces of snapshots under the log say."""
    workspaces = {state.index: state.id for state in laptop.reader.workspaces()}
    found = []
    for ws, data in laptop.reader.connection.execute("SELECT ws, data FROM base_piece").fetchall():
        piece = open_piece(bytes(data), workspaces[ws])
        if isinstance(piece, Chunk):
            found += [repr(state) for group in piece.block.groups for state in piece.states(group)]
        else:
            found.append(repr(piece))
    return "".join(found).encode()
