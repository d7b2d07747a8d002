"""What records are called, where their name is that of another record, and what the cells of a table are."""

from __future__ import annotations

from desktop.store.reader import Reader
from desktop.store.rows import Query, Row, Where
from sync.errors import DaftarError

_STEPS = 3


def shown_title(row: Row, language: str, *, base: str = "title") -> str:
    """A title in the language of whoever reads it, where it is kept in that language; else as written."""
    return str(row.values.get(f"{base}_{language}") or row.values.get(base) or "")


def shown_field(row: Row, language: str, *, base: str = "title") -> str:
    """The field behind that title: who edits what is shown edits this one."""
    own = f"{base}_{language}"
    return own if row.values.get(own) else base


def title_of(reader: Reader, row: Row, *, language: str = "") -> str:
    """The title of a record; of one without a title of its own, that of the record it is named after."""
    for _ in range(_STEPS):
        kind = reader.kinds[row.kind]
        title = row.values.get(kind.title_field)
        if not isinstance(title, bytes):
            return shown_title(row, language, base=kind.title_field)
        found = find_row(reader, kind.field(kind.title_field).targets, title)
        if found is None:
            return ""
        row = found
    return ""


def code_of(reader: Reader, row: Row) -> str:
    """The code or number of a record, where it has one."""
    kind = reader.kinds[row.kind]
    return str(row.values.get(kind.code_field) or "") if kind.code_field else ""


def find_row(reader: Reader, kinds: tuple[str, ...], record: object) -> Row | None:
    """A referenced record of one of these kinds; nothing where it is not on this laptop."""
    if not isinstance(record, bytes):
        return None
    for kind in kinds:
        try:
            return reader.get(kind, record)
        except DaftarError as error:
            if error.code != "unknown_record":
                raise
    return None


def name_of(reader: Reader, kind: str, record: bytes | None) -> str:
    """The title of a referenced record; empty where it is not here."""
    row = find_row(reader, (kind,), record)
    return title_of(reader, row) if row is not None else ""


def cell_label(reader: Reader, key: str) -> str:
    """The names of the categories whose codes a cell joins: `F|15-24`."""
    codes = key.split("|")
    rows = reader.select(Query("category", where=(Where("code", "in", codes),)))
    names = {str(row.values.get("code")): str(row.values.get("name") or "") for row in rows}
    return " ".join(names.get(code) or code for code in codes)
