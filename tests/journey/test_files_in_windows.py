"""A signed list from one window to the other, through a real server process, and back to free space."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.headquarters import headquarters
from helpers.messenger import content_of
from helpers.windows import PATIENCE_MS, Sitting
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.store.documents import Standing
from desktop.widgets.document_row import DocumentRow
from sync.changes import Edit

NAME = "Signed list.pdf"
CONTENT = content_of(600_000)


@pytest.fixture
def desks(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Sitting, Sitting]]:
    with headquarters(tmp_path / "server") as server:
        laptops = [server.hire(name, tmp_path / name[:4]) for name in ("Lina Haddad", "Omar Khalil")]
        sittings = [Sitting(qtbot, laptop) for laptop in laptops]
        for sitting in sittings:
            sitting.sync()
        yield sittings[0], sittings[1]
        for sitting in sittings:
            sitting.close()


def row_of(sitting: Sitting, activity: bytes, *, standing: Standing) -> DocumentRow:
    """The one file in the panel of an activity, once it stands so."""
    screen = sitting.workplan()
    screen.show_record("activity", activity)
    section = screen.panel.documents

    def shown() -> list[Standing | None]:
        return [row.shown.document.standing for row in section.rows]

    sitting.qtbot.waitUntil(lambda: shown() == [standing], timeout=PATIENCE_MS)
    return section.rows[0]


def test_a_file_is_seen_opened_freed_and_fetched_again(
    desks: tuple[Sitting, Sitting], tmp_path: Path
) -> None:
    lina, omar = desks
    activity, place = lina.store.new_id(), lina.session.desk.reader.workspaces()[0].id
    edit = Edit(place, "activity", activity, {"title": "Coach training"}, create=True)
    lina.store.submit([edit], label="Add").result()

    # Lina adds it; with a connection it goes out by itself.
    source = tmp_path / NAME
    source.write_bytes(CONTENT)
    section = lina.workplan().panel.documents
    lina.workplan().show_record("activity", activity)
    lina.until(lambda: section.about is not None and section.add.isVisible())
    QTest.keyClick(section.add, Qt.Key.Key_Return)
    assert section.chooser is not None
    section.chooser.filesSelected.emit([str(source)])
    section.chooser.reject()
    row_of(lina, activity, standing=Standing.WAITING)
    source.unlink()
    lina.session.worker.start()
    row_of(lina, activity, standing=Standing.HERE)

    # It comes to Omar over a good network, and his system's program shows it.
    omar.session.worker.start()
    row = row_of(omar, activity, standing=Standing.HERE)
    assert "Lina Haddad" in row.shown.caption
    opened: list[Path] = []
    omar.session.desk.files.open_address = lambda url: bool(
        opened.append(Path(QUrl(url).toLocalFile())) or True
    )
    QTest.keyClick(row.name, Qt.Key.Key_Return)
    omar.until(lambda: len(opened) == 1)
    assert (opened[0].name, opened[0].read_bytes()) == (NAME, CONTENT)

    # He frees the space, and it does not come back before he asks.
    panel = omar.workplan().panel
    panel.documents.drop_copy(row.shown.document)
    row = row_of(omar, activity, standing=Standing.AWAY)
    omar.session.worker.ask_now()
    omar.until(lambda: not omar.session.facts.state.running)
    assert row_of(omar, activity, standing=Standing.AWAY).policy is not None
    ask = row_of(omar, activity, standing=Standing.AWAY).ask
    assert ask is not None
    QTest.keyClick(ask, Qt.Key.Key_Return)
    row = row_of(omar, activity, standing=Standing.HERE)
    QTest.keyClick(row.name, Qt.Key.Key_Return)
    omar.until(lambda: len(opened) == 2)
    assert opened[1].read_bytes() == CONTENT
