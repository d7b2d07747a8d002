"""Changes that one laptop cannot take in for a while: what is behind them goes on, and nothing is lost."""

import logging
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from sim.machine import Machine

from desktop.store.store import Store
from sync.merge import fold
from sync.replica import accepting, apply, settle


class PlantedError(KeyError):
    """What a program fails with because a world wants it to; anything else it fails with is a fault."""


def _is_found(record: logging.LogRecord) -> bool:
    """Nobody wants to read thousands of planted failures."""
    return record.exc_info is None or not isinstance(record.exc_info[1], PlantedError)


def say_nothing_of_planted(stack: ExitStack) -> None:
    """While this lasts, the logs of laptops and server hold what the product itself does wrong."""
    for name in ("desktop.sync", "daftar.server"):
        logger = logging.getLogger(name)
        logger.addFilter(_is_found)
        stack.callback(logger.removeFilter, _is_found)


class Poison:
    """While a laptop syncs, its program fails on records that were planted, until another one is started."""

    def __init__(self, stack: ExitStack, *, faults: Counter[str]) -> None:
        say_nothing_of_planted(stack)
        self._faults = faults
        self._records: dict[str, set[bytes]] = {}
        self._acting: list[str] = []
        self.struck: set[str] = set()
        """The laptops that failed on something since the last rest."""
        renew, rewind = Store._renew_identity, Store._rewind

        def renewed(store: Store, **options: Any) -> None:
            with self.acting(""):
                renew(store, **options)

        def rewound(store: Store, *options: Any) -> bool:
            with self.acting(""):
                return rewind(store, *options)

        # What is here already was taken in once.
        stack.enter_context(patch.object(Store, "_renew_identity", renewed))
        stack.enter_context(patch.object(Store, "_rewind", rewound))
        for module in (accepting, apply, settle):
            stack.enter_context(patch.object(module, "fold", self._fold))

    def _fold(self, state: Any, change: Any, **more: Any) -> Any:
        name = self._acting[-1] if self._acting else ""
        if change.record in self._records.get(name, ()):
            self.struck.add(name)
            self._faults["the program fails on a change"] += 1
            raise PlantedError(change.record)
        return fold(state, change, **more)

    @contextmanager
    def acting(self, name: str) -> Iterator[None]:
        """What is folded meanwhile is folded by this laptop's sync; by a person without a name."""
        self._acting.append(name)
        try:
            yield
        finally:
            self._acting.pop()

    def plant(self, machine: Machine, chance: random.Random) -> None:
        """Let one of the records on it be one that its program fails on."""
        kinds = [kind for kind in ("activity", "meeting", "action_point") if kind in machine.store.kinds]
        kind = chance.choice(kinds)
        rows = machine.reader.connection.execute(f'SELECT id FROM "{kind}" ORDER BY id LIMIT 8').fetchall()
        if rows:
            record = machine.reader.ids.record(chance.choice(rows)[0])
            self._records.setdefault(machine.name, set()).add(record)

    def copied(self, origin: Machine, copy: Machine) -> None:
        """A disk that is copied, or was some days ago, may hold what could not be taken in then."""
        if origin is copy or origin.name in self.struck:
            self.struck.add(copy.name)

    def cure(self, machines: Sequence[Machine]) -> None:
        """Another version of the program is started, which does not fail."""
        self._records.clear()
        for machine in machines:
            if machine.name in self.struck:
                machine.close()
                machine.reopen()
