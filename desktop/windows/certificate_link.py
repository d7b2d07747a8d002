"""A quiet way to name the server's own certificate, for programmes whose server has one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.widgets.fonts import Role
from desktop.widgets.labels import Link
from desktop.widgets.look import Look


class CertificateLink(Link):
    """Says which file was chosen; choosing again replaces it."""

    chosen = Signal()

    def __init__(self, look: Look, file: Path | None, *, parent: QWidget) -> None:
        words = look.words
        text = words.t("The server's own certificate…")
        super().__init__(look, text, icon="shield", role=Role.SECONDARY, parent=parent)
        self._words, self.file = words, file
        self.chooser: QFileDialog | None = None
        self.clicked.connect(self.choose)
        self._show()

    def choose(self) -> None:
        title = self._words.t("The server's own certificate…")
        kinds = self._words.t("Certificates ({patterns})", patterns="*.pem *.crt *.cer")
        self.chooser = QFileDialog(self.window(), title, "", kinds)
        self.chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        self.chooser.fileSelected.connect(self._take)
        self.chooser.open()

    def _take(self, file: str) -> None:
        self.file = Path(file)
        self._show()
        self.chosen.emit()

    def _show(self) -> None:
        if self.file is not None:
            name = self._words.isolate(self.file.name)
            self.setText(self._words.t("Certificate: {file}", file=name))
            self.setAccessibleName(self.text())
            self.updateGeometry()
