"""Edits of one page, one after the other, each made on what this page wrote before it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from desktop.bridge.desk import Desk
from desktop.store.store import Written
from sync.changes import Bases, Edit
from sync.errors import DaftarError

Make = Callable[[], Sequence[Edit]]
Done = Callable[[], object]
Failed = Callable[[BaseException], object]


class Chain:
    """A second edit of a key that was not read back yet would else stand against the first one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._queue: deque[tuple[Make, str, Done, Failed]] = deque()
        self._busy = False
        self._steps: dict[tuple[bytes, str], list[tuple[Bases | None, Bases]]] = {}

    @property
    def idle(self) -> bool:
        return not self._busy and not self._queue

    def submit(self, make: Make, *, label: str, done: Done, failed: Failed) -> None:
        """Make the edits when the ones before are written, and write them."""
        self._queue.append((make, label, done, failed))
        self._go_on()

    def _go_on(self) -> None:
        if self._busy or not self._queue:
            return
        make, label, done, failed = self._queue.popleft()
        try:
            edits = [self.on_top(edit) for edit in make()]
        except DaftarError as error:
            failed(error)
            self._go_on()
            return
        if not edits:
            done()
            self._go_on()
            return
        self._busy = True
        self._desk.submit(
            edits,
            label=label,
            origin=self,
            done=lambda written: self._written(edits, written, done),
            failed=lambda error: self._refused(error, failed),
        )

    def _written(self, edits: Sequence[Edit], written: Written, done: Done) -> None:
        self._busy = False
        self.learn(edits, written)
        done()
        self._go_on()

    def _refused(self, error: BaseException, failed: Failed) -> None:
        self._busy = False
        failed(error)
        self._go_on()

    def on_top(self, edit: Edit) -> Edit:
        """The edit, made on what this page has written on top of what was seen."""
        if edit.create:
            return edit
        seen = dict(edit.seen)
        for key in edit.writes:
            for before, after in self._steps.get((edit.record, key), ()):
                if seen.get(key) == before:
                    seen[key] = after
        return replace(edit, seen=seen)

    def learn(self, edits: Sequence[Edit], written: Written) -> None:
        """Remember which change an edit became."""
        for edit, change in zip(edits, written.changes, strict=False):
            if not edit.create:
                for key in edit.writes:
                    steps = self._steps.setdefault((edit.record, key), [])
                    steps.append((edit.seen.get(key), (change.id,)))
