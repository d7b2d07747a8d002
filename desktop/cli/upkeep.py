"""Looking after a notebook: is it sound, is the program whole, how is it set, and the tour."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop.cli.call import Call
from desktop.cli.line import Command, Group
from desktop.cli.printing import t

if TYPE_CHECKING:
    from desktop.settings import Preference, Scalar
    from desktop.store.verify import Flaw


@click.command("check", cls=Command)
@click.option("--repair", is_flag=True, help="Put right from the server what is wrong.")
@click.pass_obj
def check_command(call: Call, repair: bool) -> None:
    """Check that the notebook is sound, to the last value.

    Reads every page of the file, computes the digests from the tables again, and folds the whole log once
    more into an empty notebook in memory, which must come out the same. Changes nothing, unless --repair is
    given: then it puts right what follows from the log, syncs, takes over from the server the records that
    are wrong, and checks again; what was not sent yet stays. With --json an object: ok, problems (code,
    message, workspace, kind, record), and digests (workspace: the fingerprint of what the server has ordered,
    the same on every laptop that has all of it). The exit status is 0 only where all is well.

    \b
    Example:
      daftar check
    """
    if repair:
        _repair(call)
    with call.reading() as reader:
        from desktop.store.verify import verify

        flaws = verify(reader, clock=call.clock)
        problems = [_flaw_document(call, flaw) for flaw in flaws]
        digests = {state.name: state.digest.summary().hex() for state in reader.workspaces()}
        lines = [
            f"{entry['message']} {entry['workspace'] or ''} {entry['record'] or ''}" for entry in problems
        ]
        call.answer(
            {"ok": not flaws, "problems": problems, "digests": digests},
            lambda: "\n".join(lines) if lines else call.words.t("Everything is as it should be."),
        )
    if flaws:
        raise SystemExit(1)


def _repair(call: Call) -> None:
    """Put right what the server can help with, and say how much that was."""
    with call.writing() as (store, _):
        from desktop.syncing.mending_here import mend_numbers

        numbers = mend_numbers(store)
    if numbers:
        call.say(
            call.words.n(
                "{count} value beside the log was not what the log says, and was put right.",
                "{count} values beside the log were not what the log says, and were put right.",
                numbers,
            )
        )
    with call.writing() as (store, reader):
        from desktop.syncing.mending_here import repair_here

        receipt = repair_here(store, reader, clock=call.clock)
        if receipt.repaired:
            call.say(
                call.words.n(
                    "{count} record was not what the server has, and was put right.",
                    "{count} records were not what the server has, and were put right.",
                    receipt.repaired,
                )
            )


def _flaw_document(call: Call, flaw: Flaw) -> dict[str, Any]:
    from desktop.words.messages import explain
    from sync.errors import DaftarError
    from sync.records import id_text

    return {
        "code": flaw.code,
        "message": explain(call.words, DaftarError(flaw.code)),
        "workspace": flaw.workspace or None,
        "kind": flaw.kind or None,
        "record": id_text(flaw.record) if flaw.record else None,
    }


@click.command("self-test", cls=Command)
@click.pass_obj
def self_test_command(call: Call) -> None:
    """Prove that this installation is whole: storage, search, languages, spreadsheets, window.

    Works in a temporary folder and touches nobody's notebook. With --json an object: ok, and checks (name,
    ok, detail). The exit status is 0 only where all is well.

    \b
    Example:
      daftar self-test --json
    """
    from desktop.selftest import run_checks

    checks = run_checks(clock=call.clock)
    documents = [{"name": one.name, "ok": one.ok, "detail": one.detail} for one in checks]
    lines = [[one.name, "ok" if one.ok else "FAILED", one.detail] for one in checks]
    whole = all(one.ok for one in checks)
    heads = [t("Part"), t("State"), t("Detail")]
    call.answer({"ok": whole, "checks": documents}, lambda: call.table(heads, lines))
    if not whole:
        raise SystemExit(1)


@click.group("settings", cls=Group)
def settings_command() -> None:
    """Preferences of this notebook: language, digits, colours."""


@settings_command.command("list")
@click.pass_obj
def settings_list(call: Call) -> None:
    """List the preferences. With --json an object of names and values.

    \b
    Example:
      daftar settings list
    """
    from desktop import settings

    known = settings.load(call.paths.settings).settings
    shown = {name: one for name, one in settings.declared().items() if not one.hidden}
    values = {name: getattr(known, name) for name in shown}
    lines = [[name, str(values[name]), _choices(one)] for name, one in shown.items()]
    call.answer(values, lambda: call.table([t("Name"), t("Value"), t("Choices")], lines))


@settings_command.command("get")
@click.argument("name")
@click.pass_obj
def settings_get(call: Call, name: str) -> None:
    """Print one preference. With --json {name: value}.

    \b
    Example:
      daftar settings get language
    """
    from desktop import settings

    _preference(name)
    value = getattr(settings.load(call.paths.settings).settings, name)
    call.answer({name: value}, lambda: str(value))


@settings_command.command("set")
@click.argument("name")
@click.argument("value")
@click.pass_obj
def settings_set(call: Call, name: str, value: str) -> None:
    """Change one preference; it holds from the next start.

    \b
    Example:
      daftar settings set language ar
    """
    from dataclasses import replace

    from desktop import settings
    from sync.errors import DaftarError

    declared = _preference(name)
    chosen = _typed(declared, value)
    if chosen is None or not declared.accepts(chosen):
        raise DaftarError("unknown_choice", name=name, typed=value[:80], choices=_choices(declared))
    known = settings.load(call.paths.settings).settings
    altered: dict[str, Any] = {name: chosen}
    settings.save(replace(known, **altered), path=call.paths.settings)
    call.answer({name: chosen}, lambda: str(chosen))


def _preference(name: str) -> Preference:
    from desktop import settings
    from sync.errors import DaftarError

    found = settings.declared().get(name)
    if found is None or found.hidden:
        raise DaftarError("unknown_setting", name=name[:80])
    return found


def _typed(declared: Preference, text: str) -> Scalar | None:
    if isinstance(declared.default, bool):
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(
            text.lower()
        )
    if isinstance(declared.default, int):
        return int(text) if text.lstrip("-").isdigit() else None
    return text


def _choices(declared: Preference) -> str:
    return ", ".join(str(value) for value, _ in declared.choices if value != "")


@click.command("tour", cls=Command)
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def tour_command(call: Call, out: Path) -> None:
    """Draw the guided tour of this notebook into pictures in the folder OUT.

    \b
    Example:
      daftar tour pictures
    """
    from desktop.app import run_tour

    raise SystemExit(run_tour(call.paths, out, passphrase=call.passphrase))
