"""First tables: people, workspaces and devices; logs, records and positions per workspace."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, SmallInteger, Text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _id(name: str, *, key: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary(16), primary_key=key, nullable=False)


def _number(name: str, *, key: bool = False, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, autoincrement=False, nullable=nullable)


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False)


def _bytes(name: str, *, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=nullable)


def _hash() -> Column[bytes]:
    return Column("hash", LargeBinary(32), primary_key=True, nullable=False)


def upgrade() -> None:
    _people()
    _devices()
    _logs()
    _records()
    _exceptions()


def _people() -> None:
    op.create_table("person", _id("id", key=True), _text("name"), _number("created"))
    op.create_table(
        "workspace",
        _id("id", key=True),
        _text("name"),
        Column("number", SmallInteger, nullable=False),
        _id("record_id"),
        _number("created"),
    )
    op.create_index("workspace_number", "workspace", ["number"], unique=True)
    op.create_table(
        "access",
        _id("person_id", key=True),
        _id("workspace_id", key=True),
        _text("role"),
        _number("epoch"),
        _id("record_id"),
    )
    op.create_index("access_workspace", "access", ["workspace_id"])
    op.create_table("setting", _text("key", key=True), _bytes("value"))


def _devices() -> None:
    op.create_table(
        "installation",
        _id("id", key=True),
        _id("person_id"),
        _text("name"),
        _number("created"),
        _number("seen", nullable=True),
        _number("revoked_at", nullable=True),
    )
    op.create_table(
        "device",
        _number("number", key=True),
        _id("installation_id"),
        _number("former", nullable=True),
        _number("epoch"),
        _number("created"),
    )
    op.create_index("device_installation", "device", ["installation_id"])
    op.create_table(
        "token",
        _hash(),
        _id("installation_id"),
        _number("created"),
        _number("expires"),
        _number("revoked_at", nullable=True),
    )
    op.create_index("token_installation", "token", ["installation_id"])
    op.create_table(
        "invite",
        _hash(),
        _id("person_id"),
        _number("created"),
        _number("expires"),
        _number("used_at", nullable=True),
        _number("device", nullable=True),
    )


def _logs() -> None:
    op.create_table(
        "head",
        _id("workspace_id", key=True),
        _number("pseq"),
        _bytes("digest"),
        Column("summary", LargeBinary(16), nullable=False),
        Column("exceptions", SmallInteger, nullable=False),
    )
    op.create_table(
        "log",
        _id("workspace_id", key=True),
        _number("first_pseq", key=True),
        _number("last_pseq"),
        _number("device"),
        _number("first_dseq"),
        _number("last_dseq"),
        Column("size", Integer, nullable=False),
        _bytes("effective", nullable=True),
        _bytes("frame"),
    )
    op.create_table(
        "position",
        _id("workspace_id", key=True),
        _number("device", key=True),
        _number("dseq"),
        Column("chain", LargeBinary(16), nullable=False),
    )


def _records() -> None:
    op.create_table(
        "record",
        _id("workspace_id", key=True),
        _id("record_id", key=True),
        _text("kind"),
        _bytes("state"),
        Column("term", LargeBinary(16), nullable=False),
    )
    op.create_table(
        "document",
        _id("workspace_id", key=True),
        _id("record_id", key=True),
        _text("field", key=True),
        _bytes("snapshot"),
    )


def _exceptions() -> None:
    op.create_table(
        "quarantine",
        _id("workspace_id", key=True),
        _number("device", key=True),
        _number("dseq", key=True),
        _id("record_id"),
        _text("code"),
        _bytes("change"),
        _number("received"),
    )
    op.create_index("quarantine_record", "quarantine", ["workspace_id", "record_id"])
    op.create_table(
        "parked",
        _id("workspace_id", key=True),
        _number("device", key=True),
        _number("dseq", key=True),
        _id("record_id"),
        _bytes("change"),
        _number("received"),
    )
