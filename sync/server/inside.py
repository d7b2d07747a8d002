"""Reads what attached files say, a little at a time: plain text of any kind, office documents (zip and XML).

It only answers whether a text is in one. What it cannot look into, it says; a name may hide in there too.
"""

from __future__ import annotations

import codecs
import html
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any, Final
from xml.parsers import expat

from sync.blobs.packed import FILE_BYTES, PARTS, UNPACKED_BYTES

FORMAT: Final = "format"
"""Why a file was not looked into: nobody here reads what it is written in, pictures and PDF among them."""
LARGE: Final = "too_large"
DAMAGED: Final = "damaged"

_BLOCK: Final = 64 * 1024
_FETCHED: Final = 1 << 20
_LONGEST_TOKEN: Final = 4 << 20
_ZIP: Final = b"PK\x03\x04"
_END_MARK: Final = b"PK\x05\x06"
_LONGEST_END: Final = 22 + 65_535
_NO_TEXT: Final = (b"%PDF", b"{\\rtf")
_CONTROLS: Final = frozenset(range(32)) - {7, 8, 9, 10, 11, 12, 13, 27}
_BLANK: Final = re.compile(r"\s+")
_TAG: Final = re.compile(r"<[^<>]*>")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([nrt])|([\"/\\]))")
_ENDS: Final = frozenset(
    {"p", "h", "si", "c", "tc", "table-cell", "comment", "tab", "br", "cr", "s", "line-break"}
)
"""Elements behind which another word begins; others, as a change of type face, may stand inside of one."""
_BROKEN: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    expat.ExpatError,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    UnicodeError,
    ValueError,
)

IsIn = Callable[[str], bool]


