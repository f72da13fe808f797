"""Working days of months, of the Chinese calendar where it is published, else Monday to Friday."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from types import MappingProxyType

import chinese_calendar

from mujun.targets.forecast import months_between


def is_working(day: dt.date) -> bool:
    """Whether offices work on ``day``."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


@functools.lru_cache(maxsize=4_000)
def _days(month: dt.date) -> tuple[int, ...]:
    following = (month + dt.timedelta(days=32)).replace(day=1)
    every = ((month + dt.timedelta(days=place)) for place in range((following - month).days))
    return tuple(day.day for day in every if is_working(day))


@functools.lru_cache(maxsize=500)
def working_days(start: dt.date, end: dt.date, today: dt.date) -> Mapping[dt.date, tuple[float, float]]:
    """Return month → (working days from ``start`` to ``end``, those of them over when ``today`` is over)."""
    found = {}
    for month in months_between(start, end):
        inside = [month.replace(day=day) for day in _days(month) if start <= month.replace(day=day) <= end]
        found[month] = (float(len(inside)), float(sum(day <= today for day in inside)))
    return MappingProxyType(found)
