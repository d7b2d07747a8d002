"""Workspaces that come, go and come back, and records that move between them: equal to a fresh start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.house import House
from helpers.traveller import Traveller

from desktop.commands import labels, moving
from desktop.store.moved import counterparts, formerly, moved_to, with_parts
from desktop.store.rows import Query
from sync.changes import DELETED
from sync.errors import DaftarError
from sync.replica.changed import Changed
from sync.server.storage.people import Person, Workspace


@pytest.fixture
def jordan(house: House) -> Workspace:
    return house.workspace("Jordan")


@pytest.fixture
def lebanon(house: House) -> Workspace:
    return house.workspace("Lebanon")


@pytest.fixture
def amina(house: House, jordan: Workspace) -> Person:
    return house.person("Amina Hassan", jordan)


@pytest.fixture
def laptop(house: House, amina: Person, tmp_path: Path) -> Iterator[Traveller]:
    made = Traveller(house, amina, tmp_path / "laptop")
    yield made
    made.close()


@pytest.fixture
def colleague(house: House, jordan: Workspace, lebanon: Workspace, tmp_path: Path) -> Iterator[Traveller]:
    person = house.person("Joseph Okello", jordan, lebanon)
    made = Traveller(house, person, tmp_path / "colleague")
    yield made
    made.close()


def everything(laptop: Traveller) -> dict[tuple[str, bytes], dict[str, Any]]:
    """Every record that is shown, deleted ones included, with its values."""
    return {
        (kind, row.id): dict(row.values)
        for kind in laptop.reader.kinds
        for deleted in (False, True)
        for row in laptop.reader.select(Query(kind, deleted=deleted))
    }


def move(laptop: Traveller, kind: str, record: bytes, target: Workspace) -> bytes:
    rows = with_parts(laptop.reader, laptop.reader.get(kind, record))
    known = counterparts(laptop.reader, rows, workspace=target.id)
    edits = moving.move(rows, workspace=target.id, new_id=laptop.store.new_id, known=known)
    laptop.store.submit(edits, label=labels.MOVE_AWAY).result()
    return edits[0].record


def test_a_new_workspace_comes_with_the_next_sync(
    house: House, laptop: Traveller, colleague: Traveller, lebanon: Workspace, amina: Person
) -> None:
    laptop.sync()
    colleague.add(lebanon, "activity", {"title": "Beirut"})
    colleague.sync()
    house.accounts.grant(amina, lebanon, role="reader")
    heard: list[Changed] = []
    laptop.store.subscribe(heard.append)
    laptop.sync()
    assert laptop.names() == ["Jordan", "Lebanon"]
    assert [row["title"] for row in laptop.reader.select(Query("activity"))] == ["Beirut"]
    assert lebanon.id in {record for changed in heard for record in changed.of("workspace")}
    assert laptop.digest(lebanon) == colleague_digest(colleague, lebanon)


def colleague_digest(colleague: Traveller, workspace: Workspace) -> bytes:
    colleague.sync()
    return colleague.digest(workspace)


def test_inv_24_grow_shrink_grow_and_move_equal_a_fresh_start(
    house: House,
    laptop: Traveller,
    colleague: Traveller,
    amina: Person,
    *,
    jordan: Workspace,
    lebanon: Workspace,
    tmp_path: Path,
) -> None:
    laptop.sync()
    for round_ in range(2):
        house.clock.move(seconds=60)
        house.accounts.grant(amina, lebanon, role="officer")
        laptop.sync()
        own = laptop.add(lebanon, "activity", {"title": f"Own {round_}"})
        laptop.sync()
        colleague.sync()
        colleague.set(lebanon, "activity", own, {"status": "ongoing"})
        colleague.sync()
        laptop.set(lebanon, "activity", own, {"title": f"Unsent {round_}"})
        house.accounts.revoke_access(amina, lebanon)
        laptop.sync()
        assert laptop.names() == ["Jordan"]
    held = house.service.quarantine.held(lebanon.id)
    assert [one.change.writes["title"] for one in held] == ["Unsent 0", "Unsent 1"]
    house.accounts.grant(amina, lebanon, role="officer")
    laptop.sync()
    house.service.quarantine.release(lebanon.id, [one.change.id for one in held], by=bytes(16))
    made = laptop.add(jordan, "activity", {"title": "Moves", "lead": person_in(laptop, jordan, amina)})
    laptop.add(jordan, "budget_line", {"title": "Fuel", "activity": made, "planned": "12.5"})
    laptop.add(jordan, "comment", {"text": "Well done", "about": made, "about_kind": "activity"})
    gone = move(laptop, "activity", made, lebanon)
    for _ in range(2):
        laptop.sync()
        colleague.sync()
    fresh = Traveller(house, amina, tmp_path / "fresh")
    fresh.sync()
    for workspace in (jordan, lebanon):
        assert fresh.digest(workspace) == laptop.digest(workspace) == colleague.digest(workspace)
    assert everything(fresh) == everything(laptop) == everything(colleague)
    titles = {row["title"] for row in fresh.reader.select(Query("activity", (lebanon.id,)))}
    assert titles == {"Unsent 0", "Unsent 1", "Moves"}
    moved = fresh.reader.get("activity", gone)
    assert moved["lead"] == person_in(fresh, lebanon, amina)
    (line,) = fresh.reader.select(Query("budget_line"))
    assert (line["activity"], line.workspace, line["planned"]) == (gone, lebanon.id, "12.5")
    assert (formerly(fresh.reader, gone), moved_to(fresh.reader, made)) == ([made], gone)
    fresh.close()


def person_in(laptop: Traveller, workspace: Workspace, person: Person) -> bytes:
    rows = laptop.reader.select(Query("person", (workspace.id,)))
    return next(row.id for row in rows if row["name"] == person.name)


def test_a_move_is_undone_as_one_command(
    house: House, laptop: Traveller, amina: Person, jordan: Workspace, lebanon: Workspace
) -> None:
    house.accounts.grant(amina, lebanon, role="officer")
    laptop.sync()
    made = laptop.add(jordan, "activity", {"title": "Stays"})
    laptop.add(jordan, "budget_line", {"title": "Fuel", "activity": made})
    gone = move(laptop, "activity", made, lebanon)
    assert laptop.reader.get("activity", made).deleted
    assert laptop.store.undo().result() == labels.MOVE_AWAY
    assert not laptop.reader.get("activity", made).deleted
    assert laptop.reader.get("activity", gone).deleted
    assert moved_to(laptop.reader, made) is None
    with pytest.raises(DaftarError, match="same_workspace"):
        move(laptop, "activity", made, jordan)


def test_an_edit_that_did_not_know_of_the_move_is_put_to_a_decision(
    house: House,
    laptop: Traveller,
    colleague: Traveller,
    amina: Person,
    *,
    jordan: Workspace,
    lebanon: Workspace,
) -> None:
    house.accounts.grant(amina, lebanon, role="officer")
    made = laptop.add(jordan, "activity", {"title": "Moves"})
    laptop.sync()
    colleague.sync()
    move(laptop, "activity", made, lebanon)
    colleague.set(jordan, "activity", made, {"title": "Edited meanwhile"})
    for _ in range(2):
        laptop.sync()
        colleague.sync()
    for each in (laptop, colleague):
        assert [(one.record, one.key) for one in each.reader.conflicts()] == [(made, DELETED)]
        assert not each.reader.get("activity", made).deleted
