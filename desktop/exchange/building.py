"""Collects records and problems while a file is read, and proves that no filled cell was forgotten."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from desktop.exchange.cells import Cell, Sheet, column_letter
from desktop.exchange.existing import fold_code
from desktop.exchange.folding import fold, squash
from desktop.exchange.planned import (
    Existing,
    ImportPlan,
    PlannedRecord,
    Problem,
    Ref,
    Severity,
    Source,
    TableSummary,
)
from sync.records import KINDS, FieldProblem, Kind, Value
from sync.records.order import spread
from sync.records.syntax import BAD_CHARACTERS

_QUOTED = 200
_CONTROLS = re.compile(f"[{BAD_CHARACTERS}\t\u2028\u2029\ud800-\udfff]")
_ANY_ID = bytes(16)


@dataclass(slots=True)
class Draft:
    """A record that is still being put together."""

    kind: str
    key: str
    source: Source
    values: dict[str, Value] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    """Field -> column it was read from."""
    parent: Ref | bytes | None = None


class Builder:
    """The growing plan of one file."""

    def __init__(self, *, existing: Existing, today_year: int, file_name: str) -> None:
        self.existing, self.today_year, self.file_name = existing, today_year, file_name
        self.drafts: dict[str, Draft] = {}
        self.problems: list[Problem] = []
        self.tables: list[TableSummary] = []
        self._imported: dict[str, set[tuple[int, int]]] = {}
        self._structure: dict[str, set[tuple[int, int]]] = {}
        self._listed: dict[str, set[tuple[int, int]]] = {}

    # Where every cell went

    def used(self, sheet: Sheet, row: int, column: int) -> None:
        """The cell's content is in the plan."""
        self._imported.setdefault(sheet.name, set()).add((row, column))

    def is_used(self, sheet: Sheet, row: int, column: int) -> bool:
        """Whether a reader took the cell's content, or listed it."""
        place = (row, column)
        return place in self._imported.get(sheet.name, ()) or place in self._listed.get(sheet.name, ())

    def structure(self, sheet: Sheet, row: int, columns: Iterable[int]) -> None:
        """The cells are headers, banners or checked totals."""
        self._structure.setdefault(sheet.name, set()).update((row, column) for column in columns)

    def problem(
        self,
        code: str,
        *,
        sheet: Sheet,
        row: int | None = None,
        column: int | None = None,
        read: str | None = None,
        severity: Severity = Severity.NOTE,
        **params: str | int,
    ) -> None:
        """List something; with row and column, the cell counts as listed."""
        if row is not None and column is not None:
            self._listed.setdefault(sheet.name, set()).add((row, column))
            read = sheet.at(row, column).shown if read is None else read
        letter = None if column is None else column_letter(column)
        text = squash(read or "")
        text = text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"
        number = None if row is None else row + 1
        self.problems.append(Problem(sheet.name, number, letter, text, code, dict(params), severity))

    def account(self, sheet: Sheet) -> Counter[str]:
        """Every filled cell of a sheet as imported, structure or listed; forgotten ones become listed."""
        imported = self._imported.get(sheet.name, set())
        structure = self._structure.get(sheet.name, set())
        counts: Counter[str] = Counter()
        for row in range(sheet.height):
            for column, _cell in sheet.row(row):
                place = (row, column)
                if place in imported:
                    counts["imported"] += 1
                elif place in structure:
                    counts["structure"] += 1
                else:
                    if place not in self._listed.get(sheet.name, set()):
                        self.problem(
                            "cell_not_placed", sheet=sheet, row=row, column=column, severity=Severity.WARNING
                        )
                    counts["listed"] += 1
        return counts

    # Records

    def add(self, kind: str, key: str, *, sheet: Sheet, row: int) -> Draft:
        """A new record; the key is made unique if it is taken."""
        free, number = key, 2
        while free in self.drafts:
            free, number = f"{key}#{number}", number + 1
        draft = Draft(kind, free, Source(sheet.name, row + 1))
        self.drafts[free] = draft
        return draft

    def put(self, draft: Draft, name: str, value: Value, *, column: int | None = None) -> None:
        """Set a field that was not set yet."""
        if value is not None and name not in draft.values:
            draft.values[name] = value
            if column is not None:
                draft.places[name] = column

    def append_text(self, draft: Draft, name: str, text: str) -> None:
        """Add a paragraph to a text field."""
        before = draft.values.get(name)
        draft.values[name] = f"{before}\n{text}" if before else text

    def named(self, kind: str, name: str, *, sheet: Sheet, row: int) -> Ref | bytes:
        """The person, organisation or place of that name: one that exists, or one planned once."""
        found = self.existing.find(kind, name=name)
        if found is not None:
            return found
        key = f"{kind}:{fold(name)}"
        if key not in self.drafts:
            draft = self.add(kind, key, sheet=sheet, row=row)
            draft.values["name"] = name
        return Ref(key)

    def result(
        self,
        *,
        code: str | None,
        title: str,
        sheet: Sheet,
        row: int,
        kind_of: str | None = None,
        level: str = "",
    ) -> Ref | bytes:
        """The result with that code and title: one that exists, or one planned once."""
        found = self.existing.find("result", name=title, code=code or "")
        if found is not None:
            return found
        key = f"result:{fold_code(code)}" if code else f"result:{fold(title)}"
        known = self.drafts.get(key)
        if known is not None and fold(str(known.values.get("title", ""))) != fold(title):
            key = f"{key}:{fold(title)}"
            if key not in self.drafts:
                self.problem(
                    "code_used_twice",
                    sheet=sheet,
                    row=row,
                    read=f"{code} {title}",
                    severity=Severity.WARNING,
                    used=str(code),
                    first=str(known.values["title"]),
                )
            known = self.drafts.get(key)
        if known is None:
            known = self.add("result", key, sheet=sheet, row=row)
        self.put(known, "title", title or None)
        self.put(known, "code", code)
        self.put(known, "type", kind_of if kind_of in KINDS["result"].fields["type"].choices else None)
        self.put(known, "level", level or None)
        return Ref(known.key)

    # The end

    def finish(self, *, name: str, fingerprint: str, cells: Counter[str]) -> ImportPlan:
        """The plan, its records checked field by field as the store would check them."""
        self._give_positions()
        records = [record for draft in self.drafts.values() if (record := self._checked(draft)) is not None]
        known = {record.key for record in records}
        order = {severity: place for place, severity in enumerate(Severity)}
        self.problems.sort(key=lambda problem: (order[problem.severity], problem.row or 0))
        return ImportPlan(
            name=name,
            fingerprint=fingerprint,
            records=tuple(_without_lost_references(record, known) for record in records),
            problems=tuple(self.problems),
            tables=tuple(self.tables),
            cells=dict(cells),
        )

    def _give_positions(self) -> None:
        siblings: dict[tuple[str, str | bytes | None], list[Draft]] = {}
        for draft in self.drafts.values():
            if "position" in KINDS[draft.kind].fields:
                parent = draft.parent.key if isinstance(draft.parent, Ref) else draft.parent
                siblings.setdefault((draft.kind, parent), []).append(draft)
        for (kind, parent), drafts in siblings.items():
            last = None if isinstance(parent, str) else self.existing.last_key(kind, parent)
            for draft, key in zip(drafts, spread(len(drafts), last), strict=True):
                draft.values["position"] = [draft.parent, key]

    def _checked(self, draft: Draft) -> PlannedRecord | None:
        kind = KINDS[draft.kind]
        self._shorten_title(draft, kind)
        problems = kind.check(_without_refs(draft.values))
        for problem in problems:
            self._refuse(draft, kind, problem)
        # A field that was refused may have been required, alone or by a rule over several fields.
        if problems and kind.check(_without_refs(draft.values)):
            return None
        return PlannedRecord(draft.kind, draft.key, draft.values, draft.source)

    def _shorten_title(self, draft: Draft, kind: Kind) -> None:
        field_ = kind.fields[kind.title_field]
        title, limit = draft.values.get(kind.title_field), field_.max_length
        if isinstance(title, str) and limit and len(title) > limit:
            draft.values[kind.title_field] = title[: limit - 1] + "…"
            if "description" in kind.fields:
                self.append_text(draft, "description", title)
            self._list_draft(draft, kind.title_field, "title_shortened", title, Severity.WARNING)

    def _refuse(self, draft: Draft, kind: Kind, problem: FieldProblem) -> None:
        read = str(draft.values.pop(problem.field, ""))
        if problem.code == "end_before_start":
            start = problem.params["start"]
            self._list_draft(draft, problem.field, problem.code, read, Severity.ERROR, start=start)
            return
        label = kind.fields[problem.field].label if problem.field in kind.fields else problem.field
        params = {"field": label, "refused": problem.code}
        self._list_draft(draft, problem.field, "value_refused", read, Severity.ERROR, **params)

    def _list_draft(
        self, draft: Draft, name: str, code: str, read: str, severity: Severity, **params: str | int
    ) -> None:
        column = draft.places.get(name)
        letter = None if column is None else column_letter(column)
        text = read if len(read) <= _QUOTED else read[: _QUOTED - 1] + "…"
        self.problems.append(
            Problem(draft.source.sheet, draft.source.row, letter, text, code, params, severity)
        )


