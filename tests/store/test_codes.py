"""Two laptops that gave the same code without a connection both keep their line, and the pair is told."""

from __future__ import annotations

import pytest
from helpers.team import Member, Team

from desktop.store.codes import codes_used_twice


@pytest.fixture
def lina(team: Team) -> Member:
    return team.join("Lina Haddad")


def told(member: Member) -> list[tuple[str, str, list[str]]]:
    return [
        (shared.kind, shared.code, sorted(str(row.values["title"]) for row in shared.rows))
        for shared in codes_used_twice(member.reader)
    ]


def test_a_code_that_two_laptops_gave_offline_is_told_on_both_and_both_lines_stay(team: Team) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    lina.sync()
    omar.sync()
    lina.add("activity", {"title": "Career counsellors trained", "code": "1.2.3"})
    omar.add("activity", {"title": "Job fair in Irbid", "code": "1.2.3 "})
    lina.sync()
    omar.sync()
    lina.sync()
    pair = [("activity", "1.2.3", ["Career counsellors trained", "Job fair in Irbid"])]
    assert told(lina) == told(omar) == pair
    assert lina.reader.conflict_count() == 0


def test_another_code_or_a_removal_ends_it(lina: Member) -> None:
    first = lina.add("indicator", {"title": "People trained", "code": "I-1"})
    second = lina.add("indicator", {"title": "People placed", "code": "i-1"})
    assert told(lina) == [("indicator", "I-1", ["People placed", "People trained"])]
    lina.set("indicator", second, {"code": "I-2"})
    assert told(lina) == []
    lina.set("indicator", second, {"code": "I-1"})
    lina.delete("indicator", first)
    assert told(lina) == []


def test_the_next_years_plan_may_number_its_lines_anew(lina: Member) -> None:
    lina.add("activity", {"title": "Survey", "code": "1.1", "start": "2026-02-01", "end": "2026-11-30"})
    lina.add(
        "activity", {"title": "Second survey", "code": "1.1", "start": "2027-02-01", "end": "2027-03-01"}
    )
    assert told(lina) == []
    lina.add("activity", {"title": "Study", "code": "1.1", "start": "2026-12-01", "end": "2027-01-31"})
    assert told(lina) == [("activity", "1.1", ["Second survey", "Study", "Survey"])]


def test_codes_of_different_kinds_and_lines_without_one_are_no_pair(team: Team) -> None:
    lina = team.join("Lina Haddad")
    lina.add("activity", {"title": "Survey", "code": "1.1"})
    lina.add("result", {"title": "Output", "code": "1.1"})
    lina.add("activity", {"title": "One without"})
    lina.add("activity", {"title": "Another without"})
    assert told(lina) == []
