"""The unlock window: the passphrase, and the way in for those who forgot it."""

from pathlib import Path

import pytest
from helpers.stage import dressed_look
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.windows.unlock import Unlock
from desktop.words import Words
from sync.errors import DaftarError

Key = Qt.Key


class Notebook:
    """Stands for the profile behind the window."""

    def __init__(self) -> None:
        self.passphrase, self.key = "olive, well and lamp", Path("right.key")

    def unlock(self, typed: str) -> None:
        if typed != self.passphrase:
            raise DaftarError("passphrase_wrong")

    def recover(self, file: Path, fresh: str) -> None:
        if file.name != self.key.name:
            raise DaftarError("recovery_key_wrong")
        self.passphrase = fresh


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


def shown(qtbot: QtBot, notebook: Notebook, *, forgotten: bool = False, language: str = "en") -> Unlock:
    window = Unlock(
        dressed_look(Words(language)), unlock=notebook.unlock, recover=notebook.recover, forgotten=forgotten
    )
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(window)
    window.show()
    return window


def test_a_wrong_passphrase_is_said_and_stays(qtbot: QtBot, qapp: QApplication, notebook: Notebook) -> None:
    window = shown(qtbot, notebook)
    opened: list[bool] = []
    window.unlocked.connect(lambda: opened.append(True))
    qtbot.keyClicks(window.passphrase.editor, "olive")
    qtbot.keyClick(window.passphrase.editor, Key.Key_Return)
    assert window.passphrase.error
    assert window.passphrase.text() == "olive"
    assert opened == []
    window.passphrase.editor.clear()
    qtbot.keyClicks(window.passphrase.editor, notebook.passphrase)
    qtbot.keyClick(window.passphrase.editor, Key.Key_Return)
    assert opened == [True]


def test_the_recovery_key_gives_the_notebook_a_new_passphrase(
    qtbot: QtBot, qapp: QApplication, notebook: Notebook, tmp_path: Path
) -> None:
    window = shown(qtbot, notebook)
    opened: list[bool] = []
    window.unlocked.connect(lambda: opened.append(True))
    qtbot.keyClick(window.help_button, Key.Key_Space)
    page = window.forgotten
    assert page.isVisible()
    assert not page.button.isEnabled()
    wrong = tmp_path / "wrong.key"
    page.take_file(str(wrong))
    qtbot.keyClicks(page.passphrase.editor, "a river, a bridge")
    assert page.button.toolTip()
    qtbot.keyClicks(page.again.editor, "a river, a bridge")
    assert page.button.isEnabled()
    qtbot.keyClick(page.again.editor, Key.Key_Return)
    assert opened == []
    assert page.problem.text().startswith("This recovery key does not open this notebook.")
    assert page.passphrase.text() == "a river, a bridge"
    page.take_file(str(tmp_path / notebook.key.name))
    assert page.problem.text() == ""
    qtbot.keyClick(page.again.editor, Key.Key_Return)
    assert opened == [True]
    assert notebook.passphrase == "a river, a bridge"


def test_the_chooser_hands_the_file_over(
    qtbot: QtBot, qapp: QApplication, notebook: Notebook, tmp_path: Path
) -> None:
    window = shown(qtbot, notebook)
    window.help_button.click()
    window.forgotten.choose.click()
    chooser = window.forgotten.chooser
    assert isinstance(chooser, QFileDialog)
    chooser.fileSelected.emit(str(tmp_path / "recovery.key"))
    chooser.close()
    assert window.forgotten.file == tmp_path / "recovery.key"
    assert "recovery.key" in window.forgotten.chosen.text()


def test_one_may_go_back_to_the_passphrase(qtbot: QtBot, qapp: QApplication, notebook: Notebook) -> None:
    window = shown(qtbot, notebook)
    window.help_button.click()
    qtbot.keyClick(window.forgotten.back, Key.Key_Space)
    assert window.passphrase.isVisible()
    assert not window.forgotten.isVisible()


def test_where_only_the_recovery_key_is_left_the_window_begins_there(
    qtbot: QtBot, qapp: QApplication, notebook: Notebook
) -> None:
    window = shown(qtbot, notebook, forgotten=True)
    assert window.forgotten.isVisible()
    assert not window.forgotten.back.isVisible()


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_nothing_on_it_is_cut(qtbot: QtBot, qapp: QApplication, notebook: Notebook, language: str) -> None:
    window = shown(qtbot, notebook, language=language)
    for page in (window.pages.widget(0), window.forgotten):
        window._turn_to(window.pages.indexOf(page))
        for button in page.findChildren(type(window.button)):
            assert button.width() >= button.sizeHint().width()
            assert page.rect().contains(button.geometry())
