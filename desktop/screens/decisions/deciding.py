"""What is written when a question is decided, and how it is told afterwards."""

from __future__ import annotations

from dataclasses import replace

from desktop.bridge.desk import Desk
from desktop.commands import decisions, links
from desktop.screens.decisions import wording
from desktop.screens.decisions.question_page import QuestionPage
from sync.changes import Edit
from sync.merge import Conflict
from sync.records import FieldProblem


def edits_of(desk: Desk, page: QuestionPage, now: Conflict) -> list[Edit]:
    """The edits of what is chosen; raises `FieldProblem` and `FieldsToFixError` for a value of one's own."""
    state = desk.reader.state(now.kind, now.record)
    chosen, reason = page.chosen, ""
    if chosen is None:
        assert page.other is not None
        edits = decisions.write(now, state, page.kind, page.other_value())
        reason = page.other.reason.text().strip()
    elif page.question.is_deletion:
        edits = decisions.delete(now, state) if chosen.deletes else decisions.keep(now, state)
    else:
        options = decisions.options(now, state)
        place = next(at for at, each in enumerate(options) if each.head.id in chosen.heads)
        edits = decisions.take(now, state, place)
    if reason:
        row = replace(page.question.row, deleted=False)
        edits = [*edits, *links.comment(row, reason, record=desk.store.new_id())]
    return edits


def said_of(desk: Desk, page: QuestionPage) -> str:
    """What was decided, in a sentence."""
    words, question = desk.words, page.question
    title = words.isolate(question.title)
    if question.is_deletion:
        removed = page.chosen is not None and page.chosen.deletes
        return words.t("Removed: {title}", title=title) if removed else words.t("Kept: {title}", title=title)
    value = page.chosen.value if page.chosen is not None else page.other_value()
    shown = wording.shown_value(desk, page.kind, question.conflict.key, value)
    return words.t("Decided: {title}, {value}", title=title, value=words.isolate(shown))


def is_written(page: QuestionPage) -> bool:
    """Whether a value of one's own can be read."""
    try:
        page.other_value()
    except FieldProblem:
        return False
    return True
