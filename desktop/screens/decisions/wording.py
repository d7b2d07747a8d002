"""How a question is put: what was changed by how many, whose value is used, and how far it is from before."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from desktop.bridge.desk import Desk
from desktop.screens.decisions.reading import Choice, Decided, Entry, Person, Question
from desktop.widgets.value_text import value_text
from desktop.words import Words
from sync.changes import DELETED, Value, base_field, key_member
from sync.records import Field, FieldType, Kind

_DATES = frozenset({FieldType.DATE, FieldType.DATETIME})
_NUMBERS = frozenset({FieldType.NUMBER, FieldType.NUMBERS, FieldType.INTEGER})
_DAYS_A_WEEK = 7
_WEEKS_FROM = 14
_RIGHT_TO_LEFT_MARK = "\u200f"


def t(msgid: str) -> str:
    """Mark a sentence for translation."""
    return msgid


_CHANGED_BY_TWO = {
    "start": t("Two people changed the start date"),
    "end": t("Two people changed the end date"),
    "due": t("Two people changed the due date"),
    "lead": t("Two people changed the lead"),
    "owner": t("Two people changed the owner"),
    "title": t("Two people changed the title"),
    "status": t("Two people changed the status"),
    "progress": t("Two people changed the progress"),
    "cells": t("Two people changed a number"),
}


def headline(words: Words, question: Question, *, kind: Kind) -> str:
    """The question as a title."""
    authors = {choice.person.record or choice.person.name for choice in question.choices}
    if question.is_deletion:
        return words.t("One person removed this, another changed it")
    field = kind.fields[question.field]
    label = words.isolate(words.t(field.label))
    if len(question.choices) > 2:
        count = len(question.choices)
        return words.n(
            "{count} person changed “{field}”", "{count} people changed “{field}”", count, field=label
        )
    if len(authors) == 1:
        return words.t("“{field}” was changed on two laptops", field=label)
    if question.field in _CHANGED_BY_TWO:
        return words.t(_CHANGED_BY_TWO[question.field])
    return words.t("Two people changed “{field}”", field=label)


def explanation(words: Words, question: Question) -> str:
    """What happened and what can be done, in one line."""
    if question.is_deletion:
        return words.t("Neither had seen what the other did. Nothing is lost either way.")
    if len(question.choices) > 2:
        return words.t("None had seen the others' changes. All are kept. Choose one, or write another value.")
    return words.t("Neither had seen the other's change. Both are kept. Choose one, or write a third.")


def first_name(words: Words, person: Person) -> str:
    """A person in a list: the first name, or what else can be said."""
    if person.own:
        return words.t("You")
    if not person.name:
        return words.t("Somebody else")
    return person.name.split()[0]


def full_name(words: Words, person: Person) -> str:
    if person.own:
        return words.t("{name} (you)", name=person.name) if person.name else words.t("You")
    return person.name or words.t("Somebody not listed on this laptop")


def use_label(words: Words, question: Question, choice: Choice, *, kind: Kind) -> str:
    """What the primary button says once this value is chosen."""
    if question.is_deletion:
        return words.t("Remove it") if choice.deletes else words.t("Keep it, with the edits")
    field = kind.fields[question.field]
    if choice.person.own:
        return words.t("Use my value")
    name = words.isolate(first_name(words, choice.person))
    if field.type in _DATES:
        return words.t("Use {name}'s date", name=name)
    if field.type in _NUMBERS:
        return words.t("Use {name}'s number", name=name)
    if field.type is FieldType.TEXT:
        return words.t("Use {name}'s text", name=name)
    return words.t("Use {name}'s choice", name=name)


def other_label(words: Words, field: Field) -> str:
    """The name of the option to write a value of one's own."""
    if field.type in _DATES:
        return words.t("Another date")
    if field.type in _NUMBERS:
        return words.t("Another number")
    if field.type is FieldType.TEXT:
        return words.t("Another text")
    return words.t("Another choice")


def use_other_label(words: Words, field: Field) -> str:
    if field.type in _DATES:
        return words.t("Use this date")
    if field.type in _NUMBERS:
        return words.t("Use this number")
    if field.type is FieldType.TEXT:
        return words.t("Use this text")
    return words.t("Use this choice")


def shown_value(desk: Desk, kind: Kind, key: str, value: Value, *, long: bool = False) -> str:
    """A value of a key as people read it; nothing is said in words too."""
    words = desk.words
    name, keyed, member = key.partition("/")
    field = kind.fields.get(name)
    if key == DELETED:
        return words.t("Removed") if value else words.t("Kept")
    if field is None:
        return str(value)
    if keyed and field.type in (FieldType.TAGS, FieldType.REFERENCES):
        each = value_text(words, field, [key_member(member)], name_of=desk.name_of)
        return words.t("with {name}", name=each) if value else words.t("without {name}", name=each)
    if value is None or value == "":
        return words.t("nothing")
    if long and field.type is FieldType.DATE:
        day = dt.date.fromisoformat(str(value))
        return f"{words.weekday_names()[day.weekday()]} {words.date(day)}"
    return value_text(words, field, value, name_of=desk.name_of)


