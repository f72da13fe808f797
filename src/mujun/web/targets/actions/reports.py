"""Monthly reports of owners: a figure with evidence; a correction keeps what was there before."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.targets.breakdown import shown
from mujun.web.audit.actions import action, record
from mujun.web.documents import Kept
from mujun.web.targets.actions.held import held_target
from mujun.web.targets.actions.keeping import keep_evidence
from mujun.web.targets.actions.statements import checked_number
from mujun.web.targets.models import MonthlyReport, TargetState
from mujun.web.targets.owners import may_report, who_reports


def report_month(
    pk: int, month: dt.date, value: Decimal | str, upload: UploadedFile[Any] | None, note: str = "", *, by: Any
) -> MonthlyReport:
    """Report the month of ``month`` (any day of it): the figure since the start, or the level at the month's end.

    A month that was reported is corrected: ``note`` says why, the former value stays on record.
    """
    if upload is None:
        raise Refused(_("填报必须附佐证材料。"))
    return _report(pk, month.replace(day=1), checked_number(value), keep_evidence(upload), note.strip()[:500], by=by)


@action
def _report(pk: int, month: dt.date, value: Decimal, kept: Kept, note: str, *, by: Any) -> MonthlyReport:
    target = held_target(pk, TargetState.IN_FORCE)
    if not may_report(by, target):
        raise Refused(_("目标 {number} 由{who}填报。").format(number=target.number, who=who_reports(target)))
    last = min(timezone.localdate(), target.due_on)
    if month < target.starts_on.replace(day=1) or month > last:
        raise Refused(
            _("目标 {number} 只能填报 {start:%Y-%m} 到 {last:%Y-%m} 的数据。").format(
                number=target.number, start=target.starts_on, last=last
            )
        )
    before = target.reports.filter(month=month).order_by("-id").first()
    if before is not None and not note:
        raise Refused(
            _("{month:%Y年%m月}已经填报过 {value}，更正必须写明原因。").format(
                month=month, value=shown(before.value, target.unit)
            )
        )
    report = MonthlyReport.objects.create(
        target=target, month=month, value=value, note=note, corrects=before, path=kept.path, name=kept.name,
        sha256=kept.digest, by=by,
    )  # fmt: skip
    record(
        "target.corrected" if before is not None else "target.reported", by=by, about=f"target:{pk}", reason=note,
        month=f"{month:%Y-%m}", value=str(value), before=None if before is None else str(before.value),
        sha256=kept.digest,
    )  # fmt: skip
    return report
