"""The one place that makes fonts: IBM Plex from its packages, in the sizes and weights of the style guide.

The static Arabic files come first in every language: they hold the Latin letters too, obey weights,
and give both directions the same line height. The variable Latin file only fills in letters they lack.
"""

from enum import Enum
from functools import lru_cache
from importlib.resources import as_file, files

from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics

STATIC_FAMILY = "IBM Plex Sans Arabic"
LATIN_FAMILY = "IBM Plex Sans"
_STATIC_FILES = ("Regular", "Medium", "SemiBold")
_WEIGHT_AXIS = "wght"


class Role(Enum):
    """A place in the type scale: pixels in Latin and in Arabic."""

    CAPTION = (11, 12)
    SECONDARY = (12, 13)
    BODY = (13, 14)
    TITLE = (15, 16)
    PAGE = (20, 20)
    VALUE = (24, 24)
    BIG = (28, 28)


REGULAR, MEDIUM, SEMIBOLD = 400, 500, 600


def load_fonts() -> list[str]:
    """Register the packaged files with Qt and return the family names found in them."""
    found: list[str] = []
    sources = [
        files("fontpkg_ibm_plex_sans_arabic") / "files" / f"IBMPlexSansArabic-{style}.ttf"
        for style in _STATIC_FILES
    ]
    sources.append(files("fontpkg_ibm_plex_sans") / "files" / "IBMPlexSans[wdth,wght].ttf")
    for source in sources:
        with as_file(source) as path:
            found += QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))
    return found


class Fonts:
    """Fonts by role and weight for one script."""

    def __init__(self, *, arabic: bool) -> None:
        self._arabic = arabic
        self._made: dict[tuple[int, int], QFont] = {}

    def of(self, role: Role = Role.BODY, weight: int = REGULAR) -> QFont:
        return self.sized(role.value[1 if self._arabic else 0], weight)

    def number(self, role: Role = Role.BODY, weight: int = REGULAR) -> QFont:
        """Digits keep one size in every language, so that units line up."""
        return self.sized(role.value[0], weight)

    def sized(self, pixels: int, weight: int = REGULAR) -> QFont:
        key = (pixels, weight)
        if key not in self._made:
            self._made[key] = _make(pixels, weight)
        return self._made[key]

    def width(self, text: str, role: Role = Role.BODY, weight: int = REGULAR) -> int:
        return advance(self.of(role, weight), text)


def metrics(font: QFont) -> QFontMetrics:
    return QFontMetrics(font)


def advance(font: QFont, text: str) -> int:
    """The width of a text. Shaping is the dearest step of painting, so widths are remembered."""
    return _advance(font.pixelSize(), font.weight().value, text)


@lru_cache(maxsize=20_000)
def _advance(pixels: int, weight: int, text: str) -> int:
    # All fonts of the window come from one family list, so size and weight say which one it is.
    return QFontMetrics(_make(pixels, weight)).horizontalAdvance(text)


def _make(pixels: int, weight: int) -> QFont:
    font = QFont()
    font.setFamilies([STATIC_FAMILY, LATIN_FAMILY])
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight(weight))
    font.setVariableAxis(QFont.Tag(_WEIGHT_AXIS), weight)
    return font
