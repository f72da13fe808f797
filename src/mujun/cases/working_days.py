"""Which days are worked: what the State Council announced, what the county set late, and weekends where neither speaks.

The announced days come from the package chinesecalendar. Years it does not know are provisional (未公布): Monday to
Friday are worked, and who shows a date of such a year says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from chinese_calendar import constants

ANNOUNCED: frozenset[int] = frozenset(day.year for day in constants.holidays)
"""Years whose holidays the package knows."""


def is_announced(day: dt.date) -> bool:
    """Whether the holidays of the day's year are known."""
    return day.year in ANNOUNCED


def is_worked(day: dt.date, overrides: Mapping[dt.date, bool]) -> bool:
    """Whether ``day`` is worked; ``overrides`` (True: worked) go before all else."""
    if day in overrides:
        return overrides[day]
    return day in constants.workdays or (day.weekday() < 5 and day not in constants.holidays)


def worked_days(first: dt.date, count: int, overrides: Mapping[dt.date, bool]) -> npt.NDArray[np.bool_]:
    """Return for ``count`` days from ``first`` on whether each is worked."""
    start = first.toordinal()
    return np.array([is_worked(dt.date.fromordinal(start + n), overrides) for n in range(count)], dtype=bool)
