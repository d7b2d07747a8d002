"""Each failure that others had has its line, and every test that a line names is there."""

import re

from helpers.repository import ROOT

PAGE = ROOT / "docs" / "failures-of-others.md"
TEST = re.compile(r"^ *(?:async )?def (test_\w+)", re.MULTILINE)
LINE = re.compile(r"^\| (\d+) \| [^|]{10,} \| ([^|]{10,}) \|$", re.MULTILINE)


def test_every_failure_has_a_line_and_every_test_that_is_named_exists() -> None:
    lines = LINE.findall(PAGE.read_text(encoding="utf-8"))
    assert [int(number) for number, _ in lines] == list(range(1, 57))
    there = set[str]()
    for path in (ROOT / "tests").rglob("test_*.py"):
        there.update(
            re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        )
    for number, said in lines:
        named = re.findall(r"`(test_\w+)`", said)
        assert named or said.startswith("none needed"), number
        assert set(named) <= there, (number, set(named) - there)
