"""Without a network: saving what was not sent to a USB stick, and opening what others saved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.bridge.slow_work import SlowWork
from desktop.screens.exchange.parts import Section
from desktop.screens.exchange.stick_dialogs import OpenDialog, SaveDialog
from desktop.screens.exchange.stick_wording import saved_sentence, taken_sentences
from desktop.store.attachments import Vault
from desktop.store.reader import Reader
from desktop.syncing.bundles import SUFFIX, Saved, Taken, Wish, look, make_bundle, take_bundles
from desktop.syncing.bundles import Look as Seen
from desktop.syncing.enclosed import Files, choose_files
from desktop.syncing.recipients import Recipient, recipients
from desktop.widgets.buttons import Button
from desktop.widgets.labels import Label
from desktop.widgets.look import Look
from desktop.words.messages import explain
from sync.bundles.writing import FAT32, MAIL

_FAMILIES: Final = {True: "ok", False: "bad"}


class Sticks(Section):
    """Two verbs and what came of the last one. `done` says that counts may have changed."""

    done = Signal()

    def __init__(self, look_: Look, desk: Desk, parent: QWidget) -> None:
        words = look_.words
        super().__init__(look_, words.t("Without a network"), parent)
        self._desk = desk
        self._work = SlowWork(desk, self)
        self.chooser: QFileDialog | None = None
        self.dialog: SaveDialog | OpenDialog | None = None
        self._wish: tuple[tuple[Recipient, ...], bool, bool] = ((), False, False)
        self.say(
            words.t(
                "A bundle is a sealed file for the server or for a colleague. It travels on a USB stick or "
                "by e-mail, and can be taken in again and again without harm."
            )
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        self.save_button = Button(look_, words.t("Save to USB stick…"), icon="usb", parent=self)
        self.open_button = Button(look_, words.t("Open a bundle…"), icon="download", parent=self)
        for button in (self.save_button, self.open_button):
            row.addWidget(button)
        row.addStretch(1)
        self.rows.addLayout(row)
        self.rows.addSpacing(8)
        self.result = Label(look_, wrap=True, parent=self)
        self.result.setVisible(False)
        self.rows.addWidget(self.result)
        self.save_button.clicked.connect(self.choose_recipient)
        self.open_button.clicked.connect(self.choose_files)

    # Saving

    def choose_recipient(self) -> None:
        """Ask whom it is for."""
        vault = Vault(self._desk.store.profile)

        def question(reader: Reader) -> tuple[Sequence[Recipient], int]:
            states = [state for state in reader.workspaces() if state.role != "none"]
            return recipients(reader), choose_files(reader, vault, states, files=Files.USUAL).bytes

        self._desk.ask(question, self._show_save)

    def _show_save(self, answer: tuple[Sequence[Recipient], int]) -> None:
        found, files = answer
        dialog = SaveDialog(self.look, found, files=files, parent=self.window())
        dialog.chosen.connect(self._choose_target)
        self.dialog = dialog
        dialog.open()

    def _choose_target(self, chosen: tuple[Recipient, ...], for_mail: bool, with_files: bool) -> None:
        self._wish = (chosen, for_mail, with_files)
        words = self.look.words
        chooser = self._chooser(words.t("Save to USB stick…"))
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setFileMode(QFileDialog.FileMode.AnyFile)
        chooser.setDefaultSuffix(SUFFIX.removeprefix("."))
        name = chosen[0].person.split(" ")[0].lower() if chosen[0].person else "server"
        chooser.selectFile(f"daftar-{name}{SUFFIX}")
        chooser.fileSelected.connect(self.save)
        chooser.open()

    def save(self, target: str) -> None:
        """Write the bundle; work goes on meanwhile."""
        if not target or self._work.busy:
            return
        chosen, for_mail, with_files = self._wish
        store, clock = self._desk.store, self._desk.clock
        wish = Wish(
            chosen,
            Path(target),
            MAIL if for_mail else FAT32,
            since=lambda state: max(0, state.cursor - 500),
            files=Files.USUAL if with_files else Files.NONE,
        )

        def work(reader: Reader) -> Saved:
            return make_bundle(store, reader, wish, clock=clock)

        self._say(self.look.words.t("Saving. Going on working is safe."), family="none")
        self._work.start(work, self._saved, self._failed)

    def _saved(self, saved: Saved) -> None:
        self._say(saved_sentence(self.look.words, saved), family="ok")

    # Opening

    def choose_files(self) -> None:
        """Ask for files; the parts of one bundle may be chosen together."""
        chooser = self._chooser(self.look.words.t("Open a bundle…"))
        chooser.setFileMode(QFileDialog.FileMode.ExistingFiles)
        chooser.filesSelected.connect(self.preview)
        chooser.open()

    def preview(self, chosen: Sequence[str]) -> None:
        """Show who made them and how much is in them, before anything is taken in."""
        if not chosen or self._work.busy:
            return
        paths = [Path(path) for path in chosen]

        def work(reader: Reader) -> list[Seen]:
            return [look(path, reader=reader) for path in paths]

        self._work.start(work, self._show_open, self._failed)

    def _show_open(self, found: Sequence[Seen]) -> None:
        dialog = OpenDialog(self.look, found, parent=self.window())
        dialog.wanted.connect(lambda code: self.take([one.file for one in found], code))
        self.dialog = dialog
        dialog.open()

    def take(self, paths: Sequence[Path], code: str = "") -> None:
        """Take the bundles in; what of them is new appears in the screens as it comes."""
        if self._work.busy:
            return
        store = self._desk.store

        def work(reader: Reader) -> list[Taken]:
            return take_bundles(store, reader, paths, code=code)

        self._say(self.look.words.t("Taking in. Going on working is safe."), family="none")
        self._work.start(work, self._taken, self._failed)

    def _taken(self, taken: Sequence[Taken]) -> None:
        text, whole = taken_sentences(self.look.words, taken)
        self._say(text, family=_FAMILIES[whole])
        self.done.emit()

    # Saying

    def _failed(self, error: BaseException) -> None:
        self._say(explain(self.look.words, error), family="bad")

    def _say(self, text: str, *, family: str) -> None:
        self.result.setText(text)
        self.result.set_colour(self.look.icon_colour(family) if family != "none" else self.look.tokens.t2)
        self.result.setAccessibleName(text)
        self.result.setVisible(True)

    def _chooser(self, title: str) -> QFileDialog:
        words = self.look.words
        chooser = QFileDialog(self.window(), title)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setNameFilter(f"{words.t('Daftar bundle')} (*{SUFFIX})")
        self.chooser = chooser
        return chooser
