"""Adds up what a laptop would receive, from the sizes in the log alone."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, and_, func, not_, select

from sync.server.storage.people import Reach
from sync.server.storage.schema import log
from sync.wire.plan import PlanAnswer, PlanRequest


def plan(connection: Connection, reaches: Iterable[Reach], request: PlanRequest) -> PlanAnswer:
    """Changes and bytes of others behind the cursors; the asker's own come back as references."""
    changes = size = 0
    for reach in reaches:
        cursor = request.cursors.get(reach.workspace.number, 0)
        if cursor >= reach.pseq:
            continue
        own = and_(log.c.device == request.device, log.c.first_dseq > 0)
        query = select(
            func.coalesce(func.sum(log.c.last_pseq - log.c.first_pseq + 1), 0),
            func.coalesce(func.sum(log.c.size), 0),
        ).where(log.c.workspace_id == reach.workspace.id, log.c.last_pseq > cursor, not_(own))
        found = connection.execute(query).one()
        changes, size = changes + int(found[0]), size + int(found[1])
    return PlanAnswer(changes, size)
