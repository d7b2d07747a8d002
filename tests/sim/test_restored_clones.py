"""A server that was restored from an older copy, beside laptops that are copies of one disk."""

from collections.abc import Iterator

import pytest
from sim.machine import Machine
from sim.test_restored_beside import PLAN, act, allow, renew, retitle
from sim.world import World

from sync.changes import Edit


@pytest.fixture
def world() -> Iterator[World]:
    """Three laptops over a good line, and a copy of the server that knows them and nothing else."""
    with World(PLAN) as begun:
        begun.oracle.may_wait = True
        begun.settle()
        begun._server_copies = [begun.server.copy("older")]
        yield begun


def made(world: World, machine: Machine, title: str) -> bytes:
    record = machine.store.new_id()
    machine.submit([Edit(world.places[0].id, "activity", record, {"title": title}, create=True)], "New")
    return record


def test_inv_19_edits_stay_on_a_record_that_two_copies_of_a_disk_have_sent(world: World) -> None:
    """What the second one repeated is lost with the repetition: the record stands under the first number.
    That the server was restored, the colleague notices late: an old request of his arrived once more.
    """
    author, colleague, other = world.machines
    record = made(world, author, "Job fair")
    world._clone(author)
    clone = world.machines[-1]
    made(world, author, "Visit")
    for machine in (author, colleague):
        world.sync(machine)
    retitle(colleague, record, "Job fair, Irbid")
    sent: list[tuple[str, str | None, bytes]] = []
    world.server.hooks.answered = lambda path, token, body, _answer: sent.append((path, token, body))
    world.sync(colleague)
    made(world, clone, "Training")
    for machine in (colleague, clone, colleague):
        world.sync(machine)
    assert clone.store.device != author.store.device
    world._restore_server()
    for machine in (other, author):
        for _ in range(4):
            made(world, machine, "Survey")
        world.sync(machine)
    world.server.post(*sent[0])
    world.sync(colleague)
    assert colleague.reader.get("activity", record)["title"] == "Job fair, Irbid"
    world.settle()


def test_inv_19_what_stands_on_work_that_two_copies_of_a_disk_send_again(world: World) -> None:
    """One can send it under its former number, the other could only issue it anew: it stands on both."""
    author = world.machines[0]
    allow(world, author, "reader")
    act(world, author, "create", times=2)
    world.settle()
    allow(world, author, "officer")
    record = made(world, author, "Job fair")
    retitle(author, record, "Job fair, Irbid")
    world.settle()
    world._clone(author)
    renew(world, author)
    author.store.post(lambda connection: connection.execute("UPDATE trouble SET frame = X''")).result()
    retitle(author, record, "Job fair, Zarqa")
    world.settle()
    world._restore_server()
    world.settle()
    titles = {machine.reader.get("activity", record)["title"] for machine in world.machines}
    assert titles == {"Job fair, Zarqa"}


def test_inv_03_what_was_issued_anew_once_is_not_issued_anew_again(world: World) -> None:
    """The same work is lost under the number of the other copy, which cannot be told of here."""
    author = world.machines[0]
    allow(world, author, "reader")
    made(world, author, "Refused")
    world.settle()
    allow(world, author, "officer")
    made(world, author, "Job fair")
    world._clone(author)
    clone = world.machines[-1]
    clone.store.post(lambda connection: connection.execute("UPDATE trouble SET frame = X''")).result()
    for machine, title in ((author, "Visit"), (clone, "Training")):
        made(world, machine, title)
        world.sync(machine)
    world.settle()
    world._restore_server()
    world.sync(clone)
    world.settle()
