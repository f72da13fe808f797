"""Files of cases: the bytes are kept first, the row that names them comes with the act."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from mujun.web.cases.actions.keeping import KeptFiles
from mujun.web.cases.files import DRAWER
from mujun.web.cases.queries.files import referred_files

Uploads = Mapping[str, Sequence[UploadedFile[Any]]]
SWEEP_EVERY = 24 * 3600
_swept: list[float] = []


def keep_uploads(files: Uploads | None) -> KeptFiles:
    """Check and keep the bytes outside any transaction; without a row that names them they are swept later."""
    if not files:
        return {}
    if not _swept or time.monotonic() - _swept[-1] > SWEEP_EVERY:
        _swept[:] = [time.monotonic()]
        DRAWER.sweep(referred_files())
    return {kind: [DRAWER.keep(upload) for upload in uploads] for kind, uploads in files.items() if uploads}
