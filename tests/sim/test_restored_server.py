"""A server that lost its disk and was restored from an older copy gets back what it had once taken."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sim.clocks import DAY_MS
from sim.plan import NOTHING, Plan
from sim.world import World

_PLAN = Plan(11, laptops=3, clones=0, rates=NOTHING, skew=False, clocks=False)


@pytest.fixture
def world() -> Iterator[World]:
    """Three laptops over a good line, and a copy of the server that lacks what was sent last."""
    with World(_PLAN) as made:
        work(made, 12)
        made.settle()
        made._server_copies = [made.server.copy("older")]
        work(made, 12)
        made.settle()
        yield made


def work(world: World, times: int) -> None:
    for _ in range(times):
        for machine in world.machines:
            world.people[machine.name].act()
        for machine in world.machines:
            world.sync(machine)


def head(world: World) -> int:
    with world.server.storage.reading() as connection:
        return int(connection.exec_driver_sql("SELECT sum(pseq) FROM head").scalar_one())


def test_inv_19_what_the_server_lost_comes_back_and_nothing_is_deleted(world: World) -> None:
    before = head(world)
    world._restore_server()
    assert head(world) < before
    world.settle()
    assert head(world) >= before


def test_inv_19_a_refused_change_gets_the_number_that_another_had() -> None:
    """The sums agree in the end, and yet a laptop has not heard of its own refusal."""
    with World(_PLAN) as world:
        writer, reader, _ = world.machines
        accounts = world.server.office.accounts
        person = next(one for one in accounts.persons() if one.name == "Person 2")
        for place in world.places:
            accounts.grant(person, place, role="reader")
        world.settle()
        world._server_copies = [world.server.copy("older")]
        for _ in range(6):
            world.people[writer.name].act(("create",))
        for machine in (writer, reader):
            world.sync(machine)
        for _ in range(12):
            world.people[reader.name].act(("create",))
        world._restore_server()
        world.weather.rates = replace(NOTHING, answer_lost=1.0)
        world.sync(reader)
        world.weather.rates = NOTHING
        world.sync(writer)
        world.settle()


def test_inv_19_work_goes_on_beside_a_laptop_that_notices_late(world: World) -> None:
    late = world.machines.pop()
    world._restore_server()
    work(world, 12)
    # What stands on his lost work waits for him.
    world.machines.append(late)
    world.settle()


def test_inv_19_it_may_be_restored_again_while_laptops_still_send(world: World) -> None:
    for at in range(4):
        world._restore_server()
        world.sync(world.machines[at % 3])
    world.settle()


def test_inv_19_a_laptop_goes_back_through_several_tokens(world: World) -> None:
    """A clock that jumped let it ask for new ones, of which the older copy has not heard."""
    machine = world.machines[1]
    for _ in range(3):
        machine.clock.jump(40 * DAY_MS)
        world.sync(machine)
    world._restore_server()
    world.settle()
