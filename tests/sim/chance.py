"""Makes everything that the product draws at random come out of one seed, so that a run can be repeated."""

import random
import secrets
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch


@contextmanager
def repeatable(draws: random.Random) -> Iterator[None]:
    """While this lasts, device numbers, tokens, peer ids and record ids come from `draws`."""

    def uuid4() -> uuid.UUID:
        return uuid.UUID(bytes=draws.randbytes(16), version=4)

    with ExitStack() as stack:
        stack.enter_context(patch.object(secrets, "randbits", draws.getrandbits))
        stack.enter_context(patch.object(secrets, "token_bytes", draws.randbytes))
        stack.enter_context(patch.object(secrets, "choice", draws.choice))
        stack.enter_context(patch.object(uuid, "uuid4", uuid4))
        yield


def likely(chance: random.Random, share: float) -> bool:
    """True in this share of the cases."""
    return share > 0 and chance.random() < share
