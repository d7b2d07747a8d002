"""Each of the thirty invariants of the sync engine has a test that carries its number (`test_inv_07_…`)."""

import re
from pathlib import Path

TESTS = Path(__file__).parent


def test_every_invariant_has_a_test() -> None:
    named = re.compile(r"^ *(?:async )?def test_inv_(\d\d)_", re.MULTILINE)
    found = {
        int(number)
        for file in TESTS.rglob("test_*.py")
        for number in named.findall(file.read_text(encoding="utf-8"))
    }
    assert found == set(range(1, 31))
