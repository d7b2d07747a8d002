"""Persons, workspaces and access: what an administrator arranges."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from sync.clock import Clock
from sync.errors import DaftarError
from sync.records.ids import id_text
from sync.server.access import NONE, ROLES
from sync.server.names import pick, same_name, tidy_name
from sync.server.storage import Storage, departures, people
from sync.server.storage.people import Access, Person, Workspace


class Scribe(Protocol):
    """Writes the records that follow from accounts, as the server's own device."""

    def new_record(self, connection: Connection) -> bytes: ...

    def write_workspace(self, connection: Connection, workspace: Workspace) -> None: ...

    def write_person(self, connection: Connection, person: Person, *, access: Access) -> None: ...


class Accounts:
    """Use cases on persons, workspaces and access; each is one transaction."""

    def __init__(self, storage: Storage, *, clock: Clock, scribe: Callable[[], Scribe]) -> None:
        self._storage = storage
        self._clock = clock
        self._scribe = scribe

    def persons(self) -> list[Person]:
        with self._storage.reading() as connection:
            return people.persons(connection)

    def workspaces(self) -> list[Workspace]:
        with self._storage.reading() as connection:
            return people.workspaces(connection)

    def accesses(self, person: Person) -> list[Access]:
        with self._storage.reading() as connection:
            return people.accesses(connection, person_id=person.id)

    def person(self, text: str) -> Person:
        """The person of a unique name, or of an id."""
        return pick(
            text, self.persons(), what="person", name=lambda row: row.name, ids=lambda row: [id_text(row.id)]
        )

    def workspace(self, text: str) -> Workspace:
        """The workspace of a name, or of an id."""
        return pick(
            text,
            self.workspaces(),
            what="workspace",
            name=lambda row: row.name,
            ids=lambda row: [id_text(row.id)],
        )

    def add_person(self, name: str) -> Person:
        person = Person(uuid.uuid4().bytes, tidy_name(name))
        self._storage.writing(
            lambda connection: people.add_person(connection, person, now=self._clock.now_ms())
        )
        return person

    def rename_person(self, person: Person, name: str) -> Person:
        """Give a person another name: here, on the cards of the laptops, and in the record of each workspace
        that has one.
        """
        renamed = Person(person.id, tidy_name(name))

        def work(connection: Connection) -> Person:
            from sync.server.cards import rename_cards

            people.rename_person(connection, renamed)
            rename_cards(connection, renamed, now_ms=self._clock.now_ms())
            for access in people.accesses(connection, person_id=person.id):
                self._scribe().write_person(connection, renamed, access=access)
            return renamed

        return self._storage.writing(work)

    def add_workspace(self, name: str) -> Workspace:
        """Make a workspace and write its record; names of workspaces are unique (`name_taken`)."""
        tidy, workspace_id = tidy_name(name), uuid.uuid4().bytes

        def work(connection: Connection) -> Workspace:
            if any(same_name(row.name, tidy) for row in people.workspaces(connection)):
                raise DaftarError("name_taken", name=tidy)
            number = people.next_workspace_number(connection)
            row = Workspace(workspace_id, tidy, number, self._scribe().new_record(connection))
            people.add_workspace(connection, row, now=self._clock.now_ms())
            self._scribe().write_workspace(connection, row)
            return row

        try:
            return self._storage.writing(work)
        except IntegrityError as error:
            raise DaftarError("name_taken", name=tidy) from error

    def grant(self, person: Person, workspace: Workspace, *, role: str) -> Access:
        """Give a person a role; the first time, write the person's record into the workspace."""
        if role not in ROLES:
            raise DaftarError("bad_role", role=role)
        return self._storage.writing(
            lambda connection: self._set_role(connection, person, workspace, role=role)
        )

    def revoke_access(self, person: Person, workspace: Workspace) -> Access:
        """Take access away; the row stays, so that unsent work is quarantined and not lost."""

        def work(connection: Connection) -> Access:
            found = people.find_access(connection, person_id=person.id, workspace_id=workspace.id)
            if found is None:
                raise DaftarError("not_granted", person=person.name, workspace=workspace.name)
            return self._set_role(connection, person, workspace, role=NONE)

        return self._storage.writing(work)

    def end(self, person: Person) -> None:
        """Take every access of a person away, and let unused codes end."""

        def work(connection: Connection) -> None:
            places = {row.id: row for row in people.workspaces(connection)}
            for access in people.accesses(connection, person_id=person.id):
                self._set_role(connection, person, places[access.workspace_id], role=NONE)
            departures.cancel_invites(connection, person.id, now=self._clock.now_ms())

        self._storage.writing(work)

    def purges(self, person: Person, workspace: Workspace) -> dict[bytes, int | None]:
        """The laptops of a person, and when each erased the workspace since the access was last altered."""
        with self._storage.reading() as connection:
            return departures.purges(connection, person_id=person.id, workspace_id=workspace.id)

    def _set_role(self, connection: Connection, person: Person, workspace: Workspace, *, role: str) -> Access:
        found = people.find_access(connection, person_id=person.id, workspace_id=workspace.id, lock=True)
        if found is not None and found.role == role:
            return found
        if found is None:
            record = self._scribe().new_record(connection)
            row = Access(person.id, workspace.id, role, 1, record)
        else:
            row = Access(person.id, workspace.id, role, found.epoch + 1, found.record_id)
        people.put_access(connection, row)
        person = people.find_person(connection, person.id) or person
        self._scribe().write_person(connection, person, access=row)
        return row
