"""Fields that choose: one of a list, a record by typing its name, several members, several of a few."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QVBoxLayout, QWidget

from desktop.models.candidates import Candidate, Provider
from desktop.widgets.field_box import FieldBox
from desktop.widgets.fields import LineEdit
from desktop.widgets.flow import FlowLayout
from desktop.widgets.fonts import MEDIUM, Role
from desktop.widgets.layouts import empty_layout
from desktop.widgets.look import Look
from desktop.widgets.mirror import mirror_of
from desktop.widgets.painting import begin, draw_text, fill_round
from desktop.widgets.rings import FocusRing
from desktop.widgets.type_ahead import TypeAhead


class Combo(QComboBox):
    """QComboBox in our paint; the list below is styled by the stylesheet."""

    def __init__(self, look: Look, *, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.invalid = False
        self.setFont(look.fonts.of())
        self.setPlaceholderText(placeholder)
        self.setFixedHeight(32)

    def sizeHint(self) -> QSize:
        return QSize(180, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look, tokens = self._look, self._look.tokens
        heavy = self.hasFocus() or self.invalid
        edge = tokens.bad.solid if self.invalid else tokens.accent if heavy else tokens.strong
        fill = tokens.surface
        if not self.isEnabled():
            edge, fill = tokens.border, tokens.sunken
        fill_round(painter, self.rect(), radius=6, fill=fill, border=edge, width=2 if heavy else 1)
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        text = self.currentText() if self.currentIndex() >= 0 else self.placeholderText()
        colour = tokens.t1 if self.currentIndex() >= 0 and self.isEnabled() else tokens.t3
        where = mirror.rect(10, 0, self.width() - 40, self.height())
        draw_text(painter, where, text, font=self.font(), colour=colour, align=mirror.leading)
        icon = "chevron-down" if self.isEnabled() else "lock"
        chevron = mirror.rect(self.width() - 26, 0, 16, self.height())
        look.icons.paint(painter, icon, chevron, colour=tokens.t2)
        painter.end()


class ChoiceField(FieldBox):
    """One of a declared list. A stored value that is no longer in the list is kept and shown."""

    def __init__(
        self,
        look: Look,
        label: str,
        choices: Sequence[tuple[str, str]],
        *,
        value: str = "",
        placeholder: str = "",
        required: bool = False,
        hint: str = "",
        read_only: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, label, required=required, hint=hint, parent=parent)
        self.editor = Combo(look, placeholder=placeholder or look.words.t("Choose"), parent=self)
        if not required:
            self.editor.addItem("", "")
        for key, text in choices:
            self.editor.addItem(text, key)
        self.editor.setEnabled(not read_only)
        self.place_editor(self.editor)
        self.set_value(value)
        self.editor.activated.connect(self._activated)

    @property
    def value(self) -> str:
        found = self.editor.currentData()
        return found if isinstance(found, str) else ""

    def set_value(self, value: str) -> None:
        if not value:
            self.editor.setCurrentIndex(-1)
        else:
            if self.editor.findData(value) < 0:
                self.editor.addItem(value, value)
            self.editor.setCurrentIndex(self.editor.findData(value))
        self._last = value
        self.set_error("")

    def _mark_invalid(self, *, invalid: bool) -> None:
        self.editor.invalid = invalid
        self.editor.update()

    @Slot(int)
    def _activated(self, index: int) -> None:
        if self.value == "":
            self.editor.setCurrentIndex(-1)
        if self.value != self._last:
            self._last = self.value
            self.set_error("")
            self.draft_changed.emit(self.value)
            self.committed.emit(self.value)


class ReferenceField(FieldBox):
    """A record chosen by typing part of its name. The provider is asked again at every letter."""

    def __init__(
        self,
        look: Look,
        label: str,
        provider: Provider,
        *,
        value: Candidate | None = None,
        placeholder: str = "",
        required: bool = False,
        hint: str = "",
        read_only: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, label, required=required, hint=hint, parent=parent)
        self._current = value
        self.editor = LineEdit(look, icon="lock" if read_only else "search", parent=self)
        self.editor.setReadOnly(read_only)
        self.editor.setPlaceholderText(placeholder or look.words.t("Type to search"))
        self.ahead = TypeAhead(self.editor, provider, name=label)
        self.ahead.picked.connect(self._choose)
        self.editor.textEdited.connect(self._typed)
        self.editor.left.connect(self.commit)
        self.editor.returnPressed.connect(self.commit)
        self.place_editor(self.editor)
        self.set_value(value)

    def text(self) -> str:
        return self.editor.text()

    @property
    def value(self) -> str:
        """The key of the chosen record, or the text that is not one yet."""
        return self._current.key if self._current is not None else self.editor.text()

    def set_value(self, value: Candidate | None) -> None:
        self._current = value
        self.editor.setText(value.text if value is not None else "")
        self.editor.setCursorPosition(0)
        self._last = self.value
        self.set_error("")

    def set_draft(self, text: str) -> None:
        self._current = None
        self.editor.setText(text)
        self._last = "\0"

    @Slot(str)
    def _typed(self, text: str) -> None:
        self._current = None
        self.draft_changed.emit(text)

    @Slot(object)
    def _choose(self, candidate: Candidate) -> None:
        self._current = candidate
        self.editor.setText(candidate.text)
        self.set_error("")
        if candidate.key != self._last:
            self._last = candidate.key
            self.committed.emit(candidate.key)

    @Slot()
    def commit(self) -> None:
        if self.editor.isReadOnly() or self.ahead.is_open or self._current is not None:
            return
        text = self.editor.text().strip()
        if text:
            found = self.ahead.exact(text)
            if found is not None:
                self._choose(found)
                return
            self.set_error(
                self._look.words.t("Choose one from the list. “{text}” is kept until you do.", text=text)
            )
        else:
            self.set_error("")
        if text != self._last:
            self._last = text
            self.committed.emit(text)


class Chip(QAbstractButton):
    """A member of a set. A removable chip carries a cross; a checkable one fills when chosen."""

    def __init__(self, look: Look, key: str, text: str, *, removable: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self.key, self._removable = look, key, removable
        self.setText(text)
        self.setCheckable(not removable)
        name = look.words.t("Remove {name}", name=text) if removable else text
        self.setAccessibleName(name)
        self.setFont(look.fonts.of(Role.SECONDARY, MEDIUM))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._ring = FocusRing(self, colour=look.tokens.accent_text)

    def sizeHint(self) -> QSize:
        extra = 38 if self._removable else 22
        return QSize(self._look.fonts.width(self.text(), Role.SECONDARY, MEDIUM) + extra, 24)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) if self._removable else ()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, *keys):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        begin(painter)
        look, tokens = self._look, self._look.tokens
        chosen = self.isChecked()
        fill = tokens.sel if chosen else tokens.hover if self.underMouse() else tokens.surface
        edge = tokens.accent_text if chosen else tokens.border
        fill_round(painter, self.rect(), radius=12, fill=fill, border=edge)
        mirror = mirror_of(self.rect(), rtl=look.rtl)
        room = self.width() - (32 if self._removable else 20)
        colour = tokens.accent_text if chosen else tokens.t1
        draw_text(
            painter,
            mirror.rect(10, 0, room, 24),
            self.text(),
            font=self.font(),
            colour=colour,
            align=mirror.leading,
        )
        if self._removable:
            look.icons.paint(painter, "close", mirror.rect(self.width() - 20, 0, 12, 24), colour=tokens.t2)
        painter.end()


class _TagLine(LineEdit):
    take_back = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Backspace and not self.text():
            self.take_back.emit()
            return
        super().keyPressEvent(event)


class TagsField(FieldBox):
    """Several members, typed one after the other. With a provider only its candidates are taken."""

    members_changed = Signal(object)

    def __init__(
        self,
        look: Look,
        label: str,
        *,
        members: Sequence[Candidate] = (),
        provider: Provider | None = None,
        required: bool = False,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, label, required=required, hint=hint, parent=parent)
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._chips = QWidget(holder)
        self._flow = FlowLayout(self._chips)
        column.addWidget(self._chips)
        self.editor = _TagLine(look, icon="plus", parent=holder)
        self.editor.setPlaceholderText(look.words.t("Type and press Enter"))
        column.addWidget(self.editor)
        self.ahead: TypeAhead | None = None
        if provider is not None:
            self.ahead = TypeAhead(self.editor, provider, name=label)
            self.ahead.picked.connect(self._add)
        self.editor.returnPressed.connect(self._enter)
        self.editor.left.connect(self._enter)
        self.editor.textEdited.connect(self.draft_changed)
        self.editor.take_back.connect(self._take_back)
        self.place_editor(holder, focus=self.editor)
        self.set_members(members)

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(member.key for member in self._members)

    def set_members(self, members: Sequence[Candidate]) -> None:
        self._members = list(members)
        self._rebuild()
        self.set_error("")

    def _rebuild(self) -> None:
        empty_layout(self._flow)
        for member in self._members:
            chip = Chip(self._look, member.key, member.text, removable=True, parent=self._chips)
            chip.clicked.connect(self._remove_clicked)
            self._flow.addWidget(chip)
            chip.show()
        self._chips.setVisible(bool(self._members))
        self._chips.updateGeometry()

    @Slot()
    def _enter(self) -> None:
        text = self.editor.text().strip().rstrip(",").strip()
        if not text or (self.ahead is not None and self.ahead.is_open):
            return
        found = self.ahead.exact(text) if self.ahead is not None else Candidate(text, text)
        if found is not None:
            self._add(found)
            return
        self.set_error(
            self._look.words.t("Choose one from the list. “{text}” is kept until you do.", text=text)
        )

    @Slot(object)
    def _add(self, candidate: Candidate) -> None:
        self.editor.clear()
        self.set_error("")
        if candidate.key not in self.members:
            self._members.append(candidate)
            self._changed()

    @Slot()
    def _take_back(self) -> None:
        if self._members:
            self._members.pop()
            self._changed()

    @Slot()
    def _remove_clicked(self) -> None:
        chip = self.sender()
        if isinstance(chip, Chip):
            self._members = [member for member in self._members if member.key != chip.key]
            self._changed()
            self.editor.setFocus()

    def _changed(self) -> None:
        self._rebuild()
        self.members_changed.emit(self.members)
        self.committed.emit(", ".join(self.members))


class MultiChoiceField(FieldBox):
    """Any of a few: chips that Space or Enter switches on and off."""

    members_changed = Signal(object)

    def __init__(
        self,
        look: Look,
        label: str,
        choices: Sequence[tuple[str, str]],
        *,
        members: Iterable[str] = (),
        required: bool = False,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, label, required=required, hint=hint, parent=parent)
        holder = QWidget(self)
        flow = FlowLayout(holder)
        chosen = set(members)
        self._chips: list[Chip] = []
        for key, text in choices:
            chip = Chip(look, key, text, removable=False, parent=holder)
            chip.setChecked(key in chosen)
            chip.clicked.connect(self._changed)
            flow.addWidget(chip)
            self._chips.append(chip)
        self.place_editor(holder)
        if self._chips:
            self.setFocusProxy(self._chips[0])

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(chip.key for chip in self._chips if chip.isChecked())

    def set_members(self, members: Iterable[str]) -> None:
        chosen = set(members)
        for chip in self._chips:
            chip.setChecked(chip.key in chosen)
        self.set_error("")

    @Slot()
    def _changed(self) -> None:
        self.members_changed.emit(self.members)
        self.committed.emit(", ".join(self.members))
