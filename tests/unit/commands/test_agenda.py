"""The order of an agenda, and what comes out of it."""

from desktop.commands.agenda import in_order, join_activity, move_item, record_lesson, siblings_of
from desktop.store.rows import Row

PLACE = bytes(16)


def item(number: int, key: str | None, *, parent: bytes | None = None) -> Row:
    place = None if key is None else [parent, key]
    return Row(bytes([number]) * 16, "agenda_item", PLACE, {"title": str(number), "position": place})


def moved(row: Row, rows: list[Row], step: int) -> list[str]:
    """The titles in order after the move."""
    edits = move_item(row, siblings_of(row, rows), step=step)
    if not edits:
        return [str(each["title"]) for each in in_order(rows)]
    after = [
        Row(each.id, each.kind, PLACE, {**each.values, **edits[0].writes}) if each.id == row.id else each
        for each in rows
    ]
    return [str(each["title"]) for each in in_order(after)]


def test_items_follow_their_section() -> None:
    section = item(9, "a1")
    rows = [item(1, "a0"), section, item(2, "a0", parent=section.id), item(3, "a2")]
    assert [row["title"] for row in in_order(rows)] == ["1", "9", "2", "3"]


def test_an_item_whose_section_is_gone_or_that_has_no_place_is_still_there() -> None:
    rows = [item(1, "a5", parent=bytes([77]) * 16), item(2, None), item(3, "a0")]
    assert [row["title"] for row in in_order(rows)] == ["3", "1", "2"]


def test_an_item_moves_by_one_place() -> None:
    rows = [item(1, "a0"), item(2, "a1"), item(3, "a2")]
    assert moved(rows[2], rows, -1) == ["1", "3", "2"]
    assert moved(rows[0], rows, 1) == ["2", "1", "3"]


def test_equal_keys_of_two_laptops_do_not_stop_a_move() -> None:
    rows = [item(1, "a0"), item(2, "a0"), item(3, "a0")]
    assert moved(rows[0], rows, 1)[0] in {"2", "3"}


def test_at_the_end_of_the_list_nothing_is_written() -> None:
    rows = [item(1, "a0"), item(2, "a1")]
    assert move_item(rows[0], siblings_of(rows[0], rows), step=-1) == []
    assert move_item(rows[1], siblings_of(rows[1], rows), step=1) == []


def test_a_lesson_names_its_meeting_and_day() -> None:
    meeting = Row(bytes([5]) * 16, "meeting", PLACE, {"start": "2026-06-15T10:00"})
    writes = record_lesson(meeting, record=bytes([6]) * 16, title="Book assessors early")[0].writes
    assert writes["meeting"] == meeting.id
    assert writes["date"] == "2026-06-15"
    assert writes["status"] == "draft"


def test_an_action_point_is_joined_to_an_activity() -> None:
    row = Row(bytes([7]) * 16, "action_point", PLACE, {"title": "Send files"})
    assert join_activity(row, bytes([8]) * 16)[0].writes == {"activity": bytes([8]) * 16}
