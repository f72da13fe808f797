"""Cases as points of a map."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from mujun.web.cases.models.case import light_at
from mujun.web.cases.queries.scope import cases_in_scope

MOST = 5_000


def points(
    user: Any,
    *,
    list_name: str = "",
    box: tuple[float, float, float, float] | None = None,
    now: dt.datetime | None = None,
) -> list[dict[str, Any]]:
    """Open cases with a point inside the scope (and ``box``: west, south, east, north in degrees), the newest first."""
    moment = now or timezone.now()
    rows = cases_in_scope(user).filter(closed_at=None, lon__isnull=False)
    if list_name:
        rows = rows.filter(list_name=list_name)
    if box:
        rows = rows.filter(lon__gte=box[0], lat__gte=box[1], lon__lte=box[2], lat__lte=box[3])
    shown = ("pk", "number", "title", "list_name", "state", "lon", "lat", "red_at", "yellow_at", "calm")
    held = rows.select_related(None).order_by("-pk").values_list(*shown, named=True)[:MOST]
    return [
        {
            "id": case.pk, "number": case.number, "title": case.title, "list": case.list_name, "state": case.state,
            "light": light_at(moment, case.red_at, case.yellow_at, case.calm), "lon": case.lon, "lat": case.lat,
        }
        for case in held
    ]  # fmt: skip
