"""Evidence handed in with an objection: kept under ``MEDIA_ROOT/objections`` by its SHA-256, never executed."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import secrets
import time
from collections.abc import Collection
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from mujun.base.errors import Refused

KINDS: dict[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
}
"""Accepted endings, and the bytes with which such files begin."""

LARGEST = 20 * 2**20
STALE_SECONDS = 6 * 3600


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """A file that was kept: ``path`` under MEDIA_ROOT, the ``name`` it was handed in with, SHA-256."""

    path: str
    name: str
    digest: str


def folder() -> Path:
    """Where the documents are."""
    place = Path(settings.MEDIA_ROOT) / "objections"
    place.mkdir(parents=True, exist_ok=True)
    return place


def keep(upload: UploadedFile[Any]) -> Document:
    """Check and keep an uploaded file; raise Refused with a sentence. The same content is kept once."""
    name = PurePath((upload.name or "").replace("\\", "/")).name[:200]
    ending = PurePath(name).suffix.lower()
    if ending not in KINDS:
        raise Refused(
            _("不能接受“{name}”这种文件。").format(name=name),
            next_step=_("请上传 PDF、图片（PNG、JPG）、Word（docx）或 Excel（xlsx）文件。"),
        )
    if (upload.size or 0) > LARGEST:
        raise Refused(_("“{name}”超过 20 MB。").format(name=name), next_step=_("请压缩或拆分后再上传。"))
    beside = folder() / f"{secrets.token_hex(8)}.part"
    digest = hashlib.sha256()
    try:
        with beside.open("wb") as handle:
            for number, chunk in enumerate(upload.chunks()):
                if number == 0 and not chunk.startswith(KINDS[ending]):
                    raise Refused(
                        _("“{name}”的内容与文件类型不符，可能已损坏。").format(name=name),
                        next_step=_("请用原程序打开并另存后再上传。"),
                    )
                digest.update(chunk)
                handle.write(chunk)
            handle.flush()
            os.fsync(handle.fileno())
        if not upload.size:
            raise Refused(_("“{name}”是空文件。").format(name=name), next_step=_("请检查后重新上传。"))
        final = folder() / f"{digest.hexdigest()}{ending}"
        os.replace(beside, final)
    finally:
        beside.unlink(missing_ok=True)
    return Document(f"objections/{final.name}", name, digest.hexdigest())


def path_of(document: str) -> Path:
    """Return where a kept document is; the path never leaves the folder."""
    return folder() / PurePath(document).name


def sweep(referred: Collection[str], *, older_than: float = STALE_SECONDS) -> int:
    """Remove files that no objection refers to and that are older than ``older_than`` seconds; return how many."""
    limit = time.time() - older_than
    swept = 0
    for file in folder().iterdir():
        if f"objections/{file.name}" not in referred and file.stat().st_mtime <= limit:
            file.unlink(missing_ok=True)
            swept += 1
    return swept
