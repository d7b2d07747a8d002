"""The state of sync as whole sentences: what is safe first, then what happens next."""

from desktop.bridge.sync_facts import SyncState
from desktop.words import Words
from desktop.words.messages import explain
from sync.errors import DaftarError


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
    if state.cut:
        return words.t("What arrived is kept. It goes on by itself where it stopped.")
    if state.running:
        return words.t("Going on working is safe. What is typed now goes out with the next run.")
    if state.no_connection:
        return words.t(
            "Everything is saved on this laptop. It goes out by itself when there is a connection again."
        )
    if state.refused:
        return words.t("What the server did not accept is kept in the list below, as it was typed.")
    if state.problem:
        return explain(words, DaftarError(state.problem, **dict(state.problem_params)))
    if state.decisions:
        return words.t("Nothing is lost while these wait.")
    if state.pending:
        return words.t("Everything is saved on this laptop. It goes out by itself, or now.")
    return words.t("Everybody has what was typed here, and this laptop has what the others sent.")


def waiting_line(words: Words, kind_plural: str, count: int) -> str:
    """Such as "Activities: 7 changes"."""
    return f"{words.t(kind_plural)}: {words.n('{count} change', '{count} changes', count)}"
