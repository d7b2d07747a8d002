"""What happened between this laptop and the server, on the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from desktop.cli.call import Call
from desktop.cli.printing import t


def say_history(call: Call) -> None:
    """The list that the window shows under *What happened*, newest first; asks no server."""
    with call.reading() as reader:
        from desktop.store.happenings import HAPPENED, read_happenings
        from desktop.words.happenings import happening_told

        names = {state.id: state.name for state in reader.workspaces()}
        documents: list[dict[str, Any]] = []
        lines = []
        for one in read_happenings(reader.meta(HAPPENED)):
            name = names.get(one.workspace, "")
            told = happening_told(call.words, one.code, one.params, name)
            at = datetime.fromtimestamp(one.at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            text = "" if told is None else told.text
            documents.append(
                {
                    "at": at,
                    "code": one.code,
                    "workspace": name or None,
                    "text": text,
                    "counts": dict(one.params),
                }
            )
            if told is not None:
                lines.append([at, told.text, told.detail])
        table = call.table([t("When"), t("What"), t("Detail")], lines)
        call.answer(documents, lambda: table if lines else call.words.t("Nothing has happened yet."))
