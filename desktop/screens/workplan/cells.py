"""A record of the plan as a row of the grid: words, icons and faces in the language of the person."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from desktop.models.columns import Cell
from desktop.models.columns import Row as GridRow
from desktop.screens.workplan import columns as c
from desktop.screens.workplan.standing import Standing, standing, standing_word
from desktop.store.outline import ACTIVITY, MILESTONE, RESULT, Line, Money
from desktop.store.rows import Row
from desktop.store.titles import shown_field, shown_title
from desktop.words import Words

NameOf = Callable[[str, bytes | None], str]
ASK = "ask"
_BAR = {"done": "ok", "on_track": "ok", "watch": "watch", "off": "bad", "late": "bad"}


@dataclass(frozen=True, slots=True)
class Drawing:
    """What every row needs to be worded."""

    words: Words
    today: dt.date
    year: int
    name_of: NameOf


def line_of(row: Row) -> Line:
    """The few facts of a row that its standing is made of."""
    values = row.values
    milestone = row.kind == MILESTONE
    return Line(
        row.id,
        row.kind,
        None,
        None,
        None,
        None,
        "",
        values.get("status"),
        values.get("reached_on" if milestone else "start"),
        values.get("due" if milestone else "end"),
        values.get("agreed_due" if milestone else "agreed_end"),
        values.get("progress"),
        values.get("owner" if milestone else "lead"),
        values.get("traffic_light"),
    )


def grid_row(row: Row, drawing: Drawing, money: Money | None = None) -> GridRow:
    """One line. `seen` is the whole row, so that every edit knows what its author saw."""
    if row.kind == RESULT:
        return GridRow(row.id, {c.TITLE: _title(row, drawing)}, group=True, seen=row)
    if row.kind == MILESTONE:
        return GridRow(row.id, _milestone(row, drawing), muted=True, seen=row)
    return GridRow(row.id, _activity(row, drawing, money), seen=row)


def loose_row(record: bytes, drawing: Drawing) -> GridRow:
    """The heading over lines that hang from no result."""
    return GridRow(record, {c.TITLE: Cell(drawing.words.t("Without an output"))}, group=True)


def _title(row: Row, drawing: Drawing) -> Cell:
    words = drawing.words
    title = shown_title(row, words.language) or words.t("Without a title")
    code = str(row.values.get("code") or "")
    icon, family = ("diamond", "") if row.kind == MILESTONE else ("", "")
    tint, tip = "", ""
    if row.contested:
        tip = words.t("Two people changed this")
        icon, family = "git-pull-request-arrow", ASK
    if shown_field(row, words.language) in row.contested:
        tint = ASK
    if row.kind == RESULT:
        return Cell(title, prefix=code, icon=icon, family=family, tip=tip)
    return Cell(title, edit=title, prefix=code, icon=icon, family=family, tip=tip, tint=tint)


def _status(row: Row, drawing: Drawing, found: Standing) -> Cell:
    word = standing_word(drawing.words, found)
    full = standing_word(drawing.words, found, full=True)
    return Cell(
        word,
        edit=str(row.values.get("status") or ""),
        icon=found.icon,
        family=found.family,
        tip=full if full != word else "",
        tint=_tint(row, "status"),
        choices=c.status_choices(drawing.words, row.kind),
    )


def _person(row: Row, drawing: Drawing, field: str) -> Cell:
    record = row.values.get(field)
    name = drawing.name_of("person", record) if record else ""
    if record and not name:
        name = drawing.words.t("not on this laptop")
    return Cell(name, person=record or b"", tint=_tint(row, field))


def _day(row: Row, drawing: Drawing, field: str, *, late: bool = False) -> Cell:
    iso = row.values.get(field)
    if not iso:
        return Cell(tint=_tint(row, field))
    words = drawing.words
    # The year stands in the title of the page; a day of another year says its own.
    near = iso[:4] == f"{drawing.year:04d}"
    # Months in Arabic are as long as two words, and a column of dates has no room for them with a year.
    text = words.date(iso, "short" if near else "numeric" if words.is_rtl else "medium")
    return Cell(text, edit=words.date(iso), family="bad" if late else "", tint=_tint(row, field))


def _tint(row: Row, field: str) -> str:
    return ASK if field in row.contested else ""


def _activity(row: Row, drawing: Drawing, money: Money | None) -> Mapping[str, Cell]:
    found = standing(line_of(row), drawing.today)
    cells = {
        c.TITLE: _title(row, drawing),
        c.STATUS: _status(row, drawing, found),
        c.LEAD: _person(row, drawing, "lead"),
        c.START: _day(row, drawing, "start"),
        c.END: _day(row, drawing, "end", late=found.key == "late"),
        c.PROGRESS: _progress(row, drawing, found),
    }
    planned = row.values.get("quarters") or []
    done = found.key == "done"
    for key in c.QUARTER_KEYS:
        member = c.quarter_of(key, drawing.year)
        contested = f"quarters/{member}"
        cells[key] = Cell(
            checked=member in planned,
            family="ok" if done else "",
            tint=ASK if contested in row.contested else "",
        )
    partners = [drawing.name_of("organisation", each) for each in row.values.get("partners") or []]
    cells[c.PARTNERS] = Cell(drawing.words.join([name for name in partners if name]))
    if money is not None:
        cells |= _amounts(money, drawing)
    return cells


def _progress(row: Row, drawing: Drawing, found: Standing) -> Cell:
    progress = row.values.get("progress")
    if progress is None:
        return Cell(tint=_tint(row, "progress"))
    return Cell(
        drawing.words.percent(progress),
        edit=drawing.words.digits(str(progress)),
        share=progress / 100,
        family=_BAR.get(found.key, "none"),
        tint=_tint(row, "progress"),
    )


def _amounts(money: Money, drawing: Drawing) -> dict[str, Cell]:
    words = drawing.words
    if money.mixed:
        tip = words.t("The budget lines are in several currencies, so they are not added up.")
        return {c.PLANNED: Cell(words.t("not addable"), tip=tip, muted=True), c.SPENT: Cell("", tip=tip)}
    amounts = {}
    for key, amount in ((c.PLANNED, money.planned), (c.SPENT, money.spent)):
        if not amount:
            continue
        exact = f"{words.number(amount)} {money.currency}".strip()
        amounts[key] = Cell(words.number(amount, 0), edit=amount, tip=exact)
    return amounts


def _milestone(row: Row, drawing: Drawing) -> Mapping[str, Cell]:
    found = standing(line_of(row), drawing.today)
    due = str(row.values.get("due") or "")
    quarter = f"{due[:4]}-Q{(int(due[5:7]) + 2) // 3}" if due else ""
    cells = {
        c.TITLE: _title(row, drawing),
        c.STATUS: _status(row, drawing, found),
        c.LEAD: _person(row, drawing, "owner"),
        c.START: Cell(locked=True),
        c.END: _day(row, drawing, "due", late=found.key == "late"),
        c.PROGRESS: Cell(locked=True),
    }
    tip = drawing.words.t("The quarter of a milestone follows its date.")
    for key in c.QUARTER_KEYS:
        here = quarter == c.quarter_of(key, drawing.year)
        cells[key] = Cell(checked=here, locked=True, tip=tip)
    return cells


def kind_name(words: Words, kind: str) -> str:
    return {
        RESULT: words.t("Result"),
        ACTIVITY: words.t("Activity"),
        MILESTONE: words.t("Milestone"),
    }[kind]
