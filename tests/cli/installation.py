"""Installations of their own for tests: programs run as people run them, in homes that vanish."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from tests.tracked import ROOT


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of an installation in ``home``, on SQLite unless ``more`` names a database."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MUJUN_", "DJANGO_"))}
    return inherited | {"MUJUN_HOME": str(home), "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"} | more


def mujun(home: Path, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command of mujun and return what it printed and answered."""
    command = [sys.executable, "-m", "mujun.cli.main", *map(str, arguments)]
    return subprocess.run(command, env=environment(home, **more), cwd=home.parent, capture_output=True, text=True)


def free_port() -> int:
    """Return a port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