def distance(words: Words, question: Question, choice: Choice, *, kind: Kind) -> str:
    """How far a value lies from the agreed plan, or from the value before."""
    field = kind.fields.get(question.field)
    if field is None or choice.value is None:
        return ""
    if field.type is FieldType.DATE:
        agreed = question.agreed
        base = agreed if isinstance(agreed, str) else question.before.value
        return _days(words, str(choice.value), base, agreed=isinstance(agreed, str))
    if field.type in _NUMBERS and question.before.value is not None:
        return _difference(words, choice.value, question.before.value)
    return ""


def _days(words: Words, value: str, base: Value, *, agreed: bool) -> str:
    if not isinstance(base, str):
        return ""
    days = (dt.date.fromisoformat(value[:10]) - dt.date.fromisoformat(base[:10])).days
    if days == 0:
        return words.t("as in the agreed plan") if agreed else words.t("as before")
    amount = _span(words, abs(days))
    if agreed:
        later, earlier = t("{amount} after the agreed plan"), t("{amount} before the agreed plan")
    else:
        later, earlier = t("{amount} later than before"), t("{amount} earlier than before")
    return words.t(later if days > 0 else earlier, amount=amount)


def _span(words: Words, days: int) -> str:
    if days >= _WEEKS_FROM:
        weeks = round(days / _DAYS_A_WEEK)
        return words.n("{count} week", "{count} weeks", weeks)
    return words.n("{count} day", "{count} days", days)


def _difference(words: Words, value: Value, base: Value) -> str:
    change = Decimal(str(value)) - Decimal(str(base))
    if change == 0:
        return words.t("as before")
    amount = words.isolate(words.number(format(abs(change), "f")))
    sentence = t("{amount} more than before") if change > 0 else t("{amount} less than before")
    return words.t(sentence, amount=amount)


def unseen(words: Words, question: Question, choice: Choice) -> str:
    """Whose change the author did not know of."""
    others = [each for each in question.choices if each is not choice]
    if len(others) != 1:
        return words.t("Had not seen the other changes")
    if others[0].person.own:
        return words.t("Had not seen your change")
    name = words.isolate(first_name(words, others[0].person))
    return words.t("Had not seen {name}'s change", name=name)


def written(words: Words, choice: Choice, *, now_ms: int) -> str:
    """When a value was written, and when it came here."""
    when = words.isolate(moment(words, choice.when_ms, now_ms=now_ms))
    if choice.here:
        return words.t("{when} · on this laptop", when=when)
    if choice.arrived_ms:
        came = local(choice.arrived_ms)
        if came.date() == local(choice.when_ms).date():
            return words.t("{when} · arrived the same day", when=when)
        day = words.isolate(words.date(came, "near", today=local(now_ms)))
        return words.t("{when} · arrived {day}", when=when, day=day)
    return words.t("{when} · on another laptop", when=when)


def moment(words: Words, when_ms: int, *, now_ms: int) -> str:
    """A day near by with its time, further away with its year."""
    when, now = local(when_ms), local(now_ms)
    if when.date() == now.date():
        return words.t("today {time}", time=words.time(when))
    return f"{words.date(when, 'near', today=now)} {words.time(when)}"


def local(when_ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(when_ms / 1000, dt.UTC).astimezone()


def entry_field(words: Words, entry: Entry, *, kind: Kind) -> str:
    """The second line of the list."""
    if entry.conflict.key == DELETED:
        return words.t("Removed by one, changed by another")
    field = kind.fields.get(base_field(entry.conflict.key))
    label = words.t(field.label) if field is not None else entry.conflict.key
    parts = [entry.about, entry.cell] if entry.cell else [label]
    return words.join([words.isolate(part) if words.is_rtl else part for part in parts if part])


def ordered(words: Words, text: str) -> str:
    """A line of names and codes alone runs in the direction of the window, not of its first letter."""
    return f"{_RIGHT_TO_LEFT_MARK}{text}" if words.is_rtl else text


def decided_line(desk: Desk, decided: Decided, *, kind: Kind) -> str:
    """Who decided what, and when."""
    words = desk.words
    value = shown_value(desk, kind, decided.key, decided.value)
    who = first_name(words, decided.person)
    day = words.date(local(decided.when_ms), "short")
    return f"{who}{'، ' if words.language == 'ar' else ', '}{day} · {value}"


def meanwhile(desk: Desk, question: Question, *, kind: Kind) -> str:
    """What everybody sees until it is decided."""
    words = desk.words
    if question.is_deletion:
        return words.t("Until you decide, everyone still sees it, with a “two people changed this” mark.")
    value = words.isolate(shown_value(desk, kind, question.conflict.key, question.conflict.heads[0].value))
    return words.t(
        "Until you decide, everyone sees {value} with a “two people changed this” mark.", value=value
    )
