"""Files that people hand in as evidence: kept by their SHA-256 as they came, never executed, never rewritten."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import secrets
import time
from collections.abc import Collection, Mapping
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from mujun.base.errors import Refused

PICTURES: dict[str, bytes] = {
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".webp": b"RIFF",
}
PAPERS: dict[str, bytes] = {".pdf": b"%PDF-", ".docx": b"PK\x03\x04", ".xlsx": b"PK\x03\x04"}
"""Accepted endings and the bytes with which such files begin. SVG is no picture here: it can hold a script."""

CONTENT_TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
STALE_SECONDS = 6 * 3600


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """A file that was kept: ``path`` under MEDIA_ROOT, the ``name`` it came with, SHA-256, bytes."""

    path: str
    name: str
    digest: str
    size: int

    @property
    def is_picture(self) -> bool:
        """Whether a browser can show it as a picture."""
        return PurePath(self.path).suffix in PICTURES


@dataclasses.dataclass(frozen=True, slots=True)
class Drawer:
    """One folder under MEDIA_ROOT, with the kinds of file it takes and how large they may be (bytes)."""

    name: str
    kinds: Mapping[str, bytes]
    largest: int

    def folder(self) -> Path:
        """Where the files are."""
        place = Path(settings.MEDIA_ROOT) / self.name
        place.mkdir(parents=True, exist_ok=True)
        return place

    def keep(self, upload: UploadedFile[Any]) -> Kept:
        """Check and keep an uploaded file; raise Refused with a sentence. The same content is kept once."""
        name = PurePath((upload.name or "").replace("\\", "/")).name[-200:]
        ending = PurePath(name).suffix.lower()
        self._check(upload, name, ending)
        beside = self.folder() / f"{secrets.token_hex(8)}.part"
        digest = hashlib.sha256()
        try:
            with beside.open("wb") as handle:
                for number, chunk in enumerate(upload.chunks()):
                    if number == 0:
                        self._check_beginning(chunk, name, ending)
                    digest.update(chunk)
                    handle.write(chunk)
                handle.flush()
                os.fsync(handle.fileno())
            final = self.folder() / f"{digest.hexdigest()}{ending}"
            os.replace(beside, final)
        finally:
            beside.unlink(missing_ok=True)
        return Kept(f"{self.name}/{final.name}", name, digest.hexdigest(), final.stat().st_size)

    def _check(self, upload: UploadedFile[Any], name: str, ending: str) -> None:
        if ending not in self.kinds:
            raise Refused(
                _("不能接受“{name}”这种文件。").format(name=name),
                next_step=_("可以上传：{kinds}。").format(kinds="、".join(kind[1:] for kind in self.kinds)),
            )
        if not upload.size:
            raise Refused(_("“{name}”是空文件。").format(name=name), next_step=_("请检查后重新上传。"))
        if upload.size > self.largest:
            raise Refused(
                _("“{name}”超过 {limit} MB。").format(name=name, limit=self.largest // 2**20),
                next_step=_("请压缩或拆分后再上传。"),
            )

    def _check_beginning(self, chunk: bytes, name: str, ending: str) -> None:
        if not chunk.startswith(self.kinds[ending]) or (ending == ".webp" and chunk[8:12] != b"WEBP"):
            raise Refused(
                _("“{name}”的内容与文件类型不符，可能已损坏。").format(name=name),
                next_step=_("请用原程序打开并另存后再上传。"),
            )

    def path_of(self, path: str) -> Path:
        """Return where a kept file is; the path never leaves the folder."""
        return self.folder() / PurePath(path).name

    def sweep(self, referred: Collection[str], *, older_than: float = STALE_SECONDS) -> int:
        """Remove files that nothing refers to and that are older than ``older_than`` seconds; return how many."""
        limit = time.time() - older_than
        swept = 0
        for file in self.folder().iterdir():
            if f"{self.name}/{file.name}" not in referred and file.stat().st_mtime <= limit:
                file.unlink(missing_ok=True)
                swept += 1
        return swept
