"""Fixtures of the store's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.offices import office, office_template, reader
from helpers.team import Team

__all__ = ["office", "office_template", "reader", "team"]


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """An empty team; members join in the test."""
    made = Team(tmp_path)
    yield made
    made.close()
