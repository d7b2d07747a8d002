"""Records and files that were erased for good, and since when no record names a file."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary, Text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _key(name: str, length: int = 16) -> Column[bytes]:
    return Column(name, LargeBinary(length), primary_key=True, nullable=False)


def _number(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def upgrade() -> None:
    op.create_table(
        "erasure",
        _key("workspace_id"),
        _key("record_id"),
        _text("kind"),
        Column("cause", LargeBinary(16), nullable=False),
        _number("at"),
        _text("who"),
        _text("reason"),
        _number("pseq"),
        _number("changes"),
        _number("finished", nullable=True),
    )
    op.create_table("erased_file", _key("workspace_id"), _key("mark", 32), _number("at"))
    op.add_column("blob", _number("unnamed_since", nullable=True))
