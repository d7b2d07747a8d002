"""Every declared field: what it accepts, what it formats, and that columns agree with single checks."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sync.records import KINDS, Field, FieldProblem, FieldType, kind
from sync.records.order import spread

FIELDS = [field for one in KINDS.values() for field in one.fields.values()]
SHAPES = list(
    {
        (field.type, field.required, field.syntax, field.minimum, field.maximum): field for field in FIELDS
    }.values()
)
POSITION_KEYS = spread(30)

IDS = st.binary(min_size=16, max_size=16)
CLEAN = st.characters(blacklist_categories=["Cc", "Cs"])
WORDS = st.text(CLEAN, min_size=1, max_size=30).filter(lambda text: text == text.strip() and text != "")
TAG = WORDS.filter(lambda text: not set(text) & set(";\n؛") and text == text.strip())
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=0, max_value=50)
EXAMPLES = {
    "currency": ["USD", "JOD"],
    "country": ["JO", "LB"],
    "email": ["lina@example.org"],
    "url": ["https://example.org/a?b=c"],
    "sha256": ["ab" * 32],
    "time_zone": ["Asia/Amman", "UTC"],
    "code": ["F", "15-24", "25+"],
    "quarter": ["2026-Q1", "2026-Q2", "2025-Q4"],
    "cell": ["F|15-24|refugee", "M|25+|host", "F"],
}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(), max_size=12),
    st.text("0123456789-.:TQ|/ \x00\n\ud800", max_size=16),
    st.binary(max_size=17),
    st.lists(st.one_of(IDS, st.text(max_size=3), st.none()), max_size=3),
    st.dictionaries(
        st.text("FM|15-24Q/ ", max_size=8), st.one_of(st.text("0123.-", max_size=4), st.none()), max_size=2
    ),
)


def canonical(number: Any) -> str:
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def good_values(field: Field) -> st.SearchStrategy[Any]:
    """Canonical values of a field."""
    texts = st.sampled_from(EXAMPLES[field.syntax]) if field.syntax else WORDS
    numbers = NUMBERS.map(canonical)
    days = st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(date.isoformat)
    tags = st.sampled_from(field.choices or EXAMPLES.get(field.syntax or "", ["-"]))
    by_type: dict[FieldType, st.SearchStrategy[Any]] = {
        FieldType.TEXT: texts,
        FieldType.LONG_TEXT: st.text(st.one_of(CLEAN, st.sampled_from("\n\t")), min_size=1),
        FieldType.NUMBER: numbers,
        FieldType.INTEGER: st.integers(int(field.minimum or 0), int(field.maximum or 10**6)),
        FieldType.BOOLEAN: st.booleans(),
        FieldType.DATE: days,
        FieldType.DATETIME: st.tuples(days, st.times()).map(lambda pair: f"{pair[0]}T{pair[1]:%H:%M}"),
        FieldType.CHOICE: st.sampled_from(field.choices or ("-",)),
        FieldType.REFERENCE: IDS,
        FieldType.TAGS: st.sets(tags if field.choices or field.syntax else TAG, min_size=1, max_size=4).map(
            sorted
        ),
        FieldType.REFERENCES: st.sets(IDS, min_size=1, max_size=4).map(sorted),
        FieldType.NUMBERS: st.dictionaries(texts, numbers, min_size=1, max_size=4),
        FieldType.REASONS: st.dictionaries(
            texts, st.sampled_from(field.choices or ("-",)), min_size=1, max_size=4
        ),
        FieldType.ORDER: st.tuples(st.one_of(st.none(), IDS), st.sampled_from(POSITION_KEYS)).map(list),
    }
    return by_type[field.type]


def accepts(field: Field, value: object) -> bool:
    try:
        field.check(value)
    except FieldProblem:
        return False
    return True


EVERY_SHAPE = pytest.mark.parametrize("field", SHAPES, ids=lambda field: f"{field.type}-{field.name}")


@EVERY_SHAPE
@given(st.data())
def test_what_is_formatted_parses_back(field: Field, data: st.DataObject) -> None:
    value = data.draw(good_values(field))
    field.check(value)
    assert field.parse(field.format(value), decimal=".") == value
    assert field.parse(value, decimal=".") == value


@EVERY_SHAPE
@given(st.data())
def test_columns_agree_with_single_checks(field: Field, data: st.DataObject) -> None:
    good = data.draw(good_values(field))
    values = [good, *data.draw(st.lists(ODD, max_size=3)), good]
    expected = next((place for place, value in enumerate(values) if not accepts(field, value)), None)
    assert field.check_column(values, known_choices=True) == expected


@given(ODD)
def test_parsing_ends_in_a_value_or_a_problem(value: object) -> None:
    for field in SHAPES:
        try:
            parsed = field.parse(value)
        except FieldProblem:
            continue
        field.check(parsed)


def test_columns_of_members_and_cells_are_checked_alone() -> None:
    cells, partners = kind("value").field("cells"), kind("activity").field("partners")
    assert cells.check_column(["1", "2.5", None], item=True) is None
    assert cells.check_column(["1", "2.50"], item=True) == 1
    assert partners.check_column([bytes(16), b"short"], item=True) == 1
    assert kind("activity").field("quarters").check_column(["2026-Q1", "2026-Q9"], item=True) == 1


def test_choices_of_a_newer_version_pass_in_columns_only() -> None:
    status, roles = kind("activity").field("status"), kind("organisation").field("roles")
    assert status.check_column(["planned", "rephased"]) is None
    assert status.check_column(["planned", "re phased!"]) == 1
    assert status.check_column(["planned", "rephased"], known_choices=True) == 1
    assert roles.check_column([["funding", "watching"]]) is None
    assert roles.check_column([["funding", "watching"]], known_choices=True) == 0
    assert not accepts(status, "rephased")


def test_single_cells_and_keys_are_checked() -> None:
    cells = kind("value").field("cells")
    cells.check_item("F|15-24", "12")
    for key, value, code in (
        ("F/M", "1", "not_a_key"),
        ("F", "1.0", "not_a_number"),
        ("F\x00", "1", "not_a_key"),
    ):
        with pytest.raises(FieldProblem) as caught:
            cells.check_item(key, value)
        assert caught.value.code == code
    kind("activity").field("tags").check_item(None, "youth")


def test_sets_that_are_not_sorted_are_not_canonical() -> None:
    tags = kind("activity").field("tags")
    assert accepts(tags, ["a", "b"])
    assert not accepts(tags, ["b", "a"])
    assert not accepts(tags, ["a", "a"])


def test_the_pydantic_model_holds_canonical_values() -> None:
    activity = kind("activity")
    made = activity.validate({"title": "Pilot", "progress": 40, "start": "2026-03-05"})
    assert made.model_dump(exclude_none=True) == {"title": "Pilot", "progress": 40, "start": "2026-03-05"}
    for wrong in ({}, {"title": None}, {"title": "x", "progress": "40"}, {"title": "x", "colour": "red"}):
        with pytest.raises(ValidationError):
            activity.validate(wrong)


def test_every_model_can_be_built() -> None:
    for one in KINDS.values():
        assert set(one.model.model_fields) == set(one.fields)
        one.model.model_rebuild()
