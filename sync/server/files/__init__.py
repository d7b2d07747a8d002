"""Where the bytes of files lie: a folder, or an object store that speaks S3."""

from sync.server.files.store import BlobStore, open_store

__all__ = ["BlobStore", "open_store"]
