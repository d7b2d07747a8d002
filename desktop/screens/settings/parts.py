"""The blocks of the settings page: sections under each other, facts in two columns, results in words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.widgets.fonts import MEDIUM, SEMIBOLD, Role
from desktop.widgets.labels import IconLabel, Label, Rule
from desktop.widgets.layouts import empty_layout
from desktop.widgets.look import Look

_NAME_WIDTH = 168


class Section(QWidget):
    """A title over a rule; put widgets into `column`."""

    def __init__(self, look: Look, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look
        self.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(Label(look, title, role=Role.TITLE, weight=SEMIBOLD, parent=self))
        outer.addSpacing(8)
        outer.addWidget(Rule(look, strong=True, parent=self))
        outer.addSpacing(12)
        self.column = QVBoxLayout()
        self.column.setSpacing(12)
        outer.addLayout(self.column)

    def say(self, text: str, *, quiet: bool = True) -> Label:
        """One paragraph."""
        colour = self.look.tokens.t2 if quiet else self.look.tokens.t1
        label = Label(self.look, text, colour=colour, wrap=True, parent=self)
        self.column.addWidget(label)
        return label


class FactList(QWidget):
    """Names and what they are, line by line; nothing here can be changed."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def clear(self) -> None:
        empty_layout(self._column)

    def add(self, name: str, *texts: str, icon: str = "", family: str = "") -> None:
        """A name before one or more lines; an icon may stand before the name."""
        look, tokens = self._look, self._look.tokens
        holder = QWidget(self)
        holder.setAccessibleName(": ".join([name, ", ".join(texts)]) if texts else name)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        top = Qt.AlignmentFlag.AlignTop
        if icon:
            mark = IconLabel(look, icon, colour=look.icon_colour(family or None), parent=holder)
            row.addWidget(mark, 0, top)
        label = Label(look, name, weight=MEDIUM if icon else 400, wrap=True, parent=holder)
        label.set_colour(tokens.t1 if icon else tokens.t2)
        label.setFixedWidth(_NAME_WIDTH)
        row.addWidget(label, 0, top)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        for text in texts:
            colour = tokens.t2 if icon else tokens.t1
            lines.addWidget(Label(look, text, colour=colour, wrap=True, parent=holder))
        row.addLayout(lines, 1)
        self._column.addWidget(holder)


class Result(QWidget):
    """What came of something that was asked for: an icon in its colour, and words. Empty at first."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._icon = IconLabel(look, "", parent=self)
        self._text = Label(look, wrap=True, parent=self)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def say(self, text: str, *, icon: str, family: str) -> None:
        colour = self._look.icon_colour(family)
        self._icon.set_icon(icon, colour)
        self._text.setText(text)
        self._text.set_colour(colour)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
