"""What the figures of an indicator rest on: files by period and place, and the documents of the indicator."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.bridge.desk import Desk
from desktop.commands.access import at_least
from desktop.screens.indicators.facts import Facts
from desktop.screens.indicators.wording import period_title, place_title
from desktop.store.documents import ids_with_documents
from desktop.store.rows import Row
from desktop.widgets.documents import DocumentsSection
from desktop.widgets.fonts import Role
from desktop.widgets.labels import Label
from desktop.widgets.legend import Legend
from desktop.widgets.look import Look
from desktop.widgets.screen import Host
from desktop.widgets.scroll_column import READING_WIDTH, ScrollColumn
from sync.replica.changed import Changed

_FIXED = frozenset({"approved", "accepted", "locked"})


class EvidenceTab(QWidget):
    """A section for the value that was asked for, for each other that has files, and for the indicator."""

    def __init__(
        self, look: Look, desk: Desk, host: Host, facts: Facts, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._desk, self._host, self._facts = look, desk, host, facts
        self._asked = 0
        self._wanted = b""
        self._with_files: frozenset[bytes] = frozenset()
        self.sections: dict[bytes, DocumentsSection] = {}
        words = look.words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._area = ScrollColumn(
            look,
            name=words.t("Evidence"),
            margins=(24, 16, 24, 24),
            spacing=16,
            widest=READING_WIDTH,
            parent=self,
        )
        self._page = self._area.column
        said = words.t("Ctrl E on a figure in the table leads here, to what that figure rests on.")
        hint = Label(
            look, said, role=Role.SECONDARY, colour=look.tokens.t2, wrap=True, parent=self._area.holder
        )
        self._page.addWidget(hint)
        self._page.addStretch(1)
        column.addWidget(self._area, 1)
        keys = words.t("Enter opens a file · Delete removes it")
        column.addWidget(Legend(look, keys=keys, parent=self))
        self.show_facts(facts)

    def show_value(self, value: bytes) -> None:
        """Lead with one value, also where nothing belongs to it yet, and give it the keyboard."""
        self._wanted = value
        self._arrange()
        section = self.sections.get(value)
        if section is not None:
            section.add.setFocus(Qt.FocusReason.OtherFocusReason)
            self._area.ensureWidgetVisible(section)

    def show_facts(self, facts: Facts) -> None:
        self._facts = facts
        self._read()

    def follow(self, changed: Changed) -> None:
        if changed.of("attachment"):
            self._read()

    def finish(self) -> None:
        """Nothing half done is kept here."""

    def _values(self) -> list[Row]:
        facts = self._facts
        return [entry.row for period in facts.periods for entry in facts.entries_of(period.id)]

    def _read(self) -> None:
        self._asked += 1
        number, rows = self._asked, self._values()
        self._desk.ask(
            lambda reader: ids_with_documents(reader, rows), lambda found: self._take(number, found)
        )

    def _take(self, number: int, found: frozenset[bytes]) -> None:
        if isValid(self) and number == self._asked:
            self._with_files = found
            self._arrange()

    def _arrange(self) -> None:
        """Sections stay where they are kept: somebody may be in the middle of one."""
        words, facts = self._look.words, self._facts
        values = [
            row
            for row in self._values()
            if row.id in self._with_files or row.id in (self._wanted, *self.sections)
        ]
        values.sort(key=lambda row: row.id != self._wanted)
        may = at_least(facts.role, "officer")
        for at, row in enumerate(values):
            period = facts.period(row["period"])
            place = place_title(words, facts.place_name(row.values.get("place")))
            title = " · ".join(
                part for part in (period_title(words, period) if period else "", place) if part
            )
            section = self._section(row, title, at)
            fixed = row.values.get("status") in _FIXED and not at_least(facts.role, "coordinator")
            section.show_about(row, editable=may and not fixed)
        own = self._section(facts.indicator, words.t("About the indicator itself"), len(values))
        own.show_about(facts.indicator, editable=may)
        for record in set(self.sections) - {facts.indicator.id, *(row.id for row in values)}:
            section = self.sections.pop(record)
            self._page.removeWidget(section)
            section.hide()
            section.deleteLater()

    def _section(self, row: Row, title: str, at: int) -> DocumentsSection:
        section = self.sections.get(row.id)
        if section is None:
            section = DocumentsSection(self._look, self._desk, self._host, title=title)
            self.sections[row.id] = section
            self._page.insertWidget(at + 1, section)
        elif self._page.indexOf(section) != at + 1:
            self._page.removeWidget(section)
            self._page.insertWidget(at + 1, section)
        return section
