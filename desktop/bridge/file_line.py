"""Files ask for the same line to the server as everything else does, and say why it is away."""

from __future__ import annotations

from desktop.bridge.file_desk import FileDesk
from desktop.bridge.sync_facts import SyncFacts, SyncState


def join_files(files: FileDesk, facts: SyncFacts) -> None:
    """From now on files know how the line stands, and ask for it."""
    files.follow(lambda: away_code(facts.state), facts.ask_now)
    facts.changed.connect(files.line_changed)


def away_code(state: SyncState) -> str:
    """Why nothing can travel just now; empty where nothing is known against it."""
    if not state.joined:
        return "not_enrolled"
    if state.access_ended:
        return "access_ended"
    return "no_connection" if state.no_connection or state.cut else state.problem
