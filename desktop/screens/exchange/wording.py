"""The state of sync as whole sentences: what is safe first, then what happens next."""

from collections.abc import Mapping

from desktop.bridge.sync_facts import SyncState
from desktop.store.happenings import COMPARED, DIFFERS, EXCHANGED, FILLED, REPAIRED, Happening
from desktop.syncing.forecast import WaitingHere
from desktop.widgets.sync_wording import fetching_sentence, fetching_words
from desktop.words import Words
from desktop.words.happenings import happening_told
from desktop.words.messages import explain
from sync.client.plan import Plan
from sync.errors import DaftarError

_MINUTE, _HOUR = 60, 3600
_ICONS = {
    EXCHANGED: "arrow-down-up",
    FILLED: "download",
    COMPARED: "circle-check",
    REPAIRED: "list-checks",
    DIFFERS: "circle-alert",
}


def state_sentence(words: Words, state: SyncState) -> str:
    """One or two sentences under the state."""
    if state.practice:
        return words.t("This is a practice notebook. What is typed here never leaves this laptop.")
    if state.access_ended:
        return words.t(
            "What was not sent is kept on this laptop. Ask your administrator; with a new code it goes out."
        )
    if not state.joined:
        return words.t("Everything is saved on this laptop. It has not joined a team yet.")
    return _going(words, state) or _standing(words, state)


def _going(words: Words, state: SyncState) -> str:
    """Where something is under way, or the line is down."""
    if state.cut:
        return words.t("What arrived is kept. It goes on by itself where it stopped.")
    if state.running and state.fetching is not None:
        return fetching_sentence(words, state.fetching)
    if state.running:
        return words.t("Going on working is safe. What is typed now goes out with the next run.")
    if state.no_connection:
        safe = words.t(
            "Everything is saved on this laptop. It goes out by itself when there is a connection again."
        )
        if state.fetching is None:
            return safe
        return f"{fetching_words(words, state.fetching)}. {safe}"
    return ""


def _standing(words: Words, state: SyncState) -> str:
    if state.refused:
        return words.t("What the server did not accept is kept in the list below, as it was typed.")
    if state.problem:
        return explain(words, DaftarError(state.problem, **dict(state.problem_params)))
    if state.differing:
        return words.t(
            "{workspaces} is not what the server has, and this laptop could not put it right. Nothing that "
            "was typed is lost, and what waits is still sent. Compare again; if this stays, tell your "
            "administrator.",
            workspaces=words.join([words.isolate(name) for name in state.differing]),
        )
    if state.fetching is not None:
        return fetching_sentence(words, state.fetching)
    if state.decisions:
        return words.t("Nothing is lost while these wait.")
    if state.pending:
        return words.t("Everything is saved on this laptop. It goes out by itself, or now.")
    return words.t("Everybody has what was typed here, and this laptop has what the others sent.")


# How much there is


def plan_line(words: Words, plan: Plan) -> str:
    """Such as "42 KB to send, about 310 KB to receive · about 3 min over the line of last time"."""
    if not plan.changes_up and not plan.changes_down:
        return words.t("Nothing to send and nothing to receive.")
    up = words.t("nothing to send")
    if plan.changes_up:
        up = words.t("{size} to send", size=words.isolate(words.size(plan.bytes_up)))
    down = words.t("nothing to receive")
    if plan.changes_down:
        down = words.t("about {size} to receive", size=words.isolate(words.size(plan.bytes_down)))
    return _with_time(words, _capital(words.join([up, down])), plan.seconds)


def waiting_note(words: Words, waiting: WaitingHere) -> str:
    """What waits here, known without a network: "About 2 KB to send"."""
    size = words.isolate(words.size(waiting.bytes))
    return _with_time(words, words.t("About {size} to send", size=size), waiting.seconds)


def _with_time(words: Words, text: str, seconds: int | None) -> str:
    if seconds is None:
        return text
    time = words.t("{time} over the line of last time", time=duration(words, seconds))
    return f"{text} · {time}"


def duration(words: Words, seconds: int) -> str:
    """A time that is guessed, in the unit people plan with."""
    if seconds < _MINUTE:
        return words.t("less than a minute")
    if seconds < _HOUR:
        return words.n("about {count} minute", "about {count} minutes", round(seconds / _MINUTE))
    return words.n("about {count} hour", "about {count} hours", round(seconds / _HOUR))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# What happened


def happening_words(
    words: Words, one: Happening, names: Mapping[bytes, str]
) -> tuple[str, str, str, str] | None:
    """Icon, family, text and detail of one line; None for what speaks of a workspace that is not here."""
    if one.workspace and one.workspace not in names:
        return None
    told = happening_told(words, one.code, one.params, names.get(one.workspace, ""))
    if told is None:
        return None
    return (_ICONS[one.code], told.family, told.text, told.detail)
