#!/usr/bin/env python3
"""The two commands of the README: ``python3 make.py demo`` and ``python3 make.py test``.

Needs nothing but Python 3.11 and, as root on Debian, apt: each command installs the rest itself. Without root it says
in one sentence what is missing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import front, postgresql, python_env, system
from tools.steps import ROOT, STATE, Stop, say, step

PYTEST = ["-m", "pytest", "-n", os.environ.get("MUJUN_TEST_WORKERS", "2"), "--dist", "loadfile"]
ON_POSTGRESQL = ["tests/web", "tests/cli/test_backup.py::test_a_backup_of_sqlite_restores_into_postgresql_and_back"]


def main() -> int:
    """Run one of the two commands and return its exit code."""
    parser = argparse.ArgumentParser(prog="make.py", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    showing = commands.add_parser("demo", help="set up, build the demo county and serve it")
    showing.add_argument("--port", type=int, default=8000, help="port to serve on (8000)")
    showing.add_argument("--once", action="store_true", help="leave as soon as the pages answer")
    testing = commands.add_parser("test", help="set up and run every test")
    testing.add_argument("chosen", nargs="*", help="only these tests (default: all)")
    options = parser.parse_args()
    try:
        return demo(options.port, once=options.once) if options.command == "demo" else test(options.chosen)
    except Stop as stop:
        print(stop, file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 130


def demo(port: int, *, once: bool) -> int:
    """Set up, then build the demo county's site in ``.mujun/demo`` and serve it until stopped."""
    system.ensure("demo")
    python_env.ensure("requirements.lock")
    front.ensure()
    _compile()
    command = [python_env.PYTHON, "-m", "mujun.cli.demo_site", "--port", str(port), *(["--once"] if once else [])]
    env = python_env.activated(MUJUN_HOME=os.environ.get("MUJUN_HOME", str(STATE / "demo")))
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(command[0], [str(part) for part in command], env)
    return subprocess.call(command, env=env)


def _compile() -> None:
    """Compile the solver's loops once, so that no plan need wait; its time is printed apart."""
    step(
        "Loops of the solver",
        [python_env.PYTHON, "-m", "mujun.renewal.blocks.warm"],
        env=python_env.activated(),
        seen=True,
    )


def test(chosen: list[str]) -> int:
    """Set up, then run the web tests on PostgreSQL and every test on SQLite; the last line is pytest's own summary.

    Lint, types and import contracts are tests of the suite. What failed on PostgreSQL fails again by name in the second
    run (``tests/test_postgresql.py``), so that the last line tells the truth about both.
    """
    system.ensure("test")
    python_env.ensure("requirements.lock", "requirements-dev.lock")
    front.ensure()
    _compile()
    home = Path(tempfile.mkdtemp(prefix="mujun-test-"))
    try:
        env = python_env.activated(MUJUN_HOME=str(home), MUJUN_CHROMIUM=str(system.browser()), MUJUN_EXPECT_ALL="1")
        env.pop("MUJUN_DATABASE_URL", None)
        report = home / "postgresql.xml"
        first = 0
        if not chosen:
            first = _on_postgresql(env, report)
            env["MUJUN_POSTGRESQL_REPORT"] = str(report)
        say("▸ Every test, on SQLite")
        command = [python_env.PYTHON, *PYTEST, *chosen]
        second = subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL).returncode
        return second or first
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _on_postgresql(env: dict[str, str], report: Path) -> int:
    with postgresql.private_cluster() as address:
        say("▸ The web tests, on PostgreSQL")
        command = [python_env.PYTHON, *PYTEST, *ON_POSTGRESQL, "-m", "not browser", f"--junit-xml={report}"]
        return subprocess.run(
            command, cwd=ROOT, env=env | {"MUJUN_DATABASE_URL": address}, stdin=subprocess.DEVNULL
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
