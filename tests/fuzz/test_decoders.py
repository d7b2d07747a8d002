"""No input makes a decoder do anything but answer or refuse with a code."""

import random
from pathlib import Path

import pytest
from fuzz.messages import ELSEWHERE, EXAMPLES, messages, unpacked
from fuzz.mutation import damaged
from fuzz.running import BrokenWordError, run
from fuzz.targets import targets

TARGETS = targets()
CASES = sorted(path for path in (Path(__file__).parent / "cases").rglob("*") if path.is_file())
TRIES = {
    "attached": 60,
    "workbook": 30,
    "sheet": 30,
    "table": 60,
    "wraps": 60,
    "backup": 30,
    "backup_header": 30,
}
USUAL_TRIES = 250


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_right_is_understood(name: str) -> None:
    target = TARGETS[name]
    for data in target.right:
        target.decode(target.dressed(data))


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_damaged_is_answered_or_refused_with_a_code(name: str) -> None:
    target, chance = TARGETS[name], random.Random(name)
    for _ in range(TRIES.get(name, USUAL_TRIES)):
        data = damaged(chance.choice(target.right), target.right, chance)
        run(target.decode, target.dressed(data))


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_once_broke_a_decoder_no_longer_does(path: Path) -> None:
    target = TARGETS[path.parent.name]
    run(target.decode, target.dressed(path.read_bytes()))


def test_every_message_has_a_target() -> None:
    assert unpacked() == {type(one) for one in EXAMPLES} | ELSEWHERE
    assert messages().keys() <= TARGETS.keys()


def test_a_decoder_that_raises_anything_else_is_noticed() -> None:
    with pytest.raises(BrokenWordError, match="KeyError"):
        run(lambda _data: {}["nothing"], b"")
