"""Workers: each holds a locked file while it lives. The system lets go of the lock however the worker dies."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings

if os.name == "nt":
    import msvcrt

    def _lock(handle: IO[bytes]) -> bool:
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(handle: IO[bytes]) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def _file(name: str) -> Path:
    return Path(settings.HOME) / "workers" / f"{name}.lock"


@contextlib.contextmanager
def seat() -> Iterator[str]:
    """Hold a lock under a new name for as long as this worker lives; give the name."""
    name = f"{os.getpid()}-{secrets.token_hex(4)}"
    _file(name).parent.mkdir(parents=True, exist_ok=True)
    with _file(name).open("wb") as handle:
        if not _lock(handle):
            raise RuntimeError(f"the lock file of worker {name} is taken")
        try:
            yield name
        finally:
            _file(name).unlink(missing_ok=True)


def alive(name: str) -> bool:
    """Tell whether the worker called ``name`` still lives."""
    file = _file(name)
    if not name or not file.exists():
        return False
    with file.open("ab") as handle:
        if not _lock(handle):
            return True
    file.unlink(missing_ok=True)
    return False
