"""When somebody else's change came to this laptop is known for each frame; own changes came from nowhere."""

from helpers.team import Team

from desktop.store.arrivals import arrivals
from desktop.store.reader import Reader
from sync.changes import Edit

DAY_MS = 86_400_000


def test_a_change_arrived_when_its_frame_was_pulled(team: Team) -> None:
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    record = lina.store.new_id()
    lina.write(Edit(lina.workspace, "activity", record, {"title": "Field day"}, create=True))
    lina.sync()
    team.house.clock.move(days=2)
    came = team.house.clock.now_ms()
    omar.sync()
    found = arrivals(omar.reader, "activity", record)
    assert list(found.values()) == [came]
    assert arrivals(lina.reader, "activity", record) == {}, "it was written there"
    row = omar.reader.get("activity", record)
    omar.write(Edit(omar.workspace, "activity", record, {"title": "Camp day"}, row.seen))
    omar.sync()
    assert arrivals(omar.reader, "activity", record) == found, "an own change came from nowhere"
    team.house.clock.move(days=1)
    lina.sync()
    assert list(arrivals(lina.reader, "activity", record).values()) == [came + DAY_MS]


def test_of_what_is_not_here_nothing_is_known(team: Team) -> None:
    reader: Reader = team.join("Lina Haddad").reader
    assert arrivals(reader, "activity", bytes(16)) == {}
