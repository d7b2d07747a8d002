"""What the server has ordered stands as settled, and only what is still tentative stands beside it."""

import pytest
from helpers.team import Member, Reply

from desktop.store.driver import Connection
from desktop.store.verify import verify


def _beside(member: Member) -> list[str]:
    """The keys and texts of which the settled state differs from the shown one."""
    rows = member.reader.connection.execute(
        "SELECT key FROM head WHERE settled IS NOT NULL"
        " UNION ALL SELECT field FROM document WHERE settled IS NOT NULL"
    )
    return sorted(str(row[0]) for row in rows)


def test_edits_that_went_out_leave_nothing_beside_them(pair: tuple[Member, Member, bytes]) -> None:
    lina, omar, activity = pair
    lina.set("activity", activity, {"title": "Employer skills survey"})
    lina.set("activity", activity, {"progress": 40})
    lina.set_text("activity", activity, "description", "Forty employers.")
    assert _beside(lina)[-2:] == ["progress", "title"]
    lina.sync()
    omar.sync()
    assert (_beside(lina), _beside(omar)) == ([], [])
    assert verify(lina.reader, clock=lina.house.clock) == []
    assert lina.row("activity", activity).values == omar.row("activity", activity).values


def test_what_was_typed_while_the_answer_came_stays_beside_it(pair: tuple[Member, Member, bytes]) -> None:
    lina, omar, activity = pair
    lina.set("activity", activity, {"title": "Employer skills survey"})

    def typed_meanwhile(answer: bytes) -> Reply:
        lina.set("activity", activity, {"title": "Employer survey, round two", "progress": 40})
        return Reply(answer)

    lina.line.mishaps.append(typed_meanwhile)
    lina.sync()
    assert _beside(lina) == ["progress", "title"]
    assert verify(lina.reader, clock=lina.house.clock) == []
    lina.sync()
    omar.sync()
    assert (_beside(lina), _beside(omar)) == ([], [])
    assert verify(lina.reader, clock=lina.house.clock) == []
    assert omar.row("activity", activity).values["title"] == "Employer survey, round two"


@pytest.mark.logs("cannot be read")
def test_a_damaged_row_behind_what_went_out_stops_nothing(pair: tuple[Member, Member, bytes]) -> None:
    lina, omar, activity = pair
    other = lina.add("activity", {"title": "Job fair"})
    lina.sync()
    lina.set("activity", activity, {"title": "Employer skills survey"})

    def damaged_meanwhile(answer: bytes) -> Reply:
        lina.set("activity", other, {"progress": 40})
        lina.store.with_connection(_damage_last)
        return Reply(answer)

    lina.line.mishaps.append(damaged_meanwhile)
    lina.sync()
    assert "title" not in _beside(lina)
    for member in (lina, omar, lina, omar):
        member.sync()
    assert (_beside(lina), _beside(omar)) == ([], [])
    assert omar.row("activity", other).values["progress"] == 40
    assert omar.row("activity", activity).values["title"] == "Employer skills survey"


def _damage_last(connection: Connection) -> None:
    connection.execute(
        "UPDATE log SET frame = CAST(substr(frame, 1, length(frame) - 3) || X'000000' AS BLOB)"
        " WHERE id = (SELECT max(id) FROM log WHERE first_pseq IS NULL)"
    )
