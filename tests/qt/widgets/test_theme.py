"""The tokens keep their contrast, fonts obey weights, icons draw, and painting does not wear out."""

import re

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from desktop.widgets.fonts import MEDIUM, REGULAR, SEMIBOLD, Role, advance
from desktop.widgets.icons import MIRRORED, Icons, icon_names
from desktop.widgets.look import Look
from desktop.widgets.stylesheet import make_stylesheet
from desktop.widgets.theme import AVATAR_COLOURS, DARK, FAMILIES, LIGHT, ON_ACCENT, Tokens, contrast

THEMES = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


@THEMES
def test_text_reaches_four_and_a_half(tokens: Tokens) -> None:
    grounds = (tokens.surface, tokens.app, tokens.sunken)
    for ground in grounds:
        for text in (tokens.t1, tokens.t2, tokens.t3, tokens.accent_text):
            assert contrast(text, ground) >= 4.5, (text, ground)
    for text in (tokens.t1, tokens.t2, tokens.accent_text):
        assert contrast(text, tokens.sel) >= 4.5
    for fill in (tokens.accent, tokens.accent_hover, tokens.accent_press):
        assert contrast(ON_ACCENT, fill) >= 4.5
    assert contrast(tokens.tip_text, tokens.tip) >= 4.5
    assert contrast(tokens.tip_link, tokens.tip) >= 4.5


@THEMES
def test_every_status_word_is_readable_on_its_tint(tokens: Tokens) -> None:
    for name in FAMILIES:
        family = tokens.family(name)
        assert contrast(family.text, family.tint) >= 4.5, name
        assert contrast(family.text, tokens.surface) >= 4.5, name
        assert contrast(family.solid, tokens.surface) >= 3.0, name


@THEMES
def test_borders_of_inputs_and_baselines_reach_three(tokens: Tokens) -> None:
    assert contrast(tokens.strong, tokens.surface) >= 3.0
    assert contrast(tokens.base, tokens.surface) >= 3.0
    assert contrast(tokens.base, tokens.sel) >= 3.0


def test_initials_are_readable_on_every_avatar() -> None:
    for colour in AVATAR_COLOURS:
        assert contrast(ON_ACCENT, colour) >= 7.0, colour


@THEMES
def test_stylesheet_holds_no_font_rules_and_only_tokens(tokens: Tokens) -> None:
    sheet = make_stylesheet(tokens)
    assert not re.search(r"font(-\w+)?\s*:", sheet)
    for colour in re.findall(r"#[0-9A-Fa-f]{6}", sheet):
        assert colour in repr(tokens) or colour == ON_ACCENT


def test_fonts_obey_their_weight(look: Look) -> None:
    text = "Prior-learning certificates"
    arabic = "شهادات التعلّم السابق"
    for sample in (text, arabic):
        widths = [advance(look.fonts.of(Role.PAGE, weight), sample) for weight in (REGULAR, MEDIUM, SEMIBOLD)]
        assert widths == sorted(set(widths)), sample


def test_all_digits_have_one_width(look: Look) -> None:
    assert len({advance(look.fonts.number(), digit) for digit in "0123456789"}) == 1


def test_every_icon_draws_in_the_asked_colour(look: Look) -> None:
    icons = Icons(rtl=False)
    for name in icon_names():
        image = icons.pixmap(name, size=16, colour="#FF0000", ratio=2.0).toImage()
        assert image.width() == 32, name
        seen = {
            image.pixelColor(x, y).name()
            for x in range(32)
            for y in range(32)
            if image.pixelColor(x, y).alpha() > 200
        }
        assert seen == {"#ff0000"}, name


def test_mirrored_icons_exist_and_turn(look: Look) -> None:
    assert set(icon_names()) >= MIRRORED
    middles = []
    for rtl in (False, True):
        image = Icons(rtl=rtl).pixmap("list-checks", size=24, colour="#000000").toImage()
        inked = [x for x in range(24) for y in range(24) if image.pixelColor(x, y).alpha() > 128]
        middles.append(sum(inked) / len(inked))
    assert abs(middles[0] - middles[1]) > 1
    assert middles[0] + middles[1] == pytest.approx(23, abs=0.5)
    clock = [Icons(rtl=rtl).pixmap("clock", size=24, colour="#000000").toImage() for rtl in (False, True)]
    assert clock[0] == clock[1]


def test_two_hundred_thousand_paint_calls_do_not_abort(look: Look) -> None:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    pen, colour, where = QPen(QColor("#000000")), QColor("#FFFFFF"), QRect(0, 0, 2, 2)
    for _ in range(50_000):
        painter.setPen(pen)
        painter.fillRect(where, colour)
        painter.drawLine(0, 0, 1, 1)
        painter.setBrush(colour)
    painter.end()
    assert not image.isNull()
