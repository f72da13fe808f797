"""The course of a block as a chart and as a table: planned against real."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from mujun.web.campaign.stages import Standing


def gantt_of(held: Sequence[Standing], opened_on: dt.date, today: dt.date) -> dict[str, Any]:
    """Each stage lasts from the day of the stage before it to its own day; what goes on now lasts until today."""
    rows = []
    begin_planned: dt.date | None = None
    begin_real = min([opened_on, *(one.real_on for one in held if one.real_on)])
    running = True
    for one in held:
        planned = _span(begin_planned, one.planned_on)
        real_end = one.real_on or (max(today, begin_real) if running and not one.skipped else None)
        rows.append(
            {
                "label": str(one.stage.label),
                "planned": planned,
                "real": _span(begin_real, real_end),
                "open": one.real_on is None,
                "late": one.late(today),
                "note": _("跳过") if one.skipped else "",
            }
        )
        begin_planned = one.planned_on or begin_planned
        begin_real = one.real_on or begin_real
        running = running and one.done
    return {"rows": rows, "today": today.isoformat(), "planned": _("计划"), "real": _("实际"), "now": _("今天")}


def _span(start: dt.date | None, end: dt.date | None) -> list[str] | None:
    if end is None:
        return None
    first = start if start is not None and start <= end else end
    return [first.isoformat(), end.isoformat()]
