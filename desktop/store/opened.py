"""Plain copies of attached files that other programs show: private, for reading, and gone with the window."""

from __future__ import annotations

import os
import secrets
import stat
import unicodedata
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Final

from desktop.paths import Paths
from desktop.store.failures import disk_errors

_LONGEST: Final = 120
_FORBIDDEN: Final = frozenset('\\/:*?"<>|')
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
)
_PROGRAMS: Final = frozenset(
    {
        ".action", ".app", ".appimage", ".application", ".appref-ms", ".appx", ".bash", ".bat", ".bin",
        ".chm", ".cmd", ".com", ".command", ".cpl", ".csh", ".deb", ".desktop", ".diagcab", ".dll", ".dmg",
        ".elf", ".exe", ".fileloc", ".gadget", ".hta", ".htm", ".html", ".inetloc", ".inf", ".iso", ".jar",
        ".jnlp", ".js", ".jse", ".ksh", ".library-ms", ".lnk", ".mht", ".mobileconfig", ".msc", ".msi",
        ".msix", ".msp", ".mst", ".out", ".pif", ".pkg", ".pl", ".ps1", ".psm1", ".py", ".pyw", ".pyz",
        ".rb", ".reg", ".rpm", ".run", ".scf", ".scr", ".sct", ".search-ms", ".settingcontent-ms", ".sh",
        ".shtml", ".svg", ".svgz", ".terminal", ".tool", ".url", ".vb", ".vbe", ".vbs", ".vhd", ".vhdx",
        ".webloc", ".website", ".workflow", ".ws", ".wsc", ".wsf", ".wsh", ".xht", ".xhtml", ".xll", ".zsh"
    }
)  # fmt: skip
"""What a computer would run rather than show; a page of the web counts, because it runs too."""


def safe_name(name: str) -> str:
    """A file name that can neither leave its folder nor look like another one."""
    # Format characters could turn "gpj.exe" round on the screen.
    kept = [
        " " if each in _FORBIDDEN or unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp") else each
        for each in name
    ]
    text = " ".join("".join(kept).split()).strip(". ") or "file"
    path = PurePosixPath(text)
    stem, suffix = (path.stem, path.suffix) if len(path.suffix) <= _LONGEST // 4 else (text, "")
    while len((stem + suffix).encode()) > _LONGEST and len(stem) > 1:
        stem = stem[:-1]
    return f"_{stem}{suffix}" if stem.split(".")[0].lower() in _RESERVED else f"{stem}{suffix}"


def is_program(name: str) -> bool:
    """Whether a computer would run the file instead of showing it."""
    return PurePosixPath(safe_name(name)).suffix.lower() in _PROGRAMS


def place_to_open(paths: Paths, workspace: bytes, name: str) -> Path:
    """Where the copy of one file goes: a folder of its own, so that two files of one name do not meet."""
    folder = paths.opened / workspace.hex() / secrets.token_hex(8)
    with disk_errors():
        folder.mkdir(mode=0o700, parents=True)
        paths.opened.chmod(0o700)
    return folder / safe_name(name)


def seal_opened(copy: Path) -> None:
    """Let nobody write to it: what is changed in a copy would be lost without a word."""
    with disk_errors():
        copy.chmod(stat.S_IRUSR)


def clear_opened(paths: Paths, workspace: bytes | None = None) -> bool:
    """Delete the copies; false where another program still holds one, which the next start deletes."""
    root = paths.opened if workspace is None else paths.opened / workspace.hex()
    for folder, folders, files in os.walk(root, topdown=False):
        for name in files:
            _delete(Path(folder, name))
        for name in folders:
            with suppress(OSError):
                Path(folder, name).rmdir()
    with suppress(OSError):
        root.rmdir()
    return not root.exists()


def _delete(copy: Path) -> None:
    # Windows deletes nothing that may only be read.
    with suppress(OSError):
        copy.chmod(stat.S_IRUSR | stat.S_IWUSR)
    with suppress(OSError):
        copy.unlink()
