"""What an installed copy must prove: that all its parts came along and work together on this machine."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sync.clock import Clock

_TITLE = "أَحْمَد يكتب خُطّة التدريب"
_FOUND_BY = "احمد"
_CHEAPEST_MEMORY = 8 << 20


@dataclass(frozen=True, slots=True)
class Check:
    """One part: whether it works, and what it said."""

    name: str
    ok: bool
    detail: str = ""


class _Unproved(Exception):  # noqa: N818 - it never leaves this module
    """A part that answers, but wrongly."""


def run_checks(*, clock: Clock) -> list[Check]:
    """Every check, in a temporary folder; one that fails does not keep the others from running."""
    with tempfile.TemporaryDirectory(prefix="daftar-selftest-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        parts: dict[str, Callable[[], str]] = {
            "storage": lambda: _storage(folder, clock),
            "languages": _languages,
            "spreadsheets": lambda: _spreadsheets(folder),
            "network": _network,
            "window": lambda: _window(folder),
        }
        return [_check(name, part) for name, part in parts.items()]


def _check(name: str, part: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, detail=part())
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        return Check(name, ok=False, detail=f"{type(error).__name__}: {error}")


def _insist(condition: object, detail: str) -> None:
    if not condition:
        raise _Unproved(detail)


def _storage(folder: Path, clock: Clock) -> str:
    """An encrypted database that is written, found in, and sound; text that merges."""
    from desktop.paths import Paths
    from desktop.store.keys import Cost
    from desktop.store.profile import create_profile
    from desktop.store.rows import Query
    from desktop.store.store import Store
    from desktop.store.verify import verify
    from sync.changes import Edit
    from sync.merge.texts import set_text
    from sync.records import KINDS
    from sync.replica.replica import Replica

    cost = Cost(operations=1, memory=_CHEAPEST_MEMORY)
    profile = create_profile(Paths(folder / "profile"), passphrase="self-test", cost=cost)  # noqa: S106
    store = Store.open(profile, KINDS, clock)
    try:
        workspace = bytes(range(16))

        def grant(replica: Replica) -> None:
            replica.workspaces.grant(workspace, number=None, role="officer", name="Self-test")

        store.run(grant)
        writes = {"title": _TITLE, "notes": set_text(None, "ملاحظات").update}
        edit = Edit(workspace, "meeting", store.new_id(), writes, create=True)
        store.submit([edit], label="Add a record").result()
        reader = store.reader()
        try:
            rows = reader.select(Query("meeting", search=_FOUND_BY))
            _insist([row["title"] for row in rows] == [_TITLE], "search does not find Arabic words")
            _insist(rows[0]["notes"] == "ملاحظات", "long text does not come back")
            _insist(not verify(reader, clock=clock), "the database is not what its log says")
            (version,) = reader.connection.execute("PRAGMA cipher_version").fetchone()
        finally:
            reader.close()
    finally:
        store.close()
    content = profile.paths.database.read_bytes()
    _insist(content[:6] != b"SQLite" and _TITLE.encode() not in content, "the database is not encrypted")
    return f"SQLCipher {version}"


def _languages() -> str:
    from desktop.words import LANGUAGES, Words
    from desktop.words.messages import MESSAGES

    for language in LANGUAGES:
        words = Words(language)
        message = MESSAGES["disk_full"]
        _insist(language == "en" or words.t(message) != message, f"no translations of {language}")
        words.date("2026-03-05")
    return ", ".join(LANGUAGES)


def _spreadsheets(folder: Path) -> str:
    from openpyxl import Workbook, load_workbook

    path = folder / "table.xlsx"
    book = Workbook()
    assert book.active is not None
    book.active.append([_TITLE, 12.5])
    book.save(path)
    sheet = load_workbook(path).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    _insist(rows == [[_TITLE, 12.5]], "a spreadsheet does not come back as it was written")
    return "xlsx"


def _network() -> str:
    """The certificates that connections are checked with are there."""
    import certifi
    import requests

    _insist(Path(certifi.where()).exists(), "the certificates are missing")
    return f"requests {requests.__version__}"


def _window(folder: Path) -> str:
    """A window that draws text, where this copy has windows at all."""
    from importlib.util import find_spec

    if find_spec("PySide6") is None:
        return "not part of this installation"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import qVersion
    from PySide6.QtWidgets import QApplication, QLabel

    application = QApplication.instance() or QApplication(["daftar", "self-test"])
    label = QLabel(_TITLE)
    label.resize(320, 80)
    picture = label.grab()
    label.deleteLater()
    application.processEvents()
    _insist(picture.save(str(folder / "window.png")), "a picture cannot be written")
    colours = {picture.toImage().pixel(x, y) for x in range(0, 320, 2) for y in range(0, 80, 2)}
    _insist(len(colours) > 1, "no text is drawn")
    return f"Qt {qVersion()}"
