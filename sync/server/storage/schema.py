"""The server's tables as SQLAlchemy Core.

The global tables are few and small. Every other table is keyed by workspace first, so that a cluster can
spread whole workspaces; no sequence, trigger or foreign key crosses that line. Times are milliseconds since
1970, UTC.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, SmallInteger, Table, Text

LATEST: Final = "0007"
"""The revision these tables belong to."""

metadata: Final = MetaData()


def _id(name: str) -> Column[bytes]:
    return Column(name, LargeBinary(16), nullable=False)


def _key(name: str) -> Column[bytes]:
    return Column(name, LargeBinary(16), primary_key=True)


def _number_key(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def _number(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _bytes(name: str, *, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=nullable)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


person: Final = Table("person", metadata, _key("id"), _text("name"), _number("created"))

workspace: Final = Table(
    "workspace",
    metadata,
    _key("id"),
    _text("name"),
    Column("number", SmallInteger, nullable=False),
    _id("record_id"),
    _number("created"),
    Index("workspace_number", "number", unique=True),
)

# An access that was taken away stays as a row with role "none": what its holder had not sent yet is
# quarantined for that workspace instead of being refused as forged.
access: Final = Table(
    "access",
    metadata,
    _key("person_id"),
    _key("workspace_id"),
    _text("role"),
    _number("epoch"),
    _id("record_id"),
    Index("access_workspace", "workspace_id"),
)

installation: Final = Table(
    "installation",
    metadata,
    _key("id"),
    _id("person_id"),
    _text("name"),
    _number("created"),
    _number("seen", nullable=True),
    _number("revoked_at", nullable=True),
)

device: Final = Table(
    "device",
    metadata,
    _number_key("number"),
    _id("installation_id"),
    _number("former", nullable=True),
    _number("epoch"),
    _number("created"),
    Index("device_installation", "installation_id"),
)

token: Final = Table(
    "token",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    _id("installation_id"),
    _number("created"),
    _number("expires"),
    _number("revoked_at", nullable=True),
    Index("token_installation", "installation_id"),
)

invite: Final = Table(
    "invite",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    _id("person_id"),
    _number("created"),
    _number("expires"),
    _number("used_at", nullable=True),
    _number("device", nullable=True),
)

setting: Final = Table("setting", metadata, Column("key", Text, primary_key=True), _bytes("value"))

head: Final = Table(
    "head",
    metadata,
    _key("workspace_id"),
    _number("pseq"),
    _bytes("digest"),
    Column("summary", LargeBinary(16), nullable=False),
    Column("exceptions", SmallInteger, nullable=False),
)

log: Final = Table(
    "log",
    metadata,
    _key("workspace_id"),
    _number_key("first_pseq"),
    _number("last_pseq"),
    _number("device"),
    _number("first_dseq"),
    _number("last_dseq"),
    Column("size", Integer, nullable=False),
    _bytes("effective", nullable=True),
    _bytes("frame"),
)

record: Final = Table(
    "record",
    metadata,
    _key("workspace_id"),
    _key("record_id"),
    _text("kind"),
    _bytes("state"),
    Column("term", LargeBinary(16), nullable=False),
)

document: Final = Table(
    "document",
    metadata,
    _key("workspace_id"),
    _key("record_id"),
    Column("field", Text, primary_key=True),
    _bytes("snapshot"),
)

position: Final = Table(
    "position",
    metadata,
    _key("workspace_id"),
    _number_key("device"),
    _number("dseq"),
    Column("chain", LargeBinary(16), nullable=False),
)

quarantine: Final = Table(
    "quarantine",
    metadata,
    _key("workspace_id"),
    _number_key("device"),
    _number_key("dseq"),
    _id("record_id"),
    _text("code"),
    _bytes("change"),
    _number("received"),
    Index("quarantine_record", "workspace_id", "record_id"),
)

parked: Final = Table(
    "parked",
    metadata,
    _key("workspace_id"),
    _number_key("device"),
    _number_key("dseq"),
    _id("record_id"),
    _bytes("change"),
    _number("received"),
)

# What a coordinator decided about changes in quarantine; those stay there, as what was once refused.
released: Final = Table(
    "released",
    metadata,
    _key("workspace_id"),
    _number_key("device"),
    _number_key("dseq"),
    _number("as_device"),
    _number("as_dseq"),
    _id("released_by"),
    _number("at"),
)

# Pushed frames that nobody could read, by the number they began with.
unread_frame: Final = Table(
    "unread_frame",
    metadata,
    _key("workspace_id"),
    _number_key("device"),
    _number_key("first_dseq"),
    _text("code"),
    _number("received"),
    _bytes("frame"),
)

# What was decided never to be let in, by whom and why.
discarded: Final = Table(
    "discarded",
    metadata,
    _key("workspace_id"),
    _number_key("device"),
    _number_key("dseq"),
    _id("discarded_by"),
    _text("reason"),
    _number("at"),
)

# Which laptops have erased a workspace, as they said; `epoch` is that of the access that was lost.
purged: Final = Table(
    "purged",
    metadata,
    _key("workspace_id"),
    _key("installation_id"),
    _number("epoch"),
    _number("at"),
)

# How much a revoked laptop has handed in, and when it was done.
hand_in: Final = Table(
    "hand_in",
    metadata,
    _key("installation_id"),
    _number("bytes"),
    _number("closed_at", nullable=True),
)

# The card of each device number that showed its public keys; its holder may hand in bundles.
card: Final = Table("card", metadata, _number_key("device"), _bytes("card"), _number("issued"))

# Of a snapshot, its pieces are in `chunk`; several snapshots share those that did not change.
snapshot: Final = Table(
    "snapshot",
    metadata,
    _key("workspace_id"),
    _number_key("pseq"),
    Column("summary", LargeBinary(16), nullable=False),
    _number("size"),
    _number("made"),
    _bytes("manifest"),
)

chunk: Final = Table(
    "chunk",
    metadata,
    _key("workspace_id"),
    Column("hash", LargeBinary(32), primary_key=True),
    _bytes("data"),
)

# Frames that are older than the horizon; `records` tells quickly whether one speaks of a record.
history: Final = Table(
    "history",
    metadata,
    _key("workspace_id"),
    _number_key("first_pseq"),
    _number("last_pseq"),
    _bytes("effective", nullable=True),
    _bytes("records"),
    _bytes("frame"),
)

# The files a workspace holds whole and checked; their bytes lie in a folder or an object store. Since
# `unnamed_since` no record names the file, as far as somebody looked.
blob: Final = Table(
    "blob",
    metadata,
    _key("workspace_id"),
    Column("sha256", LargeBinary(32), primary_key=True),
    _number("size"),
    _id("person_id"),
    _number("received"),
    _number("unnamed_since", nullable=True),
)

# Files on their way, each from one laptop; `touched` is when its last piece came.
upload: Final = Table(
    "upload",
    metadata,
    _key("workspace_id"),
    Column("sha256", LargeBinary(32), primary_key=True),
    _key("installation_id"),
    _number("size"),
    _number("touched"),
)

# Records that were erased for good, each with the one for whose sake (itself, or what it belonged to), and
# nothing of what they said. `finished` is when nothing of it was left in this database and beside it.
erasure: Final = Table(
    "erasure",
    metadata,
    _key("workspace_id"),
    _key("record_id"),
    _text("kind"),
    _id("cause"),
    _number("at"),
    _text("who"),
    _text("reason"),
    _number("pseq"),
    _number("changes"),
    _number("finished", nullable=True),
)

# A hash of the fingerprint of each file that was erased: it is not taken again unless a record names it.
erased_file: Final = Table(
    "erased_file",
    metadata,
    _key("workspace_id"),
    Column("mark", LargeBinary(32), primary_key=True),
    _number("at"),
)
