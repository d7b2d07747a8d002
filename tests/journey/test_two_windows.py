"""The main job through real windows: two laptops, a real server, a link that keeps breaking, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from helpers.cutting import CuttingProxy
from helpers.headquarters import headquarters
from helpers.terminal import Laptop
from helpers.windows import Sitting
from pytestqt.qtbot import QtBot

from desktop.screens.workplan.bringing_in import BringIn
from desktop.store.rows import Query
from desktop.syncing.joined import SERVER

PLAN = """\
ANNUAL WORK PLAN 2026;;;;;;;;
No;Activity;Q1;Q2;Q3;Q4;Responsible;Start date;End date
Output 1.1: Young people complete training;;;;;;;;
1.1.1;Employer survey;x;x;;;Rima Mansour;05/01/2026;30.06.26
1.1.2;Coach training;;X;X;;Samir Nasser;01/04/2026;30.09.26
1.1.3;Job fair;;;;x;TBD;01/10/2026;15.10.26
"""


@dataclass
class Desks:
    lina: Sitting
    omar: Sitting
    link: CuttingProxy


@pytest.fixture
def desks(qtbot: QtBot, tmp_path: Path) -> Iterator[Desks]:
    with (
        headquarters(tmp_path / "server") as server,
        CuttingProxy(server.url, seed=7, spans=((600, 1_600),)) as link,
    ):
        laptops: list[Laptop] = [
            server.hire("Lina Haddad", tmp_path / "lina"),
            server.hire("Omar Khalil", tmp_path / "omar"),
        ]
        sittings = [Sitting(qtbot, laptop) for laptop in laptops]
        for sitting in sittings:
            sitting.store.remember({SERVER: link.url})
        yield Desks(*sittings, link)
        for sitting in sittings:
            sitting.close()


def together(desks: Desks) -> None:
    for _ in range(2):
        desks.lina.sync()
        desks.omar.sync()


def digest(sitting: Sitting) -> bytes:
    (state,) = sitting.session.desk.reader.workspaces()
    return state.digest.summary()


def test_two_people_work_apart_and_nothing_is_lost(desks: Desks, tmp_path: Path) -> None:
    lina, omar = desks.lina, desks.omar
    together(desks)

    # Lina brings her office's plan in, with a preview first.
    plan = tmp_path / "plan.csv"
    plan.write_text(PLAN, encoding="utf-8")
    screen = lina.workplan()
    screen.bring_in = bring_in = BringIn(screen.look, screen.desk, screen.host, parent=screen)
    bring_in.read(str(plan))
    lina.until(lambda: bring_in.dialog is not None and bring_in.dialog.go.isEnabled())
    assert bring_in.dialog is not None
    bring_in.dialog.go.click()
    lina.until(lambda: bring_in.dialog is None or not bring_in.dialog.isVisible())
    assert lina.session.desk.reader.count(Query("activity")) == 3
    meeting = lina.store.new_id()
    item = lina.store.new_id()
    place = lina.find("activity", "Employer survey").workspace
    lina.plan_meeting(place, meeting, item, "شهادات التعلّم", "اجتمع المجلس مرة واحدة.")
    together(desks)
    assert omar.session.desk.reader.count(Query("activity")) == 3

    # Both are offline now: different fields, the same field, one paragraph, a delete against an edit.
    lina.type_in_plan("Employer survey", "title", "Employer skills survey")
    omar.type_in_plan("Employer survey", "progress", "40")
    lina.type_in_plan("Coach training", "end", "16/10/2026")
    omar.type_in_plan("Coach training", "end", "28/10/2026")
    lina.write_notes("شهادات التعلّم", "مرة واحدة", " في آذار")
    omar.write_notes("شهادات التعلّم", "اجتمع المجلس", " الوطني")
    lina.remove_from_plan("Job fair")
    omar.type_in_plan("Job fair", "progress", "15")

    together(desks)
    assert desks.link.cuts > 0
    for sitting in (lina, omar):
        survey = sitting.find("activity", "Employer skills survey")
        assert (survey["progress"], survey.contested) == (40, frozenset())
        assert (
            sitting.find("agenda_item", "شهادات التعلّم")["notes"] == "اجتمع المجلس الوطني مرة واحدة في آذار."
        )
        assert {conflict.key for conflict in sitting.session.desk.reader.conflicts()} == {"end", "deleted"}

    # Omar decides both; Lina sees the decisions.
    before = {c.key: {head.value for head in c.heads} for c in lina.session.desk.reader.conflicts()}
    assert before["end"] == {"2026-10-16", "2026-10-28"}
    assert omar.decide_everything() == 2
    together(desks)
    assert lina.session.desk.reader.conflict_count() == omar.session.desk.reader.conflict_count() == 0
    assert lina.find("activity", "Coach training")["end"] == omar.find("activity", "Coach training")["end"]
    assert digest(lina) == digest(omar)
    assert {row.id for row in lina.session.desk.reader.select(Query("activity"))} == {
        row.id for row in omar.session.desk.reader.select(Query("activity"))
    }
