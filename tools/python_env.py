"""The project's own Python environment, made from the lock files and used again while they have not changed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

from tools.steps import ROOT, STATE, Stop, environment, must, say

VENV = STATE / "venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
_STAMP = VENV / "locks.json"
_LOCKED_FOR = (3, 11)


def ensure(*locks: str) -> None:
    """Make the environment hold exactly what ``locks`` say; rebuild it when one of them or Python changed."""
    if sys.version_info < _LOCKED_FOR:
        raise Stop(f"mujun needs Python 3.11 or later, and this is {sys.version.split()[0]}: use a newer python3.")
    have = json.loads(_STAMP.read_text()) if _STAMP.exists() else {}
    want = {lock: hashlib.sha256((ROOT / lock).read_bytes()).hexdigest() for lock in locks}
    stale = any(have[lock] != digest for lock, digest in want.items() if lock in have)
    if have.get("python") != sys.version or stale:
        have = {}
        _create()
    for lock, digest in want.items():
        if have.get(lock) != digest:
            _install(lock)
            have[lock] = digest
            _STAMP.write_text(json.dumps({**have, "python": sys.version}))
    _link_project()


def _create() -> None:
    if sys.version_info[:2] != _LOCKED_FOR:
        say(f"  The locks were made with Python 3.11; this is {sys.version.split()[0]}, trying them all the same.")
    shutil.rmtree(VENV, ignore_errors=True)
    must(
        "Python environment in .mujun/venv",
        [sys.executable, "-m", "venv", VENV],
        env=environment(),
        otherwise=f"Python could not make an environment in {VENV}; is there space, and is python3-venv installed?",
    )


def _install(lock: str) -> None:
    options = ["--require-hashes", "--no-deps", "--no-input", "--disable-pip-version-check", "--progress-bar=off"]
    must(
        f"Python packages of {lock}",
        [PYTHON, "-m", "pip", "install", *options, "-r", ROOT / lock],
        env=environment(),
        otherwise=f"pip could not install {lock}; see the lines above: is the package index reachable?",
    )


def _link_project() -> None:
    """Let the environment find the sources where they are, and give it the ``mujun`` command."""
    (folder,) = (VENV / "lib").glob("python*/site-packages") if os.name != "nt" else [VENV / "Lib" / "site-packages"]
    (folder / "mujun-source.pth").write_text(f"{ROOT / 'src'}\n")
    command = BIN / "mujun"
    command.write_text(f"#!{PYTHON}\nimport sys\n\nfrom mujun.cli.main import main\n\nsys.exit(main())\n")
    command.chmod(0o755)


def activated(**more: str) -> dict[str, str]:
    """Return the environment variables in which the project's own programs come first."""
    return environment(PATH=f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}", VIRTUAL_ENV=str(VENV), **more)


def program(name: str) -> Path:
    """Return the path of a program that the locks brought."""
    return BIN / name
