"""The server over HTTP: enrolment and sync as a laptop does them, and everything rude."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from helpers.house import House
from helpers.http_server import cut_post, send_raw, serving
from helpers.laptop import Laptop

from sync.server.storage.engine import sqlite_url
from sync.wire.enrolment import EnrolAnswer, EnrolRequest
from sync.wire.failures import unpack_error
from sync.wire.messages import CONTENT_TYPE, SyncAnswer, combined_digest
from sync.wire.tokens import RenewAnswer


class Client:
    """A laptop with a connection."""

    def __init__(self, house: House, url: str, device: int = 4242) -> None:
        self.url = url
        self.workspace = house.accounts.workspaces()[0] if house.accounts.workspaces() else house.workspace()
        self.person = house.person("Amina Hassan", self.workspace)
        code, _ = house.office.enrolment.invite(self.person)
        self.http = requests.Session()
        self.http.trust_env = False
        self.enrolled = EnrolAnswer.unpack(
            self.post("/v1/enrol", EnrolRequest(code, device, "Amman").pack()).content
        )
        self.http.headers["Authorization"] = f"Bearer {self.enrolled.token}"
        self.laptop = Laptop(device, self.person.id, now_ms=house.clock.now_ms())
        house._callers[device] = house.service.enrolment.authenticate(self.enrolled.token)

    def post(self, path: str, body: bytes = b"") -> requests.Response:
        return self.http.post(self.url + path, data=body, timeout=30)

    def sync(self, body: bytes) -> SyncAnswer:
        answer = self.post("/v1/sync", body)
        assert answer.status_code == 200, unpack_error(answer.content)
        return SyncAnswer.unpack(answer.content)

    def nothing_new(self, *, wait_s: int = 0) -> bytes:
        """The request of a laptop that has everything."""
        answer = self.sync(self.laptop.request().pack())
        (item,) = answer.workspaces
        parts = [(self.workspace.id, item.head, item.digest, item.acked_dseq, item.chain)]
        return self.laptop.request(
            cursors={self.workspace.number: item.head},
            access_epoch=answer.access_epoch,
            combined=combined_digest(parts),
            wait_s=wait_s,
        ).pack()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(sqlite_url(tmp_path / "server.sqlite3"), tmp_path)
    yield house
    house.close()


@pytest.fixture
def url(house: House) -> Iterator[str]:
    with serving(house) as url:
        yield url


@pytest.fixture
def client(house: House, url: str) -> Iterator[Client]:
    client = Client(house, url)
    yield client
    client.http.close()


def _code(answer: requests.Response) -> str:
    assert answer.headers["content-type"] == CONTENT_TYPE
    return unpack_error(answer.content).code


def test_a_laptop_enrols_pushes_and_pulls(client: Client) -> None:
    laptop, workspace = client.laptop, client.workspace
    push = laptop.push(workspace.number, [laptop.create(workspace.id, "activity", {"title": "Training"})])
    answer = client.sync(laptop.request(push).pack())
    assert answer.workspaces[0].acked_dseq == 1
    assert client.sync(client.nothing_new()).same


def test_inv_15_the_headers_are_lean(client: Client) -> None:
    answer = client.post("/v1/sync", client.nothing_new())
    assert sorted(name.lower() for name in answer.headers) == ["content-length", "content-type"]
    assert len(answer.content) <= 20


def test_a_token_is_renewed(client: Client) -> None:
    renewed = RenewAnswer.unpack(client.post("/v1/token").content)
    client.http.headers["Authorization"] = f"Bearer {renewed.token}"
    assert client.sync(client.nothing_new()).same


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer x", "Basic eDp5", "Bearer " + "A" * 43])
def test_without_a_token_nobody_syncs(client: Client, header: str | None) -> None:
    client.http.headers["Authorization"] = header  # type: ignore[assignment]  # None takes the header away
    answer = client.post("/v1/sync", client.laptop.request().pack())
    assert (answer.status_code, _code(answer)) == (401, "token_unknown")


def test_a_revoked_laptop_is_told_so(house: House, client: Client) -> None:
    house.office.enrolment.revoke(house.office.enrolment.laptop("Amman"))
    answer = client.post("/v1/sync", client.laptop.request().pack())
    assert (answer.status_code, _code(answer)) == (403, "device_revoked")


@pytest.mark.parametrize("body", [b"", b"\0\0\0\1\x90", b"<html>", b"\xff" * 200, b"\0\0\0\3\x93\x01\x02"])
def test_inv_30_nonsense_gets_a_code(client: Client, body: bytes) -> None:
    answer = client.post("/v1/sync", body)
    assert answer.status_code == 400
    assert _code(answer) in {"bad_message", "cut_message", "protocol_unknown"}
    assert _code(client.post("/v1/enrol", body)) in {"bad_message", "protocol_unknown"}


def test_another_path_or_method_gets_a_code(client: Client) -> None:
    assert _code(client.post("/v1/nothing")) == "not_found"
    assert _code(client.http.get(client.url + "/v1/sync", timeout=10)) == "method_unknown"


def test_inv_30_a_body_beyond_the_limit_is_not_read(client: Client) -> None:
    head = (
        f"POST /v1/sync HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
        f"authorization: Bearer {client.enrolled.token}\r\ncontent-length: 99999999\r\n\r\n"
    )
    answer = send_raw(client.url, head.encode())
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"too_large" in answer


def test_a_chunked_body_beyond_the_limit_is_cut_off(house: House, client: Client) -> None:
    piece = bytes(1 << 20)
    answer = client.post("/v1/sync", iter([piece] * 9))  # type: ignore[arg-type]  # requests sends it in chunks
    assert (answer.status_code, _code(answer)) == (413, "too_large")


def test_guessing_codes_is_slowed_down_for_one_address(house: House, client: Client) -> None:
    guess = EnrolRequest("K7PM-4XQ2", 9, "x").pack()
    codes = [_code(client.post("/v1/enrol", guess)) for _ in range(12)]
    assert codes == ["code_unknown"] * 10 + ["too_many_requests"] * 2
    assert int(client.post("/v1/enrol", guess).headers["retry-after"]) > 0
    house.clock.move(seconds=16 * 60)
    assert _code(client.post("/v1/enrol", guess)) == "code_unknown"


def test_inv_13_whole_frames_of_a_cut_push_are_kept(house: House, client: Client) -> None:
    laptop, workspace = client.laptop, client.workspace
    made = [laptop.create(workspace.id, "activity", {"title": f"Visit {at} {at * 7919}"}) for at in range(60)]
    push = laptop.push(workspace.number, made, limit=200)
    assert len(push.frames) >= 3
    body = laptop.request(push).pack()
    cut_post(
        client.url,
        "/v1/sync",
        body[: -len(push.frames[-1]) // 2],
        announced=len(body),
        token=client.enrolled.token,
        meanwhile=lambda: [client.sync(laptop.request().pack()) for _ in range(5)],
    )
    # The next request of this laptop waits behind nothing; ask until the cut one has been dealt with.
    deadline = threading.Event()
    for _ in range(200):
        acked = client.sync(laptop.request().pack()).workspaces[0].acked_dseq
        if acked:
            break
        deadline.wait(0.02)
    assert 0 < acked < 60
    assert client.sync(laptop.request(push).pack()).workspaces[0].acked_dseq == 60


def test_a_waiting_laptop_is_answered_when_there_is_news(house: House, client: Client) -> None:
    other = Client(house, client.url, device=4343)
    waiting = client.nothing_new(wait_s=30)
    answers: list[SyncAnswer] = []
    thread = threading.Thread(target=lambda: answers.append(client.sync(waiting)))
    thread.start()
    made = other.laptop.create(other.workspace.id, "activity", {"title": "News"})
    other.sync(other.laptop.request(other.laptop.push(other.workspace.number, [made])).pack())
    thread.join(20)
    other.http.close()
    assert not answers[0].same
    assert len(answers[0].workspaces[0].pulled) >= 1


def test_what_another_process_commits_wakes_a_waiting_laptop(house: House, client: Client) -> None:
    waiting = client.nothing_new(wait_s=30)
    answers: list[SyncAnswer] = []
    thread = threading.Thread(target=lambda: answers.append(client.sync(waiting)))
    thread.start()
    house.accounts.grant(client.person, client.workspace, role="coordinator")
    thread.join(20)
    assert [item.role for item in answers[0].access or ()] == ["coordinator"]


def test_stopping_lets_waiting_laptops_go(house: House) -> None:
    with serving(house) as url:
        client = Client(house, url)
        waiting = client.nothing_new(wait_s=50)
        answers: list[SyncAnswer] = []
        thread = threading.Thread(target=lambda: answers.append(client.sync(waiting)))
        thread.start()
        client.http.get(url + "/healthz", timeout=10)
    thread.join(20)
    client.http.close()
    assert answers[0].same


def test_health_is_told_to_anybody(url: str) -> None:
    answer = requests.get(url + "/healthz", timeout=10)
    assert (answer.status_code, answer.text) == (200, "ok")
