"""The zip package around a workbook: its parts, relations and cell formats, with limits on all of it."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import IO, Final
from xml.parsers import expat

from sync.blobs.packed import FILE_BYTES, PARTS, UNPACKED_BYTES

_DATE_MARKS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_BUILTIN_DATES: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_BUILTIN_PERCENTS: Final = frozenset((9, 10))
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read before it is refused; far above any workplan, far below a bomb."""

    file_bytes: int = FILE_BYTES
    unpacked_bytes: int = UNPACKED_BYTES
    parts: int = PARTS
    sheets: int = 100
    rows: int = 100_000
    columns: int = 1_000
    cells: int = 2_000_000


class Refused(Exception):  # noqa: N818 - it never leaves the readers
    """The file holds more than the limits allow, or something no spreadsheet needs."""


@dataclass(slots=True)
class Node:
    """An element of one of the small parts."""

    name: str
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    text: str = ""

    def find(self, name: str) -> list[Node]:
        """Every element of that name below this one."""
        found = [child for child in self.children if child.name == name]
        for child in self.children:
            found += child.find(name)
        return found

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)


@dataclass(frozen=True, slots=True)
class Style:
    """What a cell format tells about its value."""

    date: bool = False
    percent: bool = False
    shaded: bool = False
    bold: bool = False


PLAIN = Style()


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def make_parser(*, namespaces: bool = True) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" " if namespaces else None)
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise Refused("a document type has no place in a workbook")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def read_tree(data: bytes, *, depth: int = 64) -> Node:
    """A small part as elements with local names."""
    root = Node("", {})
    stack = [root]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > depth:
            raise Refused("nested too deeply")
        node = Node(_local(name), {_local(key): value for key, value in attributes.items()})
        stack[-1].children.append(node)
        stack.append(node)

    def text(data: str) -> None:
        stack[-1].text += data

    parser = make_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: stack.pop()
    parser.CharacterDataHandler = text
    parser.Parse(data, True)
    return root


def unescape(text: str) -> str:
    """Characters that XML cannot carry stand as `_x000D_`."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def text_of(node: Node) -> str:
    """The text of a rich string without its phonetic hints."""
    if node.name == "t":
        return unescape(node.text)
    return "".join(text_of(child) for child in node.children if child.name not in {"rPh", "phoneticPr"})


class Package:
    """The zip file around the parts, refusing more than its limits."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(data))
        infos = self.zip.infolist()
        if len(infos) > limits.parts or sum(info.file_size for info in infos) > limits.unpacked_bytes:
            raise Refused("more content than a spreadsheet has")
        self.names = {info.filename.lstrip("/").lower(): info.filename for info in infos}

    def has(self, part: str) -> bool:
        return part.lower() in self.names

    def open(self, part: str) -> IO[bytes]:
        return self.zip.open(self.names[part.lower()])

    def tree(self, part: str) -> Node:
        if not self.has(part):
            return Node("", {})
        with self.open(part) as stream:
            return read_tree(stream.read())

    def targets(self, part: str) -> dict[str, tuple[str, str]]:
        """Relations of a part: id -> (last word of the type, target part)."""
        folder, name = posixpath.split(part)
        tree = self.tree(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = {}
        for node in tree.find("Relationship"):
            target = node.get("Target")
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            found[node.get("Id")] = (node.get("Type").rpartition("/")[2], posixpath.normpath(path))
        return found


def _is_date_format(code: str) -> bool:
    bare = _DATE_MARKS.sub("", code.split(";", maxsplit=1)[0]).lower()
    return "general" not in bare and any(mark in bare for mark in "ymdhs")


def read_styles(tree: Node) -> list[Style]:
    codes = {node.get("numFmtId"): node.get("formatCode") for node in tree.find("numFmt")}
    fonts = [any(child.get("val", "1") not in {"0", "false"} for child in font.find("b"))
             for group in tree.find("fonts") for font in group.children]  # fmt: skip
    fills = [_is_shaded(fill) for group in tree.find("fills") for fill in group.children]
    styles = []
    for group in tree.find("cellXfs"):
        for node in group.children:
            number = node.get("numFmtId", "0")
            code = codes.get(number, "")
            builtin = int(number) if number.isdigit() and not code else -1
            styles.append(
                Style(
                    date=builtin in _BUILTIN_DATES or _is_date_format(code),
                    percent=builtin in _BUILTIN_PERCENTS or "%" in code,
                    shaded=_flag(fills, node.get("fillId")),
                    bold=_flag(fonts, node.get("fontId")),
                )
            )
    return styles


def _flag(flags: list[bool], index: str) -> bool:
    return index.isdigit() and int(index) < len(flags) and flags[int(index)]


def _is_shaded(fill: Node) -> bool:
    for pattern in fill.find("patternFill"):
        if pattern.get("patternType") in {"", "none", "gray125"}:
            return False
        colours = pattern.find("fgColor")
        white = any(c.get("rgb").upper().endswith("FFFFFF") or (c.get("theme") == "0" and not c.get("tint"))
                    or c.get("indexed") in {"9", "64"} for c in colours)  # fmt: skip
        return bool(colours) and not white
    return bool(fill.find("gradientFill"))
