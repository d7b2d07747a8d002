"""Fields as they are typed: `field=value`, `cells.F|15-24=12`, `tags+=a,b`, or entries of a JSON object."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from desktop.cli.names import NotUniqueError, kind_of, reference
from desktop.commands.places import at_end
from desktop.commands.problems import insist
from desktop.commands.records import with_members
from desktop.store.lookup import last_key
from desktop.store.reader import Reader
from desktop.store.rows import Row
from sync.errors import DaftarError
from sync.records import Field, FieldProblem, FieldType, Kind, Merge, Value

WORKSPACE: Final = "workspace"
POSITION: Final = "position"
_KEYED: Final = re.compile(r"([a-z][a-z0-9_]*)\.(.+?)=(.*)", re.DOTALL)
_PLAIN: Final = re.compile(r"([a-z][a-z0-9_]*)(\+=|-=|=)(.*)", re.DOTALL)
# A reference whose kind stands in a field beside it.
_BESIDE: Final = {"about": "about_kind", "from_id": "from_kind", "to_id": "to_kind"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One typed field: `operator` is `=`, `+=` or `-=`; `key` is that of one cell."""

    field: str
    operator: str
    typed: Any
    key: str | None = None

    @property
    def shown(self) -> str:
        return self.field if self.key is None else f"{self.field}.{self.key}"


def split_entries(arguments: Iterable[str]) -> list[Entry]:
    """The typed fields of a line; raises `not_an_entry`."""
    entries = []
    for argument in arguments:
        keyed, plain = _KEYED.fullmatch(argument), _PLAIN.fullmatch(argument)
        if plain is not None:
            entries.append(Entry(plain[1], plain[2], plain[3]))
        elif keyed is not None:
            entries.append(Entry(keyed[1], "=", keyed[3], keyed[2]))
        else:
            raise DaftarError("not_an_entry", typed=argument[:200])
    return entries


def entries_of(document: Mapping[str, Any]) -> list[Entry]:
    """The fields of a JSON object."""
    return [Entry(str(name), "=", value) for name, value in document.items()]