class NotLookedInto(Exception):  # noqa: N818 - it says what became of a file
    """Why a file, or part of one, could not be looked into."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Ranged(io.RawIOBase):
    """A file that is read anywhere, through something that gives bytes from one place to another."""

    def __init__(self, read: Callable[[int, int], Iterator[bytes]], size: int) -> None:
        self._read = read
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        stop = min(self._size, self._at + len(buffer))
        if stop <= self._at:
            return 0
        data = b"".join(self._read(self._at, stop))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def says(read: Callable[[int, int], Iterator[bytes]], size: int, is_in: IsIn, *, length: int) -> bool:
    """Whether a file of this size says it; `length` is how long that is. Raises `NotLookedInto`."""
    with io.BufferedReader(Ranged(read, size), _FETCHED) as file:
        begin = file.peek(_BLOCK)[:_BLOCK]
        if begin.startswith(_ZIP):
            if size > FILE_BYTES:
                raise NotLookedInto(LARGE)
            return _document_says(file, is_in, length)
        names = _encodings(begin)
        if not names:
            raise NotLookedInto(FORMAT)
        return _text_says(file, names, is_in, length)


class _Window:
    """A text that comes in pieces, looked at with enough of what stood before to find what lies across."""

    def __init__(self, is_in: IsIn, length: int, change: Callable[[str], str] = str) -> None:
        self._is_in = is_in
        self._kept = 64 + 16 * length
        self._change = change
        self._tail = ""

    def feed(self, piece: str) -> bool:
        text = _BLANK.sub(" ", self._tail + piece)
        self._tail = text[-self._kept :]
        return self._is_in(self._change(text))


# Plain text


def _encodings(begin: bytes) -> list[str]:
    """How a text may be written; none where it is none."""
    if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    if begin.startswith(_NO_TEXT):
        return []
    if b"\0" in begin:
        even, odd = begin[::2].count(0), begin[1::2].count(0)
        if max(even, odd) * 3 > len(begin) and min(even, odd) * 20 < len(begin):
            return ["utf-16-le" if odd > even else "utf-16-be"]
        return []
    if sum(byte in _CONTROLS for byte in begin) * 50 > len(begin):
        return []
    try:
        codecs.getincrementaldecoder("utf-8")().decode(begin)
    except UnicodeDecodeError:
        return ["cp1252", "cp1256"]
    return ["utf-8-sig"]


def _text_says(file: IO[bytes], names: list[str], is_in: IsIn, length: int) -> bool:
    """As it stands, and as markup and quoting in it would be shown."""
    ways: list[tuple[Any, list[_Window]]] = [
        (
            codecs.getincrementaldecoder(name)(errors="replace"),
            [
                _Window(is_in, length),
                _Window(is_in, length, lambda text: html.unescape(_TAG.sub("", text))),
                _Window(is_in, length, lambda text: html.unescape(_TAG.sub(" ", text))),
                _Window(is_in, length, _unquoted),
            ],
        )
        for name in names
    ]
    while block := file.read(_BLOCK):
        for decoder, windows in ways:
            text = decoder.decode(block)
            if any(window.feed(text) for window in windows):
                return True
    return False


def _unquoted(text: str) -> str:
    """What JSON writes with backslashes."""

    def sign(match: re.Match[str]) -> str:
        number, blank, plain = match.groups()
        if number:
            return chr(int(number, 16))
        return " " if blank else str(plain)

    shown = _ESCAPE.sub(sign, text)
    return shown.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


# Office documents


def _document_says(file: IO[bytes], is_in: IsIn, length: int) -> bool:
    if _listing(file) > _LONGEST_TOKEN:
        raise NotLookedInto(LARGE)
    try:
        with zipfile.ZipFile(file) as packed:
            infos = packed.infolist()
            if len(infos) > PARTS or sum(info.file_size for info in infos) > UNPACKED_BYTES:
                raise NotLookedInto(LARGE)
            names = {info.filename for info in infos}
            if not names & {"[Content_Types].xml", "content.xml"}:
                raise NotLookedInto(FORMAT)
            written = [info for info in infos if info.filename.lower().endswith((".xml", ".rels"))]
            if any(_part_says(packed, info, is_in, length) for info in written):
                return True
            if any(_is_closed(name.lower()) for name in names):
                raise NotLookedInto(FORMAT)
            return False
    except _BROKEN as error:
        raise NotLookedInto(DAMAGED) from error


def _listing(file: IO[bytes]) -> int:
    """How long the list of parts is, which has to be held as a whole."""
    file.seek(max(0, file.seek(0, io.SEEK_END) - _LONGEST_END))
    begin = (tail := file.read()).rfind(_END_MARK)
    return int.from_bytes(tail[begin + 12 : begin + 16], "little") if begin >= 0 else 0


def _is_closed(name: str) -> bool:
    """Whether a part may say something that is not written in XML."""
    return "embeddings/" in name or (name.endswith(".bin") and "printersettings" not in name)


def _part_says(packed: zipfile.ZipFile, info: zipfile.ZipInfo, is_in: IsIn, length: int) -> bool:
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotLookedInto(FORMAT)
    part = _Part(is_in, length)
    with packed.open(info) as stream:
        while block := stream.read(_BLOCK):
            if part.feed(block):
                return True
    return part.finish()


class _Part:
    """One XML part: what stands between its tags, and beside that what its attributes say."""

    def __init__(self, is_in: IsIn, length: int) -> None:
        self._shown, self._beside = _Window(is_in, length), _Window(is_in, length)
        self._text: list[str] = []
        self._said: list[str] = []
        self._since = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = _refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._add
        self._parser.CommentHandler = self._note

    def feed(self, block: bytes) -> bool:
        self._since += len(block)
        self._parser.Parse(block, False)
        if self._since > _LONGEST_TOKEN:
            # One tag of such a length is in no document, and would have to be held as a whole.
            raise NotLookedInto(LARGE)
        return self._look()

    def finish(self) -> bool:
        self._parser.Parse(b"", True)
        return self._look()

    def _look(self) -> bool:
        text, said = "".join(self._text), "".join(self._said)
        self._text.clear()
        self._said.clear()
        return self._shown.feed(text) or self._beside.feed(said)

    def _start(self, _name: str, attributes: dict[str, str]) -> None:
        self._since = 0
        self._said += [f"{value}\n" for value in attributes.values()]

    def _end(self, name: str) -> None:
        self._since = 0
        if name.rpartition(" ")[2] in _ENDS:
            self._text.append("\n")

    def _add(self, text: str) -> None:
        self._since = 0
        self._text.append(text)

    def _note(self, text: str) -> None:
        self._since = 0
        self._said.append(f"{text}\n")


def _refuse(*_: object) -> None:
    raise NotLookedInto(FORMAT)
