"""Events that take or give points in the index of a list."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.audit.actions import action, record
from mujun.web.cases.definitions import definition_of
from mujun.web.cases.models import Deducted, DeductionLevel, ListVersion

TIMES = (Decimal("0"), Decimal("0.5"), Decimal("1"), Decimal("2"))
"""Found and handled by the unit itself, reported by itself, as usual, concealed."""


@action
def note_deduction(
    list_name: str,
    key: str,
    unit: str,
    on: dt.date,
    note: str,
    *,
    level: str = "own",
    times: Decimal = TIMES[2],
    by: Any,
) -> Deducted:
    """Note an event of the list's table of deductions; a mistake is mended by a row with the times taken back."""
    version = ListVersion.objects.filter(name=list_name, in_force=True).first()
    known = {one.key for one in definition_of(version).deductions} if version else set()
    if key not in known:
        raise Refused(_("清单“{name}”没有这种扣分情形。").format(name=list_name))
    if level not in DeductionLevel.values or abs(times) not in TIMES:
        raise Refused(_("请选择层级和情节。"))
    if not unit.strip() or not note.strip() or on > timezone.localdate():
        raise Refused(_("请写明单位、情况，日期不能晚于今天。"))
    made = Deducted.objects.create(
        list_name=list_name, key=key, level=level, times=times, unit=unit.strip()[:100], on=on, note=note.strip()[:300],
        by=by,
    )  # fmt: skip
    record("case.deducted", by=by, about=f"list:{list_name}", key=key, unit=made.unit, times=str(times))
    return made
