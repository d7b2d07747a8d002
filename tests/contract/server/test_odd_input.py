"""Odd input is answered with the same code by a server on SQLite and by one on PostgreSQL."""

import io
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import msgpack
import pytest
import requests
from helpers.house import House
from helpers.http_server import serving
from helpers.laptop import Laptop
from helpers.postgres import fresh_database
from sqlalchemy import Text

from sync.bundles.cards import Card
from sync.bundles.keys import SecretKeys
from sync.bundles.notes import Notes
from sync.bundles.writing import Draft, write_bundle
from sync.changes import Change
from sync.merge.texts import set_text
from sync.server.cards import server_keys
from sync.server.storage.engine import sqlite_url
from sync.server.storage.people import Workspace
from sync.server.storage.schema import metadata
from sync.wire.departures import QuarantineAnswer, ReleaseAnswer
from sync.wire.enrolment import EnrolRequest
from sync.wire.failures import unpack_error
from sync.wire.outcomes import OutcomesRequest
from sync.wire.packing import PROTOCOL

ODD = [
    "\0",
    "a\0b",
    "\x1b[2J",
    "\ufffe",
    "\u202eevil",
    "x" * 70_000,
    "’; DROP TABLE log;--",
    "%s %(a)s",
    "\U0010ffff",
]
HUGE = [1 << 31, 1 << 48, (1 << 63) - 1, 1 << 63, -1]
SURROGATE = b"\xa3\xed\xa0\x80"
"""A text of MessagePack that holds a lone surrogate, which no text of Python makes by itself."""
CHECKED = {
    *("person.name", "workspace.name", "installation.name"),  # `names.tidy_name`, `plain_name`
    "access.role",  # one of five
    "setting.key",  # the server's own
    *("record.kind", "document.field"),  # `vetting.refusals`
    *("quarantine.code", "unread_frame.code"),  # the server's own
    *("discarded.reason", "erasure.who", "erasure.reason"),  # `outcomes.tidy_reason`
    "erasure.kind",  # that of a record
}


