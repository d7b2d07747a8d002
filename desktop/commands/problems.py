"""What keeps a command from being carried out, with every field named and what was typed untouched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from desktop.store.rows import Row
from sync.errors import DaftarError
from sync.records import FieldProblem, Kind, Value

CODE = "fields_to_fix"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One value that cannot be saved. `place` counts the records of a list from 0."""

    problem: FieldProblem
    place: int = 0


class FieldsToFixError(DaftarError):
    """Nothing was saved, because these values cannot be. `many` tells that a list of records was given."""

    def __init__(self, wrong: Iterable[Wrong], *, many: bool = False) -> None:
        self.wrong = tuple(wrong)
        self.many = many
        super().__init__(CODE, count=len(self.wrong))

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        return tuple(wrong.problem for wrong in self.wrong)


def insist(problems: Sequence[FieldProblem]) -> None:
    """Raise `FieldsToFixError` with all of them, if there are any."""
    if problems:
        raise FieldsToFixError(Wrong(problem) for problem in problems)


def problems_of_change(kind: Kind, row: Row, values: Mapping[str, Value]) -> list[FieldProblem]:
    """What a change would make wrong; what was wrong in other fields before does not stand in its way."""
    before = {(problem.field, problem.code) for problem in kind.check(row.values)}
    found = kind.check({**row.values, **values})
    problems = [p for p in found if p.field in values or (p.field, p.code) not in before]
    for name in values:
        field = kind.fields.get(name)
        if field is not None and field.immutable and values[name] != row.values.get(name):
            problems.append(FieldProblem("cannot_change", name, values[name]))
    return problems
