"""What a release has sent stays as it was: kinds, fields, merge classes, choices, places in messages.

`released/` holds the shape of each release; a new one is written by `write_shape` below when it goes out.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
from pathlib import Path
from typing import Any

import pytest

import sync.wire
from sync.records import KINDS

RELEASED = sorted((Path(__file__).parent / "released").glob("*.json"))


def present_kinds() -> dict[str, Any]:
    return {
        kind.name: {
            one.name: {
                "type": one.type.name,
                "merge": one.merge.value,
                "choices": list(one.choices),
                "targets": sorted(one.targets),
            }
            for one in kind.fields.values()
        }
        for kind in KINDS.values()
    }


def present_messages() -> dict[str, list[str]]:
    """The parts of everything that is packed, in the order in which it says them."""
    found = {}
    for module in pkgutil.iter_modules(sync.wire.__path__, "sync.wire."):
        for name, one in vars(importlib.import_module(module.name)).items():
            if isinstance(one, type) and one.__module__ == module.name and dataclasses.is_dataclass(one):
                found[name] = [part.name for part in dataclasses.fields(one)]
    return found


def write_shape(path: Path) -> None:
    shape = {"kinds": present_kinds(), "messages": present_messages()}
    path.write_text(json.dumps(shape, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def lost(released: dict[str, Any]) -> list[str]:
    """What a release had and this version has no more, or has otherwise."""
    found, kinds, messages = [], present_kinds(), present_messages()
    for kind, fields in released["kinds"].items():
        for name, was in fields.items():
            now = kinds.get(kind, {}).get(name)
            if now is None:
                found.append(f"{kind}.{name} is gone")
                continue
            found += [f"{kind}.{name} has another {one}" for one in ("type", "merge") if now[one] != was[one]]
            found += [
                f"{kind}.{name} lost {gone}"
                for one in ("choices", "targets")
                for gone in set(was[one]) - set(now[one])
            ]
    for message, parts in released["messages"].items():
        if messages.get(message, [])[: len(parts)] != parts:
            found.append(f"{message} no longer begins with {parts}")
    return found


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_inv_26_nothing_of_a_release_is_gone_or_means_something_else(path: Path) -> None:
    assert lost(json.loads(path.read_text(encoding="utf-8"))) == []


def test_inv_26_what_is_gone_would_be_seen() -> None:
    (path, *_) = RELEASED
    released = json.loads(path.read_text(encoding="utf-8"))
    activity = released["kinds"]["activity"]
    activity["mood"] = activity["title"]
    activity["status"]["choices"].append("dreamt")
    activity["tags"]["merge"] = "r"
    released["messages"]["PlanRequest"].reverse()
    assert [one.split()[0] for one in sorted(lost(released))] == [
        "PlanRequest",
        "activity.mood",
        "activity.status",
        "activity.tags",
    ]
