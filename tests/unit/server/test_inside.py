"""Looking into attached files: what they say is found however it is written, in little memory."""

from __future__ import annotations

import io
import json
import random
import tracemalloc
import zipfile
from collections.abc import Iterator

import pytest

from sync.server import inside
from sync.server.finding import Needle
from sync.server.inside import DAMAGED, FORMAT, LARGE, NotLookedInto, says

NAME = "Amal Saleh"
WORD = '<w:document xmlns:w="urn:w"><w:body>{}</w:body></w:document>'
TYPES = '<Types xmlns="urn:t"/>'


def look(data: bytes, text: str = NAME) -> bool:
    def read(start: int, stop: int) -> Iterator[bytes]:
        yield data[start : start + 7]
        yield data[start + 7 : stop] if stop > start + 7 else b""

    def exact(start: int, stop: int) -> Iterator[bytes]:
        return iter([b"".join(read(start, stop))[: stop - start]])

    needle = Needle(text)
    return says(exact, len(data), needle.is_in, length=needle.length)


def why(data: bytes) -> str:
    with pytest.raises(NotLookedInto) as told:
        look(data)
    return told.value.why


def packed(parts: dict[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, content in {"[Content_Types].xml": TYPES, **parts}.items():
            file.writestr(name, content)
    return out.getvalue()


TEXTS = {
    "plain": f"Visit by {NAME}.",
    "other case, over two lines": "met AMAL\r\n   saleh there",
    "csv": f"name;phone\n{NAME};079",
    "markdown": f"# Visit\n\n**{NAME}**",
    "markup between the words": "<p><b>Amal</b> Saleh</p>",
    "markup inside of a word": "<p>A<i>ma</i>l Saleh</p>",
    "cells": "<tr><td>Amal</td><td>Saleh</td></tr>",
    "signs of HTML": "<p>Amal&nbsp;S&#97;leh</p>",
    "signs of JSON": json.dumps({"name": "Amal\tSaleh"}),
    "numbers of JSON": '{"name": "\\u0041mal Saleh"}',
}


@pytest.mark.parametrize("how", TEXTS)
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_text_is_found_as_it_is_shown(how: str, code: str) -> None:
    assert look(TEXTS[how].encode(code))
    assert not look(TEXTS[how].encode(code), "somebody else")


@pytest.mark.parametrize(
    "text, code", [("أمل صالح", "utf-8"), ("أمل صالح", "cp1256"), ("Amélie Côté", "cp1252")]
)
def test_other_scripts_are_found_in_what_their_programs_write(text: str, code: str) -> None:
    assert look(f"Visite: {text}".encode(code), text)


@pytest.mark.parametrize("before", [0, 1, 65_530, 65_536, 131_070, 1_048_570, 1_500_000])
def test_what_lies_across_two_pieces_is_found(before: int) -> None:
    assert look(b"x" * before + NAME.encode() + b"y" * 70_000)
    assert look(b"x" * before + b"Amal" + b" " * 200_000 + b"Saleh")


def test_word_documents_are_read_run_by_run() -> None:
    runs = "<w:p><w:r><w:t>Am</w:t></w:r><w:r><w:t>al Sa</w:t></w:r><w:r><w:t>leh</w:t></w:r></w:p>"
    assert look(packed({"word/document.xml": WORD.format(runs)}))
    apart = "<w:p><w:r><w:t>Amal</w:t></w:r></w:p><w:p><w:r><w:t>Saleh</w:t></w:r></w:p>"
    assert look(packed({"word/document.xml": WORD.format(apart)}))
    joined = "<w:p><w:r><w:t>Am</w:t></w:r></w:p><w:p><w:r><w:t>al Saleh</w:t></w:r></w:p>"
    assert not look(packed({"word/document.xml": WORD.format(joined)}))
    comment = f'<w:p><w:comment w:author="{NAME}"/></w:p>'
    assert look(packed({"word/comments.xml": WORD.format(comment)}))


def test_workbooks_are_read_with_shared_texts_cells_and_names() -> None:
    shared = "<sst><si><r><t>Amal</t></r><r><t> Saleh</t></r></si></sst>"
    assert look(packed({"xl/sharedStrings.xml": shared}))
    cells = "<row><c><v>795550123</v></c><c><v>9</v></c></row>"
    assert look(packed({"xl/worksheets/sheet1.xml": cells}), "795550123")
    assert not look(packed({"xl/worksheets/sheet1.xml": cells}), "7955501239")
    assert look(packed({"xl/workbook.xml": f'<workbook><sheet name="{NAME}"/></workbook>'}))
    assert not look(
        packed({"xl/worksheets/sheet1.xml": cells, "xl/printerSettings/printerSettings1.bin": b"\0"})
    )


def test_open_documents_are_read_too() -> None:
    content = '<d xmlns:t="urn:t"><t:p>Amal<t:s/>Saleh</t:p></d>'
    assert look(packed({"content.xml": content, "mimetype": "application/vnd.oasis.opendocument.text"}))


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 Amal Saleh",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 9,
        b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        packed({"photos/1.jpg": b"\xff\xd8"}).replace(b"[Content_Types].xml", b"[Content_Typos].xml"),
        packed({"word/document.xml": WORD.format(""), "word/embeddings/a.xlsx": b"PK"}),
        packed({"word/document.xml": WORD.format("")}, method=zipfile.ZIP_LZMA),
        packed({"word/document.xml": '<!DOCTYPE d [<!ENTITY a "Amal Saleh">]><d>&a;</d>'}),
    ],
)
def test_what_nobody_reads_is_said(data: bytes) -> None:
    assert why(data) == FORMAT


def test_a_damaged_document_is_said() -> None:
    whole = packed({"word/document.xml": WORD.format("<w:p/>" * 900)})
    assert why(whole[: len(whole) // 2]) == DAMAGED
    assert why(packed({"word/document.xml": "<w:p>"})) == DAMAGED


def test_bombs_are_refused_in_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inside, "UNPACKED_BYTES", 16 << 20)
    zeros = packed({f"word/{at}.xml": b"<d>" + b" " * (4 << 20) + b"</d>" for at in range(5)})
    one_tag = packed({"word/document.xml": b"<d a='" + b" " * (15 << 20) + b"'/>"})
    many = packed({f"word/{at}.xml": b"<d/>" for at in range(5_001)}, method=zipfile.ZIP_STORED)
    listing = many[:-10] + (5 << 20).to_bytes(4, "little") + many[-6:]
    for bomb in (zeros, one_tag, many, listing):
        tracemalloc.start()
        assert why(bomb) == LARGE
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 20 << 20


def test_large_files_are_read_in_little_memory() -> None:
    words = random.Random(1).randbytes(16).hex().encode() + b" "
    text = words * 60_000
    document = packed({"word/document.xml": b"<d><p>" + text * 2 + b"</p></d>"})
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    assert not look(text)
    assert not look(document)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most - before < 6 << 20


def test_an_empty_file_says_nothing() -> None:
    assert not look(b"")
