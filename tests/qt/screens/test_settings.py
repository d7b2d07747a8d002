"""Settings: choices hold at once, passphrases change safely, backups and checks end in words."""

from pathlib import Path

import pytest
from helpers.office import CHEAP, JORDAN, Office
from helpers.stage import RecordingHost, dressed_look
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFileDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.app.plans import screen_plans
from desktop.bridge.desk import Desk
from desktop.bridge.sync_facts import SyncFacts, SyncState
from desktop.screens.settings.preferences import PART
from desktop.screens.settings.screen import SettingsScreen, Spot
from desktop.settings import Settings, declared
from desktop.store.backup import read_info
from desktop.store.keys import add_recovery_wrap, open_keys, wrap_types
from desktop.store.rotation import back_up_daily
from desktop.store.verify import Flaw
from desktop.widgets.buttons import Segmented
from desktop.widgets.look import Look
from desktop.windows.main_window import MainWindow
from desktop.words import Words
from sync.errors import DaftarError

FORMER, FRESH = "a few words", "olive tree river stone"


@pytest.fixture
def kept() -> list[Settings]:
    return []


@pytest.fixture
def screen(
    qtbot: QtBot, desk: Desk, host: RecordingHost, office: Office, kept: list[Settings]
) -> SettingsScreen:
    office.store.remember({"server": "https://daftar.example.org", "laptop": "Amman office"})
    reader = office.store.reader()
    back_up_daily(office.store.profile, reader.connection, clock=office.clock)
    reader.close()
    return shown(qtbot, dressed_look(desk.words), desk, host, kept=kept)


def shown(
    qtbot: QtBot,
    look: Look,
    desk: Desk,
    host: RecordingHost,
    *,
    kept: list[Settings],
    spot: Spot | None = None,
) -> SettingsScreen:
    def keep(settings: Settings) -> None:
        kept.append(settings)
        desk.settings = settings

    sync = SyncFacts(lambda: None, state=SyncState(pending=3))
    made = SettingsScreen(look, desk, host, keep=keep, sync=sync, spot=spot, cost=CHEAP)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    made.reload()
    qtbot.waitUntil(lambda: bool(texts(made.laptop)))
    return made


def chosen_person(screen: SettingsScreen, office: Office, name: str) -> SettingsScreen:
    found = screen.team.person.ahead.exact(office.row(name, "person").values["name"])
    assert found is not None
    screen.team.person._choose(found)
    return screen


def test_a_coordinator_says_what_somebody_does(
    qtbot: QtBot, screen: SettingsScreen, office: Office, desk: Desk
) -> None:
    desk.changed.connect(screen.refresh)
    team = chosen_person(screen, office, "lina").team
    assert (team.role.value, team.job_title.text()) == ("monitoring_officer", "")
    qtbot.keyClicks(team.job_title.editor, "M&E officer, Amman")
    QTest.keyClick(team.job_title.editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: office.row("lina", "person").values["job_title"] == "M&E officer, Amman")
    qtbot.waitUntil(lambda: team.result.text.startswith("Saved here"))
    qtbot.waitUntil(lambda: "M&E officer, Amman" in texts(screen.laptop))
    team.role.editor.setCurrentIndex(team.role.editor.findData("cta"))
    team.role.editor.activated.emit(team.role.editor.currentIndex())
    qtbot.waitUntil(lambda: office.row("lina", "person").values["role"] == "cta")
    assert not office.row("lina", "person").contested
    desk.changed.disconnect(screen.refresh)


def test_an_officer_says_it_only_of_people_without_an_account(
    qtbot: QtBot, screen: SettingsScreen, office: Office
) -> None:
    office.grant(JORDAN, "Jordan", role="officer")
    team = chosen_person(screen, office, "lina").team
    assert team.job_title.editor.isReadOnly()
    assert not team.role.editor.isEnabled()
    assert team.result.text.startswith("Your role in this workspace")
    team = chosen_person(screen, office, "omar").team
    assert not team.job_title.editor.isReadOnly()
    qtbot.keyClicks(team.job_title.editor, "Driver")
    QTest.keyClick(team.job_title.editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: office.row("omar", "person").values["job_title"] == "Driver")


