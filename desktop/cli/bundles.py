"""Bundles: sending and receiving without a network, by USB stick or e-mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop.cli.call import Call
from desktop.cli.carrying import waiting_command
from desktop.cli.line import Group
from desktop.cli.printing import t
from desktop.words.enclosed import damaged_told, enclosed_told

if TYPE_CHECKING:
    from desktop.store.reader import Reader
    from desktop.syncing.bundles import Look, Taken
    from desktop.words import Words
    from sync.replica.workspaces import WorkspaceState

_FILE = click.Path(dir_okay=False, path_type=Path)
_UNITS = {"": 1, "B": 1, "KB": 1000, "MB": 1000**2, "GB": 1000**3, "K": 1000, "M": 1000**2, "G": 1000**3}


@click.group("bundle", cls=Group)
def bundle_command() -> None:
    """Send and receive without a network: signed, sealed files on a USB stick or in an e-mail.

    \b
    Example:
      daftar bundle create --for server /media/stick/amman.daftar
    """


@bundle_command.command("create")
@click.argument("file", type=_FILE)
@click.option(
    "--for", "wanted", multiple=True, required=True, metavar="WHOM", help="server, a PERSON, or a laptop."
)
@click.option("--split", metavar="SIZE", help="Parts of at most this size: 20MB for e-mail. Default 4 GB.")
@click.option("--since", metavar="DATE", help="Also what the server has ordered since DATE, or `start`.")
@click.option("--files", is_flag=True, help="The content of attached files too.")
@click.option("--every-file", is_flag=True, help="Also of those that are fetched on demand only.")
@click.option("--files-size", metavar="SIZE", help="Files of together at most this size, small ones first.")
@click.pass_obj
def create_command(
    call: Call,
    file: Path,
    wanted: Sequence[str],
    split: str | None,
    since: str | None,
    *,
    files: bool,
    every_file: bool,
    files_size: str | None,
) -> None:
    """Write what was not sent yet into FILE, for the server or for colleagues.

    What colleagues gave to be carried goes along, signed by them. Only those it is made for can open it. A
    bundle for a colleague holds only workspaces that the colleague may enter. With --files it also holds the
    content of attached files that the server has not confirmed, and, with --since, of all that lie here.

    With --json an object: files, bundle, for, changes (own, carried, ordered), bytes, enclosed (files, bytes,
    left).

    \b
    Examples:
      daftar bundle create --for server /media/usb/lina.daftar-bundle
      daftar bundle create --for server --files --files-size 50MB /media/usb/lina.daftar-bundle
      daftar bundle create --for "Omar Haddad" --split 20MB --since 2026-01-01 for-omar.daftar-bundle
    """
    with call.writing() as (store, reader):
        from desktop.syncing.bundles import Wish, make_bundle
        from desktop.syncing.enclosed import Files
        from desktop.syncing.recipients import find_recipients
        from sync.bundles.writing import FAT32

        found = {one.key: one for name in wanted for one in find_recipients(reader, name)}
        size = read_size(split) if split else FAT32
        most = read_size(files_size) if files_size else None
        which = Files.ALL if every_file else Files.USUAL if files else Files.NONE
        wish = Wish(tuple(found.values()), file, size, _since(reader, since), which, most)
        saved = make_bundle(store, reader, wish, clock=call.clock)
        document = {
            "files": [str(path) for path in saved.files],
            "bundle": saved.made.bundle.hex(),
            "for": [
                {"person": one.person or None, "laptop": one.laptop or one.key} for one in found.values()
            ],
            "changes": {"own": saved.own, "carried": saved.carried, "ordered": saved.ordered},
            "damaged": saved.damaged,
            "bytes": sum(saved.made.sizes),
            "enclosed": {
                "files": len(saved.enclosed.files),
                "bytes": saved.enclosed.bytes,
                "left": saved.enclosed.left,
            },
        }
        text = call.words.t(
            "{own} of your changes and {carried} of colleagues are in {files}.",
            own=call.words.number(saved.own),
            carried=call.words.number(saved.carried),
            files=call.words.join([path.name for path in saved.files]),
        )
        enclosed = saved.enclosed
        told = enclosed_told(call.words, files=len(enclosed.files), size=enclosed.bytes, left=enclosed.left)
        lines = [text, *told, *damaged_told(call.words, saved.damaged)]
        call.answer(document, lambda: "\n".join(lines))


@bundle_command.command("inspect")
@click.argument("file", type=_FILE)
@click.option("--code", default="", metavar="CODE", help="The code it was locked with, if it was.")
@click.pass_obj
def inspect_command(call: Call, file: Path, code: str) -> None:
    """Say who made a bundle, when, and how much is in it; changes nothing.

    Works without keys: then only what stands outside of the seal is told. With --json an object: kind,
    bundle, made, person, laptop, trust (server, starter, or null), fingerprint, changes, workspaces, volume,
    volumes, opens, and where it opens, contents (workspace, kind, changes) and enclosed (files, bytes).

    \b
    Example:
      daftar bundle inspect /media/usb/lina.daftar-bundle
    """
    from desktop.cli.documents import insist_file
    from desktop.store.profile import profile_exists

    insist_file(file)
    if profile_exists(call.paths) and call.paths.database.exists():
        with call.reading() as reader:
            from desktop.syncing.bundles import look

            found = look(file, reader=reader, code=code)
    else:
        from desktop.syncing.bundles import look

        found = look(file, code=code)
    document = look_document(found)
    call.answer(document, lambda: _look_text(call, document))


bundle_command.add_command(waiting_command)


def look_document(found: Look) -> dict[str, Any]:
    """What can be told of a bundle."""
    head, card = found.head, found.head.card
    document: dict[str, Any] = {
        "kind": head.kind,
        "bundle": head.bundle.hex(),
        "made": datetime.fromtimestamp(head.made_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "person": card.person or None,
        "laptop": card.laptop or None,
        "trust": found.trust or None,
        "fingerprint": card.keys.fingerprint,
        "changes": head.changes,
        "workspaces": head.places,
        "volume": head.volume,
        "volumes": head.volumes,
        "opens": found.notes is not None,
    }
    if found.notes is not None:
        from sync.bundles.files import files_in
        from sync.bundles.layout import PieceKind

        counts: dict[tuple[int, str], int] = {}
        for entry in found.entries:
            if entry.kind is PieceKind.BLOB or not isinstance(entry.kind, PieceKind):
                continue
            key = (entry.place, entry.kind.name.lower())
            counts[key] = counts.get(key, 0) + entry.last - entry.first + 1
        document["contents"] = [
            {"workspace": found.notes.places[place].name, "kind": kind, "changes": count}
            for (place, kind), count in sorted(counts.items())
        ]
        files, size = files_in(found.entries)
        document["enclosed"] = {"files": files, "bytes": size}
        document["unknown"] = sum(not isinstance(one.kind, PieceKind) for one in found.entries)
    return document


def _look_text(call: Call, document: dict[str, Any]) -> str:
    words = call.words
    trust = {
        "server": t("Confirmed by your server."),
        "starter": t("Confirmed by your server through a starter pack."),
    }.get(document["trust"] or "", t("Nobody confirms who made it. Compare the fingerprint with its maker."))
    who = words.join([part for part in (document["person"], document["laptop"]) if part]) or words.t("Server")
    return "\n".join(
        [
            f"{words.t('Made by')}: {who}",
            f"{words.t('Made at')}: {document['made']}",
            f"{words.t('Fingerprint')}: {document['fingerprint']}",
            words.t(trust),
            words.n("{count} change", "{count} changes", document["changes"]),
            words.t("Part {part} of {parts}", part=document["volume"], parts=document["volumes"]),
            *_enclosed_text(words, document.get("enclosed")),
        ]
    )


def _enclosed_text(words: Words, enclosed: Mapping[str, int] | None) -> list[str]:
    if not enclosed or not enclosed["files"]:
        return []
    count, size = enclosed["files"], words.size(enclosed["bytes"])
    return [words.n("With {count} file, {size}.", "With {count} files, {size}.", count, size=size)]


@bundle_command.command("apply")
@click.argument("files", type=_FILE, nargs=-1, required=True)
@click.option("--code", default="", metavar="CODE", help="The code it was locked with, if it was.")
@click.option("--trust", default="", metavar="FINGERPRINT", help="Believe a maker whom nobody confirms.")
@click.pass_obj
def apply_command(call: Call, files: Sequence[Path], code: str, trust: str) -> None:
    """Take in bundles: in any order, again, or only some of their parts.

    What the server has not ordered yet is shown as tentative; what is sealed for the server alone is kept,
    and handed in at the next sync. With --json an object: bundles (bundle, files, person, trust, new, known,
    ordered, acknowledged, elsewhere, carried, attached, missing_parts, problems) and problems; attached
    counts files that are whole here now. The exit status is 0 only where nothing stood in the way.

    \b
    Example:
      daftar bundle apply /media/usb/*.daftar-bundle
    """
    from desktop.cli.documents import insist_file

    for file in files:
        insist_file(file)
    with call.writing() as (store, reader):
        from desktop.syncing.bundles import take_bundles

        taken = take_bundles(store, reader, files, code=code, fingerprint=trust)
        documents = [_taken_document(call, one) for one in taken]
        problems = [problem for one in documents for problem in one["problems"]]
        call.answer(
            {"bundles": documents, "problems": problems},
            lambda: "\n".join(_taken_text(call, one) for one in documents),
        )
        if call.as_json or not problems:
            call.say(*[problem["message"] for problem in problems])
    if problems:
        raise SystemExit(1)


def _taken_document(call: Call, taken: Taken) -> dict[str, Any]:
    from desktop.words.messages import explain
    from sync.errors import DaftarError

    brought = taken.brought
    codes = {taken.code: 1} if taken.code else {}
    codes |= brought.problems
    return {
        "bundle": taken.head.bundle.hex(),
        "files": [str(path) for path in taken.files],
        "person": taken.head.card.person or None,
        "trust": taken.trust or None,
        "new": brought.new,
        "known": brought.known,
        "ordered": brought.ordered,
        "acknowledged": brought.acknowledged,
        "elsewhere": brought.elsewhere,
        "carried": taken.carried,
        "attached": brought.files,
        "missing_parts": taken.missing,
        "problems": [
            {
                "code": code,
                "count": count,
                "message": explain(call.words, DaftarError(code, **taken.params)),
            }
            for code, count in codes.items()
        ],
    }


def _taken_text(call: Call, document: dict[str, Any]) -> str:
    words = call.words
    lines = [f"{document['person'] or words.t('Server')}:"]
    lines.append(words.n("{count} new change", "{count} new changes", document["new"]))
    if document["ordered"]:
        lines.append(words.n("{count} from the server", "{count} from the server", document["ordered"]))
    if document["acknowledged"]:
        lines.append(
            words.n(
                "{count} of yours has arrived at the server",
                "{count} of yours have arrived at the server",
                document["acknowledged"],
            )
        )
    if document["attached"]:
        lines.append(words.n("{count} attached file", "{count} attached files", document["attached"]))
    if document["carried"]:
        lines.append(words.t("It is for the server; it goes along at the next sync."))
    if document["missing_parts"]:
        lines.append(
            words.n(
                "{count} part is missing; it can be taken in later.",
                "{count} parts are missing; they can be taken in later.",
                document["missing_parts"],
            )
        )
    return "\n".join([*lines, *[problem["message"] for problem in document["problems"]]])


def read_size(text: str) -> int:
    """`20MB` in bytes; raises `unknown_size`."""
    from sync.errors import DaftarError

    typed = text.strip().upper().replace(" ", "")
    digits = typed.rstrip("KMGB")
    unit = typed[len(digits) :]
    if unit not in _UNITS or not digits.isdigit():
        raise DaftarError("unknown_size", typed=text[:40])
    return int(digits) * _UNITS[unit]


def _since(reader: Reader, text: str | None) -> Callable[[WorkspaceState], int | None]:
    """Behind which `pseq` of each workspace the server's order is put in; None: not at all."""
    if text is None:
        return lambda _state: None
    if text == "start":
        return lambda _state: 0
    from desktop.syncing.bundles import ordered_since
    from sync.errors import DaftarError

    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise DaftarError("unknown_date", typed=text[:40]) from error
    from_ms = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
    marks = {state.id: ordered_since(reader, state, from_ms) for state in reader.workspaces()}
    return lambda state: marks.get(state.id)
