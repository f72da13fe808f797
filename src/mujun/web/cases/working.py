"""The county's working calendar: what the State Council announced, and the days that the county set late."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from mujun.cases.calendar import WorkingCalendar, calendar
from mujun.web.cases.models import DayMoved

FIRST_YEAR, LAST_YEAR = 2015, 2045


def moved_days() -> dict[dt.date, bool]:
    """Return the days set by the county (True: worked); of several rows of one day the newest holds."""
    return dict(DayMoved.objects.order_by("id").values_list("day", "worked"))


def working_calendar() -> WorkingCalendar:
    """Return the calendar as it holds now, by one query."""
    return calendar(moved_days(), zone=settings.TIME_ZONE, first_year=FIRST_YEAR, last_year=LAST_YEAR)
