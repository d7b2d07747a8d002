"""Known faults, planted into the running product: a simulation that misses them is worth nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from hashlib import blake2b
from typing import Any, Final
from unittest.mock import patch

import loro
from sim.plan import Plan, Rates
from sim.users import Person

from sync.client import session
from sync.client.exchange import Prepared
from sync.errors import DaftarError
from sync.merge import record, texts
from sync.merge.register import Head, Register
from sync.replica.replica import Replica
from sync.server.intake import take_in
from sync.server.service import Service
from sync.server.storage import bulk

Plant = Callable[[ExitStack], None]


def lww(stack: ExitStack) -> None:
    """The fold asks nobody what its author had seen: the highest stamp wins."""

    def newest(register: Register, head: Head, _base: Any, **_: Any) -> Register:
        return Register((max((*register.heads, head), key=lambda one: (one.stamp, one.id)),))

    stack.enter_context(patch.object(record, "fold_register", newest))


def drop_ack(stack: ExitStack) -> None:
    """A laptop takes what it sent for acknowledged, although no answer came."""
    ask = session.Session._ask

    def hopeful(self: session.Session, prepared: Prepared, receipt: session.Receipt) -> Any:
        try:
            return ask(self, prepared, receipt)
        except DaftarError:
            self._local.run(lambda replica: _believe(replica, prepared))
            raise

    stack.enter_context(patch.object(session.Session, "_ask", hopeful))


def _believe(replica: Replica, prepared: Prepared) -> None:
    pushed = {push.workspace for push in prepared.request.pushes}
    for state in replica.workspaces.all():
        if state.number in pushed:
            replica.acknowledge(state.id, state.dseq, state.chain)


def reuse_peer_id(stack: ExitStack) -> None:
    """A long text is edited under a peer that belongs to the disk; a copy of the disk has the same."""
    open_document = texts.open_document
    writing: list[str] = []

    def on_this_disk(snapshot: bytes | None = None) -> loro.LoroDoc:
        document = open_document(snapshot)
        if writing:
            document.peer_id = int.from_bytes(blake2b(writing[-1].encode(), digest_size=7).digest())
        return document

    act = Person.act

    def by_somebody(self: Person, *arguments: Any) -> None:
        writing.append(self.machine.origin)
        try:
            act(self, *arguments)
        finally:
            writing.pop()

    stack.enter_context(patch.object(texts, "open_document", on_this_disk))
    stack.enter_context(patch.object(Person, "act", by_somebody))


def fold_before_lock(stack: ExitStack) -> None:
    """The server reads the records of a push, lets another one pass, and only then takes the lock."""
    take = Service._take
    fetch = bulk.SqliteBulk.fetch
    early: list[dict[tuple[str, bytes], list[Any]]] = []

    def read_early(self: Service, push: Any, workspace: bytes, *, sender: Any, caller: Any) -> Any:
        intake = take_in(push, workspace=workspace, sender=sender)
        records = [one for piece in intake.pieces for group in piece.block.groups for one in group.records]
        found: dict[tuple[str, bytes], list[Any]] = {}
        with self._storage.reading() as connection:
            for table in ("record", "document"):
                for one in records:
                    sql = f"SELECT * FROM {table} WHERE workspace_id = ? AND record_id = ?"
                    rows = connection.exec_driver_sql(sql, (intake.workspace, one)).fetchall()
                    found[table, one] = [tuple(row) for row in rows]
        self._storage.hooks.between(always=True)
        early.append(found)
        try:
            return take(self, push, workspace, sender=sender, caller=caller)
        finally:
            early.pop()

    def stale(
        self: bulk.SqliteBulk, connection: Any, table: Any, *, workspace: bytes, records: Sequence[bytes]
    ) -> Iterator[Any]:
        known: Mapping[tuple[str, bytes], list[Any]] = early[-1] if early else {}
        for one in records:
            if (table.name, one) in known:
                yield from known[table.name, one]
            else:
                yield from fetch(self, connection, table, workspace=workspace, records=[one])

    stack.enter_context(patch.object(Service, "_take", read_early))
    stack.enter_context(patch.object(bulk.SqliteBulk, "fetch", stale))


PLANTS: Final[dict[str, Plant]] = {
    "lww": lww,
    "drop-ack": drop_ack,
    "reuse-peer-id": reuse_peer_id,
    "fold-before-lock": fold_before_lock,
}


def suited(name: str, plan: Plan) -> Plan:
    """A world in which the fault has an occasion to do harm."""
    usual = replace(Rates(), server_restored=0.0, compaction=0.0, bundle=0.0, shrink=0.0, revoked=0.0)
    usual = replace(usual, decide=0.0, poison=0.0)
    calm = replace(
        plan, loss=0.0, skew=False, clocks=False, laptops=3, rates=usual.times(0.5), settle_every=6
    )
    if name == "reuse-peer-id":
        return replace(calm, clones=3, rates=replace(calm.rates, clone=0.3), only=("create", "text"))
    if name == "drop-ack":
        return replace(calm, rates=usual.times(2))
    return calm


def planted(name: str | None) -> ExitStack:
    """While this lasts the fault is there; none without a name."""
    stack = ExitStack()
    if name is not None:
        PLANTS[name](stack)
    return stack
