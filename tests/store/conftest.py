"""Fixtures of the store's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.couriers import meet, settle
from helpers.erased import scene
from helpers.offices import office, office_template, reader
from helpers.team import Member, Team

__all__ = ["acquainted", "office", "office_template", "pair", "reader", "scene", "team", "trio"]


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """An empty team; members join in the test."""
    made = Team(tmp_path)
    yield made
    made.close()


@pytest.fixture
def pair(team: Team) -> tuple[Member, Member, bytes]:
    """Two laptops that agree, and a record."""
    lina, omar = team.join("Lina Haddad"), team.join("Omar Khalil")
    activity = lina.add("activity", {"title": "Employer survey"})
    team.settle()
    return lina, omar, activity


@pytest.fixture
def acquainted(team: Team) -> tuple[Member, Member, bytes]:
    """Two laptops that agree and know each other's cards, and a record."""
    lina, omar = team.join("Lina"), team.join("Omar")
    activity = lina.add("activity", {"title": "Wells"})
    settle(team)
    meet(team)
    return lina, omar, activity


@pytest.fixture
def trio(team: Team) -> tuple[Member, Member, Member]:
    """Three laptops that know each other's cards."""
    members = (team.join("Lina"), team.join("Omar"), team.join("Sara"))
    settle(team)
    meet(team)
    return members
