"""The menu of a line: icons, words and keys, in groups."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QMenu, QWidget

from desktop.widgets.look import Look

Entry = tuple[str, str, str, Callable[[], object], bool]
"""Icon, words, keys, what it does, and whether that is possible now."""


def make_menu(look: Look, entries: Sequence[Entry | None], *, parent: QWidget) -> QMenu:
    """A menu that goes away with its last use; `None` draws a line."""
    menu = QMenu(parent)
    for entry in entries:
        if entry is None:
            menu.addSeparator()
            continue
        icon, text, keys, act, enabled = entry
        shown = f"{text}\t{keys.replace('+', ' ')}" if keys else text
        action = menu.addAction(look.icons.icon(icon, size=16, colour=look.tokens.t2), shown)
        action.setEnabled(enabled)
        action.triggered.connect(act)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu
