"""Fixtures of the tests for Results and indicators: an office with training figures, quickly copied."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.measures import copy_office, training_template
from helpers.office import Office
from helpers.stage import RecordingHost
from pytestqt.qtbot import QtBot

from desktop.bridge.desk import Desk
from desktop.screens.indicators.screen import IndicatorsScreen
from desktop.widgets.look import Look

Template = tuple[Path, dict[str, bytes]]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("training")
    return folder, training_template(folder)


@pytest.fixture
def office(tmp_path: Path, template: Template) -> Iterator[Office]:
    made = copy_office(template[0], tmp_path, template[1])
    yield made
    made.close()


@pytest.fixture
def training(office: Office) -> bytes:
    return office.ids["training"]


@pytest.fixture
def screen(qtbot: QtBot, look: Look, desk: Desk, host: RecordingHost) -> Iterator[IndicatorsScreen]:
    made = IndicatorsScreen(look, desk, host)
    qtbot.addWidget(made)
    desk.changed.connect(made.refresh)
    desk.scope_changed.connect(made.scope_moved)
    made.resize(1366, 720)
    made.show()
    made.reload()
    yield made
    made.leave()
