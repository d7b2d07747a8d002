"""Workplans: rows become results, activities, people, organisations and budget lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from desktop.exchange.activities import ActivityReader
from desktop.exchange.building import Builder, Draft
from desktop.exchange.existing import fold_code
from desktop.exchange.folding import fold, listed
from desktop.exchange.kinds import RESULT_COLUMNS
from desktop.exchange.planned import Ref, Severity
from desktop.exchange.recognise import Column, Table
from desktop.exchange.sections import Heading, parent_codes, read_title, starts_with_note_word
from desktop.exchange.tables import Reader
from desktop.exchange.terms import LEVEL_CODES
from desktop.exchange.totals import Totals

_RANK = {"impact": 0, "other": 1, "outcome": 2, "output": 3}
_ITEM_FIELDS = frozenset(
    listed("lead partners start end actual_start actual_end status progress tick timeframe deliverable")
)


@dataclass(slots=True)
class WorkplanReader:
    """Reads one workplan table from top to bottom."""

    table: Table
    builder: Builder
    reader: Reader
    totals: Totals
    activities: ActivityReader
    current: Ref | bytes | None = None
    stack: list[tuple[int, Ref | bytes]] = field(default_factory=list)
    above: dict[str, str] = field(default_factory=dict)
    parents: frozenset[str] = frozenset()
    last: Draft | None = None
    last_item: int = -1
    bold_share: float = -1.0

    @classmethod
    def of(cls, table: Table, builder: Builder) -> WorkplanReader:
        reader = Reader(table, builder)
        totals = Totals(reader)
        return cls(table, builder, reader, totals, ActivityReader.of(reader, totals))

    def read(self) -> None:
        """All rows, then the checks that need all rows."""
        self.parents = self._codes_above_others()
        self.last_item = self._find_last_item()
        for row in range(self.table.first, self.table.last + 1):
            if any(True for _ in self.table.row(row)):
                self._read_row(row)
        self.totals.judge()
        self.reader.tell_columns("notes")

    def _read_row(self, row: int) -> None:
        sheet = self.table.sheet
        columns = [column for column, _ in self.table.row(row)]
        if self.reader.is_header_again(row):
            self.builder.structure(sheet, row, columns)
        elif self.totals.is_total_row(row):
            self.totals.state(row)
        elif (heading := self._section(row)) is not None:
            self._open_section(row, heading)
        elif self._is_note(row):
            self._list_note(row)
        else:
            self._read_item(row)

    # Which row is what

    def _codes_above_others(self) -> frozenset[str]:
        """Codes that stand above other codes of the code column: 1.1 where there is 1.1.1."""
        column = self.table.column("code")
        if column is None:
            return frozenset()
        codes = {fold_code(cell.shown) for _, cell in self.table.cells(column)}
        above = {fold_code(parent) for code in codes for parent in parent_codes(code)}
        return frozenset(codes & above)

    def _find_last_item(self) -> int:
        title = self.table.column("activity")
        assert title is not None
        return max((row for row, _ in self.table.cells(title)), default=self.table.last)

    def _section(self, row: int) -> Heading | None:
        """The heading of a row that stands over other rows."""
        sheet, band = self.table.sheet, self.table.band
        cells = list(self.table.row(row))
        first, cell = cells[0]
        merge = sheet.merges.get((row, first))
        wide = merge is not None and merge.width >= max(3, (band.right - band.left + 1) // 2)
        texts = [one for _, one in cells if isinstance(one.value, str)]
        if wide and len(texts) == 1:
            if starts_with_note_word(cell.shown) or row > self.last_item:
                return None
            heading = read_title(cell.shown, bare_numbers=True)
            return heading if heading.type != "activity" else None
        return self._narrow_section(row, first, len(texts))

    def _narrow_section(self, row: int, first: int, texts: int) -> Heading | None:
        """Sections that are not merged: a lone text, a code above other codes, a level that says so."""
        cells = dict(self.table.row(row))
        fields = {column.index: column.field for column in self.table.columns}
        if any(fields.get(column) in _ITEM_FIELDS for column in cells):
            return None
        by_level = self._by_level(row)
        if by_level is not None:
            return by_level
        title = self.table.column("activity")
        assert title is not None
        text = cells[title.index].shown if title.index in cells else ""
        code_column = self.table.column("code")
        code = cells[code_column.index].shown if code_column and code_column.index in cells else ""
        levelled = read_title(code) if text and code else None
        if levelled is not None and levelled.type not in {None, "activity"}:
            return Heading(read_title(text).title, levelled.code, levelled.type, levelled.level)
        if text and code and fold_code(code) in self.parents:
            heading = read_title(text)
            return Heading(heading.title, code.strip(" ."), heading.type, heading.level)
        lone = cells[first].shown
        if text and len(cells) == 1 and self._is_bold_section(row):
            return read_title(text, bare_numbers=True)
        if text and not code and texts <= 2:
            heading = read_title(text)
            return (
                heading if heading.type not in {None, "activity"} and (heading.code or texts == 1) else None
            )
        if texts == 1 and first != title.index and fields.get(first) not in RESULT_COLUMNS:
            heading = read_title(lone, bare_numbers=True)
            known = heading.type not in {None, "activity"} or (
                heading.code is not None and heading.title != lone
            )
            return heading if known and not starts_with_note_word(lone) else None
        return None

    def _is_bold_section(self, row: int) -> bool:
        """A lone bold title over plain ones."""
        title = self.table.column("activity")
        assert title is not None
        if not self.table.sheet.at(row, title.index).bold or row >= self.last_item:
            return False
        if self.bold_share < 0:
            cells = [cell for _, cell in self.table.cells(title)]
            self.bold_share = sum(cell.bold for cell in cells) / max(1, len(cells))
        return self.bold_share <= 0.4

    def _by_level(self, row: int) -> Heading | None:
        column = self.table.column("level")
        title = self.table.column("activity")
        if column is None or title is None:
            return None
        word = self.table.sheet.at(row, column.index).shown
        type_ = LEVEL_CODES.get(fold(word)) or LEVEL_CODES.get(fold(word.rstrip("s")))
        text = self.table.sheet.at(row, title.index).shown
        if type_ in {None, "activity"} or not text:
            return None
        heading = read_title(text)
        code_column = self.table.column("code")
        code = self.table.sheet.at(row, code_column.index).shown.strip(" .") if code_column else ""
        return Heading(heading.title, code or heading.code, type_, word)

    def _is_note(self, row: int) -> bool:
        cells = list(self.table.row(row))
        title = self.table.column("activity")
        assert title is not None
        texts = [cell for _, cell in cells if isinstance(cell.value, str)]
        if len(cells) > 2 or not texts:
            return False
        if starts_with_note_word(texts[0].shown):
            return True
        lone = len(cells) == 1
        return lone and (cells[0][0] != title.index or (row > self.last_item and len(texts[0].shown) > 0))

    def _list_note(self, row: int) -> None:
        for column, _ in self.table.row(row):
            self.builder.problem("note_row", sheet=self.table.sheet, row=row, column=column)

    # Results

    def _open_section(self, row: int, heading: Heading) -> None:
        sheet = self.table.sheet
        for column, cell in self.table.row(row):
            if isinstance(cell.value, str):
                self.builder.used(sheet, row, column)
            elif any(column == one.index for one in self.totals.summed_columns()):
                continue
            elif column == getattr(self.table.column("code"), "index", None):
                self.builder.used(sheet, row, column)
        if heading.type is None:
            self.builder.problem("level_not_said", sheet=sheet, row=row, read=heading.title)
        rank = _RANK.get(heading.type or "output", 3)
        made = self.builder.result(
            code=heading.code,
            title=heading.title,
            sheet=sheet,
            row=row,
            kind_of=heading.type,
            level=heading.level,
        )
        while self.stack and (self.stack[-1][0] >= rank or heading.type is None):
            self.stack.pop()
        if self.stack:
            nest(self.builder, made, under=self.stack[-1][1])
        self.stack.append((rank, made))
        self.current = made
        self.totals.sections.append(row)
        self.totals.state(row, section=True)
        self.above.clear()
        self.last = self.activities.upper = None

    def _result_of(self, row: int) -> Ref | bytes | None:
        """The result that the row's own columns name, blank meaning the same as above."""
        found: Ref | bytes | None = None
        changed = False
        for name in RESULT_COLUMNS:
            column = self.table.column(name)
            if column is None:
                continue
            text = self.reader.text_of(row, column)
            if text:
                changed = True
                self.above[name] = text
            elif changed:
                self.above.pop(name, None)
            text = self.above.get(name, "")
            if text:
                found = self._column_result(row, column, text, under=found)
        return found or self.current

    def _column_result(
        self, row: int, column: Column, text: str, *, under: Ref | bytes | None
    ) -> Ref | bytes:
        heading = read_title(" ".join(text.split()), bare_numbers=True)
        code_column = self.table.column("result_code")
        code = self.reader.text_of(row, code_column) if code_column and heading.code is None else ""
        type_ = heading.type if heading.type not in {None, "activity"} else None
        level = heading.level
        if type_ is None:
            type_, level = column_level(column)
        made = self.builder.result(
            code=heading.code or code or None,
            title=heading.title,
            sheet=self.table.sheet,
            row=row,
            kind_of=type_,
            level=level,
        )
        if under is not None:
            nest(self.builder, made, under=under)
        return made

    # Items

    def _read_item(self, row: int) -> None:
        title_column = self.table.column("activity")
        assert title_column is not None
        result = self._result_of(row)
        shared = self.reader.shares_cell_above(row, title_column)
        title = "" if shared else self.reader.text_of(row, title_column)
        if title:
            self.last = self.activities.read(row, title, result=result)
        elif (sub := self.activities.read_sub(row, result=result)) is not None:
            self.last = sub
        elif self.last is not None and (shared or self._has_money(row)):
            self.activities.read_more(row, self.last)
        else:
            self._list_untitled(row)

    def _has_money(self, row: int) -> bool:
        names = {"budget", "spent", "quantity", "unit_cost", "budget_part", "revised", "committed"}
        return any(
            column.field in names and isinstance(self.table.sheet.at(row, column.index).value, Decimal | str)
            for column in self.table.columns
        )

    def _list_untitled(self, row: int) -> None:
        """A row that says something but names no activity."""
        for column, cell in self.table.row(row):
            if cell.shown:
                self.builder.problem(
                    "row_without_title",
                    sheet=self.table.sheet,
                    row=row,
                    column=column,
                    severity=Severity.ERROR,
                )


