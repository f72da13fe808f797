"""Photographs and documents of blocks: the bytes are kept first, the row that names them comes with the act."""

from __future__ import annotations

import time
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.audit.actions import action, record
from mujun.web.campaign.actions.held import held_block
from mujun.web.campaign.files import DRAWER
from mujun.web.campaign.models import Attachment, Block, BlockParcel
from mujun.web.campaign.queries.blocks import referred_files
from mujun.web.documents import Kept


def keep_file(upload: UploadedFile[Any] | None) -> Kept | None:
    """Check and keep the bytes outside any transaction; without a row that names them they are swept later."""
    if upload is None:
        return None
    _sweep_daily()
    return DRAWER.keep(upload)


SWEEP_EVERY = 24 * 3600
_swept: list[float] = []


def _sweep_daily() -> None:
    """Remove what acts that were refused or killed have left, once a day per process."""
    if not _swept or time.monotonic() - _swept[-1] > SWEEP_EVERY:
        _swept[:] = [time.monotonic()]
        DRAWER.sweep(referred_files())


def put_away(block: Block, kept: Kept, *, parcel_id: str = "", stage: str = "", note: str = "", by: Any) -> Attachment:
    """Name a kept file in a block (inside an action). The same file at the same place is the same row."""
    town = ""
    if parcel_id:
        held = BlockParcel.objects.filter(block=block, parcel_id=parcel_id).order_by("-id").first()
        if held is None:
            raise Refused(_("宗地 {code} 不在这个区块里。").format(code=parcel_id))
        town = held.town
    known = Attachment.objects.filter(block=block, parcel_id=parcel_id, sha256=kept.digest).first()
    if known is not None:
        record("block.file_again", by=by, about=f"block:{block.pk}", file=known.pk)
        return known
    made = Attachment.objects.create(
        block=block, parcel_id=parcel_id, town=town, stage=stage, picture=kept.is_picture, path=kept.path,
        name=kept.name, sha256=kept.digest, size=kept.size, note=note.strip()[:300], by=by,
    )  # fmt: skip
    record("block.file", by=by, about=f"block:{block.pk}", file=made.pk, name=kept.name, sha256=kept.digest)
    return made


def attach(
    pk: int, upload: UploadedFile[Any], *, parcel_id: str = "", stage: str = "", note: str = "", by: Any
) -> Attachment:
    """Add a photograph or document to a block, or to one parcel of it."""
    kept = keep_file(upload)
    if kept is None:
        raise Refused(_("请选择照片或文件。"))
    return _attach(pk, kept, parcel_id, stage, note, by=by)


@action
def _attach(pk: int, kept: Kept, parcel_id: str, stage: str, note: str, *, by: Any) -> Attachment:
    return put_away(held_block(pk), kept, parcel_id=parcel_id, stage=stage, note=note, by=by)
