"""How a declared class becomes a kind, and the fields that several classes share."""

from collections.abc import Sequence
from dataclasses import dataclass
from inspect import get_annotations
from types import MappingProxyType
from typing import Annotated, ClassVar

from sync.records import declare as d
from sync.records.base import Field, Kind, Rule
from sync.records.vocabularies import KIND_LABELS, SENSITIVITY


@dataclass(frozen=True, slots=True)
class About:
    """What a class says of its kind beside its fields."""

    name: str
    plural: str
    title_field: str = "title"
    read_only: bool = False
    rules: Sequence[Rule] = ()


class Declared:
    """A record class that says what kind it declares. The pydantic model of its annotations is built when it
    is first asked for (`Kind.model`): 28 models at every start would cost more than all else here.
    """

    declares: ClassVar[About]


class TitleLanguages(Declared):
    """A title kept in several languages beside the one it was written in."""

    title_en: Annotated[d.Text, d.title("Title in English", required=False)] = None
    title_fr: Annotated[d.Text, d.title("Title in French", required=False)] = None
    title_ar: Annotated[d.Text, d.title("Title in Arabic", required=False)] = None


class NameLanguages(Declared):
    """A name kept in several languages beside the one it was written in."""

    name_en: Annotated[d.Text, d.title("Name in English", required=False)] = None
    name_fr: Annotated[d.Text, d.title("Name in French", required=False)] = None
    name_ar: Annotated[d.Text, d.title("Name in Arabic", required=False)] = None


class Sensitive(Declared):
    """Who may be shown a record outside its workspace."""

    sensitivity: Annotated[d.Choice, d.choice("Sensitivity", SENSITIVITY)] = None


def derive(declared: type[Declared]) -> Kind:
    """The kind of a declared class; its own fields come before those it shares."""
    fields: dict[str, Field] = {}
    for source in declared.__mro__:
        for name, annotation in get_annotations(source).items():
            if name != "declares":
                fields[name] = _named(annotation, name)
    about = declared.declares
    return Kind(
        name=about.name,
        label=KIND_LABELS[about.name],
        plural=about.plural,
        fields=MappingProxyType(fields),
        title_field=about.title_field,
        code_field=next((name for name in ("code", "number") if name in fields), None),
        read_only=about.read_only,
        declared=declared,
        rules=tuple(about.rules),
    )


def _named(annotation: object, name: str) -> Field:
    """The Field of an annotation. It learns its name here, once, as it was made inside the annotation."""
    field = next(item for item in getattr(annotation, "__metadata__", ()) if isinstance(item, Field))
    assert field.name in {"", name}
    object.__setattr__(field, "name", name)
    return field
