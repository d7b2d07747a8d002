"""Finds records while somebody types: the candidates of fields that point at other records."""

from collections.abc import Sequence

from desktop.bridge.desk import Desk
from desktop.models.candidates import Candidate, Provider
from desktop.store.rows import Order, Query, Row
from desktop.store.titles import shown_title
from sync.records import Field, FieldType

_SHOWN = 30
# These lie in each workspace anew; others may be shared by several.
_SHARED = frozenset({"programme", "workspace", "pillar", "theme", "indicator"})


def record_finder(desk: Desk, targets: Sequence[str], *, workspace: bytes | None = None) -> Provider:
    """Candidates among the records of some kinds, in one workspace or the one the top bar has chosen."""

    def find(text: str) -> list[Candidate]:
        found: list[Candidate] = []
        place = desk.scope.workspace if workspace is None else workspace
        for kind in targets:
            found += [_candidate(desk, row) for row in _rows(desk, kind, text, workspace=place)]
        return found[:_SHOWN]

    return find


def finder_of(desk: Desk, field: Field) -> Provider:
    """Candidates of a declared reference; of one without targets nothing can be found."""
    return record_finder(desk, field.targets)


def _rows(desk: Desk, kind: str, text: str, *, workspace: bytes) -> list[Row]:
    inside = (workspace,) if workspace and kind not in _SHARED else ()
    declared = desk.store.kinds[kind]
    title = declared.fields[declared.title_field]
    order = (Order(title.name),) if title.type is FieldType.TEXT else ()
    return desk.reader.select(Query(kind, workspaces=inside, order=order, search=text.strip(), limit=_SHOWN))


def _candidate(desk: Desk, row: Row) -> Candidate:
    kind = desk.store.kinds[row.kind]
    title = row.values.get(kind.title_field)
    code = row.values.get(kind.code_field) if kind.code_field else None
    shown = row.id.hex()[:8]
    if isinstance(title, str):
        shown = shown_title(row, desk.words.language, base=kind.title_field)
    return Candidate(row.id.hex(), shown, str(code or ""))
