"""The main job with real processes over a link that breaks again and again: nothing is lost, both agree."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from helpers.cutting import CuttingProxy
from helpers.programs import Laptop, RefusedError, Server

SEED = 20_260_305
# So many bytes pass before a connection breaks: often less than one request with its headers.
SHORTEST, LONGEST = 60, 5_000
MOST_TRIES = 40
PASSING = ("connection_cut", "cut_message", "no_connection", "bad_answer")
ROWS = 90

KINDS = ("activity", "result", "person", "budget_line", "meeting", "indicator", "period", "value", "comment")
FIRST_NOTES = "اجتمع الفريق في إربد. بدأ التدريب في موعده."


@dataclass(frozen=True)
class Edit:
    """What one person typed into one field while there was no connection."""

    kind: str
    name: str
    typed: str
    field: str
    value: Any


AMINA = (
    Edit("activity", "1.1.1", "status=ongoing", "status", "ongoing"),
    Edit("activity", "1.1.2", "end=2026-08-31", "end", "2026-08-31"),
    Edit("activity", "1.1.3", "title=Hold two job fairs", "title", "Hold two job fairs"),
    Edit("activity", "1.1.4", "tags+=training", "tags", {"added": ["training"], "removed": []}),
    Edit("meeting", "Weekly", f"notes={FIRST_NOTES} حضر الشركاء.", "notes", f"{FIRST_NOTES} حضر الشركاء."),
    Edit("value", "", "cells.F=120", "cells", {"F": "120"}),
)
OMAR = (
    Edit("activity", "1.1.1", "progress=40", "progress", 40),
    Edit("activity", "1.1.2", "end=2026-10-31", "end", "2026-10-31"),
    Edit("activity", "1.1.3", "deleted", "deleted", True),
    Edit("activity", "1.1.4", "tags+=irbid", "tags", {"added": ["irbid"], "removed": []}),
    Edit("meeting", "Weekly", f"notes=في يوم الأحد {FIRST_NOTES}", "notes", f"في يوم الأحد {FIRST_NOTES}"),
    Edit("value", "", "cells.F=121", "cells", {"F": "121"}),
    Edit("value", "", "cells.M=98", "cells", {"M": "98"}),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Server:
    database = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    return Server(tmp_path / "server", database=database)


def workplan(folder: Path) -> Path:
    """A workplan with many rows, so that there is something to cut."""
    head = ["Pathways to Work - workplan 2026,,,,", "No,Activity,Responsible,Start,End,Budget (USD)"]
    rows = [
        f"1.1.{row},Activity {row} in district {row * 7919 % 1000},Officer {row % 9},"
        f"2026-{row % 9 + 1:02}-03,{row % 27 + 1:02}.12.2026,{row * 7907 % 50_000}"
        for row in range(1, ROWS + 1)
    ]
    file = folder / "workplan.csv"
    file.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")
    return file


def until_done(laptop: Laptop, *arguments: str) -> Any:
    """Repeat a command that the link may break, as a person would."""
    for _ in range(MOST_TRIES):
        try:
            return laptop(*arguments)
        except RefusedError as error:
            if error.code not in PASSING:
                raise
    raise AssertionError(f"{' '.join(arguments)}: not done after {MOST_TRIES} tries")


def write(laptop: Laptop, edits: tuple[Edit, ...]) -> None:
    for edit in edits:
        name = edit.name or laptop.read("list", edit.kind)[0]["id"]
        if edit.typed == "deleted":
            laptop("delete", edit.kind, name)
        else:
            laptop("set", edit.kind, name, edit.typed)


def fill(laptop: Laptop, folder: Path) -> None:
    laptop("import", str(workplan(folder)))
    laptop("add", "meeting", "title=Weekly", f"notes={FIRST_NOTES}")
    laptop("add", "indicator", "title=People placed", "code=1.0.1")
    laptop("add", "period", "name=First quarter", "code=2026-Q1", "start=2026-01-01", "end=2026-03-31")
    laptop("add", "value", "indicator=1.0.1", "period=2026-Q1", "cells.F=112", "cells.M=95")


def account_for(laptop: Laptop, person: str, edits: tuple[Edit, ...]) -> None:
    """Every edit is what is shown, or a value that waits for a decision, or was decided over."""
    questions = {(one["record"], one["field"]): one for one in laptop.read("conflicts")}
    for edit in edits:
        name = edit.name or laptop.read("list", edit.kind)[0]["id"]
        shown = laptop.read("show", edit.kind, name)
        history = laptop.read("history", edit.kind, name)
        at = [
            place
            for place, entry in enumerate(history)
            if entry["author"] == person and entry["fields"].get(edit.field) == edit.value
        ]
        # Whatever became of it, the edit itself stands in the history of both laptops for ever.
        assert at or edit.field == "notes", (person, edit)
        field, wanted = key_and_value(edit)
        waiting = [value["value"] for value in questions.get((shown["id"], field), {"values": []})["values"]]
        decided = [entry for entry in history if entry["what"] == "decide" and names(entry, edit.field)]
        assert holds(shown, edit) or wanted in waiting or decided, (person, edit, shown)


def key_and_value(edit: Edit) -> tuple[str, Any]:
    """The field and value as the list of questions names them."""
    if edit.field == "cells":
        ((key, value),) = edit.value.items()
        return f"cells.{key}", value
    return edit.field, edit.value


def names(entry: dict[str, Any], field: str) -> bool:
    return field in entry["fields"]


def holds(shown: dict[str, Any], edit: Edit) -> bool:
    """Whether the record reads as the edit wanted it."""
    value = shown[edit.field]
    if edit.field == "tags":
        return set(edit.value["added"]) <= set(value)
    if edit.field == "cells":
        return edit.value.items() <= value.items()
    if edit.field == "notes":
        return all(word in value for word in edit.value.split())
    return bool(value == edit.value)


def settle(amina: Laptop, omar: Laptop) -> None:
    """Sync in turns until neither has anything new."""
    for laptop in (amina, omar, amina):
        until_done(laptop, "sync")


def decide_everything(amina: Laptop, omar: Laptop) -> None:
    """Each takes every other question, so that decisions too meet on the way."""
    questions = amina.read("conflicts")
    assert {one["field"] for one in questions} == {"end", "cells.F", "deleted"}
    assert questions == omar.read("conflicts")
    for place, question in enumerate(questions):
        laptop = (amina, omar)[place % 2]
        word = ("--value", "keep") if question["field"] == "deleted" else ("--take", "2")
        laptop("decide", question["id"], *word)


def everything(laptop: Laptop) -> dict[str, Any]:
    """Whatever the notebook shows, of every kind."""
    return {kind: strip(laptop.read("list", kind)) for kind in KINDS}


def strip(records: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(record, sort_keys=True) for record in records)


@pytest.fixture
def link(server: Server) -> Iterator[CuttingProxy]:
    with server.running() as url, CuttingProxy(url, seed=SEED, shortest=SHORTEST, longest=LONGEST) as proxy:
        yield proxy


def test_two_laptops_agree_over_a_link_that_is_cut_again_and_again(
    server: Server, link: CuttingProxy, tmp_path: Path
) -> None:
    server("workspace", "add", "Jordan")
    laptops = []
    for name in ("Amina", "Omar"):
        server("person", "add", name)
        server("grant", name, "Jordan", "officer")
        code = server("invite", name)["code"]
        laptops.append(Laptop(tmp_path / name))
        until_done(laptops[-1], "enrol", "--server", link.url, "--code", code)
    amina, omar = laptops
    fill(amina, tmp_path)
    settle(amina, omar)
    assert everything(amina) == everything(omar)
    assert len(omar.read("list", "activity")) == ROWS
    write(amina, AMINA)
    write(omar, OMAR)
    settle(amina, omar)
    for laptop in laptops:
        account_for(laptop, "Amina", AMINA)
        account_for(laptop, "Omar", OMAR)
    decide_everything(amina, omar)
    settle(amina, omar)
    for laptop in laptops:
        assert laptop.read("conflicts") == laptop.read("quarantine") == []
        account_for(laptop, "Amina", AMINA)
        account_for(laptop, "Omar", OMAR)
    checks = [laptop("check") for laptop in laptops]
    assert checks[0] == checks[1]
    assert checks[0]["ok"]
    assert everything(amina) == everything(omar)
    assert link.cuts >= 10
