"""Steps of a set-up: each says what it does and how long it took; its output goes to a log that is shown on failure."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / ".mujun"
"""Everything a set-up makes in the checkout: environment, logs, the demo's home."""

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


class Stop(Exception):
    """The set-up cannot go on; the text is one sentence for the person at the keyboard."""


def say(text: str) -> None:
    """Print one line at once, also where output goes to a file."""
    print(text, flush=True)


def step(title: str, command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, seen: bool = False) -> int:
    """Run ``command`` in the checkout and return its exit code; ``seen`` lets its output through.

    Hidden output is kept in ``.mujun/logs``. A person watching a terminal sees the seconds count up.
    """
    say(f"▸ {title}")
    arguments = [str(part) for part in command]
    if seen:
        return subprocess.run(arguments, cwd=ROOT, env=env, stdin=subprocess.DEVNULL).returncode
    started = time.monotonic()
    log = STATE / "logs" / ("-".join(title.split()[:4]).replace("/", "-").strip(":…") + ".log")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            arguments, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        while process.poll() is None:
            time.sleep(0.2)
            if sys.stdout.isatty():
                print(f"\r  {time.monotonic() - started:4.0f} s", end="", flush=True)
    if sys.stdout.isatty():
        print("\r", end="")
    if process.returncode:
        lines = log.read_text(errors="replace").splitlines()
        say("\n".join(f"  {line}" for line in lines[-40:]))
    say(f"  {'done' if process.returncode == 0 else 'failed'} after {time.monotonic() - started:.0f} s")
    return process.returncode


def must(title: str, command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, otherwise: str) -> None:
    """Run a step without which nothing goes on; ``otherwise`` is the sentence when it fails."""
    if step(title, command, env=env):
        raise Stop(otherwise)


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment, with the system's certificates named where nothing else is set."""
    env = dict(os.environ)
    if CERTIFICATES.exists():
        env.setdefault("NODE_EXTRA_CA_CERTS", str(CERTIFICATES))
    env.pop("PYTHONHOME", None)
    env.update(more)
    return env
