"""What everybody who looks after the server of a world has at hand."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sim.headquarters import Headquarters

from sync.server.storage.people import Workspace


@dataclass(eq=False)
class Administrator:
    """One who sits at the server; what fails there, and what is done, is counted."""

    _server: Headquarters
    _places: Sequence[Workspace]
    _chance: random.Random
    _faults: Counter[str]
    _done: Counter[str]
