"""What goes to the database, seen from a cluster that keeps whole workspaces on different machines."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from helpers.errands import run_errands
from helpers.house import House
from helpers.laptop import Laptop
from sqlalchemy import event

from sync.blobs import Span
from sync.changes import Change
from sync.merge.texts import set_text
from sync.server.blobs import Blobs
from sync.server.erasing import Erasing
from sync.server.files.folder import FolderStore
from sync.server.storage.partitions import is_split
from sync.server.storage.people import Workspace
from sync.server.storage.schema import metadata
from sync.server.sweeping import Sweeper

SPLIT = sorted(table.name for table in metadata.tables.values() if is_split(table))
TOUCHES = re.compile(rf"(?:FROM|INTO|UPDATE|JOIN)\s+\"?({'|'.join(SPLIT)})\b", re.IGNORECASE)
FILTERS = re.compile(r"workspace_id\s*=|SELECT %b::bytea|\((?:\w+\.)?workspace_id,")
MANY = 300


class Captured:
    """Every statement that touched a workspace's tables, with the values it carried."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, list[bytes]]] = []

    def note(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if TOUCHES.search(statement):
            self.statements.append((statement, list(_bytes_in(parameters))))

    def tables(self) -> set[str]:
        return {name.lower() for text, _ in self.statements for name in TOUCHES.findall(text)}


def _bytes_in(value: Any) -> Iterator[bytes]:
    if isinstance(value, bytes | memoryview):
        yield bytes(value)
    elif hasattr(value, "obj"):  # the driver's wrapper of bytes
        yield from _bytes_in(value.obj)
    elif isinstance(value, dict):
        yield from _bytes_in(list(value.values()))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _bytes_in(one)


@contextmanager
def captured(house: House) -> Iterator[Captured]:
    found = Captured()
    event.listen(house.storage.engine, "before_cursor_execute", found.note)
    yield found
    event.remove(house.storage.engine, "before_cursor_execute", found.note)


def work_in(house: House, workspaces: list[Workspace]) -> None:
    """Everything laptops make a server do: creations few and many, edits, clashes, refusals, texts, pulls."""
    people = [house.person(f"Person {at}", *workspaces) for at in range(2)]
    first, second = (house.laptop(person) for person in people)
    for workspace in workspaces:
        made = first.create(workspace.id, "activity", {"title": "Visit"})
        wrong = first.create(workspace.id, "activity", {"title": "Visit", "start": "tomorrow"})
        meeting = first.create(
            workspace.id, "meeting", {"title": "Weekly", "notes": set_text(None, "Rain").update}
        )
        house.push(first, workspace, made, wrong, meeting)
        house.push(first, workspace, first.edit(made, {"title": "A"}), first.edit(wrong, {"title": "B"}))
        clash = second.edit(made, {"title": "C"})
        many = [second.create(workspace.id, "activity", {"title": f"{at}"}) for at in range(MANY)]
        house.push(second, workspace, clash, *many)
        unsent = second.create(workspace.id, "activity", {"title": "never sent"})
        house.push(first, workspace, first.edit(unsent, {"title": "D"}))
        work_with_files(house, workspace, first)
        erase(house, workspace, first, meeting)
        house.pull(first, workspace)
        house.pull(first, workspace, cursor=2, max_bytes=100)
    house.accounts.grant(people[0], workspaces[0], role="reader")
    house.accounts.rename_person(people[1], "Somebody Else")
    house.service.news()


def work_with_files(house: House, workspace: Workspace, laptop: Laptop) -> None:
    """A file sent in two pieces, read, and one that waits in vain."""
    store = FolderStore(house.settings.files_folder)
    blobs = Blobs(house.storage, store, clock=house.clock, settings=house.settings)
    caller, content = house.caller(laptop), b"signed minutes"
    name = hashlib.sha256(content).digest()
    blobs.take(caller, workspace.id, name, Span(0, 6, 14), content[:6])
    blobs.standing(caller, workspace.id, name)
    blobs.take(caller, workspace.id, name, Span(6, 14, 14), content[6:])
    assert b"".join(blobs.read(caller, workspace.id, name, wish="")[1]) == content
    blobs.take(caller, workspace.id, bytes(32), Span(0, 6, 14), content[:6])
    house.clock.move(days=house.settings.upload_days + 1)
    blobs.take(caller, workspace.id, bytes([1] * 32), Span(0, 6, 14), content[:6])


def erase(house: House, workspace: Workspace, laptop: Laptop, meeting: Change) -> None:
    """A record that is erased for good, a late edit of it, and the files that nobody names."""
    store = FolderStore(house.settings.files_folder)
    erasing = Erasing(house.storage, store, clock=house.clock, begun=house.settings.begun_folder)
    late = laptop.create(workspace.id, "comment", {"text": "late", "about": meeting.record})
    erasing.purge("meeting", meeting.record, who="Maria Torres", reason="asked for")
    house.push(laptop, workspace, late)
    Sweeper(house.storage, store, clock=house.clock).sweep(workspace.id, grace_days=0)


@pytest.mark.logs("was damaged")
def test_each_statement_on_a_workspace_names_exactly_one(house: House) -> None:
    workspaces = [house.workspace("Jordan"), house.workspace("Lebanon")]
    known = {workspace.id for workspace in workspaces}
    with captured(house) as found:
        work_in(house, workspaces)
        run_errands(house, workspaces)
    for statement, values in found.statements:
        named = {value for value in values if value in known}
        assert len(named) == 1, f"{len(named)} workspaces in: {statement}"
        assert FILTERS.search(statement), f"not by workspace: {statement}"
    assert found.tables() == set(SPLIT), "no statement on some tables was looked at"


def test_no_key_of_a_workspaces_table_begins_with_anything_else() -> None:
    own = {
        *("person", "workspace", "access", "installation", "device", "token", "invite", "setting"),
        *("hand_in", "card"),
    }
    assert {table.name for table in metadata.tables.values()} == own | set(SPLIT)
    for name in SPLIT:
        for index in metadata.tables[name].indexes:
            assert next(iter(index.columns)).name == "workspace_id", f"{index.name} crosses workspaces"
        assert not metadata.tables[name].foreign_keys


def test_the_guide_spreads_every_table(request: pytest.FixtureRequest) -> None:
    guide = (request.config.rootpath / "docs" / "admin-guide.md").read_text(encoding="utf-8")
    (spread,) = re.findall(r"#### Citus\n.*?```sql\n(.*?)```", guide, re.DOTALL)
    first, *others = spread.split("SELECT create_")
    assert not first.strip()
    named = [re.findall(r"'(\w+)'", each) for each in others]
    by_workspace = {name for names in named[:2] for name in names} - {"workspace_id"}
    everywhere = set(named[2])
    assert by_workspace == set(SPLIT)
    assert everywhere == {table.name for table in metadata.tables.values()} - set(SPLIT)
