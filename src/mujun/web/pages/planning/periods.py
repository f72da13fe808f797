"""An order over periods in words and as a chart."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.web.renewal.models import PlanPhasing


def kind_words() -> dict[str, str]:
    """What kinds of roof are called."""
    return {"unit": _("现有标准厂房"), "capacity": _("当期可用厂房"), "new": _("腾地新建厂房")}


def place_words(row: dict[str, Any]) -> str:
    """Where a workshop goes: the unit, or what kind of roof."""
    return str(row["to"]) if row["kind"] == "unit" else kind_words().get(row["kind"], "")


def gantt_of(held: PlanPhasing) -> dict[str, Any]:
    """The chart of the blocks over the periods: clearing, then when their land hosts new factories."""
    starts = [dt.date.fromisoformat(day) for day in held.wishes["starts"]]
    ends = [*(day - dt.timedelta(days=1) for day in starts[1:]), starts[-1] + dt.timedelta(days=90)]
    rows = []
    for row in held.gantt:
        hosts = row["hosts_from"]
        rows.append({
            "label": _("第 {n} 片").format(n=row["block"]),
            "planned": [str(starts[row["start"] - 1]), str(ends[row["end"] - 1])],
            "real": [str(starts[hosts - 1]), str(ends[-1])] if hosts else None,
            "open": False, "late": False, "note": "",
        })  # fmt: skip
    return {
        "today": str(timezone.localdate()), "now": _("今天"), "planned": _("腾空拆除"), "real": _("腾出土地建新厂房"),
        "rows": rows,
    }  # fmt: skip
