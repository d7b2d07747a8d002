"""The files of the repository, as a fresh clone has them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def files() -> list[Path]:
    """Every file that is committed or about to be; outside git, every file that no tool made."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return sorted(_walk(ROOT))
    found = (ROOT / name for name in sorted(listed.split("\0")) if name)
    return [path for path in found if path.is_file()]


def documents() -> list[Path]:
    """The README and every page of the guides."""
    return [path for path in files() if path.suffix == ".md"]


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        made = path.name.startswith(".") and path.name not in {
            ".ci",
            ".github",
            ".gitignore",
            ".gitattributes",
        }
        if (
            made
            or path.name in {"__pycache__", "dist", "htmlcov", "out"}
            or path.suffix in {".mo", ".egg-info"}
        ):
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path
