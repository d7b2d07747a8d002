"""Writing the minutes of the meeting in front to a Word document, away from the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.bridge.desk import Desk
from desktop.exchange.minutes import read_minutes
from desktop.exchange.word import write_minutes
from desktop.store.reader import Reader
from desktop.store.rows import Row
from desktop.widgets.look import Look
from desktop.widgets.screen import Host
from desktop.words.messages import explain

SUFFIX = ".docx"
_FORBIDDEN = '\\/:*?"<>|'


class MinutesExport(QObject):
    """Asks where, then writes in the reader thread; says in words what came of it."""

    def __init__(self, look: Look, desk: Desk, host: Host, *, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._desk, self._host, self._over = look, desk, host, parent
        self.chooser: QFileDialog | None = None

    def choose_file(self, meeting: Row) -> None:
        words = self._look.words
        chooser = QFileDialog(self._over.window(), words.t("Export minutes"))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setFileMode(QFileDialog.FileMode.AnyFile)
        name = words.t("Word document")
        chooser.setNameFilter(f"{name} (*{SUFFIX})")
        chooser.setDefaultSuffix(SUFFIX.removeprefix("."))
        chooser.selectFile(file_name(meeting))
        chooser.fileSelected.connect(lambda chosen: self.write(meeting.id, chosen))
        self.chooser = chooser
        chooser.open()

    def write(self, meeting: bytes, chosen: str) -> None:
        words, target = self._look.words, Path(chosen)

        def work(reader: Reader) -> str:
            write_minutes(read_minutes(reader, meeting, words), target, words)
            return target.name

        self._desk.ask(work, self._written, self._not_written)

    def _written(self, name: str) -> None:
        words = self._look.words
        self._host.toast(words.t("Minutes written: {file}", file=words.isolate(name)))

    def _not_written(self, error: BaseException) -> None:
        self._host.toast(explain(self._look.words, error), error=True)


def file_name(meeting: Row) -> str:
    """The day and the title, without what no file name may hold."""
    day = str(meeting.values.get("start") or "")[:10]
    title = "".join(" " if each in _FORBIDDEN else each for each in str(meeting.values.get("title") or ""))
    return f"{' '.join(f'{day} {title}'.split())[:80]}{SUFFIX}"
