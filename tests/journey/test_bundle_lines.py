"""Bundles on both command lines: a stick from the field, the reply, a colleague, a first run from a pack."""

from pathlib import Path

from helpers.headquarters import headquarters
from helpers.terminal import Laptop


def test_what_is_carried_for_a_colleague_is_listed_copied_and_handed_in(tmp_path: Path) -> None:
    with headquarters(tmp_path / "server") as office:
        omar = office.hire("Omar Khalil", tmp_path / "omar")
        lina = office.hire("Lina Haddad", tmp_path / "lina")
        for laptop in (omar, lina):
            laptop.ask("sync")
        lina.ask("add", "activity", "title=Wells")
        up = tmp_path / "up.daftar-bundle"
        lina.ask("bundle", "create", "--for", "server", str(up))
        for _ in range(2):
            assert omar.ask("bundle", "apply", str(up))["bundles"][0]["person"] == "Lina Haddad"
        (one,) = omar.ask("bundle", "waiting", "--save", str(tmp_path))
        assert (one["person"], one["code"], one["bytes"]) == ("Lina Haddad", None, up.stat().st_size)
        assert Path(one["file"]).read_bytes() == up.read_bytes()
        assert omar.fails("bundle", "waiting", "--discard", "nothing")["code"] == "parcel_unknown"
        assert omar.ask("bundle", "waiting", "--discard", one["id"], "--again") == []
        omar.ask("bundle", "apply", one["file"])
        assert omar.ask("sync")["carried_waiting"] == 0
        assert office.ask("bundle", "apply", str(up))["bundles"][0]["handed"][0]["taken"] == 0


def test_a_stick_goes_to_the_office_and_back(tmp_path: Path) -> None:
    with headquarters(tmp_path / "server") as office:
        # Lina comes last, because she is to know Omar's laptop at once.
        omar = office.hire("Omar Khalil", tmp_path / "omar")
        lina = office.hire("Lina Haddad", tmp_path / "lina")
        for laptop in (lina, omar, lina):
            laptop.ask("sync")
        record = lina.ask("add", "activity", "title=Wells")["id"]
        up, back = str(tmp_path / "up.daftar-bundle"), str(tmp_path / "back.daftar-bundle")
        scan = tmp_path / "scan.pdf"
        scan.write_bytes(b"%PDF" + bytes(300_000))
        attached = lina.ask("attach", "activity", record, str(scan))["id"]
        made = lina.ask("bundle", "create", "--for", "server", "--files", up)
        assert made["changes"] == {"own": 2, "carried": 0, "ordered": 0}
        assert made["enclosed"] == {"files": 1, "bytes": 300_004, "left": 0}
        seen = office.ask("bundle", "inspect", up)
        assert (seen["person"], seen["trust"], seen["changes"]) == ("Lina Haddad", "server", 2)
        assert lina.ask("bundle", "inspect", up)["opens"] is False
        taken = office.ask("bundle", "apply", up, "--reply", back)
        assert [one["taken"] for one in taken["bundles"][0]["handed"]] == [2]
        assert taken["bundles"][0]["attached"] == 1
        answer = lina.ask("bundle", "apply", back)
        assert answer["bundles"][0]["acknowledged"] == 2
        share = str(tmp_path / "for-omar.daftar-bundle")
        lina.ask("set", "activity", record, "progress=40")
        lina.ask("bundle", "create", "--for", "Omar Khalil", share)
        omar.ask("sync")
        assert omar.ask("bundle", "apply", share)["bundles"][0]["new"] == 1
        assert omar.ask("show", "activity", record)["progress"] == 40
        down = str(tmp_path / "down.daftar-bundle")
        office.ask("bundle", "create", "Omar Khalil", down, "--files")
        assert omar.ask("bundle", "inspect", down)["enclosed"] == {"files": 1, "bytes": 300_004}
        # It came over the network meanwhile.
        omar.ask("attachment", "drop", attached)
        assert omar.ask("bundle", "apply", down)["bundles"][0]["attached"] == 1
        copy = tmp_path / "copy.pdf"
        omar.ask("attachment", "get", attached, str(copy))
        assert copy.read_bytes() == scan.read_bytes()
        office.ask("person", "add", "Nadia Saleh")
        office.ask("grant", "Nadia Saleh", "Jordan", "officer")
        pack = str(tmp_path / "nadia.daftar-bundle")
        code = office.ask("bundle", "create", "Nadia Saleh", pack, "--starter", office.url)["code"]
        nadia = Laptop(tmp_path / "nadia").make()
        assert nadia.ask("enrol", "--pack", pack, "--code", code)["person"]["name"] == "Nadia Saleh"
        assert nadia.ask("show", "activity", record)["title"] == "Wells"
        nadia.ask("sync")
        omar.ask("sync")
        nadia.ask("sync")
        assert nadia.ask("check")["digests"] == omar.ask("check")["digests"]
