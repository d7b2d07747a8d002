"""Places that are put on the page of an indicator before there is a figure for them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from desktop.bridge.desk import Desk
from desktop.commands import measures
from desktop.screens.indicators.dialogs import NameDialog
from desktop.screens.indicators.facts import Facts
from desktop.widgets.look import Look


class PlaceAsking(QObject):
    """Asks for one in a menu over the page, or for the name of a new one."""

    chosen = Signal()
    """There is one more in `added`."""

    def __init__(self, look: Look, desk: Desk, *, parent: QWidget) -> None:
        super().__init__(parent)

        self._look, self._desk, self._page = look, desk, parent
        self._facts: Facts | None = None
        self.added: list[bytes] = []

    def forget(self) -> None:
        """Another indicator is shown."""
        self.added = []

    def ask(self, facts: Facts) -> None:
        """Offer the places that are not on the page yet, or ask for the name of a new one."""
        self._facts = facts
        if not facts.other_places:
            self._ask_new()
            return
        menu = QMenu(self._page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for place in facts.other_places:
            if place.id is not None:
                menu.addAction(place.name).triggered.connect(partial(self._add, place.id))
        menu.addSeparator()
        menu.addAction(self._look.words.t("New place…")).triggered.connect(self._ask_new)
        menu.popup(self._page.mapToGlobal(self._page.rect().center()))

    def _add(self, place: bytes) -> None:
        self.added.append(place)
        self.chosen.emit()

    @Slot()
    def _ask_new(self) -> None:
        words = self._look.words
        dialog = NameDialog(
            self._look,
            title=words.t("Add a place"),
            label=words.t("Name"),
            action=words.t("Add place"),
            with_code=False,
            parent=self._page,
        )
        dialog.named.connect(self._add_new)
        dialog.open()

    @Slot(str, str)
    def _add_new(self, _code: str, name: str) -> None:
        facts = self._facts
        if facts is None:
            return
        record = self._desk.store.new_id()
        self.added.append(record)
        edits = measures.add_place(workspace=facts.indicator.workspace, record=record, values={"name": name})
        self._desk.submit(edits, label=measures.ADD_PLACE)
