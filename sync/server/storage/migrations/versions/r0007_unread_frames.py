"""Pushed frames that nobody could read, and what a coordinator discarded of what was held back."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary, Text

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _number(name: str, *, key: bool = False) -> Column[int]:
    if key:
        return Column(name, BigInteger, primary_key=True, autoincrement=False, nullable=False)
    return Column(name, BigInteger, nullable=False)


def _workspace() -> Column[bytes]:
    return Column("workspace_id", LargeBinary(16), primary_key=True, nullable=False)


def upgrade() -> None:
    op.create_table(
        "unread_frame",
        _workspace(),
        _number("device", key=True),
        _number("first_dseq", key=True),
        Column("code", Text, nullable=False),
        _number("received"),
        Column("frame", LargeBinary, nullable=False),
    )
    op.create_table(
        "discarded",
        _workspace(),
        _number("device", key=True),
        _number("dseq", key=True),
        Column("discarded_by", LargeBinary(16), nullable=False),
        Column("reason", Text, nullable=False),
        _number("at"),
    )
