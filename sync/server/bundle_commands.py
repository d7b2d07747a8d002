"""`daftar-server bundle`: making, looking into and taking in bundles without a network."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from sync.errors import DaftarError
from sync.server.answers import Choices, Group, answer, office_of, say, shown_id, shown_time
from sync.server.wording import message

if TYPE_CHECKING:
    from sync.bundles.writing import OpenVolume
    from sync.server.bundles import Brought, Bundles
    from sync.server.office import Office

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)
_UNITS = {"": 1, "KB": 1000, "MB": 1000**2, "GB": 1000**3}
_STARTER_DAYS = 90


@click.group("bundle", cls=Group)
def bundle() -> None:
    """Bundles: signed, sealed files that travel on a USB stick or by e-mail instead of the network."""


@bundle.command("create")
@click.argument("who", metavar="PERSON")
@click.argument("file", type=_NEW)
@click.option(
    "--starter", metavar="URL", help="A starter pack for a new laptop; URL is this server's address."
)
@click.option("--code", metavar="CODE", help="Lock it with this code too; a starter pack draws one.")
@click.option("--days", type=click.IntRange(1, 365), default=_STARTER_DAYS, show_default=True)
@click.option("--split", metavar="SIZE", help="Parts of at most this size, such as 20MB.")
@click.option("--files", is_flag=True, help="The content of attached files too, of each up to 5 MB.")
@click.option("--every-file", is_flag=True, help="With --files: larger ones too.")
@click.option("--files-size", metavar="SIZE", help="Files of together at most this size, small ones first.")
@click.pass_obj
def create(
    choices: Choices,
    who: str,
    file: Path,
    *,
    starter: str | None,
    code: str | None,
    days: int,
    split: str | None,
    files: bool,
    every_file: bool,
    files_size: str | None,
) -> None:
    """Write the workspaces of a person into FILE, sealed to the person's laptops.

    A starter pack lets a new laptop begin without a connection: it holds a one-time code as well, good for
    --days, and opens with a code that is told by another way.

    Example:
      daftar-server bundle create "Amina Hassan" /media/usb/amina.daftar-bundle
      daftar-server bundle create "Amina Hassan" amina.daftar-bundle --starter https://daftar.example.org
    """
    from sync.blobs import BLOB_LIMIT
    from sync.bundles.writing import FAT32
    from sync.server.bundles import USUAL_FILE, Wish
    from sync.server.credentials import draw_code

    with office_of(choices) as office:
        person = office.accounts.person(who)
        invite = office.enrolment.invite(person, days=days)[0] if starter else ""
        # Twice as long as a one-time code: nobody counts how often a file is tried.
        lock = code or (f"{draw_code()}-{draw_code()}" if starter else "")
        size = _size(split) if split else FAT32
        limit = BLOB_LIMIT if every_file else USUAL_FILE
        wish = Wish(
            {},
            lock,
            size,
            limit if files or every_file else 0,
            _size(files_size) if files_size else None,
            starter or "",
            invite,
        )
        written: list[Path] = []
        made = bundles_of(office).create(person, wish, into(file, written), draw=secrets.token_bytes)
    document = {
        "files": [str(path) for path in written],
        "bundle": made.bundle.hex(),
        "person": {"id": shown_id(person.id), "name": person.name},
        "changes": made.changes,
        "bytes": sum(made.sizes),
        "code": lock or None,
    }
    text = f"{', '.join(map(str, written))}: {made.changes} changes for {person.name}"
    answer(choices, document, f"{text}\nCode: {lock}" if lock else text)


@bundle.command("inspect")
@click.argument("file", type=_FILE)
@click.pass_obj
def inspect(choices: Choices, file: Path) -> None:
    """Say who made a bundle, when, and how much is in it; changes nothing.

    Example:
      daftar-server bundle inspect /media/usb/lina.daftar-bundle
    """
    from sync.bundles.reading import BundleFile
    from sync.server.cards import server_keys

    with office_of(choices) as office, file.open("rb") as stream:
        with office.storage.reading() as connection:
            own = server_keys(connection)
        found = BundleFile(stream)
        trust, head, card = found.confirmed_by(own.public), found.head, found.head.card
    document = {
        "kind": head.kind,
        "bundle": head.bundle.hex(),
        "made": shown_time(head.made_ms),
        "person": card.person or None,
        "laptop": card.laptop or None,
        "trust": trust or None,
        "fingerprint": card.keys.fingerprint,
        "changes": head.changes,
        "workspaces": head.places,
        "volume": head.volume,
        "volumes": head.volumes,
    }
    who = " · ".join(part for part in (card.person, card.laptop) if part) or "server"
    text = f"{head.kind} of {who}, {document['made']}: {head.changes} changes, part {head.volume}"
    answer(choices, document, f"{text} of {head.volumes}; {trust or 'nobody confirms its maker'}")


@bundle.command("apply")
@click.argument("files", type=_FILE, nargs=-1, required=True)
@click.option("--reply", type=_NEW, metavar="FILE", help="Write what its maker lacks, for the way back.")
@click.pass_obj
def apply(choices: Choices, files: tuple[Path, ...], reply: Path | None) -> None:
    """Take in bundles that laptops made, in any order, as often as you like.

    Each change is checked as if its author had sent it. The reply holds the acknowledgements and what the
    server has that the maker had not.

    Example:
      daftar-server bundle apply /media/usb/lina.daftar-bundle --reply /media/usb/for-lina.daftar-bundle
    """
    documents: list[dict[str, object]] = []
    problems: list[str] = []
    replied: list[Path] = []
    taken = 0
    with office_of(choices) as office:
        use = bundles_of(office)
        for file in files:
            try:
                with file.open("rb") as stream:
                    brought = use.apply(stream)
            except DaftarError as error:
                documents.append({"file": str(file), "handed": [], "problems": [error.code]})
                problems.append(error.code)
                continue
            codes = [*brought.answer.problems, *(one.code for one in brought.answer.handed if one.code)]
            documents.append(_document(file, brought, codes))
            problems += codes
            taken += sum(one.taken for one in brought.answer.handed)
            if reply is not None and not replied:
                replied = _reply(office, use, brought, reply)
    text = f"{taken} changes taken"
    answer(
        choices,
        {"bundles": documents, "problems": problems, "reply": [str(path) for path in replied]},
        f"{text}; {', '.join(problems)}" if problems else text,
    )
    if problems:
        say(message(DaftarError("bundle_problems", codes=", ".join(sorted(set(problems))))))
        raise SystemExit(1)


def _reply(office: Office, use: Bundles, brought: Brought, target: Path) -> list[Path]:
    from sync.server.bundles import Wish

    person = next(one for one in office.accounts.persons() if one.id == brought.account)
    files: list[Path] = []
    use.create(person, Wish(brought.cursors), into(target, files), draw=secrets.token_bytes)
    return files


def _document(file: Path, brought: Brought, codes: list[str]) -> dict[str, object]:
    handed = [
        {
            "workspace": shown_id(one.workspace),
            "device": f"{one.device:012x}",
            "taken": one.taken,
            "refused": one.refused,
            "held": one.dseq,
            "code": one.code or None,
        }
        for one in brought.answer.handed
    ]
    return {"file": str(file), "handed": handed, "attached": brought.files, "problems": codes}


def bundles_of(office: Office) -> Bundles:
    """The use cases on bundles over an open database."""
    from sync.server.bundles import Bundles

    return Bundles(office.storage, clock=office.clock, settings=office.settings)


def into(target: Path, files: list[Path]) -> OpenVolume:
    """Volumes beside each other, each whole or not at all; notes what was written."""

    @contextmanager
    def open_volume(volume: int, volumes: int) -> Iterator[IO[bytes]]:
        named = target if target.suffix else target.with_name(f"{target.name}.daftar-bundle")
        if volumes > 1:
            named = named.with_name(f"{named.stem}.{volume}of{volumes}{named.suffix}")
        part = named.with_name(f"{named.name}.part")
        try:
            with part.open("wb") as file:
                yield file
            part.replace(named)
        except OSError as error:
            raise DaftarError("cannot_write", path=str(named), reason=error.strerror or "") from error
        files.append(named)

    return open_volume


def _size(text: str) -> int:
    typed = text.strip().upper()
    digits = typed.rstrip("KMGB")
    unit = typed[len(digits) :]
    if unit not in _UNITS or not digits.isdigit():
        raise click.UsageError(f"{text} is not a size; write it like 20MB")
    return int(digits) * _UNITS[unit]
