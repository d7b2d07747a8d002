"""The state of sync in words: the worst of what is true, in two halves for the badge."""

from desktop.bridge.sync_facts import SyncState
from desktop.store.fetching import Fetching
from desktop.widgets.sync_badge import SyncWords
from desktop.words import Words


def badge_words(words: Words, state: SyncState, *, now_ms: int) -> SyncWords:
    """What the badge says. The worst state wins; progress is said in numbers."""
    return _special(words, state) or _link(words, state) or _quiet(words, state, now_ms=now_ms)


def last_sent(words: Words, state: SyncState, *, now_ms: int) -> str:
    """When everything went well last, such as "last sent Thu 11 Jun"."""
    if state.last_success_ms is None:
        return words.t("nothing sent yet")
    when = words.isolate(words.moment(state.last_success_ms, now_ms=now_ms))
    return words.t("last sent {when}", when=when)


def amount_done(words: Words, state: SyncState) -> str:
    """How far a run has come: "9 KB of 51 KB", or what is done where the whole is not known."""
    done = words.isolate(words.size(state.done_bytes))
    if not state.total_bytes:
        return words.t("{done} so far", done=done)
    return words.t("{done} of {total}", done=done, total=words.isolate(words.size(state.total_bytes)))


def amount_fetched(words: Words, fetching: Fetching) -> str:
    """How much of a workspace is here: "1.2 MB of 3 MB"."""
    done, total = (words.isolate(words.size(count)) for count in (fetching.done, fetching.size))
    return words.t("{done} of {total}", done=done, total=total)


def fetching_words(words: Words, fetching: Fetching) -> str:
    """Such as "Fetching Jordan: 41%"."""
    name, share = words.isolate(fetching.name), words.isolate(words.percent(fetching.percent))
    return words.t("Fetching {workspace}: {share}", workspace=name, share=share)


def fetching_sentence(words: Words, fetching: Fetching) -> str:
    """Whether people can work in a workspace that is not whole yet."""
    name = words.isolate(fetching.name)
    if fetching.usable:
        return words.t(
            "{workspace} can be used already: what is worked with first is here. What is older follows by "
            "itself, also after a cut.",
            workspace=name,
        )
    return words.t(
        "What is worked with in {workspace} comes first. What has arrived is kept, also after a cut.",
        workspace=name,
    )


def why_not_now(words: Words, state: SyncState) -> str:
    """Why nothing can be sent at this moment; empty where it can."""
    if state.running:
        return words.t("It is going on already.")
    if state.practice:
        return words.t("A practice notebook sends nothing.")
    if not state.joined:
        return words.t("This notebook has not joined a team yet.")
    if state.access_ended:
        return words.t("Access has ended. Ask your administrator.")
    return ""


def pending_here(words: Words, count: int) -> str:
    return words.n("{count} change on this laptop", "{count} changes on this laptop", count)


def safe_here(words: Words, count: int) -> str:
    if not count:
        return words.t("your work is safe here")
    return words.n("{count} change is safe here", "{count} changes are safe here", count)


def _special(words: Words, state: SyncState) -> SyncWords | None:
    if state.practice:
        return SyncWords("watch", "graduation-cap", words.t("Practice"), words.t("nothing is sent"))
    if state.access_ended:
        return SyncWords("bad", "lock", words.t("Access ended"), words.t("ask your administrator"))
    if state.refused:
        first = words.n("{count} change needs attention", "{count} changes need attention", state.refused)
        return SyncWords("bad", "circle-alert", first, words.t("open the list"))
    if state.problem:
        return SyncWords("bad", "circle-alert", words.t("Sending has stopped"), words.t("open to see why"))
    if state.differing:
        first = words.t("Not as on the server")
        return SyncWords("bad", "circle-alert", first, words.t("open to see what to do"))
    if not state.joined:
        return SyncWords("none", "laptop", words.t("Only on this laptop"), safe_here(words, state.pending))
    return None


def _link(words: Words, state: SyncState) -> SyncWords | None:
    if state.cut:
        return SyncWords("watch", "refresh", words.t("Connection cut"), words.t("goes on by itself"))
    if state.running and state.fetching is not None:
        fetching = state.fetching
        second = words.t("usable already") if fetching.usable else amount_fetched(words, fetching)
        return SyncWords("over", "download", fetching_words(words, fetching), second)
    if state.running:
        first = words.t("Sending and receiving")
        if state.sending or state.receiving:
            first = words.t(
                "Sending {sending}, receiving {receiving}",
                sending=words.number(state.sending),
                receiving=words.number(state.receiving),
            )
        return SyncWords("over", "arrow-down-up", first, amount_done(words, state))
    if state.no_connection:
        return SyncWords("none", "cloud-off", words.t("No connection"), safe_here(words, state.pending))
    return None


def _quiet(words: Words, state: SyncState, *, now_ms: int) -> SyncWords:
    sent = last_sent(words, state, now_ms=now_ms)
    if state.fetching is not None:
        second = words.t("goes on by itself")
        return SyncWords("over", "download", fetching_words(words, state.fetching), second)
    if state.clock_off_ms:
        second = words.t("open to see what to do")
        return SyncWords("watch", "clock-alert", words.t("This laptop's clock is wrong"), second)
    if state.decisions:
        first = words.n("{count} needs your decision", "{count} need your decision", state.decisions)
        return SyncWords("ask", "git-pull-request-arrow", first, sent)
    if state.pending:
        return SyncWords("over", "cloud-upload", pending_here(words, state.pending), sent)
    if state.last_success_ms is None:
        return SyncWords("none", "cloud", words.t("Nothing to send"), words.t("nothing sent yet"))
    return SyncWords(
        "ok", "cloud-check", words.t("All sent"), words.moment(state.last_success_ms, now_ms=now_ms)
    )
