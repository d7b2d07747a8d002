"""Records given as JSON documents or field by field become edits: all of them, or none and every problem."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.errors import DaftarError

if TYPE_CHECKING:
    from desktop.cli.typed import Entry
    from desktop.store.reader import Reader
    from sync.changes import Edit
    from sync.records import Kind


@dataclass(frozen=True, slots=True)
class Documents:
    """JSON objects, and whether they came as a list."""

    objects: tuple[Mapping[str, Any], ...]
    many: bool


def read_documents(source: str) -> Documents:
    """The objects of a file, or of standard input for `-`; raises `file_unreadable`, `not_json`."""
    name = "-" if source == "-" else Path(source).name
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise DaftarError("file_unreadable", name=name) from error
    try:
        # As texts, numbers keep all their digits.
        found = json.loads(text, parse_float=str)
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 0
        raise DaftarError("not_json", name=name, line=line) from error
    objects = found if isinstance(found, list) else [found]
    if not all(isinstance(item, dict) for item in objects):
        raise DaftarError("not_json", name=name, line=1)
    return Documents(tuple(objects), isinstance(found, list))


def insist_file(path: Path) -> None:
    """Complain of a file that is not there before anything is opened."""
    if not path.is_file():
        raise DaftarError("file_unreadable", name=path.name)


class Additions:
    """Makes the edits of new records."""

    def __init__(
        self,
        reader: Reader,
        *,
        new_id: Callable[[], bytes],
        workspace: str | None,
        wordings: Callable[[], Callable[[str], tuple[str, ...]]],
    ) -> None:
        self._reader = reader
        self._new_id = new_id
        self._named = workspace
        self._wordings = wordings
        self._last: dict[tuple[str, bytes], list[Any]] = {}
        self._places: dict[str | None, bytes] = {}

    def one(self, kind: Kind, entries: Sequence[Entry]) -> Edit:
        """The edit of one record; raises `FieldsToFixError`."""
        from desktop.cli.typed import WORKSPACE, Typist
        from desktop.commands import records
        from desktop.commands.problems import insist

        inside = next((entry.typed for entry in entries if entry.field == WORKSPACE), None)
        workspace = self._workspace(inside if isinstance(inside, str) else None)
        typist = Typist(self._reader, wordings=self._wordings, workspace=workspace)
        values, problems = typist.read(kind, [entry for entry in entries if entry.field != WORKSPACE])
        if problems:
            misread = {problem.field.partition(".")[0] for problem in problems}
            insist([*problems, *(other for other in kind.check(values) if other.field not in misread)])
        self._place(kind, workspace, values, typist)
        (edit,) = records.create(kind, workspace=workspace, record=self._new_id(), values=values)
        return edit

    def many(self, kind: Kind, documents: Documents) -> list[Edit]:
        """The edits of all records; raises one `FieldsToFixError` with the problems of all of them."""
        from desktop.cli.names import NotUniqueError
        from desktop.cli.typed import entries_of
        from desktop.commands.problems import FieldsToFixError, Wrong
        from sync.records import FieldProblem

        edits: list[Edit] = []
        wrong: list[Wrong] = []
        for place, document in enumerate(documents.objects):
            try:
                edits.append(self.one(kind, entries_of(document)))
            except FieldsToFixError as error:
                wrong += [Wrong(problem, place) for problem in error.problems]
            except NotUniqueError as error:
                named = {"name": error.params["name"], "candidates": ", ".join(dict(error.candidates))}
                wrong.append(Wrong(FieldProblem(error.code, error.field, named["name"], named), place))
        if wrong:
            raise FieldsToFixError(wrong, many=documents.many)
        return edits

    def _workspace(self, given: str | None) -> bytes:
        from desktop.cli.names import only_workspace, workspace_named

        named = given if given is not None else self._named
        if named not in self._places:
            found = only_workspace(self._reader) if named is None else workspace_named(self._reader, named)
            self._places[named] = found.id
        return self._places[named]

    def _place(self, kind: Kind, workspace: bytes, values: dict[str, Any], typist: Any) -> None:
        """Put a record without a place behind the others, so that lists keep the order of typing."""
        from desktop.cli.typed import POSITION
        from desktop.commands.places import at_end

        if POSITION not in kind.fields or values.get(POSITION) is not None:
            return
        known = self._last.get((kind.name, workspace))
        place = typist.last_place(kind) if known is None else at_end(str(known[1]))
        self._last[kind.name, workspace] = values[POSITION] = place
