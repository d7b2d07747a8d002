"""Own work that is not shown for a while, because a restored server lost what it stands on."""

from sim.test_restored_beside import PLAN, retitle
from sim.test_restored_clones import made
from sim.world import World

from desktop.commands import records
from sync.digest import record_term
from sync.merge import is_deleted
from sync.replica.changed import Touched
from sync.replica.replica import Replica


def settle_unshown(replica: Replica, workspace: bytes, record: bytes, *, without: int) -> tuple[bool, bool]:
    """What a colleague has still to send again is not here, and the own deletion that stands on it is settled
    before it is shown again; whether the term is that of the state, and whether the record is deleted.
    """
    touched, state = Touched(), replica.workspaces.get(workspace)
    settler, states = replica.settler, replica.applier.states
    index = replica.ids.find_device(without)
    replica.database.execute(
        "DELETE FROM log WHERE id IN (SELECT log FROM strand WHERE device = ?)", (index,)
    )
    replica.database.execute("DELETE FROM strand WHERE device = ?", (index,))
    replica.carried.forget_heard(state)
    replica.tentative.fold_again(state, {("activity", record)}, touched)
    rowid = replica.ids.rowid(record)
    assert not is_deleted(states.load("activity", [rowid], workspace)[rowid].shown)
    own = [change for change in settler.own_changes(state) if change.record == record]
    behind = settler.waiting(state, without={change.dseq for change in own})
    settler._acceptor.take(
        state,
        own,
        {},
        touched,
        fold_shown_again=lambda item: settler.fold_shown_again(state, item, behind),
    )
    item = states.load("activity", [rowid], workspace)[rowid]
    settled = item.settled if item.settled is not None else item.shown
    return record_term(settled) == item.term, is_deleted(settled)


def test_inv_20_what_was_not_shown_for_a_while_is_settled_whole() -> None:
    with World(PLAN) as world:
        world.oracle.may_wait = True
        author, colleague, other = world.machines
        record = made(world, author, "Job fair")
        world.settle()
        world._server_copies = [world.server.copy("older")]
        for machine, title in ((other, "Job fair, Irbid"), (colleague, "Job fair, Zarqa")):
            retitle(machine, record, title)
            world.settle()
        row = author.reader.get("activity", record)
        author.submit(records.remove(author.store.kinds["activity"], row), "Delete")
        world.settle()
        world._restore_server()
        made(world, author, "Late")
        world.sync(author)
        place, device = world.places[0].id, other.store.device
        assert author.store.run(lambda replica: settle_unshown(replica, place, record, without=device)) == (
            True,
            True,
        )
