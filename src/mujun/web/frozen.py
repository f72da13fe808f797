"""Frozen folders of runs: each appears whole or not at all, is replayed, and is swept when no run refers to it."""

from __future__ import annotations

import dataclasses
import hashlib
import secrets
import shutil
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from django.conf import settings

from mujun.files.replaying import replay

STALE_SECONDS = 6 * 3600
"""A folder without a run may belong to a rehearsal at work; after this time it cannot."""


def root() -> Path:
    """Where all frozen runs are."""
    folder = Path(settings.RUNS_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@dataclasses.dataclass(frozen=True, slots=True)
class Shelf:
    """The folders of one kind of run; their names begin with ``prefix``."""

    prefix: str

    def folder_of(self, name: str) -> Path:
        """The folder of a run by the name its row holds; the name never leaves the root."""
        if not name or Path(name).name != name:
            raise ValueError(f"not a folder of a run: {name!r}")
        return root() / name

    def freeze(self, run: int, write: Callable[[Path], object]) -> tuple[str, dict[str, str]]:
        """Let ``write`` make the folder; return its name and the SHA-256 of each file. A kill leaves at most an orphan."""
        name = f"{self.prefix}-{run:06d}-{secrets.token_hex(4)}"
        write(root() / name)
        return name, self.digests_of(name)

    def digests_of(self, name: str) -> dict[str, str]:
        """Return the SHA-256 of every file of a frozen run by its relative path."""
        folder = self.folder_of(name)
        digests = {}
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            with file.open("rb") as handle:
                digests[file.relative_to(folder).as_posix()] = hashlib.file_digest(handle, "sha256").hexdigest()
        return digests

    def replayed(self, name: str, digests: Mapping[str, str]) -> list[str]:
        """Compute a run again from its folder; return what is not as it was (empty: every byte is the same).

        ``digests`` are those kept when it was computed, beside the database's rows: who forges a folder whole is found.
        """
        reasons = [*replay(self.folder_of(name)).reasons]
        return reasons if self.digests_of(name) == digests else [*reasons, "文件与签字时登记的校验值不同"]

    def remove(self, name: str) -> None:
        """Remove a folder that no row refers to any more."""
        shutil.rmtree(self.folder_of(name), ignore_errors=True)

    def sweep(self, referred: Collection[str], *, older_than: float = STALE_SECONDS) -> list[str]:
        """Remove folders and drafts of this kind that are not in ``referred`` and older than ``older_than`` seconds."""
        limit = time.time() - older_than
        swept = []
        for entry in root().iterdir():
            if entry.name in referred or entry.stat().st_mtime > limit:
                continue
            if entry.is_dir() and entry.name.startswith((f"{self.prefix}-", f".{self.prefix}-")):
                shutil.rmtree(entry, ignore_errors=True)
                swept.append(entry.name)
        return swept


RUNS = Shelf("run")
FINDINGS = Shelf("findings")
