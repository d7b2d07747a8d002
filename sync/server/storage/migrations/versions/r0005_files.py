"""Files that workspaces hold, and those on their way to them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _key(name: str, length: int = 16) -> Column[bytes]:
    return Column(name, LargeBinary(length), primary_key=True, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def upgrade() -> None:
    op.create_table(
        "blob",
        _key("workspace_id"),
        _key("sha256", 32),
        _number("size"),
        Column("person_id", LargeBinary(16), nullable=False),
        _number("received"),
    )
    op.create_table(
        "upload",
        _key("workspace_id"),
        _key("sha256", 32),
        _key("installation_id"),
        _number("size"),
        _number("touched"),
    )
