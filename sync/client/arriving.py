"""Pulled frames of which only a part has come: kept until the rest is there, one for each workspace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sync.errors import DaftarError
from sync.frames.container import FRAME_CAP, frame_hash
from sync.wire.messages import Begun, Pulled, SyncAnswer


@dataclass(slots=True)
class Arriving:
    """The parts, by workspace number."""

    parts: dict[int, Pulled] = field(default_factory=dict)

    def clear(self) -> None:
        self.parts.clear()

    def size(self) -> int:
        """How many bytes of frames that are not whole have come."""
        return sum(len(part.frame or b"") for part in self.parts.values())

    def begun(self, cursors: dict[int, int]) -> tuple[Begun, ...]:
        """What to tell the server of them; a part that does not follow its cursor any more is forgotten."""
        told = []
        for number, part in list(self.parts.items()):
            known = frame_hash(part.frame or b"")
            if known is None or cursors.get(number) != part.first - 1:
                del self.parts[number]
                continue
            told.append(Begun(number, known, len(part.frame or b""), part.last))
        return tuple(told)

    def put_together(self, answer: SyncAnswer) -> SyncAnswer:
        """The answer with whole frames only; what is not whole is kept."""
        workspaces = (
            replace(item, pulled=self._take(item.workspace, item.pulled)) for item in answer.workspaces
        )
        return replace(answer, workspaces=tuple(workspaces))

    def _take(self, number: int, pulled: Iterable[Pulled]) -> tuple[Pulled, ...]:
        whole: list[Pulled] = []
        for part in pulled:
            if not part.total:
                whole.append(part)
                continue
            if part.total > FRAME_CAP:
                raise DaftarError("bad_answer")
            joined = self._join(number, part)
            if joined is None:
                break
            if len(joined.frame or b"") < part.total:
                self.parts[number] = joined
                break
            self.parts.pop(number, None)
            whole.append(replace(joined, offset=0, total=0))
        return tuple(whole)

    def _join(self, number: int, part: Pulled) -> Pulled | None:
        """A part with what came before it; None where that is not here."""
        if part.offset == 0:
            return part
        known = self.parts.get(number)
        if known is None or (known.first, known.last, known.total) != (part.first, part.last, part.total):
            return None
        if len(known.frame or b"") != part.offset:
            return None
        return replace(part, frame=(known.frame or b"") + (part.frame or b""), offset=0)