@pytest.fixture(scope="module")
def told(
    postgres_server: str, split_tables: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """What a server on each database answered."""
    folder = tmp_path_factory.mktemp("odd")
    with fresh_database(postgres_server, like=split_tables) as url:
        yield answers(sqlite_url(folder / "server.sqlite3"), folder / "a"), answers(url, folder / "b")


def answers(database: str, folder: Path) -> dict[str, Any]:
    folder.mkdir()
    house = House(database, folder)
    asker = Asker(house)
    with serving(house) as url:
        asker.url = url
        for ask in (asker.push, asker.decide, asker.enrol, asker.numbers, asker.addresses):
            ask()
    house.close()
    return asker.told


class Asker:
    """A laptop of a coordinator that sends what no laptop sends; `told` is what came back, by question."""

    def __init__(self, house: House) -> None:
        self.house, self.url = house, ""
        self.workspace: Workspace = house.workspace("Jordan")
        self.person = house.person("Amina Hassan", self.workspace, role="coordinator")
        self.laptop: Laptop = house.laptop(self.person)
        self.session = requests.Session()
        code, _ = house.office.enrolment.invite(self.person)
        token = house.service.enrol(EnrolRequest(code, 0x77, "second")).token
        self.headers = {"Authorization": f"Bearer {token}"}
        self.told: dict[str, Any] = {}

    def push(self) -> None:
        """Odd kinds, names, keys and values, each in a push of its own."""
        wrong: list[tuple[str, Mapping[str, Any], Mapping[str, str]]] = []
        for odd in (one[:60] for one in ODD):
            text = set_text(None, odd).update
            wrong += [
                (odd, {"title": "x"}, {"title": "r"}),
                ("survey", {odd: "x"}, {odd: "r"}),
                ("survey", {odd: text}, {odd: "t"}),
                ("survey", {"name": odd}, {"name": "r"}),
                ("survey", {"cells": {odd: "3"}}, {"cells": "k"}),
                ("activity", {"title": odd}, {}),
                ("activity", {"title": "x", "tags": [odd]}, {}),
                ("meeting", {"title": "x", "notes": text}, {}),
            ]
        for kind, values, classes in wrong:
            made = self.laptop.create(self.workspace.id, kind, values, classes=classes)
            self._note(f"push {kind!r} {made.dseq}", partial(self._push, made))
        fine = self.laptop.create(self.workspace.id, "activity", {"title": "after all of them"})
        self._note("push after", partial(self._push, fine))

    def _push(self, change: Change) -> list[str]:
        troubles = self.house.push(self.laptop, self.workspace, change).troubles
        return [trouble.code for trouble in troubles]

    def decide(self) -> None:
        """Odd reasons, what became of them, and letting in what is wrong in itself."""
        caller = self.house.caller(self.laptop)
        held = self.house.service.quarantine.held(self.workspace.id)
        for at, odd in enumerate(ODD):
            change = held[at].change.id
            body = msgpack.packb([PROTOCOL, self.workspace.number, [list(change)], odd])
            self._post(f"discard {odd[:20]!r}", "/v1/discard", body, ReleaseAnswer.unpack)
            asked = OutcomesRequest(self.workspace.number, (change,))
            became = self.house.service.discarding.answer(caller, asked).became
            self.told[f"reason {odd[:20]!r}"] = [one.reason for one in became]
        rest = [list(one.change.id) for one in held[len(ODD) :]]
        flat = [number for pair in rest for number in pair]
        body = msgpack.packb([PROTOCOL, self.workspace.number, flat])
        self._post("release", "/v1/release", body, ReleaseAnswer.unpack)
        asked_all = msgpack.packb([PROTOCOL, self.workspace.number])
        self._post("list", "/v1/quarantine", asked_all, lambda data: len(QuarantineAnswer.unpack(data).kept))
        beginning = bytes([0x94, PROTOCOL, self.workspace.number, 0x90])
        self._post("discard surrogate", "/v1/discard", beginning + SURROGATE, len)

    def enrol(self) -> None:
        for at, odd in enumerate(ODD):
            code, _ = self.house.office.enrolment.invite(self.person)
            self._post(f"name {at}", "/v1/enrol", EnrolRequest(code, 900 + at, odd).pack(), _seen)
        self._post("code", "/v1/enrol", EnrolRequest("K7PM\0", 99, "laptop").pack(), len)
        self._post("surrogate", "/v1/enrol", bytes([0x94, PROTOCOL]) + SURROGATE + b"\x09\xa1x", len)

    def numbers(self) -> None:
        """Numbers beyond what a column holds."""
        number = self.workspace.number
        for huge in HUGE:
            bodies = {
                "/v1/purged": [PROTOCOL, [huge]],
                "/v1/quarantine": [PROTOCOL, huge],
                "/v1/release": [PROTOCOL, number, [huge, huge]],
                "/v1/discard": [PROTOCOL, number, [[huge, huge]], "why"],
                "/v1/outcomes": [PROTOCOL, number, [[huge, huge]]],
                "/v1/verify": [PROTOCOL, huge, huge, huge, b"", b""],
                "/v1/plan": [PROTOCOL, huge, [huge, huge]],
                "/v1/keys": [PROTOCOL, huge, bytes(64)],
                "/v1/enrol": [PROTOCOL, "K7PM-4XQ2", huge, "laptop"],
            }
            for path, body in bodies.items():
                self._post(f"{path} {huge}", path, msgpack.packb(body), _seen)

    def addresses(self) -> None:
        for at, text in enumerate([*ODD[:5], "\udc80", "..", self.workspace.id.hex() + "\0"]):
            part = quote(text, errors="surrogateescape")
            for place in ("history/{0}/{0}", "snapshots/{0}", "chunks/{0}", "blobs/{0}?workspace={0}"):
                self._get(f"{place} {at}", f"/v1/{place.format(part)}")
        for at, workspace in enumerate([self.workspace.id.hex(), "0" * 32, "f" * 31]):
            self._get(f"snapshot {at}", f"/v1/snapshots/{workspace}")
            self._get(f"history {at}", f"/v1/history/{workspace}/{'0' * 32}")

    def _get(self, name: str, path: str) -> None:
        self._note(
            name, lambda: _told(self.session.get(self.url + path, headers=self.headers, timeout=10), len)
        )

    def _post(self, name: str, path: str, body: bytes, read: Callable[[bytes], Any]) -> None:
        how = {"data": body, "headers": self.headers, "timeout": 10}
        self._note(name, lambda: _told(self.session.post(self.url + path, **how), read))

    def _note(self, name: str, ask: Callable[[], Any]) -> None:
        assert name not in self.told
        self.told[name] = ask()


def _seen(_body: bytes) -> str:
    return "answered"


def _told(answer: requests.Response, read: Callable[[bytes], Any]) -> tuple[int, Any]:
    if answer.status_code >= 400:
        return answer.status_code, unpack_error(answer.content).code
    return answer.status_code, read(answer.content)


def test_both_databases_answer_odd_input_alike_and_with_a_code(
    told: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    file, postgres = told
    assert {name: (postgres[name], one) for name, one in file.items() if postgres[name] != one} == {}
    broken = [name for name, one in file.items() if isinstance(one, tuple) and one[0] >= 500]
    assert broken == []
    assert len(file) > 150


def test_what_is_typed_into_a_reason_is_kept_without_control_characters(
    told: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    for one in told:
        assert one["discard '\\x00'"] == (400, "reason_missing")
        assert one["reason 'a\\x00b'"] == ["a b"]
        assert one["reason '\\x1b[2J'"] == ["[2J"]
        assert one["discard surrogate"] == (400, "bad_message")
        assert one["name 1"] == (400, "bad_name")


def test_a_note_may_hold_what_was_pasted_and_a_field_may_not(
    told: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    for one in told:
        pushed = {name: codes for name, codes in one.items() if name.startswith("push ")}
        notes = [codes for name, codes in pushed.items() if "'meeting'" in name]
        assert notes
        assert all(codes == [] for codes in notes)
        assert ["invalid_value"] in [codes for name, codes in pushed.items() if "'activity'" in name]
        assert pushed["push after"] == []
        assert not [name for name, codes in pushed.items() if "frame_refused" in codes]


def test_every_text_column_has_a_place_where_its_text_is_checked() -> None:
    columns = (column for table in metadata.tables.values() for column in table.columns)
    assert {str(column) for column in columns if isinstance(column.type, Text)} == CHECKED


@pytest.mark.parametrize("typed, kept", [("Amman\0 3", "Amman 3"), ("\0\x1b", "?"), ("عمان ٣", "عمان ٣")])
def test_a_laptop_of_a_starter_pack_is_met_whatever_name_it_was_given(
    house: House, typed: str, kept: str
) -> None:
    person = house.person("Lina Haddad", house.workspace())
    code, expires = house.office.enrolment.invite(person)
    with house.storage.reading() as connection:
        own = server_keys(connection)
    invite = house.office.enrolment.hash_of(code)
    key, introduction = house.service.cards.introduce(person, own=own, invite=invite, expires_ms=expires)
    keys, now = SecretKeys(bytes([3]) * 32), house.clock.now_ms()
    card = Card(0x99, person.id, person.name, typed, keys.public, now, introduction).sign(key)
    draft = Draft("up", now, card, keys, Notes(()), (own.public,), "", own.public.mark, 0)
    brought = io.BytesIO()

    @contextmanager
    def open_volume(_volume: int, _volumes: int) -> Iterator[IO[bytes]]:
        yield brought

    write_bundle(draft, [], open_volume, draw=secrets.token_bytes)
    house.service.take_bundle(brought.getvalue())
    assert [one.installation.name for one in house.office.enrolment.laptops()] == [kept]
