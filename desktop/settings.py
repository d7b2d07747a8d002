"""Typed preferences of the person at this laptop, declared once and kept as JSON in the profile.

Nothing here is needed to keep the work safe: a damaged file gives the defaults and is set aside.
"""

from __future__ import annotations

import errno
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sync.errors import DaftarError

Scalar = str | int | bool


def t(msgid: str) -> str:
    """Mark a label for translation; whoever shows it translates it."""
    return msgid


@dataclass(frozen=True, slots=True)
class Preference:
    """What the settings screen needs to know about one preference.

    `choices` are pairs of value and label; without choices any value of the default's type will do.
    A hidden preference is remembered, not asked for. `part` is the section of the settings that asks.
    """

    label: str
    default: Scalar
    choices: tuple[tuple[Scalar, str], ...] = ()
    hidden: bool = False
    part: str = "look"

    def accepts(self, value: object) -> bool:
        if type(value) is not type(self.default):
            return False
        return not self.choices or any(value == choice for choice, _ in self.choices)


def preference(
    label: str,
    default: Scalar,
    *,
    choices: tuple[tuple[Scalar, str], ...] = (),
    hidden: bool = False,
    part: str = "look",
) -> Any:
    """Declare a field of `Settings` together with everything a settings screen asks about it."""
    declared = Preference(label, default, choices, hidden=hidden, part=part)
    return field(default=default, metadata={"preference": declared})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The preferences; `extra` holds what a newer version wrote, and survives."""

    language: str = preference(
        t("Language"), "en", choices=(("en", "English"), ("fr", "Français"), ("ar", "العربية"))
    )
    country: str = preference(
        t("Country, for the names of months"),
        "",
        choices=(
            ("", t("Not set")),
            ("DZ", t("Algeria")),
            ("EG", t("Egypt")),
            ("IQ", t("Iraq")),
            ("JO", t("Jordan")),
            ("LB", t("Lebanon")),
            ("MA", t("Morocco")),
            ("MR", t("Mauritania")),
            ("PS", t("Palestine")),
            ("SA", t("Saudi Arabia")),
            ("SD", t("Sudan")),
            ("SY", t("Syria")),
            ("TN", t("Tunisia")),
            ("YE", t("Yemen")),
        ),
    )
    digits: str = preference(t("Digits"), "latin", choices=(("latin", "0 1 2 3"), ("arabic", "٠ ١ ٢ ٣")))
    theme: str = preference(
        t("Colours"),
        "system",
        choices=(
            ("system", t("As this computer")),
            ("light", t("Light")),
            ("dark", t("Dark")),
        ),
    )
    row_density: str = preference(
        t("Height of rows"),
        "normal",
        choices=(
            ("compact", t("Compact")),
            ("normal", t("Usual")),
            ("comfortable", t("Comfortable")),
        ),
    )
    time_direction: str = preference(
        t("Timelines and charts run"),
        "language",
        choices=(
            ("language", t("In the direction of the language")),
            ("left_to_right", t("Always from left to right")),
        ),
    )
    lock_after: str = preference(
        t("Lock after"),
        "15",
        choices=(
            ("never", t("Never")),
            ("5", t("5 minutes")),
            ("15", t("15 minutes")),
            ("30", t("30 minutes")),
            ("60", t("60 minutes")),
        ),
        part="protection",
    )
    last_workspace: str = preference(t("Last workspace"), "", hidden=True)
    last_period: str = preference(t("Last period"), "", hidden=True)
    last_screen: str = preference(t("Last screen"), "", hidden=True)
    window_geometry: str = preference(t("Place of the window"), "", hidden=True)
    extra: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Loaded:
    """The preferences found, and where a damaged file was put, if it was damaged."""

    settings: Settings
    set_aside: Path | None = None


def declared() -> dict[str, Preference]:
    """Every preference by name, in the order of the settings screen."""
    return {
        each.name: each.metadata["preference"] for each in fields(Settings) if "preference" in each.metadata
    }


def load(path: Path) -> Loaded:
    """Read the preferences; a value nobody offers any more falls back to its default."""
    try:
        content = path.read_bytes()
    except OSError:
        return Loaded(Settings())
    try:
        stored = json.loads(content)
    except ValueError:
        return Loaded(Settings(), _set_aside(path))
    if not isinstance(stored, dict):
        return Loaded(Settings(), _set_aside(path))
    known = declared()
    chosen = {name: value for name, value in stored.items() if name in known and known[name].accepts(value)}
    extra = {name: value for name, value in stored.items() if name not in known}
    return Loaded(Settings(**chosen, extra=MappingProxyType(extra)))


def save(settings: Settings, *, path: Path) -> None:
    """Write the preferences so that a power cut leaves either the old file or the new one."""
    stored: dict[str, object] = dict(settings.extra)
    stored.update({name: getattr(settings, name) for name in declared()})
    text = json.dumps(stored, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=path.name, dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        code = "disk_full" if error.errno == errno.ENOSPC else "disk_error"
        raise DaftarError(code, path=str(path)) from error


def _set_aside(path: Path) -> Path | None:
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    try:
        path.replace(aside)
    except OSError:
        return None
    return aside
