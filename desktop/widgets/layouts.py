"""Small steps with layouts that Qt leaves to its users."""

from PySide6.QtCore import QMargins
from PySide6.QtWidgets import QLayout

from desktop.widgets.look import Look


def margins(look: Look, leading: int, top: int, trailing: int, bottom: int) -> QMargins:
    """Margins of a layout by the reading direction; Qt's own stay left and right."""
    if look.rtl:
        return QMargins(trailing, top, leading, bottom)
    return QMargins(leading, top, trailing, bottom)


def empty_layout(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        inner = item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            empty_layout(inner)
