"""Minutes as a Word document: A4 upright, numbered pages, and from right to left in Arabic."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from desktop.exchange.minutes import Item, Minutes, Outcome
from desktop.words import Words
from sync.errors import DaftarError

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

FONT = "Arial"
_GREY = "F3F3F0"


def write_minutes(minutes: Minutes, path: Path, words: Words) -> None:
    """Write the file whole; raises `export_cannot_write`."""
    import docx

    document = docx.Document()
    _Page(document, words).write(minutes)
    try:
        with TemporaryDirectory(prefix=".daftar-", dir=path.parent) as folder:
            made = Path(folder) / path.name
            document.save(str(made))
            made.replace(path)
    except OSError as error:
        raise DaftarError("export_cannot_write", name=path.name) from error


class _Page:
    """Word keeps the direction of paragraphs, of letters, of tables and of the page apart; all are set."""

    def __init__(self, document: Document, words: Words) -> None:
        self._document, self._words, self._rtl = document, words, words.is_rtl
        self._set_up()

    def _set_up(self) -> None:
        from docx.shared import Cm, Pt

        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.2)
        section.top_margin = section.bottom_margin = Cm(2)
        for name, size in (("Normal", 10.5), ("Title", 20), ("Heading 1", 14), ("Heading 2", 12)):
            style: Any = self._document.styles[name]
            style.font.name, style.font.size = FONT, Pt(size)
            large = _element("w:szCs")
            large.set(_name("w:val"), str(int(size * 2)))
            properties = style.element.get_or_add_rPr()
            for former in properties.findall(_name("w:szCs")):
                properties.remove(former)
            properties.find(_name("w:sz")).addnext(large)
            fonts = properties.get_or_add_rFonts()
            for slot in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
                fonts.set(_name(slot), FONT)
            for slot in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
                fonts.attrib.pop(_name(slot), None)
        if self._rtl:
            whole: Any = self._document.element.body.sectPr
            grid = whole.find(_name("w:docGrid"))
            whole.insert(len(whole) if grid is None else list(whole).index(grid), _element("w:bidi"))
        self._number_pages(section.footer.paragraphs[0])

    def write(self, minutes: Minutes) -> None:
        words = self._words
        self._paragraph(minutes.title, style="Title")
        if minutes.draft:
            self._paragraph(words.t("DRAFT: the meeting is not closed yet."), bold=True)
        self._table([], [list(pair) for pair in minutes.facts], widths=(4, 12.6), bold_first=True)
        for line in minutes.notes:
            self._paragraph(line)
        for item in minutes.items:
            self._item(item)
        if minutes.loose:
            self._paragraph(words.t("Also decided"), style="Heading 1")
            for outcome in minutes.loose:
                self._outcome(outcome)
        if minutes.actions:
            self._paragraph(words.t("Action points"), style="Heading 1")
            heads = [words.t("No."), words.t("What"), words.t("Who"), words.t("By when"), words.t("State")]
            rows = [list(each) for each in minutes.actions]
            self._table(heads, rows, widths=(1.6, 7, 3.2, 2.6, 2.2))
        self._paragraph("")
        blanks = [[f"{role}: {name}", "_" * 24] for role, name in minutes.signers]
        self._table([], blanks, widths=(8.3, 8.3))

    def _item(self, item: Item) -> None:
        number = f"{self._words.isolate(item.number + '.')} " if item.number else ""
        self._paragraph(f"{number}{item.title}", style="Heading 2" if item.number else "Heading 1")
        if item.presenter:
            self._paragraph(item.presenter, quiet=True)
        for line in item.notes:
            self._paragraph(line)
        for outcome in item.outcomes:
            self._outcome(outcome)

    def _outcome(self, outcome: Outcome) -> None:
        words = self._words
        label = words.t("Decision") if outcome.kind == "decision" else words.t("Action point")
        number = f" {words.isolate(outcome.number)}" if outcome.number else ""
        paragraph = self._paragraph(f"{label}{number}: ", bold=True)
        self._run(paragraph, outcome.text)
        if outcome.detail:
            self._run(paragraph, f" ({outcome.detail})", quiet=True)

    # Parts of a page

    def _paragraph(
        self, text: str, *, style: str = "Normal", bold: bool = False, quiet: bool = False
    ) -> Paragraph:
        paragraph = self._document.add_paragraph(style=style)
        self._direct(paragraph)
        self._run(paragraph, text, bold=bold, quiet=quiet)
        return paragraph

    def _direct(self, paragraph: Paragraph) -> None:
        if self._rtl:
            paragraph.paragraph_format.element.get_or_add_pPr().append(_element("w:bidi"))

    def _run(self, paragraph: Paragraph, text: str, *, bold: bool = False, quiet: bool = False) -> None:
        from docx.shared import Pt, RGBColor

        if not text:
            return
        run = paragraph.add_run(text)
        properties: Any = run.element.get_or_add_rPr()
        if bold:
            run.bold = True
            properties.append(_element("w:bCs"))
        if quiet:
            run.font.size, run.font.color.rgb = Pt(9.5), RGBColor(0x55, 0x58, 0x5E)
        if self._rtl:
            properties.append(_element("w:rtl"))

    def _table(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths: Sequence[float],
        bold_first: bool = False,
    ) -> None:
        from docx.shared import Cm

        if not rows:
            return
        table = self._document.add_table(rows=0, cols=len(widths))
        table.autofit = False
        if heads:
            table.style = "Table Grid"
        made: Any = self._document.element.body.tbl_lst[-1]
        if self._rtl:
            properties = made.tblPr
            first = 0 if properties.find(_name("w:tblStyle")) is None else 1
            properties.insert(first, _element("w:bidiVisual"))
        for place, texts in enumerate([heads, *rows] if heads else rows):
            cells = table.add_row().cells
            for at, text in enumerate(texts):
                cells[at].width = Cm(widths[at])
                paragraph = cells[at].paragraphs[0]
                self._direct(paragraph)
                head = bool(heads) and place == 0
                self._run(paragraph, text, bold=head or (bold_first and at == 0))
        if heads:
            _repeat_head(made)

    def _number_pages(self, paragraph: Paragraph) -> None:
        self._direct(paragraph)
        for kind, text in _page_fields(self._words):
            run: Any = paragraph.add_run("" if kind else text)
            if kind:
                for each in _field(kind):
                    run.element.append(each)
            if self._rtl:
                run.element.get_or_add_rPr().append(_element("w:rtl"))


def _page_fields(words: Words) -> list[tuple[str, str]]:
    """The words of "page 1 of 3", cut where Word fills in the numbers."""
    said = words.t("Page {page} of {count}", page="\0", count="\1")
    found: list[tuple[str, str]] = []
    text = ""
    for letter in said:
        if letter in "\0\1":
            found += [("", text), ("PAGE" if letter == "\0" else "NUMPAGES", "")]
            text = ""
        else:
            text += letter
    return [pair for pair in [*found, ("", text)] if any(pair)]


def _repeat_head(table: Any) -> None:
    row = table.tr_lst[0]
    row.get_or_add_trPr().append(_element("w:tblHeader"))
    for cell in row.tc_lst:
        shade: Any = _element("w:shd")
        shade.set(_name("w:val"), "clear")
        shade.set(_name("w:fill"), _GREY)
        cell.get_or_add_tcPr().append(shade)


def _field(name: str) -> list[Any]:
    begin, code, end = _element("w:fldChar"), _element("w:instrText"), _element("w:fldChar")
    begin.set(_name("w:fldCharType"), "begin")
    code.text = name
    end.set(_name("w:fldCharType"), "end")
    return [begin, code, end]


def _element(tag: str) -> Any:
    from docx.oxml import OxmlElement

    return OxmlElement(tag)


def _name(tag: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(tag))
