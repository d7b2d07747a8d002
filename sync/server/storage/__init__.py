"""The server's database: tables, migrations, and one `Storage` over SQLite and PostgreSQL."""

from sync.server.storage.store import Storage

__all__ = ["Storage"]
