"""The editor of a declared field, and the canonical value of what was put into it."""

from collections.abc import Callable

from desktop.models.candidates import Candidate, Provider
from desktop.widgets.choice_fields import ChoiceField, MultiChoiceField, ReferenceField, TagsField
from desktop.widgets.field_box import FieldBox
from desktop.widgets.fields import DateField, NoteField, NumberField, TextField
from desktop.widgets.look import Look
from desktop.words import Words
from desktop.words.messages import explain
from sync.records import Field, FieldProblem, FieldType, Value

ProviderFor = Callable[[Field], Provider]
NameOf = Callable[[str, bytes | None], str]

_NUMBERS = frozenset({FieldType.NUMBER, FieldType.NUMBERS, FieldType.INTEGER})
_CHOICES = frozenset({FieldType.CHOICE, FieldType.REASONS, FieldType.BOOLEAN})


def make_editor(
    look: Look,
    field: Field,
    *,
    provider_for: ProviderFor,
    name_of: NameOf,
    value: Value = None,
    label: str | None = None,
    hint: bool = True,
    item: bool = False,
) -> FieldBox:
    """A field box for one declared field, or (`item`) for one cell of a table of them."""
    words = look.words
    title = words.t(field.label) if label is None else label
    note = words.t(field.hint) if hint else ""
    required = field.required and not item
    if field.type is FieldType.DATE:
        return DateField(look, title, value=str(value or ""), required=required, hint=note)
    if field.type is FieldType.DATETIME:
        return MomentField(look, title, value=str(value or ""), required=required, hint=note)
    if field.type in _NUMBERS:
        whole = field.type is FieldType.INTEGER
        text = "" if value is None else str(value)
        unit = words.t(field.unit) if field.unit and hint else ""
        return NumberField(look, title, value=text, whole=whole, unit=unit, required=required, hint=note)
    if field.type in _CHOICES:
        return ChoiceField(
            look, title, _choices(words, field), value=_choice_key(value), required=required, hint=note
        )
    if field.type is FieldType.REFERENCE:
        chosen = candidate(field, value, name_of=name_of) if isinstance(value, bytes) else None
        return ReferenceField(look, title, provider_for(field), value=chosen, required=required, hint=note)
    if field.type is FieldType.REFERENCES:
        members = [candidate(field, each, name_of=name_of) for each in value or ()]
        return TagsField(look, title, members=members, provider=provider_for(field), hint=note)
    if field.type is FieldType.TAGS:
        if field.choices:
            return MultiChoiceField(look, title, _choices(words, field), members=value or (), hint=note)
        tags = [Candidate(str(each), str(each)) for each in value or ()]
        return TagsField(look, title, members=tags, hint=note)
    if field.multiline:
        return NoteField(look, title, value=str(value or ""), required=required, hint=note)
    return TextField(look, title, value=str(value or ""), required=required, hint=note)


class MomentField(TextField):
    """A date and a time, typed as people write them."""

    def __init__(
        self, look: Look, label: str, *, value: str = "", required: bool = False, hint: str = ""
    ) -> None:
        words = look.words
        super().__init__(
            look,
            label,
            value=value,
            placeholder=words.t("dd mmm yyyy hh:mm"),
            required=required,
            hint=hint,
            parse=words.parse_datetime,
            show=words.datetime,
            explain=lambda text: words.t(
                "Write a date and a time such as {example}. “{text}” is kept until you fix it.",
                example=words.isolate(words.datetime("2026-07-16T14:30")),
                text=text,
            ),
        )


def candidate(field: Field, record: bytes, *, name_of: NameOf) -> Candidate:
    """A referenced record as a field shows it."""
    names = (name_of(target, record) for target in field.targets)
    return Candidate(record.hex(), next((name for name in names if name), record.hex()[:8]))


def read_editor(box: FieldBox, field: Field, *, item: bool = False) -> Value:
    """The canonical value in an editor; raises `FieldProblem` where it cannot be read."""
    if isinstance(box, TagsField | MultiChoiceField):
        members = box.members
        if field.type is FieldType.REFERENCES:
            return sorted(bytes.fromhex(each) for each in members)
        return sorted(members)
    value = typed_value(box)
    if not value.strip():
        if field.required and not item:
            raise FieldProblem("required", field.name, value)
        return None
    if field.type is FieldType.REFERENCE:
        return _reference(field, value)
    return field.parse_item(value, decimal=".") if item else field.parse(value, decimal=".")


def typed_value(box: FieldBox) -> str:
    """What stands in an editor of one value: canonical where it could be read, else as typed."""
    value = getattr(box, "value", "")
    return value if isinstance(value, str) else ""


def show_problem(box: FieldBox, words: Words, problem: FieldProblem) -> None:
    """Say under an editor what is wrong with what stands in it."""
    box.set_error(explain(words, problem))


def _reference(field: Field, text: str) -> bytes:
    try:
        record = bytes.fromhex(text)
    except ValueError:
        record = b""
    if len(record) != 16:
        raise FieldProblem("not_a_reference", field.name, text)
    return record


def _choices(words: Words, field: Field) -> list[tuple[str, str]]:
    if field.type is FieldType.BOOLEAN:
        return [("true", words.t("Yes")), ("false", words.t("No"))]
    return [(code, words.t(label)) for code, label in field.choice_labels.items()]


def _choice_key(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value or "")
