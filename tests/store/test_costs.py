"""What a long history, a large database and another's digest cost: counted in steps, never in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from helpers.laptop import Laptop
from helpers.team import Member, Reply, Team
from sqlalchemy import event

from desktop.store.verify import verify
from sync.changes import Change
from sync.digest import Digest, record_term
from sync.wire.messages import SyncAnswer

REVISIONS = 1_000


@contextmanager
def counted(team: Team, member: Member) -> Iterator[list[int]]:
    """How many statements both databases run meanwhile, and how many steps the laptop's takes in them."""
    found, engine = [0, 0], team.house.storage.engine

    def statement(*_: object) -> None:
        found[0] += 1

    def step() -> int:
        found[1] += 1
        return 0

    event.listen(engine, "before_cursor_execute", statement)
    member.store.with_connection(lambda one: one.set_trace_callback(statement))
    member.store.with_connection(lambda one: one.set_progress_handler(step, 1))
    try:
        yield found
    finally:
        member.store.with_connection(lambda one: one.set_progress_handler(None, 1))
        member.store.with_connection(lambda one: one.set_trace_callback(None))
        event.remove(engine, "before_cursor_execute", statement)


def revise(team: Team, author: Laptop, made: Change, last: Change, *, times: int) -> Change:
    """Edit the title of a record so many times, each time what was there before; the last edit."""
    changes = []
    for number in range(times):
        last = author.edit(made, {"title": f"Survey {number}"}, {"title": (last.id,)})
        changes.append(last)
    team.house.push(author, team.workspace, *changes)
    return last


def test_a_record_with_a_thousand_revisions_is_as_cheap_as_a_new_one(team: Team) -> None:
    author = team.house.laptop(team.house.person("Sami Nasser", team.workspace))
    lina, steps = team.join("Lina Haddad"), []
    made = [author.create(team.workspace.id, "activity", {"title": f"Survey {at}"}) for at in range(2)]
    team.house.push(author, team.workspace, *made)
    much, little = made
    last = much
    for _ in range(4):
        last = revise(team, author, much, last, times=REVISIONS // 4)
        with counted(team, lina) as pulling:
            lina.sync()
        steps.append(pulling[1])
    assert max(steps[1:]) < 1.5 * steps[0], "what was there before makes the next revision dearer"
    revise(team, author, little, little, times=1)
    lina.sync()
    # What the first edit of a run reads once, every later one knows.
    for made_one in made:
        lina.set("activity", made_one.record, {"title": "First"})
    lina.sync()
    costs = []
    for made in (much, little):
        assert len(lina.reader.state("activity", made.record).register("title").heads) == 1
        with counted(team, lina) as found:
            lina.set("activity", made.record, {"title": "Last"})
        with counted(team, lina) as sending:
            lina.sync()
        costs.append((found[0], sending[0], found[1] + sending[1]))
    (edits, syncs, most), (least_edits, least_syncs, least) = costs
    assert edits <= least_edits + 20
    assert syncs == least_syncs
    assert most < 1.5 * least
    assert lina.row("activity", much.record)["title"] == "Last"


def test_nothing_new_costs_the_same_beside_few_records_and_many(team: Team) -> None:
    author = team.house.laptop(team.house.person("Sami Nasser", team.workspace))
    lina, costs = team.join("Lina Haddad"), []
    for many in (10, 1_000):
        made = [author.create(team.workspace.id, "activity", {"title": f"Visit {at}"}) for at in range(many)]
        team.house.push(author, team.workspace, *made)
        lina.sync()
        lina.sync()
        with counted(team, lina) as found:
            receipt = lina.sync()
        assert (receipt.requests, receipt.pulled, receipt.pushed) == (1, 0, 0)
        costs.append(tuple(found))
    (few, few_steps), (many, many_steps) = costs
    assert many == few
    assert many_steps <= few_steps * 1.1


def of_another_digest(body: bytes) -> Reply:
    """An answer that is right in everything but how it adds up."""
    answer = SyncAnswer.unpack(body)
    parts = tuple(replace(one, digest=bytes([0xAB]) * 16) for one in answer.workspaces)
    return Reply(replace(answer, workspaces=parts).pack())


def own_sum(member: Member) -> bytes:
    """The digest as it follows from the records that are here."""
    digest = Digest()
    for kind in ("activity", "comment", "meeting", "person", "workspace"):
        table = member.reader.connection.execute(f'SELECT id FROM "{kind}"').fetchall()
        for (number,) in table:
            record = member.reader.ids.record(number)
            digest.replace(record, None, record_term(member.reader.state(kind, record)))
    return digest.summary()


def test_inv_20_the_digest_of_the_other_side_is_never_adopted(team: Team) -> None:
    lina = team.join("Lina Haddad")
    visit = lina.add("activity", {"title": "Wells"})
    lies: list[Callable[[bytes], Reply]] = [of_another_digest] * 4
    lina.line.mishaps += lies
    receipt = lina.sync()
    assert receipt.differing == [team.workspace.name]
    assert lina.digest() == own_sum(lina) != bytes([0xAB]) * 16
    assert verify(lina.reader, clock=team.house.clock) == []
    lina.line.mishaps.clear()
    receipt = lina.sync()
    assert receipt.differing == []
    (state,) = lina.reader.workspaces()
    assert state.cursor == state.head
    assert lina.digest() == own_sum(lina)
    # Whoever reads for the test insists on the server's digest.
    assert team.house.read(team.workspace).states.keys() >= {visit}
