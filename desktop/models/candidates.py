"""What a search while typing answers with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer of a provider: a key to store, words to show, and a few words of context."""

    key: str
    text: str
    detail: str = ""


Provider = Callable[[str], Iterable[Candidate]]
