"""Computes the simple formulas of a sheet whose program stored no results beside them.

Only what workplans are made of: + - * / and brackets, percent, references, and SUM, SUBTOTAL, PRODUCT,
ROUND. Everything else is said to be unreadable, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException, localcontext

from desktop.exchange.amounts import plain_number
from desktop.exchange.cells import Cell, Sheet, Workbook, column_index, column_letter, number_text

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)
    | (?P<text>"(?:[^"]|"")*")
    | (?P<ref>(?:(?:'(?:[^']|'')+'|[\w.]+)!)?
        \$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?(?![\w(]))
    | (?P<name>[A-Za-z_][\w.]*)
    | (?P<sign>[-+*/(),%;])
    )""",
    re.VERBOSE,
)
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_RELATIVE = re.compile(
    r"(\"(?:[^\"]|\"\")*\"|'(?:[^']|'')+'!)|(?<![\w.$])(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(?![\w(])"
)
_DEPTH = 60
_STEPS = 500_000
_CONTEXT = Context(prec=28, Emax=30, Emin=-30)


Place = tuple[str, int, int]
"""Sheet, row and column."""


class FormulaProblem(Exception):  # noqa: N818 - it becomes a problem in the list
    """Why a formula has no value: `code` is one of the problem codes of an import."""

    def __init__(self, code: str, part: str = "") -> None:
        super().__init__(code)
        self.code, self.part = code, part


class _TooDeep(Exception):  # noqa: N818 - the cell it names is computed first, then all is tried again
    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.place = place


