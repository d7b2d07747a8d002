"""Icons drawn from our SVG files in a token's colour, sharp at every scale and mirrored where they point."""

from importlib.resources import files

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QTransform
from PySide6.QtSvg import QSvgRenderer

# Things that point along the line of reading turn with it; clocks, checks, calendars and lenses do not.
MIRRORED = frozenset(
    {
        "actions",
        "arrow-left",
        "arrow-right",
        "branch",
        "chevron-left",
        "chevron-right",
        "corner-up-left",
        "external",
        "file",
        "file-text",
        "git-pull-request-arrow",
        "indent",
        "list",
        "list-checks",
        "logout",
        "meetings",
        "message",
        "outdent",
        "panel",
        "panel-left",
        "paste",
        "redo",
        "results",
        "send",
        "sort",
        "trending-down",
        "trending-up",
        "undo",
        "workplan",
    }
)
_FOLDER = "icons"
_CACHE_LIMIT = 2000


def icon_names() -> list[str]:
    folder = files("resources") / _FOLDER
    return sorted(
        entry.name.removesuffix(".svg") for entry in folder.iterdir() if entry.name.endswith(".svg")
    )


class Icons:
    """Renders named icons; one object per window, because it knows the direction."""

    def __init__(self, *, rtl: bool) -> None:
        self._rtl = rtl
        self._source: dict[str, bytes] = {}
        self._made: dict[tuple[str, int, str, float], QPixmap] = {}

    def pixmap(self, name: str, *, size: int, colour: str, ratio: float = 1.0) -> QPixmap:
        key = (name, size, colour, ratio)
        made = self._made.get(key)
        if made is None:
            if len(self._made) >= _CACHE_LIMIT:
                self._made.clear()
            made = self._made[key] = self._render(name, size=size, colour=colour, ratio=ratio)
        return made

    def icon(self, name: str, *, size: int, colour: str) -> QIcon:
        icon = QIcon()
        for ratio in (1.0, 2.0):
            icon.addPixmap(self.pixmap(name, size=size, colour=colour, ratio=ratio))
        return icon

    def paint(self, painter: QPainter, name: str, where: QRect | QRectF, *, colour: str) -> None:
        """Draw the icon centred in a rectangle, as large as its shorter side."""
        size = int(min(where.width(), where.height()))
        ratio = painter.device().devicePixelRatioF()
        pixmap = self.pixmap(name, size=size, colour=colour, ratio=ratio)
        left = where.x() + (where.width() - size) / 2
        top = where.y() + (where.height() - size) / 2
        painter.drawPixmap(round(left), round(top), pixmap)

    def _render(self, name: str, *, size: int, colour: str, ratio: float) -> QPixmap:
        source = self._source.get(name)
        if source is None:
            source = self._source[name] = (files("resources") / _FOLDER / f"{name}.svg").read_bytes()
        # QtSvg draws `currentColor` black, so the colour goes into the text first.
        renderer = QSvgRenderer(QByteArray(source.replace(b"currentColor", colour.encode())))
        pixels = round(size * ratio)
        pixmap = QPixmap(QSize(pixels, pixels))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        if self._rtl and name in MIRRORED:
            painter.setTransform(QTransform(-1, 0, 0, 1, pixels, 0))
        renderer.render(painter, QRectF(0, 0, pixels, pixels))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap
