"""SYNC 18 and 29: a laptop that carries a colleague's work draws a new device number, as after a restore."""

from pathlib import Path

import pytest
from helpers.couriers import carry, digests, meet, save, settle, sync, take
from helpers.team import Member, Team

from desktop.store.verify import verify
from sync.errors import DaftarError


@pytest.fixture
def pair(team: Team, tmp_path: Path) -> tuple[Member, Member, bytes]:
    """Lina has edited, and not sent, what Omar made and gave to her; the server has heard of neither."""
    lina, omar = team.join("Lina"), team.join("Omar")
    settle(team)
    meet(team)
    record = omar.add("activity", {"title": "By Omar"})
    take(lina, *save(omar, "Lina", target=tmp_path / "omar.daftar-bundle").files)
    lina.set("activity", record, {"title": "By Lina"})
    return lina, omar, record


def test_inv_18_a_new_number_keeps_edits_of_what_a_colleague_gave(
    team: Team, pair: tuple[Member, Member, bytes]
) -> None:
    lina, omar, record = pair
    lina.renew()
    assert lina.row("activity", record).values["title"] == "By Lina"
    assert verify(lina.reader, clock=team.house.clock) == []
    sync(lina)
    meet(team)
    settle(team)
    assert len(digests([lina, omar])) == 1
    assert omar.row("activity", record).values["title"] == "By Lina"
    assert omar.contested() == lina.contested() == []


def test_inv_29_what_is_carried_waits_until_the_server_knows_the_new_number(
    team: Team, pair: tuple[Member, Member, bytes]
) -> None:
    lina, _, _ = pair
    assert carry(lina) == 1
    lina.renew()
    assert carry(lina) is None
    lina.sync()
    meet(team)
    assert carry(lina) is not None


def test_inv_29_a_number_that_nobody_confirmed_hands_nothing_in(
    pair: tuple[Member, Member, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server would refuse the whole bundle, and a sync that begins with it would never come to an end."""
    lina, _, _ = pair
    lina.renew()

    def refuse(path: str, _body: bytes, *, wait_s: int = 0) -> None:
        raise DaftarError("bundle_untrusted", fingerprint="", name="")

    monkeypatch.setattr(lina.line, "post", refuse)
    assert carry(lina) is None