class Typist:
    """Turns typed fields into canonical values, collecting every problem before it complains."""

    def __init__(
        self,
        reader: Reader,
        *,
        wordings: Callable[[], Callable[[str], tuple[str, ...]]],
        workspace: bytes | None,
    ) -> None:
        self._reader = reader
        self._wordings = wordings
        self._workspace = workspace

    def values(self, kind: Kind, entries: Iterable[Entry], row: Row | None = None) -> dict[str, Value]:
        """Whole new values of the typed fields; raises `FieldsToFixError` with all that is wrong."""
        values, problems = self.read(kind, entries, row)
        insist(problems)
        return values

    def read(
        self, kind: Kind, entries: Iterable[Entry], row: Row | None = None
    ) -> tuple[dict[str, Value], list[FieldProblem]]:
        """Whole new values of the typed fields, and what is wrong; raises `NotUniqueError`."""
        values: dict[str, Value] = {}
        problems: list[FieldProblem] = []
        for entry in entries:
            field = kind.fields.get(entry.field)
            if field is None:
                problems.append(FieldProblem("unknown_field", entry.field, entry.typed))
                continue
            before = values.get(entry.field, row.values.get(entry.field) if row is not None else None)
            try:
                values[entry.field] = self._value(kind, field, entry, before)
            except FieldProblem as problem:
                problems.append(FieldProblem(problem.code, entry.shown, entry.typed, _params(problem)))
            except NotUniqueError as error:
                error.field = entry.shown
                raise
        self._fill_beside(kind, values)
        return values, problems

    def _value(self, kind: Kind, field: Field, entry: Entry, before: Value) -> Value:
        if entry.key is not None:
            return self._with_cell(field, entry, before)
        if entry.operator != "=":
            return self._with_members(field, entry, before)
        typed = _json_or_text(field, entry.typed)
        if field.type is FieldType.REFERENCE:
            found = reference(self._reader, field, typed, workspace=self._workspace)
            field.check(found)
            return found
        if field.type is FieldType.REFERENCES:
            return self._references(field, typed)
        if field.type is FieldType.ORDER:
            return self._position(kind, field, typed)
        return self._parse(field.parse, typed)

    def _parse(self, parse: Callable[..., Value], typed: Any) -> Value:
        try:
            return parse(typed, decimal=".")
        except FieldProblem as problem:
            if problem.code != "not_a_choice":
                raise
        # The catalogues are read only where a word was no code and no English label.
        return parse(typed, decimal=".", translations=self._wordings())

    def _with_cell(self, field: Field, entry: Entry, before: Value) -> Value:
        if field.merge is not Merge.MAP:
            raise FieldProblem("not_a_map", entry.shown, entry.typed)
        assert entry.key is not None
        cells = dict(before or {})
        parsed = self._parse(field.parse, {entry.key: entry.typed})
        if parsed:
            cells |= parsed
        else:
            field.check_item(entry.key, None)
            cells.pop(entry.key, None)
        return dict(sorted(cells.items()))

    def _with_members(self, field: Field, entry: Entry, before: Value) -> Value:
        typed = _json_or_text(field, entry.typed)
        if field.merge is Merge.SET:
            by_id = field.type is FieldType.REFERENCES
            given = self._references(field, typed) if by_id else self._parse(field.parse, typed)
            if entry.operator == "+=":
                return with_members(before, add=given or [])
            return with_members(before, take=given or [])
        if field.merge is Merge.MAP and entry.operator == "+=":
            return {**(before or {}), **(self._parse(field.parse, typed) or {})}
        raise FieldProblem("not_a_list", entry.field, entry.typed)

    def _references(self, field: Field, typed: Any) -> list[bytes]:
        members = typed if isinstance(typed, list) else _split_list(typed)
        found = [reference(self._reader, field, member, workspace=self._workspace) for member in members]
        value = sorted({one for one in found if one is not None})
        field.check(value)
        return value

    def _position(self, kind: Kind, field: Field, typed: Any) -> Value:
        """`PARENT/key`, or `PARENT/` for behind the last child; in JSON a list of the two."""
        if typed is None or typed == "":
            return None
        if isinstance(typed, str):
            parent, _, key = typed.rpartition("/")
            typed = [parent or None, key or None]
        if not isinstance(typed, list) or len(typed) != 2:
            raise FieldProblem("not_a_position", field.name, typed)
        own = Field(field.name, FieldType.REFERENCE, Merge.REGISTER, targets=(kind.name,))
        above = reference(self._reader, own, typed[0], workspace=self._workspace)
        if typed[1] is None:
            return self.last_place(kind, above)
        return field.parse([above, typed[1]])

    def last_place(self, kind: Kind, parent: bytes | None = None) -> list[Any]:
        """The place behind everything under a parent."""
        assert self._workspace is not None
        return at_end(last_key(self._reader, kind.name, parent, workspace=self._workspace), parent=parent)

    def _fill_beside(self, kind: Kind, values: dict[str, Value]) -> None:
        for name, beside in _BESIDE.items():
            if values.get(name) is not None and beside in kind.fields and values.get(beside) is None:
                found = kind_of(self._reader, values[name])
                if found is not None:
                    values[beside] = found


def _params(problem: FieldProblem) -> dict[str, str | int]:
    return {name: value for name, value in problem.params.items() if name not in ("field", "typed")}


def _json_or_text(field: Field, typed: Any) -> Any:
    """Sets, maps and places may be typed as JSON."""
    keyed = field.merge in (Merge.SET, Merge.MAP) or field.type is FieldType.ORDER
    if not keyed or not isinstance(typed, str) or typed.lstrip()[:1] not in ("[", "{"):
        return typed
    try:
        return json.loads(typed, parse_float=str)
    except ValueError as error:
        code = "not_a_map" if field.merge is Merge.MAP else "not_a_list"
        raise FieldProblem(code, field.name, typed) from error


def _split_list(typed: Any) -> list[Any]:
    if typed is None:
        return []
    if not isinstance(typed, str):
        return [typed]
    border = r"[;\n\u061b]" if re.search(r"[;\n\u061b]", typed) else r"[,\u060c]"
    return [part.strip() for part in re.split(border, typed) if part.strip()]
