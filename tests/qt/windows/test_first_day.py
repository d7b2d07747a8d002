"""The first fetch of a new laptop from a real server: left off when enough is here, gone on with later."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.http_server import serving
from helpers.snapshotting import let_small_logs_count, snapshot
from helpers.team import Team
from PySide6.QtWidgets import QApplication

from desktop.app.first_day import FirstDay
from desktop.paths import Paths
from desktop.settings import Settings
from desktop.store.fetching import fetching_now
from desktop.store.rows import Query
from desktop.syncing.joined import LAST_SYNC_MS
from desktop.syncing.once import sync_once
from desktop.windows.first_run import Fetched, Joining

PATIENCE = 30.0


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(tmp_path)
    yield made
    made.close()


def test_a_first_fetch_that_is_left_off_is_gone_on_with_and_was_usable(
    qapp: QApplication, team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_small_logs_count(monkeypatch)
    omar = team.join("Omar Khalil")
    for number in range(200):
        omar.add("comment", {"text": f"{number} {'x' * 80}"})
    omar.add("activity", {"title": "Well repair", "status": "ongoing"})
    omar.sync()
    snapshot(team)
    code, _ = team.house.office.enrolment.invite(team.house.person("Rima Mansour", team.workspace))
    told: list[Fetched] = []
    with serving(team.house) as url:
        day = FirstDay(qapp, Paths(tmp_path / "rima"), Settings(), "a few words", team.house.clock)

        def report(fetched: Fetched) -> None:
            told.append(fetched)
            if fetched.fetching is not None and fetched.fetching.usable:
                day.leave_off()

        day.join(Joining(url, code, "Irbid 2"), report).result(timeout=PATIENCE)
        store = day.store
        assert store is not None
        last = next(one.fetching for one in reversed(told) if one.fetching is not None)
        assert (last.name, last.usable) == ("Jordan", True)
        reader = store.reader()
        (here,) = fetching_now(reader)
        assert here.usable
        assert 0 < here.percent < 100
        assert [row["title"] for row in reader.select(Query("activity"))] == ["Well repair"]
        assert reader.meta(LAST_SYNC_MS) is None, "not everything is here yet"
        sync_once(store, clock=team.house.clock)
        assert fetching_now(reader) == []
        assert reader.meta(LAST_SYNC_MS) is not None
        reader.close()
        day.close()
