"""The period of a statement as days: ``2024``, ``2022-01..2022-09``, ``2024-06-30``, ``十四五``."""

from __future__ import annotations

import calendar
import datetime as dt
import re

FIVE_YEARS = {"十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026, "十六五": 2031}
"""First year of each five-year plan."""
_ONE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")


def period_days(period: str | None) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day that ``period`` covers; None where it cannot be told."""
    text = (period or "").strip()
    if text in FIVE_YEARS:
        first = FIVE_YEARS[text]
        return dt.date(first, 1, 1), dt.date(first + 4, 12, 31)
    parts = text.split("..")
    ends = [_one(part.strip()) for part in parts]
    if len(parts) > 2 or any(end is None for end in ends):
        return None
    known = [end for end in ends if end is not None]
    start, end = known[0][0], known[-1][1]
    return (start, end) if start <= end else None


def _one(text: str) -> tuple[dt.date, dt.date] | None:
    match = _ONE.fullmatch(text)
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    try:
        if not month:
            return dt.date(year, 1, 1), dt.date(year, 12, 31)
        if not day:
            return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
        return dt.date(year, month, day), dt.date(year, month, day)
    except ValueError:
        return None
