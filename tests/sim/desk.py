"""Who looks after held changes: the administrator lets them in or discards them, as the command of the server
does, and at rest every laptop must have been told what became of its own.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Final

from sim.administrator import Administrator
from sim.headquarters import ServerDownError
from sim.machine import Machine
from sim.oracle import Oracle, ViolationError

from desktop.syncing.outcomes import ASKED_MS
from sync.changes import Change, canonical
from sync.errors import DaftarError
from sync.frames import changes_of
from sync.frames.packing import open_frame
from sync.merge.holes import ERASED, REPEATED
from sync.server.access import ACCESS_LOST
from sync.server.quarantine import ADMINISTRATION, Held
from sync.server.storage.people import Workspace

_MOST: Final = 4
_REASON: Final = "ليس لنا, not ours: day {day}"
_NOT_TOLD: Final = frozenset({ERASED, REPEATED, ACCESS_LOST})


class Desk(Administrator):
    """The administrator before the list of held changes."""

    def visit(self, day: int) -> None:
        """Look at what is held, and decide about some of it."""
        place, chance, service = self._chance.choice(self._places), self._chance, self._server.service
        waiting = [one for one in self._held(place) if one.waits and one.code not in (ERASED, REPEATED)]
        some = [one.change.id for one in chance.sample(waiting, min(len(waiting), chance.randint(1, _MOST)))]
        reason = _REASON.format(day=day) if chance.random() < 0.4 else ""
        if not some:
            return
        try:
            if reason:
                outcome = service.discarding.discard(place.id, some, by=ADMINISTRATION, reason=reason)
            else:
                outcome = service.quarantine.release(place.id, some, by=ADMINISTRATION)
        except (ServerDownError, DaftarError):
            # Some may be decided: the list says which.
            self._server.restart()
            self._faults["server cut while somebody decides"] += 1
            return
        self._done["held changes discarded" if reason else "held changes let in"] += len(outcome.released)
        for _, code in outcome.refused:
            self._done[f"not let in: {code}"] += 1

    def _held(self, place: Workspace) -> list[Held]:
        return self._server.service.quarantine.held(place.id)

    @staticmethod
    def let_ask(machine: Machine) -> None:
        """Ten minutes have passed since it asked last, also where its clock stands still."""
        machine.store.remember({ASKED_MS: None})

    def check(self, machines: Sequence[Machine], oracle: Oracle) -> None:
        """What was let in stands in the order once, what was discarded does not; their laptops know it."""
        for place in self._places:
            held = self._held(place)
            own = self._server.device()
            # A laptop that was restored issues anew what it does not know to be held, and may do so by then.
            written = [change for change, _ in oracle._log(place.id) if change.device == own]
            self._check_order(held, written)
            for machine in machines:
                self._check_told(machine, place, held)

    @staticmethod
    def _check_order(held: Sequence[Held], written: Sequence[Change]) -> None:
        became = Counter(change.former for change in written if change.former and not change.hole)
        for one in held:
            times = became[hashlib.blake2b(canonical(one.change), digest_size=16).digest()]
            wanted = one.release is not None
            if (one.release is not None or one.discard is not None) and times != wanted:
                raise ViolationError(2, f"let in {wanted}, {times} times in the log: {one.change}")

    def _check_told(self, machine: Machine, place: Workspace, held: Sequence[Held]) -> None:
        state = next((one for one in machine.reader.workspaces() if one.id == place.id), None)
        if state is None or state.number is None:
            return
        rows = machine.reader.connection.execute(
            "SELECT t.frame, t.seen, e.outcome, e.reason FROM trouble t LEFT JOIN trouble_end e"
            " ON e.ws = t.ws AND e.dseq = t.dseq WHERE t.ws = ? AND length(t.frame) > 0",
            (state.index,),
        ).fetchall()
        told = {
            change.id: (seen, outcome, reason)
            for frame, seen, outcome, reason in rows
            for change in changes_of(open_frame(bytes(frame), place.id))
        }
        for one in held:
            if one.code in _NOT_TOLD:
                continue
            if one.change.id not in told:
                if one.change.device == machine.store.device:
                    raise ViolationError(2, f"{machine.name} was not told of {one.code}: {one.change}")
                continue
            seen, outcome, reason = told[one.change.id]
            self._done["refused changes told"] += 1
            right = ("released", "") if one.release is not None else ("discarded", _why(one))
            if not seen and not one.waits and (outcome, reason) != right:
                raise ViolationError(2, f"{machine.name} was told {outcome} {reason!r}, not {right}")


def _why(held: Held) -> str:
    return "" if held.discard is None else held.discard.reason
