"""Rail, top bar, badges, panel, toast, dialog, tabs: what they say and what they emit."""

import pytest
from helpers.gallery_data import Say
from helpers.gallery_pages import _rail_plan
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.avatar import avatar_colour, initials
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import Button, Segmented
from desktop.widgets.chart import axis_top
from desktop.widgets.dialogs import confirm
from desktop.widgets.look import Look
from desktop.widgets.page_header import PageHeader
from desktop.widgets.rail import NARROW, WIDE, Rail
from desktop.widgets.side_panel import PanelHost, SidePanel
from desktop.widgets.sync_badge import SyncBadge, SyncWords
from desktop.widgets.tabs import Tabs
from desktop.widgets.toast import Toast
from desktop.widgets.top_bar import Crumb, TopBar

K = Qt.Key


@pytest.fixture
def stage(qtbot: QtBot, look: Look) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    return window


def test_the_rail_is_walked_and_chosen_by_keys(qtbot: QtBot, look: Look) -> None:
    rail = Rail(look, _rail_plan(Say("en")))
    qtbot.addWidget(rail)
    rail.show()
    rail.set_active("desk")
    rail._items["desk"].setFocus()
    qtbot.keyClick(rail._items["desk"], K.Key_Down)
    assert rail.focusWidget() is rail._items["decide"]
    with qtbot.waitSignal(rail.chosen) as caught:
        qtbot.keyClick(rail._items["decide"], K.Key_Return)
    assert caught.args == ["decide"]
    assert rail.active == "desk"


def test_counts_are_spoken_and_a_narrow_rail_has_tooltips(qtbot: QtBot, look: Look) -> None:
    rail = Rail(look, _rail_plan(Say("en")))
    qtbot.addWidget(rail)
    rail.set_count("decide", 3)
    assert rail._items["decide"].accessibleName() == "Needs your decision (3)"
    rail.fit(1092)
    assert rail.width() == NARROW
    assert rail._items["decide"].toolTip() == "Needs your decision"
    rail.fit(1366)
    assert rail.width() == WIDE


def test_the_sync_badge_drops_its_second_half_first(qtbot: QtBot, look: Look) -> None:
    words = SyncWords("over", "cloud-upload", "12 changes on this laptop", "last sent Thu 11 Jun")
    badge = SyncBadge(look, words)
    qtbot.addWidget(badge)
    badge.resize(badge.sizeHint())
    assert badge.shows_second_half
    badge.resize(badge.sizeHint().width() - 20, 28)
    assert not badge.shows_second_half
    assert badge.minimumSizeHint().width() < badge.sizeHint().width()
    assert badge.accessibleName() == "12 changes on this laptop · last sent Thu 11 Jun"
    with qtbot.waitSignal(badge.clicked):
        qtbot.keyClick(badge, K.Key_Return)


def test_a_crumb_offers_its_choices_and_search_takes_ctrl_k(qtbot: QtBot, look: Look, stage: QWidget) -> None:
    bar = TopBar(look, parent=stage)
    bar.resize(1000, 49)
    bar.set_crumbs([Crumb("country", "Country", "jo", [("jo", "Jordan"), ("ke", "Kenya")])])
    bar.show()
    qtbot.keyClick(stage, K.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert bar.search.hasFocus()
    qtbot.keyClicks(bar.search, "solar")
    with qtbot.waitSignal(bar.search.asked) as caught:
        qtbot.keyClick(bar.search, K.Key_Return)
    assert caught.args == ["solar"]
    qtbot.keyClick(bar.search, K.Key_Escape)
    assert bar.search.text() == ""


def test_a_choice_of_a_crumb_is_emitted_with_its_key(qtbot: QtBot, look: Look, stage: QWidget) -> None:
    bar = TopBar(look, parent=stage)
    bar.set_crumbs([Crumb("country", "Country", "jo", [("jo", "Jordan"), ("ke", "Kenya")])])
    bar.show()
    selector = bar._crumbs.itemAt(0).widget()
    qtbot.keyClick(selector, K.Key_Down)
    menu = selector.children()[-1]
    with qtbot.waitSignal(bar.crumb_chosen) as caught:
        menu.actions()[1].trigger()
    assert caught.args == ["country", "ke"]
    menu.close()


def test_a_disabled_button_says_what_is_missing(qtbot: QtBot, look: Look) -> None:
    button = Button(look, "Join", kind="primary")
    qtbot.addWidget(button)
    button.set_ready(ready=False, reason="Write the code first.")
    assert button.toolTip() == "Write the code first."
    button.set_ready(ready=True)
    assert button.toolTip() == ""
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, K.Key_Return)


def test_segments_follow_the_arrow_keys(qtbot: QtBot, look: Look) -> None:
    control = Segmented(look, [("q", "Quarters"), ("m", "Months")], name="Scale", value="q")
    qtbot.addWidget(control)
    with qtbot.waitActive(control):
        control.show()
        control.activateWindow()
    control._segments["q"].setFocus()
    with qtbot.waitSignal(control.chosen) as caught:
        qtbot.keyClick(control._segments["q"], K.Key_Right)
    assert caught.args == ["m"]
    assert control.value == "m"


