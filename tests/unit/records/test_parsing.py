"""What people type, paste and import becomes canonical values, or is refused whole."""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from sync.records import FieldProblem, kind, parse_id
from sync.records.parsing import comparable

ONE = "0190a0a0-0000-8000-8000-000000000001"
TWO = "0190a0a0-0000-8000-8000-000000000002"

WORDINGS = {
    "Ongoing": ("En cours", "جارٍ"),
    "Completed": ("Terminé", "مكتمل"),
    "Delayed": ("Retardé", "متأخر"),
    "Not started": ("Non commencé", "لم يبدأ"),
}


def translations(msgid: str) -> Iterable[str]:
    return WORDINGS.get(msgid, ())


def moment(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001  (spreadsheets know no time zones)


def parse(name: str, value: object, **hints: Any) -> Any:
    kind_name, field = name.split(".")
    return kind(kind_name).field(field).parse(value, **hints)


def refusal(name: str, value: object, **hints: Any) -> FieldProblem:
    with pytest.raises(FieldProblem) as caught:
        parse(name, value, **hints)
    assert caught.value.field == name.split(".")[1]
    return caught.value


@pytest.mark.parametrize(
    "typed,meant",
    [
        ("  Pilot tailoring RPL ", "Pilot tailoring RPL"),
        ("Responsible\r\nperson", "Responsible\nperson"),
        ("Formation des évaluateurs", "Formation des évaluateurs"),
        ("تدريب المقيّمين", "تدريب المقيّمين"),
        ("የሥራ ዕቅድ", "የሥራ ዕቅድ"),
        ("👩\u200d🌾", "👩\u200d🌾"),
        (1.1, "1.1"),
        (12, "12"),
        (date(2026, 3, 5), "2026-03-05"),
    ],
)
def test_titles_are_kept_as_written(typed: object, meant: str) -> None:
    assert parse("activity.title", typed) == meant


@pytest.mark.parametrize("empty", [None, "", "   ", "\xa0", "\n"])
def test_nothing_typed_is_nothing(empty: object) -> None:
    assert parse("activity.description", empty) is None
    assert parse("activity.progress", empty) is None
    assert parse("activity.partners", empty) is None
    assert refusal("activity.title", empty).code == "required"


@pytest.mark.parametrize(
    "bad,place", [("a\x00b", 2), ("\x1b[0m", 1), ("ab\x7f", 3), ("a\x85", 2), ("a\ud800", 2), ("x\x0by", 2)]
)
def test_hidden_characters_are_refused_and_located(bad: str, place: int) -> None:
    problem = refusal("activity.description", f"{bad}.")
    assert problem.code == "bad_character"
    assert problem.params["place"] == place
    assert problem.value == f"{bad}."


def test_long_texts_have_limits() -> None:
    assert parse("activity.title", "x" * 500) == "x" * 500
    for name, limit in (
        ("activity.title", 500),
        ("activity.description", 20_000),
        ("meeting.notes", 200_000),
    ):
        problem = refusal(name, "x" * (limit + 1))
        assert (problem.code, problem.params["limit"]) == ("too_long", limit)
        assert len(str(problem.params["typed"])) <= 80


def test_long_text_keeps_its_outer_spaces() -> None:
    assert parse("meeting.notes", "  - one\r\n  - two\n") == "  - one\n  - two\n"


@pytest.mark.parametrize("other", [True, b"\x00" * 16, [], {}, time(9, 30)])
def test_other_things_are_no_text(other: object) -> None:
    assert refusal("activity.description", other).code == "not_text"


@pytest.mark.parametrize(
    "typed,meant",
    [("25\u202f200,00", "25200"), ("275.5", "275.5"), (275.5, "275.5"), (Decimal("1E+3"), "1000"), (0, "0")],
)
def test_money_from_forms_and_spreadsheets(typed: object, meant: str) -> None:
    assert parse("budget_line.planned", typed) == meant


@pytest.mark.parametrize(
    "typed", ["n/a", "2o4", "1,23,4", True, float("nan"), b"1", [1], "9" * 41, "9" * 5000]
)
def test_what_is_no_number_is_refused_with_what_was_typed(typed: object) -> None:
    problem = refusal("budget_line.planned", typed)
    assert problem.code == "not_a_number"
    assert problem.value is typed


@pytest.mark.parametrize("typed", ["15 %", "15%", "١٥٪", "15", 15, 15.0])
def test_percentages_may_carry_their_sign(typed: object) -> None:
    assert parse("activity.progress", typed) == 15
    assert parse("programme.on_track_band", typed) == "15"


@pytest.mark.parametrize(
    "typed,code",
    [
        ("2o4", "not_a_number"),
        ("12,5", "not_a_whole_number"),
        (-1, "too_small"),
        ("101", "too_big"),
        (True, "not_a_number"),
    ],
)
def test_progress_is_a_whole_number_up_to_a_hundred(typed: object, code: str) -> None:
    assert refusal("activity.progress", typed).code == code


def test_the_hint_settles_a_lone_comma() -> None:
    assert parse("budget_line.spent", "1,234") == "1234"
    assert parse("budget_line.spent", "1,234", decimal=",") == "1.234"


@pytest.mark.parametrize("typed", ["24/03/2026", "24.03.26", date(2026, 3, 24), moment(2026, 3, 24)])
def test_dates_from_forms_and_spreadsheets(typed: object) -> None:
    assert parse("activity.start", typed) == "2026-03-24"


@pytest.mark.parametrize(
    "typed", ["03/24/2026", "TBD", 46105, "46105", moment(2026, 3, 24, 9), True, time(9)]
)
def test_what_is_no_date_is_refused(typed: object) -> None:
    assert refusal("activity.start", typed).code == "not_a_date"


def test_day_numbers_are_dates_only_when_told() -> None:
    assert parse("activity.start", 46105, serial_dates=True) == "2026-03-24"
    assert parse("activity.start", "46105", serial_dates=True) == "2026-03-24"
    assert parse("activity.start", "24/03/2026", serial_dates=True) == "2026-03-24"
    assert parse("meeting.start", 46105.5, serial_dates=True) == "2026-03-24T12:00"
    assert refusal("activity.start", float("inf"), serial_dates=True).code == "not_a_date"


def test_meetings_start_at_a_time() -> None:
    assert parse("meeting.start", "05/03/2026 14:30") == "2026-03-05T14:30"
    assert parse("meeting.start", moment(2026, 3, 5, 14, 30)) == "2026-03-05T14:30"
    assert parse("meeting.start", date(2026, 3, 5)) == "2026-03-05T00:00"
    assert refusal("meeting.start", "2026-03-05T14:30:15").code == "not_a_datetime"


@pytest.mark.parametrize(
    "typed,meant",
    [
        ("ongoing", "ongoing"),
        ("on-going", "ongoing"),
        ("Ongoing ", "ongoing"),
        ("en cours", "ongoing"),
        ("En  cours", "ongoing"),
        ("جارٍ", "ongoing"),
        ("جار", "ongoing"),
        ("Retardé", "delayed"),
        ("retarde", "delayed"),
        ("متأخّر", "delayed"),
        ("متاخر", "delayed"),
        ("Non démarré", "not_started"),
        ("NOT_STARTED", "not_started"),
        ("At Risk", "at_risk"),
        ("completed - Completed", "completed"),
        ("completed – Terminé", "completed"),
        ("Done", "completed"),
    ],
)
def test_choices_are_found_by_code_label_and_habit(typed: str, meant: str) -> None:
    assert parse("activity.status", typed, translations=translations) == meant


@pytest.mark.parametrize(
    "typed", ["perhaps", "completed - Delayed", "ongoingg", "-", True, b"ongoing", ["ongoing"]]
)
def test_unknown_choices_are_refused(typed: object) -> None:
    assert refusal("activity.status", typed).code == "not_a_choice"


@pytest.mark.parametrize("letter,meant", [("R", "responsible"), ("a", "accountable"), ("C", "consulted")])
def test_letters_of_a_responsibility_matrix(letter: str, meant: str) -> None:
    assert parse("role.raci", letter) == meant


@pytest.mark.parametrize(
    "typed,meant",
    [
        *((word, True) for word in ("yes", "Oui", "نعم", "x", "✓", 1, "=TRUE()", True)),
        *((word, False) for word in ("No", "non", "لا", "0", 0, "=FALSE()", "faux")),
    ],
)
def test_yes_and_no_in_three_languages(typed: object, meant: bool) -> None:
    assert parse("result.aggregable", typed) is meant


@pytest.mark.parametrize("typed", ["perhaps", 2, 0.5, b"1", "oui et non"])
def test_neither_yes_nor_no_is_refused(typed: object) -> None:
    assert refusal("result.aggregable", typed).code == "not_yes_or_no"


def test_references_are_ids_alone() -> None:
    assert parse("activity.lead", ONE) == parse_id(ONE)
    assert parse("activity.lead", UUID(ONE)) == parse_id(ONE)
    assert parse("activity.lead", parse_id(ONE)) == parse_id(ONE)
    for other in ("Lina Haddad", b"short", 7):
        assert refusal("activity.lead", other).code == "not_a_reference"


def test_sets_are_sorted_and_without_repeats() -> None:
    both = [parse_id(ONE), parse_id(TWO)]
    assert parse("activity.partners", f"{TWO}; {ONE}; {TWO}") == both
    assert parse("activity.partners", f"{TWO},{ONE}") == both
    assert parse("activity.partners", [TWO, ONE]) == both
    assert parse("activity.partners", TWO) == both[1:]
    assert refusal("activity.partners", "FKE").code == "not_a_reference"


@pytest.mark.parametrize(
    "typed", ["2026-q2; 2026-Q1", "2026-Q1, 2026-Q2", "2026-Q2\n2026-Q1\n", ["2026-Q2", "2026-Q1"]]
)
def test_quarters_are_a_set(typed: object) -> None:
    assert parse("activity.quarters", typed) == ["2026-Q1", "2026-Q2"]


@pytest.mark.parametrize("typed", ["2026-Q5", "Q1", "2026", "2026Q1"])
def test_other_texts_are_no_quarters(typed: str) -> None:
    assert refusal("activity.quarters", typed).code == "not_a_quarter"


def test_tags_may_hold_commas_between_semicolons() -> None:
    assert parse("activity.tags", "jobs, youth") == ["jobs", "youth"]
    assert parse("activity.tags", "jobs, youth; camps") == ["camps", "jobs, youth"]
    assert parse("activity.tags", "مخيم، شباب") == ["شباب", "مخيم"]
    assert refusal("activity.tags", ["x" * 101]).code == "too_long"
    assert refusal("activity.tags", [f"t{n}" for n in range(501)]).code == "too_many"


def test_tags_of_a_list_are_choices() -> None:
    assert parse("organisation.roles", "Funding; implementing") == ["funding", "implementing"]
    assert refusal("organisation.roles", "watching").code == "not_a_choice"


def test_cells_are_numbers_by_category() -> None:
    meant = {"F|15-24|refugee": "12", "M|15-24|refugee": "3.5"}
    assert parse("value.cells", "F|15-24|refugee=12; M|15-24|refugee=3,5") == meant
    assert (
        parse("value.cells", {"F|15-24|refugee": 12, "M|15-24|refugee": "3.5", "M|25+|host": None}) == meant
    )
    assert parse("value.missing", {"F": "Not collected"}) == {"F": "not_collected"}
    assert parse("budget_line.planned_quarters", "2026-q1=1 000") == {"2026-Q1": "1000"}


@pytest.mark.parametrize(
    "typed,code",
    [
        ("F", "not_a_map"),
        (["F"], "not_a_map"),
        ("F=x", "not_a_number"),
        ("=3", "not_a_key"),
        ("F||M=3", "not_a_key"),
        ("F/M=3", "not_a_key"),
        ("F=1; F=2", "not_a_key"),
        ({1: 2}, "not_a_key"),
        ({"F\x00": 2}, "not_a_key"),
    ],
)
def test_broken_cells_are_refused(typed: object, code: str) -> None:
    assert refusal("value.cells", typed).code == code


def test_one_cell_and_one_member_can_be_parsed() -> None:
    assert kind("value").field("cells").parse_item("1 200") == "1200"
    assert kind("value").field("cells").parse_item(" ") is None
    assert kind("value").field("missing").parse_item("suppressed") == "suppressed"
    assert kind("activity").field("partners").parse_item(ONE) == parse_id(ONE)
    with pytest.raises(FieldProblem):
        kind("value").field("cells").parse_item("many")


def test_positions_name_parent_and_key() -> None:
    assert parse("result.position", [None, "a0"]) == [None, "a0"]
    assert parse("result.position", [ONE, "a0V"]) == [parse_id(ONE), "a0V"]
    assert parse("result.position", f"{ONE}/a0V") == [parse_id(ONE), "a0V"]
    for other in ("a", ["a0"], [None, "a"], [None, 3], 7, [None, "a0" + "V" * 500]):
        assert refusal("result.position", other).code == "not_a_position"


@pytest.mark.parametrize(
    "name,typed,meant",
    [
        ("budget_line.currency", "usd", "USD"),
        ("place.country", " jo ", "JO"),
        ("person.email", "lina@example.org", "lina@example.org"),
        ("organisation.website", "https://example.org/ع", "https://example.org/ع"),
        ("attachment.sha256", "AB" * 32, "ab" * 32),
        ("meeting.time_zone", "Asia/Amman", "Asia/Amman"),
        ("category.code", "15-24", "15-24"),
        ("category.code", "لاجئ", "لاجئ"),
    ],
)
def test_short_forms_are_recognised(name: str, typed: str, meant: str) -> None:
    assert parse(name, typed) == meant


@pytest.mark.parametrize(
    "name,typed,code",
    [
        ("budget_line.currency", "dollars", "not_a_currency"),
        ("place.country", "Jordan", "not_a_country"),
        ("person.email", "lina at example.org", "not_an_email"),
        ("organisation.website", "example.org", "not_a_url"),
        ("organisation.website", "javascript:alert(1)", "not_a_url"),
        ("attachment.sha256", "abc", "not_a_fingerprint"),
        ("meeting.time_zone", "Amman time", "not_a_time_zone"),
        ("category.code", "15 24", "not_a_code"),
        ("category.code", "a|b", "not_a_code"),
    ],
)
def test_other_short_forms_are_refused(name: str, typed: str, code: str) -> None:
    assert refusal(name, typed).code == code


def test_spellings_compare_without_case_accents_and_vowel_signs() -> None:
    assert comparable("Émploi  d\u2019été") == comparable("emploi d'ete")
    assert comparable("الأُردن") == comparable("الاردن")
    assert comparable("مدرسة ـــ") == comparable("مدرسه")
