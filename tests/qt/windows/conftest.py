"""What tests of windows share: the office of the screens, and plain pages that count what they are told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.office import Office, Template, make_template
from helpers.stage import dressed_look, make_desk
from PySide6.QtWidgets import QApplication

from desktop.bridge.desk import Desk
from desktop.widgets.look import Look


@pytest.fixture(scope="session")
def office_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return make_template(tmp_path_factory.mktemp("office"))


@pytest.fixture
def office(office_template: Template, tmp_path: Path) -> Iterator[Office]:
    made = office_template.copy(tmp_path)
    yield made
    made.close()


@pytest.fixture
def desk(qapp: QApplication, office: Office) -> Iterator[Desk]:
    made = make_desk(office)
    yield made
    made.close()


@pytest.fixture
def look(qapp: QApplication, desk: Desk) -> Look:
    return dressed_look(desk.words)
