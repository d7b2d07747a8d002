"""The view of a record type that everything else is built from: its kind and its fields."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from sync.errors import DaftarError
from sync.records import checks, parsing
from sync.records.numbers import DecimalSign
from sync.records.parsing import Translations
from sync.records.problems import FieldProblem
from sync.records.shape import FieldType, Merge, Shape, Value

if TYPE_CHECKING:
    # pydantic takes a third of a second to import, and a laptop's start can do without it.
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

    from sync.records.objects import Record

__all__ = ["Field", "FieldProblem", "FieldType", "Kind", "Merge", "Rule", "Value"]


@dataclass(frozen=True, slots=True, eq=False)
class Field(Shape):
    """A declared field, and what can be done with its values."""

    def parse(
        self,
        value: object,
        *,
        decimal: DecimalSign | None = None,
        serial_dates: bool = False,
        translations: Translations | None = None,
    ) -> Value:
        """The canonical value of what a person typed, or of a spreadsheet or JSON value.

        `decimal` settles "1,234" (see `numbers.read_number`); `serial_dates` lets spreadsheet day numbers
        be dates; `translations` gives the labels of choices in other languages. Raises FieldProblem.
        """
        return parsing.parse_value(self, value, parsing.Hints(decimal, serial_dates, translations))

    def parse_item(
        self, value: object, *, decimal: DecimalSign | None = None, translations: Translations | None = None
    ) -> Value:
        """The canonical value of one member of a set or one cell of a map."""
        return parsing.parse_item(self, value, parsing.Hints(decimal, translations=translations))

    def format(self, value: Value) -> str:
        """A plain text that `parse(…, decimal=".")` turns back into the same value."""
        return parsing.format_value(self, value)

    def check(self, value: Value) -> None:
        """Raises FieldProblem unless this canonical value may stand in the field."""
        checks.check_value(self, value)

    def check_item(self, key: str | None, value: Value) -> None:
        """Checks one cell of a map by its key, or (key None) one member of a set."""
        if key is not None:
            checks.check_key(self, key)
        checks.check_item(self, value)

    def check_column(
        self, values: list[Value], *, item: bool = False, known_choices: bool = False
    ) -> int | None:
        """The index of the first bad value of many; None if all are good. For hot paths.

        `item` says that the values are members or cells. Choices of newer versions pass unless
        `known_choices` is set.
        """
        from sync.records import columns

        return columns.first_bad(self, values, item=item, known_choices=known_choices)

    def __get_pydantic_core_schema__(self, _source: object, _handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from sync.records import columns

        return columns.value_schema(self)


Rule: TypeAlias = Callable[[Mapping[str, Value]], FieldProblem | None]
"""A check over several fields of one record."""


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A record type as declared once: names, fields and rules."""

    name: str
    label: str
    plural: str
    fields: Mapping[str, Field]
    title_field: str
    """What a record is called by; a reference where the record has no title of its own."""
    code_field: str | None
    read_only: bool
    """Laptops show such records and never write them."""
    declared: type
    """The class that declares it."""
    rules: Sequence[Rule] = ()

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name, field in self.fields.items() if field.required)

    def field(self, name: str) -> Field:
        """The declared field; raises DaftarError "unknown_field"."""
        try:
            return self.fields[name]
        except KeyError:
            raise DaftarError("unknown_field", field=name, kind=self.name) from None

    def check(self, values: Mapping[str, Value], *, partial: bool = False) -> list[FieldProblem]:
        """Everything that is wrong with a record; with `partial`, fields left out are not missed."""
        problems = [
            FieldProblem("unknown_field", name, values[name]) for name in values if name not in self.fields
        ]
        for name, field in self.fields.items():
            if name in values or (field.required and not partial):
                try:
                    field.check(values.get(name))
                except FieldProblem as problem:
                    problems.append(problem)
        wrong = {problem.field for problem in problems}
        for rule in self.rules:
            found = rule(values) if not partial else _rule_on_part(rule, values)
            if found is not None and found.field not in wrong:
                problems.append(found)
        return problems

    def classes(self) -> dict[str, str]:
        """Field name -> one-letter merge class, as frames carry it."""
        return {name: field.merge.value for name, field in self.fields.items()}

    @property
    def model(self) -> "type[Record]":
        """The pydantic model of this kind, built when it is first asked for."""
        from sync.records.objects import model_of

        return model_of(self.declared)

    def validate(self, values: Mapping[str, Any]) -> "Record":
        """The record as a pydantic object; raises pydantic's ValidationError."""
        return self.model.model_validate(dict(values))


def _rule_on_part(rule: Rule, values: Mapping[str, Value]) -> FieldProblem | None:
    """A rule about what is there; on a part of a record nothing can be missing."""
    found = rule(values)
    return None if found is not None and found.code == "required" else found
