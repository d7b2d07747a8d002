"""The sealed bundles of colleagues that this laptop carries to the server: what waits, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop.cli.call import Call
from desktop.cli.line import Command
from desktop.cli.printing import t
from sync.errors import DaftarError

if TYPE_CHECKING:
    from desktop.store.parcels import Waiting
    from desktop.store.reader import Reader
    from desktop.store.store import Store

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("waiting", cls=Command)
@click.option(
    "--save", type=_FOLDER, metavar="FOLDER", help="Write copies there, for somebody else to carry."
)
@click.option("--again", is_flag=True, help="Try all of them with the next sync, however long they rest.")
@click.option("--discard", "discarded", metavar="ID", multiple=True, help="Carry one no longer; repeatable.")
@click.pass_obj
def waiting_command(call: Call, save: Path | None, *, again: bool, discarded: tuple[str, ...]) -> None:
    """List the sealed bundles of colleagues that this laptop carries to the server.

    Each stays here until the server has said that it holds everything in it. Where the server takes one not,
    it is tried again by itself, later and later up to once a day; the reason says what can be done. With
    --json an array: id, part, person, made, bytes, code (null before the first try), message, tries, next
    (when it is tried again), and with --save also file. --discard takes one off this laptop for good.

    \b
    Examples:
      daftar bundle waiting --json
      daftar bundle waiting --save /media/usb
    """
    if again or discarded:
        with call.writing() as (store, reader):
            _alter(store, reader, again=again, discarded=discarded)
            _say(call, _documents(call, _waiting(reader)))
        return
    with call.reading() as reader:
        found = _waiting(reader)
        documents = _documents(call, found)
        if save is not None:
            for document, path in zip(documents, _save(reader, found, save), strict=True):
                document["file"] = str(path)
    _say(call, documents)


def _waiting(reader: Reader) -> list[Waiting]:
    from desktop.store.parcels import waiting

    return waiting(reader.connection)


def _alter(store: Store, reader: Reader, *, again: bool, discarded: Sequence[str]) -> None:
    from desktop.store import parcels

    known = {_id(one): one for one in _waiting(reader)}
    for wanted in discarded:
        one = known.get(wanted)
        if one is None:
            raise DaftarError("parcel_unknown", id=wanted[:40])
        store.post(partial(parcels.drop, bundle=one.bundle, volume=one.volume)).result()
    if again:
        store.post(parcels.try_again).result()


def _save(reader: Reader, found: Sequence[Waiting], folder: Path) -> list[Path]:
    from desktop.store import parcels
    from desktop.syncing.handing import save_copies

    return save_copies(
        found, folder, read=lambda one: parcels.read(reader.connection, one.bundle, one.volume)
    )


def _id(one: Waiting) -> str:
    return f"{one.bundle.hex()}-{one.volume}"


def _documents(call: Call, found: Sequence[Waiting]) -> list[dict[str, Any]]:
    from desktop.words.parcels import parcel_reason

    return [
        {
            "id": _id(one),
            "part": one.volume,
            "person": one.person or None,
            "made": _moment(one.made_ms),
            "bytes": one.size,
            "code": one.code or None,
            "message": parcel_reason(call.words, one.code),
            "tries": one.tries,
            "next": _moment(one.next_ms) if one.next_ms else None,
        }
        for one in found
    ]


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _say(call: Call, documents: Sequence[dict[str, Any]]) -> None:
    words = call.words
    lines = [
        [one["id"], one["person"] or "", one["made"][:10], words.size(one["bytes"]), one["message"]]
        for one in documents
    ]
    table = call.table([t("Id"), t("Person"), t("Made at"), t("Size"), t("Why it waits")], lines)
    saved = [words.t("Saved: {file}", file=one["file"]) for one in documents if "file" in one]
    text = "\n".join([table, *saved]) if lines else words.t("Nothing of colleagues waits here.")
    call.answer(list(documents), lambda: text)
