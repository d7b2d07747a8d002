"""What people can do is written down, and what is written down can be done."""

import importlib
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest
from helpers.repository import ROOT, documents, files

from desktop.settings import declared

SECTIONS = ("Context", "Choice", "Consequences", "Evidence")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)(?:#[^)\s]*)?\)")
TASK = re.compile(r"python3 build/tasks\.py ([a-z][a-z-]*)")
VARIABLE = re.compile(r"\bDAFTAR_[A-Z][A-Z_]*\b")


def text_of(paths: list[Path]) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def tasks() -> ModuleType:
    """The door itself, which is a script and no package."""
    sys.path.insert(0, str(ROOT / "build"))
    try:
        return importlib.import_module("tasks")
    finally:
        sys.path.remove(str(ROOT / "build"))


def root_group(name: str) -> click.Group:
    """The command line a module offers: its one group that is no other's part."""
    groups = [
        value for value in vars(importlib.import_module(name)).values() if isinstance(value, click.Group)
    ]
    parts = [command for group in groups for _, command in commands_of(group)]
    roots = [group for group in groups if group not in parts]
    assert len(roots) == 1, f"{name} offers {len(roots)} command lines"
    return roots[0]


def commands_of(group: click.Group) -> list[tuple[str, click.Command]]:
    """Every command of a group, those that are loaded late included."""
    context = click.Context(group)
    found = [(name, group.get_command(context, name)) for name in group.list_commands(context)]
    return [(name, command) for name, command in found if command is not None]


def command_names(group: click.Group, *, prefix: str) -> Iterator[str]:
    for name, command in sorted(commands_of(group), key=lambda pair: pair[0]):
        if isinstance(command, click.Group):
            yield from command_names(command, prefix=f"{prefix} {name}")
        elif not command.hidden:
            yield f"{prefix} {name}"


@pytest.mark.parametrize(
    "program, module", [("daftar", "desktop.cli.line"), ("daftar-server", "sync.server.cli")]
)
def test_every_command_is_in_the_guides(program: str, module: str) -> None:
    text = text_of(documents())
    missing = []
    for line in command_names(root_group(module), prefix=program):
        # A guide shows options between the program and its command: `daftar --profile … sync`.
        pattern = (
            re.escape(program) + r"(?: [^\n`]*?)? " + re.escape(line.removeprefix(f"{program} ")) + r"\b"
        )
        if not re.search(pattern, text):
            missing.append(line)
    assert not missing, f"not in the guides: {', '.join(missing)}"


def test_every_setting_is_in_the_guides() -> None:
    text = text_of(documents())
    shown = [preference.label for preference in declared().values() if not preference.hidden]
    missing = [label for label in shown if label not in text]
    assert not missing, f"not in the guides: {', '.join(missing)}"


def test_every_environment_variable_is_in_the_guides() -> None:
    product = [
        path for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] != "tests"
    ]
    missing = set(VARIABLE.findall(text_of(product))) - set(VARIABLE.findall(text_of(documents())))
    assert not missing, f"not in the guides: {', '.join(sorted(missing))}"


def test_every_task_is_described_and_every_described_task_exists() -> None:
    available = {task.name for task in tasks().TASKS if task.available()}
    described = set(
        re.findall(r"^\| `([a-z-]+)` \|", text_of([ROOT / "docs" / "development.md"]), re.MULTILINE)
    )
    assert described == available


def test_every_task_a_document_calls_exists() -> None:
    available = {task.name for task in tasks().TASKS if task.available()}
    assert set(TASK.findall(text_of(documents()))) <= available


def test_every_link_leads_somewhere() -> None:
    links = [(page, target) for page in documents() for target in LINK.findall(text_of([page]))]
    inside = [(page, target) for page, target in links if not re.match(r"[a-z]+:", target)]
    broken = [f"{page.name}: {target}" for page, target in inside if not (page.parent / target).exists()]
    assert not broken, "\n".join(broken)


def test_every_decision_says_why() -> None:
    decisions = [path for path in files() if path.parent == ROOT / "docs" / "decisions"]
    assert decisions
    for path in decisions:
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name), path.name
        headings = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert [heading for heading in headings if heading in SECTIONS] == list(SECTIONS), path.name


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in files() if path.parent == ROOT / "docs" / "decisions")
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_tests_that_stand_against_threats_exist() -> None:
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", text))
    there = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    missing = sorted(name for name in named if f"def {name}(" not in there)
    assert not missing, missing
    for number in map(int, re.findall(r"invariant (\d+)", text)):
        assert f"def test_inv_{number:02}_" in there, f"no test of invariant {number}"
