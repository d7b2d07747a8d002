"""What a list of files says of each: its size and author, where it is, and when it travels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from desktop.bridge.desk import Desk
from desktop.bridge.file_desk import Moving
from desktop.store.documents import Document, Standing
from desktop.words import Words
from desktop.words.files import FETCHING, SENDING, STATES
from desktop.words.messages import explain
from sync.clock import stamp_ms
from sync.errors import DaftarError

_ICONS: Final = {
    ".pdf": "file-text",
    ".doc": "file-text",
    ".docx": "file-text",
    ".odt": "file-text",
    ".txt": "file-text",
    ".xls": "table",
    ".xlsx": "table",
    ".ods": "table",
    ".csv": "table",
}
_MARKS: Final = {
    Standing.HERE: ("cloud-check", "over"),
    Standing.WAITING: ("hourglass", ""),
    Standing.PARTLY: ("cloud", ""),
    Standing.AWAY: ("cloud", ""),
    Standing.ABSENT: ("circle-slash", "watch"),
    Standing.LOST: ("triangle-alert", "bad"),
    Standing.REFUSED: ("circle-alert", "bad"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A line of a row: icon, the family of its colour (empty for the quiet one), words, a share or none."""

    text: str
    icon: str
    family: str = ""
    share: float | None = None


def document_icon(document: Document) -> str:
    if document.address:
        return "external"
    return _ICONS.get(PurePosixPath(document.file_name).suffix.lower(), "file")


def caption_of(words: Words, desk: Desk, document: Document) -> str:
    """Size, who and when: `1.2 MB · Lina Haddad · today 09:41`."""
    row = document.row
    parts = [words.size(document.file.size)] if document.file is not None else []
    own = row.made_by == desk.account
    parts.append(document.author.name or (words.t("You") if own else words.t("Somebody")))
    if row.made_stamp:
        parts.append(words.moment(stamp_ms(row.made_stamp), now_ms=desk.clock.now_ms()))
    return " · ".join(words.isolate(part) for part in parts)


def state_of(words: Words, document: Document, moving: Moving | None, *, away: str) -> Said:
    """Where the file is; `away` is the code of what keeps anything from travelling just now."""
    one, standing = document.file, document.standing
    if one is None or standing is None:
        said = words.t("A page on the web") if document.address else words.t("No file, only a title")
        return Said(said, "link" if document.address else "file")
    if moving is not None:
        text = words.t("Being sent") if moving.sending else words.t("Being fetched")
        return Said(text, "arrow-up" if moving.sending else "arrow-down", "over", moving.share)
    icon, family = _MARKS[standing]
    if standing is Standing.REFUSED:
        return Said(explain(words, DaftarError(one.duty.code, bytes=one.size)), icon, family)
    share = document.received / one.size if standing is Standing.PARTLY and one.size else None
    if one.duty.wanted and standing not in (Standing.HERE, Standing.ABSENT):
        return Said(_asked(words, away, sending=not one.duty.sent), "clock", "", share)
    return Said(words.t(STATES[standing.value]), icon, family, share)


def _asked(words: Words, away: str, *, sending: bool) -> str:
    if away == "no_connection":
        if sending:
            return words.t("No connection just now. It goes out by itself as soon as there is one.")
        return words.t("No connection just now. It comes by itself as soon as there is one.")
    if away:
        return explain(words, DaftarError(away))
    return words.t("Asked for; goes out in a moment") if sending else words.t("Asked for; comes in a moment")


def policy_of(words: Words, document: Document) -> str:
    """When it travels by itself; empty where nothing of it has to travel any more."""
    one, standing = document.file, document.standing
    if one is None or standing in (Standing.HERE, Standing.LOST, Standing.REFUSED) or one.duty.wanted:
        return ""
    return words.t((FETCHING if one.duty.sent else SENDING)[one.duty.policy.value])


def asking_of(words: Words, document: Document) -> str:
    """What asking for the file is called; empty where there is nothing to ask for."""
    one, standing = document.file, document.standing
    if one is None or standing is Standing.HERE or (one.duty.wanted and standing is not Standing.REFUSED):
        return ""
    if standing is Standing.REFUSED:
        return words.t("Try again")
    return words.t("Fetch now") if one.duty.sent or standing is Standing.LOST else words.t("Send now")
