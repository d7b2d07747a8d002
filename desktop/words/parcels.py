"""What is said of the sealed bundles that a laptop carries for colleagues: why one waits, and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from desktop.words.words import Words


def t(msgid: str) -> str:
    """Mark a text for translation; it is translated where it is shown."""
    return msgid


_LARGE: Final = t(
    "The server, or something on the way to it, takes no file of this size. Carry the original file on to "
    "the office, or ask its maker for one in smaller parts, and tell your administrator."
)
_LINE: Final = t("It did not get through. It is tried again by itself.")
_NEWER: Final = t(
    "It was made with a newer version than the server has. It is tried again by itself; tell your "
    "administrator that the server needs an update."
)
_UNSOUND: Final = t(
    "The server could not read all of it. It is tried again by itself. Carry the original file on, or ask "
    "its maker for a new one."
)
_INVITED: Final = t(
    "The invitation of the laptop that made it has ended or was used by another one. Ask your administrator; "
    "until then carry the original file on."
)
_FILE: Final = t(
    "The server took the changes in it, but not an attached file. It is tried again by itself; tell your "
    "administrator if this stays."
)
_ELSEWHERE: Final = t("The server says that it is sealed for another one. Ask its maker for a new file.")
_REASONS: Final[Mapping[str, str]] = {
    "": t("It goes along at the next sync."),
    "too_large": _LARGE,
    "bundle_too_large": _LARGE,
    "device_revoked": t(
        "The laptop that made it was taken off the programme's list, so the server takes nothing from it. "
        "Give the original file to your administrator."
    ),
    "courier_revoked": t(
        "This laptop was taken off the programme's list and may hand in nothing more. Save a copy, and give "
        "it to a colleague or to your administrator."
    ),
    "bundle_untrusted": t(
        "The server does not know the laptop that made it, as after a restored backup. It is taken when that "
        "laptop has met the server once. Keep the original file, and tell your administrator."
    ),
    "not_granted": t(
        "Its maker has no access to a workspace in it. It is tried again by itself; ask your administrator."
    ),
    "strand_gap": t("An earlier part has to come first; it may be on another stick. It waits for that."),
    "strand_fork": t(
        "A copy of its maker's laptop has sent other changes under the same numbers. That laptop sends what "
        "is in here anew; ask its maker, then this file can be discarded."
    ),
    "bundle_forged": t(
        "The server says that a signature does not fit. Ask its maker for a new file, and tell your "
        "administrator."
    ),
    "frame_poison": t(
        "The server could not take part of it in. It is tried again by itself; tell your administrator."
    ),
    "bundle_damaged": _UNSOUND,
    "bundle_cut": _UNSOUND,
    "bundle_unknown": _UNSOUND,
    "bundle_newer": _NEWER,
    "bundle_part_newer": _NEWER,
    "frame_too_new": _NEWER,
    "bundle_not_for_you": _ELSEWHERE,
    "bundle_not_for_server": _ELSEWHERE,
    "code_unknown": _INVITED,
    "code_expired": _INVITED,
    "code_used": _INVITED,
    "bundle_file_unnamed": _FILE,
    "bundle_file_apart": _FILE,
    "blob_differs": _FILE,
    "blob_store_unavailable": _FILE,
    "file_erased": _FILE,
    "files_full": _FILE,
    "connection_cut": _LINE,
    "cut_message": _LINE,
    "bad_answer": _LINE,
    "stale_answer": _LINE,
    "not_a_server": _LINE,
    "not_found": _LINE,
    "busy": _LINE,
    "too_many_requests": _LINE,
    "database_unavailable": _LINE,
}
_OTHER: Final = t(
    "The server did not take it ({code}). It stays here and is tried again by itself. Carry the original "
    "file on, and tell your administrator."
)
_DROPPED: Final = t(
    "The file of {name} from {date} that this laptop carried is damaged and can be read by nobody, so it was "
    "removed here. Ask for it again: what is in it is still on the laptop that made it."
)
_DROPPED_ELSEWHERE: Final = t(
    "The file of {name} from {date} that this laptop carried is sealed for another server and can be handed "
    "in nowhere here, so it was removed. Ask its maker for a new one."
)


def parcel_reason(words: Words, code: str) -> str:
    """Why a parcel waits, and what to do about it."""
    known = _REASONS.get(code)
    return words.t(_OTHER, code=code) if known is None else words.t(known)


def parcel_title(words: Words, person: str, made_ms: int, volume: int) -> str:
    """Such as "Lina Haddad, 05 Mar 2026", with the number of the part behind the first."""
    day = words.date(dt.datetime.fromtimestamp(made_ms // 1000, dt.UTC).date().isoformat())
    parts = [words.isolate(person) if person else words.t("A colleague"), day]
    if volume > 1:
        parts.append(words.t("Part {part}", part=words.number(volume)))
    return words.join(parts)


def waiting_sentence(words: Words, count: int) -> str:
    """How many files of colleagues wait."""
    return words.n(
        "{count} file of colleagues waits to be handed in; see bundle waiting.",
        "{count} files of colleagues wait to be handed in; see bundle waiting.",
        count,
    )


def dropped_text(words: Words, params: Mapping[str, str | int]) -> str:
    """What was taken off this laptop, and why."""
    elsewhere = str(params.get("why", "")).startswith(("bundle_not_for", "bundle_code"))
    person = str(params.get("person", "")) or words.t("A colleague")
    return words.t(
        _DROPPED_ELSEWHERE if elsewhere else _DROPPED,
        name=words.isolate(person),
        date=words.date(str(params.get("made", "1970-01-01"))),
    )


def kept_text(words: Words, count: int) -> str:
    """What a laptop that was revoked carried."""
    return words.n(
        "This laptop was taken off the programme's list, and carries {count} file of colleagues that it may "
        "not hand in any more. It stays here: save a copy under Send and receive, and give it to a "
        "colleague or to your administrator.",
        "This laptop was taken off the programme's list, and carries {count} files of colleagues that it may "
        "not hand in any more. They stay here: save copies under Send and receive, and give them to a "
        "colleague or to your administrator.",
        count,
    )
