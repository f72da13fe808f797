"""Files as they are handed over: taken apart if zipped, limited in size and number, kept once per content."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from mujun.base.errors import UnreadableInput
from mujun.web.register.models import ImportBatch

MIB = 1 << 20
BLOCK = MIB
SUFFIXES = frozenset(
    {
        ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".csv", ".parquet", ".geoparquet", ".gpkg", ".geojson", ".json",
        ".shp", ".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx", ".txt",
    }
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """How much may be handed over at once."""

    file_bytes: int = 200 * MIB
    total_bytes: int = 1024 * MIB
    files: int = 400


LIMITS = Limits()


class Chunked(Protocol):
    """An uploaded file as Django gives it."""

    name: str | None

    def chunks(self, chunk_size: int = ...) -> Iterator[bytes]:
        """Yield the content piece by piece."""
        ...


@dataclasses.dataclass(frozen=True, slots=True)
class Upload:
    """One file taken in: its name (with folders, if it came in a zip), the hash of its content, its size."""

    name: str
    sha256: str
    size: int


def store_uploads(files: Iterable[Chunked], limits: Limits = LIMITS) -> list[Upload]:
    """Take files in; a zip is taken apart. Raises :class:`UnreadableInput` beyond the limits or on a broken zip.

    The content is kept under ``MEDIA_ROOT/imports`` by its hash; nothing else is written anywhere.
    """
    taken: dict[str, Upload] = {}
    room = limits.total_bytes
    for file in files:
        with _spooled(file, limits) as (name, path, size):
            parts = _unzip(name, path, limits) if name.lower().endswith(".zip") else [(name, path, size)]
            for part, content, length in parts:
                room -= length
                if room < 0:
                    raise _too_much(_("全部文件合计超过 {limit} MB。").format(limit=limits.total_bytes // MIB))
                upload = _keep(part, content, length)
                taken[_free_name(upload, taken)] = upload
                if len(taken) > limits.files:
                    raise _too_much(_("文件超过 {limit} 个。").format(limit=limits.files))
    if not taken:
        raise UnreadableInput(_("没有收到可以导入的文件。"), next_step=_("请选择表格、图形文件或压缩包。"))
    return [dataclasses.replace(upload, name=name) for name, upload in taken.items()]


def digest_of(uploads: Iterable[Upload]) -> str:
    """Return one hash over the names and contents of all files."""
    lines = sorted(f"{upload.name}\0{upload.sha256}" for upload in uploads)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@contextlib.contextmanager
def folder_with_files(batch: ImportBatch) -> Iterator[Path]:
    """Give a folder in which the files of ``batch`` stand under their own names, for as long as they are read."""
    root = Path(settings.HOME) / "work"
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root, prefix=f"batch-{batch.pk}-") as name:
        folder = Path(name)
        for file in batch.files.all():
            target = folder / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(file.path, target)
            except OSError:
                shutil.copyfile(file.path, target)
        yield folder


@contextlib.contextmanager
def _spooled(file: Chunked, limits: Limits) -> Iterator[tuple[str, Path, int]]:
    name = clean_name(file.name or "")
    root = Path(settings.MEDIA_ROOT) / "imports"
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=root, suffix=".part", delete=False) as target:
        path, size = Path(target.name), 0
        try:
            for chunk in file.chunks():
                size += len(chunk)
                if size > limits.file_bytes:
                    raise _too_much(_("“{name}”超过 {limit} MB。").format(name=name, limit=limits.file_bytes // MIB))
                target.write(chunk)
            target.flush()
            yield name, path, size
        finally:
            path.unlink(missing_ok=True)


def _unzip(name: str, path: Path, limits: Limits) -> list[tuple[str, Path, int]]:
    """Take a zip apart beside itself, counting what really comes out: the sizes it claims may be lies."""
    folder = path.with_suffix(".unzipped")
    try:
        return list(_members(name, path, folder, limits))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        if isinstance(error, UnreadableInput):
            raise
        why = _("压缩包损坏、加密或分卷：{error}。").format(error=type(error).__name__)
        raise UnreadableInput(
            _("“{name}”打不开。").format(name=name), why=why, next_step=_("请解压后直接上传文件。")
        ) from error


def _members(name: str, path: Path, folder: Path, limits: Limits) -> Iterator[tuple[str, Path, int]]:
    room, count = limits.total_bytes, 0
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            inner = clean_name(_member_name(member))
            hidden = any(part.startswith((".", "_", "~$")) for part in PurePosixPath(inner).parts)
            if member.is_dir() or hidden or PurePosixPath(inner).suffix.lower() not in SUFFIXES:
                continue
            count += 1
            if count > limits.files:
                raise _too_much(_("压缩包里的文件超过 {limit} 个。").format(limit=limits.files))
            target = folder / str(count)
            folder.mkdir(exist_ok=True)
            with archive.open(member) as source, target.open("wb") as sink:
                size = 0
                while block := source.read(BLOCK):
                    size += len(block)
                    if size > min(room, limits.file_bytes):
                        raise _too_much(_("压缩包“{name}”展开后过大。").format(name=name))
                    sink.write(block)
            room -= size
            yield inner, target, size


def _member_name(member: zipfile.ZipInfo) -> str:
    """Return the name of a file in a zip: older Chinese Windows writes it in GB18030 without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def clean_name(name: str) -> str:
    """Return ``name`` as a harmless relative path: no drive, no root, no ``..``, no control characters."""
    kept = "".join(character for character in name.replace("\\", "/") if character.isprintable())
    parts = [part for part in PurePosixPath(kept).parts if part not in ("/", "..", ".") and not part.endswith(":")]
    return "/".join(part[-120:] for part in parts)[-250:] or "file"


def _free_name(upload: Upload, taken: dict[str, Upload]) -> str:
    """Two files of one name and different content are both kept; the same content twice is one file."""
    name, number = PurePosixPath(upload.name), 1
    candidate = upload.name
    while candidate in taken and taken[candidate].sha256 != upload.sha256:
        number += 1
        candidate = str(name.with_name(f"{name.stem}({number}){name.suffix}"))
    return candidate


def _keep(name: str, path: Path, size: int) -> Upload:
    with path.open("rb") as handle:
        sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
    target = Path(settings.MEDIA_ROOT) / "imports" / sha256[:2] / sha256
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f"{sha256}.{os.getpid()}.part")
        shutil.copyfile(path, aside)
        aside.replace(target)
    if path.parent.name.endswith(".unzipped"):
        path.unlink()
        with contextlib.suppress(OSError):
            path.parent.rmdir()
    return Upload(name, sha256, size)


def _too_much(what: str) -> UnreadableInput:
    return UnreadableInput(what, next_step=_("请分成几批上传。"))
