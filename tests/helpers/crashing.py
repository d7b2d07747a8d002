"""A program that ends in the middle of something that it does step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest


class PowerCutError(Exception):
    """The program ends here."""


@contextmanager
def power_cut(
    monkeypatch: pytest.MonkeyPatch, whole: type, steps: tuple[str, ...], *, after: int
) -> Iterator[None]:
    """What is made of a class meanwhile does so many of the steps it is handed; the next is the end."""
    done: list[str] = []
    init = whole.__init__  # type: ignore[misc]  # the very class is asked

    def counted(name: str, job: Callable[..., object]) -> Callable[..., object]:
        def run(*arguments: object) -> object:
            if len(done) == after:
                raise PowerCutError
            done.append(name)
            return job(*arguments)

        return run

    def crashing(self: object, *arguments: object, **named: object) -> None:
        for name in steps:
            job = named[name]
            assert callable(job)
            named[name] = counted(name, job)
        init(self, *arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(whole, "__init__", crashing)
        with pytest.raises(PowerCutError):
            yield