def plain_text(cell: Cell) -> str:
    """The text of a cell without characters that no record can carry; line breaks are kept."""
    text = _CONTROLS.sub(" ", cell.shown)
    if "\n" not in text:
        return squash(text)
    lines = [squash(line) for line in text.split("\n")]
    return "\n".join(line for line in lines if line)


def _without_refs(values: dict[str, Value]) -> dict[str, Value]:
    """The values with an id in place of every reference inside the plan, for checking."""
    plain: dict[str, Value] = {}
    for name, value in values.items():
        if isinstance(value, Ref):
            plain[name] = _ANY_ID
        elif isinstance(value, list) and name == "position":
            plain[name] = [_ANY_ID if isinstance(value[0], Ref) else value[0], value[1]]
        elif isinstance(value, list) and any(isinstance(member, Ref | bytes) for member in value):
            plain[name] = [number.to_bytes(16, "big") for number in range(len(value))]
        else:
            plain[name] = value
    return plain


def _without_lost_references(record: PlannedRecord, known: set[str]) -> PlannedRecord:
    """The record without references to planned records that were refused."""

    def lost(value: Value) -> bool:
        return isinstance(value, Ref) and value.key not in known

    if not any(
        lost(value) or (isinstance(value, list) and any(map(lost, value))) for value in record.values.values()
    ):
        return record
    values: dict[str, Value] = {}
    for name, value in record.values.items():
        if name == "position":
            values[name] = [None if lost(value[0]) else value[0], value[1]]
        elif isinstance(value, list):
            values[name] = [member for member in value if not lost(member)]
        elif not lost(value):
            values[name] = value
    return PlannedRecord(record.kind, record.key, values, record.source)
