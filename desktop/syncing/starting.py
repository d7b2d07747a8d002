"""A first run without a connection: a starter pack brings the user's account, workspaces and records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.store.failures import disk_errors
from desktop.store.keys import add_recovery_wrap
from desktop.store.reader import Reader
from desktop.store.store import Store
from desktop.syncing.bundles import Taken, take_bundles
from desktop.syncing.enrolment import Enrolled, tidy_address
from desktop.syncing.identity import INTRODUCTION, INTRODUCTION_SEED, SERVER_KEYS
from desktop.syncing.joined import ACCESS_EPOCH, JOIN_CODE, JOIN_SERVER, LAPTOP, PERSON
from sync.bundles.cards import Introduction
from sync.bundles.keys import PublicKeys, SecretKeys
from sync.bundles.notes import Notes, Welcome
from sync.bundles.reading import BundleFile
from sync.errors import DaftarError
from sync.replica.changed import Changed
from sync.replica.replica import Replica


@dataclass(frozen=True, slots=True)
class Begun:
    """Who this laptop's user is now, and what the pack brought."""

    enrolled: Enrolled
    taken: Taken


def begin_from_pack(store: Store, reader: Reader, files: Sequence[Path], *, code: str, name: str) -> Begun:
    """Join this laptop by a starter pack; at the first connection the server gives it its token.

    Raises `pack_wrong` for a bundle that is none, `already_enrolled`, and what opening a bundle raises.
    """
    welcome, notes = _open(files, code)
    _keep(store, welcome, notes, name=name)
    (taken,) = take_bundles(store, reader, files, code=code)
    places = {one.id: (one.name, one.role) for one in notes.places}
    return Begun(Enrolled(welcome.person, welcome.account, places), taken)


def _open(files: Sequence[Path], code: str) -> tuple[Welcome, Notes]:
    with disk_errors(), files[0].open("rb") as file:
        bundle = BundleFile(file)
        _, notes = bundle.open(code=code)
        welcome = notes.welcome
        if welcome is None:
            raise DaftarError("pack_wrong")
        server = PublicKeys.read(welcome.server_keys)
        pass_ = Introduction.read(welcome.introduction)
        true = server.has_signed(pass_.signature, pass_.said())
        if bundle.head.card.keys != server or not true or pass_.account != welcome.account:
            raise DaftarError("bundle_forged")
        SecretKeys(welcome.seed)
        tidy_address(welcome.server)
    return welcome, notes


def _keep(store: Store, welcome: Welcome, notes: Notes, *, name: str) -> None:
    if welcome.recovery:
        add_recovery_wrap(store.profile.paths.keys, key=store.profile.key, public=welcome.recovery)

    def grant(replica: Replica) -> Changed:
        for one in notes.places:
            replica.workspaces.grant(one.id, number=one.number, role=one.role, name=one.name)
        return Changed({"workspace": frozenset(one.id for one in notes.places)}, local=False)

    store.run(grant)
    store.remember(
        {
            PERSON: welcome.person,
            LAPTOP: name,
            ACCESS_EPOCH: welcome.access_epoch,
            SERVER_KEYS: welcome.server_keys,
            INTRODUCTION: welcome.introduction,
            INTRODUCTION_SEED: welcome.seed,
        }
    )
    store.become(welcome.account)
    store.remember({JOIN_SERVER: tidy_address(welcome.server), JOIN_CODE: welcome.code})
