"""A poisoned piece of a snapshot, or strand of a bundle, keeps nothing else out and is never half taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from helpers.couriers import hand_to_server, save, settle, take
from helpers.snapshotting import let_small_logs_count, snapshot
from helpers.team import Member, Team
from sqlalchemy import select, update
from store.test_filling import faces, populate
from store.test_inv_20_repair import sync_as_a_laptop

from desktop.store.verify import verify
from sync.frames.container import STATES, seal, unseal
from sync.replica.filling import Filler
from sync.replica.tentative import Tentative
from sync.server.storage import archive
from sync.server.storage.schema import chunk
from sync.server.storage.schema import snapshot as snapshots
from sync.wire.snapshots import Manifest, Piece, hash_of

pytestmark = pytest.mark.logs("left a record", "refused", "cannot be")

Harm = Callable[[bytes], bytes]


def flipped(data: bytes) -> bytes:
    return data[:-2] + bytes([data[-2] ^ 8]) + data[-1:]


def pieces(team: Team) -> Manifest:
    with team.house.storage.reading() as connection:
        found = archive.latest_snapshot(connection, team.workspace.id)
    assert found is not None
    return Manifest.unpack(bytes(found.manifest))


def damage(team: Team, at: int, harm: Harm) -> None:
    """One piece is not what its address says any more."""
    address = pieces(team).pieces[at].hash

    def work(connection: Any) -> None:
        where = chunk.c.hash == address
        data = bytes(connection.execute(select(chunk.c.data).where(where)).scalar_one())
        connection.execute(update(chunk).where(where).values(data=harm(data)))

    team.house.storage.writing(work)


def write_newer(team: Team, at: int) -> None:
    """One piece is what its address says, in a later version's writing."""
    manifest = pieces(team)
    address = manifest.pieces[at].hash

    def work(connection: Any) -> None:
        where = chunk.c.hash == address
        data = bytes(connection.execute(select(chunk.c.data).where(where)).scalar_one())
        payload = unseal(data, wanted=STATES).payload
        new = seal(payload[:1] + b"\x07" + payload[2:], kind=STATES)
        listed = list(manifest.pieces)
        listed[at] = Piece(hash_of(new), len(new))
        told = Manifest(manifest.pseq, manifest.digest, manifest.usable, tuple(listed)).pack()
        connection.execute(update(chunk).where(where).values(data=new, hash=hash_of(new)))
        connection.execute(update(snapshots).values(manifest=told))

    team.house.storage.writing(work)


@pytest.fixture
def small_logs_count(monkeypatch: pytest.MonkeyPatch) -> None:
    let_small_logs_count(monkeypatch)


@pytest.mark.usefixtures("small_logs_count")
@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize("newer", [True, False])
def test_inv_27_a_piece_that_cannot_be_read_leaves_the_rest_usable(team: Team, at: int, newer: bool) -> None:
    lina = team.join("Lina Haddad")
    populate(lina)
    snapshot(team)
    write_newer(team, at) if newer else damage(team, at, flipped)
    lina.add("activity", {"title": "Behind"})
    lina.sync()
    omar = team.join("Omar Khalil")
    receipt = sync_as_a_laptop(omar)
    assert receipt.differing == []
    assert (receipt.repaired > 0) == (at > 0)
    sync_as_a_laptop(lina)
    sync_as_a_laptop(omar)
    assert faces(omar) == faces(lina)
    assert omar.digest() == lina.digest()
    assert verify(omar.reader, clock=omar.house.clock) == []
    assert sync_as_a_laptop(omar).requests == 1


