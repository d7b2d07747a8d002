"""The middle of a meeting: one agenda item with its links, its notes, and what came out of it."""

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from desktop.bridge.desk import Desk
from desktop.models.candidates import Candidate
from desktop.screens.meetings.blocks import OutcomeList
from desktop.screens.meetings.outcome_form import OutcomeForm
from desktop.screens.meetings.reading import Facts, Item, Joint
from desktop.store.rows import Row
from desktop.widgets.buttons import IconButton
from desktop.widgets.fields import CheckBox, LineEdit
from desktop.widgets.finding import record_finder
from desktop.widgets.flow import FlowLayout
from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role, metrics
from desktop.widgets.kind_icons import kind_icon
from desktop.widgets.labels import Label, Link
from desktop.widgets.layouts import empty_layout
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, draw_text, fill_round
from desktop.widgets.rings import FocusRing
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.text_editor import TextEditor
from desktop.widgets.type_ahead import TypeAhead

LINKED = ("activity", "indicator")
_LEAST_LINES = 6


class JointChip(QAbstractButton):
    """A linked record by its code; Delete takes the link away."""

    removed = Signal(object)

    def __init__(self, look: Look, joint: Joint, *, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self.joint = look, joint
        self._icon = kind_icon(joint.kind)
        text = joint.code or joint.title or look.words.t("not on this laptop")
        self.setText(look.words.isolate(text))
        self.setToolTip(joint.title)
        self.setAccessibleName(f"{joint.code} {joint.title}".strip() or text)
        self.setFont(look.fonts.of(Role.SECONDARY, MEDIUM))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._ring = FocusRing(self, colour=look.tokens.accent_text, radius=11)

    def sizeHint(self) -> QSize:
        width = self._look.fonts.width(self.text(), Role.SECONDARY, MEDIUM)
        return QSize(min(220, width + 38), 22)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(self.joint)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look, tokens = self._look, self._look.tokens
        fill = tokens.hover if self.underMouse() else tokens.surface
        fill_round(painter, self.rect(), radius=11, fill=fill, border=tokens.border)
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        look.icons.paint(painter, self._icon, mirror.rect(9, 0, 12, 22), colour=tokens.t2)
        where = mirror.rect(26, 0, self.width() - 34, 22)
        draw_text(
            painter, where, self.text(), font=self.font(), colour=tokens.accent_text, align=mirror.leading
        )
        painter.end()


class NotesEditor(TextEditor):
    """Notes that are as tall as they are long: the page scrolls, the editor never does."""

    caret_moved = Signal()

    def __init__(self, look: Look, *, parent: QWidget | None = None) -> None:
        words = look.words
        super().__init__(
            look, name=words.t("Notes"), placeholder=words.t("Write what is said…"), bare=True, parent=parent
        )
        self._line = metrics(look.fonts.of()).lineSpacing()
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.cursorPositionChanged.connect(self.caret_moved)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        height = int(self.document().size().height()) + self._line
        self.setFixedHeight(max(height, _LEAST_LINES * self._line))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class TitleEdit(LineEdit):
    """The title of an item, changed where it stands."""

    renamed = Signal(object, str)
    """The row as it was when the person began, and the new title."""

    def __init__(self, look: Look, *, parent: QWidget | None = None) -> None:
        super().__init__(look, parent=parent)
        self.setProperty("bare", "true")
        self.setFont(look.fonts.of(Role.TITLE, SEMIBOLD))
        self.setAccessibleName(look.words.t("Title of the item"))
        self._row: Row | None = None
        self._began: Row | None = None
        self.returnPressed.connect(self.commit)
        self.left.connect(self.commit)

    def show_row(self, row: Row) -> None:
        """Another item, or the same one changed: what is being typed stays."""
        same = self._row is not None and self._row.id == row.id
        self._row = row
        if not (same and self.isModified()):
            self.setText(str(row.values.get("title") or ""))
            self.setCursorPosition(0)
            self._began = None

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._began = self._began or self._row

    @Slot()
    def commit(self) -> None:
        text, row = self.text().strip(), self._began or self._row
        if row is None or not self.isModified():
            return
        if not text:
            self.setToolTip(self._look.words.t("An item needs a title."))
            return
        self.setModified(False)
        self._began = None
        self.setToolTip("")
        if text != row.values.get("title"):
            self.renamed.emit(row, text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._row is not None:
            self.setModified(False)
            self.show_row(self._row)
            return
        super().keyPressEvent(event)


class ItemPage(ScrollColumn):
    """Stays the same widget for all items, so that the open editor is never lost."""

    renamed = Signal(object, str)
    discussed = Signal(object, bool)
    details_asked = Signal(object)
    joint_opened = Signal(object)
    joint_removed = Signal(object)
    joint_picked = Signal(str)

    def __init__(self, look: Look, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(
            look, name=look.words.t("Agenda item"), margins=(32, 16, 32, 24), spacing=8, parent=parent
        )
        self._look, self._desk = look, desk
        self._row: Row | None = None
        self._joints: tuple[object, ...] | None = None
        self._build_head()
        self._build_chips()
        self.editor = NotesEditor(look, parent=self.inside)
        self.editor.caret_moved.connect(self._follow_caret)
        self.column.addWidget(self.editor)
        self.outcomes = OutcomeList(look, parent=self.inside)
        self.column.addWidget(self.outcomes)
        self.form = OutcomeForm(look, desk, parent=self.inside)
        self.column.addWidget(self.form)
        self.column.addStretch(1)

    def _build_head(self) -> None:
        look, words = self._look, self._look.words
        head = QHBoxLayout()
        head.setSpacing(8)
        self._number = Label(look, role=Role.TITLE, weight=SEMIBOLD, colour=look.tokens.t2)
        self.title = TitleEdit(look, parent=self.inside)
        self.title.renamed.connect(self.renamed)
        self.done = CheckBox(look, words.t("Discussed"), done=True, parent=self.inside)
        self.done.clicked.connect(self._done_clicked)
        self.more = IconButton(look, "pencil", words.t("Details of the item"), box=26, parent=self.inside)
        self.more.clicked.connect(self._more_clicked)
        head.addWidget(self._number)
        head.addWidget(self.title, 1)
        head.addWidget(self.done)
        head.addWidget(self.more)
        self.column.addLayout(head)

    def _build_chips(self) -> None:
        look, words = self._look, self._look.words
        self._chips = QWidget(self.inside)
        self._flow = FlowLayout(self._chips)
        self.column.addWidget(self._chips)
        self.link_line = LineEdit(look, icon="search", parent=self.inside)
        self.link_line.setPlaceholderText(words.t("Activity or indicator, by code or words"))
        self.link_line.setAccessibleName(words.t("Link to an activity or indicator"))
        self._ahead = TypeAhead(
            self.link_line, record_finder(self._desk, LINKED), name=words.t("Activities and indicators")
        )
        self._ahead.picked.connect(self._picked)
        self.link_line.left.connect(self._left_line)
        self.link_line.hide()
        self.column.addWidget(self.link_line)
        self.column.addSpacing(4)

    # Showing

    def show_item(self, facts: Facts, item: Item | None, *, today: dt.date, editable: bool) -> None:
        """One item, or with none the meeting as a whole."""
        words = self._look.words
        row = item.row if item is not None else facts.row
        self._row = row
        plain = item is not None and not item.is_section
        self._number.setVisible(plain)
        self._number.setText(words.number(item.number) if item is not None and plain else "")
        self.title.setReadOnly(item is None or not editable)
        if item is None:
            self.title.show_row(Row(row.id, row.kind, row.workspace, {"title": words.t("General notes")}))
        else:
            self.title.show_row(row)
        self.done.setVisible(plain)
        self.done.setEnabled(editable)
        self.done.setChecked(bool(row.values.get("discussed")))
        self.more.setVisible(item is not None)
        self._show_joints(item.joints if item is not None else (), editable=editable and item is not None)
        self.editor.setReadOnly(not editable)
        wanted = item.row.id if item is not None else None
        mine = [each for each in facts.outcomes if each.item == wanted]
        self.outcomes.show_outcomes(mine, today=today)

    def _show_joints(self, joints: Sequence[Joint], *, editable: bool) -> None:
        self._chips.setVisible(bool(joints) or editable)
        state = (*joints, editable)
        if state == self._joints:
            return
        self._joints = state
        empty_layout(self._flow)
        for joint in joints:
            chip = JointChip(self._look, joint, parent=self._chips)
            chip.clicked.connect(self._chip_clicked)
            chip.removed.connect(self.joint_removed)
            self._flow.addWidget(chip)
            chip.show()
        if editable:
            self.add_link = Link(
                self._look, self._look.words.t("Add a link"), icon="plus", parent=self._chips
            )
            self.add_link.setAccessibleName(self._look.words.t("Link to an activity or indicator"))
            self.add_link.clicked.connect(self.start_linking)
            self._flow.addWidget(self.add_link)
            self.add_link.show()
        self._chips.updateGeometry()

    # Acts

    @Slot()
    def start_linking(self) -> None:
        self.link_line.clear()
        self.link_line.show()
        self.link_line.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _picked(self, candidate: Candidate) -> None:
        self.link_line.hide()
        self.joint_picked.emit(candidate.key)

    @Slot()
    def _left_line(self) -> None:
        if not self._ahead.is_open and not self.link_line.text().strip():
            self.link_line.hide()

    @Slot()
    def _chip_clicked(self) -> None:
        chip = self.sender()
        if isinstance(chip, JointChip):
            self.joint_opened.emit(chip.joint)

    @Slot()
    def _done_clicked(self) -> None:
        if self._row is not None:
            self.discussed.emit(self._row, self.done.isChecked())

    @Slot()
    def _more_clicked(self) -> None:
        if self._row is not None:
            self.details_asked.emit(self._row)

    @Slot()
    def _follow_caret(self) -> None:
        if self.editor.hasFocus():
            place = self.editor.mapTo(self.inside, self.editor.cursorRect().center())
            self.ensureVisible(place.x(), place.y(), 0, 40)
