"""The cards of a question: one for each value, equal in size, and one for a value of one's own."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.widgets.avatar import Avatar, Face
from desktop.widgets.field_box import FieldBox
from desktop.widgets.fields import TextField
from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role
from desktop.widgets.labels import ElidedLabel, IconLabel, Label, Rule
from desktop.widgets.layouts import margins
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, draw_text, fill_round, paint_radio

_LONG_VALUE = 60


@dataclass(frozen=True, slots=True)
class CardText:
    """Everything a card says, in words already. Facts are (icon, words) lines."""

    face: Face
    name: str
    role: str
    value: str
    distance: str = ""
    details: Sequence[tuple[str, str]] = ()
    facts: Sequence[tuple[str, str]] = field(default_factory=tuple)

    @property
    def spoken(self) -> str:
        parts = [self.value, self.name, self.role, self.distance]
        parts += [f"{name}: {value}" for name, value in self.details]
        parts += [words for _, words in self.facts]
        return ". ".join(part for part in parts if part)


class _Choice(QRadioButton):
    """A radio button that is as large as what it holds; the mark stands at its leading top."""

    used = Signal()

    def __init__(self, look: Look, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setAutoExclusive(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        # What lies on a button would else be written in the colour of buttons.
        self.setBackgroundRole(QPalette.ColorRole.Window)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def nextCheckState(self) -> None:
        """A second click does not take the choice back."""
        self.setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.isChecked():
                self.used.emit()
            else:
                self.click()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paint_frame(self, painter: QPainter) -> None:
        tokens = self._look.tokens
        box = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        if self.hasFocus():
            fill_round(painter, self.rect(), radius=12, border=tokens.accent_text, width=1)
        chosen = self.isChecked()
        edge = tokens.accent_text if chosen else tokens.border
        fill_round(painter, box, radius=10, fill=tokens.surface, border=edge, width=2 if chosen else 1)


class OptionCard(_Choice):
    """One of the values: who, the value in large, how far from before, when, and what was not seen."""

    def __init__(self, look: Look, text: CardText, *, parent: QWidget | None = None) -> None:
        super().__init__(look, parent=parent)
        self.text_shown = text
        self.setAccessibleName(text.spoken)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        tokens = look.tokens
        column = QVBoxLayout(self)
        column.setContentsMargins(19, 15, 19, 15)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setContentsMargins(margins(look, 30, 0, 0, 0))
        head.setSpacing(8)
        head.addWidget(Avatar(look, text.face, size=28))
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(ElidedLabel(look, text.name, weight=SEMIBOLD))
        if text.role:
            names.addWidget(ElidedLabel(look, text.role, role=Role.SECONDARY, colour=tokens.t3))
        head.addLayout(names, 1)
        column.addLayout(head)
        column.addSpacing(12)
        large = len(text.value) <= _LONG_VALUE
        role = Role.VALUE if large else Role.BODY
        column.addWidget(Label(look, text.value, role=role, weight=SEMIBOLD if large else MEDIUM, wrap=True))
        if text.distance:
            column.addWidget(Label(look, text.distance, role=Role.SECONDARY, colour=tokens.t2, wrap=True))
        for name, value in text.details:
            column.addLayout(_detail(look, name, value))
        column.addSpacing(6)
        column.addWidget(Rule(look))
        column.addSpacing(4)
        for icon, words in text.facts:
            column.addLayout(_fact(look, icon, words))
        column.addStretch(1)
        for child in self.findChildren(QWidget):
            if isinstance(child, QWidget):
                child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        assert layout is not None
        return layout.sizeHint().expandedTo(QSize(240, 180))

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 120)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        assert layout is not None
        return layout.totalHeightForWidth(width)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        self.paint_frame(painter)
        mirror = mirror_of(self.rect(), rtl=self._look.rtl)
        paint_radio(painter, self._look.tokens, mirror.point(28, 30), checked=self.isChecked())
        painter.end()


def _detail(look: Look, name: str, value: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    caption = Label(look, name, role=Role.SECONDARY, colour=look.tokens.t3, wrap=True)
    caption.setFixedWidth(92)
    row.addWidget(caption, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Label(look, value, weight=MEDIUM, wrap=True), 1)
    return row


def _fact(look: Look, icon: str, words: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 1, 0, 1)
    row.setSpacing(8)
    row.addWidget(IconLabel(look, icon, size=14), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Label(look, words, role=Role.SECONDARY, colour=look.tokens.t2, wrap=True), 1)
    return row


class _OtherMark(_Choice):
    """The mark and the name of the third option, beside its fields."""

    def sizeHint(self) -> QSize:
        return QSize(40 + self._look.fonts.width(self.text(), Role.BODY, MEDIUM), 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look, tokens = self._look, self._look.tokens
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        if self.hasFocus():
            box = mirror.rect(0, 3, 26, 26)
            fill_round(painter, box, radius=13, border=tokens.accent_text, width=1)
        paint_radio(painter, tokens, mirror.point(13, 16), checked=self.isChecked())
        where = mirror.rect(34, 0, self.width() - 34, 32)
        font = look.fonts.of(Role.BODY, MEDIUM)
        draw_text(painter, where, self.text(), font=font, colour=tokens.t1, align=mirror.leading)
        painter.end()


class OtherCard(QWidget):
    """A value that nobody had, with the editor of the field, and why. Typing chooses it."""

    touched = Signal()
    """Something was typed or left in one of the fields."""
    used = Signal()

    def __init__(self, look: Look, *, label: str, editor: FieldBox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        words = look.words
        self.mark = _OtherMark(look, parent=self)
        self.mark.setText(label)
        self.mark.setAccessibleName(label)
        self.mark.used.connect(self.used)
        self.editor = editor
        self.reason = TextField(look, "", placeholder=words.t("Why? (optional, kept as a comment)"))
        self.reason.editor.setAccessibleName(words.t("Why"))
        row = QHBoxLayout(self)
        row.setContentsMargins(19, 11, 19, 11)
        row.setSpacing(12)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(self.mark, 0, top)
        row.addWidget(editor, 2, top)
        row.addWidget(self.reason, 3, top)
        editor.draft_changed.connect(self._typed)
        editor.committed.connect(self._typed)
        self._line = editor.focusProxy()
        if self._line is not None:
            self._line.installEventFilter(self)
        self.reason.editor.installEventFilter(self)
        self.reason.editor.returnPressed.connect(self.used)

    @Slot(str)
    def _typed(self, _text: str) -> None:
        if not self.mark.isChecked():
            self.mark.click()
        self.touched.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.used.emit()
            return True
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        tokens = self._look.tokens
        chosen = self.mark.isChecked()
        edge = tokens.accent_text if chosen else tokens.border
        box = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        fill_round(painter, box, radius=10, fill=tokens.surface, border=edge, width=2 if chosen else 1)
        painter.end()
