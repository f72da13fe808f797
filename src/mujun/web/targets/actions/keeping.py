"""Files are kept before the act that names them; what acts that were refused or killed have left is swept, once a day."""

from __future__ import annotations

import time
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from mujun.web.documents import Kept
from mujun.web.targets.files import DOCUMENTS, EVIDENCE
from mujun.web.targets.queries.documents import referred_documents
from mujun.web.targets.queries.orders import referred_evidence

SWEEP_EVERY = 24 * 3600
_swept: list[float] = []


def keep_document(upload: UploadedFile[Any]) -> Kept:
    """Check and keep a document, outside any transaction."""
    _sweep_daily()
    return DOCUMENTS.keep(upload)


def keep_evidence(upload: UploadedFile[Any]) -> Kept:
    """Check and keep a photograph or paper, outside any transaction."""
    _sweep_daily()
    return EVIDENCE.keep(upload)


def _sweep_daily() -> None:
    if not _swept or time.monotonic() - _swept[-1] > SWEEP_EVERY:
        _swept[:] = [time.monotonic()]
        DOCUMENTS.sweep(referred_documents())
        EVIDENCE.sweep(referred_evidence())
