"""The house is tidy: short files that say why they exist, no fixed waits, nothing about machines."""

import pytest
from helpers import repository, tidy

LONG_FUNCTION = '"""A docstring."""\n\n\ndef f():\n' + "    x = 1\n" * 70
BAD = {
    "a new top level": ("notes.md", "Notes"),
    "a package in build": ("build/thing/__init__.py", '"""A docstring."""'),
    "a font": ("resources/fonts/a.ttf", "x"),
    "a heavy file": ("docs/a.bin", "x" * 1_000_001),
    "a long file": ("sync/a.py", '"""A docstring."""\n' + "x = 1\n" * 500),
    "a long function": ("sync/a.py", LONG_FUNCTION),
    "no docstring": ("sync/a.py", "x = 1\n"),
    "no docstring in a test": ("tests/unit/test_a.py", "x = 1\n"),
    "a sleep": ("tests/unit/test_a.py", '"""A docstring."""\ntime.sleep(1)\n'),
    "a fixed wait for Qt": ("tests/qt/test_a.py", '"""A docstring."""\nqtbot.wait(100)\n'),
    "an ignored type error without a code": ("sync/a.py", '"""A docstring."""\nx = 1  # type: ignore\n'),
    "an ignored type error without a reason": (
        "sync/a.py",
        '"""A docstring."""\nx = 1  # type: ignore[misc]\n',
    ),
    "an ignored finding without a code": ("sync/a.py", '"""A docstring."""\nx = 1  # noqa\n'),
    "an unexplained skip": ("tests/test_a.py", '"""A docstring."""\n@pytest.mark.skip\ndef test_a(): ...\n'),
    "a leftover": ("docs/guide.md", "TODO: write this"),
    "an index": ("docs/guide.md", "pip install --index-url https://example.org/simple daftar"),
    "the address of a wheel": ("docs/guide.md", "https://example.org/a/daftar-1-py3-none-any.whl"),
    "a path of a machine": ("docs/guide.md", "see /root/daftar/README.md"),
    "a path of a Windows machine": ("docs/guide.md", r"see C:\Users\amina\daftar"),
    "a word about its making": ("docs/guide.md", "as asked in issue #12"),
}
GOOD = {
    "an explained type error": (
        "sync/a.py",
        '"""A docstring."""\nx = f()  # type: ignore[misc]  # untyped library\n',
    ),
    "an ignored finding with its code": ("sync/a.py", '"""A docstring."""\nx = 1  # noqa: S608\n'),
    "an explained skip": (
        "tests/test_a.py",
        '"""A docstring."""\n@pytest.mark.skipif(X, reason="no display")\ndef f(): ...\n',
    ),
    "a path in a container": ("build/server/daftar.service", "WorkingDirectory=/var/lib/daftar\n"),
}


@pytest.mark.parametrize("path, text", BAD.values(), ids=BAD)
def test_the_checker_sees(path: str, text: str) -> None:
    assert len(tidy.complaints(tidy.File(path, text.encode()))) == 1


@pytest.mark.parametrize("path, text", GOOD.values(), ids=GOOD)
def test_the_checker_lets_pass(path: str, text: str) -> None:
    assert tidy.complaints(tidy.File(path, text.encode())) == []


def test_every_file_is_tidy() -> None:
    found = [
        complaint
        for path in repository.files()
        for complaint in tidy.complaints(
            tidy.File(path.relative_to(repository.ROOT).as_posix(), path.read_bytes())
        )
    ]
    assert not found, "\n".join(["", *found])
