"""What is not applied: refused with a code, kept, and never in the way of what follows."""

from typing import Any

import pytest
from helpers.house import House
from helpers.laptop import Laptop

from sync.changes import Change
from sync.merge import fold
from sync.merge.texts import set_text
from sync.server import settling
from sync.server.exceptions import read_aside
from sync.server.storage import journal
from sync.server.storage.people import Workspace


@pytest.fixture
def jordan(house: House) -> Workspace:
    return house.workspace("Jordan")


@pytest.fixture
def one(house: House, jordan: Workspace) -> Laptop:
    return house.laptop(house.person("Amina Hassan", jordan))


@pytest.fixture
def two(house: House, jordan: Workspace) -> Laptop:
    return house.laptop(house.person("Joseph Okello", jordan))


@pytest.fixture
def head(house: House, jordan: Workspace) -> Laptop:
    return house.laptop(house.person("Maria Torres", jordan, role="coordinator"))


def _codes(house: House, laptop: Laptop, workspace: Workspace, *changes: Change) -> dict[int, str]:
    return {trouble.dseq: trouble.code for trouble in house.push(laptop, workspace, *changes).troubles}


def _quarantine(house: House, workspace: Workspace) -> list[Change]:
    with house.storage.reading() as connection:
        rows = journal.quarantine_of(connection, workspace.id)
    return [read_aside(row.change, workspace.id) for row in rows]


def test_inv_27_one_bad_value_blocks_nothing(
    house: House, jordan: Workspace, one: Laptop, two: Laptop
) -> None:
    good = one.create(jordan.id, "activity", {"title": "Good"})
    bad = one.create(jordan.id, "activity", {"title": "Bad", "start": "tomorrow"})
    after = one.create(jordan.id, "activity", {"title": "After"})
    assert _codes(house, one, jordan, good, bad, after) == {2: "invalid_value"}
    reader = house.read(jordan)
    assert [change.hole for change in reader.changes if change.device == one.device] == [False, True, False]
    assert bad.record not in reader.states
    (kept,) = _quarantine(house, jordan)
    assert kept.writes == bad.writes


def test_inv_03_a_repeated_push_tells_of_the_same_troubles(
    house: House, jordan: Workspace, one: Laptop
) -> None:
    bad = one.create(jordan.id, "activity", {"title": "Bad", "start": "tomorrow"})
    push = one.push(jordan.number, [bad])
    first = house.sync(one, one.request(push))
    assert house.sync(one, one.request(push)).troubles == first.troubles
    assert len(_quarantine(house, jordan)) == 1


def test_what_stands_on_a_refused_change_inherits_its_base(
    house: House, jordan: Workspace, one: Laptop, two: Laptop
) -> None:
    made = one.create(jordan.id, "activity", {"title": "Training", "start": "2026-03-01"})
    bad = one.edit(made, {"start": "tomorrow"})
    better = one.edit(made, {"start": "2026-04-01"}, {"start": (bad.id,)})
    assert _codes(house, one, jordan, made, bad, better) == {2: "invalid_value"}
    state = house.read(jordan).state(made)
    assert [head.value for head in state.register("start").heads] == ["2026-04-01"]


def test_inv_06_what_stands_on_a_refused_change_waits_for_what_that_stood_on(
    house: House, jordan: Workspace, one: Laptop, two: Laptop
) -> None:
    """A refused change itself waits for no base; its dependents would stand beside that as a question."""
    made = one.create(jordan.id, "activity", {"title": "Training", "start": "2026-03-01"})
    seen = two.edit(made, {"start": "2026-03-02"})
    bad = one.edit(made, {"start": "tomorrow"}, {"start": (seen.id,)})
    better = one.edit(made, {"start": "2026-04-01"}, {"start": (bad.id,)})
    assert _codes(house, one, jordan, made, bad, better) == {
        2: "invalid_value",
        3: "base_missing",
    }
    house.push(two, jordan, seen)
    state = house.read(jordan).state(made)
    assert [head.id for head in state.register("start").heads] == [better.id]


def test_edits_of_a_refused_record_are_refused_with_it(house: House, jordan: Workspace, one: Laptop) -> None:
    bad = one.create(jordan.id, "activity", {"start": "2026-03-01"})
    edit = one.edit(bad, {"title": "Now with a title"})
    assert _codes(house, one, jordan, bad, edit) == {1: "required", 2: "creation_refused"}
    later = one.edit(bad, {"status": "planned"})
    assert _codes(house, one, jordan, later) == {3: "creation_refused"}


