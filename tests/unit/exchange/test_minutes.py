"""Minutes of a meeting: everything in its order, and a Word document that runs the right way."""

from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from helpers.minutes import keep_minutes
from helpers.office import Office, open_office

from desktop.exchange.minutes import Minutes, read_minutes
from desktop.exchange.word import write_minutes
from desktop.store.reader import Reader
from desktop.words import Words
from sync.errors import DaftarError


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = open_office(tmp_path)
    keep_minutes(made)
    yield made
    made.close()


@pytest.fixture
def reader(office: Office) -> Iterator[Reader]:
    made = office.store.reader()
    yield made
    made.close()


def minutes_of(office: Office, reader: Reader, language: str = "en") -> Minutes:
    return read_minutes(reader, office.ids["meeting"], Words(language))


def test_the_agenda_is_numbered_and_holds_what_came_of_it(office: Office, reader: Reader) -> None:
    minutes = minutes_of(office, reader)
    assert minutes.title == "Jordan planning meeting"
    assert minutes.draft
    assert [item.number for item in minutes.items] == ["1", "2", "3", "4", "5", "6"]
    second = minutes.items[1]
    assert (second.title, second.presenter) == ("Prior-learning certificates", "Hassan Aziz")
    assert len(second.notes) == 2
    assert second.notes[1].startswith("Claire asks")
    assert [(each.kind, each.number) for each in second.outcomes] == [
        ("decision", "D-14"), ("action_point", "A-31"), ("action_point", "A-32"),
    ]  # fmt: skip
    assert second.outcomes[1].detail.startswith("Omar Khalil · 18 Jun 2026")
    assert (
        "A-31",
        "Send 56 complete files to the board secretary",
        "Omar Khalil",
        "18 Jun 2026",
        "Open",
    ) in (minutes.actions)
    assert ("Chair", "Samir Nasser") in minutes.facts


def test_what_belongs_to_no_point_is_not_lost(office: Office, reader: Reader) -> None:
    office.add("loose", "decision", title="Meet in July", meeting=office.ids["meeting"])
    assert [each.text for each in minutes_of(office, reader).loose] == ["Meet in July"]


def test_a_removed_meeting_has_no_minutes(office: Office, reader: Reader) -> None:
    office.change("meeting", "meeting", deleted=True)
    with pytest.raises(DaftarError, match="record_deleted"):
        minutes_of(office, reader)


def written(office: Office, reader: Reader, folder: Path, language: str) -> Path:
    file = folder / "minutes.docx"
    write_minutes(minutes_of(office, reader, language), file, Words(language))
    return file


def test_word_reads_back_every_word(office: Office, reader: Reader, tmp_path: Path) -> None:
    document = docx.Document(str(written(office, reader, tmp_path, "en")))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[0] == "Jordan planning meeting"
    assert "DRAFT: the meeting is not closed yet." in texts
    assert any("Prior-learning certificates" in text for text in texts)
    assert any(text.startswith("Claire asks") for text in texts)
    table = next(each for each in document.tables if len(each.columns) == 5)
    assert [cell.text for cell in table.rows[0].cells] == ["No.", "What", "Who", "By when", "State"]
    assert len(table.rows) == 3
    assert not document.element.findall(f".//{qn('w:rtl')}")


def test_arabic_runs_from_right_to_left_everywhere(office: Office, reader: Reader, tmp_path: Path) -> None:
    document = docx.Document(str(written(office, reader, tmp_path, "ar")))
    body = document.element.body
    assert body.sectPr.find(qn("w:bidi")) is not None
    for paragraph in body.iter(qn("w:p")):
        assert paragraph.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None
    for run in body.iter(qn("w:r")):
        assert run.find(f"{qn('w:rPr')}/{qn('w:rtl')}") is not None
    for table in body.iter(qn("w:tbl")):
        assert table.find(f"{qn('w:tblPr')}/{qn('w:bidiVisual')}") is not None
    assert any("محضر" in paragraph.text or "قرار" in paragraph.text for paragraph in document.paragraphs)


def test_where_it_cannot_be_written_it_is_said(office: Office, reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(DaftarError, match="export_cannot_write"):
        write_minutes(minutes_of(office, reader), tmp_path / "gone" / "minutes.docx", Words("en"))
