"""The line itself: options that may stand anywhere, commands that are imported when they are asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from desktop.cli.call import Call
from sync.errors import DaftarError

__all__ = ["Call", "Command", "Group", "run_line"]

USAGE: Final = "usage"
_WIDTH: Final = 100
_SETTINGS: Final = {"max_content_width": _WIDTH, "help_option_names": ["-h", "--help"]}

# Command -> module of desktop.cli; what the help shows, in this order.
COMMANDS: Final = {
    "list": "reading",
    "show": "reading",
    "history": "reading",
    "workspaces": "reading",
    "whoami": "reading",
    "add": "writing",
    "set": "writing",
    "delete": "writing",
    "restore": "writing",
    "move": "moving",
    "attach": "attaching",
    "attachment": "attaching",
    "undo": "writing",
    "redo": "writing",
    "conflicts": "deciding",
    "decide": "deciding",
    "reopen": "deciding",
    "enrol": "joining",
    "sync": "joining",
    "quarantine": "refusals",
    "bundle": "bundles",
    "import": "files",
    "export": "files",
    "backup": "backups",
    "recover": "backups",
    "check": "upkeep",
    "self-test": "upkeep",
    "settings": "upkeep",
    "tour": "upkeep",
}


def _ask_json(context: click.Context, _option: click.Parameter, value: bool) -> None:
    if value:
        context.ensure_object(Call).as_json = True


class Command(click.Command):
    """A command that takes `--json`, wherever it stands in the line."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.params.append(
            click.Option(
                ["--json"],
                is_flag=True,
                expose_value=False,
                callback=_ask_json,
                help="Answer with one JSON document on standard output.",
            )
        )


class Group(Command, click.Group):
    """A group of such commands."""

    command_class = Command
    group_class = type


class LazyGroup(Group):
    """The top of the line: a command's module is imported when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's name
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        found = getattr(import_module(f"desktop.cli.{module}"), f"{cmd_name.replace('-', '_')}_command")
        assert isinstance(found, click.Command)
        return found


@click.group("daftar", cls=LazyGroup, context_settings=_SETTINGS, invoke_without_command=True)
@click.option(
    "--profile",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder of the notebook; without it, your own one in the usual place.",
)
@click.option(
    "--language",
    type=click.Choice(("en", "fr", "ar")),
    help="Language of messages and of the window.",
)
@click.version_option(package_name="daftar", message="%(prog)s %(version)s")
@click.pass_context
def top(context: click.Context, profile: Path | None, language: str | None) -> None:
    """Daftar, the notebook of field teams. Without a command it opens the window.

    \b
    The first day on a laptop:
      daftar enrol --server https://daftar.example.org --code ABCD-EFGH
      daftar sync
      daftar add activity title="Train trainers in Irbid" start=2026-03-01 end=2026-03-12
      daftar list activity --where status=ongoing
      daftar set activity 3f1c9a07 progress=40
      daftar sync

    Records are of a KIND (activity, indicator, value, meeting, action_point, lesson, …) and have an id;
    eight or more of its first characters will do where they are unique. Workspaces and people are named by
    name or id. Commands that read work while the window is open; those that write say so if it is.

    A notebook opens with the keyring of this computer, or with the passphrase in DAFTAR_PASSPHRASE, or
    asks for the passphrase. The exit status is 0 only when the command did what it was asked for, 1 when
    something stood in the way, 2 when the line itself was not understood.
    """
    call = context.ensure_object(Call)
    call.profile = profile if profile is not None else call.profile
    call.language = language or call.language
    if context.invoked_subcommand is None:
        from desktop.app import run_window

        raise SystemExit(run_window(call.paths, language=call.window_language(), passphrase=call.passphrase))


def run_line(arguments: list[str], call: Call) -> int:
    """Run one line; errors are said in words, bugs show themselves."""
    _speak_utf8()
    try:
        top.main(arguments, prog_name="daftar", standalone_mode=False, obj=call)
    except click.ClickException as error:
        if isinstance(error, click.UsageError) and error.ctx:
            call.say(error.ctx.get_usage())
        call.fail(DaftarError(USAGE, text=error.format_message()))
        return 2
    except (click.Abort, KeyboardInterrupt):
        return 130
    except DaftarError as error:
        call.fail(error)
        return 1
    except BrokenPipeError:
        # Whoever read the answer has seen enough.
        sys.stdout = None
        return 0
    except SystemExit as ended:
        return int(ended.code or 0) if isinstance(ended.code, int | None) else 1
    return 0


def _speak_utf8() -> None:
    """Whatever the console, names in Arabic come out whole."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if sys.stdin is not None and hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
