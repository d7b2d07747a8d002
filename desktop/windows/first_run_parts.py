"""The painted parts of the first-run window: the cover with the promise, the code, steps, languages."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role
from desktop.widgets.labels import IconLabel
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, draw_text, fill_round
from desktop.widgets.rings import FocusRing
from desktop.widgets.theme import BRAND_RULE, ON_ACCENT, ON_BRAND_QUIET, ON_BRAND_SECOND
from desktop.words.words import LANGUAGES

CODE_LENGTH = 8
_HALF = 4
_BOX, _BOX_HEIGHT, _GAP, _DASH = 44, 52, 8, 28


class BrandSide(QWidget):
    """What the notebook promises, on the ruled paper of its cover."""

    def __init__(self, look: Look, *, version: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._version = look, version
        words = look.words
        self._lines = (
            ("laptop", words.t("Works without a connection"),
             words.t("Everything you type is saved on this laptop at once.")),
            ("users", words.t("Two people can edit the same thing"),
             words.t("Both versions are kept until someone decides.")),
            ("lock", words.t("Locked on this laptop"),
             words.t("If it is lost, your administrator can close it.")),
        )  # fmt: skip
        self.setAccessibleName(
            ". ".join([self._promise, *(f"{title}: {text}" for _, title, text in self._lines)])
        )

    @property
    def _promise(self) -> str:
        return self._look.words.t("One notebook for the whole team")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look = self._look
        painter.fillRect(self.rect(), QColor(look.tokens.brand))
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        margin = 72 if self.width() > 420 else 40
        height = self.height()
        rule = QColor(BRAND_RULE)
        painter.fillRect(mirror.rect(margin, 0, 1, height), rule)
        for y in range(max(500, height - 228), height - 60, 32):
            painter.fillRect(0, y, self.width(), 1, rule)
        left, room = margin + 24, self.width() - margin - 48
        look.icons.paint(painter, "logo", mirror.rect(left, 64, 26, 28), colour=ON_ACCENT)
        self._line(
            painter, mirror.rect(left + 38, 62, room, 34), look.words.t("Daftar"), Role.PAGE, ON_ACCENT
        )
        top = min(200, height // 4)
        font = look.fonts.of(Role.BIG, SEMIBOLD)
        painter.setFont(font)
        painter.setPen(QColor(ON_ACCENT))
        flags = mirror.leading & ~Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTop
        box = mirror.rect(left, top, min(room, 260), 120)
        painter.drawText(box, int(flags) | Qt.TextFlag.TextWordWrap, self._promise)
        y = top + 116
        step = 72
        for icon, title, text in self._lines:
            look.icons.paint(painter, icon, mirror.rect(left, y, 20, 20), colour=ON_BRAND_SECOND)
            self._line(painter, mirror.rect(left + 36, y - 4, room - 36, 22), title, Role.BODY, ON_ACCENT)
            where = mirror.rect(left + 36, y + 17, room - 36, 44)
            painter.setFont(look.fonts.of(Role.BODY))
            painter.setPen(QColor(ON_BRAND_SECOND))
            painter.drawText(where, int(flags) | Qt.TextFlag.TextWordWrap, text)
            y += step
        where = mirror.rect(left, height - 50, room, 20)
        font = look.fonts.of(Role.SECONDARY)
        version = look.words.t("Version {version}", version=look.words.isolate(self._version))
        draw_text(painter, where, version, font=font, colour=ON_BRAND_QUIET, align=mirror.leading)
        painter.end()

    def _line(self, painter: QPainter, where: QRect, text: str, role: Role, colour: str) -> None:
        mirror = mirror_of(self.rect(), rtl=self._look.rtl)
        font = self._look.fonts.of(role, SEMIBOLD if role is not Role.BODY else MEDIUM)
        draw_text(painter, where, text, font=font, colour=colour, align=mirror.leading)


class CodeField(QLineEdit):
    """Eight boxes that are one line: typing, pasting and deleting work as everywhere."""

    complete = Signal(str)

    def __init__(self, look: Look, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.invalid = False
        self.setAccessibleName(name)
        self.setProperty("bare", "true")
        # A code runs from left to right in every language.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setFixedSize(CODE_LENGTH * _BOX + (CODE_LENGTH - 2) * _GAP + _DASH, _BOX_HEIGHT)
        self.setStyleSheet(f"QLineEdit {{ min-height: {_BOX_HEIGHT}px; max-height: {_BOX_HEIGHT}px; }}")
        self.textEdited.connect(self._tidy)

    @property
    def code(self) -> str:
        """As it is written: K7PM-4XQ2; shorter while it is not complete."""
        signs = self.text()
        return f"{signs[:_HALF]}-{signs[_HALF:]}" if len(signs) > _HALF else signs

    @property
    def is_complete(self) -> bool:
        return len(self.text()) == CODE_LENGTH

    @Slot(str)
    def _tidy(self, text: str) -> None:
        signs = "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())[:CODE_LENGTH]
        if signs != text:
            self.setText(signs)
        self.setCursorPosition(len(signs))
        self.invalid = False
        self.update()
        if self.is_complete:
            self.complete.emit(self.code)

    def set_invalid(self, *, invalid: bool) -> None:
        self.invalid = invalid
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # The caret stays behind the last sign, where it is painted.
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home):
            event.accept()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.setCursorPosition(len(self.text()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.deselect()
        self.setCursorPosition(len(self.text()))
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look, tokens, signs = self._look, self._look.tokens, self.text()
        x = 0
        for at in range(CODE_LENGTH):
            if at == _HALF:
                x += _DASH - _GAP
                painter.fillRect(x - _DASH // 2 - 4, _BOX_HEIGHT // 2 - 1, 8, 2, QColor(tokens.t2))
            here = self.hasFocus() and at == min(len(signs), CODE_LENGTH - 1)
            edge = tokens.bad.solid if self.invalid else tokens.accent if here else tokens.strong
            box = QRect(x, 0, _BOX, _BOX_HEIGHT)
            wide = 2 if here or self.invalid else 1
            fill_round(painter, box, radius=8, fill=tokens.surface, border=edge, width=wide)
            if at < len(signs):
                font = look.fonts.number(Role.PAGE, SEMIBOLD)
                centre = Qt.AlignmentFlag.AlignCenter
                draw_text(painter, box, signs[at], font=font, colour=tokens.t1, align=centre)
            elif here:
                painter.fillRect(x + _BOX // 2 - 1, 15, 2, 22, QColor(tokens.accent_text))
            x += _BOX + _GAP
        painter.end()


class Steps(QWidget):
    """Numbered steps in a line; the present one is filled, those behind have a check."""

    def __init__(self, look: Look, names: Sequence[str], *, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._names, self._at = look, list(names), 0
        self.setFixedHeight(24)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_step(0)

    def set_step(self, at: int) -> None:
        self._at = at
        words = self._look.words
        self.setAccessibleName(
            words.t(
                "Step {number} of {count}: {name}",
                number=words.number(at + 1),
                count=words.number(len(self._names)),
                name=self._names[at],
            )
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look, tokens = self._look, self._look.tokens
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        at = 0
        for number, name in enumerate(self._names):
            here, done = number == self._at, number < self._at
            disc = mirror.rectf(at, 1, 22, 22)
            fill = tokens.accent if here else tokens.ok.tint if done else tokens.none.tint
            fill_round(painter, disc, radius=11, fill=fill)
            if done:
                inner = disc.adjusted(5, 5, -5, -5).toRect()
                look.icons.paint(painter, "check", inner, colour=tokens.ok.text)
            else:
                font = look.fonts.number(Role.SECONDARY, SEMIBOLD)
                ink = ON_ACCENT if here else tokens.t2
                text = look.words.number(number + 1)
                centre = Qt.AlignmentFlag.AlignCenter
                draw_text(painter, disc.toRect(), text, font=font, colour=ink, align=centre)
            at += 30
            width = look.fonts.width(name, Role.SECONDARY, MEDIUM) + 4
            font = look.fonts.of(Role.SECONDARY, MEDIUM)
            ink = tokens.t1 if here else tokens.t2
            draw_text(
                painter, mirror.rect(at, 0, width, 24), name, font=font, colour=ink, align=mirror.leading
            )
            at += width + 10
            if number < len(self._names) - 1:
                painter.fillRect(mirror.rect(at, 12, 40, 1), QColor(tokens.border))
                at += 54
        painter.end()


class _Language(QAbstractButton):
    def __init__(self, look: Look, key: str, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self.key = look, key
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._ring = FocusRing(self, colour=look.tokens.accent_text)

    def sizeHint(self) -> QSize:
        return QSize(self._look.fonts.width(self.text(), Role.BODY, MEDIUM) + 24, 30)

    def nextCheckState(self) -> None:
        """The window decides which language is shown."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        tokens = self._look.tokens
        if self.isChecked():
            fill_round(painter, self.rect(), radius=6, fill=tokens.sel)
        ink = tokens.accent_text if self.isChecked() else tokens.t2
        font = self._look.fonts.of(Role.BODY, MEDIUM)
        centre = Qt.AlignmentFlag.AlignCenter
        draw_text(painter, self.rect(), self.text(), font=font, colour=ink, align=centre)
        painter.end()


class LanguageSwitch(QWidget):
    """Each language by its own name; the same order in every language."""

    chosen = Signal(str)

    def __init__(self, look: Look, *, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(IconLabel(look, "languages", parent=self))
        row.addSpacing(4)
        for key, text in LANGUAGES.items():
            button = _Language(look, key, text, self)
            button.setChecked(key == look.words.language)
            button.clicked.connect(self._clicked)
            row.addWidget(button)

    def _clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, _Language):
            self.chosen.emit(sender.key)