def texts(widget: QWidget) -> list[str]:
    found = [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return [text.translate({0x2066: None, 0x2068: None, 0x2069: None}) for text in found]


def segment(screen: SettingsScreen, name: str, text: str) -> QAbstractButton:
    buttons = screen.preferences.fields[name].findChildren(QAbstractButton)
    return next(button for button in buttons if button.text() == text)


def test_every_declared_preference_can_be_chosen(screen: SettingsScreen) -> None:
    wanted = [name for name, each in declared().items() if not each.hidden and each.part == PART]
    assert list(screen.preferences.fields) == wanted
    assert [screen.preferences.value(name) for name in wanted] == [
        getattr(Settings(), name) for name in wanted
    ]


def test_a_choice_is_kept_at_once(screen: SettingsScreen, kept: list[Settings]) -> None:
    segment(screen, "theme", "Dark").click()
    segment(screen, "time_direction", "Always from left to right").click()
    combo = screen.preferences.fields["country"].findChild(QComboBox)
    assert combo is not None
    combo.setFocus()
    QTest.keyClicks(combo, "Jor")
    assert [(each.theme, each.country, each.time_direction) for each in kept][-1] == (
        "dark",
        "JO",
        "left_to_right",
    )


def test_the_arrows_choose(screen: SettingsScreen, kept: list[Settings]) -> None:
    screen.preferences.focus_on("row_density")
    usual = segment(screen, "row_density", "Usual")
    assert usual.hasFocus()
    QTest.keyClick(usual, Qt.Key.Key_Right)
    assert kept[-1].row_density == "comfortable"


def test_the_keyboard_returns_to_the_choice_that_made_the_window_anew(
    qtbot: QtBot, desk: Desk, host: RecordingHost
) -> None:
    spot = Spot("digits")
    look = dressed_look(Words("ar", country="JO"))
    made = shown(qtbot, look, desk, host, kept=[], spot=spot)
    editor = made.preferences.fields["digits"].findChild(Segmented)
    assert editor is not None
    qtbot.waitUntil(lambda: any(each.hasFocus() for each in editor.findChildren(QAbstractButton)))
    assert spot.preference == ""


def test_a_choice_makes_the_window_anew_and_keeps_the_keyboard(qtbot: QtBot, desk: Desk) -> None:
    sync = SyncFacts()

    def keep(settings: Settings) -> None:
        desk.settings = settings
        window.rebuild(dressed_look(desk.words, dark=settings.theme == "dark"))

    window = MainWindow(dressed_look(desk.words), desk, screen_plans(sync, keep=keep), sync)
    qtbot.addWidget(window)
    window.show()
    window.go("settings")
    before = window.front
    assert isinstance(before, SettingsScreen)
    qtbot.waitUntil(lambda: bool(texts(before.laptop)))
    before.preferences.focus_on("theme")
    QTest.keyClick(segment(before, "theme", "As this computer"), Qt.Key.Key_Right)
    after = window.front
    assert isinstance(after, SettingsScreen)
    assert after is not before
    assert desk.settings.theme == "light"
    qtbot.waitUntil(lambda: segment(after, "theme", "Light").hasFocus())


def test_this_laptop_is_told_and_cannot_be_changed(screen: SettingsScreen) -> None:
    shown_texts = texts(screen.laptop)
    for text in (
        "Lina Haddad",
        "Monitoring and evaluation officer",
        "Jordan · Coordinator",
        "https://daftar.example.org",
        "Amman office",
    ):
        assert text in shown_texts
    assert screen.laptop.findChildren(QLineEdit) == []


def test_what_opens_the_notebook_is_said(qtbot: QtBot, screen: SettingsScreen, office: Office) -> None:
    said = texts(screen.protection.ways)
    assert "Is asked for at each start." in said
    assert "There is none. What was not sent is lost if nothing else opens the notebook." in said
    add_recovery_wrap(office.paths.keys, key=office.store.profile.key, public=bytes(range(32)))
    screen.protection.show_ways()
    wanted = "Your administrator can open it when everything else is forgotten."
    qtbot.waitUntil(lambda: wanted in texts(screen.protection.ways))


def fill(screen: SettingsScreen, present: str, fresh: str, again: str) -> None:
    form = screen.protection
    form.open_button.click()
    for field, text in ((form.present, present), (form.passphrase, fresh), (form.again, again)):
        field.editor.clear()
        QTest.keyClicks(field.editor, text)
    QTest.keyClick(form.again.editor, Qt.Key.Key_Return)


def test_the_passphrase_changes(qtbot: QtBot, screen: SettingsScreen, office: Office) -> None:
    fill(screen, FORMER, FRESH, FRESH)
    qtbot.waitUntil(lambda: "new passphrase opens" in screen.protection.result.text)
    key = office.store.profile.key
    assert open_keys(office.paths.keys, passphrase=FRESH) == key
    with pytest.raises(DaftarError):
        open_keys(office.paths.keys, passphrase=FORMER)
    assert wrap_types(office.paths.keys) == ("passphrase",)
    assert screen.protection.passphrase.text() == ""


def test_when_to_lock_is_chosen_and_locking_asked_for(
    screen: SettingsScreen, kept: list[Settings], host: RecordingHost
) -> None:
    combo = screen.protection.lock_after.combo
    assert combo.currentData() == "15"
    combo.setFocus()
    QTest.keyClicks(combo, "30")
    assert kept[-1].lock_after == "30"
    QTest.keyClick(screen.protection.lock_after.button, Qt.Key.Key_Space)
    assert host.gone == ["locked"]


def test_without_a_passphrase_the_lock_says_what_it_needs(
    screen: SettingsScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.screens.settings.protection.wrap_types", lambda _path: ("keyring",))
    screen.protection.show_ways()
    assert not screen.protection.lock_after.combo.isEnabled()
    assert any("Set one above" in text for text in texts(screen.protection.lock_after))
    assert screen.protection.open_button.text() == "Set a passphrase"


def test_a_wrong_present_passphrase_changes_nothing(
    qtbot: QtBot, screen: SettingsScreen, office: Office
) -> None:
    before = office.paths.keys.read_bytes()
    fill(screen, "not these words", FRESH, FRESH)
    qtbot.waitUntil(lambda: bool(screen.protection.present.error))
    assert office.paths.keys.read_bytes() == before
    assert screen.protection.passphrase.text() == FRESH


@pytest.mark.parametrize(
    "typed, wrong",
    [
        (("", FRESH, FRESH), "present"),
        ((FORMER, "short", "short"), "passphrase"),
        ((FORMER, FRESH, "olive tree"), "again"),
    ],
)
def test_what_is_wrong_is_said_where_it_was_typed(
    screen: SettingsScreen, office: Office, typed: tuple[str, str, str], wrong: str
) -> None:
    before = office.paths.keys.read_bytes()
    fill(screen, *typed)
    form = screen.protection
    fields = {"present": form.present, "passphrase": form.passphrase, "again": form.again}
    assert [name for name, field in fields.items() if field.error] == [wrong]
    assert office.paths.keys.read_bytes() == before


def test_a_backup_goes_into_the_chosen_file(qtbot: QtBot, screen: SettingsScreen, tmp_path: Path) -> None:
    screen.backups.button.click()
    chooser = screen.backups.chooser
    assert isinstance(chooser, QFileDialog)
    assert chooser.defaultSuffix() == "daftar-backup"
    target = tmp_path / "stick.daftar-backup"
    chooser.fileSelected.emit(str(target))
    chooser.close()
    qtbot.waitUntil(lambda: "stick.daftar-backup" in screen.backups.result.text)
    assert read_info(target).size > 0
    assert screen.backups.button.isEnabled()


def test_a_backup_that_fails_says_so(qtbot: QtBot, screen: SettingsScreen, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    screen.backups.back_up(str(tmp_path / "file" / "stick.daftar-backup"))
    qtbot.waitUntil(lambda: "disk" in screen.backups.result.text)
    assert screen.backups.button.isEnabled()


def test_automatic_backups_are_listed(qtbot: QtBot, screen: SettingsScreen) -> None:
    qtbot.waitUntil(lambda: "Today 09:41" in texts(screen.backups.list))


def test_the_check_ends_in_words(qtbot: QtBot, screen: SettingsScreen) -> None:
    screen.checking.button.click()
    assert not screen.checking.button.isEnabled()
    qtbot.waitUntil(lambda: screen.checking.result.text.startswith("Everything is as it should be."))
    assert screen.checking.button.isEnabled()


def test_damage_is_named(qtbot: QtBot, screen: SettingsScreen, desk: Desk) -> None:
    desk.store.post(
        lambda db: db.execute("UPDATE activity SET title = 'Other' WHERE title LIKE 'Solar%'")
    ).result()
    screen.checking.check()
    qtbot.waitUntil(lambda: "not as" in screen.checking.result.text)
    qtbot.waitUntil(lambda: "Other" in texts(screen.checking.flaws))


def test_many_flaws_are_counted(qtbot: QtBot, screen: SettingsScreen) -> None:
    screen.checking._checked(tuple((Flaw("digest_differs", "Jordan"), "") for _ in range(9)))
    assert screen.checking.result.text.startswith("9 things are not")
    qtbot.waitUntil(lambda: "3 more" in texts(screen.checking.flaws))


def test_licences_are_told_in_words(screen: SettingsScreen) -> None:
    said = " ".join(texts(screen))
    for text in ("SIL Open Font License 1.1", "IBM Plex Sans", "PySide6", "LGPL 3.0", "SQLCipher"):
        assert text in said


def test_everything_that_can_be_used_has_a_name(screen: SettingsScreen) -> None:
    screen.protection.open_form()
    kinds = (QAbstractButton, QComboBox, QLineEdit)
    found = [each for kind in kinds for each in screen.findChildren(kind) if each.isVisible()]
    assert len(found) > 15
    assert [each for each in found if not each.accessibleName()] == []
