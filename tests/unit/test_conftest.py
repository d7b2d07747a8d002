"""What `conftest.py` promises to every test, proved on a small suite of its own."""

import os
from pathlib import Path

import psycopg
import pytest
from helpers.repository import ROOT

SUITE = """
import logging
import threading

import pytest


def test_leaves_a_thread():
    threading.Thread(target=threading.Event().wait, name="left-over", daemon=True).start()


def test_warns():
    logging.getLogger("desktop.store").warning("the disk is full")


@pytest.mark.logs("disk is (almost )?full")
def test_warns_as_expected():
    logging.getLogger("desktop.store").warning("the disk is full")
"""


def test_leaked_threads_and_unexpected_warnings_fail_a_test(pytester: pytest.Pytester) -> None:
    conftest = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")
    pytester.makeconftest(conftest.replace("GRACE = 3.0", "GRACE = 0.05"))
    pytester.makeini(
        "[pytest]\naddopts = -p no:randomly -p no:cacheprovider\nmarkers = logs(pattern): expected\n"
    )
    pytester.makepyfile(SUITE)
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=3, errors=2)
    result.stdout.fnmatch_lines(
        ["*Threads left running: left-over*", "*WARNING desktop.store: the disk is full*"]
    )


def test_home_is_nobodys() -> None:
    assert Path.home() == Path(os.environ["HOME"])
    assert Path.home().name.startswith("daftar-home-")


def test_a_test_gets_a_real_and_empty_database(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("create table note (id integer)")
        assert connection.execute("select count(*) from pg_class where relname = 'note'").fetchone() == (1,)


def test_the_next_test_gets_another_one(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("select count(*) from pg_class where relname = 'note'").fetchone() == (0,)
