"""The largest file there may be, sent and fetched over a socket, in little memory."""

import hashlib
import tracemalloc
from pathlib import Path

from helpers.house import House
from helpers.http_server import serving

from sync.blobs import BLOB_LIMIT, LARGEST_PIECE
from sync.client.blobs import BlobLine, download, upload
from sync.server.storage.engine import sqlite_url
from sync.wire.enrolment import EnrolRequest

BLOCK = bytes(range(256)) * 4096


def test_two_hundred_megabytes_pass_through_both_sides_in_little_memory(tmp_path: Path) -> None:
    house = House(sqlite_url(tmp_path / "server.sqlite3"), tmp_path)
    jordan = house.workspace("Jordan")
    code, _ = house.office.enrolment.invite(house.person("Amina Hassan", jordan))
    token = house.service.enrol(EnrolRequest(code, 77, "laptop")).token
    name = hashlib.sha256()
    for _ in range(BLOB_LIMIT // len(BLOCK)):
        name.update(BLOCK)

    def read(start: int, stop: int) -> bytes:
        skip = start % len(BLOCK)
        return (BLOCK * ((stop - start) // len(BLOCK) + 2))[skip : skip + stop - start]

    arrived = hashlib.sha256()
    with serving(house) as url:
        line = BlobLine(url, token, halt=lambda: False)
        tracemalloc.start()
        try:
            sent = upload(line, jordan.id, name.digest(), size=BLOB_LIMIT, read=read)
            download(line, jordan.id, name.digest(), size=BLOB_LIMIT, start=0, write=arrived.update)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
            line.close()
    house.close()
    assert sent == BLOB_LIMIT
    assert arrived.digest() == name.digest()
    # A piece lies a few times in memory: as it is read, sent, received and put together.
    assert peak < 12 * LARGEST_PIECE
