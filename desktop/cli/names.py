"""Kinds, workspaces, records and people as they are named on a command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from desktop.store.lookup import ids_with_prefix, looks_like_id, rows_named
from desktop.store.reader import Reader
from desktop.store.rows import Query, Row
from sync.errors import DaftarError
from sync.records import KINDS, Field, FieldProblem, Kind, id_text, kind, parse_id
from sync.records.parsing import comparable
from sync.replica.workspaces import WorkspaceState

NO_ROLE = "none"
_FEW = 20


class NotUniqueError(DaftarError):
    """A name or the beginning of an id that can mean several records."""

    def __init__(self, name: str, candidates: Sequence[tuple[str, str]]) -> None:
        super().__init__("not_unique", name=name[:200])
        self.candidates = tuple(candidates)
        self.field = ""


def kind_named(text: str) -> Kind:
    """A kind by its name, written with a dash or an underscore."""
    return kind(text.strip().lower().replace("-", "_"))


def workspace_named(reader: Reader, text: str) -> WorkspaceState:
    """A workspace by its name or the beginning of its id."""
    states = reader.workspaces()
    found = [state for state in states if comparable(state.name) == comparable(text)]
    if not found and looks_like_id(text):
        digits = text.strip().lower().replace("-", "")
        found = [state for state in states if state.id.hex().startswith(digits)]
    if not found:
        raise DaftarError("workspace_missing", workspace=text[:200])
    if len(found) > 1:
        raise NotUniqueError(text, [(id_text(state.id), state.name) for state in found])
    return found[0]


def workspaces_chosen(reader: Reader, text: str | None) -> tuple[bytes, ...]:
    """The workspaces to look into; none stands for all."""
    return () if text is None else (workspace_named(reader, text).id,)


def only_workspace(reader: Reader) -> WorkspaceState:
    """The workspace that need not be named, because there is no other."""
    states = [state for state in reader.workspaces() if state.role != NO_ROLE]
    if not states:
        raise DaftarError("workspace_missing", workspace="")
    if len(states) > 1:
        raise DaftarError("workspace_needed", workspaces=", ".join(state.name for state in states))
    return states[0]


def role_in(reader: Reader, workspace: bytes) -> str:
    return next((state.role for state in reader.workspaces() if state.id == workspace), NO_ROLE)


def record_named(reader: Reader, declared: Kind, text: str) -> Row:
    """A record by its id, the beginning of it, or else a name that only one has."""
    if looks_like_id(text):
        ids = ids_with_prefix(reader, declared.name, text)
        if len(ids) > 1:
            raise NotUniqueError(text, _candidates(reader, declared.name, ids))
        if ids:
            return reader.get(declared.name, ids[0])
    rows = rows_named(reader, declared.name, text)
    if len(rows) > 1:
        raise NotUniqueError(text, [(id_text(row.id), title_of(row)) for row in rows])
    if not rows:
        raise DaftarError("unknown_record", kind=declared.name, id=text[:200])
    return rows[0]


def the_only_record(reader: Reader, declared: Kind) -> Row:
    """The record that need not be named, because there is no other of its kind."""
    rows = reader.select(Query(declared.name, limit=_FEW))
    if len(rows) > 1:
        raise NotUniqueError("", [(id_text(row.id), title_of(row)) for row in rows])
    if not rows:
        raise DaftarError("unknown_record", kind=declared.name, id="")
    return rows[0]


def reference(reader: Reader, field: Field, typed: Any, *, workspace: bytes | None) -> Any:
    """The id that a reference field means: an id, the beginning of one, or a name (in a workspace)."""
    if typed is None or (isinstance(typed, str) and not typed.strip()):
        return None
    if not isinstance(typed, str):
        return field.parse_item(typed)
    try:
        return parse_id(typed)
    except DaftarError:
        pass
    targets = field.targets or tuple(KINDS)
    if looks_like_id(typed):
        ids = [(target, one) for target in targets for one in ids_with_prefix(reader, target, typed)]
        if len(ids) > 1:
            named = [_candidates(reader, target, [one])[0] for target, one in ids]
            raise NotUniqueError(typed, named)
        if ids:
            return ids[0][1]
    inside = () if workspace is None else (workspace,)
    rows = [row for target in targets for row in rows_named(reader, target, typed, workspaces=inside)]
    if len(rows) > 1:
        raise NotUniqueError(typed, [(id_text(row.id), title_of(row)) for row in rows])
    if not rows:
        raise FieldProblem("not_a_reference", field.name, typed)
    return rows[0].id


def kind_of(reader: Reader, record: bytes) -> str | None:
    """The kind of a record that is on this laptop."""
    return next((name for name in KINDS if reader.rows(name, [record])), None)


def title_of(row: Row) -> str:
    """What a record is called: its title, else its code."""
    declared = KINDS[row.kind]
    names = [row.values.get(declared.title_field), row.values.get(declared.code_field or "")]
    return next((name for name in names if isinstance(name, str)), "")


def _candidates(reader: Reader, name: str, ids: Sequence[bytes]) -> list[tuple[str, str]]:
    return [(id_text(row.id), title_of(row)) for row in reader.rows(name, ids)]


class Titles:
    """The titles of records by their ids, each looked up once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[bytes, str] = {}

    def of(self, record: bytes) -> str:
        """What a record is called; its id where it is not on this laptop."""
        if record not in self._known:
            kind = kind_of(self._reader, record)
            title = title_of(self._reader.get(kind, record)) if kind is not None else ""
            self._known[record] = title or id_text(record)
        return self._known[record]