def column_level(column: Column) -> tuple[str | None, str]:
    """The type and the name of the level that a column of results is headed with."""
    if column.field != "result":
        return column.field, column.label
    type_ = read_title(column.label).type
    return (type_, column.label) if type_ == "other" else (None, "")


def nest(builder: Builder, made: Ref | bytes, *, under: Ref | bytes) -> None:
    """Put a result under the one it stands below, unless their codes say otherwise."""
    if not isinstance(made, Ref) or made == under:
        return
    draft = builder.drafts[made.key]
    code = draft.values.get("code")
    above = builder.drafts[under.key].values.get("code") if isinstance(under, Ref) else None
    if code and above and fold_code(str(above)) not in {fold_code(one) for one in parent_codes(str(code))}:
        return
    if draft.parent is None:
        draft.parent = under


def link_results(builder: Builder) -> None:
    """Give results without a parent the one their code names, if the file or the workspace has it."""
    results = [draft for draft in builder.drafts.values() if draft.kind == "result"]
    by_code = {fold_code(str(draft.values["code"])): draft for draft in results if draft.values.get("code")}
    for draft in results:
        code = draft.values.get("code")
        if draft.parent is not None or not code:
            continue
        for above in parent_codes(str(code)):
            known = by_code.get(fold_code(above))
            if known is not None and known is not draft:
                draft.parent = Ref(known.key)
                break
            existing = builder.existing.find("result", code=above)
            if existing is not None:
                draft.parent = existing
                break
