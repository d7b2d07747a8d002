"""Every error code has a sentence in every language, made from what comes with the code."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from helpers import repository

from desktop.words import Words
from desktop.words.messages import MESSAGES, explain
from sync.errors import DaftarError
from sync.records import PROBLEMS, FieldProblem

LANGUAGES = ["en", "fr", "ar"]
HERE = Path(__file__)
TESTS = HERE.parents[2]
# Nobody provokes these yet. Whoever does takes them out; nothing new belongs here.
UNPROVOKED = {
    "backup_failed",
    "bundle_no_keys",
    "cannot_write",
    "damage_left",
    "decision_missing",
    "file_is_program",
    "file_no_program",
    "import_reference_lost",
    "memory_short",
    "not_an_entry",
    "one_worker_only",
    "parcel_too_large",
    "s3_missing",
    "unknown_date",
    "unknown_operator",
    "unknown_size",
    "unsent_left",
}


def raised_codes() -> dict[str, str]:
    """Every literal code of an error that a laptop may have to explain, and where it is raised."""
    found = {}
    for top in ("desktop", "sync"):
        for path in sorted((repository.ROOT / top).rglob("*.py")):
            name = path.relative_to(repository.ROOT).as_posix()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _is_error(node.func) and node.args:
                    # The code itself, or both branches where one of two is chosen.
                    code = node.args[0]
                    parts = [code.body, code.orelse] if isinstance(code, ast.IfExp) else [code]
                    for part in parts:
                        if isinstance(part, ast.Constant) and isinstance(part.value, str):
                            found[part.value] = f"{name}:{node.lineno}"
    return found


def _is_error(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and function.id == "DaftarError"


def _on_the_terminal() -> set[str]:
    from sync.server import wording

    return set(wording._MESSAGES)


def test_every_code_has_a_message() -> None:
    # The administrator's terminal has words of its own.
    known = {*MESSAGES, *PROBLEMS, *_on_the_terminal()}
    missing = [f"{code} ({where})" for code, where in raised_codes().items() if code not in known]
    assert not missing, "\n".join(["", *missing])


def test_every_code_is_named_by_a_test() -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("*.py") if path != HERE)
    named = set(re.findall(r"(?<![a-z0-9_])[a-z0-9_]+(?![a-z0-9_])", written))
    assert set(raised_codes()) - named - UNPROVOKED == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_can_be_shown(language: str) -> None:
    words = Words(language)
    for code, template in MESSAGES.items():
        params = {name: "A-1" for _, name, _, _ in Formatter().parse(template) if name}
        shown = explain(words, DaftarError(code, **params))
        assert shown
        assert "{" not in shown
        assert shown.endswith(".")
        assert language == "en" or shown != explain(Words(), DaftarError(code, **params)), code


def test_messages_keep_the_rules_of_tone() -> None:
    for message in MESSAGES.values():
        lowered = message.lower()
        for word in ("please", "! ", "sync", "conflict", "error", "invalid", "failed", "offline"):
            assert word not in lowered, message


def test_a_message_survives_a_missing_part() -> None:
    assert explain(Words(), DaftarError("unknown_field", field="x")) == (
        "“x” is not a field of “…”. Check its spelling."
    )


def test_parts_are_isolated_where_the_language_runs_the_other_way() -> None:
    assert "«\u2066goat\u2069»" in explain(Words("ar"), DaftarError("unknown_kind", kind="goat"))


def test_a_value_is_explained_by_its_own_rule() -> None:
    problem = FieldProblem("too_big", "share", "120", {"maximum": "100"})
    assert explain(Words(), problem) == "Write 100 or less. “120” is kept until you fix it."
    assert "one piece" in explain(Words(), DaftarError("too_big"))


def test_what_is_unknown_still_says_what_is_safe() -> None:
    assert "(ZeroDivisionError)" in explain(Words(), ZeroDivisionError())
    assert "safe" in explain(Words(), DaftarError("from_a_newer_version"))
