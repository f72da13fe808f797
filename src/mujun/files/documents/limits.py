"""A child process for what is not trusted: little memory, little time, no network to speak of, killed with its children."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

try:
    import resource
except ImportError:  # Windows has none: there the time limit holds alone
    resource = None  # type: ignore[assignment]

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 60
WALL_SECONDS = 90
_NOWHERE = "http://127.0.0.1:9"
"""A proxy at which nothing listens."""


class OverLimit(Exception):
    """The child took too long, took too much memory, or died."""


def limit_this_process(memory: int = MEMORY_BYTES, cpu: int = CPU_SECONDS) -> None:
    """Take limits upon this very process and all it will start. Without effect on Windows."""
    if resource is None:
        return
    for what, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, cpu), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(what)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(what, (allowed, allowed))
        except (ValueError, OSError):  # macOS has no limit on address space
            continue


def run_module(module: str, arguments: Sequence[str], *, wall: float = WALL_SECONDS) -> bytes:
    """Run a module of ours with this Python in a child process; return what it wrote. Raise OverLimit."""
    return run([sys.executable, "-m", module, *arguments], wall=wall, extra={"PYTHONPATH": os.pathsep.join(sys.path)})


def run(command: Sequence[str], *, wall: float = WALL_SECONDS, extra: Mapping[str, str] | None = None) -> bytes:
    """Run a command in a session of its own; return what it wrote; raise OverLimit if it failed or took too long."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(  # noqa: S603 - our own command
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.DEVNULL,
            env=_environment(extra or {}),
            start_new_session=True,
        )
        try:
            code = process.wait(wall)
        except subprocess.TimeoutExpired:
            raise OverLimit from None
        finally:
            _end(process)
        if code:
            raise OverLimit
        out.seek(0)
        return out.read()


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    kept = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "HOME", "LANG", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
    proxies = {name: _NOWHERE for name in ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy")}
    return {**{name: os.environ[name] for name in kept if name in os.environ}, **proxies, "PYTHONUTF8": "1", **extra}


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the child and all that it started."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], check=False, capture_output=True)  # noqa: S603, S607
    process.wait()


def readable(path: Path) -> str:
    """Return the path in a form that no command takes for an option."""
    return str(path.resolve())
