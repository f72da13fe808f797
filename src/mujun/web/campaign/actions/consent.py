"""Parties and what they say: talking, signed, refusing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.audit.actions import action, record
from mujun.web.campaign.actions.files import keep_file, put_away
from mujun.web.campaign.actions.held import held_block
from mujun.web.campaign.models import BlockParcel, Consent, Party, PartyKind
from mujun.web.documents import Kept


def set_consent(
    party: int, consent: str, on: dt.date, note: str = "", upload: UploadedFile[Any] | None = None, *, by: Any
) -> Party:
    """Note what a party said on a day, with the paper it signed if there is one."""
    return _set(party, consent, on, note, keep_file(upload), by=by)


@action
def _set(party: int, consent: str, on: dt.date, note: str, kept: Kept | None, *, by: Any) -> Party:
    held = _party(party)
    block = held_block(held.block_id)
    if consent not in Consent.values:
        raise Refused(_("请选择：协商中、已签约或不同意。"))
    if on > timezone.localdate():
        raise Refused(_("日期不能晚于今天（{today}）。").format(today=timezone.localdate()))
    if held.consent == consent and held.consent_on == on and held.note == note.strip() and kept is None:
        raise Refused(_("与已登记的内容相同，没有改动。"))
    before = {"consent": held.consent, "on": str(held.consent_on) if held.consent_on else None, "note": held.note}
    if kept is not None:
        held.document = put_away(block, kept, parcel_id=held.parcel_id, stage="sign", note=str(held)[:300], by=by)
    held.consent, held.consent_on, held.note = consent, on, note.strip()[:500]
    held.save()
    after = {"consent": consent, "on": str(on), "note": held.note, "document": held.document_id}
    record(
        "consent.set", by=by, about=f"block:{block.pk}", party=held.pk, name=str(held), parcel=held.parcel_id,
        before=before, after=after,
    )  # fmt: skip
    return held


def _party(pk: int) -> Party:
    held = Party.objects.select_for_update(of=("self",)).filter(pk=pk, struck_on=None).first()
    if held is None:
        raise Refused(_("没有这一户，或已经划去。"))
    return held


@action
def add_party(
    pk: int, parcel_id: str, kind: str, name: str, firm_id: str = "", floor_area_m2: float | None = None, *, by: Any
) -> Party:
    """Add an owner or tenant that the register does not have."""
    block = held_block(pk)
    held = BlockParcel.objects.filter(block=block, parcel_id=parcel_id, to_day=None).first()
    if held is None:
        raise Refused(_("宗地 {code} 不在这个区块里。").format(code=parcel_id))
    if kind not in PartyKind.values or not (name.strip() or firm_id.strip()):
        raise Refused(_("请写明是权利人还是承租人，以及名称。"))
    try:
        with transaction.atomic():
            made = Party.objects.create(
                block=block, parcel_id=parcel_id, town=held.town, kind=kind, firm_id=firm_id.strip()[:40],
                name=name.strip()[:300], floor_area_m2=floor_area_m2,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(_("这一户已经登记过。")) from error
    record("party.added", by=by, about=f"block:{pk}", party=made.pk, name=str(made), parcel=parcel_id, kind=kind)
    return made


@action
def strike_party(party: int, reason: str, *, by: Any) -> None:
    """Strike a party that was entered in error; it counts no more and stays on record."""
    if not reason.strip():
        raise Refused(_("请写明划去的原因。"))
    held = _party(party)
    held_block(held.block_id)
    held.struck_on, held.struck_reason = timezone.localdate(), reason.strip()[:300]
    held.save()
    about = f"block:{held.block_id}"
    record("party.struck", by=by, about=about, reason=reason.strip(), party=party, name=str(held))