def shift(formula: str, *, rows: int, columns: int) -> str:
    """A shared formula as it stands some rows and columns away from where it was written."""

    def moved(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        column, row = match[3], match[5]
        if not match[2]:
            column = column_letter(max(0, column_index(column) + columns))
        if not match[4]:
            row = str(max(1, int(row) + rows))
        return f"{match[2]}{column}{match[4]}{row}"

    return _RELATIVE.sub(moved, formula)


def _tokens(formula: str) -> list[tuple[str, str]]:
    found, place, text = [], 0, formula.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if not match or not match.lastgroup:
            raise FormulaProblem("formula_unreadable", text[place : place + 12])
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found


@dataclass(slots=True)
class Calculator:
    """Computes formulas of one workbook, each cell once."""

    sheets: Mapping[str, Sheet]
    known: dict[Place, Decimal | FormulaProblem | None] = field(default_factory=dict)
    open: set[Place] = field(default_factory=set)
    steps: int = 0

    def cell(self, sheet: str, row: int, column: int, *, within_range: bool = False) -> Decimal | None:
        """The number in a cell; None for an empty one."""
        self.steps += 1
        if self.steps > _STEPS:
            raise FormulaProblem("formula_too_long")
        cell = self.sheets[sheet].at(row, column)
        if cell.formula is not None and cell.value is None and cell.trouble is None:
            return self._computed(sheet, row, column, cell.formula)
        return _number_of(cell, within_range=within_range)

    def settled(self, place: Place) -> Decimal | None:
        """The number in a cell at the start of a chain of any length."""
        waiting = [place]
        while True:
            try:
                value = self.cell(*waiting[-1])
            except _TooDeep as deeper:
                if deeper.place in waiting:
                    self.known[deeper.place] = FormulaProblem("formula_circular")
                else:
                    waiting.append(deeper.place)
                continue
            except FormulaProblem:
                if len(waiting) == 1:
                    raise
                value = None
            waiting.pop()
            if not waiting:
                return value

    def _computed(self, sheet: str, row: int, column: int, formula: str) -> Decimal | None:
        place = (sheet, row, column)
        if place in self.known:
            known = self.known[place]
            if isinstance(known, FormulaProblem):
                raise known
            return known
        if place in self.open:
            raise FormulaProblem("formula_circular", f"{column_letter(column)}{row + 1}")
        if len(self.open) >= _DEPTH:
            raise _TooDeep(place)
        self.open.add(place)
        try:
            self.known[place] = _Reading(self, sheet, _tokens(formula.removeprefix("="))).whole()
        except FormulaProblem as problem:
            self.known[place] = problem
            raise
        finally:
            self.open.discard(place)
        return self.known[place]  # type: ignore[return-value]  # a problem was raised above


def _number_of(cell: Cell, *, within_range: bool) -> Decimal | None:
    if cell.trouble:
        raise FormulaProblem("formula_error_cell", cell.trouble)
    if cell.value is None:
        return None
    if isinstance(cell.value, bool):
        return Decimal(cell.value)
    if isinstance(cell.value, Decimal):
        return cell.value
    if isinstance(cell.value, str):
        number = plain_number(cell.value)
        if number is not None or within_range or not cell.value.strip():
            return number
    raise FormulaProblem("formula_needs_number", cell.shown[:40])


class _Reading:
    """One formula, read from left to right."""

    def __init__(self, calculator: Calculator, sheet: str, tokens: list[tuple[str, str]]) -> None:
        self.calculator, self.sheet, self.tokens = calculator, sheet, tokens
        self.place = 0
        self.nesting = 0

    def whole(self) -> Decimal:
        with localcontext(_CONTEXT):
            try:
                value = self._sum()
                if self.place != len(self.tokens):
                    raise FormulaProblem("formula_unreadable", self.tokens[self.place][1])
                return Decimal(format(value, ".15g")) if value else Decimal(0)
            except DecimalException as trouble:
                raise FormulaProblem("formula_no_result") from trouble

    def _next(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("end", "")

    def _take(self, *signs: str) -> str | None:
        kind, text = self._next()
        if kind == "sign" and text in signs:
            self.place += 1
            return text
        return None

    def _expect(self, *signs: str) -> str:
        taken = self._take(*signs)
        if taken is None:
            raise FormulaProblem("formula_unreadable", self._next()[1])
        return taken

    def _sum(self) -> Decimal:
        value = self._product()
        while sign := self._take("+", "-"):
            other = self._product()
            value = value + other if sign == "+" else value - other
        return value

    def _product(self) -> Decimal:
        value = self._signed()
        while sign := self._take("*", "/"):
            other = self._signed()
            if sign == "/" and not other:
                raise FormulaProblem("formula_divides_by_zero")
            value = value * other if sign == "*" else value / other
        return value

    def _signed(self) -> Decimal:
        negative = False
        while sign := self._take("+", "-"):
            negative ^= sign == "-"
        value = self._atom()
        while self._take("%"):
            value /= 100
        return -value if negative else value

    def _atom(self) -> Decimal:
        kind, text = self._next()
        self.place += 1
        if kind == "number":
            return Decimal(text)
        if kind == "ref" and ":" not in text:
            sheet, row, column = self._locate(text)
            return self.calculator.cell(sheet, row, column) or Decimal(0)
        if kind == "text":
            number = plain_number(text[1:-1])
            if number is not None:
                return number
        if kind == "sign" and text == "(":
            return self._nested(self._sum_then_close)
        if kind == "name" and text.upper() in _FUNCTIONS:
            return self._nested(lambda: self._call(text.upper()))
        raise FormulaProblem("formula_unreadable", text)

    def _nested(self, inner: object) -> Decimal:
        self.nesting += 1
        if self.nesting > _DEPTH:
            raise FormulaProblem("formula_too_long")
        assert callable(inner)
        value = inner()
        self.nesting -= 1
        assert isinstance(value, Decimal)
        return value

    def _sum_then_close(self) -> Decimal:
        value = self._sum()
        self._expect(")")
        return value

    def _call(self, name: str) -> Decimal:
        self._expect("(")
        arguments = [list(self._argument())]
        while self._expect(",", ";", ")") != ")":
            arguments.append(list(self._argument()))
        return _FUNCTIONS[name](arguments)

    def _argument(self) -> Iterator[Decimal]:
        kind, text = self._next()
        if kind == "ref" and ":" in text:
            self.place += 1
            first, _, last = text.rpartition(":")
            sheet, top, left = self._locate(first)
            _, bottom, right = self._locate(last)
            bottom = min(bottom, self.calculator.sheets[sheet].height - 1)
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    value = self.calculator.cell(sheet, row, column, within_range=True)
                    if value is not None:
                        yield value
        else:
            yield self._sum()

    def _locate(self, reference: str) -> tuple[str, int, int]:
        book, _, cell = reference.rpartition("!")
        sheet = book.strip("'").replace("''", "'") if book else self.sheet
        match = _CELL.fullmatch(cell)
        if sheet not in self.calculator.sheets or not match:
            raise FormulaProblem("formula_unreadable", reference)
        return sheet, int(match[2]) - 1, column_index(match[1].upper())


def _round(arguments: list[list[Decimal]]) -> Decimal:
    if len(arguments) != 2 or len(arguments[0]) != 1 or len(arguments[1]) != 1:
        raise FormulaProblem("formula_unreadable", "ROUND")
    return arguments[0][0].quantize(Decimal(1).scaleb(-int(arguments[1][0])), rounding=ROUND_HALF_UP)


def _subtotal(arguments: list[list[Decimal]]) -> Decimal:
    if arguments[0] not in ([Decimal(9)], [Decimal(109)]):
        raise FormulaProblem("formula_unreadable", "SUBTOTAL")
    return _sum_all(arguments[1:])


def _sum_all(arguments: list[list[Decimal]]) -> Decimal:
    return sum((value for values in arguments for value in values), Decimal(0))


def _product_all(arguments: list[list[Decimal]]) -> Decimal:
    result = Decimal(1)
    for values in arguments:
        for value in values:
            result *= value
    return result


_FUNCTIONS = {"SUM": _sum_all, "SUBTOTAL": _subtotal, "PRODUCT": _product_all, "ROUND": _round}


def settle(book: Workbook) -> None:
    """Give every formula without a stored result its value, or the code of why it has none."""
    calculator = Calculator({sheet.name: sheet for sheet in book.sheets})
    for sheet in book.sheets:
        for row, line in enumerate(sheet.cells):
            for column, cell in enumerate(line):
                if cell.formula is not None and cell.value is None and cell.trouble is None:
                    line[column] = _settled_cell(calculator, (sheet.name, row, column), cell)


def _settled_cell(calculator: Calculator, place: Place, cell: Cell) -> Cell:
    try:
        value = calculator.settled(place)
    except FormulaProblem as problem:
        return cell._replace(trouble=problem.code, shown=cell.formula or "=")
    number = value or Decimal(0)
    shown = f"{number_text(number * 100)}%" if cell.percent else number_text(number)
    return cell._replace(value=number, shown=shown)
