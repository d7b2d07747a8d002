"""Answers a field that searches for records while somebody types: the best few of some kinds."""

from collections.abc import Callable, Sequence

from desktop.bridge.desk import Desk
from desktop.models.candidates import Candidate, Provider
from desktop.store.rows import Order, Query, Row
from desktop.store.titles import code_of, title_of

_MOST = 8


def record_provider(
    desk: Desk,
    kinds: Sequence[str],
    *,
    workspace: bytes | None = None,
    detail: Callable[[Row], str] | None = None,
) -> Provider:
    """Candidates whose key is the id of a record in hex; with nothing typed, the first ones by name."""

    def find(text: str) -> list[Candidate]:
        found: list[Row] = []
        place = desk.scope.workspace if workspace is None else workspace
        for kind in kinds:
            declared = desk.store.kinds[kind]
            order = (Order(declared.code_field or declared.title_field),) if not text.strip() else ()
            query = Query(
                kind, workspaces=(place,) if place else (), order=order, search=text.strip(), limit=_MOST
            )
            found += desk.reader.select(query)
        return [candidate_of(desk, row, detail=detail) for row in found[:_MOST]]

    return find


def candidate_of(desk: Desk, row: Row, *, detail: Callable[[Row], str] | None = None) -> Candidate:
    """A record as a field shows it."""
    described = detail(row) if detail is not None else _detail(desk, row)
    return Candidate(row.id.hex(), title_of(desk.reader, row), described)


def _detail(desk: Desk, row: Row) -> str:
    if row.kind == "person":
        labels = desk.store.kinds["person"].fields["role"].choice_labels
        return desk.words.t(labels.get(str(row.values.get("role") or ""), ""))
    return code_of(desk.reader, row)
