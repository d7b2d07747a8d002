"""A small sheet for records that have no screen of their own: what is filled in, to read."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from desktop.bridge.desk import Desk
from desktop.store.rows import Row
from desktop.store.titles import shown_title
from desktop.widgets.buttons import Button
from desktop.widgets.dialogs import Dialog
from desktop.widgets.fonts import Role
from desktop.widgets.labels import Label, Panel
from desktop.widgets.look import Look
from desktop.widgets.value_text import value_text
from sync.records import Kind

_TALLEST = 360


def card_fields(kind: Kind) -> list[str]:
    """What a card shows, in order, wherever it is filled; the title stands above."""
    return [name for name, field in kind.fields.items() if not field.technical and name != kind.title_field]


class RecordCard(Dialog):
    """Label and value of every filled field."""

    def __init__(self, look: Look, desk: Desk, row: Row, *, parent: QWidget) -> None:
        kind = desk.store.kinds[row.kind]
        title = row.values.get(kind.title_field)
        super().__init__(
            look,
            title=shown_title(row, look.words.language, base=kind.title_field)
            if isinstance(title, str)
            else look.words.t(kind.label),
            text=look.words.t(kind.label),
            parent=parent,
        )
        area = QScrollArea(self)
        area.setAccessibleName(look.words.t(kind.label))
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = Panel(look, ground=look.tokens.surface)
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 12, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for name in card_fields(kind):
            field = kind.fields[name]
            shown = value_text(look.words, field, row.values.get(name), name_of=desk.name_of)
            if not shown:
                continue
            at = grid.rowCount()
            label = Label(
                look, look.words.t(field.label), role=Role.SECONDARY, colour=look.tokens.t3, wrap=True
            )
            label.setFixedWidth(120)
            grid.addWidget(label, at, 0, top)
            grid.addWidget(Label(look, shown, wrap=True), at, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        area.setWidget(inside)
        area.setFixedHeight(min(_TALLEST, inside.sizeHint().height() + 8))
        self.body.addWidget(area)
        self.close_button = Button(look, look.words.t("Close"), parent=self)
        self.close_button.clicked.connect(self.accept)
        self.add_button(self.close_button)
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
