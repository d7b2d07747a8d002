"""A dressed application and a look, for every widget test."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication

from desktop.widgets.look import Look, dress, make_look
from desktop.words import Words

Looks = Callable[..., Look]


@pytest.fixture(scope="session")
def plain_look(qapp: QApplication) -> Look:
    """English and light; the application is dressed once, because that takes longer than most tests."""
    look = make_look(Words("en", country="JO"))
    dress(qapp, look)
    return look


@pytest.fixture
def looks(qapp: QApplication, plain_look: Look) -> Iterator[Looks]:
    """Makes other looks and dresses the application in them; the plain one comes back afterwards."""
    changed = False

    def make(language: str = "en", *, dark: bool = False) -> Look:
        nonlocal changed
        changed = True
        look = make_look(Words(language, country="JO"), dark=dark)
        dress(qapp, look)
        return look

    yield make
    if changed:
        dress(qapp, plain_look)


@pytest.fixture
def look(plain_look: Look) -> Look:
    return plain_look
