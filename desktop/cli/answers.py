"""Errors as answers: in words, and as a document that stays as it is from version to version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desktop.cli.names import NotUniqueError
from desktop.commands.problems import FieldsToFixError, Wrong
from desktop.words.messages import explain
from sync.errors import DaftarError

if TYPE_CHECKING:
    from desktop.words import Words


def error_document(words: Words, error: DaftarError, message: str) -> dict[str, Any]:
    """The stable form of an error; `params` also holds candidates and field problems."""
    params: dict[str, Any] = dict(error.params)
    if isinstance(error, NotUniqueError):
        params["candidates"] = [{"id": identity, "name": name} for identity, name in error.candidates]
    if isinstance(error, FieldsToFixError):
        params["problems"] = [_problem(words, wrong) for wrong in error.wrong]
    return {"error": {"code": error.code, "params": params, "message": message}}


def _problem(words: Words, wrong: Wrong) -> dict[str, Any]:
    problem = wrong.problem
    return {
        "index": wrong.place,
        "field": problem.field,
        "code": problem.code,
        "typed": "" if problem.value is None else problem.params.get("typed", ""),
        "message": explain(words, problem),
    }


def error_lines(words: Words, error: DaftarError) -> list[str]:
    """What stands in the way, line by line."""
    if error.code == "usage":
        return [str(error.params.get("text", ""))]
    lines = [explain(words, error)]
    if isinstance(error, NotUniqueError):
        lines += [f"  {identity}  {name}" for identity, name in error.candidates]
    if isinstance(error, FieldsToFixError):
        for wrong in error.wrong:
            place = words.t("Record {number}", number=wrong.place + 1) + ", " if error.many else ""
            lines.append(f"  {place}{wrong.problem.field}: {explain(words, wrong.problem)}")
    return lines
