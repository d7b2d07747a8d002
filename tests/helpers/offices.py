"""The fixtures of a filled office, for the folders of tests that ask for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.office import Office, Template, make_template

from desktop.store.reader import Reader


@pytest.fixture(scope="session")
def office_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Filled once for all tests of this process."""
    return make_template(tmp_path_factory.mktemp("office"))


@pytest.fixture
def office(office_template: Template, tmp_path: Path) -> Iterator[Office]:
    """A copy of it, open."""
    made = office_template.copy(tmp_path)
    yield made
    made.close()


@pytest.fixture
def reader(office: Office) -> Iterator[Reader]:
    """What a screen would read it with."""
    made = office.store.reader()
    yield made
    made.close()
