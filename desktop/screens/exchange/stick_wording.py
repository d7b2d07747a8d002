"""What the page says of bundles: who made one, what is in it, and what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from desktop.syncing.bundles import Look, Saved, Taken, card_name
from desktop.words import Words
from desktop.words.enclosed import damaged_told, enclosed_told
from desktop.words.messages import explain
from sync.bundles.files import files_in
from sync.errors import DaftarError


def t(msgid: str) -> str:
    """Mark a text for translation; it is translated where it is shown."""
    return msgid


_TRUST = {
    "server": t("Confirmed by your server."),
    "starter": t("Confirmed by your server through a starter pack."),
    "": t("Nobody confirms who made it. Compare the fingerprint with its maker."),
}


def maker(words: Words, seen: Look) -> str:
    """Who made a bundle, as people call them."""
    return card_name(seen.head.card) or words.t("Server")


def facts(words: Words, seen: Look) -> list[tuple[str, str]]:
    """Names and values for the preview."""
    head = seen.head
    moment = dt.datetime.fromtimestamp(head.made_ms / 1000, dt.UTC).astimezone()
    found = [
        (words.t("Made by"), words.isolate(maker(words, seen))),
        (words.t("Made at"), words.datetime(moment.replace(tzinfo=None, microsecond=0, second=0))),
        (words.t("In it"), words.n("{count} change", "{count} changes", head.changes)),
    ]
    files, size = files_in(seen.entries)
    if files:
        told = words.n("{count} attached file", "{count} attached files", files)
        found.append((words.t("Files"), f"{told}, {words.size(size)}"))
    if head.volumes > 1:
        part = words.t("Part {part} of {parts}", part=head.volume, parts=head.volumes)
        found.append((words.t("File"), part))
    if not seen.trust:
        found.append((words.t("Fingerprint"), words.isolate(head.card.keys.fingerprint)))
    return found


def trust_sentence(words: Words, seen: Look) -> str:
    return words.t(_TRUST.get(seen.trust, _TRUST[""]))


def saved_sentence(words: Words, saved: Saved) -> str:
    """What was written, and where."""
    sentence = words.t(
        "{own} of your changes and {carried} of colleagues are in {files}.",
        own=words.number(saved.own),
        carried=words.number(saved.carried),
        files=words.join([words.isolate(path.name) for path in saved.files]),
    )
    sentence = f"{sentence} {words.t('They stay here too until the server has them.')}"
    enclosed = saved.enclosed
    told = enclosed_told(words, files=len(enclosed.files), size=enclosed.bytes, left=enclosed.left)
    return " ".join([sentence, *told, *damaged_told(words, saved.damaged)])


def taken_sentences(words: Words, taken: Sequence[Taken]) -> tuple[str, bool]:
    """What came of bundles, and whether nothing stood in the way."""
    lines: list[str] = []
    for one in taken:
        who = words.isolate(card_name(one.head.card) or words.t("Server"))
        parts = [words.n("{count} new change", "{count} new changes", one.brought.new)]
        if one.brought.ordered:
            parts.append(words.n("{count} from the server", "{count} from the server", one.brought.ordered))
        if one.brought.acknowledged:
            parts.append(
                words.n(
                    "{count} of yours has arrived at the server",
                    "{count} of yours have arrived at the server",
                    one.brought.acknowledged,
                )
            )
        if one.brought.files:
            parts.append(words.n("{count} attached file", "{count} attached files", one.brought.files))
        if one.carried:
            lines.append(f"{who}: {words.t('It is for the server; it goes along at the next sync.')}")
        elif not one.code:
            lines.append(f"{who}: {words.join(parts)}")
        if one.missing and not one.code:
            lines.append(
                words.n(
                    "{count} part is missing; it can be taken in later.",
                    "{count} parts are missing; they can be taken in later.",
                    one.missing,
                )
            )
        codes = [one.code] if one.code else []
        lines += [explain(words, DaftarError(code, **one.params)) for code in (*codes, *one.brought.problems)]
    whole = not any(one.code or one.brought.problems for one in taken)
    return "\n".join(lines), whole
