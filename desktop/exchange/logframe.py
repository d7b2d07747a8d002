"""Logframes: rows become results, indicators with their baselines, and targets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from desktop.exchange.building import Builder, Draft, plain_text
from desktop.exchange.cells import Cell
from desktop.exchange.existing import fold_code
from desktop.exchange.figures import FigureReader
from desktop.exchange.folding import fold, squash
from desktop.exchange.kinds import RESULT_COLUMNS
from desktop.exchange.measures import Measures
from desktop.exchange.planned import Ref, Severity
from desktop.exchange.recognise import Column, Table
from desktop.exchange.sections import Heading, read_title, starts_with_note_word
from desktop.exchange.tables import Reader
from desktop.exchange.terms import CUMULATION_CODES, LEVEL_CODES
from desktop.exchange.workplan import column_level, nest
from sync.records import KINDS, FieldProblem

_RANK = {"impact": 0, "other": 1, "outcome": 2, "output": 3}
_TEXTS = {
    "mov": "means_of_verification",
    "method": "method",
    "definition": "definition",
    "lead": "responsible_role",
    "comments": "notes",
}
_LISTED = re.compile(r"^\s*(?:[-–—*•▪]|\d{1,2}(?:\.\d{1,2}){0,4}[.):]?)\s+\S")


@dataclass(slots=True)
class LogframeReader:
    """Reads one logframe table from top to bottom."""

    table: Table
    builder: Builder
    measures: Measures
    reader: Reader
    figures: FigureReader
    current: Ref | bytes | None = None
    above: dict[str, Ref | bytes] = field(default_factory=dict)
    stack: list[tuple[int, Ref | bytes]] = field(default_factory=list)
    level: str | None = None

    @classmethod
    def of(cls, table: Table, builder: Builder, measures: Measures) -> LogframeReader:
        reader = Reader(table, builder)
        return cls(table, builder, measures, reader, FigureReader(reader, measures))

    def read(self) -> None:
        for row in range(self.table.first, self.table.last + 1):
            cells = list(self.table.row(row))
            if not cells:
                continue
            if self.reader.is_header_again(row):
                self.builder.structure(self.table.sheet, row, [column for column, _ in cells])
            elif self._is_note(row, cells):
                for column, _ in cells:
                    self.builder.problem("note_row", sheet=self.table.sheet, row=row, column=column)
            elif (heading := self._section(row, cells)) is not None:
                for column, _ in cells:
                    self.builder.used(self.table.sheet, row, column)
                self._open(row, heading)
            else:
                self._read_row(row)
        self.reader.tell_columns("notes")

    # Results

    def _is_note(self, row: int, cells: list[tuple[int, Cell]]) -> bool:
        if len(cells) > 1 or not isinstance(cells[0][1].value, str):
            return False
        if starts_with_note_word(cells[0][1].shown):
            return True
        column = next((one for one in self.table.columns if one.index == cells[0][0]), None)
        known = {"indicator", "level", *RESULT_COLUMNS}
        merged = (row, cells[0][0]) in self.table.sheet.merges
        heading = read_title(cells[0][1].shown)
        return (
            not merged
            and heading.type is None
            and heading.code is None
            and (column is None or column.field not in known)
        )

    def _section(self, row: int, cells: list[tuple[int, Cell]]) -> Heading | None:
        """A row that only names a result: merged over the table, or a lone text with a level or code."""
        if len(cells) != 1 or not isinstance(cells[0][1].value, str):
            return None
        index, cell = cells[0]
        merge = self.table.sheet.merges.get((row, index))
        heading = read_title(" ".join(cell.shown.split()), bare_numbers=True)
        if merge is not None and merge.width >= max(
            3, (self.table.band.right - self.table.band.left + 1) // 2
        ):
            return heading
        column = next((one for one in self.table.columns if one.index == index), None)
        placed = column is not None and column.field in {*RESULT_COLUMNS, "indicator"}
        return heading if not placed and (heading.type or heading.code) else None

    def _open(self, row: int, heading: Heading) -> Ref | bytes:
        made = self.builder.result(
            code=heading.code, title=heading.title, sheet=self.table.sheet, row=row, kind_of=heading.type,
            level=heading.level,
        )  # fmt: skip
        rank = _RANK.get(heading.type or "output", 3)
        while self.stack and self.stack[-1][0] >= rank:
            self.stack.pop()
        if self.stack:
            nest(self.builder, made, under=self.stack[-1][1])
        self.stack.append((rank, made))
        self.current = made
        self.above.clear()
        return made

    def _result(self, row: int) -> tuple[Ref | bytes | None, bool]:
        """The result of a row and whether the row itself names it."""
        named = False
        for name in RESULT_COLUMNS:
            column = self.table.column(name)
            if column is None or self.reader.shares_cell_above(row, column):
                continue
            text = " ".join(self.reader.text_of(row, column).split())
            if text:
                named = True
                self._open(row, self._heading(row, column, text))
        return self.current, named

    def _heading(self, row: int, column: Column, text: str) -> Heading:
        heading = read_title(text, bare_numbers=True)
        level_column = self.table.column("level")
        word = self.reader.text_of(row, level_column) if level_column else ""
        levelled = read_title(word) if word else None
        type_ = LEVEL_CODES.get(fold(word)) or (levelled.type if levelled else None) or heading.type
        own_level = ""
        if type_ is None:
            type_, own_level = column_level(column)
        if word and type_ is None and level_column is not None:
            self.reader.tell("level_not_understood", row, level_column)
        code = heading.code or (levelled.code if levelled and levelled.type else None)
        for name in ("result_code", "code"):
            code_column = self.table.column(name)
            if (
                code is None
                and code_column is not None
                and not (name == "code" and self._codes_are_indicators())
            ):
                code = self.reader.text_of(row, code_column).strip(" .") or None
        level = word or heading.level or own_level
        return Heading(heading.title, code, type_ if type_ != "activity" else None, level)

    def _codes_are_indicators(self) -> bool:
        """The code column numbers the indicators when it goes on where the result's cell is blank."""
        column = self.table.column("code")
        results = [one for name in RESULT_COLUMNS for one in self.table.all(name)]
        if column is None or not results:
            return True
        own = with_result = 0
        for row, _ in self.table.cells(column):
            named = any(self.table.sheet.at(row, one.index).shown for one in results)
            own += not named
            with_result += named
        return own > 0 and with_result > 0

    # Indicators

    def _read_row(self, row: int) -> None:
        if self._level_type(row) == "activity" and self._read_activity(row):
            return
        result, named = self._result(row)
        self._read_level(row, named=named)
        column = self.table.column("indicator")
        title = ""
        if column is not None and not self.reader.shares_cell_above(row, column):
            title = self.reader.text_of(row, column)
        drafts = self._make_indicators(row, title, result)
        if not drafts:
            self._read_result_only(row, result, named=named)
            return
        draft = drafts[0]
        self._put_assumptions(row, result, draft)
        self.figures.put_unit(row, draft)
        self.figures.put_baseline(row, draft)
        self.figures.put_targets(row, draft)
        self.figures.put_actuals(row, draft)
        self._put_choices(row, draft)
        self._put_texts(row, draft)

    def _level_type(self, row: int) -> str | None:
        """The level that a row belongs to, blank meaning the same as above."""
        column = self.table.column("level")
        if column is None:
            return None
        word = self.reader.cell(row, column).shown
        if word:
            self.level = read_title(word).type
        return self.level

    def _read_activity(self, row: int) -> bool:
        """A row of activities at the foot of a frame, with its means and costs as notes."""
        titles = [one for name in RESULT_COLUMNS for one in self.table.all(name)]
        column = next((one for one in titles if self.table.sheet.at(row, one.index).shown), None)
        if column is None:
            return False
        heading = read_title(" ".join(self.reader.text_of(row, column).split()))
        name = f"activity:{self.table.sheet.name}:{row + 1}"
        draft = self.builder.add("activity", name, sheet=self.table.sheet, row=row)
        self.builder.put(draft, "title", heading.title)
        self.builder.put(draft, "code", heading.code)
        for other in self.table.columns:
            text = self.reader.text_of(row, other) if other is not column else ""
            if text and other.field != "level":
                self.builder.append_text(draft, "notes", f"{other.label}: {text}")
        return True

    def _read_level(self, row: int, *, named: bool) -> None:
        column = self.table.column("level")
        if column is not None and not named and self.table.sheet.at(row, column.index).shown:
            self.reader.tell("cell_not_placed", row, column)

    def _make_indicators(self, row: int, text: str, result: Ref | bytes | None) -> list[Draft]:
        """The indicators of a cell; a list of several is cut only where no figures would be torn apart."""
        if not text:
            return []
        lines = text.splitlines()
        figures = [one for name in ("baseline", "target", "actual", "unit") for one in self.table.all(name)]
        several = len(lines) > 1 and all(map(_LISTED.match, lines))
        if not several or any(self.table.sheet.at(row, one.index).shown for one in figures):
            lines = [" ".join(lines)]
        drafts = []
        for line in lines:
            heading = read_title(re.sub(r"^\s*[-–—*•▪]\s+", "", line))
            title, code = (heading.title, heading.code) if heading.type is None else (line, None)
            draft = self.builder.add("indicator", f"indicator:{fold(title)}", sheet=self.table.sheet, row=row)
            draft.values["title"] = squash(title)
            code = self._indicator_code(row) or code
            self.builder.put(draft, "code", code)
            self.builder.put(draft, "result", result)
            self.measures.know_indicator(draft)
            drafts.append(draft)
        return drafts

    def _indicator_code(self, row: int) -> str | None:
        column = self.table.column("indicator_code")
        if column is None and self._codes_are_indicators():
            column = self.table.column("code")
        return (self.reader.text_of(row, column).strip(" .") or None) if column else None

    def _read_result_only(self, row: int, result: Ref | bytes | None, *, named: bool) -> None:
        draft = self.builder.drafts[result.key] if named and isinstance(result, Ref) else None
        if draft is not None:
            self._put_assumptions(row, result, draft)
        for column, cell in self.table.row(row):
            if self.builder.is_used(self.table.sheet, row, column):
                continue
            label = next((one.label for one in self.table.columns if one.index == column), "")
            if draft is not None and cell.trouble is None:
                self.builder.used(self.table.sheet, row, column)
                self.builder.append_text(draft, "description", f"{label}: {plain_text(cell)}")
            else:
                self.builder.problem("row_without_title", sheet=self.table.sheet, row=row, column=column,
                                     severity=Severity.ERROR)  # fmt: skip

    def _put_assumptions(self, row: int, result: Ref | bytes | None, fallback: Draft) -> None:
        """Assumptions and risks belong to the result."""
        for name in ("assumptions", "risks"):
            column = self.table.column(name)
            if column is None or self.reader.shares_cell_above(row, column):
                continue
            text = self.reader.text_of(row, column)
            if not text:
                continue
            target = self.builder.drafts[result.key] if isinstance(result, Ref) else fallback
            field_ = "assumptions" if target.kind == "result" else "notes"
            line = text if name == "assumptions" and field_ == "assumptions" else f"{column.label}: {text}"
            if line not in str(target.values.get(field_, "")):
                self.builder.append_text(target, field_, line)

    # Words

    def _put_choices(self, row: int, draft: Draft) -> None:
        for name, target in (("cumulation", "cumulation"), ("frequency", "collection_frequency")):
            column = self.table.column(name)
            text = self.reader.text_of(row, column) if column else ""
            if not text or column is None:
                continue
            code = CUMULATION_CODES.get(fold(text)) if name == "cumulation" else None
            try:
                code = code or KINDS["indicator"].fields[target].parse(text)
            except FieldProblem:
                self.reader.tell(
                    "choice_not_understood", row, column, severity=Severity.WARNING, field=column.label
                )
                self.builder.append_text(draft, "notes", f"{column.label}: {text}")
                continue
            self.builder.put(draft, target, code, column=column.index)

    def _put_texts(self, row: int, draft: Draft) -> None:
        for name, target in _TEXTS.items():
            for column in self.table.all(name):
                text = self.reader.text_of(row, column)
                if text:
                    self.builder.append_text(draft, target, text)
        for name in ("disaggregation", "description", "numerator", "denominator", "title", "activity"):
            for column in self.table.all(name):
                text = self.reader.text_of(row, column)
                if text:
                    self.builder.append_text(draft, "notes", f"{column.label}: {text}")
        code = self.table.column("code")
        if code is not None and not self.builder.is_used(self.table.sheet, row, code.index):
            text = self.reader.text_of(row, code)
            if text and fold_code(text) != fold_code(str(self._current_code())):
                self.builder.put(draft, "code", text)
        self.reader.keep_extras(draft, row, "notes")
        for text in self.reader.comments(row):
            comment = self.builder.add("comment", f"comment:{draft.key}", sheet=self.table.sheet, row=row)
            comment.values.update({"about_kind": "indicator", "about": Ref(draft.key), "text": text})
            self.builder.problem("cell_note_kept", sheet=self.table.sheet, row=row, read=text)

    def _current_code(self) -> str:
        if isinstance(self.current, Ref):
            return str(self.builder.drafts[self.current.key].values.get("code") or "")
        return ""
