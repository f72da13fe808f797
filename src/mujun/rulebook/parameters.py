"""Dated parameters: a value of a rule is valid from a day on, until the next one."""

from __future__ import annotations

import dataclasses
import datetime as dt
from fractions import Fraction

from mujun.base.exact import decimal


@dataclasses.dataclass(frozen=True, slots=True)
class Dated:
    """Values by the day from which each holds, ascending. One value without a day holds always."""

    values: tuple[tuple[dt.date, Fraction], ...]

    def on(self, day: dt.date) -> Fraction | None:
        """Return the value that holds on ``day``, or None before the first."""
        current = None
        for start, value in self.values:
            if start <= day:
                current = value
        return current


LARGEST = 10**15
"""No figure of a rule is as large; what is larger was written by mistake."""


def is_written(raw: float) -> bool:
    """Whether a number is one that somebody can have meant: neither infinite nor beyond :data:`LARGEST`."""
    return -LARGEST <= raw <= LARGEST


def read_dated(raw: object) -> Dated:
    """Read ``3``, or ``{2021: 26.01, 2023-07-01: 24.097}`` (a year means its first day); raise ValueError."""
    if isinstance(raw, bool):
        raise ValueError(f"“{raw}”不是数")
    if isinstance(raw, int | float):
        if not is_written(raw):
            raise ValueError(f"“{str(raw)[:20]}”太大，或不是数")
        return Dated(((dt.date.min, decimal(raw)),))
    if isinstance(raw, dict) and raw:
        pairs = []
        for start, value in raw.items():
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(f"“{start}: {value}”的值不是数")
            if not is_written(value):
                raise ValueError(f"“{start}: {str(value)[:20]}”的值太大，或不是数")
            pairs.append((read_day(start), decimal(value)))
        return Dated(tuple(sorted(pairs)))
    raise ValueError(f"“{raw}”既不是数，也不是“起始日期: 数”的列表")


def read_day(raw: object) -> dt.date:
    """Read a date, or a year (its first day); raise ValueError."""
    if isinstance(raw, dt.date) and not isinstance(raw, dt.datetime):
        return raw
    if isinstance(raw, int) and 1900 <= raw <= 2200:
        return dt.date(raw, 1, 1)
    raise ValueError(f"“{raw}”不是日期或年份")
