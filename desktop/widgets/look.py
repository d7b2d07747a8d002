"""Everything a widget needs to draw itself and to speak, handed in as one object."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStyleFactory

from desktop.widgets.fonts import Fonts, load_fonts
from desktop.widgets.icons import Icons
from desktop.widgets.stylesheet import make_stylesheet
from desktop.widgets.theme import DARK, LIGHT, Tokens, make_palette
from desktop.words import Words

_FONTS_LOADED = "fonts_loaded"
ROW_HEIGHTS = {"compact": 26, "normal": 28, "comfortable": 30}


@dataclass(frozen=True, slots=True)
class Look:
    """Colours, fonts, icons and words of one window. A change of theme or language makes a new one."""

    tokens: Tokens
    fonts: Fonts
    icons: Icons
    words: Words
    row_height: int = ROW_HEIGHTS["normal"]
    animated: bool = True

    @property
    def rtl(self) -> bool:
        return self.words.is_rtl

    def icon_colour(self, family: str | None = None) -> str:
        return self.tokens.family(family).text if family else self.tokens.t2


def make_look(words: Words, *, dark: bool = False, density: str = "normal") -> Look:
    return Look(
        tokens=DARK if dark else LIGHT,
        fonts=Fonts(arabic=words.is_rtl),
        icons=Icons(rtl=words.is_rtl),
        words=words,
        row_height=ROW_HEIGHTS[density],
    )


def dress(app: QApplication, look: Look) -> None:
    """Give the application its style. The font comes before the stylesheet, or Qt keeps the system's."""
    if not app.property(_FONTS_LOADED):
        load_fonts()
        app.setProperty(_FONTS_LOADED, True)
    app.setStyle(QStyleFactory.create("Fusion"))
    direction = Qt.LayoutDirection.RightToLeft if look.rtl else Qt.LayoutDirection.LeftToRight
    app.setLayoutDirection(direction)
    app.setFont(look.fonts.of())
    app.setPalette(make_palette(look.tokens))
    app.setStyleSheet(make_stylesheet(look.tokens))
