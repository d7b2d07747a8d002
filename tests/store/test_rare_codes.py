"""Codes that hardly anybody meets: each is provoked once, where it comes from."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from helpers.couriers import save, server_bundle
from helpers.team import Member, Team

from desktop.store.verify import verify
from desktop.syncing.quarantine import check_reason
from sync.bundles.cards import Card
from sync.bundles.keys import PublicKeys
from sync.changes import chain_over, chain_start
from sync.errors import DaftarError
from sync.frames.packing import pack_changes
from sync.frames.strand import Strand, said
from sync.records import KINDS
from sync.replica.received import Received
from sync.server import claiming
from sync.server.cli import run_line
from sync.server.recovery import read_private
from sync.wire.snapshots import Manifest


def test_an_answer_that_is_none() -> None:
    with pytest.raises(DaftarError, match="bad_answer"):
        Manifest.unpack(b"\x93\x01\x02\x03")


def test_a_card_that_is_none() -> None:
    for packed in (b"", b"\xc1", bytes(5_000)):
        with pytest.raises(DaftarError, match="bad_card"):
            Card.read(packed)


def test_volumes_that_hold_nothing(tmp_path: Path, acquainted: tuple[Member, Member, bytes]) -> None:
    lina, _, activity = acquainted
    lina.set("activity", activity, {"progress": 40})
    with pytest.raises(DaftarError, match="bundle_split_small"):
        save(lina, "server", target=tmp_path / "up.daftar-bundle", split=1_000)


def test_keys_that_are_none() -> None:
    with pytest.raises(DaftarError, match="bad_keys"):
        PublicKeys.read(bytes(63))


def test_a_recovery_key_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "recovery.key").write_text("shopping list\nbread\n")
    with pytest.raises(DaftarError, match="bad_recovery_key"):
        read_private(tmp_path / "recovery.key")


@pytest.mark.parametrize("value", ["youth", [None], ["b", "a"]])
def test_a_list_that_is_none(value: object) -> None:
    with pytest.raises(DaftarError, match="not_a_list"):
        KINDS["activity"].fields["tags"].check(value)  # type: ignore[arg-type]  # what may not be


def test_a_reason_whose_end_were_lost() -> None:
    with pytest.raises(DaftarError, match="reason_too_long"):
        check_reason("why " * 500)


def test_a_laptop_that_draws_numbers_without_end(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    lina = team.join("Lina Haddad")
    lina.add("activity", {"title": "Wells"})
    lina.sync()
    monkeypatch.setattr(claiming, "_MOST_DEVICES", 1)
    lina.renew()
    lina.add("activity", {"title": "Roads"})
    with pytest.raises(DaftarError, match="too_many_devices"):
        lina.sync()
    monkeypatch.undo()
    assert lina.sync().refused == []


def test_a_bundle_of_the_server_is_not_for_the_server(
    team: Team, acquainted: tuple[Member, Member, bytes], tmp_path: Path
) -> None:
    lina, _, _ = acquainted
    server_bundle(team, lina, tmp_path / "down.daftar-bundle")
    with pytest.raises(DaftarError, match="bundle_not_for_server"):
        team.house.service.bundles.apply(io.BytesIO((tmp_path / "down.daftar-bundle").read_bytes()))


def test_the_administrator_is_told_what_of_a_bundle_could_not_be_taken(
    team: Team,
    acquainted: tuple[Member, Member, bytes],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lina, _, activity = acquainted
    lina.set("activity", activity, {"progress": 40})
    whole = tmp_path / "up.daftar-bundle"
    save(lina, "server", target=whole)
    whole.write_bytes(whole.read_bytes()[:-1])
    with pytest.raises(SystemExit):
        run_line(["--data", str(team.folder / "server"), "bundle", "apply", str(whole)])
    # The sentence of `bundle_problems` names them.
    assert "Not everything could be taken in: bundle_cut." in capsys.readouterr().err


def test_what_comes_behind_a_gap_is_not_taken(team: Team) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    omar.add("activity", {"title": "Wells"})
    omar.sync()
    lina.sync()
    (state,) = lina.reader.workspaces()
    later = Received(state.cursor + 3, state.cursor + 3, b"", {})
    with pytest.raises(DaftarError, match="pull_gap"):
        lina.run(lambda replica: replica.apply_pulled(lina.workspace, later))


def test_own_changes_that_are_not_here_are_not_settled(team: Team) -> None:
    lina = team.join("Lina Haddad")
    lina.sync()
    (state,) = lina.reader.workspaces()
    first = state.cursor + 1
    for last in (7, 1 << 60):
        with pytest.raises(DaftarError, match="own_changes_missing"):
            lina.run(
                lambda replica, last=last: replica.settle_own(  # type: ignore[misc]  # bound
                    lina.workspace, first=first, last=first + last - 5, first_dseq=5, last_dseq=last
                )
            )


def test_a_strand_under_the_laptops_own_number_that_it_never_made(team: Team) -> None:
    lina = team.join("Lina Haddad")
    lina.add("activity", {"title": "Wells"})
    (change,) = lina.run(lambda replica: list(replica.unsent(replica.workspaces.all()[0])))
    ((frame, _),) = pack_changes([change])
    before = chain_start(lina.workspace)
    after = chain_over(before, [change])
    text = said(lina.workspace, change.device, first=1, last=1, before=before, after=after)
    strand = Strand(lina.workspace, change.device, 1, 1, before, after, text[:64], frame)

    def add(forget: int) -> str:
        def job(replica: object) -> str:
            state = replica.workspaces.all()[0]  # type: ignore[attr-defined]  # the replica
            state.dseq -= forget
            code = replica.carried.add(state, strand)[2]  # type: ignore[attr-defined]  # the replica
            state.dseq += forget
            return str(code)

        return lina.run(job)

    assert add(0) == ""
    assert add(1) == "strand_own"


def test_a_record_of_which_the_log_says_nothing(team: Team) -> None:
    lina = team.join("Lina Haddad")
    lina.add("activity", {"title": "Wells"})
    lina.sync()
    lina.store.run(lambda replica: replica._database.execute("UPDATE activity SET id = id + 1"))
    assert "not_in_log" in {flaw.code for flaw in verify(lina.reader, clock=team.house.clock)}
