"""The frozen folder of a run: it appears whole or not at all, and is swept when no run refers to it."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import time
from collections.abc import Collection
from pathlib import Path

from django.conf import settings

from mujun.evaluation import Evaluation
from mujun.files.runs import write_run

STALE_SECONDS = 6 * 3600
"""A folder without a run may belong to a rehearsal at work; after this time it cannot."""


def root() -> Path:
    """Where all frozen runs are."""
    folder = Path(settings.RUNS_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def folder_of(name: str) -> Path:
    """The folder of a run by the name its row holds; the name never leaves the root."""
    if not name or Path(name).name != name:
        raise ValueError(f"not a folder of a run: {name!r}")
    return root() / name


def freeze(evaluation: Evaluation, run: int) -> tuple[str, dict[str, str]]:
    """Write the run; return the folder's name and the SHA-256 of each file. A kill leaves at most an orphan."""
    name = f"run-{run:06d}-{secrets.token_hex(4)}"
    write_run(evaluation, root() / name)
    return name, digests_of(name)


def digests_of(name: str) -> dict[str, str]:
    """Return the SHA-256 of every file of a frozen run by its relative path."""
    folder = folder_of(name)
    digests = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        with file.open("rb") as handle:
            digests[file.relative_to(folder).as_posix()] = hashlib.file_digest(handle, "sha256").hexdigest()
    return digests


def remove(name: str) -> None:
    """Remove a folder that no row refers to any more."""
    shutil.rmtree(folder_of(name), ignore_errors=True)


def sweep(referred: Collection[str], *, older_than: float = STALE_SECONDS) -> list[str]:
    """Remove folders and drafts that are not in ``referred`` and older than ``older_than`` seconds."""
    limit = time.time() - older_than
    swept = []
    for entry in root().iterdir():
        if entry.name in referred or entry.stat().st_mtime > limit:
            continue
        if entry.is_dir() and entry.name.startswith(("run-", ".run-")):
            shutil.rmtree(entry, ignore_errors=True)
            swept.append(entry.name)
    return swept
