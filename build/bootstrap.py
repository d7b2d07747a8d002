"""Makes the checkout runnable: a virtual environment with the locked packages, and the system libraries Qt
asks for. Standard library only, because it runs before anything is installed.
"""

import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "build" / "requirements.lock"
STAMP = VENV / "daftar.stamp"

# What Qt needs to draw into memory, and what it needs besides to open a window under X11.
QT_PACKAGES = ("libgl1", "libegl1", "libxkbcommon0", "libfontconfig1", "libdbus-1-3", "libglib2.0-0")
X11_PACKAGES = (
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
)
QT_PROBE = "from PySide6.QtWidgets import QApplication; QApplication([])"
X11_PROBE = (
    "import pathlib, PySide6;"
    "print(pathlib.Path(PySide6.__file__).parent / 'Qt' / 'plugins' / 'platforms' / 'libqxcb.so')"
)


class UnreadyError(Exception):
    """The machine lacks something that only its owner can give; the text says what to do."""


def prepare() -> None:
    """Leave a `.venv` behind with the lock, this checkout and a Qt that starts; fast when it is there."""
    if sys.version_info < OLDEST:
        raise UnreadyError(
            f"Daftar needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {platform.python_version()}."
        )
    # A moved checkout leaves scripts behind that name the old place, so its environment is made anew.
    here, had = f"{ROOT}\n", STAMP.read_text(encoding="utf-8") if STAMP.is_file() else ""
    if not _environment_works() or (had and not had.startswith(here)):
        _make_environment()
    wanted = here + _fingerprint()
    if not STAMP.is_file() or had != wanted:
        STAMP.unlink(missing_ok=True)
        _install()
        STAMP.write_text(wanted, encoding="utf-8")
    if sys.platform == "linux":
        _ensure_libraries()


def tool(name: str) -> str:
    """The path of a program of the environment."""
    if os.name == "nt":
        return str(VENV / "Scripts" / f"{name}.exe")
    return str(VENV / "bin" / name)


def has_display() -> bool:
    """Whether a window can be shown to somebody."""
    return sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _say(text: str) -> None:
    print(f"» {text}", flush=True)


def _environment_works() -> bool:
    probe = "import sys; sys.exit(sys.prefix == sys.base_prefix or sys.version_info < (3, 11))"
    python = tool("python")
    if not Path(python).exists():
        return False
    return _quiet([python, "-c", probe]) and _quiet([python, "-m", "pip", "--version"])


def _make_environment() -> None:
    _say(f"making the virtual environment {VENV.name}")
    command = [_base_python(), "-m", "venv", "--clear", str(VENV)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        if importlib.util.find_spec("ensurepip"):
            raise UnreadyError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        # Debian and Ubuntu keep the part of Python that makes environments in a package of its own.
        major, minor = sys.version_info[:2]
        own = f"python{major}.{minor}-venv"
        _apt_install(
            [own if _apt_knows(own) else "python3-venv"], why="Python cannot make virtual environments"
        )
        subprocess.run(command, check=True)


def _base_python() -> str:
    """The interpreter under the running one, so that environments do not chain."""
    base = getattr(sys, "_base_executable", None)
    return base if isinstance(base, str) and base else sys.executable


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in (LOCK, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    digest.update(f"{platform.python_version()} {platform.machine()}".encode())
    return digest.hexdigest()


def _install() -> None:
    _say("installing the locked packages (the first time takes a minute or two)")
    pip = [tool("python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run(
        [*pip, "--require-hashes", "--only-binary=:all:", "--no-deps", "-r", str(LOCK)], check=True, cwd=ROOT
    )
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-e", "."], check=True, cwd=ROOT)


def _ensure_libraries() -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    probe = [tool("python"), "-c", QT_PROBE]
    if not _quiet(probe, environment=environment):
        _apt_install(QT_PACKAGES, why="Qt misses shared libraries")
        done = subprocess.run(probe, check=False, capture_output=True, text=True, env=environment)
        if done.returncode != 0:
            raise UnreadyError(f"Qt does not start:\n{done.stderr.strip()}")
    if os.environ.get("DISPLAY"):
        missing = _missing_for_x11()
        if missing:
            _apt_install(X11_PACKAGES, why=f"Qt cannot open a window without {', '.join(missing)}")


def _missing_for_x11() -> list[str]:
    """The libraries Qt's X11 part asks for and misses; Qt itself names one, often the wrong one."""
    plugin = _output([tool("python"), "-c", X11_PROBE]).strip()
    lines = _output(["ldd", plugin]).splitlines()
    return sorted({line.split("=>")[0].strip() for line in lines if "not found" in line})


def _apt_knows(package: str) -> bool:
    return bool(shutil.which("apt-cache")) and bool(
        _output(["apt-cache", "show", "--no-all-versions", package])
    )


def _apt_install(packages: Sequence[str], *, why: str) -> None:
    line = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise UnreadyError(f"{why}. Please install what this system calls: {' '.join(packages)}")
    prefix = _as_root()
    if prefix is None:
        raise UnreadyError(f"{why}. Please run this line, then try again:\n  sudo {line}")
    _say(f"{why}: {line}")
    settings = ["env", "DEBIAN_FRONTEND=noninteractive"]
    install = [*prefix, *settings, *line.split(), "-qq", "-o", "DPkg::Lock::Timeout=300"]
    if _quiet(install):
        return
    # A new machine has no package lists yet, an old one has stale ones.
    _quiet([*prefix, *settings, "apt-get", "update", "-qq"])
    if subprocess.run(install, check=False).returncode != 0:
        raise UnreadyError(f"{why}, and installing failed. The line was:\n  {line}")


def _as_root() -> list[str] | None:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _quiet(["sudo", "-n", "true"]):
        return ["sudo", "-n"]
    return None


def _quiet(command: Sequence[str], *, environment: dict[str, str] | None = None) -> bool:
    try:
        done = subprocess.run(
            command, check=False, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError:
        return False
    return done.returncode == 0


def _output(command: Sequence[str]) -> str:
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return done.stdout
