"""Stages: planned days, real days, corrections, and the decisions of leaders. Records are only ever added."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.audit.actions import action, record
from mujun.web.campaign.actions.files import keep_file, put_away
from mujun.web.campaign.actions.held import held_block
from mujun.web.campaign.models import (
    Attachment,
    Block,
    BlockState,
    Consent,
    Decision,
    DecisionKind,
    Stage,
    StageRecord,
)
from mujun.web.campaign.queries.blocks import decisions_of, parties_in_scope, records_of
from mujun.web.campaign.stages import Standing, check_plan, check_real, check_withdrawal, current, standings
from mujun.web.documents import Kept
from mujun.web.people.rights import Scope

EVERYTHING = Scope(None, None, amounts=True)


def record_stage(
    pk: int, stage: Stage, day: dt.date, note: str = "", upload: UploadedFile[Any] | None = None, *, by: Any
) -> StageRecord:
    """Say that a stage was completed on ``day``, with a photograph or document if there is one."""
    return _record(pk, stage, day, note, keep_file(upload), by=by)


@action
def _record(pk: int, stage: Stage, day: dt.date, note: str, kept: Kept | None, *, by: Any) -> StageRecord:
    block, held = _held(pk)
    one = held[list(Stage).index(stage)]
    if one.real_on is not None:
        raise Refused(
            _("“{stage}”已记录于 {day} 完成。").format(stage=stage.label, day=one.real_on),
            next_step=_("如有误，请用“更正”，原记录会保留。"),
        )
    _check(block, held, stage, day)
    attachment = put_away(block, kept, stage=stage, note=note, by=by) if kept else None
    made = _add(block, one, one.planned_on, day, note, attachment, by=by)
    record("stage.done", by=by, about=f"block:{pk}", stage=stage, on=str(day), attachment=_key(attachment))
    _settle(block, by=by)
    return made


def correct_stage(
    pk: int, stage: Stage, day: dt.date | None, reason: str, upload: UploadedFile[Any] | None = None, *, by: Any
) -> StageRecord:
    """Correct the real day of a stage, or take it back (``day`` None), with a reason; the old record stays."""
    return _correct(pk, stage, day, reason, keep_file(upload), by=by)


@action
def _correct(pk: int, stage: Stage, day: dt.date | None, reason: str, kept: Kept | None, *, by: Any) -> StageRecord:
    if not reason.strip():
        raise Refused(_("更正必须写明原因。"))
    block, held = _held(pk)
    one = held[list(Stage).index(stage)]
    if one.real_on is None:
        raise Refused(_("“{stage}”还没有完成记录，不需要更正。").format(stage=stage.label))
    if day == one.real_on:
        raise Refused(_("日期没有变化。"))
    if day is None:
        check_withdrawal(held, stage)
    else:
        _check(block, held, stage, day)
    attachment = put_away(block, kept, stage=stage, note=reason, by=by) if kept else None
    made = _add(block, one, one.planned_on, day, reason, attachment, by=by)
    after = str(day) if day else None
    about = f"block:{pk}"
    record(
        "stage.corrected", by=by, about=about, reason=reason.strip(), stage=stage, before=str(one.real_on), after=after
    )
    _settle(block, by=by)
    return made


@action
def plan_stages(pk: int, planned: Mapping[Stage, dt.date | None], *, by: Any) -> list[StageRecord]:
    """Set the planned days of stages; those not named keep theirs."""
    block, held = _held(pk)
    check_plan(held, planned)
    changed = [one for one in held if one.stage in planned and planned[one.stage] != one.planned_on]
    made = [_add(block, one, planned[one.stage], one.real_on, "", None, by=by) for one in changed]
    days = {str(one.stage): [_text(one.planned_on), _text(planned[one.stage])] for one in changed}
    record("stage.planned", by=by, about=f"block:{pk}", days=days)
    return made


def decide(pk: int, kind: str, stage: Stage, reason: str, upload: UploadedFile[Any] | None, *, by: Any) -> Decision:
    """A leader decides to go on although not all have signed, or to skip a stage; a document says so."""
    if upload is None:
        raise Refused(_("请上传作出决定的文件（会议纪要、批复等）。"))
    if not reason.strip():
        raise Refused(_("请写明理由。"))
    return _decide(pk, kind, stage, reason.strip(), keep_file(upload), by=by)


@action
def _decide(pk: int, kind: str, stage: Stage, reason: str, kept: Kept | None, *, by: Any) -> Decision:
    block, held = _held(pk)
    if kind == DecisionKind.UNSIGNED:
        stage = Stage.SIGN
    if any(decision.kind == kind and decision.stage == stage for decision in decisions_of(block)):
        raise Refused(_("这件事已经作过决定。"))
    if held[list(Stage).index(stage)].done:
        raise Refused(_("“{stage}”已经完成或跳过，不需要再作决定。").format(stage=stage.label))
    if kept is None:
        raise Refused(_("请上传作出决定的文件（会议纪要、批复等）。"))
    attachment = put_away(block, kept, stage=stage, note=reason, by=by)
    made = Decision.objects.create(
        block=block, kind=kind, stage=stage, reason=reason[:500], attachment=attachment, by=by
    )
    record("block.decided", by=by, about=f"block:{pk}", reason=reason, kind=kind, stage=stage, attachment=attachment.pk)
    _settle(block, by=by)
    return made


def _held(pk: int) -> tuple[Block, list[Standing]]:
    block = held_block(pk)
    return block, standings(records_of(block), decisions_of(block))


def _check(block: Block, held: list[Standing], stage: Stage, day: dt.date) -> None:
    answers = list(parties_in_scope(EVERYTHING).filter(block=block).values_list("consent", flat=True))
    decided = any(one.kind == DecisionKind.UNSIGNED for one in decisions_of(block))
    check_real(
        held,
        stage,
        day,
        timezone.localdate(),
        unsigned=sum(answer != Consent.SIGNED for answer in answers),
        refusing=sum(answer == Consent.REFUSING for answer in answers),
        decided=decided,
    )


def _add(
    block: Block,
    one: Standing,
    planned_on: dt.date | None,
    real_on: dt.date | None,
    note: str,
    attachment: Attachment | None,
    *,
    by: Any,
) -> StageRecord:
    return StageRecord.objects.create(
        block=block, stage=one.stage, planned_on=planned_on, real_on=real_on, corrects=one.record,
        attachment=attachment, note=note.strip()[:500], by=by,
    )  # fmt: skip


def _settle(block: Block, *, by: Any) -> None:
    """A block whose last stage is done has reached its goal; one whose last stage was taken back has not."""
    reached = current(standings(records_of(block), decisions_of(block))) is None
    state = BlockState.REACHED if reached else BlockState.OPEN
    if block.state != state:
        before, block.state = block.state, state
        block.save(update_fields=["state"])
        record("block.state", by=by, about=f"block:{block.pk}", before=before, after=str(state))


def _key(attachment: Attachment | None) -> int | None:
    return attachment.pk if attachment else None


def _text(day: dt.date | None) -> str | None:
    return str(day) if day else None
