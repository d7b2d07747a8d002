"""Bundles: the cards of devices."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _number(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, autoincrement=False, nullable=False)


def upgrade() -> None:
    op.create_table(
        "card", _number("device", key=True), Column("card", LargeBinary, nullable=False), _number("issued")
    )
