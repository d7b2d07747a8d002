"""Attached files travel in bundles: behind their records, checked before they are seen, again and again."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from helpers.couriers import attach, hand_to_server, save, server_bundle, settle, take
from helpers.team import Member, Team

from desktop.store.attached import Policy, attached_files
from desktop.store.attachments import Vault
from desktop.store.documents import confirmed
from desktop.syncing.bundles import look
from desktop.syncing.enclosed import Files
from sync.blobs import BLOB_LIMIT
from sync.bundles.files import PIECE, files_in
from sync.errors import DaftarError
from sync.server.bundles import Wish as ServerWish
from sync.server.files import open_store
from sync.server.storage import blobs

SIZE = 3 * PIECE + 17


def content(size: int = SIZE, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def held(member: Member, fingerprint: bytes) -> bytes | None:
    vault = Vault(member.profile)
    if not vault.holds(member.workspace, fingerprint):
        return None
    return b"".join(vault.read(member.workspace, fingerprint))


@pytest.mark.parametrize("size", [0, 1, PIECE, SIZE])
def test_inv_29_a_file_comes_with_its_record_and_is_not_asked_for(
    acquainted: tuple[Member, Member, bytes], tmp_path: Path, size: int
) -> None:
    lina, omar, activity = acquainted
    fingerprint = attach(lina, activity, content(size))
    stick = tmp_path / "stick.daftar-bundle"
    saved = save(lina, "Omar", target=stick, files=Files.USUAL)
    assert (len(saved.enclosed.files), saved.enclosed.bytes, saved.enclosed.left) == (1, size, 0)
    assert files_in(look(stick, reader=omar.reader).entries) == (1, size)
    (taken,) = take(omar, stick)
    assert (taken.brought.files, taken.brought.problems) == (1, {})
    assert held(omar, fingerprint) == content(size)
    (again,) = take(omar, stick)
    assert (again.brought.files, again.brought.problems) == (0, {})


def test_inv_29_without_a_wish_no_file_goes_along(
    acquainted: tuple[Member, Member, bytes], tmp_path: Path
) -> None:
    lina, omar, activity = acquainted
    fingerprint = attach(lina, activity, content())
    save(lina, "Omar", target=tmp_path / "a.daftar-bundle")
    take(omar, tmp_path / "a.daftar-bundle")
    assert held(omar, fingerprint) is None
    assert len(attached_files(omar.reader)) == 1


def test_inv_29_what_is_fetched_on_demand_goes_along_only_when_all_is_wanted(
    acquainted: tuple[Member, Member, bytes], tmp_path: Path
) -> None:
    lina, omar, activity = acquainted
    usual = attach(lina, activity, content(seed=1))
    large = attach(lina, activity, content(seed=2), policy=Policy.DEMAND)
    save(lina, "Omar", target=tmp_path / "a.daftar-bundle", files=Files.USUAL)
    take(omar, tmp_path / "a.daftar-bundle")
    assert (held(omar, usual) is None, held(omar, large) is None) == (False, True)
    save(lina, "Omar", target=tmp_path / "b.daftar-bundle", files=Files.ALL)
    take(omar, tmp_path / "b.daftar-bundle")
    assert held(omar, large) == content(seed=2)


def test_inv_29_small_files_first_up_to_the_size_that_was_wished(
    acquainted: tuple[Member, Member, bytes], tmp_path: Path
) -> None:
    lina, omar, activity = acquainted
    small, large = attach(lina, activity, content(900)), attach(lina, activity, content(5_000, seed=2))
    saved = save(lina, "Omar", target=tmp_path / "a.daftar-bundle", files=Files.ALL, most=4_000)
    assert (len(saved.enclosed.files), saved.enclosed.left) == (1, 1)
    take(omar, tmp_path / "a.daftar-bundle")
    assert (held(omar, small) is None, held(omar, large) is None) == (False, True)


def test_inv_29_a_file_may_lie_in_several_parts_that_come_one_by_one(
    acquainted: tuple[Member, Member, bytes], tmp_path: Path
) -> None:
    lina, omar, activity = acquainted
    whole = content(8 * PIECE)
    fingerprint = attach(lina, activity, whole)
    saved = save(lina, "Omar", target=tmp_path / "a.daftar-bundle", split=300_000, files=Files.ALL)
    first, *rest = saved.files
    assert len(rest) > 1
    (early,) = take(omar, rest[-1])
    assert early.brought.problems == {"bundle_file_unnamed": 1}
    for path in (first, *rest):
        take(omar, path)
        shown = held(omar, fingerprint)
        assert shown is None or shown == whole
    assert held(omar, fingerprint) == whole


def test_inv_29_parts_of_a_file_in_the_wrong_order_say_so_and_end_well(
    acquainted: tuple[Member, Member, bytes], tmp_path: Path
) -> None:
    lina, omar, activity = acquainted
    whole = content(8 * PIECE)
    fingerprint = attach(lina, activity, whole)
    saved = save(lina, "Omar", target=tmp_path / "a.daftar-bundle", split=300_000, files=Files.ALL)
    first, *rest = saved.files
    take(omar, first)
    (late,) = take(omar, rest[-1])
    assert late.brought.problems == {"bundle_file_apart": 1}
    take(omar, *rest)
    assert held(omar, fingerprint) == whole


def test_inv_29_damaged_content_is_refused_and_the_records_are_taken(
    acquainted: tuple[Member, Member, bytes], tmp_path: Path
) -> None:
    lina, omar, activity = acquainted
    fingerprint = attach(lina, activity, content())
    stick, harmed = tmp_path / "a.daftar-bundle", tmp_path / "b.daftar-bundle"
    save(lina, "Omar", target=stick, files=Files.ALL)
    data = bytearray(stick.read_bytes())
    data[-1] ^= 4
    harmed.write_bytes(bytes(data))
    (taken,) = take(omar, harmed)
    assert (taken.brought.new, taken.brought.problems) == (1, {"bundle_damaged": 1})
    assert held(omar, fingerprint) is None
    take(omar, stick)
    assert held(omar, fingerprint) == content()


def test_inv_29_content_that_is_not_what_its_name_says_is_never_seen(
    acquainted: tuple[Member, Member, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lina, omar, activity = acquainted
    fingerprint = attach(lina, activity, content())
    monkeypatch.setattr(Vault, "read", lambda _self, _ws, _fp: iter([content(seed=9)]))
    monkeypatch.setattr(Vault, "is_sound", lambda _self, _ws, _fp: True)
    save(lina, "Omar", target=tmp_path / "a.daftar-bundle", files=Files.ALL)
    monkeypatch.undo()
    (taken,) = take(omar, tmp_path / "a.daftar-bundle")
    assert (taken.brought.new, taken.brought.problems) == (1, {"blob_differs": 1})
    assert held(omar, fingerprint) is None
    assert Vault(omar.profile).received(omar.workspace, fingerprint) == 0


def test_inv_29_a_file_that_the_disk_has_damaged_is_left_out(
    acquainted: tuple[Member, Member, bytes], tmp_path: Path
) -> None:
    lina, _, activity = acquainted
    attach(lina, activity, content())
    (path,) = [one for one in lina.profile.paths.files.rglob("*") if one.is_file()]
    path.write_bytes(path.read_bytes()[:-9])
    saved = save(lina, "Omar", target=tmp_path / "a.daftar-bundle", files=Files.ALL)
    assert (saved.own, saved.enclosed.files, saved.enclosed.left) == (1, (), 1)


def test_inv_29_the_server_takes_files_from_a_stick_and_gives_them_along(
    team: Team, acquainted: tuple[Member, Member, bytes], tmp_path: Path
) -> None:
    lina, omar, activity = acquainted
    fingerprint = attach(lina, activity, content())
    save(lina, "server", target=tmp_path / "up.daftar-bundle", files=Files.USUAL)
    (brought,) = hand_to_server(team, tmp_path / "up.daftar-bundle")
    assert (brought.files, brought.answer.problems) == (1, ())
    with team.house.storage.reading() as connection:
        assert blobs.find_blob(connection, team.workspace.id, fingerprint) == SIZE
    store = open_store(None, folder=team.house.settings.files_folder)
    assert b"".join(store.read(team.workspace.id, fingerprint, start=0, stop=SIZE)) == content()
    (again,) = hand_to_server(team, tmp_path / "up.daftar-bundle")
    assert (again.files, again.answer.problems) == (0, ())

    server_bundle(team, omar, tmp_path / "down.daftar-bundle", ServerWish(files=BLOB_LIMIT))
    (taken,) = take(omar, tmp_path / "down.daftar-bundle")
    assert (taken.brought.files, taken.brought.problems) == (1, {})
    assert held(omar, fingerprint) == content()
    (one,) = attached_files(omar.reader)
    assert confirmed(one, Vault(omar.profile)).duty.sent


def test_inv_29_the_server_takes_no_file_ahead_of_its_record(
    team: Team, acquainted: tuple[Member, Member, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lina, _, activity = acquainted
    attach(lina, activity, content())
    from desktop.syncing import bundles

    monkeypatch.setattr(bundles, "_pieces", lambda _store, _contents: iter(()))
    save(lina, "server", target=tmp_path / "up.daftar-bundle", files=Files.ALL)
    (brought,) = hand_to_server(team, tmp_path / "up.daftar-bundle")
    assert (brought.files, brought.answer.problems) == (0, ("bundle_file_unnamed",))


def test_inv_29_a_bundle_may_hold_nothing_but_a_file(
    team: Team, acquainted: tuple[Member, Member, bytes], tmp_path: Path
) -> None:
    lina, omar, activity = acquainted
    fingerprint = attach(lina, activity, content())
    settle(team)
    with pytest.raises(DaftarError, match="bundle_nothing"):
        save(lina, "Omar", target=tmp_path / "a.daftar-bundle")
    save(lina, "Omar", target=tmp_path / "a.daftar-bundle", files=Files.USUAL)
    take(omar, tmp_path / "a.daftar-bundle")
    assert held(omar, fingerprint) == content()
