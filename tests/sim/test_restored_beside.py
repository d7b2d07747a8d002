"""A server that was restored from an older copy, beside numbers given up, bundles, and changes it let in."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sim.clocks import DAY_MS
from sim.machine import Machine
from sim.oracle import mark
from sim.plan import NOTHING, Plan
from sim.post import into
from sim.world import World

from desktop.store.outbox import refused_changes
from desktop.syncing.bundles import Taken, Wish, make_bundle, take_bundles
from desktop.syncing.recipients import recipients
from sync.changes import Edit
from sync.server.bundles import Wish as ServerWish
from sync.server.storage import people

PLAN = Plan(12, laptops=3, clones=0, rates=NOTHING, skew=False, clocks=False)


@pytest.fixture
def world() -> Iterator[World]:
    """Three laptops over a good line, and a copy of the server that knows them and a few records."""
    with World(PLAN) as made:
        made.oracle.may_wait = True
        made.settle()
        act(made, made.machines[1], "create", times=8)
        made.settle()
        made._server_copies = [made.server.copy("older")]
        yield made


def act(world: World, machine: Machine, *what: str, times: int) -> None:
    for _ in range(times):
        world.people[machine.name].act(what)


def renew(world: World, machine: Machine) -> int:
    """Give a number up, as after a bundle that shows that the laptop was restored; the former one."""
    former = machine.store.device
    machine.store.renew()
    world.sync(machine)
    return former


def allow(world: World, machine: Machine, role: str) -> None:
    accounts = world.server.office.accounts
    account = bytes(machine.reader.meta("account"))
    person = next(one for one in accounts.persons() if one.id == account)
    for place in world.places:
        accounts.grant(person, place, role=role)
    world.sync(machine)


def numbers(world: World) -> set[int]:
    """Whose changes stand in the server's order."""
    return {change.device for place in world.places for change, _ in world.oracle._log(place.id)}


def test_inv_19_work_under_a_number_given_up_comes_back_under_it(world: World) -> None:
    author, colleague, _ = world.machines
    act(world, author, "create", times=12)
    world.settle()
    act(world, colleague, "edit", "cells", "members", times=20)
    world.settle()
    former = renew(world, author)
    world.settle()
    world._restore_server()
    assert former not in numbers(world)
    world.settle()
    assert former in numbers(world)


def test_inv_19_what_cannot_be_told_under_that_number_comes_under_the_present_one(world: World) -> None:
    author = world.machines[0]
    allow(world, author, "reader")
    act(world, author, "create", times=6)
    world.settle()
    allow(world, author, "officer")
    act(world, author, "create", times=6)
    world.settle()
    former = renew(world, author)
    world.settle()
    # Somebody threw away what was refused: the numbers have a gap that nobody can fill.
    author.store.post(lambda connection: connection.execute("UPDATE trouble SET frame = X''")).result()
    for place in world.places:
        world.oracle.gone |= set(map(mark, world.oracle._aside("quarantine", place.id)))
    world._restore_server()
    assert not {former, author.store.device} & numbers(world)
    world.settle()
    assert author.store.device in numbers(world)


def test_inv_02_refused_changes_of_two_numbers_are_told_beside_each_other(world: World) -> None:
    author = world.machines[0]
    allow(world, author, "reader")
    made = set[bytes]()
    for _ in range(2):
        act(world, author, "create", times=4)
        made |= {change.record for change in author.unsent()}
        world.settle()
        renew(world, author)
    told = refused_changes(author.reader)
    assert {one.record for one in told} == made
    assert len({(one.workspace, one.dseq) for one in told}) == len(made) == len(told)


def bundle_for(world: World, machine: Machine, target: Path, *, since: int | None = None) -> Path:
    """What the server says to a laptop, from where that stands or from another place."""
    states = machine.reader.workspaces()
    known = {state.id: state.cursor if since is None else since for state in states}
    with world.server.storage.reading() as connection:
        person = people.find_person(connection, bytes(machine.reader.meta("account")))
    assert person is not None
    bundles = world.server.service.bundles
    bundles.create(person, ServerWish(known), into(target), draw=secrets.token_bytes)
    return target


def taken_in(machine: Machine, file: Path) -> Taken:
    (taken,) = take_bundles(machine.store, machine.reader, [file])
    return taken


def test_inv_29_a_bundle_of_the_server_goes_on_from_what_is_here(world: World) -> None:
    writer, reader, _ = world.machines
    act(world, writer, "create", times=6)
    world.sync(writer)
    taken = taken_in(reader, bundle_for(world, reader, world.folder / "news"))
    assert taken.brought.problems == {}
    assert taken.brought.ordered == 6
    world.settle()