def test_a_change_waits_for_its_base_and_is_applied_when_it_comes(
    house: House, jordan: Workspace, one: Laptop, two: Laptop
) -> None:
    made = one.create(jordan.id, "activity", {"title": "By bundle"})
    edit = two.edit(made, {"status": "planned"})
    further = two.edit(made, {"status": "ongoing"}, {"status": (edit.id,)})
    apart = two.create(jordan.id, "activity", {"title": "Apart"})
    assert _codes(house, two, jordan, edit, further, apart) == {1: "base_missing", 2: "base_missing"}
    assert made.record not in house.read(jordan).states
    house.push(one, jordan, made)
    reader = house.read(jordan)
    assert reader.state(made).values["status"] == "ongoing"
    ids = [change.id for change in reader.changes if change.record == made.record]
    assert ids == [made.id, edit.id, further.id]


def test_readers_comment_and_nothing_else(house: House, jordan: Workspace, one: Laptop) -> None:
    reader = house.laptop(house.person("Lina Haddad", jordan, role="reader"))
    made = one.create(jordan.id, "activity", {"title": "Training"})
    house.push(one, jordan, made)
    comment = reader.create(
        jordan.id, "comment", {"about_kind": "activity", "about": made.record, "text": "Well"}
    )
    edit = reader.edit(made, {"title": "Mine now"})
    make = reader.create(jordan.id, "activity", {"title": "Mine"})
    retouch = reader.edit(comment, {"follow_up": True})
    assert _codes(house, reader, jordan, comment, edit, make, retouch) == {
        2: "role_too_low",
        3: "role_too_low",
        4: "role_too_low",
    }


def test_approvals_need_a_coordinator_and_hold_edits_back(
    house: House, jordan: Workspace, one: Laptop, head: Laptop
) -> None:
    indicator = one.create(jordan.id, "indicator", {"title": "People trained"})
    value = one.create(
        jordan.id, "value", {"indicator": indicator.record, "status": "submitted", "value": "12"}
    )
    assert _codes(house, one, jordan, indicator, value) == {}
    assert _codes(house, one, jordan, one.edit(value, {"status": "approved"})) == {3: "needs_coordinator"}
    assert _codes(house, head, jordan, head.edit(value, {"status": "approved"})) == {}
    unseen = one.edit(value, {"value": "13"})
    assert _codes(house, one, jordan, unseen) == {4: "record_locked"}
    state = house.read(jordan).state(value)
    assert state.values["value"] == "12"
    assert unseen.writes in [change.writes for change in _quarantine(house, jordan)]
    approved = state.register("status").heads[0].id
    assert (
        _codes(house, head, jordan, head.edit(value, {"status": "returned"}, {"status": (approved,)})) == {}
    )
    assert _codes(house, one, jordan, one.edit(value, {"value": "14"})) == {}


def test_the_servers_own_records_are_not_written_on_laptops(
    house: House, jordan: Workspace, one: Laptop
) -> None:
    reader = house.read(jordan)
    by_kind = {change.kind: change for change in reversed(reader.changes)}
    rename = one.edit(by_kind["workspace"], {"name": "Ours"})
    pose = one.edit(by_kind["person"], {"name": "Somebody else"})
    imported = one.create(jordan.id, "person", {"name": "Named in a workplan"})
    posing = one.create(jordan.id, "person", {"name": "Director", "access": "administrator"})
    assert _codes(house, one, jordan, rename, pose, imported, posing) == {
        1: "read_only_kind",
        2: "read_only_kind",
        4: "read_only_kind",
    }


def test_a_coordinator_says_what_a_person_with_an_account_does(
    house: House, jordan: Workspace, one: Laptop, head: Laptop
) -> None:
    person = next(change for change in house.read(jordan).changes if change.kind == "person")
    assert _codes(house, one, jordan, one.edit(person, {"job_title": "Driver"})) == {1: "role_too_low"}
    assert _codes(house, head, jordan, head.edit(person, {"job_title": "Driver", "role": "other"})) == {}
    assert house.read(jordan).state(person).values["job_title"] == "Driver"
    pose = head.edit(person, {"job_title": "Director", "name": "Somebody else"})
    assert _codes(house, head, jordan, pose) == {2: "read_only_kind"}


def test_nobody_writes_in_anothers_name(house: House, jordan: Workspace, one: Laptop, two: Laptop) -> None:
    one.person = two.person
    assert _codes(house, one, jordan, one.create(jordan.id, "activity", {"title": "x"})) == {
        1: "wrong_author"
    }


def test_inv_25_a_forged_workspace_is_refused_and_nothing_of_it_is_said(house: House, one: Laptop) -> None:
    secret = house.workspace("Jordan, restricted")
    change = one.create(secret.id, "activity", {"title": "x"})
    answer = house.push(one, secret, change)
    assert [(trouble.dseq, trouble.code) for trouble in answer.troubles] == [(1, "not_granted")]
    assert secret.number not in {item.workspace for item in answer.workspaces}
    assert _quarantine(house, secret) == []


