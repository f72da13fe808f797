"""Serving as people do it: pages answer, a killed worker comes back, everything ends in order."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mujun.cli.processes import Keeper
from tests.cli.installation import environment, free_port, mujun

PATIENCE_S = 60


def _until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)


def _children(process: int) -> list[int]:
    found: list[int] = []
    for listed in Path(f"/proc/{process}/task").glob("*/children"):  # listed by the thread that started them
        with contextlib.suppress(OSError):
            found += [int(number) for number in listed.read_text().split()]
    return found


def _alive(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    return status.exists() and ") Z " not in status.read_text()


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = free_port()
    command = [sys.executable, "-m", "mujun.cli.main", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment(tmp_path / "home"), stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/"
    try:
        _until(lambda: process.poll() is not None or _status(address) == 200)
        yield process, address
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_a_killed_worker_comes_back_and_the_end_is_orderly(served: tuple[subprocess.Popen[bytes], str]) -> None:
    process, address = served
    _until(lambda: len(_children(process.pid)) == 1)
    (worker,) = _children(process.pid)
    os.kill(worker, signal.SIGKILL)
    _until(lambda: _children(process.pid) not in ([], [worker]))
    assert _status(address) == 200
    (second,) = _children(process.pid)
    process.terminate()
    assert process.wait(PATIENCE_S) == 0
    assert not _alive(second)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_a_worker_does_not_outlive_a_killed_server(served: tuple[subprocess.Popen[bytes], str]) -> None:
    process, _address = served
    _until(lambda: len(_children(process.pid)) == 1)
    (worker,) = _children(process.pid)
    time.sleep(3)  # its watch begins once it has started
    process.kill()
    process.wait()
    _until(lambda: not _alive(worker))


@pytest.mark.slow
def test_a_taken_port_is_one_sentence(served: tuple[subprocess.Popen[bytes], str], tmp_path: Path) -> None:
    port = served[1].rstrip("/").rpartition(":")[2]
    answer = mujun(tmp_path / "other", "serve", "--port", port)
    assert answer.returncode == 2
    assert "--port" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_process_that_keeps_ending_is_started_ever_more_slowly() -> None:
    told: list[str] = []
    keeper = Keeper([sys.executable, "-c", "raise SystemExit(3)"], 1, tell=told.append, first_pause_s=0.01)
    keeper.start()
    _until(lambda: len(told) >= 3)
    keeper.stop(1)
    assert all("（3）" in line for line in told)
    assert keeper.process_ids == []


def test_stop_ends_what_does_not_want_to_end() -> None:
    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    keeper = Keeper([sys.executable, "-c", script], 2, tell=lambda line: None)
    keeper.start()
    _until(lambda: len(keeper.process_ids) == 2)
    time.sleep(0.5)
    keeper.stop(0.2)
    assert keeper.process_ids == []
