"""Snapshots, their pieces, and history behind the horizon; all keyed by workspace."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _key(name: str, length: int = 16) -> Column[bytes]:
    return Column(name, LargeBinary(length), primary_key=True, nullable=False)


def _number(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, autoincrement=False, nullable=False)


def _bytes(name: str, *, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "snapshot",
        _key("workspace_id"),
        _number("pseq", key=True),
        Column("summary", LargeBinary(16), nullable=False),
        _number("size"),
        _number("made"),
        _bytes("manifest"),
    )
    op.create_table("chunk", _key("workspace_id"), _key("hash", 32), _bytes("data"))
    op.create_table(
        "history",
        _key("workspace_id"),
        _number("first_pseq", key=True),
        _number("last_pseq"),
        _bytes("effective", nullable=True),
        _bytes("records"),
        _bytes("frame"),
    )
