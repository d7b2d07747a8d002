"""Blocks of cells as spreadsheets copy them: tab separated text and an HTML table."""

from collections.abc import Sequence
from html import escape


def to_tsv(block: Sequence[Sequence[str]]) -> str:
    return "\n".join("\t".join(_quoted(cell) for cell in line) for line in block)


def to_html(block: Sequence[Sequence[str]]) -> str:
    lines = ("".join(f"<td>{escape(cell)}</td>" for cell in line) for line in block)
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def from_tsv(text: str) -> list[list[str]]:
    """Read tab separated text; cells in double quotes may hold tabs and line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.removesuffix("\n")
    if not text:
        return []
    block: list[list[str]] = [[]]
    at = 0
    while at <= len(text):
        cell, at = _quoted_cell(text, at) if text[at : at + 1] == '"' else _plain_cell(text, at)
        block[-1].append(cell)
        if at < len(text) and text[at] == "\n":
            block.append([])
        elif at >= len(text):
            break
        at += 1
    return block


def _plain_cell(text: str, at: int) -> tuple[str, int]:
    end = at
    while end < len(text) and text[end] not in "\t\n":
        end += 1
    return text[at:end], end


def _quoted_cell(text: str, at: int) -> tuple[str, int]:
    end = at + 1
    parts: list[str] = []
    while end < len(text):
        if text[end] != '"':
            parts.append(text[end])
            end += 1
        elif text[end : end + 2] == '""':
            parts.append('"')
            end += 2
        else:
            end += 1
            break
    else:
        # The quote never closes, so it was only a character.
        return _plain_cell(text, at)
    if end < len(text) and text[end] not in "\t\n":
        return _plain_cell(text, at)
    return "".join(parts), end


def _quoted(cell: str) -> str:
    if any(mark in cell for mark in "\t\n\r"):
        return '"' + cell.replace('"', '""') + '"'
    return cell
