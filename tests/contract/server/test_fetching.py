"""Snapshots and history over HTTP: ranges, refusals, and a laptop's own transport."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.house import House
from helpers.http_server import serving

from sync.client.transport import Transport
from sync.errors import DaftarError
from sync.server.snapshots import Snapshots
from sync.server.storage.engine import sqlite_url
from sync.wire.enrolment import EnrolRequest
from sync.wire.snapshots import HistoryAnswer, Manifest, hash_of


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(sqlite_url(tmp_path / "server.sqlite3"), tmp_path)
    yield house
    house.close()


def test_a_laptop_reads_a_snapshot_from_any_byte_on(house: House) -> None:
    place = house.workspace()
    lina = house.laptop(house.person("Lina Haddad", place))
    one = lina.create(place.id, "activity", {"title": "Survey"})
    house.push(lina, place, one)
    Snapshots(house.storage, clock=house.clock).make(place.id)
    code, _ = house.office.enrolment.invite(house.person("Omar Khalil", place))
    token = house.service.enrol(EnrolRequest(code, 99, "laptop")).token
    with serving(house) as url:
        line, stranger = Transport(url, token), Transport(url, None)
        manifest = Manifest.unpack(line.get(f"/v1/snapshots/{place.id.hex()}").body)
        for piece in manifest.pieces:
            address = f"/v1/chunks/{piece.hash.hex()}"
            whole = line.get(address)
            assert (whole.complete, hash_of(whole.body), len(whole.body)) == (True, piece.hash, piece.size)
            rest = line.get(address, start=10)
            assert (rest.complete, rest.body) == (True, whole.body[10:])
            for who, start, code in ((line, piece.size, "bad_range"), (stranger, 0, "token_unknown")):
                with pytest.raises(DaftarError) as refused:
                    who.get(address, start=start)
                assert refused.value.code == code
        told = HistoryAnswer.unpack(line.get(f"/v1/history/{place.id.hex()}/{one.record.hex()}").body)
        assert len(told.frames) == 1
        with pytest.raises(DaftarError) as missing:
            line.get(f"/v1/history/{place.id.hex()}/{bytes(16).hex()}")
        assert missing.value.code == "history_missing"
        line.close()
        stranger.close()
