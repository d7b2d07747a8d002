"""Why a colleague's change was not accepted, said to the coordinator who may let it in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from desktop.words import Words
from desktop.words.messages import explain
from sync.errors import DaftarError


def t(msgid: str) -> str:
    """Mark a message for translation."""
    return msgid


WRONG_IN_ITSELF: Final = frozenset(
    {"invalid_value", "required", "immutable_field", "wrong_merge", "wrong_kind", "bad_kind"}
)
"""Nobody can let these in."""
ADMINISTRATORS: Final = "read_only_kind"
ACCESS_LOST: Final = "access_lost"

REASONS: Final[Mapping[str, str]] = {
    ACCESS_LOST: t("It arrived when {person} had no access to this workspace any more."),
    "role_too_low": t("The role of {person} does not include this."),
    "needs_coordinator": t("It approves something, which only a coordinator does."),
    "record_locked": t("It changes something that was approved before."),
    "creation_refused": t("It belongs to a record that was not accepted itself. Let that one in first."),
    "text_refused": t("It was written on a text that was not accepted itself. Let that one in first."),
    "wrong_author": t("It came from the laptop of {person}, but under another name."),
    ADMINISTRATORS: t("It changes something that only the administrator keeps."),
    "invalid_value": t("A value does not fit its field."),
    "required": t("A field that is needed is empty."),
    "immutable_field": t("It changes something that cannot be changed once it is saved."),
    "wrong_merge": t("It was written by a version of Daftar that does not fit this field."),
    "wrong_kind": t("The record is of another kind."),
    "bad_kind": t("The server does not know this kind of record."),
}


def held_reason(words: Words, code: str, person: str) -> str:
    """One sentence; a code of a later version is shown as it is."""
    template = REASONS.get(code, t("The server did not accept it ({code})."))
    return words.t(template, person=_named(words, person), code=code)


def held_advice(words: Words, code: str, person: str) -> str:
    """What the coordinator can do about it."""
    name = _named(words, person)
    if code == ADMINISTRATORS:
        return words.t("It cannot be let in. Ask your administrator for the change.")
    if code in WRONG_IN_ITSELF:
        return words.t(
            "It cannot be let in as it is. {person} sees it too, and can type it again.", person=name
        )
    return words.t(
        "Let in, it comes to everybody under the name of {person}. If somebody changed the same since, "
        "people decide.",
        person=name,
    )


def can_let_in(code: str) -> bool:
    """Whether letting it in can help at all; the server has the last word."""
    return code not in WRONG_IN_ITSELF and code != ADMINISTRATORS


def discard_text(words: Words, code: str, person: str) -> str:
    """What becomes of a change that is discarded; a laptop whose access ended keeps nothing."""
    name = _named(words, person)
    if code == ACCESS_LOST:
        return words.t(
            "It does not come into the workspace, and cannot be let in later. The server keeps it, together "
            "with your reason. {person} has lost access: that laptop may not have it any more.",
            person=name,
        )
    return words.t(
        "It does not come into the workspace, and cannot be let in later. It is kept on the laptop where it "
        "was typed, together with your reason. {person} sees both there, and can type it again.",
        person=name,
    )


def failure_text(words: Words, error: BaseException) -> str:
    """Why nothing was decided or listed."""
    if isinstance(error, DaftarError) and error.code == "needs_coordinator":
        return words.t("Only coordinators of the workspace decide about this. Nothing was changed.")
    return explain(words, error)


def _named(words: Words, person: str) -> str:
    return words.isolate(person) if person else words.t("somebody")
