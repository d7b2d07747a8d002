"""The head of a page: title, what it is about, and its actions with the one primary button at the end."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.widgets.badge import BadgeLabel, CodeChip
from desktop.widgets.buttons import Button, IconButton
from desktop.widgets.fonts import SEMIBOLD, Role
from desktop.widgets.labels import ElidedLabel, Panel
from desktop.widgets.look import Look
from desktop.widgets.tabs import Tabs

_CAPTION_FROM = 1100
_FOLD_BELOW = 820


class PageHeader(Panel):
    """48 px, or 80 with tabs. The caption goes first when room is short, then actions fold into a menu."""

    def __init__(
        self,
        look: Look,
        title: str,
        *,
        caption: str = "",
        code: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, ground=look.tokens.surface, edges="bottom", parent=parent)
        self._look = look
        self._actions: list[QWidget] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(16, 0, 16, 0)
        self._row.setSpacing(10)
        self._chip = CodeChip(look, code, parent=self)
        self._title = ElidedLabel(look, title, role=Role.PAGE, weight=SEMIBOLD, parent=self)
        self._caption = ElidedLabel(look, caption, role=Role.SECONDARY, colour=look.tokens.t3, parent=self)
        self._badges = QHBoxLayout()
        self._badges.setSpacing(8)
        self._row.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self._title, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addLayout(self._badges)
        self._row.addWidget(self._caption, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addStretch(1)
        self._more = IconButton(look, "more", look.words.t("More actions"), parent=self)
        self._more.hide()
        self._more.clicked.connect(self._open_more)
        self._row.addWidget(self._more)
        column.addLayout(self._row)
        self._row_height = 49
        self._tabs_row = QHBoxLayout()
        self._tabs_row.setContentsMargins(16, 0, 16, 0)
        column.addLayout(self._tabs_row)
        self.setFixedHeight(self._row_height)

    def set_title(self, title: str, *, caption: str = "", code: str = "") -> None:
        self._title.setText(title)
        self._caption.setText(caption)
        self._chip.set_code(code)
        self._fit()

    def set_lead(self, widget: QWidget) -> None:
        """Put a widget before the title, such as the way back to a list."""
        widget.setParent(self)
        self._row.insertWidget(0, widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def add_badge(self, badge: BadgeLabel) -> None:
        self._badges.addWidget(badge)

    def set_actions(self, actions: Sequence[QWidget]) -> None:
        """Put the actions in reading order; the last one may be the primary button."""
        for old in self._actions:
            self._row.removeWidget(old)
            old.deleteLater()
        self._actions = list(actions)
        for widget in self._actions:
            widget.setParent(self)
            self._row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
            widget.show()
        self._fit()

    def set_tabs(self, tabs: Tabs) -> None:
        tabs.set_ruled(ruled=False)
        self._tabs_row.addWidget(tabs)
        self.setFixedHeight(self._row_height + 31)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self._caption.setVisible(bool(self._caption.text()) and self.width() >= _CAPTION_FROM)
        folded = self.width() < _FOLD_BELOW and len(self._actions) > 1
        for widget in self._actions[:-1]:
            widget.setVisible(not (folded and isinstance(widget, Button)))
        self._more.setVisible(folded and any(isinstance(w, Button) for w in self._actions[:-1]))

    def _open_more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for widget in self._actions[:-1]:
            if isinstance(widget, Button):
                action = menu.addAction(widget.text())
                action.setEnabled(widget.isEnabled())
                action.triggered.connect(widget.click)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))
