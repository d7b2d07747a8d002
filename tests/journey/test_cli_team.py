"""Two laptops and a server, by real processes: enrolling, sending, deciding, refusing, ending the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.headquarters import Headquarters, headquarters
from helpers.terminal import Laptop


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Headquarters]:
    with headquarters(tmp_path_factory.mktemp("server") / "data") as running:
        yield running


@pytest.fixture
def team(server: Headquarters, tmp_path: Path) -> tuple[Laptop, Laptop]:
    """Two people who have the same records; their names carry the folder of the test."""
    names = [f"{name} {tmp_path.name}" for name in ("Amina Hassan", "Omar Khalil")]
    amina, omar = (server.hire(name, tmp_path / name) for name in names)
    for laptop in (amina, omar, amina):
        laptop.ask("sync")
    return amina, omar


def torn(amina: Laptop, omar: Laptop) -> tuple[str, dict[str, Any]]:
    """An activity that both gave a new title, and the conflict as Amina sees it."""
    record = amina.add("activity", "title=Train trainers")
    amina.ask("sync")
    omar.ask("sync")
    amina.ask("set", "activity", record, "title=Train twenty")
    omar.ask("set", "activity", record, "title=Train thirty")
    amina.ask("sync")
    assert omar.ask("sync")["conflicts"] >= 1
    amina.ask("sync")
    (conflict,) = [one for one in amina.ask("conflicts") if one["record"] == record]
    return record, conflict


def test_a_laptop_joins_with_a_code_once(server: Headquarters, tmp_path: Path) -> None:
    name = f"Claire Dubois {tmp_path.name}"
    server.ask("person", "add", name)
    server.ask("grant", name, "Jordan", "coordinator")
    code = server.code(name)
    laptop = Laptop(tmp_path / "laptop")
    answer = laptop.ask("enrol", "--server", server.url, "--code", code.lower(), "--name", "Amman 3")
    assert answer["person"]["name"] == name
    assert [(place["name"], place["role"]) for place in answer["workspaces"]] == [("Jordan", "coordinator")]
    who = laptop.ask("whoami")
    assert (who["person"], who["laptop"], who["server"]) == (answer["person"], "Amman 3", server.url)
    assert laptop.fails("enrol", "--server", server.url, "--code", code)["code"] == "already_enrolled"
    other = Laptop(tmp_path / "other")
    assert other.fails("enrol", "--server", server.url, "--code", code)["code"] == "code_used"
    assert other.fails("enrol", "--server", server.url, "--code", "ABCD-EFGH")["code"] == "code_unknown"


def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path / "laptop")
    error = laptop.fails("enrol", "--server", "http://127.0.0.1:9", "--code", "ABCD-EFGH")
    assert error["code"] == "no_connection"
    assert laptop.fails("sync")["code"] == "not_enrolled"


def test_what_one_writes_the_other_reads(team: tuple[Laptop, Laptop]) -> None:
    amina, omar = team
    record = amina.add("activity", "title=Train trainers", "tags=north,south", "progress=5")
    sent = amina.ask("sync")
    assert (sent["requests"], sent["pushed"], sent["quarantined"]) == (1, 1, 0)
    assert sent["bytes_up"] + sent["bytes_down"] <= 600
    assert omar.ask("sync")["pulled"] == 1
    mine, theirs = amina.show("activity", record), omar.show("activity", record)
    assert mine == theirs
    assert not mine["unsent"]
    (entry,) = omar.ask("history", "activity", record)
    assert (entry["sent"], entry["what"]) == (True, "create")
    assert entry["author"].startswith("Amina Hassan")


def test_a_sync_without_news_costs_one_small_request(team: tuple[Laptop, Laptop]) -> None:
    amina, _ = team
    amina.ask("sync")
    quiet = amina.ask("sync")
    assert (quiet["requests"], quiet["pushed"], quiet["pulled"]) == (1, 0, 0)
    assert quiet["bytes_up"] + quiet["bytes_down"] <= 200


def test_two_values_wait_for_a_decision_that_everybody_gets(team: tuple[Laptop, Laptop]) -> None:
    amina, omar = team
    record, conflict = torn(amina, omar)
    assert (conflict["kind"], conflict["field"], conflict["base"]) == ("activity", "title", "Train trainers")
    assert [one["value"] for one in conflict["values"]] == ["Train thirty", "Train twenty"]
    assert [one["shown"] for one in conflict["values"]] == [True, False]
    assert conflict["values"][0]["author"].startswith("Omar Khalil")
    assert conflict in omar.ask("conflicts")
    assert amina.show("activity", record)["contested"] == ["title"]

    assert amina.fails("decide", conflict["id"], "--take", "3")["code"] == "no_such_option"
    decided = amina.ask("decide", conflict["id"], "--take", "2")
    assert decided == {"id": record, "field": "title", "value": "Train twenty"}
    amina.ask("sync")
    omar.ask("sync")
    assert record not in [one["record"] for one in omar.ask("conflicts")]
    assert omar.show("activity", record)["title"] == "Train twenty"
    assert omar.ask("history", "activity", record)[-1]["what"] == "decide"
    assert omar.fails("decide", conflict["id"], "--take", "1")["code"] == "conflict_changed"

    omar.ask("reopen", conflict["id"])
    omar.ask("sync")
    amina.ask("sync")
    (again,) = [one for one in amina.ask("conflicts") if one["record"] == record]
    assert {one["value"] for one in again["values"]} == {"Train twenty", "Train thirty"}
    amina.ask("decide", again["id"], "--value", "Train everybody")
    amina.ask("undo")
    assert record in [one["record"] for one in amina.ask("conflicts")]


def test_a_delete_that_had_not_seen_an_edit_is_asked_about(team: tuple[Laptop, Laptop]) -> None:
    amina, omar = team
    record = amina.add("activity", "title=Train trainers")
    amina.ask("sync")
    omar.ask("sync")
    omar.ask("delete", "activity", record)
    amina.ask("set", "activity", record, "progress=40")
    for laptop in (amina, omar, amina):
        laptop.ask("sync")
    (conflict,) = [one for one in omar.ask("conflicts") if one["record"] == record]
    assert (conflict["field"], {one["value"] for one in conflict["values"]}) == ("deleted", {True, False})
    assert not omar.show("activity", record)["deleted"]
    assert omar.ask("decide", conflict["id"], "--value", "delete")["value"] is True
    omar.ask("sync")
    amina.ask("sync")
    assert amina.show("activity", record)["deleted"]
    assert record not in [one["record"] for one in amina.ask("conflicts")]


def test_what_the_server_refuses_is_kept_with_what_was_typed(server: Headquarters, tmp_path: Path) -> None:
    amina = server.hire(f"Rima Mansour {tmp_path.name}", tmp_path / "laptop")
    record = amina.add("activity", "title=Train trainers")
    amina.ask("sync")
    # What the laptop knows of the role it refuses itself; of what changed meanwhile it knows nothing yet.
    assert amina.fails("set", "activity", record, "status=on ice")["code"] == "fields_to_fix"
    name = f"Rima Mansour {tmp_path.name}"
    server.ask("grant", name, "Jordan", "reader")
    amina.ask("set", "activity", record, "progress=40")
    after = amina.ask("sync")
    assert after["quarantined"] == 1
    (refused,) = amina.ask("quarantine")
    assert (refused["record"], refused["fields"], refused["what"]) == (record, {"progress": 40}, "edit")
    assert refused["code"] == "role_too_low"
    assert refused["message"]
    assert amina.show("activity", record)["progress"] is None
    assert amina.fails("set", "activity", record, "progress=41")["code"] == "role_too_low"
    assert amina.ask("check")["ok"]


def test_both_laptops_are_sound_and_the_same_in_the_end(team: tuple[Laptop, Laptop]) -> None:
    amina, omar = team
    torn(amina, omar)
    for laptop in (amina, omar, amina, omar):
        laptop.ask("sync")
    for laptop in (amina, omar):
        checked = laptop.ask("check")
        assert (checked["ok"], checked["problems"]) == (True, [])
    assert amina.ask("list", "activity") == omar.ask("list", "activity")
