"""What was released from quarantine, which laptops erased what, and what revoked ones handed in."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _id(name: str, *, key: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary(16), primary_key=key, nullable=False)


def _number(name: str, *, key: bool = False, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, autoincrement=False, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "released",
        _id("workspace_id", key=True),
        _number("device", key=True),
        _number("dseq", key=True),
        _number("as_device"),
        _number("as_dseq"),
        _id("released_by"),
        _number("at"),
    )
    op.create_table(
        "purged",
        _id("workspace_id", key=True),
        _id("installation_id", key=True),
        _number("epoch"),
        _number("at"),
    )
    op.create_table(
        "hand_in",
        _id("installation_id", key=True),
        _number("bytes"),
        _number("closed_at", nullable=True),
    )
