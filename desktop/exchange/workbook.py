"""The front door of the readers: a path or the bytes of a file become sheets, or a clear refusal."""

from __future__ import annotations

import hashlib
from pathlib import Path

from desktop.exchange import delimited, xlsx
from desktop.exchange.cells import Cell, Merge, Sheet, Workbook, column_index, column_letter
from desktop.exchange.package import Limits
from sync.errors import DaftarError

__all__ = ["Cell", "Limits", "Merge", "Sheet", "Workbook", "column_index", "column_letter", "read_workbook"]

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_workbook(source: Path | bytes, *, name: str | None = None, limits: Limits | None = None) -> Workbook:
    """Read .xlsx, .csv or .tsv by its content; the name only titles a text table.

    Raises `DaftarError`: `import_unreadable` (damaged or too large), `import_old_format` (.xls),
    `import_password`, `import_format_unsupported`, `import_empty`, `import_cannot_open`.
    """
    limits = limits or Limits()
    shown = name or (source.name if isinstance(source, Path) else "")
    data = _load(source, name=shown, limits=limits)
    fingerprint = hashlib.sha256(data).hexdigest()
    if not data.strip():
        raise DaftarError("import_empty", name=shown)
    if data.startswith(_OLE):
        code = "import_password" if _ENCRYPTED in data else "import_old_format"
        raise DaftarError(code, name=shown)
    if data.startswith(b"PK"):
        return Workbook(shown, xlsx.read_xlsx(data, name=shown, limits=limits), fingerprint)
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise DaftarError("import_old_format", name=shown)
    if start.startswith((b"%pdf", b"{\\rtf")):
        raise DaftarError("import_format_unsupported", format="PDF" if start.startswith(b"%pdf") else "RTF")
    sheets = delimited.read_delimited(data, name=shown, limits=limits)
    return Workbook(shown, sheets, fingerprint, delimited=True)


def _load(source: Path | bytes, *, name: str, limits: Limits) -> bytes:
    if isinstance(source, bytes):
        data = source
    else:
        try:
            if source.stat().st_size > limits.file_bytes:
                raise DaftarError("import_unreadable", name=name, why="too_large")
            data = source.read_bytes()
        except OSError as trouble:
            raise DaftarError("import_cannot_open", name=name) from trouble
    if len(data) > limits.file_bytes:
        raise DaftarError("import_unreadable", name=name, why="too_large")
    return data
