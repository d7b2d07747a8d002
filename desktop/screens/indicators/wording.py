"""How figures, periods, states and reasons are said on the pages of indicators."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from desktop.commands.periods import PeriodState, days_between, due_day, row_span
from desktop.commands.totals import REASONS, Bound, Course, Difference, Measure, Total
from desktop.models.entry import EntryState
from desktop.screens.indicators.facts import Facts
from desktop.store.rows import Row
from desktop.store.titles import shown_title
from desktop.widgets.badge import Badge
from desktop.words import Words

MISSING_SHORT: Final = {
    "not_collected": "no data",
    "not_applicable": "n/a",
    "not_yet_due": "not due",
    "collected_later": "later",
    "suppressed": "hidden",
    "unknown": "unknown",
}
"""Reasons short enough for a cell; message ids in the context `cell`."""

COURSES: Final = {
    Course.NO_DATA: ("No data yet", "none", "circle-dashed"),
    Course.NO_TARGET: ("No target yet", "none", "circle-dashed"),
    Course.ON_TRACK: ("On track", "ok", "circle-check"),
    Course.WATCH: ("Watch", "watch", "triangle-alert"),
    Course.OFF_TRACK: ("Off track", "bad", "trending-down"),
    Course.OVER: ("Over target", "over", "trending-up"),
}

STATES: Final = {
    EntryState.SAVED: ("Saved here", "save", "none"),
    EntryState.WAITING: ("Waiting to send", "hourglass", "none"),
    EntryState.SENT: ("Sent", "check", "over"),
    EntryState.RETURNED: ("Returned", "corner-up-left", "bad"),
    EntryState.APPROVED: ("Approved", "check-check", "ok"),
    EntryState.TWO_VALUES: ("Two people changed this", "git-pull-request-arrow", "ask"),
    EntryState.INVALID: ("Not valid", "circle-alert", "bad"),
    EntryState.MISSING: ("Missing, with reason", "circle-slash", "watch"),
    EntryState.LOCKED: ("Locked", "lock", "ok"),
    EntryState.DUE: ("Empty", "", "none"),
}
"""Word, icon and family of each state, in the order of the footer."""

_QUARTER: Final = re.compile(r"\d{4}-Q[1-4]")
_SIGNS: Final = {Bound.AT_LEAST: "≥ {}", Bound.AT_MOST: "≤ {}", Bound.SO_FAR: "({})", Bound.EXACT: "{}"}


def t(msgid: str) -> str:
    """Mark a message that is translated where it is shown."""
    return msgid


_MARKED = (
    t("No data yet"), t("No target yet"), t("On track"), t("Watch"), t("Off track"), t("Over target"),
    t("Saved here"), t("Waiting to send"), t("Sent"), t("Returned"), t("Approved"),
    t("Two people changed this"), t("Not valid"), t("Missing, with reason"), t("Locked"), t("Empty"),
)  # fmt: skip


def missing_words(words: Words, reason: str) -> str:
    """Why a cell is missing, in a word."""
    shown = {
        "not_collected": words.p("cell", "no data"),
        "not_applicable": words.p("cell", "n/a"),
        "not_yet_due": words.p("cell", "not due"),
        "collected_later": words.p("cell", "later"),
        "suppressed": words.p("cell", "hidden"),
        "unknown": words.p("cell", "unknown"),
    }
    return shown.get(reason, reason)


def decimals_of(measure: Measure, value: Decimal) -> int | None:
    """How many decimals are shown: as declared, else all of them, but of a quotient only one."""
    if measure.decimals is not None:
        return measure.decimals
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:
        return 1
    return None


def number_text(words: Words, measure: Measure, value: Decimal | None) -> str:
    """A figure with its percent sign where it has one."""
    if value is None:
        return ""
    plain = value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
    decimals = None if plain == plain.to_integral_value() else decimals_of(measure, plain)
    if measure.unit_type == "percent":
        return words.percent(plain, decimals if decimals is not None else _at_most(plain, 1))
    return words.number(plain, decimals)


def _at_most(value: Decimal, most: int) -> int | None:
    exponent = value.as_tuple().exponent
    return most if isinstance(exponent, int) and exponent < -most else None


def total_text(words: Words, measure: Measure, total: Total) -> str:
    """A total as it is shown: with the sign of what is missing, or that it must not be made."""
    if total.blocked:
        return words.t("not addable")
    if total.value is None:
        return ""
    text = number_text(words, measure, total.value)
    return text if not total.bound else words.isolate(_SIGNS[total.bound].format(text))


def total_tip(words: Words, total: Total) -> str:
    """What stands behind a total that is not plain."""
    if total.blocked:
        return words.t(REASONS[total.blocked])
    return {
        Bound.EXACT: "",
        Bound.AT_LEAST: words.t("Something is still missing, so the total can only grow."),
        Bound.AT_MOST: words.t("Something is still missing, so this can only fall."),
        Bound.SO_FAR: words.t("Something is still missing, so this can still change."),
    }[total.bound]


def difference_text(words: Words, measure: Measure, found: Difference) -> str:
    """Why a total is not the sum of its categories."""
    return words.t(
        "Counted apart: {total}. The categories add up to {sum}.",
        total=number_text(words, measure, found.typed),
        sum=number_text(words, measure, found.cells),
    )


def course_badge(words: Words, course: Course, *, filled: bool = True) -> Badge:
    word, family, icon = COURSES[course]
    return Badge(words.t(word), family, icon, filled=filled)


def period_title(words: Words, row: Row) -> str:
    """A period in the language of the reader."""
    code = str(row.values.get("code") or "")
    if _QUARTER.fullmatch(code):
        return words.quarter(code)
    return shown_title(row, words.language, base="name")


def period_short(words: Words, row: Row) -> str:
    """A period inside its year: `Q2`."""
    code = str(row.values.get("code") or "")
    if _QUARTER.fullmatch(code):
        return words.t("Q{quarter}", quarter=words.digits(code[-1]))
    span = row_span(row)
    if span is not None and span.start[:7] == span.end[:7]:
        return words.month_names()[int(span.start[5:7]) - 1]
    return shown_title(row, words.language, base="name")


def place_title(words: Words, name: str) -> str:
    return name or words.t("Whole area")


def day_text(words: Words, iso: str, *, today: str) -> str:
    """A day without its year where that is this year."""
    return words.date(iso, "short") if iso[:4] == today[:4] else words.date(iso)


def period_caption(words: Words, facts: Facts, row: Row, *, filled: int, every: int) -> str:
    """Whether a period is closed, due, or not yet; and how much of it is filled in."""
    today = facts.moment.today
    state, due = facts.state_of(row), due_day(row)
    if state is PeriodState.CLOSED:
        closed = str(row.values.get("locked_on") or due)
        return words.t("Closed {date}", date=day_text(words, closed, today=today))
    if state is PeriodState.NOT_YET:
        span = row_span(row)
        opens = day_text(words, span.start, today=today) if span is not None else ""
        return words.t("Not due yet. Opens {date}", date=opens)
    date = day_text(words, due, today=today)
    days = days_between(today, due)
    if state is PeriodState.OVERDUE:
        said = words.n("{count} day overdue, {date}", "{count} days overdue, {date}", -days, date=date)
        said = said if filled < every else words.t("Was due {date}", date=date)
    elif days == 0:
        said = words.t("Due today, {date}", date=date)
    else:
        said = words.n("Due in {count} day, {date}", "Due in {count} days, {date}", days, date=date)
    counted = words.n(
        "{filled} of {count} cell filled",
        "{filled} of {count} cells filled",
        every,
        filled=words.number(filled),
    )
    return f"{said} · {counted}"
