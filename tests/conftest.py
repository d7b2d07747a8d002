"""What every test gets: no screen, no real home, one place and time, and an end to what it began."""

import gc
import logging
import os
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

HOME = Path(tempfile.mkdtemp(prefix="daftar-home-"))
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "LANGUAGE": "",
    "TZ": "UTC",
    "QT_QPA_PLATFORM": "offscreen",
    "QT_SCALE_FACTOR": "1",
    # The real keyring is somebody's; a test that needs one brings its own.
    "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    "HOME": str(HOME),
    "USERPROFILE": str(HOME),
    "APPDATA": str(HOME / "roaming"),
    "LOCALAPPDATA": str(HOME / "local"),
    "XDG_CACHE_HOME": str(HOME / "cache"),
    "XDG_CONFIG_HOME": str(HOME / "config"),
    "XDG_DATA_HOME": str(HOME / "data"),
    "XDG_STATE_HOME": str(HOME / "state"),
    "XDG_RUNTIME_DIR": str(HOME / "runtime"),
}
# These go over the same lines a great many times, and following every line would double what they take.
REPEATS = re.compile(r"^tests/(sim|property|fuzz|journey)/|/test_inv_|/test_many\.py|\[postgresql\b")
# Threads that a test started get this long to end by themselves after it.
GRACE = 3.0

# Before anything imports Qt, which reads the environment once.
os.environ.update(ENVIRONMENT)
(HOME / "runtime").mkdir(mode=0o700)
if hasattr(time, "tzset"):
    time.tzset()

# The small profile tries the same examples every time, so that a change is never refused by chance.
settings.register_profile("small", max_examples=30, deadline=None, derandomize=True, database=None)
settings.register_profile(
    "large", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "small"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave repeats out of what is measured; each of them is run all the same."""
    for item in items:
        if REPEATS.search(item.nodeid):
            item.add_marker(pytest.mark.no_cover)


def pytest_unconfigure() -> None:
    shutil.rmtree(HOME, ignore_errors=True)


class Complaints(logging.Handler):
    """Keeps the warnings and errors that were logged during a test."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def no_unexpected_complaints(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test during which the log warned in words that no `@pytest.mark.logs("pattern")` expects."""
    handler = Complaints()
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
    expected = [re.compile(str(word)) for mark in request.node.iter_markers("logs") for word in mark.args]
    lines = [f"{record.levelname} {record.name}: {record.getMessage()}" for record in handler.records]
    unexpected = [line for line in lines if not any(pattern.search(line) for pattern in expected)]
    if unexpected:
        pytest.fail("Logged during the test:\n" + "\n".join(unexpected), pytrace=False)


@pytest.fixture(autouse=True)
def garbage_in_one_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Widgets that stand in cycles are collected in their own thread alone, as in the program: where another
    thread does it, the process may end.
    """
    if "qapp" not in request.fixturenames or request.node.get_closest_marker("collects"):
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        # What was made since: nothing has grown older meanwhile.
        gc.collect(0)
        gc.enable()


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fail a test that leaves a thread running."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + GRACE
    leaked = []
    for thread in set(threading.enumerate()) - before:
        # A dummy stands for a thread that Qt or C started; it cannot be joined and tells nothing.
        if isinstance(thread, threading._DummyThread):
            continue
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            leaked.append(thread.name)
    if leaked:
        pytest.fail(f"Threads left running: {', '.join(sorted(leaked))}", pytrace=False)
    qt = sys.modules.get("PySide6.QtCore")
    if qt is not None and not qt.QThreadPool.globalInstance().waitForDone(int(GRACE * 1000)):
        pytest.fail("Work left running in Qt's thread pool", pytrace=False)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL of this test process; it starts when the first test asks."""
    from helpers import postgres

    with postgres.server() as address:
        yield address


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database of this test alone."""
    from helpers import postgres

    with postgres.fresh_database(postgres_server) as address:
        yield address
