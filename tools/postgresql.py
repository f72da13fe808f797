"""A private PostgreSQL for one test run: its own folder, its own port, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tools.steps import Stop, say
from tools.system import postgresql_programs

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "128MB",
}


@contextlib.contextmanager
def private_cluster() -> Iterator[str]:
    """Start a cluster that nobody else uses and yield its ``postgresql://`` address; stop and remove it afterwards."""
    programs = postgresql_programs()
    if programs is None:
        raise Stop("PostgreSQL is not installed: run “apt-get install postgresql postgresql-15-postgis-3” as root.")
    folder = Path(tempfile.mkdtemp(prefix="mujun-postgresql-"))
    server = None
    try:
        password, port = secrets.token_urlsafe(16), _free_port()
        owner = _unprivileged(folder)
        _initialise(programs, folder, password, owner)
        options = [option for name, value in _SETTINGS.items() for option in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", folder / "data", "-p", str(port), "-k", folder, *options],
                stdout=log, stderr=log, user=owner, cwd=folder,
            )  # fmt: skip
        _wait(server, port, folder / "log")
        yield f"postgresql://mujun:{password}@127.0.0.1:{port}/postgres"
    finally:
        if server is not None:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(30)
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: then it runs as the user that its package made."""
    if os.geteuid() != 0:
        return None
    shutil.chown(folder, "postgres", "postgres")
    return "postgres"


def _initialise(programs: Path, folder: Path, password: str, owner: str | None) -> None:
    say("▸ A private PostgreSQL for the web tests")
    secret = folder / "password"
    secret.write_text(password)
    secret.chmod(0o600)
    if owner:
        shutil.chown(secret, owner)
    answer = subprocess.run(
        [
            programs / "initdb", "-D", folder / "data", "-U", "mujun", "--encoding=UTF8", "--locale=C.UTF-8",
            "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync",
        ],
        capture_output=True, text=True, user=owner, cwd=folder,
    )  # fmt: skip
    if answer.returncode:
        raise Stop(f"PostgreSQL could not make its folder: {answer.stderr.strip()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise Stop(f"PostgreSQL did not start: {log.read_text(errors='replace')[-500:]}")
