"""All fields of a meeting, an item or an outcome, beside the notes; each saves by itself."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.bridge.keeping import Keeper
from desktop.store.rows import Row
from desktop.widgets.buttons import Button, IconButton
from desktop.widgets.documents import DocumentsSection
from desktop.widgets.finding import finder_of
from desktop.widgets.fonts import SEMIBOLD
from desktop.widgets.labels import ElidedLabel, Panel
from desktop.widgets.layouts import margins
from desktop.widgets.look import Look
from desktop.widgets.record_form import FieldChange, FormSection, RecordForm
from desktop.widgets.screen import Host


def t(msgid: str) -> str:
    """Mark the title of a section for translation."""
    return msgid


SECTIONS = {
    "meeting": (
        FormSection(t("What"), ("title", "type", "series", "state", "code")),
        FormSection(t("When and where"), ("start", "end", "place", "url", "time_zone")),
        FormSection(t("People"), ("chair", "note_taker", "participants", "attended", "apologies")),
        FormSection(t("Minutes"), ("minutes_approved_on", "minutes_approved_by")),
    ),
    "agenda_item": (FormSection(t("What"), ("title", "type", "minutes", "presenter", "description")),),
    "decision": (
        FormSection(t("What"), ("title", "number", "text", "rationale", "status", "superseded_by")),
        FormSection(t("Who and when"), ("decided_by", "date")),
        FormSection(t("Belongs to"), ("meeting", "agenda_item", "activity")),
    ),
    "action_point": (
        FormSection(t("What"), ("title", "number", "description", "priority", "category")),
        FormSection(t("Who and when"), ("owner", "assigned_by", "due", "status", "completed_on")),
        FormSection(t("Verification"), ("verifier", "verified_on", "adequate")),
        FormSection(t("Belongs to"), ("meeting", "agenda_item", "decision", "activity", "place")),
    ),
}


class DetailsPane(Panel):
    """One form for each kind, made when it is first asked for."""

    closed = Signal()
    changed = Signal(object)
    """A `FieldChange`."""
    remove_asked = Signal(object)

    def __init__(
        self, look: Look, desk: Desk, host: Host, drafts: Keeper, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(look, ground=look.tokens.surface, parent=parent)
        self._look, self._desk, self._host, self._drafts = look, desk, host, drafts
        self.documents: dict[str, DocumentsSection] = {}
        self.row: Row | None = None
        self._forms: dict[str, RecordForm] = {}
        words = look.words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setContentsMargins(margins(look, 16, 0, 10, 0))
        self._title = ElidedLabel(look, weight=SEMIBOLD)
        head.addWidget(self._title, 1)
        self.close_button = IconButton(look, "close", words.t("Close"), size=14, box=26, parent=self)
        self.close_button.clicked.connect(self.closed)
        head.addWidget(self.close_button)
        column.addLayout(head)
        self.stack = QStackedWidget(self)
        column.addWidget(self.stack, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 8, 16, 8)
        self.remove_button = Button(
            look, words.t("Remove"), kind="danger", icon="trash", height=28, parent=self
        )
        self.remove_button.clicked.connect(self._remove)
        foot.addWidget(self.remove_button)
        foot.addStretch(1)
        column.addLayout(foot)

    @property
    def form(self) -> RecordForm | None:
        return self._forms.get(self.row.kind) if self.row is not None else None

    def show_row(self, row: Row) -> None:
        """The fields of another record."""
        form = self._forms.get(row.kind) or self._make_form(row.kind)
        self.row = row
        self._name(row)
        form.show_row(row, self._drafts.of(row.id))
        self.stack.setCurrentWidget(form)
        self.documents[row.kind].show_about(row, editable=True)
        form.focus_first()

    def refresh(self, row: Row) -> None:
        """The same record, changed."""
        form = self.form
        if form is not None and self.row is not None and self.row.id == row.id:
            self.row = row
            self._name(row)
            form.refresh(row)
            self.documents[row.kind].show_about(row, editable=True)

    def _name(self, row: Row) -> None:
        kind = self._desk.store.kinds[row.kind]
        self._title.setText(self._look.words.t(kind.label))

    def _make_form(self, kind: str) -> RecordForm:
        form = RecordForm(
            self._look,
            self._desk.store.kinds[kind],
            name=self._look.words.t(self._desk.store.kinds[kind].label),
            provider_for=lambda field: finder_of(self._desk, field),
            name_of=self._desk.name_of,
            sections=SECTIONS.get(kind, ()),
            parent=self.stack,
        )
        form.changed.connect(self._changed)
        form.draft.connect(self._typed)
        self._forms[kind] = form
        self.documents[kind] = DocumentsSection(self._look, self._desk, self._host, parent=form)
        form.add_widget(self.documents[kind])
        self.stack.addWidget(form)
        return form

    @Slot(object, str, str)
    def _typed(self, record: bytes, field: str, text: str) -> None:
        if text:
            self._drafts.keep(record, field, text)
        else:
            self._drafts.drop(record, field)

    @Slot(object)
    def _changed(self, change: FieldChange) -> None:
        self.changed.emit(change)

    @Slot()
    def _remove(self) -> None:
        if self.row is not None:
            self.remove_asked.emit(self.row)

    def finish(self) -> None:
        """Commit the field in which somebody types."""
        if self.form is not None:
            self.form.finish()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)
