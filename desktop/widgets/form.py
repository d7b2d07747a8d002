"""A form: sections of fields in one column, and one quiet line that says when it was saved."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.widgets.field_box import COLUMN_WIDTH, FieldBox
from desktop.widgets.fonts import SEMIBOLD, Role
from desktop.widgets.labels import IconLabel, Label, Panel
from desktop.widgets.look import Look


class Form(QScrollArea):
    """Fields by key. Saving is automatic, so there is no button here."""

    def __init__(
        self,
        look: Look,
        *,
        name: str,
        column_width: int = COLUMN_WIDTH,
        margin: int = 24,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self.fields: dict[str, FieldBox] = {}
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = Panel(look, ground=look.tokens.surface)
        outer = QHBoxLayout(inside)
        outer.setContentsMargins(margin, 16, margin, 16)
        self._column_holder = QWidget(inside)
        self._column_holder.setMaximumWidth(column_width)
        self._column_holder.setMinimumWidth(min(column_width, 200))
        self._column = QVBoxLayout(self._column_holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        outer.addWidget(self._column_holder, 10)
        outer.addStretch(1)
        self._saved = QWidget(self._column_holder)
        row = QHBoxLayout(self._saved)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(6)
        row.addWidget(IconLabel(look, "save", size=14, parent=self._saved))
        self._saved_text = Label(look, role=Role.SECONDARY, colour=look.tokens.t2, parent=self._saved)
        row.addWidget(self._saved_text, 1)
        self._saved.hide()
        self._column.addWidget(self._saved)
        self._column.addStretch(1)
        self.setWidget(inside)

    def add_section(self, title: str) -> None:
        at = self._column.count() - 2
        if self.fields:
            self._column.insertSpacing(at, 12)
            at += 1
        label = Label(self._look, title, role=Role.TITLE, weight=SEMIBOLD, parent=self._column_holder)
        self._column.insertWidget(at, label)

    def add_field(self, key: str, field: FieldBox) -> None:
        field.setParent(self._column_holder)
        self._column.insertWidget(self._column.count() - 2, field)
        field.show()
        self.fields[key] = field

    def add_widget(self, widget: QWidget) -> None:
        self._column.insertWidget(self._column.count() - 2, widget)

    def set_error(self, key: str, message: str) -> None:
        self.fields[key].set_error(message)

    def set_saved(self, text: str) -> None:
        """Such as "Saved here 10:42"; an empty text hides the line."""
        self._saved_text.setText(text)
        self._saved.setVisible(bool(text))

    def focus_first(self, *, invalid: bool = False) -> None:
        for field in self.fields.values():
            if not invalid or field.error:
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                self.ensureWidgetVisible(field)
                return
