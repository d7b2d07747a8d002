"""What a tidy file is: each rule reads one file and yields its complaints; test_tidy applies them to all."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import TypeAlias

LONGEST_FILE = 500
LONGEST_FUNCTION = 70
LARGEST_FILE = 1_000_000
TOP_LEVEL = {
    ".ci",
    ".gitattributes",
    ".github",
    ".gitignore",
    "LICENSE",
    "README.md",
    "build",
    "desktop",
    "docs",
    "pyproject.toml",
    "resources",
    "sync",
    "tests",
}
# These two hold the very words they look for.
EXEMPT = {"tests/helpers/tidy.py", "tests/test_tidy.py"}

SLEEPS = re.compile(r"\b(time\.sleep|qtbot\.wait|qWait|qSleep|msleep|usleep)\(")
ASYNC_SLEEPS = re.compile(r"\b(asyncio|anyio)\.sleep\((?!0\))")
BARE_IGNORE = re.compile(r"#\s*type:\s*ignore(?!\[[\w,\s-]+\]\s+#\s*\w)")
BARE_NOQA = re.compile(r"#\s*noqa(?!:\s*[A-Z]+\d+)", re.IGNORECASE)
UNEXPLAINED_SKIP = re.compile(r"mark\.(?:xfail|skip(?!if\())(?!\([^)]*reason=)|pytest\.(?:skip|xfail)\(\)")
LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
ADDRESSES = re.compile(
    r"--(?:extra-)?index-url|--find-links|pypi\.org|pythonhosted|npmjs\.(?:org|com)|deb\.debian\.org"
    r'|"resolved":\s*"http|https?://[^\s"<>]*(?:/simple\b|/packages/|\.whl\b|\.tgz\b|\.tar\.gz\b)',
    re.IGNORECASE,
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:root|work|home/\w+|Users/\w+)/|\b[A-Z]:\\\\?Users\\\\?\w+")
STRANGERS = re.compile(
    r"\b(claude|anthropic|openai|chatgpt|gpt-\d|copilot|codex|gemini|llms?|language model|AI[- ]assist\w*"
    r"|AI[- ]generated|sub-?agents?|as an AI|the brief\b(?! of)|issue #\d+|pull request #\d+|PR #\d+)\b",
    re.IGNORECASE,
)

Rule: TypeAlias = Callable[["File"], Iterator[str]]


@dataclass(frozen=True)
class File:
    """A file of the repository by its path from the root."""

    path: str
    data: bytes

    @cached_property
    def text(self) -> str | None:
        """The content, or nothing where the file is no text."""
        if b"\0" in self.data:
            return None
        try:
            return self.data.decode()
        except UnicodeDecodeError:
            return None

    @cached_property
    def tree(self) -> ast.Module:
        """The program of a file in Python."""
        return ast.parse(self.data)

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.path).suffix

    @property
    def is_python(self) -> bool:
        return self.suffix == ".py"

    @property
    def is_test(self) -> bool:
        return self.path.startswith("tests/")


def complaints(file: File) -> list[str]:
    """Everything that is untidy about a file."""
    return [f"{file.path}: {complaint}" for rule in RULES for complaint in rule(file)]


def has_a_place(file: File) -> Iterator[str]:
    if PurePosixPath(file.path).parts[0] not in TOP_LEVEL:
        yield "the top level is closed; put it into one of its folders"
    if file.path.startswith("build/") and file.path.endswith("/__init__.py"):
        yield "build holds no importable package"


def is_light(file: File) -> Iterator[str]:
    if len(file.data) > LARGEST_FILE:
        yield f"{len(file.data)} bytes; the repository holds sources, not products"
    if file.suffix in {".ttf", ".otf", ".woff", ".woff2"}:
        yield "fonts come from their packages"


def is_short(file: File) -> Iterator[str]:
    if not file.is_python or file.text is None:
        return
    lines = file.text.count("\n")
    if lines > LONGEST_FILE:
        yield f"{lines} lines, more than {LONGEST_FILE}; it holds two rooms"
    if lines <= LONGEST_FUNCTION:
        return
    for node in ast.walk(file.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno is not None:
            length = node.end_lineno - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"line {node.lineno}: {node.name} has {length} lines, more than {LONGEST_FUNCTION}"


def says_why_it_exists(file: File) -> Iterator[str]:
    if file.is_python and file.text is not None and not ast.get_docstring(file.tree):
        yield "no docstring at the top"


def waits_on_facts(file: File) -> Iterator[str]:
    yield from _python_lines(file, SLEEPS, "waits for a time, not for a fact")
    if file.is_test:
        yield from _python_lines(file, ASYNC_SLEEPS, "waits for a time, not for a fact")


def explains_exceptions(file: File) -> Iterator[str]:
    yield from _python_lines(file, BARE_IGNORE, "an ignored type error needs its code and a reason")
    yield from _python_lines(file, BARE_NOQA, "an ignored finding needs its code")
    if file.is_test:
        yield from _python_lines(file, UNEXPLAINED_SKIP, "a test is left out without a reason")


def leaves_nothing_over(file: File) -> Iterator[str]:
    yield from _lines(file, LEFTOVERS, "finish it, or file it")


def names_no_machine(file: File) -> Iterator[str]:
    yield from _lines(file, ADDRESSES, "names where packages come from")
    yield from _lines(file, MACHINE_PATHS, "names a path of one machine")


def speaks_of_the_product(file: File) -> Iterator[str]:
    yield from _lines(file, STRANGERS, "speaks of something else than the product")


def _python_lines(file: File, pattern: re.Pattern[str], complaint: str) -> Iterator[str]:
    if file.is_python:
        yield from _lines(file, pattern, complaint)


def _lines(file: File, pattern: re.Pattern[str], complaint: str) -> Iterator[str]:
    if file.text is None or file.path in EXEMPT:
        return
    # Nearly every file is clean, and the whole of it is searched faster than its lines one by one.
    if not re.compile(pattern.pattern, pattern.flags | re.MULTILINE).search(file.text):
        return
    for number, line in enumerate(file.text.splitlines(), start=1):
        found = pattern.search(line)
        if found:
            yield f"line {number}: {complaint}: {found.group().strip()}"


RULES: tuple[Rule, ...] = (
    has_a_place,
    is_light,
    is_short,
    says_why_it_exists,
    waits_on_facts,
    explains_exceptions,
    leaves_nothing_over,
    names_no_machine,
    speaks_of_the_product,
)
