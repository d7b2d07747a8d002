"""Typed fields of one line or more: text, number, date. What cannot be read stays where it was typed."""

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QLineEdit,
    QWidget,
)

from desktop.widgets.buttons import IconButton
from desktop.widgets.field_box import FieldBox
from desktop.widgets.fonts import REGULAR, Role, metrics
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.month_popup import MonthPopup
from desktop.widgets.painting import begin, draw_text, paint_tick
from desktop.widgets.plain_text import PlainText
from desktop.widgets.rings import FocusRing
from sync.errors import DaftarError

Parse = Callable[[str], str]
Explain = Callable[[str], str]


def _local_day() -> dt.date:
    # The day on the wall; a window with a clock of its own sets `today`.
    return dt.datetime.now().astimezone().date()


class LineEdit(QLineEdit):
    """One line in the style of the guide; says when the person is done with it."""

    left = Signal()

    def __init__(self, look: Look, *, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._icon = look, icon
        self.setFont(look.fonts.of())
        self.setAlignment(mirror_of(self.rect(), rtl=look.rtl).leading)
        self._fit_margins()

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self._fit_margins()
        self.update()

    def _fit_margins(self) -> None:
        room = 24 if self._icon else 0
        self.setTextMargins(room if self._look.rtl else 0, 0, 0 if self._look.rtl else room, 0)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def sizeHint(self) -> QSize:
        return QSize(180, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._icon:
            return
        painter = QPainter(self)
        mirror = mirror_of(self.rect(), rtl=self._look.rtl)
        where = mirror.rect(self.width() - 26, 0, 16, self.height())
        self._look.icons.paint(painter, self._icon, where, colour=self._look.tokens.t2)
        painter.end()


class TextField(FieldBox):
    """One line. With `parse` it reads the text when the person leaves, and `show` writes it back."""

    def __init__(
        self,
        look: Look,
        label: str,
        *,
        value: str = "",
        placeholder: str = "",
        required: bool = False,
        hint: str = "",
        read_only: bool = False,
        parse: Parse | None = None,
        show: Parse | None = None,
        explain: Explain | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, label, required=required, hint=hint, parent=parent)
        self._parse, self._show, self._explain = parse, show, explain
        self.editor = LineEdit(look, parent=self)
        self.editor.setPlaceholderText(placeholder)
        self.editor.textEdited.connect(self.draft_changed)
        self.editor.returnPressed.connect(self.commit)
        self.editor.left.connect(self.commit)
        self.place_editor(self.editor)
        self.set_value(value)
        self.set_read_only(read_only=read_only)

    def text(self) -> str:
        return self.editor.text()

    @property
    def value(self) -> str:
        """The canonical text, or what was typed when it cannot be read."""
        text = self.text()
        if not self._parse or not text.strip():
            return text
        try:
            return self._parse(text)
        except (ValueError, DaftarError):
            return text

    def set_value(self, value: str) -> None:
        """Show a stored value; nothing is emitted and any error goes."""
        shown = self._show(value) if self._show and value else value
        self.editor.setText(shown)
        self.editor.setCursorPosition(0)
        self._last = shown
        self.set_error("")

    def set_draft(self, text: str) -> None:
        """Bring back text that was typed earlier, exactly as it was."""
        self.editor.setText(text)
        self._last = "\0"

    def set_read_only(self, *, read_only: bool) -> None:
        self.editor.setReadOnly(read_only)
        self.editor.set_icon("lock" if read_only else "")

    @Slot()
    def commit(self) -> None:
        text = self.text()
        if text == self._last or self.editor.isReadOnly():
            return
        self._last = text
        value = text
        error = ""
        if self._parse and text.strip():
            try:
                value = self._parse(text)
            except (ValueError, DaftarError):
                error = self._explain(text) if self._explain else self._kept(text)
            else:
                self._last = self._show(value) if self._show else text
                self.editor.setText(self._last)
        self.set_error(error)
        self.committed.emit(value)

    def _kept(self, text: str) -> str:
        return self._look.words.t("“{text}” cannot be read. It is kept until you fix it.", text=text)


class NumberField(TextField):
    """A number in either set of digits; `whole=True` refuses decimals."""

    def __init__(
        self,
        look: Look,
        label: str,
        *,
        value: str = "",
        whole: bool = False,
        unit: str = "",
        required: bool = False,
        hint: str = "",
        read_only: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._whole = whole
        self._words = look.words
        super().__init__(
            look,
            label,
            value=value,
            required=required,
            hint=hint or unit,
            read_only=read_only,
            parse=self._read,
            show=look.words.number,
            explain=self._wrong,
            parent=parent,
        )

    def _read(self, text: str) -> str:
        value = self._words.parse_number(text)
        if self._whole and "." in value:
            raise ValueError(text)
        return value

    def _wrong(self, text: str) -> str:
        if self._whole:
            return self._words.t("Write a whole number. “{text}” is kept until you fix it.", text=text)
        return self._words.t("Write a number. “{text}” is kept until you fix it.", text=text)


class DateField(TextField):
    """A date that can be typed in the way of the language or picked; the value is always ISO."""

    def __init__(
        self,
        look: Look,
        label: str,
        *,
        value: str = "",
        required: bool = False,
        hint: str = "",
        read_only: bool = False,
        parse: Parse | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._words = look.words
        self._button: IconButton | None = None
        super().__init__(
            look,
            label,
            value=value,
            placeholder=look.words.t("dd mmm yyyy"),
            required=required,
            hint=hint,
            parse=parse if parse is not None else look.words.parse_date,
            show=look.words.date,
            explain=self._wrong,
            parent=parent,
        )
        self.today: Callable[[], dt.date] = _local_day
        self._button = IconButton(
            look, "calendar", look.words.t("Open the calendar"), box=26, parent=self.editor
        )
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.clicked.connect(self.open_calendar)
        self.editor.installEventFilter(self)
        self.set_read_only(read_only=read_only)
        room = 30
        self.editor.setTextMargins(room if look.rtl else 0, 0, 0 if look.rtl else room, 0)

    def _wrong(self, text: str) -> str:
        example = self._words.isolate(self._words.date("2026-07-16"))
        return self._words.t(
            "Write a date such as {example}. “{text}” is kept until you fix it.", example=example, text=text
        )

    def set_read_only(self, *, read_only: bool) -> None:
        super().set_read_only(read_only=read_only)
        if self._button is not None:
            self._button.setVisible(not read_only)

    @Slot()
    def open_calendar(self) -> None:
        popup = MonthPopup(self._look, day=self._iso(), today=self.today(), parent=self)
        popup.picked.connect(self._picked)
        popup.show_under(self.editor)

    def _iso(self) -> str:
        """The day in the field, or nothing while it cannot be read."""
        try:
            return dt.date.fromisoformat(self.value).isoformat()
        except ValueError:
            return ""

    @Slot(str)
    def _picked(self, iso: str) -> None:
        self.editor.setText(self._words.date(iso))
        self.draft_changed.emit(self.text())
        self.commit()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.editor and self._button is not None:
            if event.type() == QEvent.Type.Resize and isinstance(event, QResizeEvent):
                x = 3 if self._look.rtl else event.size().width() - 29
                self._button.move(x, 3)
            elif (
                event.type() == QEvent.Type.KeyPress
                and isinstance(event, QKeyEvent)
                and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_F4)
                and not self.editor.isReadOnly()
            ):
                self.open_calendar()
                return True
        return False


class NoteField(FieldBox):
    """Several lines. Tab leaves the field, Ctrl Enter commits."""

    def __init__(
        self,
        look: Look,
        label: str,
        *,
        value: str = "",
        lines: int = 3,
        placeholder: str = "",
        required: bool = False,
        hint: str = "",
        read_only: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, label, required=required, hint=hint, parent=parent)
        self.editor = PlainText(look, parent=self)
        self.editor.setPlaceholderText(placeholder)
        self.editor.setFixedHeight(metrics(look.fonts.of()).lineSpacing() * lines + 20)
        self.editor.setReadOnly(read_only)
        self.editor.installEventFilter(self)
        self._quiet = False
        self.editor.textChanged.connect(self._changed)
        self.place_editor(self.editor)
        self.set_value(value)

    def text(self) -> str:
        return self.editor.text()

    @property
    def value(self) -> str:
        return self.text()

    def set_value(self, value: str) -> None:
        self._quiet = True
        self.editor.setPlainText(value)
        self._quiet = False
        self._last = value
        self.set_error("")

    def set_draft(self, text: str) -> None:
        self.set_value(text)
        self._last = "\0"

    @Slot()
    def _changed(self) -> None:
        if not self._quiet:
            self.draft_changed.emit(self.text())

    @Slot()
    def commit(self) -> None:
        text = self.text()
        if text != self._last and not self.editor.isReadOnly():
            self._last = text
            self.committed.emit(text)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.editor:
            if event.type() == QEvent.Type.FocusOut:
                self.commit()
            elif (
                isinstance(event, QKeyEvent)
                and event.type() == QEvent.Type.KeyPress
                and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
                and event.modifiers() & Qt.KeyboardModifier.ControlModifier
            ):
                self.commit()
                return True
        return False


class CheckBox(QCheckBox):
    """A tick of 14 px and its words."""

    def __init__(self, look: Look, text: str, *, done: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._look, self._done = look, done
        self.setFont(look.fonts.of())
        self.setAccessibleName(text)
        self._ring = FocusRing(self, colour=look.tokens.accent_text, radius=4)

    def sizeHint(self) -> QSize:
        return QSize(24 + self._look.fonts.width(self.text(), Role.BODY, REGULAR), 22)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look, tokens = self._look, self._look.tokens
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        centre = mirror.point(8, self.height() / 2)
        paint_tick(
            painter, tokens, centre, checked=self.isChecked(), enabled=self.isEnabled(), done=self._done
        )
        where = mirror.rect(22, 0, self.width() - 22, self.height())
        colour = tokens.t1 if self.isEnabled() else tokens.tdis
        draw_text(painter, where, self.text(), font=self.font(), colour=colour, align=mirror.leading)
        painter.end()


class CheckField(FieldBox):
    """Yes or no; commits "true" or "false" at once."""

    def __init__(
        self,
        look: Look,
        label: str,
        *,
        value: bool = False,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, label, hint=hint, parent=parent)
        self.caption.hide()
        self.editor = CheckBox(look, label, parent=self)
        self.editor.setChecked(value)
        self.place_editor(self.editor)
        self.editor.clicked.connect(self._clicked)

    @property
    def value(self) -> str:
        return "true" if self.editor.isChecked() else "false"

    def set_value(self, value: str) -> None:
        self.editor.setChecked(value == "true")
        self.set_error("")

    @Slot()
    def _clicked(self) -> None:
        self.draft_changed.emit(self.value)
        self.committed.emit(self.value)