def test_inv_23_unsent_work_of_one_who_lost_access_is_kept_for_the_coordinator(
    house: House, jordan: Workspace, one: Laptop, two: Laptop
) -> None:
    change = one.create(jordan.id, "activity", {"title": "Written in the field"})
    person = house.accounts.person("Amina Hassan")
    house.accounts.revoke_access(person, jordan)
    answer = house.push(one, jordan, change)
    assert [(trouble.dseq, trouble.code) for trouble in answer.troubles] == [(1, "access_lost")]
    assert answer.access == ()
    (item,) = answer.workspaces
    assert (item.head, item.acked_dseq, item.pulled) == (0, 1, ()), "acknowledged, and nothing else is said"
    (kept,) = _quarantine(house, jordan)
    assert kept.writes == change.writes
    assert change.record not in house.read(jordan).states


def test_inv_26_unknown_kinds_and_fields_survive(
    house: House, jordan: Workspace, one: Laptop, two: Laptop
) -> None:
    newer = one.create(
        jordan.id, "survey", {"name": "Of a newer version", "weights": 3}, classes={"weights": "r"}
    )
    mixed = one.create(jordan.id, "activity", {"title": "Training", "mood": ["x", 2]}, classes={"mood": "o"})
    assert _codes(house, one, jordan, newer, mixed) == {}
    assert _codes(house, two, jordan, two.edit(newer, {"weights": 4})) == {}
    reader = house.read(jordan)
    assert reader.state(newer).values == {"name": "Of a newer version", "weights": 4}
    assert reader.state(mixed).values["mood"] == ["x", 2]


@pytest.mark.parametrize(
    "kind, values, classes, code",
    [
        ("activity", {"title": "x", "tags": "y"}, {"tags": "r"}, "wrong_merge"),
        ("activity", {"title": "x", "start": 12}, {}, "invalid_value"),
        ("activity", {"title": None}, {}, "invalid_value"),
        ("activity", {"title": "x", "deleted": "yes"}, {}, "invalid_value"),
        ("meeting", {"title": "x", "notes": None}, {}, "invalid_value"),
        ("no\0kind", {"title": "x"}, {}, "bad_kind"),
        ("activity", {"title": "x\0y"}, {}, "invalid_value"),
        ("activity", {"title": "x", "tags": ["x\0y"]}, {}, "invalid_value"),
        ("survey", {"na\0me": "x"}, {"na\0me": "r"}, "invalid_value"),
        ("survey", {"na\0me": set_text(None, "x").update}, {"na\0me": "t"}, "invalid_value"),
        ("survey", {"text": "x" * 600_000}, {}, "too_big"),
    ],
)
def test_what_may_not_stand_in_a_field_is_refused(
    house: House, kind: str, values: dict[str, object], classes: dict[str, str], code: str
) -> None:
    workspace = house.workspace()
    laptop = house.laptop(house.person("Amina Hassan", workspace))
    change = laptop.create(workspace.id, kind, values, classes=classes)
    assert _codes(house, laptop, workspace, change) == {1: code}


def test_a_comment_never_changes(house: House, jordan: Workspace, one: Laptop) -> None:
    comment = one.create(jordan.id, "comment", {"text": "As agreed"})
    other = one.edit(comment, {"text": "As I say"})
    assert _codes(house, one, jordan, comment, other) == {2: "immutable_field"}


def test_an_edit_under_another_kind_is_refused(house: House, jordan: Workspace, one: Laptop) -> None:
    made = one.create(jordan.id, "activity", {"title": "Training"})
    other = one.create(jordan.id, "lesson", {"title": "x"}, record=made.record)
    assert _codes(house, one, jordan, made, other) == {2: "wrong_kind"}


@pytest.mark.logs("a frame cannot be taken")
def test_inv_27_a_waiting_change_that_the_program_fails_on_stops_nobody_who_brings_what_it_waits_for(
    house: House, jordan: Workspace, one: Laptop, two: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = one.create(jordan.id, "activity", {"title": "By bundle"})
    waiting = two.edit(made, {"status": "planned", "progress": 5})
    assert _codes(house, two, jordan, waiting) == {1: "base_missing"}

    def failing(state: Any, change: Change, **more: Any) -> Any:
        done = fold(state, change, **more)
        if change.id == waiting.id:
            raise KeyError(change.record)
        return done

    with monkeypatch.context() as patched:
        patched.setattr(settling, "fold", failing)
        assert _codes(house, one, jordan, made) == {}
    reader = house.read(jordan)
    assert "progress" not in reader.state(made).values
    assert _codes(house, one, jordan, one.edit(made, {"title": "By network"})) == {}
    assert house.read(jordan).state(made).values["progress"] == 5
