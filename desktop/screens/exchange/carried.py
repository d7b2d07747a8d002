"""What this laptop carries to the server for colleagues: why each file waits, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.bridge.slow_work import SlowWork
from desktop.screens.exchange.parts import Section
from desktop.store import parcels
from desktop.store.parcels import Waiting
from desktop.store.reader import Reader
from desktop.syncing.handing import save_copies
from desktop.widgets.buttons import Button
from desktop.widgets.labels import Label
from desktop.widgets.look import Look
from desktop.words.messages import explain
from desktop.words.parcels import parcel_reason, parcel_title


class CarriedSection(Section):
    """Hidden where nothing waits. `asked` says that a person wants all of them tried now."""

    asked = Signal()

    def __init__(self, look: Look, desk: Desk, parent: QWidget) -> None:
        words = look.words
        super().__init__(look, words.t("Carried for colleagues"), parent)
        self._desk = desk
        self._work = SlowWork(desk, self)
        self._shown: Sequence[Waiting] = ()
        self.chooser: QFileDialog | None = None
        self._verbs = QWidget(self)
        row = QHBoxLayout(self._verbs)
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(8)
        self.save_button = Button(look, words.t("Save copies…"), icon="usb", parent=self._verbs)
        self.again_button = Button(look, words.t("Try again now"), icon="refresh", parent=self._verbs)
        for button in (self.save_button, self.again_button):
            row.addWidget(button)
        row.addStretch(1)
        self.result = Label(look, wrap=True, parent=self)
        self.result.hide()
        column = self.layout()
        assert column is not None
        column.addWidget(self._verbs)
        column.addWidget(self.result)
        self.save_button.clicked.connect(self.choose_folder)
        self.again_button.clicked.connect(self._ask_again)
        self.hide()

    def show_waiting(self, waiting: Sequence[Waiting]) -> None:
        """One line for each, with the reason under it."""
        self.setVisible(bool(waiting))
        if list(waiting) == list(self._shown):
            return
        self._shown = tuple(waiting)
        words = self.look.words
        self.clear(len(waiting))
        for one in waiting:
            title = parcel_title(words, one.person, one.made_ms, one.volume)
            reason = parcel_reason(words, one.code)
            self.add_line("usb", title, words.isolate(words.size(one.size)), ruled=False)
            colour = self.look.tokens.bad.text if one.code else self.look.tokens.t2
            label = Label(self.look, reason, colour=colour, wrap=True, parent=self)
            label.setContentsMargins(0, 0, 0, 8)
            self.rows.addWidget(label)

    # Copies for somebody else to carry

    def choose_folder(self) -> None:
        chooser = QFileDialog(self.window(), self.look.words.t("Save copies…"))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.fileSelected.connect(self.save)
        self.chooser = chooser
        chooser.open()

    def save(self, folder: str) -> None:
        """Write the files as they were given; they stay here until the server has them."""
        if not folder or self._work.busy:
            return
        shown = self._shown

        def work(reader: Reader) -> list[Path]:
            def read(one: Waiting) -> bytes:
                return parcels.read(reader.connection, one.bundle, one.volume)

            return save_copies(shown, Path(folder), read=read)

        self._work.start(work, self._saved, self._failed)

    def _saved(self, paths: Sequence[Path]) -> None:
        words = self.look.words
        names = words.join([words.isolate(path.name) for path in paths])
        self._say(words.t("Saved: {file}", file=names), family="ok")

    def _failed(self, error: BaseException) -> None:
        self._say(explain(self.look.words, error), family="bad")

    def _say(self, text: str, *, family: str) -> None:
        self.result.setText(text)
        self.result.set_colour(self.look.icon_colour(family))
        self.result.setVisible(True)

    def _ask_again(self) -> None:
        future = self._desk.store.post(parcels.try_again)
        self._desk.calls.when_done(future, lambda _done: self.asked.emit(), self._desk.failed.emit)
