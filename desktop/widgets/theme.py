"""Colour tokens, light and dark, and the palette made from them. No other file names a colour."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtGui import QColor, QPalette

FamilyName = Literal["ok", "watch", "bad", "over", "none", "ask"]
FAMILIES: tuple[FamilyName, ...] = ("ok", "watch", "bad", "over", "none", "ask")
AVATAR_COLOURS = ("#2F4DB3", "#0F644D", "#7F4E00", "#6A2F8C", "#A22C1C", "#50535A", "#1D5399")


@dataclass(frozen=True, slots=True)
class Family:
    """One status hue: `solid` for bars, `text` for words and icons, `tint` for badges and cells."""

    solid: str
    text: str
    tint: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour of one theme, by the role it plays."""

    dark: bool
    app: str
    surface: str
    sunken: str
    hover: str
    sel: str
    line: str
    border: str
    strong: str
    t1: str
    t2: str
    t3: str
    tdis: str
    accent: str
    accent_hover: str
    accent_press: str
    accent_text: str
    base: str
    tip: str
    tip_text: str
    tip_link: str
    brand: str
    ok: Family
    watch: Family
    bad: Family
    over: Family
    none: Family
    ask: Family

    def family(self, name: str) -> Family:
        if name not in FAMILIES:
            raise KeyError(name)
        found: Family = getattr(self, name)
        return found


LIGHT = Tokens(
    dark=False,
    app="#F5F5F1",
    surface="#FFFFFF",
    sunken="#FAFAF7",
    hover="#EFEFEA",
    sel="#E9EEFB",
    line="#E8E7E1",
    border="#D4D3CB",
    strong="#85847C",
    t1="#1B1D21",
    t2="#50535A",
    t3="#696C73",
    tdis="#8C8E94",
    accent="#2F4DB3",
    accent_hover="#263F96",
    accent_press="#1E327A",
    accent_text="#2F4DB3",
    base="#85847C",
    tip="#26282D",
    tip_text="#FFFFFF",
    tip_link="#9DB2FF",
    brand="#23397F",
    ok=Family("#1A8567", "#0F644D", "#E2F2EB"),
    watch=Family("#B67600", "#7F4E00", "#FBF0D7"),
    bad=Family("#C43D2B", "#A22C1C", "#FBE8E4"),
    over=Family("#2E74C9", "#1D5399", "#E4EEFA"),
    none=Family("#7C7E84", "#55585E", "#EDEDE8"),
    ask=Family("#7B3F9E", "#6A2F8C", "#F3EAF8"),
)

DARK = Tokens(
    dark=True,
    app="#141518",
    surface="#1C1E22",
    sunken="#191B1E",
    hover="#282B31",
    sel="#262F4F",
    line="#2A2D33",
    border="#3B3F47",
    strong="#7C818B",
    t1="#E8E9EC",
    t2="#B4B8BF",
    t3="#9599A2",
    tdis="#6A6E77",
    accent="#4A67D6",
    accent_hover="#4F6CDA",
    accent_press="#3D57BA",
    accent_text="#9DB2FF",
    base="#767C87",
    tip="#E8E9EC",
    tip_text="#141518",
    tip_link="#2F4DB3",
    brand="#1B2244",
    ok=Family("#3BAE88", "#6BD0AE", "#17332A"),
    watch=Family("#D9A032", "#EBBF66", "#3A2D12"),
    bad=Family("#E26A54", "#F59C8B", "#43221C"),
    over=Family("#5C9BEA", "#93BEF6", "#1B2F49"),
    none=Family("#7E828B", "#B4B8BF", "#2A2D33"),
    ask=Family("#B57FD8", "#D1A8EC", "#362444"),
)

ON_ACCENT = "#FFFFFF"
# On the cover of the first run, which is dark in both themes.
ON_BRAND_SECOND, ON_BRAND_QUIET, BRAND_RULE = "#D5DDF7", "#B9C6F2", "#5468A8"


def make_palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, tokens.surface),
        (role.WindowText, tokens.t1),
        (role.Base, tokens.surface),
        (role.AlternateBase, tokens.sunken),
        (role.Text, tokens.t1),
        (role.Button, tokens.surface),
        (role.ButtonText, tokens.t1),
        (role.BrightText, ON_ACCENT),
        (role.Highlight, tokens.accent),
        (role.HighlightedText, ON_ACCENT),
        (role.Link, tokens.accent_text),
        (role.LinkVisited, tokens.accent_text),
        (role.PlaceholderText, tokens.t3),
        (role.ToolTipBase, tokens.tip),
        (role.ToolTipText, tokens.tip_text),
        (role.Light, tokens.surface),
        (role.Midlight, tokens.line),
        (role.Mid, tokens.border),
        (role.Dark, tokens.strong),
        (role.Shadow, tokens.border),
        (role.Accent, tokens.accent),
    ):
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens.tdis))
    return palette


def contrast(one: str, two: str) -> float:
    """WCAG contrast ratio of two hex colours."""
    light, dark = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
