"""A served installation of its own: web server and worker as an office would start them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "output" / "pictures"
SCALE = 0.1
"""Size of the demo county in these tests: about 300 firms."""
PATIENCE_S = 900
"""Two such counties may be built at once on a machine of two cores."""


class Site:
    """One installation in ``home``; a context manager that serves it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._log = home.with_suffix(".log")
        self._served: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The variables of this installation, and none of another one's."""
        own = {key: value for key, value in os.environ.items() if key not in ("MUJUN_DATABASE_URL", "MUJUN_HOSTS")}
        path = os.pathsep.join(part for part in (str(ROOT / "src"), own.get("PYTHONPATH", "")) if part)
        return own | {"MUJUN_HOME": str(self.home), "PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "mujun.web.settings"}

    def serve(self, module: str, *arguments: str) -> None:
        """Start ``python -m module`` and wait until its pages answer."""
        with self._log.open("wb") as log:
            self._served = subprocess.Popen(
                [sys.executable, "-m", module, *arguments, "--port", str(self.port)],
                env=self.environment, stdout=log, stderr=subprocess.STDOUT, cwd=self.home.parent,
            )  # fmt: skip
        end = time.monotonic() + PATIENCE_S
        while not self._answers():
            assert self._served.poll() is None, f"the server ended:\n{self.log()}"
            assert time.monotonic() < end, f"the server does not answer:\n{self.log()}"
            time.sleep(0.2)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/login/", timeout=5):
                return True
        except OSError:
            return False

    def log(self) -> str:
        """What the server said so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-4000:] if self._log.exists() else ""

    def stop(self) -> None:
        """End it in order; what is left after that is killed."""
        if self._served is None or self._served.poll() is not None:
            return
        self._served.send_signal(signal.SIGTERM)
        try:
            self._served.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._served.kill()
            self._served.wait()

    def witness(self, *question: str) -> Any:
        """Ask the library, in a process of its own, what it computes from this installation's data."""
        answer = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("witness.py")), *question],
            env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])
