"""A paragraph that two people wrote in at the same time is named on every laptop until it is edited."""

from __future__ import annotations

import pytest
from helpers.team import Member, Team

from desktop.store.together import written_together
from sync.errors import DaftarError
from sync.merge.paragraphs import mixed_paragraphs
from sync.merge.texts import merge_text, set_text

FIRST = "Opened by Omar.\nThe hall is free on Tuesdays.\nClosed at noon."


def both(team: Team, hers: str, his: str) -> tuple[Member, Member, bytes]:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    meeting = lina.add("meeting", {"title": "Coordination"})
    lina.set_text("meeting", meeting, "notes", FIRST)
    lina.sync()
    omar.sync()
    lina.set_text("meeting", meeting, "notes", hers)
    omar.set_text("meeting", meeting, "notes", his)
    for member in (lina, omar, lina):
        member.sync()
    return lina, omar, meeting


def told(member: Member) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.field, one.paragraphs) for one in written_together(member.reader, since_ms=0)]


def test_one_paragraph_of_two_people_is_named_on_both_laptops(team: Team) -> None:
    lina, omar, _ = both(
        team, FIRST.replace("The hall", "The large hall"), FIRST.replace("days.", "days only.")
    )
    assert told(lina) == told(omar) == [("notes", ("The large hall is free on Tuesdays only.",))]
    assert lina.reader.conflict_count() == 0


def test_different_paragraphs_are_simply_merged(team: Team) -> None:
    lina, omar, _ = both(team, FIRST.replace("Opened", "Welcomed"), FIRST.replace("noon", "three"))
    assert told(lina) == told(omar) == []


def test_several_sessions_of_each_count_as_one(team: Team) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    meeting = lina.add("meeting", {"title": "Coordination"})
    lina.set_text("meeting", meeting, "notes", FIRST)
    lina.sync()
    omar.sync()
    for text in (
        FIRST.replace("The hall", "The large hall"),
        FIRST.replace("The hall", "The large blue hall"),
    ):
        lina.set_text("meeting", meeting, "notes", text)
    for text in (FIRST.replace("days.", "days only."), FIRST.replace("days.", "days, only at ten.")):
        omar.set_text("meeting", meeting, "notes", text)
    for member in (lina, omar, lina):
        member.sync()
    assert told(lina) == told(omar) == [("notes", ("The large blue hall is free on Tuesdays, only at ten.",))]


def test_whoever_edits_the_text_has_read_it_and_ends_it(team: Team) -> None:
    lina, omar, meeting = both(
        team, FIRST.replace("The hall", "The large hall"), FIRST.replace("days.", "days only.")
    )
    omar.set_text("meeting", meeting, "notes", "Short.")
    omar.sync()
    lina.sync()
    assert told(lina) == told(omar) == []


def test_it_is_named_only_from_a_moment_on(team: Team) -> None:
    lina, _, _ = both(team, FIRST.replace("The hall", "The large hall"), FIRST.replace("days.", "days only."))
    when = written_together(lina.reader, since_ms=0)[0].when_ms
    assert written_together(lina.reader, since_ms=when)
    assert not written_together(lina.reader, since_ms=when + 1)


def test_an_update_that_does_not_belong_to_the_text_is_refused() -> None:
    text = merge_text(None, set_text(None, "One").update)
    with pytest.raises(DaftarError) as problem:
        mixed_paragraphs(text, [set_text(None, "Two").update])
    assert problem.value.code == "bad_text"
    with pytest.raises(DaftarError):
        mixed_paragraphs(text, [b"no update"])
