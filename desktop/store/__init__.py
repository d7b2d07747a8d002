"""The local encrypted database: its one writer, its readers, search and backups; no Qt."""