@pytest.mark.usefixtures("small_logs_count")
def test_inv_27_without_its_tables_a_snapshot_is_no_use_to_a_laptop_with_work_and_the_log_is(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    team.settle()
    mine = omar.add("activity", {"title": "Mine"})
    omar.sync()
    populate(lina)
    snapshot(team)
    damage(team, 0, flipped)
    from sync.server import service

    monkeypatch.setattr(service, "is_better", lambda _connection, _workspace, *, cursor: cursor < 20)
    receipt = sync_as_a_laptop(omar)
    assert receipt.differing == []
    assert omar.digest() == lina.digest()
    assert omar.row("activity", mine)["title"] == "Mine"
    assert verify(omar.reader, clock=omar.house.clock) == []


@pytest.mark.usefixtures("small_logs_count")
def test_inv_27_one_record_of_a_piece_that_cannot_be_taken_in_is_passed_over_and_compared(team: Team) -> None:
    lina = team.join("Lina Haddad")
    found = populate(lina)
    snapshot(team)
    omar = team.join("Omar Khalil")
    real = Filler._apply_part

    def failing(self: Filler, state: Any, piece: Any, *rest: Any) -> None:
        start, end, _ = rest
        held = [record for group in piece.block.groups for record in group.records]
        places = [at for group in piece.block.groups for at in group.positions]
        if any(
            record == found["Coaching"] and start <= at < end for record, at in zip(held, places, strict=True)
        ):
            raise KeyError("colours")
        real(self, state, piece, *rest)

    with patch.object(Filler, "_apply_part", failing):
        receipt = sync_as_a_laptop(omar)
    assert (receipt.repaired, receipt.differing) == (1, [])
    sync_as_a_laptop(lina)
    assert faces(omar) == faces(lina)


def test_a_damaged_piece_is_written_anew_with_the_next_snapshot(team: Team) -> None:
    lina = team.join("Lina Haddad")
    populate(lina)
    snapshot(team)
    damage(team, 1, flipped)
    snapshot(team)
    with team.house.storage.reading() as connection:
        for piece in pieces(team).pieces:
            assert hash_of(archive.read_chunk(connection, team.workspace.id, piece.hash) or b"") == piece.hash


# Strands


def test_inv_27_a_strand_on_which_the_laptop_fails_is_refused_and_the_others_are_taken(
    team: Team, trio: tuple[Member, Member, Member], tmp_path: Path
) -> None:
    lina, omar, sara = trio
    bad = lina.add("activity", {"title": "Wells"})
    save(lina, "Omar", target=tmp_path / "lina.daftar-bundle")
    take(omar, tmp_path / "lina.daftar-bundle")
    good = omar.add("activity", {"title": "Roads"})
    save(omar, "Sara", target=tmp_path / "both.daftar-bundle")
    real = Tentative.take_in

    def failing(self: Tentative, state: Any, block: Any, log: int, touched: Any) -> None:
        real(self, state, block, log, touched)
        if any(bad in group.records for group in block.groups):
            raise KeyError("colours")

    with patch.object(Tentative, "take_in", failing):
        (taken,) = take(sara, tmp_path / "both.daftar-bundle")
    assert (taken.brought.new, taken.brought.problems) == (1, {"strand_poison": 1})
    assert sara.row("activity", good)["title"] == "Roads"
    count = sara.reader.connection.execute("SELECT count(*) FROM strand").fetchone()[0]
    assert count == 1
    assert sara.reader.ids.find(bad) is None or not sara.reader.rows("activity", [bad])
    (again,) = take(sara, tmp_path / "both.daftar-bundle")
    assert (again.brought.new, again.brought.problems) == (1, {})
    settle(team)
    assert len({one.digest() for one in trio}) == 1


def test_inv_27_a_strand_on_which_the_server_fails_keeps_no_other_out(
    team: Team, trio: tuple[Member, Member, Member], tmp_path: Path
) -> None:
    from sync.server import bundles

    lina, omar, sara = trio
    bad = lina.add("activity", {"title": "Wells"})
    save(lina, "Omar", target=tmp_path / "lina.daftar-bundle")
    take(omar, tmp_path / "lina.daftar-bundle")
    good = omar.add("activity", {"title": "Roads"})
    save(omar, "server", target=tmp_path / "up.daftar-bundle")
    real = bundles.take_in

    def failing(push: Any, **more: Any) -> Any:
        intake = real(push, **more)
        if any(bad in group.records for piece in intake.pieces for group in piece.block.groups):
            raise KeyError("colours")
        return intake

    with patch.object(bundles, "take_in", failing):
        (brought,) = hand_to_server(team, tmp_path / "up.daftar-bundle")
    assert sorted((one.taken, one.code) for one in brought.answer.handed) == [(0, "frame_poison"), (1, "")]
    sara.sync()
    assert sara.row("activity", good)["title"] == "Roads"
