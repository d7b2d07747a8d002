"""Questions to the store: filters and orders in SQL, search in three languages, history."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.team import Member, Team

from desktop.store.rows import Order, Query, Where
from sync.errors import DaftarError


@pytest.fixture
def lina(team: Team) -> Member:
    member = team.join("Lina Haddad")
    for number, (title, status, planned) in enumerate(
        [
            ("Employer survey", "planned", "900"),
            ("Coach training", "ongoing", "1200.5"),
            ("قاعة التدريب", None, None),
        ]
    ):
        activity = member.add(
            "activity", {"title": title, "status": status, "quarters": [f"2026-Q{number + 1}"]}
        )
        member.add(
            "budget_line", {"activity": activity, "title": title, "planned": planned, "currency": "USD"}
        )
    return member


@pytest.mark.parametrize(
    "where, expected",
    [
        (Where("status", "=", "planned"), ["Employer survey"]),
        (Where("status", "!=", "planned"), ["Coach training", "قاعة التدريب"]),
        (Where("status", "null"), ["قاعة التدريب"]),
        (Where("title", "contains", "train"), ["Coach training"]),
        (Where("title", "contains", "%"), []),
        (Where("quarters", "=", "2026-Q2"), ["Coach training"]),
        (Where("status", "in", ["planned", "ongoing"]), ["Coach training", "Employer survey"]),
    ],
)
def test_activities_are_filtered_in_sql(lina: Member, where: Where, expected: list[str]) -> None:
    query = Query("activity", (lina.workspace,), (where,), (Order("title"),))
    assert [row["title"] for row in lina.reader.select(query)] == expected


def test_decimal_numbers_sort_as_numbers_and_nothing_comes_last(lina: Member) -> None:
    query = Query("budget_line", order=(Order("planned", descending=True),))
    assert [row["planned"] for row in lina.reader.select(query)] == ["1200.5", "900", None]
    big = Query("budget_line", where=(Where("planned", ">", "1000"),))
    assert [row["planned"] for row in lina.reader.select(big)] == ["1200.5"]


def test_a_reference_finds_what_points_at_a_record(lina: Member) -> None:
    (activity,) = lina.reader.select(Query("activity", where=(Where("title", "=", "Coach training"),)))
    lines = lina.reader.select(Query("budget_line", where=(Where("activity", "=", activity.id),)))
    assert [line["title"] for line in lines] == ["Coach training"]
    assert lines[0]["activity"] == activity.id


@pytest.mark.parametrize("typed", ["تدريب", "التدريب", "قاعه", "التَّدريب"])
def test_arabic_is_found_however_it_is_spelled(lina: Member, typed: str) -> None:
    found = [(row.kind, row["title"]) for row in lina.reader.search(typed)]
    assert ("activity", "قاعة التدريب") in found


@pytest.mark.parametrize("typed", ["", "  ", '"', "surv* OR", "(((", "NEAR(", "a\x00b"])
def test_whatever_is_typed_into_the_search_is_no_error(lina: Member, typed: str) -> None:
    lina.reader.search(typed)
    lina.reader.select(Query("activity", search=typed))


def test_search_follows_edits_and_leaves_removed_records_out(lina: Member) -> None:
    (activity,) = lina.reader.select(Query("activity", where=(Where("title", "=", "Coach training"),)))
    lina.set("activity", activity.id, {"title": "Mentor days"})
    assert activity.id not in {row.id for row in lina.reader.search("coach")}
    assert activity.id in {row.id for row in lina.reader.search("mentor")}
    lina.delete("activity", activity.id)
    assert activity.id not in {row.id for row in lina.reader.search("mentor")}


def test_history_tells_every_change_oldest_first(lina: Member) -> None:
    activity = lina.add("activity", {"title": "Job fair"})
    lina.set("activity", activity, {"progress": 10})
    lina.sync()
    lina.set("activity", activity, {"progress": 20})
    history = [
        (change.create, dict(change.writes), sent)
        for change, sent in lina.reader.history("activity", activity)
    ]
    assert history == [
        (True, {"title": "Job fair"}, True),
        (False, {"progress": 10}, True),
        (False, {"progress": 20}, False),
    ]


def test_unknown_fields_kinds_and_records_are_said_so(lina: Member) -> None:
    questions: list[tuple[str, Any]] = [
        (
            "unknown_field",
            lambda: lina.reader.select(Query("activity", where=(Where("colour", "=", "red"),))),
        ),
        ("unknown_kind", lambda: lina.reader.select(Query("animal"))),
        ("unknown_record", lambda: lina.reader.get("activity", bytes(16))),
    ]
    for code, ask in questions:
        with pytest.raises(DaftarError, match=code):
            ask()
