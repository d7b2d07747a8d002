"""Alembic's entry: runs the steps on the connection it is handed."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from sync.server.storage.schema import metadata


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
