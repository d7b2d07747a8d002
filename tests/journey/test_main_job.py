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
# What a connection passes before it breaks: three times in four less than most requests and answers need.
SPANS = ((60, 400), (60, 400), (300, 900), (600, 12_000))
LEAST_CUTS = 8
MOST_TRIES = 40
PASSING = ("connection_cut", "cut_message", "no_connection")
ROWS = 90

KINDS = ("activity", "meeting", "value", "budget_line")
NOTES = "اجتمع الفريق في إربد. بدأ التدريب في موعده."


@dataclass(frozen=True)
class Edit:
    """What one person typed while there was no connection, and how history names it."""

    kind: str
    name: str
    typed: str
    field: str
    value: Any


AMINA = (
    Edit("activity", "1.1.1", "status=ongoing", "status", "ongoing"),
    Edit("activity", "1.1.2", "end=2026-08-31", "end", "2026-08-31"),
    Edit("activity", "1.1.3", "title=Hold two job fairs", "title", "Hold two job fairs"),
    Edit("meeting", "Weekly", f"notes={NOTES} حضر الشركاء.", "notes", f"{NOTES} حضر الشركاء."),
    Edit("value", "", "cells.F=120", "cells.F", "120"),
)
OMAR = (
    Edit("activity", "1.1.1", "progress=40", "progress", 40),
    Edit("activity", "1.1.2", "end=2026-10-31", "end", "2026-10-31"),
    Edit("activity", "1.1.3", "", "deleted", True),
    Edit("meeting", "Weekly", f"notes=في يوم الأحد {NOTES}", "notes", f"في يوم الأحد {NOTES}"),
    Edit("value", "", "cells.F=121", "cells.F", "121"),
    Edit("value", "", "cells.M=98", "cells.M", "98"),
)


class View:
    """One notebook as it stands at one moment, each record looked up once."""

    def __init__(self, laptop: Laptop) -> None:
        self._laptop = laptop
        self._known: dict[tuple[str, ...], Any] = {}

    def ask(self, *words: str) -> Any:
        if words not in self._known:
            self._known[words] = self._laptop(*words)
        return self._known[words]

    def name(self, edit: Edit) -> str:
        return edit.name or str(self.ask("list", edit.kind)[0]["id"])

    def shows(self, edit: Edit) -> bool:
        """Whether the record reads as the edit wanted it."""
        shown = self.ask("show", edit.kind, self.name(edit))
        field, _, key = edit.field.partition(".")
        value = shown[field].get(key) if key else shown[field]
        if field == "notes":
            return all(word in value for word in edit.value.split())
        return bool(value == edit.value)

    def asks(self, edit: Edit) -> bool:
        """Whether the edit is one of the values that wait for a decision."""
        record = self.ask("show", edit.kind, self.name(edit))["id"]
        return any(
            question["record"] == record
            and question["field"] == edit.field
            and edit.value in [option["value"] for option in question["values"]]
            for question in self.ask("conflicts")
        )

    def remembers(self, edit: Edit, *, by: str) -> bool:
        """Whether the edit stands in the history under its author's name."""
        return any(entry["author"] == by and writes(entry, edit) for entry in self.history(edit))

    def decided(self, edit: Edit) -> bool:
        decisions = [entry for entry in self.history(edit) if entry["what"] == "decide"]
        return any(edit.field.partition(".")[0] in entry["fields"] for entry in decisions)

    def history(self, edit: Edit) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("history", edit.kind, self.name(edit))
        return found


def writes(entry: dict[str, Any], edit: Edit) -> bool:
    field, _, key = edit.field.partition(".")
    value = entry["fields"].get(field)
    if field == "notes":
        # A long text stands there as it read after the change, with what others had written by then.
        return value is not None and all(word in value for word in edit.value.split())
    return bool((value or {}).get(key) == edit.value) if key else bool(value == edit.value)