def test_tabs_keep_the_chosen_key_when_their_words_change(qtbot: QtBot, look: Look) -> None:
    tabs = Tabs(look, [("a", "Details"), ("b", "Comments 2")], name="Parts")
    qtbot.addWidget(tabs)
    with qtbot.waitSignal(tabs.chosen):
        qtbot.keyClick(tabs, K.Key_Right)
    tabs.set_tabs([("a", "Details"), ("b", "Comments 3")])
    assert tabs.value == "b"


def panel_of(look: Look, stage: QWidget) -> tuple[PanelHost, SidePanel, QWidget]:
    page = QWidget()
    panel = SidePanel(look, name="Details")
    panel.set_head("Prior-learning certificates", code="1.1.3", badge=Badge("Late", "bad", "clock-alert"))
    panel.add_row("Dates", "5 Apr – 16 Jul 2026", second="Agreed: 15 Mar")
    panel.add_link("Decision D-14", key="d14", icon="gavel")
    host = PanelHost(look, page, panel, parent=stage)
    host.resize(1100, 600)
    host.show()
    return host, panel, page


def test_the_panel_stands_beside_a_wide_page_and_over_a_narrow_one(look: Look, stage: QWidget) -> None:
    host, panel, page = panel_of(look, stage)
    host.open_panel()
    assert page.width() == 1100 - panel.width()
    assert not host.is_drawer
    stage.resize(1092, 614)
    host.resize(1040, 500)
    assert host.is_drawer
    assert page.width() == 1040
    stage.resize(910, 512)
    host.resize(858, 400)
    assert panel.width() == 858


def test_escape_closes_the_panel(qtbot: QtBot, look: Look, stage: QWidget) -> None:
    host, panel, _ = panel_of(look, stage)
    host.open_panel()
    qtbot.keyClick(panel, K.Key_Escape)
    assert not host.is_open


def test_links_and_clearing(qtbot: QtBot, look: Look, stage: QWidget) -> None:
    from desktop.widgets.labels import Link

    host, panel, _ = panel_of(look, stage)
    host.open_panel()
    with qtbot.waitSignal(panel.link_chosen) as caught:
        qtbot.keyClick(panel.findChild(Link), K.Key_Return)
    assert caught.args == ["d14"]
    panel.clear()
    assert panel.body.count() == 0


def test_a_toast_offers_undo_and_an_error_stays(qtbot: QtBot, look: Look, stage: QWidget) -> None:
    toast = Toast(look, "Removed.", action="Undo", parent=stage)
    assert toast._timer.isActive()
    assert toast.link is not None
    with qtbot.waitSignal(toast.undo_asked):
        qtbot.keyClick(toast.link, K.Key_Return)
    error = Toast(look, "Cannot write to the stick.", family="bad", stays=True, parent=stage)
    assert not error._timer.isActive()
    with qtbot.waitSignal(error.closed):
        qtbot.keyClick(error, K.Key_Escape)


def test_a_question_focuses_the_safe_answer_and_escape_keeps(
    qtbot: QtBot, look: Look, stage: QWidget
) -> None:
    def ask() -> object:
        return confirm(
            look,
            parent=stage,
            title="Remove “Autumn job fair”?",
            text="It goes to Removed items and can be brought back.",
            action="Remove",
            keep="Keep it",
            action_icon="trash",
        )

    dialog = ask()
    assert dialog.focusWidget() is dialog.keep_button
    with qtbot.waitSignal(dialog.kept):
        qtbot.keyClick(dialog, K.Key_Escape)
    dialog = ask()
    qtbot.keyClick(dialog.keep_button, K.Key_Right)
    with qtbot.waitSignal(dialog.confirmed):
        qtbot.keyClick(dialog.action_button, K.Key_Return)


def test_a_narrow_header_folds_its_actions_and_keeps_the_primary(qtbot: QtBot, look: Look) -> None:
    header = PageHeader(look, "Workplan 2026", caption="12 activities")
    qtbot.addWidget(header)
    actions = [Button(look, text) for text in ("Filter", "Print", "Add activity")]
    header.set_actions(actions)
    header.show()
    header.resize(1200, 49)
    assert all(action.isVisible() for action in actions)
    header.resize(780, 49)
    assert [action.isVisible() for action in actions] == [False, False, True]
    assert header._more.isVisible()


@pytest.mark.parametrize(
    "name, letters", [("Lina Haddad", "LH"), ("Omar", "O"), ("لينا حداد", "ل"), ("", ""), ("  ", "")]
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_person_keeps_one_colour() -> None:
    assert avatar_colour(b"abc") == avatar_colour(b"abc")


@pytest.mark.parametrize("largest, top", [(1200, 1200), (781, 800), (0, 4), (3, 4), (1000000, 1000000)])
def test_the_axis_ends_at_a_round_number(largest: float, top: float) -> None:
    assert axis_top([largest]) == top
