"""The demonstration leads to what the guides say of it: two sound notebooks, and questions that wait."""

import importlib
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from helpers.programs import Server
from helpers.repository import ROOT
from helpers.terminal import CHEAP

from desktop.paths import Paths
from desktop.store.profile import create_profile


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(ROOT / "build")
    yield importlib.import_module("demo")
    for name in ("demo", "sample", "bootstrap"):
        sys.modules.pop(name, None)


def test_the_demonstration_has_open_questions_and_unsent_work(demo: ModuleType, tmp_path: Path) -> None:
    with Server(tmp_path / "server").running() as url:
        place = demo.Place(tmp_path, url=url)
        for who in demo.PEOPLE:
            create_profile(Paths(place.profile(who)), passphrase=demo.PASSPHRASE, cost=CHEAP)
        demo.prepare(place, demo.load(date(2026, 3, 5)))
    questions = {(one["kind"], one["field"]) for one in place.laptop("lina", "conflicts")}
    assert questions == {("activity", "end"), ("value", "cells.H|M|25+"), ("action_point", "deleted")}
    (workspace,) = place.laptop("lina", "workspaces")
    assert workspace["unsent"] > 2
    for who in demo.PEOPLE:
        assert place.laptop(who, "quarantine") == []
        assert place.laptop(who, "check")["ok"]
    assert len(place.laptop("lina", "list", "activity")) > 24
    assert place.is_complete()
