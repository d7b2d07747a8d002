"""Changes to a long text that were refused, and are let in one after the other."""

from sim.clocks import DAY_MS
from sim.test_restored_beside import PLAN, allow
from sim.world import World

from sync.changes import Edit
from sync.merge.texts import read_text, set_text


def test_inv_28_a_text_is_let_in_from_its_beginning() -> None:
    """What was written behind something that is held cannot be read without it, and would be lost."""
    with World(PLAN) as world:
        author = world.machines[0]
        world.settle()
        place = world.places[0]
        record = author.store.new_id()
        author.submit([Edit(place.id, "meeting", record, {"title": "Steering"}, create=True)], "New")
        world.settle()
        allow(world, author, "reader")
        for text in ("agreed", "agreed, and more"):
            row = author.reader.get("meeting", record)
            snapshot = author.reader.state("meeting", record).texts.get("notes")
            update = set_text(snapshot, text).update
            author.submit([Edit(place.id, "meeting", record, {"notes": update}, row.seen)], "Edit")
        world.settle()
        quarantine = world.server.service.quarantine
        first, second = sorted(one.change.id for one in quarantine.held(place.id))
        outcome = quarantine.release(place.id, [second], by=bytes(16))
        assert [code for _, code in outcome.refused] == ["base_missing"]
        for one in (first, second):
            assert quarantine.release(place.id, [one], by=bytes(16)).refused == ()
        for _ in range(2):
            # A laptop asks at most every ten minutes.
            world.time.pass_by(DAY_MS)
            world.settle()
        colleague = world.machines[1]
        assert read_text(colleague.reader.state("meeting", record).texts["notes"]) == "agreed, and more"
