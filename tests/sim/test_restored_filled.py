"""A server that was restored to a time before a snapshot which laptops were filled from."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sim.clocks import DAY_MS
from sim.machine import Machine
from sim.plan import NOTHING
from sim.test_restored_beside import PLAN, allow, renew, retitle
from sim.test_restored_clones import made
from sim.world import World

from desktop.store.outbox import refused_changes
from sync.server.compaction import Compactor
from sync.server.snapshots import Snapshots


@pytest.fixture
def world() -> Iterator[World]:
    """Three laptops over a good line, with some work that the server has."""
    with World(PLAN) as begun:
        begun.oracle.may_wait = True
        begun.settle()
        for machine in begun.machines[:2]:
            for _ in range(3):
                made(begun, machine, "Early")
        begun.settle()
        yield begun


def compact(world: World) -> None:
    """Everything moves behind the horizon: who is not there yet is filled from a snapshot."""
    world.time.pass_by(40 * DAY_MS)
    snapshots = Snapshots(world.server.storage, clock=world.time)
    compactor = Compactor(world.server.storage, snapshots, clock=world.time)
    assert compactor.compact(world.places[0].id, keep_days=1).frames


def without_answers(world: World, machine: Machine) -> None:
    """What was typed is sent, and nothing that is said to it arrives."""
    world.weather.rates = replace(NOTHING, answer_lost=1.0)
    world.sync(machine)
    world.weather.rates = NOTHING


def fill(world: World, machine: Machine) -> None:
    """Let a laptop come that stands before the horizon."""
    compact(world)
    world.sync(machine)
    bases = "SELECT count(*) FROM base WHERE done = 1"
    assert machine.reader.connection.execute(bases).fetchone()[0] == 1


def restore(world: World) -> None:
    """The older copy is put in place, and somebody goes on there before the others come."""
    world._restore_server()
    made(world, world.machines[2], "Late")
    world.sync(world.machines[2])


def titles(machine: Machine) -> list[str]:
    rows = machine.reader.connection.execute("SELECT title FROM activity ORDER BY title").fetchall()
    return [str(title) for (title,) in rows]


def test_inv_19_a_laptop_that_was_filled_since_comes_to_the_order_of_the_older_copy(world: World) -> None:
    """The server tells of this laptop's changes by their numbers, and they stood under the snapshot."""
    colleague, filled, _ = world.machines
    world._server_copies = [world.server.copy("older")]
    made(world, colleague, "Between")
    world.sync(colleague)
    fill(world, filled)
    device = filled.store.device
    restore(world)
    world.settle()
    assert filled.store.device == device
    assert "Between" in titles(filled)


def test_inv_19_own_work_that_a_snapshot_stood_for_is_sent_again(world: World) -> None:
    colleague, filled, _ = world.machines
    world._server_copies = [world.server.copy("older")]
    record = made(world, filled, "Own")
    retitle(filled, record, "Own, once more")
    without_answers(world, filled)
    made(world, colleague, "Between")
    world.sync(colleague)
    fill(world, filled)
    device = filled.store.device
    restore(world)
    world.settle()
    assert filled.store.device == device
    assert {"Own, once more", "Between"} <= set(titles(colleague))


def test_inv_19_own_work_under_a_former_number_that_a_snapshot_stood_for_is_sent_again(world: World) -> None:
    colleague, filled, _ = world.machines
    made(world, filled, "First")
    world.settle()
    world._server_copies = [world.server.copy("older")]
    made(world, filled, "Second")
    world.sync(filled)
    former = renew(world, filled)
    made(world, filled, "Third")
    world.sync(filled)
    made(world, colleague, "Between")
    world.sync(colleague)
    fill(world, filled)
    restore(world)
    world.settle()
    assert former != filled.store.device
    assert {"First", "Second", "Third"} <= set(titles(colleague))


def test_inv_19_a_laptop_filled_without_knowing_its_own_work_gets_another_number(world: World) -> None:
    """So it was with versions that kept nothing of what a snapshot stood for."""
    colleague, filled, _ = world.machines
    world._server_copies = [world.server.copy("older")]
    made(world, colleague, "Between")
    world.sync(colleague)
    fill(world, filled)
    filled.store.post(lambda connection: connection.execute("DELETE FROM trouble")).result()
    device = filled.store.device
    restore(world)
    world.settle()
    assert filled.store.device != device


def test_inv_02_what_was_refused_before_the_snapshot_keeps_what_was_typed(world: World) -> None:
    """That it was refused comes once more, and the log that told of it first went with the filling."""
    colleague, filled, _ = world.machines
    allow(world, filled, "reader")
    record = made(world, filled, "Refused")
    world.settle()
    allow(world, filled, "officer")
    world._server_copies = [world.server.copy("older")]
    made(world, colleague, "Between")
    world.sync(colleague)
    fill(world, filled)
    restore(world)
    world.settle()
    told = [(one.record, one.writes.get("title")) for one in refused_changes(filled.reader)]
    assert told == [(record, "Refused")]


def test_inv_19_edits_of_a_record_that_comes_back_in_an_older_snapshot_stay_on_it(world: World) -> None:
    colleague, filled, _ = world.machines
    record = made(world, colleague, "Job fair")
    world.settle()
    compact(world)
    world._server_copies = [world.server.copy("older")]
    retitle(filled, record, "Job fair, Irbid")
    without_answers(world, filled)
    made(world, colleague, "Between")
    world.sync(colleague)
    fill(world, filled)
    restore(world)
    world.settle()
    assert {machine.reader.get("activity", record)["title"] for machine in world.machines} == {
        "Job fair, Irbid"
    }


def test_inv_23_a_workspace_that_is_lost_behind_its_filling_ends_no_sync(world: World) -> None:
    """What the server is asked then is not granted any more; the next sync says why."""
    colleague, filled, _ = world.machines
    made(world, colleague, "Between")
    world.sync(colleague)
    compact(world)
    accounts = world.server.office.accounts
    person = next(one for one in accounts.persons() if one.name == "Person 2")

    came: list[str] = []

    def lose(path: str, _token: str | None, _body: bytes, _answer: bytes) -> None:
        if path == "/v1/sync" and any(one.startswith("/v1/chunks/") for one in came):
            accounts.revoke_access(person, world.places[0])
            world.server.hooks.answered = lambda *_: None
        came.append(path)

    world.server.hooks.answered = lose
    world.sync(filled)
    world.settle()
    assert [state.name for state in filled.reader.workspaces()] == [world.places[1].name]
