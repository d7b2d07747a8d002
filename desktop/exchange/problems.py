"""What each problem of an import says to the person: what was read, what became of it, what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

from desktop.exchange.planned import Problem
from desktop.words import Words


def t(msgid: str) -> str:
    """Mark a message for translation; `explain_problem` translates it."""
    return msgid


MESSAGES: Mapping[str, str] = {
    # Sheets and rows that are left aside
    "nothing_found": t("No table of activities, indicators or values was found. Nothing would be added."),
    "sheet_empty": t("This sheet is empty."),
    "sheet_hidden": t("This sheet is hidden and was left aside. Show it in the file to bring it in."),
    "sheet_without_table": t("No table was found on this sheet. It was left aside."),
    "sheet_not_understood": t(
        "The headings of this sheet are not those of a workplan or a logframe. It was left aside."
    ),
    "ignored_cell": t("“{read}” stands on a sheet that was left aside."),
    "title_line": t("“{read}” stands above the table and was not added."),
    "outside_table": t("“{read}” stands beside the table and was not added."),
    "note_row": t("“{read}” is a note under the table and was not added."),
    "rows_hidden": t("Hidden rows were taken over too. Rows: {rows}."),
    "cell_note": t("A note is stuck to this cell: “{read}”. It was not added."),
    "cell_note_kept": t("The note stuck to this row was added as a comment: “{read}”."),
    "row_without_title": t("This row names no activity or result, so “{read}” was not added."),
    "row_without_indicator": t("This row names no indicator, so “{read}” was not added."),
    "cell_not_placed": t("“{read}” has no place in the records and was not added."),
    # Columns
    "column_kept_as_text": t(
        "No field fits the column “{read}”. What it holds was added as notes. Cells: {count}."
    ),
    "dates_doubtful": t(
        "Nothing says whether these dates put the day or the month first. They were read day first. "
        "Rows: {rows}."
    ),
    "numbers_doubtful": t(
        "Nothing says whether these numbers show thousands or decimals. They were read as thousands. "
        "Rows: {rows}."
    ),
    "year_assumed": t("No year is named for these columns. They were read as {year}."),
    "marks_from_shading": t("Coloured cells were read as marks. Cells: {count}."),
    # Cells left empty
    "read_as_empty": t("“{read}” under “{field}” was read as empty."),
    "nobody_named": t("“{read}” under “{field}” names nobody. It was left empty."),
    "number_not_understood": t("“{read}” under “{field}” is not a number. It was left empty."),
    "date_not_understood": t("“{read}” under “{field}” is not a date. It was left empty."),
    "date_without_day": t("“{read}” under “{field}” has no day. It was read as {date}."),
    "mark_not_understood": t("“{read}” under “{field}” is not a mark. The quarter was left empty."),
    "mark_is_date": t("“{read}” under “{field}” is a date. It was read as a mark."),
    "status_not_understood": t("“{read}” is not a known status. It was added as a note."),
    "choice_not_understood": t("“{read}” under “{field}” is not in the list. It was added as a note."),
    "currency_not_understood": t("“{read}” is not a known currency. It was left empty."),
    "currency_unknown": t("No currency is named for the amounts. Choose it in the budget lines."),
    "value_refused": t("“{read}” does not fit “{field}”. It was left empty."),
    "end_before_start": t("The end {read} is before the start {start}. It was left empty."),
    "title_shortened": t("The title is too long and was cut. The whole text is in the description."),
    "cell_in_error": t("The cell shows the error “{read}”. It was left empty."),
    # Formulas
    "formula_unreadable": t(
        "The formula “{read}” has no stored result and is not simple. It was left empty."
    ),
    "formula_needs_number": t(
        "The formula “{read}” meets a text where it needs a number. It was left empty."
    ),
    "formula_error_cell": t("The formula “{read}” refers to a cell without a result. It was left empty."),
    "formula_circular": t("The formula “{read}” refers to itself. It was left empty."),
    "formula_divides_by_zero": t("The formula “{read}” divides by zero. It was left empty."),
    "formula_no_result": t("The formula “{read}” has no plain result. It was left empty."),
    "formula_too_long": t("The formula “{read}” takes too long to compute. It was left empty."),
    # Names
    "name_repeated": t("“{name}” is named twice here. It was taken once."),
    "name_too_long": t("“{read}” under “{field}” is too long for a name. It was not added."),
    "several_leads": t("Several people are named. “{first}” leads; the others are responsible too."),
    "lead_is_organisation": t("“{name}” is an organisation. It was added as responsible, not as lead."),
    "code_used_twice": t("The code {used} already belongs to “{first}”. Both were added."),
    "level_not_said": t("The level of “{read}” is not named. Choose it in the results."),
    "level_not_understood": t("“{read}” is not a known level of results. It was kept as it is."),
    # Money
    "total_differs": t("“{label}” says {total}, but the rows add up to {sum}. The rows were taken over."),
    "total_not_checked": t("“{read}” in a row of totals was not added."),
    "parts_differ": t("The quarters add up to {sum}, but the whole is {total}. Both were taken over."),
    "product_differs": t(
        "Quantity by unit cost is {product}, but the budget is {total}. Both were taken over."
    ),
    "amount_for_several": t(
        "“{read}” stands in a cell merged over several rows. It was added to the first one only."
    ),
    # Indicators and values
    "baseline_missing": t("“{read}” means that there is no baseline. It was left empty."),
    "baseline_in_words": t("The baseline “{read}” is not a number. It was added as a note."),
    "target_in_words": t("The target “{read}” is not a number. It was added in words."),
    "target_without_year": t("The year of the target “{read}” is not known. It was added as a note."),
    "percent_below_one": t("“{read}” is less than 1 %. If it is a share of one, multiply it by 100."),
    "indicator_from_values": t("“{read}” is not among the indicators. It was added to them."),
    "period_without_dates": t("The period “{read}” has no dates. Add them in the periods."),
    "values_missing": t("Cells without a number were added as missing, never as 0. {reason}: {count}."),
    "partial_total": t("“{read}” is a total of some categories only. It was not added."),
    "value_repeated": t("The value for {key} stands here a second time. It was taken once."),
    "value_contradicted": t("Another value for {key} came first: {first}. “{read}” was not added."),
}

REASONS: Mapping[str, str] = {
    "not_collected": t("Not collected"),
    "not_applicable": t("Not applicable"),
    "collected_later": t("Collected later"),
    "suppressed": t("Hidden to protect people"),
    "unknown": t("Unknown"),
}

_AMOUNTS = frozenset({"sum", "total", "product"})


def explain_problem(words: Words, problem: Problem) -> str:
    """One or two sentences for a problem, in the language of the reader."""
    template = MESSAGES[problem.code]
    params: dict[str, object] = {"read": problem.read, **problem.params}
    names = [name for _, name, _, _ in Formatter().parse(template) if name]
    return words.t(template, **{name: _shown(words, name, params.get(name, "…")) for name in names})


def locate_problem(words: Words, problem: Problem) -> str:
    """Where it stands in the file: sheet, row and column, as far as they are known."""
    sheet = words.isolate(problem.sheet)
    if problem.row is None:
        return words.t("Sheet {sheet}", sheet=sheet)
    if problem.column is None:
        return words.t("Sheet {sheet}, row {row}", sheet=sheet, row=problem.row)
    cell = words.isolate(f"{problem.column}{problem.row}")
    return words.t("Sheet {sheet}, cell {cell}", sheet=sheet, cell=cell)


def _shown(words: Words, name: str, value: object) -> str:
    if name == "reason":
        return words.t(REASONS.get(str(value), str(value)))
    if name in _AMOUNTS:
        return words.isolate(words.number(str(value)))
    if name in {"date", "start"}:
        return words.isolate(words.date(str(value)))
    if isinstance(value, int):
        return words.digits(str(value)) if name == "year" else words.number(value)
    return words.isolate(words.t(str(value)) if name == "field" else str(value))
