"""Makes everything that the product draws at random come out of one seed, so that a run can be repeated."""

import itertools
import random
import secrets
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final
from unittest.mock import patch

from sim.clocks import TrueTime

from sync.client.session import Session
from sync.frames.slicing import Pace
from sync.replica.pulling import Puller, Turn

_LOOK_S: Final = 0.005
"""What passes between two looks at how long a transaction has taken."""


@contextmanager
def repeatable(draws: random.Random, time: TrueTime) -> Iterator[None]:
    """While this lasts, device numbers, tokens, peer ids and record ids come from `draws`, and so does how
    long the processor takes; how long the line takes is told by `time`.
    """
    spent = 0.0

    def uuid4() -> uuid.UUID:
        return uuid.UUID(bytes=draws.randbytes(16), version=4)

    def seconds() -> float:
        nonlocal spent
        spent += draws.random() * 0.01
        return spent

    with ExitStack() as stack:
        stack.enter_context(patch.dict(Puller.__init__.__kwdefaults__, seconds=seconds))
        looks = itertools.count()
        stack.enter_context(patch.object(Turn.__init__, "__defaults__", (lambda: next(looks) * _LOOK_S,)))
        stack.enter_context(patch.object(Pace.__init__, "__defaults__", (lambda: time.now_ms() / 1000,)))
        monotonic = {"monotonic": lambda: time.now_ms() / 1000}
        stack.enter_context(patch.dict(Session.__init__.__kwdefaults__, monotonic))
        stack.enter_context(patch.object(secrets, "randbits", draws.getrandbits))
        stack.enter_context(patch.object(secrets, "token_bytes", draws.randbytes))
        stack.enter_context(patch.object(secrets, "choice", draws.choice))
        stack.enter_context(patch.object(uuid, "uuid4", uuid4))
        yield


def likely(chance: random.Random, share: float) -> bool:
    """True in this share of the cases."""
    return share > 0 and chance.random() < share
