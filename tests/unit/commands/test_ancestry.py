"""The value before: the newest change that everybody who changed the field had seen."""

from desktop.commands.ancestry import value_before
from sync.changes import Bases, Change

WORKSPACE, RECORD = bytes(16), bytes(15) + b"\x01"


def change(
    dseq: int, value: object, bases: Bases | None = None, *, device: int = 1, create: bool = False
) -> Change:
    seen = {} if bases is None else {"end": bases}
    author = bytes([device] * 16)
    return Change(
        device,
        dseq,
        WORKSPACE,
        "activity",
        RECORD,
        author,
        dseq << 16,
        dseq,
        create,
        {"end": value},
        seen,
        {},
    )


def test_it_is_the_creation_where_nobody_had_seen_more() -> None:
    made = change(1, "2026-06-04", create=True)
    history = [made, change(2, "2026-07-16", device=2), change(3, "2026-06-28", device=3)]
    before = value_before(history, [(2, 2), (3, 3)], "end")
    assert before.change == made
    assert before.value == "2026-06-04"


def test_it_is_the_newest_edit_that_all_of_them_had_seen() -> None:
    made = change(1, "2026-06-04", create=True)
    seen = change(2, "2026-06-10")
    later = change(3, "2026-06-11", ((1, 2),))
    history = [made, seen, later, change(4, "a", ((1, 3),), device=2), change(5, "b", ((1, 2),), device=3)]
    assert value_before(history, [(2, 4), (3, 5)], "end").value == "2026-06-10"


def test_a_field_that_was_empty_before_is_known_to_have_been_empty() -> None:
    made = Change(1, 1, WORKSPACE, "activity", RECORD, bytes(16), 1, 1, True, {"title": "x"}, {}, {})
    before = value_before([made, change(2, "a", device=2), change(3, "b", device=3)], [(2, 2), (3, 3)], "end")
    assert before.is_known
    assert before.value is None


def test_what_is_no_longer_in_the_history_is_not_guessed() -> None:
    made = change(1, "2026-06-04", create=True)
    gone = ((9, 9),)
    history = [made, change(4, "a", gone, device=2), change(5, "b", gone, device=3)]
    assert not value_before(history, [(2, 4), (3, 5)], "end").is_known
    assert not value_before(history[1:], [(2, 4), (3, 5)], "end").is_known