def test_inv_19_a_bundle_from_before_the_restore_is_left_alone(world: World) -> None:
    """It tells of another order: applied behind the new one, changes would have two places."""
    writer, reader, other = world.machines
    for machine in (writer, other, reader):
        act(world, machine, "create", times=6)
        world.sync(machine)
    world.sync(other)
    act(world, writer, "create", times=12)
    world.sync(writer)
    old = [bundle_for(world, other, world.folder / f"old {since}", since=since) for since in range(40)]
    world._restore_server()
    for machine in (reader, other):
        # The writer has not come yet, so that the order is another.
        world.sync(machine)
    device = other.store.device
    before = {state.id: state.cursor for state in other.reader.workspaces()}
    assert taken_in(other, old[0]).brought.problems == {"bundle_other_past": len(before)}
    for cursor in before.values():
        # Not even one that begins right behind.
        assert "bundle_other_past" in taken_in(other, old[cursor]).brought.problems
    assert {state.id: state.cursor for state in other.reader.workspaces()} == before
    assert other.store.device == device
    world.settle()


def test_inv_19_what_was_let_in_waits_again_when_the_server_forgot_it(world: World) -> None:
    author, _, _ = world.machines
    allow(world, author, "reader")
    world._server_copies = [world.server.copy("with readers")]
    act(world, author, "create", times=4)
    world.settle()
    quarantine = world.server.service.quarantine
    for place in world.places:
        waiting = [one.change.id for one in quarantine.held(place.id)]
        assert len(quarantine.release(place.id, waiting, by=bytes(16)).released) == len(waiting)
    for _ in range(2):
        # A laptop asks at most every ten minutes.
        world.time.pass_by(DAY_MS)
        world.settle()
    told = refused_changes(author.reader)
    assert {one.outcome for one in told} == {"released"}
    world._restore_server()
    world.time.pass_by(DAY_MS)
    world.settle()
    assert [one.outcome for one in refused_changes(author.reader)] == [""] * len(told)
    held = [one for place in world.places for one in world.server.service.quarantine.held(place.id)]
    assert len(held) == len(told)
    assert all(one.waits for one in held)


def test_inv_19_what_stands_on_something_that_was_let_in_does_not_wait_for_it(world: World) -> None:
    author, colleague, _ = world.machines
    record = author.store.new_id()
    author.submit([Edit(world.places[0].id, "activity", record, {"title": "Job fair"}, create=True)], "New")
    world.settle()
    allow(world, author, "reader")
    world._server_copies = [world.server.copy("with readers")]
    retitle(author, record, "Job fair, Irbid")
    world.settle()
    quarantine = world.server.service.quarantine
    (held,) = quarantine.held(world.places[0].id)
    quarantine.release(world.places[0].id, [held.change.id], by=bytes(16))
    for _ in range(2):
        # A laptop asks at most every ten minutes.
        world.time.pass_by(DAY_MS)
        world.settle()
    assert colleague.reader.get("activity", record)["title"] == "Job fair, Irbid"
    retitle(colleague, record, "Job fair, Zarqa")
    world.settle()
    world._restore_server()
    world.time.pass_by(DAY_MS)
    world.settle()
    titles = {machine.reader.get("activity", record)["title"] for machine in world.machines}
    assert titles == {"Job fair, Zarqa"}


def retitle(machine: Machine, record: bytes, title: str) -> None:
    row = machine.reader.get("activity", record)
    machine.submit([Edit(row.workspace, "activity", record, {"title": title}, row.seen)], "Edit")


def test_inv_19_a_number_that_the_server_met_in_a_bundle_first_is_still_its_laptops(world: World) -> None:
    """Else the laptop would draw another one, and nobody could send what stands under this one."""
    author, colleague, _ = world.machines
    act(world, colleague, "create", times=4)
    world.settle()
    renew(world, author)
    act(world, author, "create", "edit", "cells", times=12)
    world.settle()
    act(world, colleague, "edit", "cells", times=12)
    world.settle()
    world.time.pass_by(DAY_MS)
    world.settle()
    act(world, author, "create", times=3)
    world._restore_server()
    wish = Wish((recipients(author.reader)[0],), world.folder / "stick")
    made = make_bundle(author.store, author.reader, wish, clock=author.clock)
    with made.files[0].open("rb") as file:
        world.server.service.bundles.apply(file)
    device = author.store.device
    world.settle()
    assert author.store.device == device
    laptops = world.server.service.enrolment.laptops()
    assert sorted(one.installation.name for one in laptops) == ["laptop 1", "laptop 2", "laptop 3"]


def test_inv_18_two_copies_of_a_laptop_use_one_number_before_and_after_the_restore(world: World) -> None:
    """The place of what the server lost of the one was taken by the other: it needs other numbers."""
    author = world.machines[0]
    world._clone(author)
    clone = world.machines[-1]
    act(world, clone, "create", times=6)
    world.sync(clone)
    world._restore_server()
    act(world, author, "create", times=9)
    world.sync(author)
    assert author.store.device == clone.store.device
    world.settle()
    assert author.store.device != clone.store.device
