"""Files on the pages that show a record: beside an activity, a figure, a meeting and an action point."""

from __future__ import annotations

from helpers.document_section import until_shown
from helpers.drawers import Drawer
from helpers.office import JORDAN, Office
from helpers.stage import RecordingHost
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.screens.indicators.evidence_tab import EvidenceTab
from desktop.screens.indicators.screen import IndicatorsScreen
from desktop.screens.meetings.screen import MeetingsScreen
from desktop.screens.workplan.screen import WorkplanScreen
from desktop.store.attached import Duty, Policy
from desktop.widgets.look import Look

SENT = Duty(Policy.NOW)


def test_the_panel_of_an_activity_shows_its_files_and_keeps_them_through_changes(
    qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost, drawer: Drawer
) -> None:
    drawer.put("certificates", "activity", "list.pdf")
    screen = WorkplanScreen(look, desk, host)
    desk.changed.connect(screen.refresh)
    qtbot.addWidget(screen)
    screen.resize(1366, 768)
    screen.show()
    screen.reload()
    screen.show_record("activity", drawer.office.ids["certificates"])
    section = screen.panel.documents
    (row,) = until_shown(qtbot, section, "list.pdf")
    row.name.setFocus()
    drawer.office.change("certificates", "activity", description="Changed meanwhile")
    qtbot.waitUntil(
        lambda: screen.panel.facts is not None and screen.panel.facts.row["description"] is not None
    )
    assert section.rows == [row]
    assert row.name.hasFocus()
    screen.panel._tabs.set_value("history")
    screen.panel._tab_chosen("history")
    assert section.isHidden()


def test_ctrl_e_on_a_figure_leads_to_its_evidence(
    qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost, drawer: Drawer
) -> None:
    drawer.put("people-q1", "value", "list Q1.pdf")
    screen = IndicatorsScreen(look, desk, host)
    desk.changed.connect(screen.refresh)
    qtbot.addWidget(screen)
    screen.resize(1366, 768)
    screen.show()
    screen.reload()
    screen.open_indicator(drawer.office.ids["people"])
    qtbot.waitUntil(lambda: screen.page.entry is not None)
    entry = screen.page.entry
    assert entry is not None
    screen.page.go_to_value(drawer.office.ids["q2"], None)
    assert entry.bar.evidence.text() == "Add evidence"
    QTest.keyClick(entry.grid, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    tab = screen.page._tabs_made["evidence"]
    assert isinstance(tab, EvidenceTab)
    wanted = tab.sections[drawer.office.ids["people-q2"]]
    assert wanted.add.hasFocus()
    assert wanted.accessibleName() == "Q2 2026 · Whole area"
    wanted._take_in(desk.row("value", drawer.office.ids["people-q2"]), [drawer.source("list Q2.pdf")])
    until_shown(qtbot, wanted, "list Q2.pdf")
    qtbot.waitUntil(lambda: drawer.office.ids["people-q1"] in tab.sections)
    until_shown(qtbot, tab.sections[drawer.office.ids["people-q1"]], "list Q1.pdf")
    value = desk.row("value", drawer.office.ids["people-q2"])
    assert value is not None
    assert len(value["evidence"]) == 1
    screen.page.tabs.set_value("entry")
    screen.page._tab_chosen("entry")
    qtbot.waitUntil(lambda: entry.bar.evidence.text() == "1 piece of evidence")


def test_approved_figures_keep_their_evidence_from_officers(
    qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost, office: Office
) -> None:
    office.grant(JORDAN, "Jordan", role="officer")
    screen = IndicatorsScreen(look, desk, host)
    desk.changed.connect(screen.refresh)
    qtbot.addWidget(screen)
    screen.show()
    screen.reload()
    screen.open_indicator(office.ids["people"])
    qtbot.waitUntil(lambda: screen.page.entry is not None)
    screen.page.show_evidence(office.ids["people-q2"])
    tab = screen.page._tabs_made["evidence"]
    assert isinstance(tab, EvidenceTab)
    assert tab.sections[office.ids["people-q2"]].add.isHidden()
    assert not tab.sections[office.ids["people"]].add.isHidden()


def test_a_meeting_and_an_action_point_have_files(
    qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost, drawer: Drawer
) -> None:
    drawer.put("meeting", "meeting", "Signed minutes.pdf", b"minutes")
    drawer.put("action", "action_point", "Receipt.pdf", b"receipt")
    screen = MeetingsScreen(look, desk, host)
    desk.changed.connect(screen.refresh)
    qtbot.addWidget(screen)
    screen.resize(1366, 768)
    screen.show()
    screen.reload()
    screen.open_meeting(drawer.office.ids["meeting"])
    until_shown(qtbot, screen.page.documents, "Signed minutes.pdf")
    screen.show_record("action_point", drawer.office.ids["action"])
    qtbot.waitUntil(lambda: "action_point" in screen.page.details.documents)
    until_shown(qtbot, screen.page.details.documents["action_point"], "Receipt.pdf")
