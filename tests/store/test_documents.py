"""Where the files of a record are, what may be deleted here, and what a sync would move."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.colleagues import Colleague
from helpers.drawers import REGISTER, Drawer
from helpers.office import JORDAN, Office

from desktop.commands.attachments import detach
from desktop.store.attached import Duty, Policy, attached_files, change_duty, note_moved
from desktop.store.attachments import Vault
from desktop.store.documents import Document, Standing, drop_copy, ids_with_documents, read_documents
from desktop.store.reader import Reader
from desktop.syncing.blobs import FilesPlan, plan_files
from sync.errors import DaftarError

SENT = Duty(Policy.NOW)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    made.add("activity", "activity", title="Train trainers")
    made.add("indicator", "indicator", title="People trained")
    made.add("q1", "period", name="Q1", start="2026-01-01", end="2026-03-31")
    made.add("value", "value", indicator=made.ids["indicator"], period=made.ids["q1"], total="12")
    yield made
    made.close()


@pytest.fixture
def drawer(office: Office, tmp_path: Path) -> Drawer:
    return Drawer(office, tmp_path)


def documents(drawer: Drawer, reader: Reader, owner: str = "activity") -> list[Document]:
    return read_documents(reader, drawer.vault, reader.get(owner, drawer.office.ids[owner]))


def test_every_file_says_where_it_is(drawer: Drawer, reader: Reader) -> None:
    drawer.put("activity", "activity", "sent.pdf", b"a", duty=SENT)
    drawer.put("activity", "activity", "waiting.pdf", b"b")
    drawer.elsewhere("activity", "activity", "away.pdf", 900)
    drawer.elsewhere("activity", "activity", "partly.pdf", 400_000, partly=70_000)
    drawer.elsewhere("activity", "activity", "absent.pdf", 10, duty=Duty(Policy.NOW, code="blob_absent"))
    drawer.elsewhere("activity", "activity", "lost.pdf", 10, duty=Duty(Policy.NOW, sent=False))
    drawer.put("activity", "activity", "full.pdf", b"c", duty=Duty(Policy.NOW, sent=False, code="files_full"))
    drawer.page("activity", "activity", "Rules", "https://board.example.org/rules")
    found = documents(drawer, reader)
    assert [(each.name, each.standing, each.received) for each in found] == [
        ("sent.pdf", Standing.HERE, 0),
        ("waiting.pdf", Standing.WAITING, 0),
        ("away.pdf", Standing.AWAY, 0),
        ("partly.pdf", Standing.PARTLY, 70_000),
        ("absent.pdf", Standing.ABSENT, 0),
        ("lost.pdf", Standing.LOST, 0),
        ("full.pdf", Standing.REFUSED, 0),
        ("Rules", None, 0),
    ]
    assert found[-1].address == "https://board.example.org/rules"


def test_the_evidence_of_a_value_is_listed_once(drawer: Drawer, reader: Reader) -> None:
    drawer.put("value", "value", "list.pdf")
    (found,) = documents(drawer, reader, "value")
    value = reader.get("value", drawer.office.ids["value"])
    assert value["evidence"] == [found.row.id]
    activity = reader.get("activity", drawer.office.ids["activity"])
    assert ids_with_documents(reader, [value, activity]) == {value.id}
    drawer.office.store.submit(detach(value, found.row), label="Delete").result()
    assert documents(drawer, reader, "value") == []
    assert reader.get("value", value.id)["evidence"] == []
    drawer.office.store.undo().result()
    assert [each.row.id for each in documents(drawer, reader, "value")] == [found.row.id]
    assert reader.get("value", value.id)["evidence"] == [found.row.id]


def test_a_copy_goes_only_where_the_server_holds_the_file(drawer: Drawer, reader: Reader) -> None:
    drawer.put("activity", "activity", "sent.pdf", b"sent", duty=SENT)
    drawer.put("activity", "activity", "waiting.pdf", b"waiting")
    drawer.elsewhere("activity", "activity", "away.pdf", 900)
    store, (sent, waiting, away) = drawer.office.store, [each.file for each in documents(drawer, reader)]
    assert sent is not None
    assert waiting is not None
    assert away is not None
    assert drop_copy(store, drawer.vault, sent) == 4
    with pytest.raises(DaftarError, match="file_not_sent"):
        drop_copy(store, drawer.vault, waiting)
    with pytest.raises(DaftarError, match="file_not_here"):
        drop_copy(store, drawer.vault, away)
    after = documents(drawer, reader)
    assert [each.standing for each in after] == [Standing.AWAY, Standing.WAITING, Standing.AWAY]
    # It must not come back by itself, or nothing was freed.
    assert after[0].file is not None
    assert after[0].file.duty == Duty(Policy.DEMAND)


def test_a_copy_stays_where_the_server_has_lost_the_file_since_it_was_shown(
    drawer: Drawer, reader: Reader
) -> None:
    drawer.put("activity", "activity", "sent.pdf", b"sent", duty=SENT)
    (shown,) = [each.file for each in documents(drawer, reader)]
    assert shown is not None
    drawer.note(shown.fingerprint, Duty(Policy.NOW, sent=False))
    with pytest.raises(DaftarError, match="file_not_sent"):
        drop_copy(drawer.office.store, drawer.vault, shown)
    assert drawer.vault.holds(JORDAN, shown.fingerprint)


def test_what_is_changed_about_a_file_is_what_is_written_down_by_then(drawer: Drawer, reader: Reader) -> None:
    drawer.elsewhere("activity", "activity", "film.mp4", 900, duty=Duty(Policy.DEMAND))
    (one,) = attached_files(reader)
    drawer.note(one.fingerprint, Duty(Policy.DEMAND, wanted=True))
    policy = Policy.NETWORK
    drawer.office.store.post(
        lambda database: change_duty(database, one, lambda duty: replace(duty, policy=policy))
    ).result()
    (after,) = attached_files(reader)
    assert after.duty == Duty(Policy.NETWORK, wanted=True)


def test_a_file_of_which_nothing_was_noted_may_be_the_only_copy(drawer: Drawer, reader: Reader) -> None:
    """As after a restored backup: the record came back from the server, the content never went there."""
    drawer.put("activity", "activity", "only.pdf")
    drawer.office.store.post(lambda database: database.execute("DELETE FROM attached")).result()
    (one,) = attached_files(reader)
    assert not one.noted
    (shown,) = documents(drawer, reader)
    assert shown.standing is Standing.WAITING
    with pytest.raises(DaftarError, match="file_not_sent"):
        drop_copy(drawer.office.store, drawer.vault, one)
    assert plan_files(reader, drawer.vault) == FilesPlan(1, 0, len(REGISTER), 0)


def test_a_policy_that_was_chosen_while_the_file_travelled_stays(drawer: Drawer, reader: Reader) -> None:
    drawer.put("activity", "activity", "list.pdf", duty=Duty(Policy.DEMAND, sent=False, wanted=True))
    fingerprint = hashlib.sha256(REGISTER).digest()
    drawer.office.store.post(
        lambda database: note_moved(database, JORDAN, fingerprint, Policy.NETWORK)
    ).result()
    (one,) = attached_files(reader)
    assert one.duty == Duty(Policy.DEMAND)


def test_the_plan_counts_what_is_to_be_sent_and_fetched(drawer: Drawer, reader: Reader) -> None:
    drawer.put("activity", "activity", "waiting.pdf", bytes(1000))
    drawer.put("activity", "activity", "kept back.pdf", bytes(500), duty=Duty(Policy.DEMAND, sent=False))
    drawer.elsewhere("activity", "activity", "partly.pdf", 100_000, partly=70_000)
    drawer.elsewhere("activity", "activity", "large.zip", 40_000_000)
    drawer.elsewhere(
        "activity", "activity", "asked for.zip", 50_000_000, duty=Duty(Policy.DEMAND, wanted=True)
    )
    assert plan_files(reader, drawer.vault) == FilesPlan(1, 2, 1000, 30_000 + 50_000_000)


def test_a_copy_that_is_stopped_leaves_nothing(drawer: Drawer, tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    shares: list[float] = []

    def report(share: float) -> None:
        shares.append(share)
        if share > 0.7:
            raise StoppedError

    source = drawer.source("film.mp4", bytes(1_000_000))
    vault = Vault(drawer.office.store.profile)
    with pytest.raises(StoppedError):
        vault.add(source, workspace=JORDAN, report=report)
    assert shares == sorted(shares)
    assert [path for path in drawer.office.paths.files.rglob("*") if path.is_file()] == []
    assert vault.add(source, workspace=JORDAN, report=shares.append).size == 1_000_000
    assert shares[-1] == 1.0


def test_a_fingerprint_that_is_none_stands_in_nobodys_way(office: Office, reader: Reader) -> None:
    """Other laptops may have written anything."""
    office.add("omar", "person", name="Omar Khalil")
    about, omar = office.ids["activity"], Colleague(office, "omar", 0xBEEF)
    for value in ("no fingerprint", "ab"):
        omar.adds("attachment", title="List", sha256=value, size=3, about_kind="activity", about=about)
    assert attached_files(reader) == []
