"""Deciding conflicts and opening decisions again, as states fold them."""

import pytest
from helpers.drawer import AMINA, OMAR, PLACE, RECORD, Tale

from desktop.commands import decisions
from desktop.commands.ancestry import value_before
from desktop.commands.problems import FieldsToFixError
from sync.changes import DELETED, Edit
from sync.errors import DaftarError
from sync.merge import Conflict, conflicts_of, is_deleted
from sync.records import KINDS

ACTIVITY = KINDS["activity"]


def torn() -> tuple[Tale, Conflict]:
    """Two people gave an activity two titles."""
    tale = Tale("activity", title="Train")
    tale.edits(AMINA, title="Train twenty")
    tale.edits(OMAR, title="Train thirty")
    (conflict,) = conflicts_of(tale.state)
    return tale, conflict


def contested() -> tuple[Tale, Conflict]:
    """One person deleted an activity, another changed it."""
    tale = Tale("activity", title="Train")
    tale.edits(OMAR, progress=40)
    tale.tell(AMINA, Edit(PLACE, "activity", RECORD, {DELETED: True}))
    (conflict,) = conflicts_of(tale.state)
    return tale, conflict


def test_the_values_are_listed_with_the_shown_one_first() -> None:
    tale, conflict = torn()
    listed = decisions.options(conflict, tale.state)
    assert [(option.value, option.shown) for option in listed] == [
        ("Train thirty", True),
        ("Train twenty", False),
    ]


def test_the_value_before_is_what_both_had_seen() -> None:
    tale, conflict = torn()
    heads = [head.id for head in conflict.heads]
    assert value_before(tale.history, heads, conflict.key).value == "Train"
    assert not value_before(tale.history[1:], heads, conflict.key).is_known


def test_taking_a_value_ends_the_conflict() -> None:
    tale, conflict = torn()
    tale.all(OMAR, decisions.take(conflict, tale.state, 1))
    assert tale.state.values["title"] == "Train twenty"
    assert conflicts_of(tale.state) == []


def test_writing_another_value_ends_the_conflict() -> None:
    tale, conflict = torn()
    tale.all(OMAR, decisions.write(conflict, tale.state, ACTIVITY, "Train everybody"))
    assert tale.state.values["title"] == "Train everybody"
    assert conflicts_of(tale.state) == []


def test_a_value_that_cannot_be_saved_decides_nothing() -> None:
    tale, conflict = torn()
    with pytest.raises(FieldsToFixError):
        decisions.write(conflict, tale.state, ACTIVITY, None)


@pytest.mark.parametrize("place", [-1, 2])
def test_a_place_behind_the_list_is_refused(place: int) -> None:
    tale, conflict = torn()
    with pytest.raises(DaftarError) as caught:
        decisions.take(conflict, tale.state, place)
    assert caught.value.code == "no_such_option"


def test_a_contested_delete_can_be_kept() -> None:
    tale, conflict = contested()
    assert conflict.key == DELETED
    tale.all(OMAR, decisions.keep(conflict, tale.state))
    assert not is_deleted(tale.state)
    assert conflicts_of(tale.state) == []


def test_a_contested_delete_can_be_carried_out() -> None:
    tale, conflict = contested()
    listed = decisions.options(conflict, tale.state)
    assert [option.value for option in listed] == [True, False]
    tale.all(OMAR, decisions.take(conflict, tale.state, 0))
    assert is_deleted(tale.state)
    assert conflicts_of(tale.state) == []


def test_one_cell_is_decided_alone() -> None:
    tale = Tale("value", indicator=RECORD, cells={"F": "1", "M": "1"})
    tale.edits(AMINA, **{"cells/F": "2"})
    tale.edits(OMAR, **{"cells/F": "3", "cells/M": "4"})
    (conflict,) = conflicts_of(tale.state)
    assert conflict.key == "cells/F"
    tale.all(OMAR, decisions.write(conflict, tale.state, KINDS["value"], "5"))
    assert (tale.state.values["cells/F"], tale.state.values["cells/M"]) == ("5", "4")


def test_history_tells_decisions_from_edits() -> None:
    tale, conflict = torn()
    assert decisions.decisions_in(tale.history) == []
    tale.all(OMAR, decisions.take(conflict, tale.state, 1))
    (found,) = decisions.decisions_in(tale.history)
    assert (found.key, found.conflict) == ("title", conflict.id)


def test_a_decision_opened_again_has_all_its_values() -> None:
    tale, conflict = torn()
    tale.all(OMAR, decisions.take(conflict, tale.state, 1))
    (found,) = decisions.decisions_in(tale.history)
    tale.all(AMINA, decisions.reopen(found, tale.history, tale.state))
    (again,) = conflicts_of(tale.state)
    assert [option.value for option in decisions.options(again, tale.state)] == [
        "Train thirty",
        "Train twenty",
    ]


@pytest.mark.parametrize("place", [0, 1])
def test_a_decided_delete_opened_again_asks_again(place: int) -> None:
    tale, conflict = contested()
    tale.all(OMAR, decisions.take(conflict, tale.state, place))
    (found,) = decisions.decisions_in(tale.history)
    assert found.conflict == conflict.id
    tale.all(AMINA, decisions.reopen(found, tale.history, tale.state))
    (again,) = conflicts_of(tale.state)
    assert again.key == DELETED


def test_a_decision_that_was_changed_since_is_not_opened() -> None:
    tale, conflict = torn()
    tale.all(OMAR, decisions.take(conflict, tale.state, 1))
    (found,) = decisions.decisions_in(tale.history)
    tale.edits(AMINA, {"title": (found.change.id,)}, title="Train all")
    with pytest.raises(DaftarError) as caught:
        decisions.reopen(found, tale.history, tale.state)
    assert caught.value.code == "decision_moved_on"
