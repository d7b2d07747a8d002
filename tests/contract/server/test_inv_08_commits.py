"""The server ends at every statement and around every commit of a push, and with it its connections."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from helpers.house import House
from sqlalchemy import event

_ENOUGH = 200


class KilledError(BaseException):
    """The program is gone; nothing of it may do anything any more."""


@contextmanager
def killed(house: House, *, at: int) -> Iterator[list[str]]:
    """The server ends before a statement, before a commit or behind one. Says how far it came."""
    engine, passed = house.storage.engine, list[str]()
    commit: Callable[[Any], None] = engine.dialect.do_commit

    def point(name: str, raw: Any) -> None:
        passed.append(name)
        if len(passed) == at:
            # A program that is killed ends its connections without a word, and the database takes back.
            end = raw.pgconn.finish if hasattr(raw, "pgconn") else raw.close
            end()
            raise KilledError

    def statement(connection: Any, *_: object) -> None:
        if len(passed) < at:
            point("statement", connection.connection.dbapi_connection)

    def committing(raw: Any) -> None:
        dbapi = getattr(raw, "dbapi_connection", raw)
        point("before a commit", dbapi)
        commit(raw)
        point("behind a commit", dbapi)

    event.listen(engine, "before_cursor_execute", statement)
    try:
        with patch.object(engine.dialect, "do_commit", committing):
            yield passed
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        if len(passed) >= at:
            engine.dispose()


def test_inv_08_a_server_that_is_killed_at_any_point_of_a_push_leaves_no_gap_and_half_of_nothing(
    house: House,
) -> None:
    jordan = house.workspace("Jordan")
    laptop = house.laptop(house.person("Amina Hassan", jordan))
    made = laptop.create(jordan.id, "activity", {"title": "Training"})
    house.push(laptop, jordan, made)
    before, ends = house.pull(laptop, jordan), []
    for at in itertools.count(1):
        edit = laptop.edit(made, {"title": f"Training {at}"}, {"title": (made.id,)})
        changes = [edit, laptop.create(jordan.id, "activity", {"title": "Bad", "start": "tomorrow"})]
        request = laptop.request(laptop.push(jordan.number, changes))
        with killed(house, at=at) as passed:
            try:
                house.sync(laptop, request)
            except KilledError:
                ends.append(passed[-1])
        now = house.pull(laptop, jordan)
        if len(passed) < at:
            break
        # The old state, or the new one: nothing between them.
        assert now == before or now.acked_dseq == changes[-1].dseq, (at, passed[-1])
        house.sync(laptop, request)
        house.sync(laptop, request)
        before, made = house.pull(laptop, jordan), edit
        assert before.acked_dseq == changes[-1].dseq
        assert at < _ENOUGH
    assert {"statement", "before a commit", "behind a commit"} <= set(ends)
    # The reader refuses a gap in `pseq` and a digest that is not the server's.
    reader = house.read(jordan)
    assert reader.dseqs(laptop.device) == list(range(1, changes[-1].dseq + 1))
    assert len(house.service.quarantine.held(jordan.id)) == at
    assert len(reader.state(made).register("title").heads) == 1
