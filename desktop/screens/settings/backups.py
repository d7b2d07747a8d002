"""The backups that were made by themselves, and one that can be made now wherever the person wants it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.bridge.desk import Desk
from desktop.bridge.slow_work import SlowWork
from desktop.screens.settings.parts import FactList, Result, Section
from desktop.store.backup import SUFFIX, BackupInfo, create
from desktop.store.kept import Kept, kept_backups
from desktop.store.reader import Reader
from desktop.widgets.buttons import Button
from desktop.widgets.look import Look
from desktop.words.messages import explain

_SHOWN: Final = 5


class Backups(Section):
    """A backup holds everything and is locked like the notebook."""

    def __init__(self, look: Look, desk: Desk, parent: QWidget) -> None:
        words = look.words
        super().__init__(look, words.t("Backups"), parent)
        self._desk = desk
        self._work = SlowWork(desk, self)
        self.chooser: QFileDialog | None = None
        self.say(
            words.t(
                "One is made on this laptop every day. One on a USB stick survives the laptop too; it is "
                "locked and opens with the same passphrase or recovery key."
            )
        )
        self.button = Button(look, words.t("Back up now…"), icon="drive", height=30, parent=self)
        self.button.clicked.connect(self.choose_file)
        self.column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeading)
        self.result = Result(look, self)
        self.column.addWidget(self.result)
        self.list = FactList(look, self)
        self.column.addWidget(self.list)

    def reload(self) -> None:
        """Look into the folder of backups, away from the window."""
        paths = self._desk.store.profile.paths
        self._desk.ask(lambda _reader: kept_backups(paths, most=_SHOWN), self.show_kept)

    def show_kept(self, kept: Sequence[Kept]) -> None:
        words, now = self.look.words, self._desk.clock.now_ms()
        self.list.clear()
        for each in kept:
            when = words.moment(each.when_ms, now_ms=now)
            size = words.size(each.size)
            kind = words.t("before an update") if each.before_update else words.t("made by itself")
            name = when[:1].upper() + when[1:]
            self.list.add(name, f"{words.isolate(size)} · {kind}")
        if not kept:
            self.list.add(
                words.t("No backup on this laptop yet"), words.t("One is made every day by itself.")
            )

    def choose_file(self) -> None:
        """Ask where the backup should lie."""
        words = self.look.words
        chooser = QFileDialog(self.window(), words.t("Back up the notebook"))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setFileMode(QFileDialog.FileMode.AnyFile)
        filter_name = words.t("Daftar backup")
        chooser.setNameFilter(f"{filter_name} (*{SUFFIX})")
        chooser.setDefaultSuffix(SUFFIX.removeprefix("."))
        today = dt.datetime.fromtimestamp(self._desk.clock.now_ms() / 1000, dt.UTC).astimezone().date()
        chooser.selectFile(f"daftar-{today.isoformat()}{SUFFIX}")
        chooser.fileSelected.connect(self.back_up)
        self.chooser = chooser
        chooser.open()

    def back_up(self, chosen: str) -> None:
        """Write a checked backup; work goes on meanwhile."""
        if not chosen or self._work.busy:
            return
        words, target = self.look.words, Path(chosen)
        profile, clock = self._desk.store.profile, self._desk.clock

        def work(reader: Reader) -> tuple[Path, BackupInfo]:
            return target, create(profile, reader.connection, target, clock=clock)

        self.button.set_ready(ready=False, reason=words.t("A backup is being made."))
        text = words.t("Making the backup. Going on working is safe.")
        self.result.say(text, icon="hourglass", family="none")
        self._work.start(work, self._made, self._not_made)

    def _made(self, made: tuple[Path, BackupInfo]) -> None:
        words, (target, info) = self.look.words, made
        self.button.set_ready(ready=True)
        name, size = words.isolate(target.name), words.isolate(words.size(info.size))
        text = words.t("Backed up and checked: {name}, {size}.", name=name, size=size)
        self.result.say(text, icon="circle-check", family="ok")

    def _not_made(self, error: BaseException) -> None:
        self.button.set_ready(ready=True)
        self.result.say(explain(self.look.words, error), icon="circle-alert", family="bad")
