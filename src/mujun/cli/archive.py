"""One file that holds many, with a manifest that knows the SHA-256 of each: backups and bundles."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

from mujun.base.errors import MujunError, UnreadableInput

MANIFEST = "manifest.json"
BLOCK = 1 << 20


class Writer:
    """Adds files to an archive and writes the manifest last."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self.files: dict[str, dict[str, Any]] = {}

    def add(self, name: str, file: Path) -> None:
        """Add ``file`` under ``name``."""
        with file.open("rb") as handle:
            info = tarfile.TarInfo(name)
            info.size = os.fstat(handle.fileno()).st_size
            info.mode = 0o755 if os.access(file, os.X_OK) else 0o644
            reader = _Hashing(handle)
            self._archive.addfile(info, reader)
        self.files[name] = {"size": info.size, "sha256": reader.digest.hexdigest()}

    def finish(self, about: dict[str, Any]) -> None:
        """Write the manifest: ``about`` and every file with size and SHA-256."""
        content = json.dumps({**about, "files": self.files}, ensure_ascii=False, indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(content)
        self._archive.addfile(info, io.BytesIO(content))


class _Hashing:
    def __init__(self, handle: IO[bytes]) -> None:
        self._handle = handle
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._handle.read(size)
        self.digest.update(block)
        return block


@contextlib.contextmanager
def write(target: Path) -> Iterator[Writer]:
    """Write the archive ``target`` (``.tar.gz``); it appears whole or not at all."""
    if target.exists():
        raise MujunError(f"“{target}”已存在，不会覆盖。", next_step="请换一个文件名，或先移走原文件。")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}.draft")
    try:
        with draft.open("wb") as raw:
            os.fchmod(raw.fileno(), 0o600) if hasattr(os, "fchmod") else None
            with (
                gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed,
                tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
            ):
                yield Writer(archive)
            raw.flush()
            os.fsync(raw.fileno())
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)


def extract(source: Path, folder: Path) -> dict[str, Any]:
    """Unpack ``source`` into ``folder``, compare every file with the manifest, and return the manifest.

    Raises UnreadableInput with one sentence where the archive is missing, cut short, changed or no archive of ours.
    """
    found: dict[str, dict[str, Any]] = {}
    try:
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                target = folder / _safe(member, source)
                target.parent.mkdir(parents=True, exist_ok=True)
                found[member.name] = _unpack(archive, member, target)
    except FileNotFoundError:
        raise UnreadableInput(f"没有“{source}”这个文件。") from None
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError) as error:
        raise _damaged(source, f"读到一半出错（{error}）") from None
    return _check(source, folder, found)


def _unpack(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> dict[str, Any]:
    reader = archive.extractfile(member)
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        while reader is not None and (block := reader.read(BLOCK)):
            digest.update(block)
            size += file.write(block)
    target.chmod(0o700 if member.mode & 0o100 else 0o600)
    return {"size": size, "sha256": digest.hexdigest()}


def _safe(member: tarfile.TarInfo, source: Path) -> PurePosixPath:
    path = PurePosixPath(member.name)
    if not member.isfile() or path.is_absolute() or ".." in path.parts or "\\" in member.name or ":" in member.name:
        raise _damaged(source, f"含有不该有的内容“{member.name}”")
    return path


def _check(source: Path, folder: Path, found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if found.pop(MANIFEST, None) is None:
        raise _damaged(source, "缺少清单，可能没有写完")
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        listed = manifest["files"]
    except (ValueError, KeyError, TypeError):
        raise _damaged(source, "清单读不出来") from None
    for name in sorted({*listed, *found}):
        if listed.get(name) != found.get(name):
            raise _damaged(source, f"文件“{name}”与清单不符")
    return dict(manifest)


def _damaged(source: Path, why: str) -> UnreadableInput:
    return UnreadableInput(f"“{source}”已损坏：{why}。", next_step="没有恢复任何内容，请换一份完好的文件。")
