"""Looks up what a workspace already holds by names and codes, written as people write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from desktop.exchange.folding import fold
from sync.records import Value, kind


class EmptyWorkspace:
    """A workspace without records."""

    def find(self, kind: str, *, name: str = "", code: str = "", within: bytes | None = None) -> bytes | None:  # noqa: ARG002
        return None

    def code_of(self, record: bytes) -> str | None:  # noqa: ARG002
        return None

    def last_key(self, kind: str, parent: bytes | None) -> str | None:  # noqa: ARG002
        return None


class KnownRecords:
    """Records of a workspace, given as (kind, id, values), found by folded name or code."""

    def __init__(self, rows: Iterable[tuple[str, bytes, Mapping[str, Value]]]) -> None:
        self._names: dict[tuple[str, str, bytes | None], bytes] = {}
        self._codes: dict[tuple[str, str, bytes | None], bytes] = {}
        self._code_of: dict[bytes, str] = {}
        self._keys: dict[tuple[str, bytes | None], str] = {}
        for name, record, values in rows:
            self._add(name, record, values)

    def _add(self, name: str, record: bytes, values: Mapping[str, Value]) -> None:
        declared = kind(name)
        within = values.get("dimension") if name == "category" else None
        title = declared.title_field
        for field in (title, f"{title}_en", f"{title}_fr", f"{title}_ar", "acronym"):
            text = values.get(field)
            if isinstance(text, str) and text.strip():
                self._names.setdefault((name, fold(text), within), record)
        code = values.get(declared.code_field or "")
        if isinstance(code, str) and code.strip():
            self._codes.setdefault((name, fold_code(code), within), record)
            self._code_of[record] = code
        position = values.get("position")
        if isinstance(position, list | tuple) and len(position) == 2:
            parent, key = position
            self._keys[name, parent] = max(key, self._keys.get((name, parent), key))

    def find(self, kind: str, *, name: str = "", code: str = "", within: bytes | None = None) -> bytes | None:
        by_code = self._codes.get((kind, fold_code(code), within)) if code else None
        return by_code or (self._names.get((kind, fold(name), within)) if name else None)

    def code_of(self, record: bytes) -> str | None:
        return self._code_of.get(record)

    def last_key(self, kind: str, parent: bytes | None) -> str | None:
        return self._keys.get((kind, parent))


def fold_code(code: str) -> str:
    """Codes as compared: `1.1.` and `1.1` are one, `1.10` and `1.1` are two."""
    return ".".join(part.lstrip("0") or "0" for part in fold(code).split())
