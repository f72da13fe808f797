"""Calendar arithmetic that rules use."""

from __future__ import annotations

import datetime as dt


def full_months(start: dt.date, end: dt.date) -> int:
    """Count the full months from ``start`` to ``end``; a month is full once its day of the month is reached.

    >>> full_months(dt.date(2023, 3, 15), dt.date(2024, 12, 31))
    21
    >>> full_months(dt.date(2022, 12, 31), dt.date(2024, 12, 31))
    24
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (1 if end.day < start.day else 0)
