"""What tests of screens share: an office, a desk over it, and a host that remembers what it was asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.office import Office, Template, make_template
from helpers.stage import RecordingHost, dressed_look, make_desk
from PySide6.QtWidgets import QApplication

from desktop.bridge.desk import Desk
from desktop.widgets.look import Look


@pytest.fixture(scope="session")
def office_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Filled once for all tests of this process."""
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


@pytest.fixture
def host() -> RecordingHost:
    return RecordingHost()
