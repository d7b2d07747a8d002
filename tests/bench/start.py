"""How long the window takes to open over a profile that is there, and what memory it holds then.

The window is the real one, drawn into memory by Qt's offscreen platform, in a process of its own whose time
counts from before the interpreter starts. It opens on the screen that was shown last. The files are in the
system's cache and the modules are compiled, as on a second start of an installed copy, and the profile's
passphrase is cheap to check, as with a keyring.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from bench import making
from bench.figures import Benchmark, Figures, Options, Row

from desktop import settings as preferences

SIZES = {"small": 1_000, "large": 100_000}
SCREENS = ("desk", "workplan")
PROBE = """
import json, os, sys, threading, time
began = float(sys.argv[2])
from PySide6.QtCore import QEvent, QObject
from desktop.app.beginning import begin
from desktop.app.session import Session, make_application
from desktop.paths import profile_paths
from sync.clock import SystemClock

class FirstPaint(QObject):
    at = None
    def eventFilter(self, watched, event):
        if self.at is None and event.type() == QEvent.Type.Paint:
            self.at, self.cpu = time.time(), time.process_time()
        return False

app, paths, clock = make_application(), profile_paths(sys.argv[1]), SystemClock()
store = begin(app, paths, language="en", passphrase=os.environ["DAFTAR_PASSPHRASE"], clock=clock)
opened = time.time()
session = Session(app, paths, store, clock=clock, language="en")
paint = FirstPaint()
session.window.installEventFilter(paint)
session.start(syncing=False)
early = [name for name in ("requests", "openpyxl", "lxml") if name in sys.modules]
longest, quiet, pause = 0.0, 0, threading.Event()
while quiet < 3:
    turn = time.perf_counter()
    app.processEvents()
    longest = max(longest, time.perf_counter() - turn)
    quiet = 0 if session.desk.calls.waiting or paint.at is None else quiet + 1
    if not quiet:
        shown, cpu = time.time(), time.process_time()
    # Turning without a pause would take the time of the thread that is waited for.
    pause.wait(0.001)
import psutil
memory = psutil.Process().memory_info().rss
print(json.dumps({
    "opened": opened - began, "painted": paint.at - began, "usable": shown - began, "longest": longest,
    "painted_cpu": paint.cpu, "usable_cpu": cpu, "memory": memory, "early": len(early),
}))
session.close()
"""


def measure(options: Options) -> Figures:
    found: Figures = {}
    _start(str(making.filled(options.folder, SIZES["small"]).profile), options.folder)
    for size, records in SIZES.items():
        paths = making.filled(options.folder, records)
        for screen in SCREENS:
            kept = preferences.load(paths.settings).settings
            preferences.save(replace(kept, last_screen=screen), path=paths.settings)
            taken = _start(str(paths.profile), options.folder)
            found |= {f"{screen}_{size}_{key}": value for key, value in taken.items()}
    return found


def _start(profile: str, folder: Path) -> Figures:
    environment = {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        "DAFTAR_PASSPHRASE": making.PASSPHRASE,
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    command = [sys.executable, "-c", PROBE, profile, str(time.time())]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _rows() -> tuple[Row, ...]:
    rows = []
    for size, records in SIZES.items():
        for screen, called in zip(SCREENS, ("My desk", "Workplan"), strict=True):
            where = f"{records:,} records, opening on {called}"
            large = size == "large"
            rows += [
                Row(f"{screen}_{size}_painted", f"{where}: first paint", "s"),
                Row(
                    f"{screen}_{size}_usable",
                    f"{where}: everything on it is there",
                    "s",
                    "< 1.5 s" if large else "",
                ),
                Row(f"{screen}_{size}_painted_cpu", f"{where}: processor time until the first paint", "s"),
                Row(f"{screen}_{size}_usable_cpu", f"{where}: processor time until then, all threads", "s"),
                Row(f"{screen}_{size}_longest", f"{where}: longest turn of the event loop", "ms"),
                Row(f"{screen}_{size}_memory", f"{where}: memory then", "MB", "< 250 MB" if large else ""),
            ]
    rows.append(
        Row("desk_large_early", "network and document libraries loaded before the first paint", "", "0")
    )
    return tuple(rows)


BENCHMARK = Benchmark("start", "start to usable window, and memory", measure, _rows())
