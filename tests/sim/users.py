"""What virtual people do: everything that a person can do to records, also on a screen read long ago."""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from sim.machine import Machine
from sim.texts import phrase, token, typed

from desktop.commands import activities, decisions, records, values
from desktop.store.rows import Query, Row
from sync.changes import Edit
from sync.errors import DaftarError
from sync.records.order import between

_HOT: Final = 6
_SCALARS: Final = {
    "activity": ("title", "description", "start", "progress", "status", "priority", "mood"),
    "value": ("total", "status", "note"),
    "meeting": ("title", "place", "state"),
    "agenda_item": ("title", "minutes", "discussed"),
    "action_point": ("title", "due", "priority", "status"),
    "budget_line": ("title", "planned", "currency"),
    "survey": ("title", "mood", "impact"),
}
_SETS: Final = {
    "activity": ("tags", "quarters", "colours"),
    "meeting": ("tags",),
    "action_point": ("tags",),
    "survey": ("colours",),
}
_CELLS: Final = {
    "value": ("cells",),
    "budget_line": ("spent_quarters",),
    "activity": ("scores",),
    "survey": ("scores",),
}
_TEXTS: Final = {
    "meeting": ("notes",),
    "agenda_item": ("notes",),
    "activity": ("story",),
    "survey": ("story",),
}
_QUARTERS: Final = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")


