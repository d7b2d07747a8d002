"""The lines of the desk in words: what is due, when, for whom; meetings to come; what others did."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from desktop.screens.desk.reading import Agenda, Coming
from desktop.store.due import FIGURES, START, Due
from desktop.store.recent import News
from desktop.store.titles import shown_title
from desktop.widgets.avatar import Face
from desktop.widgets.badge import Badge
from desktop.widgets.kind_icons import kind_icon
from desktop.words import Words
from sync.records import KINDS

_FIELDS: Final = 3
_DOT: Final = " · "


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is painted. `opens` is the record it leads to."""

    due: Due
    icon: str
    title: str
    about: str
    badge: Badge
    face: Face | None
    opens: tuple[str, bytes]
    can_tick: bool = False

    @property
    def key(self) -> tuple[str, bytes]:
        return (self.due.kind, self.due.record)

    @property
    def spoken(self) -> str:
        parts = [self.title, self.about, self.badge.text, self.face.name if self.face is not None else ""]
        return ", ".join(part for part in parts if part)


def line_of(words: Words, agenda: Agenda, due: Due) -> Line:
    """Everything that one line says."""
    name = agenda.names.get(due.owner, "") if due.owner is not None else ""
    face = Face(name, due.owner) if name and due.owner is not None else None
    opens = ("indicator", due.missing[0]) if due.missing else (due.kind, due.record)
    icon = kind_icon("indicator" if due.missing else due.kind)
    return Line(
        due,
        icon,
        _title(words, agenda, due),
        _about(words, agenda, due),
        _badge(words, agenda, due),
        face,
        opens,
        can_tick=due.kind == "action_point",
    )


def _title(words: Words, agenda: Agenda, due: Due) -> str:
    if due.row is None:
        return ""
    if due.what != FIGURES:
        return shown_title(due.row, words.language)
    period = words.isolate(shown_title(due.row, words.language, base="name"))
    if len(due.missing) == 1:
        indicator = agenda.names.get(due.missing[0], "")
        return words.t("Figures of {period}: {indicator}", period=period, indicator=indicator)
    return words.n(
        "Figures of {period}, {count} indicator",
        "Figures of {period}, {count} indicators",
        len(due.missing),
        period=period,
    )


def _about(words: Words, agenda: Agenda, due: Due) -> str:
    if due.row is None:
        return ""
    values = due.row.values
    if due.what == FIGURES:
        if len(due.missing) > 1:
            return words.t("no value yet")
        return _coded(words, "indicator", agenda.codes.get(due.missing[0], ""))
    number = values.get("number" if due.kind == "action_point" else "code")
    parts = [_coded(words, due.kind, str(number or ""))]
    meeting, activity = values.get("meeting"), values.get("activity")
    if isinstance(meeting, bytes) and agenda.names.get(meeting):
        parts.append(agenda.names[meeting])
    elif isinstance(activity, bytes):
        code = agenda.codes.get(activity)
        parts.append(words.isolate(code) if code else agenda.names.get(activity, ""))
    if due.what == START:
        parts.append(words.t("to be started"))
    return _DOT.join(part for part in parts if part)


def _coded(words: Words, kind: str, code: str) -> str:
    label = words.t(KINDS[kind].label)
    return f"{label} {words.isolate(code)}" if code else label


def _badge(words: Words, agenda: Agenda, due: Due) -> Badge:
    today = agenda.days.today
    late = _days(due.due, today)
    if late > 0:
        return Badge(words.n("{count} day late", "{count} days late", late), "bad", "clock-alert")
    if late == 0:
        return Badge(words.t("Today"), "watch", "calendar-clock")
    near = due.due <= agenda.days.week_end or late >= -6
    shown = words.date(due.due, "weekday" if near else "short")
    agreed = due.row.values.get(_agreed(due)) if due.row is not None else None
    slipped = _days(agreed, due.due) if isinstance(agreed, str) else 0
    if slipped > 0:
        text = words.n("{date}, {count} d late", "{date}, {count} d late", slipped, date=words.isolate(shown))
        return Badge(text, "bad", "clock-alert")
    return Badge(shown, "none", filled=False)


def _agreed(due: Due) -> str:
    if due.kind == "milestone":
        return "agreed_due"
    return "agreed_start" if due.what == START else "agreed_end"


def _days(first: str, last: str) -> int:
    return (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days


# Meetings


def meeting_words(words: Words, coming: Coming, *, today: str) -> tuple[str, str]:
    """Title, and when, where and what one does there."""
    row = coming.row
    start = str(row.values.get("start"))
    time = words.isolate(words.time(start))
    weekday = words.weekday_names()[dt.date.fromisoformat(start[:10]).weekday()]
    when = words.t("Today") if start[:10] == today else weekday
    parts = [f"{when} {time}", str(row.values.get("place") or "")]
    if coming.items:
        parts.append(words.n("{count} agenda item", "{count} agenda items", coming.items))
    if coming.part == "notes":
        parts.append(words.t("you take notes"))
    elif coming.part == "chair":
        parts.append(words.t("you chair"))
    return shown_title(row, words.language), _DOT.join(part for part in parts if part)


# What others did


def news_words(words: Words, news: News, *, now_ms: int) -> tuple[str, str]:
    """What was done, behind the name of who did it; and the kind, the fields and the time."""
    kind = KINDS[news.kind]
    parts = [words.t(kind.label if news.count == 1 else kind.plural)] if news.act != "commented" else []
    if news.count == 1 and news.fields:
        labels = [words.t(kind.fields[name].label) for name in news.fields if not kind.fields[name].technical]
        parts.append(words.join(labels[:_FIELDS]) + (" …" if len(labels) > _FIELDS else ""))
    parts.append(words.isolate(words.moment(news.when_ms, now_ms=now_ms)))
    if news.count == 1:
        return _one(words, news.act, news.title or words.t(kind.label)), _DOT.join(filter(None, parts))
    return _several(words, news.act, news.count), _DOT.join(filter(None, parts))


def _one(words: Words, act: str, title: str) -> str:
    sentences = {
        "added": words.t("added {title}", title=title),
        "changed": words.t("changed {title}", title=title),
        "removed": words.t("removed {title}", title=title),
        "commented": words.t("wrote: {title}", title=title),
        "returned": words.t("returned {title}", title=title),
        "approved": words.t("approved {title}", title=title),
        "submitted": words.t("submitted {title}", title=title),
    }
    return sentences[act]


def _several(words: Words, act: str, count: int) -> str:
    sentences = {
        "added": words.n("added {count} entry", "added {count} entries", count),
        "changed": words.n("changed {count} entry", "changed {count} entries", count),
        "removed": words.n("removed {count} entry", "removed {count} entries", count),
        "commented": words.n("wrote {count} comment", "wrote {count} comments", count),
        "returned": words.n("returned {count} entry", "returned {count} entries", count),
        "approved": words.n("approved {count} entry", "approved {count} entries", count),
        "submitted": words.n("submitted {count} entry", "submitted {count} entries", count),
    }
    return sentences[act]
