"""Files between two laptops and a real server at a socket, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.cutting import CuttingProxy
from helpers.house import House
from helpers.http_server import serving
from helpers.messenger import Pair, content_of

from desktop.store.attached import MIDDLING, Policy
from desktop.syncing import blobs as syncing

SIZE = 700_000


@pytest.fixture
def scene(house: House, tmp_path: Path) -> Iterator[Pair]:
    with serving(house) as url:
        made = Pair(house, tmp_path, url)
        made.records()
        yield made
        made.close()


def test_a_file_reaches_the_other_laptop(scene: Pair) -> None:
    content = content_of(SIZE)
    identity = scene.amina.attach(scene.jordan, content)
    assert scene.amina.move().up == 0, "a file never goes before its record"
    scene.records()
    sent = scene.amina.move()
    assert (sent.up, sent.bytes_up, sent.left, sent.problem) == (1, SIZE, 0, "")
    scene.omar.want(identity)
    got = scene.omar.move()
    assert (got.down, got.bytes_down, got.problem) == (1, SIZE, "")
    assert scene.omar.read(identity) == content
    again = scene.amina.move(), scene.omar.move()
    assert [(one.up, one.down, one.left) for one in again] == [(0, 0, 0)] * 2


@pytest.mark.parametrize("size", [0, 1])
def test_the_smallest_files_travel(scene: Pair, size: int) -> None:
    identity = scene.amina.attach(scene.jordan, content_of(size))
    scene.records()
    assert scene.amina.move().up == 1
    assert scene.omar.move().down == 1
    assert scene.omar.read(identity) == content_of(size)


def test_policies_say_what_travels_by_itself(scene: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    now = scene.amina.attach(scene.jordan, content_of(300), policy=Policy.NOW)
    network = scene.amina.attach(scene.jordan, content_of(400), policy=Policy.NETWORK)
    demand = scene.amina.attach(scene.jordan, content_of(500), policy=Policy.DEMAND)
    scene.records()
    monkeypatch.setattr(syncing, "GOOD_ANSWER_S", -1.0)
    first = scene.amina.move()
    assert (first.up, first.left) == (1, 1)
    assert [scene.amina.file(each).duty.sent for each in (now, network, demand)] == [True, False, False]
    monkeypatch.setattr(syncing, "GOOD_ANSWER_S", 60.0)
    assert scene.amina.move().up == 1
    scene.amina.want(demand)
    assert scene.amina.move().up == 1
    large = scene.amina.attach(scene.jordan, content_of(MIDDLING + 1))
    scene.records()
    assert scene.amina.move().up == 1
    assert scene.omar.move().down == 3, "a large file waits until it is asked for"
    scene.omar.want(large)
    assert scene.omar.move().down == 1


def test_a_file_gives_way_to_records_at_once_and_goes_on_later(scene: Pair) -> None:
    content = content_of(4 * SIZE)
    identity = scene.amina.attach(scene.jordan, content)
    scene.records()
    seen: list[int] = []

    def write_a_record(progress: syncing.FileProgress) -> None:
        if not seen:
            scene.amina.laptop.add(scene.jordan, "activity", {"title": "Typed meanwhile"})
        seen.append(progress.done)

    broken_off = scene.amina.move(report=write_a_record)
    assert (broken_off.up, broken_off.left, len(seen)) == (0, 1, 1)
    rest = scene.amina.move()
    assert (rest.up, rest.bytes_up) == (1, len(content) - broken_off.bytes_up)
    scene.records()
    scene.omar.want(identity)
    asked = iter(range(1000))
    half = scene.omar.move(halt=lambda: next(asked) > 6)
    assert scene.omar.vault.received(scene.jordan.id, scene.omar.file(identity).fingerprint) > 0
    assert half.down == 0
    assert scene.omar.move().down == 1
    assert scene.omar.read(identity) == content


@pytest.mark.parametrize("seed", range(4))
def test_a_link_that_is_cut_at_any_byte_costs_little(scene: Pair, seed: int) -> None:
    content = content_of(SIZE, seed=seed)
    identity = scene.amina.attach(scene.jordan, content)
    scene.records()
    scene.omar.want(identity)
    with CuttingProxy(scene.url, seed=seed, spans=[(400, 3_000), (20_000, 200_000)]) as proxy:
        scene.amina.url = scene.omar.url = proxy.url
        for _ in range(60):
            if scene.amina.move().up:
                break
        for _ in range(60):
            if scene.omar.move().down:
                break
        assert proxy.cuts > 3
        assert proxy.passed < 2 * SIZE * 2
    assert scene.omar.read(identity) == content


def test_a_file_that_the_server_refuses_says_why_and_is_not_tried_again(
    scene: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = scene.amina.attach(scene.jordan, content_of(500))
    scene.records()
    person = scene.amina.laptop.person
    scene.house.accounts.grant(person, scene.jordan, role="reader")
    assert scene.amina.move().problem == ""
    assert scene.amina.file(identity).duty.code == "role_too_low"
    assert scene.amina.move().left == 0
    scene.house.accounts.grant(person, scene.jordan, role="officer")
    scene.amina.want(identity)
    assert scene.amina.move().up == 1


def test_what_a_colleague_has_not_sent_yet_is_waited_for(scene: Pair) -> None:
    scene.amina.attach(scene.jordan, content_of(500))
    scene.records()
    waiting = scene.omar.move()
    assert (waiting.down, waiting.left, waiting.problem) == (0, 1, "")


def test_without_a_server_the_receipt_says_so(scene: Pair) -> None:
    scene.amina.attach(scene.jordan, content_of(500))
    scene.records()
    scene.amina.url = "http://127.0.0.1:1"
    receipt = scene.amina.move()
    assert (receipt.up, receipt.problem) == (0, "connection_cut")
    assert scene.amina.pauses


def test_a_workspace_that_leaves_a_laptop_takes_its_files_along(scene: Pair) -> None:
    lebanon = scene.house.workspace("Lebanon")
    laptop = scene.amina.laptop
    scene.house.accounts.grant(laptop.person, lebanon, role="officer")
    scene.records()
    scene.amina.attach(scene.jordan, content_of(500))
    kept = scene.amina.attach(lebanon, content_of(600))
    scene.records()
    with scene.amina.vault.arriving(scene.jordan.id, bytes(32)) as half:
        half.write(b"half of a file")
    scene.house.accounts.revoke_access(laptop.person, scene.jordan)
    laptop.sync()
    assert laptop.names() == ["Lebanon"]
    assert [path.name for path in laptop.profile.paths.files.iterdir()] == [lebanon.id.hex()]
    assert scene.amina.read(kept) == content_of(600)
    rows = laptop.reader.connection.execute("SELECT count(*) FROM attached").fetchone()
    assert rows == (1,)
    assert scene.amina.move().up == 1
