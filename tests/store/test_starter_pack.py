"""A laptop begins from a starter pack, works and hands in bundles, and meets its server only later."""

from pathlib import Path

import pytest
from helpers.couriers import hand_to_server, into, meet, settle, take
from helpers.team import CHEAP, Line, Member, Team

from desktop.paths import profile_paths
from desktop.store.profile import create_profile
from desktop.store.store import Store
from desktop.syncing.bundles import Wish, make_bundle
from desktop.syncing.identity import read_self, server_keys
from desktop.syncing.joined import TOKEN
from desktop.syncing.once import sync_once
from desktop.syncing.recipients import find_recipients
from desktop.syncing.starting import begin_from_pack
from sync.bundles.reading import BundleFile
from sync.changes import Edit
from sync.errors import DaftarError
from sync.records import KINDS
from sync.server.bundles import Wish as ServerWish
from sync.server.storage.people import Person

CODE = "ABCD-EFGH-JKLM"


@pytest.fixture
def lina(team: Team) -> Member:
    member = team.join("Lina")
    member.add("activity", {"title": "Wells"})
    member.sync()
    return member


def pack_for(team: Team, name: str, target: Path) -> Person:
    person = team.house.person(name, team.workspace)
    invite, _ = team.house.office.enrolment.invite(person, days=90)
    wish = ServerWish({}, CODE, server="https://daftar.example.org", invite_code=invite)
    team.house.service.bundles.create(person, wish, into(target), draw=lambda count: bytes([7]) * count)
    return person


def fresh(team: Team, folder: Path) -> Store:
    profile = create_profile(profile_paths(folder), passphrase="correct horse", cost=CHEAP)
    return Store.open(profile, KINDS, team.house.clock)


def test_a_first_run_needs_no_connection(team: Team, lina: Member, tmp_path: Path) -> None:
    pack = tmp_path / "nadia.daftar-bundle"
    person = pack_for(team, "Nadia", pack)
    store = fresh(team, tmp_path / "nadia")
    reader = store.reader()
    try:
        begun = begin_from_pack(store, reader, [pack], code=CODE.lower(), name="field 1")
        assert (begun.enrolled.person, begun.enrolled.account) == ("Nadia", person.id)
        assert begun.taken.brought.problems == {}
        (state,) = reader.workspaces()
        assert (state.name, state.role, state.cursor) == ("Jordan", "officer", begun.taken.brought.ordered)
        lina.sync()
        assert state.digest.summary() == lina.digest() or state.cursor < state.head + 1
        assert reader.meta(TOKEN) is None
        card = read_self(store, reader, clock=team.house.clock).card
        assert card.confirmed_by(server_keys(reader)) == "starter"
    finally:
        reader.close()
        store.close()


def test_a_laptop_that_never_met_the_server_hands_in_a_bundle_and_joins_later(
    team: Team, lina: Member, tmp_path: Path
) -> None:
    pack = tmp_path / "nadia.daftar-bundle"
    pack_for(team, "Nadia", pack)
    store = fresh(team, tmp_path / "nadia")
    reader = store.reader()
    try:
        begin_from_pack(store, reader, [pack], code=CODE, name="field 1")
        record = store.new_id()
        edit = Edit(team.workspace.id, "activity", record, {"title": "Latrines"}, create=True)
        store.submit([edit], label="Edit").result()
        wish = Wish(tuple(find_recipients(reader, "server")), tmp_path / "up.daftar-bundle")
        make_bundle(store, reader, wish, clock=team.house.clock)
        (brought,) = hand_to_server(team, tmp_path / "up.daftar-bundle")
        assert [(one.taken, one.code) for one in brought.answer.handed] == [(1, "")]
        lina.sync()
        assert lina.row("activity", record)["title"] == "Latrines"
        team.house.clock.move(days=20)
        sync_once(store, clock=team.house.clock, connect=lambda _address, token: _Line(team, token), tries=1)
        assert reader.meta(TOKEN)
        assert reader.workspaces()[0].unsent == 0
        settle(team)
        assert reader.workspaces()[0].digest.summary() == lina.digest()
    finally:
        reader.close()
        store.close()


class _Line(Line):
    def __init__(self, team: Team, token: str | None) -> None:
        super().__init__(team.house, token or "")

    def close(self) -> None: ...


def test_a_pack_is_good_for_one_laptop(team: Team, lina: Member, tmp_path: Path) -> None:
    pack = tmp_path / "nadia.daftar-bundle"
    pack_for(team, "Nadia", pack)
    codes = []
    for name in ("first", "second"):
        store = fresh(team, tmp_path / name)
        reader = store.reader()
        begin_from_pack(store, reader, [pack], code=CODE, name=name)
        record = store.new_id()
        edit = Edit(team.workspace.id, "activity", record, {"title": name}, create=True)
        store.submit([edit], label="Edit").result()
        target = tmp_path / f"{name}.daftar-bundle"
        wish = Wish(tuple(find_recipients(reader, "server")), target)
        make_bundle(store, reader, wish, clock=team.house.clock)
        reader.close()
        store.close()
        try:
            hand_to_server(team, target)
            codes.append("")
        except DaftarError as error:
            codes.append(error.code)
    assert codes == ["", "code_used"]


def test_an_ordinary_bundle_is_no_starter_pack(team: Team, lina: Member, tmp_path: Path) -> None:
    meet(team)
    target = tmp_path / "down.daftar-bundle"
    person = team.house.person("Nadia", team.workspace)
    team.house.service.bundles.create(person, ServerWish({}, CODE), into(target), draw=bytes)
    store = fresh(team, tmp_path / "nadia")
    reader = store.reader()
    try:
        with pytest.raises(DaftarError, match="pack_wrong"):
            begin_from_pack(store, reader, [target], code=CODE, name="field 1")
        with target.open("rb") as file:
            assert BundleFile(file).head.kind == "down"
        (taken,) = take(lina, target)
        assert taken.code == "bundle_code_needed"
    finally:
        reader.close()
        store.close()
