"""Accepting freed land towards the target, once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.audit.actions import action, record
from mujun.web.campaign.actions.files import keep_file, put_away
from mujun.web.campaign.actions.held import held_block
from mujun.web.campaign.models import Acceptance, BlockParcel, Stage
from mujun.web.campaign.queries.acceptance import room_for
from mujun.web.campaign.queries.blocks import decisions_of, records_of
from mujun.web.campaign.stages import standings
from mujun.web.documents import Kept

SHOWN_DIGITS = 4


def accept_land(
    pk: int, parcel_id: str, area_mu: float | None, on: dt.date, note: str, upload: UploadedFile[Any] | None, *, by: Any
) -> Acceptance:
    """Accept ``area_mu`` (None: all that is left) of a parcel as freed on ``on``; a photograph or document shows it.

    Refused: before 腾空 is done, twice for one parcel, more than what relatives by lineage have left to count.
    """
    if upload is None:
        raise Refused(_("验收必须附现场照片或文件。"))
    return _accept(pk, parcel_id, area_mu, on, note, keep_file(upload), by=by)


@action
def _accept(
    pk: int, parcel_id: str, area_mu: float | None, on: dt.date, note: str, kept: Kept | None, *, by: Any
) -> Acceptance:
    block = held_block(pk)
    _alone()
    parcel = BlockParcel.objects.filter(block=block, parcel_id=parcel_id, to_day=None).first()
    if parcel is None:
        raise Refused(_("宗地 {code} 不在这个区块里。").format(code=parcel_id))
    _check_day(block, on)
    area = _checked_area(parcel, area_mu)
    if kept is None:
        raise Refused(_("验收必须附现场照片或文件。"))
    attachment = put_away(block, kept, parcel_id=parcel_id, note=note, by=by)
    try:
        with transaction.atomic():
            made = Acceptance.objects.create(
                block=block, parcel_id=parcel_id, town=parcel.town, area_mu=area, accepted_on=on,
                attachment=attachment, note=note.strip()[:500], by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(_("宗地 {code} 已经验收过，同一块地只计一次。").format(code=parcel_id)) from error
    record(
        "land.accepted", by=by, about=f"block:{pk}", parcel=parcel_id, area_mu=area, on=str(on),
        attachment=attachment.pk, acceptance=made.pk,
    )  # fmt: skip
    return made


def _alone() -> None:
    """Relatives by lineage have other codes: two acceptances at once could each miss the other."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Acceptance._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def _check_day(block: Any, on: dt.date) -> None:
    if on > timezone.localdate():
        raise Refused(_("验收日期不能晚于今天（{today}）。").format(today=timezone.localdate()))
    vacated = standings(records_of(block), decisions_of(block))[list(Stage).index(Stage.VACATE)]
    if not vacated.done:
        raise Refused(_("“腾空”还没有完成，不能验收。"), next_step=_("请先在区块里记录“腾空”。"))
    if vacated.real_on is not None and on < vacated.real_on:
        raise Refused(_("验收日期不能早于腾空日期（{day}）。").format(day=vacated.real_on))


def _checked_area(parcel: BlockParcel, area_mu: float | None) -> float:
    room = room_for(parcel)
    if room.accepted is not None:
        raise Refused(
            _("宗地 {code} 已于 {day} 验收 {area:.4f} 亩，同一块地只计一次。").format(
                code=parcel.parcel_id, day=room.accepted.accepted_on, area=room.accepted.area_mu
            ),
            next_step=_("如原验收有误，请先撤销它再重新验收。"),
        )
    if not room.left_mu:
        raise Refused(_("宗地 {code} 的土地已随 {others} 验收，不能重复计入。").format(
            code=parcel.parcel_id, others=room.others))  # fmt: skip
    if area_mu is None or round(area_mu, SHOWN_DIGITS) == round(room.left_mu, SHOWN_DIGITS):
        return room.left_mu
    if not 0 < area_mu <= room.left_mu:
        why = _("其中已随 {others} 验收过。").format(others=room.others) if room.counted else ""
        raise Refused(_("验收面积应大于 0、不超过 {left:.4f} 亩。").format(left=room.left_mu), why=why)
    return area_mu


@action
def revoke_acceptance(pk: int, reason: str, *, by: Any) -> Acceptance:
    """Take an acceptance back with a reason; it stays on record and counts no more."""
    if not reason.strip():
        raise Refused(_("撤销验收必须写明原因。"))
    held = Acceptance.objects.select_for_update(of=("self",)).filter(pk=pk, revoked_on=None).first()
    if held is None:
        raise Refused(_("没有这条验收，或已经撤销。"))
    held.revoked_on, held.revoked_by, held.revoke_reason = timezone.localdate(), by, reason.strip()[:500]
    held.save()
    about = f"block:{held.block_id}"
    record("land.revoked", by=by, about=about, reason=reason.strip(), parcel=held.parcel_id, area_mu=held.area_mu)
    return held
