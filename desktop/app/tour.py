"""The guided tour: every screen of a real profile as pictures, and a page that shows them."""

from __future__ import annotations

import html
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QEventLoop, QPoint
from PySide6.QtWidgets import QScrollArea

from desktop.app.session import Session
from desktop.store.rows import Order, Query
from desktop.widgets.documents import DocumentsSection
from sync.records import KINDS

SIZE: Final = (1366, 768)
PATIENCE_S: Final = 20.0
OPENED: Final = ("activity", "indicator", "agenda_item")
_WEARS: Final = (("en", "light"), ("en", "dark"), ("fr", "light"), ("ar", "light"), ("ar", "dark"))


@dataclass(frozen=True, slots=True)
class Picture:
    """One screenshot and what it shows: a screen by its key, a record that is open, or its files."""

    screen: str
    language: str
    theme: str

    @property
    def file(self) -> str:
        return f"{self.screen}-{self.language}-{self.theme}.png"


def draw_tour(session: Session, out: Path, *, language: str | None = None) -> int:
    """Draw every screen in each language (or in one) and theme; the result is the exit status."""
    out.mkdir(parents=True, exist_ok=True)
    window, settings = session.window, session.desk.settings
    session.start(syncing=False)
    window.resize(*SIZE)
    pictures: list[Picture] = []
    wears = [wear for wear in _WEARS if language in (None, wear[0])]
    for tongue, theme in wears:
        session.keep(replace(session.desk.settings, language=tongue, theme=theme))
        pictures += [_draw(session, out, picture) for picture in _walk(session, tongue, theme)]
    session.keep(settings)
    (out / "index.html").write_text(_page(pictures), encoding="utf-8")
    (out / "report.txt").write_text(_report(pictures), encoding="utf-8")
    return 0


def _walk(session: Session, language: str, theme: str) -> Iterator[Picture]:
    """Go to every screen, and open a record where there is one; each stop is a picture."""
    for screen in session.window.screen_keys():
        session.window.go(screen)
        yield Picture(screen, language, theme)
    for kind in OPENED:
        if _open_first(session, kind):
            yield Picture(kind, language, theme)
        if kind == "activity" and _show_files(session):
            yield Picture("files", language, theme)


def _draw(session: Session, out: Path, picture: Picture) -> Picture:
    settle(session)
    if not session.window.grab().save(str(out / picture.file)):
        raise OSError(f"{out / picture.file} could not be written")
    return picture


def _open_first(session: Session, kind: str) -> bool:
    """Open the record of a kind that has most to show: the first one with a code, else the first."""
    desk = session.desk
    order = tuple(Order(name) for name in ("code",) if name in KINDS[kind].fields)
    found = desk.reader.select(Query(kind, (desk.scope.workspace,), order=order, limit=1))
    if not found:
        return False
    session.window.open_record(kind, found[0].id)
    return True


def _show_files(session: Session) -> bool:
    """Bring the files of the open record to the top of what scrolls, where it has a place for them."""
    front = session.window.front
    shown = [each for each in front.findChildren(DocumentsSection) if each.isVisible()] if front else []
    for area in front.findChildren(QScrollArea) if front is not None and shown else []:
        inside = area.widget()
        if inside is not None and inside.isAncestorOf(shown[0]):
            area.verticalScrollBar().setValue(shown[0].mapTo(inside, QPoint(0, 0)).y())
    return bool(shown)


def settle(session: Session) -> None:
    """Let what was asked for arrive: no open question and no event left."""
    until = time.monotonic() + PATIENCE_S
    quiet = 0
    while quiet < 3:
        if time.monotonic() > until:
            raise TimeoutError("the screen did not come to rest")
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        quiet = 0 if session.desk.calls.waiting else quiet + 1


def _report(pictures: list[Picture]) -> str:
    lines = [f"{len(pictures)} pictures of {len({picture.screen for picture in pictures})} screens"]
    lines += [
        f"{picture.file}: {picture.screen}, {picture.language}, {picture.theme}" for picture in pictures
    ]
    return "\n".join(lines) + "\n"


def _page(pictures: list[Picture]) -> str:
    return "".join(_lines(pictures))


def _lines(pictures: list[Picture]) -> Iterator[str]:
    yield "<!doctype html><meta charset='utf-8'><title>Daftar: the tour</title>"
    yield "<style>body{font:14px sans-serif;margin:24px}img{width:683px;border:1px solid #ccc}</style>"
    for picture in pictures:
        caption = html.escape(f"{picture.screen} · {picture.language} · {picture.theme}")
        yield f"<figure><img src='{html.escape(picture.file)}' alt='{caption}'>"
        yield f"<figcaption>{caption}</figcaption></figure>"
