"""Evidence from one laptop to the other by their command lines, over a real server process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.headquarters import Headquarters, headquarters
from helpers.messenger import content_of
from helpers.terminal import Laptop


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Headquarters]:
    with headquarters(tmp_path_factory.mktemp("server") / "data") as running:
        yield running


def attached(laptop: Laptop, record: str) -> dict[str, Any]:
    """How a laptop lists an attachment, among those of other tests."""
    (found,) = [each for each in laptop.ask("attachment", "list") if each["id"] == record]
    return dict(found)


def test_evidence_is_attached_sent_listed_and_taken_out(server: Headquarters, tmp_path: Path) -> None:
    amina, omar = (server.hire(name, tmp_path / name) for name in ("Amina Hassan", "Omar Khalil"))
    amina.ask("sync")
    content = content_of(400_000)
    source = tmp_path / "register.pdf"
    source.write_bytes(content)
    activity = amina.add("activity", "title=Train trainers")
    made = amina.ask("attach", "activity", activity, str(source), "--policy", "now", "--title", "Register")
    assert made["size"] == len(content)
    listed = attached(amina, made["id"])
    assert (listed["title"], listed["state"]) == ("Register", "waiting")
    assert listed["about"] == {"kind": "activity", "id": activity}
    sent = amina.ask("sync")
    assert (sent["files_up"], sent["files_left"], sent["files_problem"]) == (1, 0, None)
    omar.ask("sync")
    there = attached(omar, made["id"])
    assert (there["file_name"], there["size"], there["sha256"]) == (
        "register.pdf",
        len(content),
        made["sha256"],
    )
    got = omar.ask("attachment", "fetch", made["id"])
    assert got["here"]
    target = tmp_path / "out.pdf"
    omar.ask("attachment", "get", made["id"][:8], str(target))
    assert target.read_bytes() == content
    assert "register.pdf" in omar.run("attachment", "list").out


def test_what_has_no_file_or_is_not_here_says_so(server: Headquarters, tmp_path: Path) -> None:
    laptop = server.hire("Claire Dubois", tmp_path / "claire")
    laptop.ask("sync")
    page = laptop.add("attachment", "title=Web page", "url=https://example.org/report")
    assert laptop.fails("attachment", "get", page, str(tmp_path / "x"))["code"] == "file_none"
    activity = laptop.add("activity", "title=Visit")
    missing = laptop.fails("attach", "activity", activity, str(tmp_path / "absent"))
    assert missing["code"] == "file_unreadable"


def test_the_plan_counts_files_and_a_sent_copy_may_go(server: Headquarters, tmp_path: Path) -> None:
    rima = server.hire("Rima Mansour", tmp_path / "rima")
    rima.ask("sync")
    source = tmp_path / "list.pdf"
    source.write_bytes(content_of(3000, seed=5))
    activity = rima.add("activity", "title=Coach training")
    before = rima.ask("sync", "--plan")
    made = rima.ask("attach", "activity", activity, str(source), "--policy", "now")
    plan = rima.ask("sync", "--plan")
    assert (plan["files_up"], plan["files_bytes_up"]) == (
        before["files_up"] + 1,
        before["files_bytes_up"] + 3000,
    )
    assert plan["files"] == plan["files_up"] + plan["files_down"]
    assert "to send" in rima.run("sync", "--plan").out
    refused = rima.fails("attachment", "drop", made["id"])
    assert refused["code"] == "file_not_sent"
    assert "only copy" in refused["message"]
    rima.ask("sync")
    assert rima.ask("attachment", "drop", made["id"]) == {"id": made["id"], "freed": 3000}
    assert rima.fails("attachment", "drop", made["id"])["code"] == "file_not_here"
    rima.ask("sync")
    assert state(rima, made["id"]) == "away", "what was freed comes only when it is asked for"
    assert rima.ask("attachment", "fetch", made["id"])["here"]
    assert state(rima, made["id"]) == "here"


def test_a_file_that_nobody_sent_yet_is_told_from_one_on_the_server(
    server: Headquarters, tmp_path: Path
) -> None:
    hassan, grace = (server.hire(name, tmp_path / name) for name in ("Hassan Aziz", "Grace Wanjiru"))
    hassan.ask("sync")
    source = tmp_path / "draft.txt"
    source.write_bytes(content_of(200, seed=6))
    activity = hassan.add("activity", "title=Mobile desk")
    made = hassan.ask("attach", "activity", activity, str(source), "--policy", "demand")
    hassan.ask("sync")
    grace.ask("sync")
    assert state(grace, made["id"]) == "absent"
    hassan.ask("attachment", "fetch", made["id"])
    grace.ask("sync")
    assert state(grace, made["id"]) == "here"


def state(laptop: Laptop, record: str) -> str:
    (found,) = [one["state"] for one in laptop.ask("attachment", "list") if one["id"] == record]
    return str(found)


def test_the_policy_of_a_file_is_changed_and_what_is_not_wanted_swept(
    server: Headquarters, tmp_path: Path
) -> None:
    laptop = server.hire("Sara Nasser", tmp_path / "sara")
    laptop.ask("sync")
    source = tmp_path / "scan.pdf"
    source.write_bytes(content_of(2_000))
    activity = laptop.add("activity", "title=Train trainers")
    made = laptop.ask("attach", "activity", activity, str(source), "--policy", "demand")["id"]
    assert laptop.ask("sync")["files_up"] == 0
    changed = laptop.ask("attachment", "policy", made, "now")
    assert (changed["policy"], changed["state"]) == ("now", "waiting")
    assert laptop.ask("sync")["files_up"] == 1
    assert attached(laptop, made)["policy"] == "now"
    assert laptop.ask("attachment", "sweep") == {"files": 0, "freed": 0}
    (newest, *_) = laptop.ask("sync", "--history")
    assert newest["code"] == "exchanged"
    assert newest["counts"]["sent"] >= 2
    assert "sent" in newest["text"]
