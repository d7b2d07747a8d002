"""Several processes behind one socket and over one database."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import requests
from helpers.programs import Server

PATIENCE_S = 60.0


@pytest.mark.skipif(os.name == "nt", reason="Windows hands no sockets to other processes this way")
def test_a_worker_that_dies_is_replaced_and_the_url_stays(postgres_url: str, tmp_path: Path) -> None:
    server = Server(tmp_path, database=postgres_url, workers=2)
    with server.running() as url:
        parent = psutil.Process(server.pid)
        while len(first := {child.pid for child in workers_of(parent)}) < 2:
            assert requests.get(f"{url}/healthz", timeout=PATIENCE_S).ok
        victim = min(first)
        os.kill(victim, signal.SIGKILL)
        psutil.wait_procs([psutil.Process(victim)] if psutil.pid_exists(victim) else [], PATIENCE_S)
        while len({child.pid for child in workers_of(parent)} - {victim}) < 2:
            assert requests.get(f"{url}/healthz", timeout=PATIENCE_S).ok
        assert requests.get(f"{url}/healthz", timeout=PATIENCE_S).ok
    assert not [pid for pid in first if psutil.pid_exists(pid) and pid != victim]


def workers_of(parent: psutil.Process) -> list[psutil.Process]:
    return [child for child in parent.children() if child.status() != psutil.STATUS_ZOMBIE]


def test_a_file_has_one_worker_only(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sync.server", "--data", str(tmp_path), "run", "--workers", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    assert done.returncode == 1
    assert "PostgreSQL" in done.stderr
