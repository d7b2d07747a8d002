"""The input for a declared field, and the way between what it shows and the value that is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from desktop.bridge.desk import Desk
from desktop.models.candidates import Candidate, Provider
from desktop.store.rows import Query, Where
from desktop.store.titles import shown_title
from desktop.widgets.choice_fields import ChoiceField, MultiChoiceField, ReferenceField, TagsField
from desktop.widgets.field_box import FieldBox
from desktop.widgets.fields import CheckField, DateField, NoteField, NumberField, TextField
from desktop.widgets.look import Look
from sync.records import KINDS, Field, FieldType, Value

_FOUND = 8
SETS = (FieldType.TAGS, FieldType.REFERENCES)


def candidates_of(desk: Desk, kind: str, *, workspace: bytes = b"") -> Provider:
    """Records of a kind by what their title or code holds."""
    declared = KINDS[kind]

    def find(text: str) -> Sequence[Candidate]:
        inside = (workspace,) if workspace else ()
        found: dict[bytes, Candidate] = {}
        for name in (declared.title_field, declared.code_field):
            if name is None or name not in declared.fields:
                continue
            where = (Where(name, "contains", text.strip()),) if text.strip() else ()
            for row in desk.reader.select(Query(kind, workspaces=inside, where=where, limit=_FOUND)):
                code = str(row.values.get(declared.code_field or "") or "")
                found[row.id] = Candidate(
                    row.id.hex(), shown_title(row, desk.words.language, base=declared.title_field), code
                )
        return list(found.values())[:_FOUND]

    return find


def candidate(desk: Desk, kind: str, record: bytes) -> Candidate:
    """A stored reference as a field shows it."""
    return Candidate(record.hex(), desk.name_of(kind, record) or desk.words.t("not on this laptop"))


def make_box(look: Look, desk: Desk, field: Field, value: Value, *, workspace: bytes = b"") -> FieldBox:
    """The input for one field, showing a stored value."""
    words = look.words
    label, hint = words.t(field.label), words.t(field.hint)
    made: FieldBox
    if field.type is FieldType.CHOICE:
        choices = [(code, words.t(said)) for code, said in field.choice_labels.items()]
        made = ChoiceField(look, label, choices, hint=hint, required=field.required)
    elif field.type is FieldType.BOOLEAN:
        made = CheckField(look, label, hint=hint)
    elif field.type is FieldType.DATE:
        made = DateField(look, label, hint=hint)
    elif field.type in (FieldType.NUMBER, FieldType.INTEGER):
        made = NumberField(
            look, label, whole=field.type is FieldType.INTEGER, unit=field.unit or "", hint=hint
        )
    elif field.type is FieldType.REFERENCE:
        provider = candidates_of(desk, field.targets[0], workspace=workspace)
        made = ReferenceField(look, label, provider, hint=hint, required=field.required)
    elif field.type is FieldType.REFERENCES:
        made = TagsField(look, label, provider=candidates_of(desk, field.targets[0]), hint=hint)
    elif field.type is FieldType.TAGS and field.choices:
        choices = [(code, words.t(said)) for code, said in field.choice_labels.items()]
        made = MultiChoiceField(look, label, choices, hint=hint)
    elif field.type is FieldType.TAGS:
        made = TagsField(look, label, hint=hint)
    elif field.multiline:
        made = NoteField(look, label, lines=3, hint=hint, required=field.required)
    else:
        made = TextField(look, label, hint=hint, required=field.required)
    show_value(desk, made, field, value)
    return made


def show_value(desk: Desk, box: FieldBox, field: Field, value: Value) -> None:
    """Put a stored value into its input."""
    if isinstance(box, ReferenceField):
        box.set_value(candidate(desk, field.targets[0], value) if isinstance(value, bytes) else None)
    elif isinstance(box, TagsField):
        box.set_members([_member(desk, field, each) for each in value or ()])
    elif isinstance(box, MultiChoiceField):
        box.set_members(value or ())
    elif isinstance(box, CheckField):
        box.set_value("true" if value else "false")
    elif isinstance(box, NoteField | ChoiceField | TextField):
        box.set_value("" if value is None else str(value))


def _member(desk: Desk, field: Field, member: Value) -> Candidate:
    if isinstance(member, bytes):
        return candidate(desk, field.targets[0], member)
    return Candidate(str(member), str(member))


def read_box(box: FieldBox, field: Field, committed: str) -> Value:
    """The value of what was committed; raises `FieldProblem`."""
    if isinstance(box, TagsField | MultiChoiceField):
        members: list[Value] = [
            bytes.fromhex(key) if field.type is FieldType.REFERENCES else key for key in box.members
        ]
        value: Value = sorted(members)
        field.check(value)
        return value
    if isinstance(box, ReferenceField):
        value = bytes.fromhex(committed) if _is_id(committed) else field.parse(committed)
    elif isinstance(box, CheckField):
        value = committed == "true"
    elif field.type in (FieldType.NUMBER, FieldType.INTEGER):
        # The input has read it already; what it could not read is refused here with its reason.
        value = field.parse(committed, decimal=".")
    else:
        value = field.parse(committed)
    field.check(value)
    return value


def _is_id(text: str) -> bool:
    return len(text) == 32 and all(letter in "0123456789abcdef" for letter in text)


Relevant = Callable[[Mapping[str, Value]], bool]
"""Whether a field says something beside these values; what is filled is always shown."""
