"""The declared kinds: complete, consistent, and with the rules that span fields."""

from typing import Any

import pytest

from sync.errors import DaftarError
from sync.records import KINDS, FieldType, Merge, kind
from sync.records.vocabularies import KIND_LABELS

NAMES = [
    "programme",
    "workspace",
    "person",
    "organisation",
    "pillar",
    "theme",
    "result",
    "indicator",
    "dimension",
    "category",
    "period",
    "target",
    "value",
    "place",
    "activity",
    "milestone",
    "dependency",
    "budget_line",
    "role",
    "meeting",
    "agenda_item",
    "decision",
    "action_point",
    "lesson",
    "risk",
    "attachment",
    "comment",
    "link",
]
ONE, TWO = b"\x01" * 16, b"\x02" * 16
LEAST: dict[str, dict[str, Any]] = {
    "target": {"indicator": ONE},
    "value": {"indicator": ONE},
    "dependency": {"predecessor": ONE, "successor": TWO},
    "budget_line": {"activity": ONE},
    "role": {"activity": ONE, "person": TWO},
    "comment": {"text": "Seen on site."},
    "link": {"from_id": ONE, "to_id": TWO},
}
MERGES = {
    FieldType.TAGS: Merge.SET,
    FieldType.REFERENCES: Merge.SET,
    FieldType.NUMBERS: Merge.MAP,
    FieldType.REASONS: Merge.MAP,
    FieldType.LONG_TEXT: Merge.TEXT,
    FieldType.ORDER: Merge.ORDER,
}


def codes(name: str, values: dict[str, Any], *, partial: bool = False) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in kind(name).check(values, partial=partial)]


def test_all_kinds_are_there() -> None:
    assert list(KINDS) == NAMES == list(KIND_LABELS)


@pytest.mark.parametrize("name", NAMES)
def test_a_record_needs_no_more_than_what_gives_it_meaning(name: str) -> None:
    least = LEAST.get(name, {kind(name).title_field: "Anything"})
    assert codes(name, least) == []
    for field in least:
        assert codes(name, {**least, field: None}) != []
        assert codes(name, {key: value for key, value in least.items() if key != field}) != []


@pytest.mark.parametrize("name", NAMES)
def test_declarations_are_consistent(name: str) -> None:
    declared = kind(name)
    assert declared.title_field in declared.fields
    assert declared.code_field is None or declared.code_field in declared.fields
    # The store has columns of these names beside the declared fields.
    assert not set(declared.fields) & {"id", "kind", "workspace", "deleted", "rowid"}
    for key, field in declared.fields.items():
        assert key == field.name
        assert key.isidentifier()
        assert field.label
        assert field.merge == MERGES.get(field.type, Merge.REGISTER)
        assert set(field.targets) <= set(NAMES)
        assert set(field.choice_labels) == set(field.choices)
        assert set(field.choice_aliases.values()) <= set(field.choices)


def test_long_text_is_only_where_several_people_write_at_once() -> None:
    long = {
        f"{one.name}.{key}"
        for one in KINDS.values()
        for key, field in one.fields.items()
        if field.merge == Merge.TEXT
    }
    lesson = {"narrative", "context", "challenges", "success_factors", "administrative_issues"}
    assert long == {"meeting.notes", "agenda_item.notes", *(f"lesson.{field}" for field in lesson)}


def test_merge_classes_have_the_letters_of_the_wire() -> None:
    assert kind("value").classes()["cells"] == "k"
    assert kind("activity").classes()["partners"] == "s"
    assert kind("activity").classes()["position"] == "o"
    assert kind("meeting").classes()["notes"] == "t"
    assert kind("meeting").classes()["title"] == "r"


def test_only_workspaces_are_read_only() -> None:
    assert [one.name for one in KINDS.values() if one.read_only] == ["workspace"]


def test_a_comment_keeps_its_words() -> None:
    assert {key for key, field in kind("comment").fields.items() if field.immutable} >= {"text", "about"}


@pytest.mark.parametrize(
    "name,values,problem",
    [
        ("activity", {"start": "2026-03-05", "end": "2026-03-04"}, ("end", "end_before_start")),
        (
            "activity",
            {"agreed_start": "2026-03-05", "agreed_end": "2026-03-04"},
            ("agreed_end", "end_before_start"),
        ),
        ("meeting", {"start": "2026-03-05T10:00", "end": "2026-03-05T09:59"}, ("end", "end_before_start")),
        ("activity", {"progress": 101}, ("progress", "too_big")),
        ("activity", {"colour": "red"}, ("colour", "unknown_field")),
        ("dependency", {"predecessor": ONE, "successor": ONE}, ("successor", "same_record")),
        ("link", {"from_id": ONE, "to_id": ONE}, ("to_id", "same_record")),
    ],
)
def test_rules_name_the_field_and_the_problem(
    name: str, values: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert codes(name, values, partial=True) == [problem]
    assert problem in codes(name, values)


def test_equal_dates_and_open_ends_are_in_order() -> None:
    assert codes("activity", {"title": "x", "start": "2026-03-05", "end": "2026-03-05"}) == []
    assert codes("activity", {"title": "x", "end": "2026-03-05"}) == []


def test_a_wrong_value_is_reported_once() -> None:
    assert codes("activity", {"title": "x", "start": "2026-03-05", "end": "soon"}) == [("end", "not_a_date")]


def test_an_edit_need_not_repeat_what_is_required() -> None:
    assert codes("activity", {"progress": 5}, partial=True) == []
    assert codes("activity", {"title": None}, partial=True) == [("title", "required")]
    assert codes("budget_line", {"spent": "5"}, partial=True) == []
    assert codes("budget_line", {"spent": "5"}) == [("title", "required")]


def test_unknown_names_have_codes() -> None:
    with pytest.raises(DaftarError) as caught:
        kind("spaceship")
    assert (caught.value.code, caught.value.params) == ("unknown_kind", {"kind": "spaceship"})
    with pytest.raises(DaftarError) as caught:
        kind("activity").field("colour")
    assert caught.value.code == "unknown_field"