class Person:
    """Somebody at a laptop."""

    def __init__(self, machine: Machine, done: Counter[str], *, marks: bool = False) -> None:
        self.machine = machine
        self.chance = machine.chance
        self.done = done
        self._held: list[Row] = []
        self._marks = marks
        """Whether each title has something in it that stands nowhere else."""

    def act(self, only: tuple[str, ...] = ()) -> None:
        """Do something; what the program declines with a code is counted and is no harm."""
        names, weights = zip(
            *[(name, weight) for name, weight in _WEIGHTS if not only or name in only], strict=True
        )
        name = self.chance.choices(names, weights)[0]
        try:
            done = _ACTIONS[name](self)
        except DaftarError as error:
            self.done[f"declined {error.code}"] += 1
            return
        if done:
            self.done[name] += 1

    # Reading

    def _kinds(self, table: dict[str, tuple[str, ...]]) -> list[tuple[str, tuple[str, ...]]]:
        declared = self.machine.store.kinds
        found = [
            (kind, tuple(name for name in names if name in declared[kind].fields))
            for kind, names in table.items()
            if kind in declared
        ]
        return [(kind, names) for kind, names in found if names]

    def _some(self, table: dict[str, tuple[str, ...]], *, deleted: bool = False) -> tuple[Row, str] | None:
        """A record and a field of it: mostly one of the few that everybody works on."""
        known = self._kinds(table)
        if not known:
            return None
        kind, names = self.chance.choice(known)
        held = [row for row in self._held if row.kind == kind]
        if held and not deleted and self.chance.random() < 0.2:
            row = self.chance.choice(held)
            self._held.remove(row)
            return row, self.chance.choice(names)
        rowids = self.machine.reader.rowids(Query(kind, deleted=deleted))
        if not rowids:
            return None
        hot = sorted(self.machine.reader.ids.records(rowids))[:_HOT] if self.chance.random() < 0.7 else None
        record = self.chance.choice(hot or self.machine.reader.ids.records(rowids))
        row = self.machine.reader.get(kind, record)
        if self.chance.random() < 0.1:
            self._held = [*self._held[-4:], row]
        return row, self.chance.choice(names)

    def _workspace(self) -> bytes | None:
        open_ones = [state.id for state in self.machine.reader.workspaces() if state.number is not None]
        return self.chance.choice(open_ones) if open_ones else None

    # Writing

    def create(self) -> bool:
        workspace = self._workspace()
        if workspace is None:
            return False
        kind, _ = self.chance.choice(self._kinds(_SCALARS))
        edits = [self._new(workspace, kind)]
        return self.machine.submit(edits, "Add")

    def _new(self, workspace: bytes, kind: str) -> Edit:
        declared = self.machine.store.kinds[kind]
        record = self.machine.store.new_id()
        made: dict[str, Any] = {}
        if kind == "value":
            indicators = self._some({"activity": ("title",)})
            made["indicator"] = indicators[0].id if indicators else record
        else:
            made["title"] = phrase(self.chance) + (f" {token(self.chance)}" if self._marks else "")
        for name in _SCALARS[kind]:
            if name in declared.fields and name not in made and self.chance.random() < 0.4:
                made[name] = self._value(name)
        for name in _TEXTS.get(kind, ()):
            if name in declared.fields and self.chance.random() < 0.5:
                made[name] = typed(self.chance, "", may_remove=False)
        (edit,) = records.create(declared, workspace=workspace, record=record, values=made)
        return edit

    def _value(self, name: str) -> Any:
        chance = self.chance
        choices: dict[str, Callable[[], Any]] = {
            "start": lambda: f"2026-0{chance.randint(1, 9)}-{chance.randint(10, 28)}",
            "due": lambda: f"2026-0{chance.randint(1, 9)}-{chance.randint(10, 28)}",
            "progress": lambda: chance.randint(0, 100),
            "minutes": lambda: chance.randint(0, 90),
            "impact": lambda: chance.randint(1, 5),
            "discussed": lambda: chance.random() < 0.5,
            "total": lambda: str(chance.randint(0, 10**12)),
            "planned": lambda: f"{chance.randint(0, 10**6)}.25",
            "currency": lambda: chance.choice(("USD", "JOD", "ETB")),
            "priority": lambda: chance.choice(("high", "medium", "low")),
            "state": lambda: chance.choice(("draft", "open", "closed")),
        }
        if name in choices:
            return choices[name]()
        return None

    def edit(self) -> bool:
        found = self._some(_SCALARS)
        if found is None:
            return False
        row, name = found
        field = self.machine.store.kinds[row.kind].fields[name]
        value = self._value(name)
        if value is None and field.choices:
            value = self.chance.choice(field.choices)
        if value is None and (field.required or self.chance.random() < 0.9):
            value = phrase(self.chance)
        edits = records.change(self.machine.store.kinds[row.kind], row, {name: value})
        return bool(edits) and self.machine.submit(edits, "Change")

    def cells(self) -> bool:
        found = self._some(_CELLS)
        if found is None:
            return False
        row, name = found
        keys = _QUARTERS if name == "spent_quarters" else ("F|15-24", "M|15-24", "F|25+", "M|25+")
        number = None if self.chance.random() < 0.1 else str(self.chance.randint(0, 500))
        if row.kind == "value":
            edits = values.enter_cells(row, {self.chance.choice(keys): number}, field=name)
        else:
            kind = self.machine.store.kinds[row.kind]
            edits = records.change(
                kind, row, {name: {**(row.values.get(name) or {}), self.chance.choice(keys): number or "0"}}
            )
        return bool(edits) and self.machine.submit(edits, "Enter")

    def members(self) -> bool:
        found = self._some(_SETS)
        if found is None:
            return False
        row, name = found
        before = list(row.values.get(name) or ())
        choices = _QUARTERS if name == "quarters" else ("ماء", "water", "ውሃ", "youth", "🌍")
        if before and self.chance.random() < 0.4:
            after = records.with_members(before, take=[self.chance.choice(before)])
        else:
            after = records.with_members(before, add=[self.chance.choice(choices)])
        edits = records.change(self.machine.store.kinds[row.kind], row, {name: after})
        return bool(edits) and self.machine.submit(edits, "Change")

    def text(self) -> bool:
        found = self._some(_TEXTS)
        if found is None:
            return False
        row, name = found
        row = self.machine.reader.get(row.kind, row.id)
        texts = self.machine.reader.state(row.kind, row.id).texts
        after = typed(self.chance, row.values.get(name) or "", may_remove=row.id[-1] % 8 == 0)
        edits = records.change(self.machine.store.kinds[row.kind], row, {name: after}, texts=texts)
        return bool(edits) and self.machine.submit(edits, "Write notes")

    def delete(self) -> bool:
        found = self._some(_SCALARS)
        if found is None:
            return False
        edits = records.remove(self.machine.store.kinds[found[0].kind], found[0])
        return bool(edits) and self.machine.submit(edits, "Delete")

    def restore(self) -> bool:
        found = self._some(_SCALARS, deleted=True)
        if found is None:
            return False
        edits = records.restore(self.machine.store.kinds[found[0].kind], found[0])
        return bool(edits) and self.machine.submit(edits, "Restore")

    def undo(self) -> bool:
        return self.machine.undo(insist=self.chance.random() < 0.3, redo=self.chance.random() < 0.2)

    def decide(self) -> bool:
        open_ones = self.machine.reader.conflicts()
        if not open_ones:
            return False
        conflict = self.chance.choice(open_ones)
        state = self.machine.reader.state(conflict.kind, conflict.record)
        kind = self.machine.store.kinds[conflict.kind]
        if conflict.key in kind.fields and self.chance.random() < 0.2:
            edits = decisions.write(conflict, state, kind, conflict.heads[0].value)
        else:
            edits = decisions.take(conflict, state, self.chance.randrange(len(conflict.heads)))
        return self.machine.submit(edits, "Decide")

    def reopen(self) -> bool:
        found = self._some({"activity": ("title",)})
        if found is None:
            return False
        row = found[0]
        history = [change for change, _ in self.machine.reader.history(row.kind, row.id)]
        decided = decisions.decisions_in(history)
        if not decided:
            return False
        state = self.machine.reader.state(row.kind, row.id)
        edits = decisions.reopen(self.chance.choice(decided), history, state)
        return bool(edits) and self.machine.submit(edits, "Open again")

    def move(self) -> bool:
        found, other = self._some({"activity": ("position",)}), self._some({"activity": ("position",)})
        if found is None or other is None:
            return False
        parent = other[0].id if self.chance.random() < 0.7 else None
        edits = activities.move_in_tree(
            found[0], parent=parent, siblings=[between(None, None)], index=self.chance.randint(0, 1)
        )
        return bool(edits) and self.machine.submit(edits, "Move")

    def bring_in(self) -> bool:
        """An import: a job of several parts."""
        workspace = self._workspace()
        if workspace is None:
            return False
        edits = [self._new(workspace, "activity") for _ in range(self.chance.randint(14, 26))]
        return self.machine.submit(edits, "Bring in a file")


_ACTIONS: Final[dict[str, Callable[[Person], bool]]] = {
    "create": Person.create,
    "edit": Person.edit,
    "cells": Person.cells,
    "members": Person.members,
    "text": Person.text,
    "delete": Person.delete,
    "restore": Person.restore,
    "undo": Person.undo,
    "decide": Person.decide,
    "reopen": Person.reopen,
    "move": Person.move,
    "import": Person.bring_in,
}
_WEIGHTS: Final = (
    ("create", 12), ("edit", 38), ("cells", 10), ("members", 8), ("text", 10), ("delete", 4), ("restore", 3),
    ("undo", 5), ("decide", 5), ("reopen", 1), ("move", 4), ("import", 0.4),
)  # fmt: skip