def account_for_every_edit(view: View) -> None:
    """Each edit stands in history for ever, and is shown, or waits for a decision, or was decided on."""
    for person, edits in (("Amina", AMINA), ("Omar", OMAR)):
        for edit in edits:
            assert view.remembers(edit, by=person), (person, edit)
            assert view.shows(edit) or view.asks(edit) or view.decided(edit), (person, edit)


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Server:
    database = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    return Server(tmp_path / "server", database=database)


@pytest.fixture
def link(server: Server) -> Iterator[CuttingProxy]:
    with server.running() as url, CuttingProxy(url, seed=SEED, spans=SPANS) as proxy:
        yield proxy


def until_done(laptop: Laptop, *arguments: str) -> Any:
    """Repeat a command that the link may break, as a person would; each try is a process of its own."""
    for _ in range(MOST_TRIES):
        try:
            return laptop.run(*arguments)
        except RefusedError as error:
            if error.code not in PASSING:
                raise
    raise AssertionError(f"{' '.join(arguments)}: not done after {MOST_TRIES} tries")


def join(server: Server, laptop: Laptop, name: str, *, url: str) -> Laptop:
    server("person", "add", name)
    server("grant", name, "Jordan", "officer")
    laptop.make()
    until_done(laptop, "enrol", "--server", url, "--code", server("invite", name)["code"])
    return laptop


def fill(laptop: Laptop, folder: Path) -> None:
    laptop("import", str(workplan(folder)))
    laptop("add", "meeting", "title=Weekly", f"notes={NOTES}")
    laptop("add", "indicator", "title=People placed", "code=1.0.1")
    laptop("add", "period", "name=First quarter", "code=2026-Q1", "start=2026-01-01", "end=2026-03-31")
    laptop("add", "value", "indicator=1.0.1", "period=2026-Q1", "cells.F=112", "cells.M=95")


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


def write(laptop: Laptop, edits: tuple[Edit, ...]) -> None:
    view = View(laptop)
    for edit in edits:
        command, typed = ("set", [edit.typed]) if edit.typed else ("delete", [])
        laptop(command, edit.kind, view.name(edit), *typed)


def sync(*laptops: Laptop) -> None:
    """In turns, until neither can have anything new."""
    for laptop in (*laptops, laptops[0]):
        until_done(laptop, "sync")


def decide_everything(amina: Laptop, omar: Laptop) -> None:
    """Each takes every other question, so that decisions too meet on the way."""
    questions = amina("conflicts")
    assert sorted(one["field"] for one in questions) == ["cells.F", "deleted", "end"]
    assert questions == omar("conflicts")
    for place, question in enumerate(questions):
        word = ("--value", "keep") if question["field"] == "deleted" else ("--take", "2")
        (amina, omar)[place % 2]("decide", question["id"], *word)


def everything(laptop: Laptop) -> dict[str, list[str]]:
    """Whatever the notebook shows of some kinds."""
    return {
        kind: sorted(json.dumps(record, sort_keys=True) for record in laptop("list", kind)) for kind in KINDS
    }


def test_two_laptops_agree_over_a_link_that_is_cut_again_and_again(
    server: Server, link: CuttingProxy, tmp_path: Path
) -> None:
    server("workspace", "add", "Jordan")
    amina = join(server, Laptop(tmp_path / "amina"), "Amina", url=link.url)
    omar = join(server, Laptop(tmp_path / "omar"), "Omar", url=link.url)
    fill(amina, tmp_path)
    sync(amina, omar)
    assert len(omar("list", "activity")) == ROWS

    write(amina, AMINA)
    write(omar, OMAR)
    sync(amina, omar)
    account_for_every_edit(View(amina))
    account_for_every_edit(View(omar))

    decide_everything(amina, omar)
    sync(amina, omar)
    account_for_every_edit(View(omar))
    assert amina("conflicts") == omar("conflicts") == []
    assert amina("quarantine") == omar("quarantine") == []
    checked = amina("check")
    assert checked["ok"]
    assert checked == omar("check")
    assert everything(amina) == everything(omar)
    assert link.cuts >= LEAST_CUTS
