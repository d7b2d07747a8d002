"""A laptop believes the system, or one certificate alone; what it does not believe gets nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.house import House
from helpers.http_server import serving
from helpers.office import CHEAP, PASSPHRASE
from helpers.tls import Authority, tls_door

from desktop.paths import Paths
from desktop.store.profile import create_profile
from desktop.store.store import Store
from desktop.syncing.enrolment import enrol, read_certificate
from desktop.syncing.kept import KeptLine
from desktop.syncing.line import over_http
from desktop.syncing.once import sync_once
from sync.client.blobs import BlobLine
from sync.client.transport import Transport
from sync.client.trust import context_of
from sync.errors import DaftarError
from sync.records import KINDS


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
def door(house: House, authority: Authority, tmp_path: Path) -> Iterator[str]:
    with serving(house) as url, tls_door(url, authority.issue(tmp_path, host="127.0.0.1")) as safe:
        yield safe


@pytest.fixture
def store(house: House, tmp_path: Path) -> Iterator[Store]:
    profile = create_profile(Paths(tmp_path / "profile"), passphrase=PASSPHRASE, cost=CHEAP)
    made = Store.open(profile, KINDS, house.clock)
    yield made
    made.close()


def code_of(url: str, pem: str = "") -> str:
    line = Transport(url, "token")
    try:
        if pem:
            line.trust(pem)
        line.post("/v1/sync", b"")
    except DaftarError as error:
        return error.code
    finally:
        line.close()
    return ""


def test_a_certificate_that_the_system_does_not_know_is_refused(door: str) -> None:
    assert code_of(door) == "certificate_untrusted"


def test_only_the_pinned_certificate_is_believed(door: str, authority: Authority) -> None:
    assert code_of(door, Authority("Somebody else").pem) == "certificate_untrusted"
    assert code_of(door, authority.pem) == "token_unknown", "it was asked"


def test_the_name_has_to_be_right_too(house: House, authority: Authority, tmp_path: Path) -> None:
    for host in ("daftar.example.org", "127.0.0.2"):
        certificate = authority.issue(tmp_path, host=host)
        with serving(house) as url, tls_door(url, certificate) as safe:
            assert code_of(safe, authority.pem) == "certificate_wrong_name"


def test_the_system_is_not_believed_beside_the_pinned_one(door: str, authority: Authority) -> None:
    line = Transport(door, "token")
    line.trust(authority.pem)
    with pytest.raises(DaftarError, match="token_unknown"):
        line.post("/v1/sync", b"")
    pinned = line._session.get_adapter(door)._context  # type: ignore[attr-defined]  # of the pinned kind
    assert pinned.cert_store_stats() == {"x509": 1, "crl": 0, "x509_ca": 1}
    line.close()


def test_a_laptop_keeps_the_certificate_it_joined_with(
    house: House, door: str, authority: Authority, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "server.pem"
    file.write_text(authority.pem)
    person = house.person("Hassan Aziz", house.workspace())
    code, _ = house.office.enrolment.invite(person)
    with pytest.raises(DaftarError, match="certificate_untrusted"):
        enrol(store, server=door, code=code, name="Irbid 2", clock=house.clock)
    enrol(
        store,
        server=door,
        code=code,
        name="Irbid 2",
        clock=house.clock,
        certificate=read_certificate(file),
    )
    file.unlink()
    assert sync_once(store, clock=house.clock, tries=1).requests >= 1
    kept = KeptLine(over_http)
    for _ in range(2):
        assert sync_once(store, clock=house.clock, tries=1, connect=kept.open).requests >= 1
    kept.drop()
    store.remember({"certificate": None})
    with pytest.raises(DaftarError, match="certificate_untrusted"):
        sync_once(store, clock=house.clock, tries=1)


@pytest.mark.parametrize("content", ["", "not a certificate", "-----BEGIN CERTIFICATE-----\nxx\n"])
def test_a_file_without_a_certificate_is_told(tmp_path: Path, content: str) -> None:
    file = tmp_path / "server.pem"
    file.write_text(content)
    with pytest.raises(DaftarError, match="certificate_unreadable"):
        read_certificate(file)
    with pytest.raises(DaftarError, match="certificate_unreadable"):
        context_of(content)


def test_files_believe_the_same_certificates_as_records(door: str, authority: Authority) -> None:
    def asked(pem: str) -> str:
        line = BlobLine(door, "token", halt=lambda: False)
        if pem:
            line.trust(pem)
        try:
            line.standing(bytes(16), bytes(32))
        except DaftarError as error:
            return error.code
        finally:
            line.close()
        return ""

    assert asked("") == asked(Authority("Somebody else").pem) == "certificate_untrusted"
    assert asked(authority.pem) == "token_unknown", "it was asked"
