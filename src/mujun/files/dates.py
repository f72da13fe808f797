"""Dates and years as people write them: ISO, Excel serial days, ``2022/3/5``, ``2022年3月``, ``20220305``."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mujun.files.finding import Finding, Reading, read_texts_once
from mujun.files.nothing import EXCEL_ERRORS, NOTHING, half_width, visible
from mujun.register.schema import Column

FIRST_YEAR, LAST_YEAR = 1949, 2100
_EPOCH = dt.date(1899, 12, 30)
_LAST_SERIAL = 2_958_465
_OPEN = frozenset({"长期", "永久", "无固定期限", "无期限", "至今", "长期有效", "不定期"})
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:[T ]\d{1,2}:\d{2}.*)?")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?(?:份)?")
_YEAR = re.compile(r"(\d{4})\s*年?(?:度)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_COMPACT_MONTH = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])")
_NUMBER = re.compile(r"\d{1,8}(?:\.\d+)?")
_FISCAL = re.compile(r"(?:FY)?\s*(\d{4})(?:\.0+)?\s*年?(?:度)?", re.IGNORECASE)

Days = npt.NDArray[np.datetime64]


def read_dates(cells: Sequence[object], column: Column) -> tuple[Days, list[Finding]]:
    """Read a column of dates as datetime64[us] at midnight; NaT is nothing. Times of day are dropped."""
    kinds = set(map(type, cells))
    if kinds <= {dt.date}:
        return _days(cells), []
    if dt.date in kinds and kinds == {dt.date, str} and {cell for cell in cells if type(cell) is str} <= NOTHING:
        days = [None if type(cell) is str else cell for cell in cells]
        return _days(days), []
    values, findings = read_texts_once(cells, lambda cell: read_date(cell, column))
    return _days(values), findings


def _days(dates: Sequence[Any]) -> Days:
    """Turn dates (None is nothing) into an array; Arrow does so many times faster than numpy."""
    days = pa.array(dates, type=pa.date32()).cast(pa.int32()).cast(pa.int64())
    numbers: npt.NDArray[np.int64] = days.fill_null(np.iinfo(np.int64).min).to_numpy(zero_copy_only=False)
    return numbers.view("datetime64[D]").astype("datetime64[us]")


def read_date(cell: object, column: Column) -> Reading:
    """Read one date. A month stands for its first day, in columns that end a period for its last."""
    if cell is None or cell != cell:
        return Reading(None)
    if isinstance(cell, dt.datetime):
        return Reading(cell.date())
    if isinstance(cell, dt.date):
        return Reading(cell)
    if isinstance(cell, (bool, dt.time, dt.timedelta)):
        return _bad(str(cell))
    last = column.name == "to"
    if isinstance(cell, (int, float)):
        return _from_number(float(cell), f"{cell:.15g}", last)
    if isinstance(cell, np.datetime64):
        return Reading(cell.astype("datetime64[D]").astype(object))
    return _from_text(str(cell), last)


def _bad(text: str) -> Reading:
    return Reading(None, "date_bad", {"value": text})


def _from_text(raw: str, last: bool) -> Reading:
    text = visible(raw)
    if text in NOTHING:
        return Reading(None)
    if text.upper() in EXCEL_ERRORS:
        return Reading(None, "excel_error", {"value": text})
    if last and text in _OPEN:
        return Reading(None, "date_open", {"value": text})
    if len(text) > 40:
        return _bad(text)
    plain = half_width(text)
    if found := _DAY.fullmatch(plain) or _COMPACT.fullmatch(plain):
        return _day(int(found[1]), int(found[2]), int(found[3]), text, last)
    if found := _COMPACT_MONTH.fullmatch(plain):
        return _partial(int(found[1]), int(found[2]), text, last)
    if found := _MONTH.fullmatch(plain):
        return _partial(int(found[1]), int(found[2]), text, last)
    if found := _YEAR.fullmatch(plain):
        return _partial(int(found[1]), None, text, last)
    if _NUMBER.fullmatch(plain):
        return _from_number(float(plain), text, last)
    return _bad(text)


def _from_number(number: float, text: str, last: bool) -> Reading:
    if not np.isfinite(number) or number < 1:
        return _bad(text)
    whole = int(number)
    if FIRST_YEAR <= number <= LAST_YEAR and number == whole:
        return _partial(whole, None, text, last)
    if number <= _LAST_SERIAL:
        compact = _COMPACT_MONTH.fullmatch(str(whole))
        if compact and number == whole:
            return _partial(int(compact[1]), int(compact[2]), text, last)
        return Reading(_EPOCH + dt.timedelta(days=whole)) if whole > 60 else _bad(text)
    if number == whole and (found := _COMPACT.fullmatch(str(whole))):
        return _day(int(found[1]), int(found[2]), int(found[3]), text, last)
    return _bad(text)


def _day(year: int, month: int, day: int, text: str, last: bool) -> Reading:
    if last and year == 9999:
        return Reading(None, "date_open", {"value": text})
    try:
        return Reading(dt.date(year, month, day))
    except ValueError:
        return _bad(text)


def _partial(year: int, month: int | None, text: str, last: bool) -> Reading:
    if (month is not None and not 1 <= month <= 12) or not 1 <= year < 9999:
        return _bad(text)
    if last:
        following = dt.date(year + (month in (None, 12)), 1 if month in (None, 12) else (month or 0) + 1, 1)
        day = following - dt.timedelta(days=1)
    else:
        day = dt.date(year, month or 1, 1)
    if month is not None and not last:
        return Reading(day)
    return Reading(day, "date_partial", {"value": text, "date": day.isoformat()})


def read_years(cells: Sequence[object]) -> tuple[npt.NDArray[np.float64], list[Finding]]:
    """Read a column of years as floats; NaN is nothing."""
    if set(map(type, cells)) == {float}:
        values = np.array(cells, dtype=np.float64)
        if ((values >= FIRST_YEAR) & (values <= LAST_YEAR) & (values == np.rint(values))).all():
            return values, []
    found, findings = read_texts_once(cells, read_year)
    return np.array([np.nan if value is None else value for value in found], dtype=np.float64), findings


def read_year(cell: object) -> Reading:
    """Read one year: a number, ``2022年``, ``2022年度``, ``FY2022``, or a date within it."""
    if cell is None or cell != cell:
        return Reading(None)
    if isinstance(cell, dt.date):
        return _year(cell.year, str(cell))
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _year(int(cell), f"{cell:.15g}") if np.isfinite(cell) and int(cell) == cell else _bad_year(str(cell))
    text = visible(str(cell))
    if text in NOTHING:
        return Reading(None)
    plain = half_width(text)
    found = _FISCAL.fullmatch(plain) or _DAY.fullmatch(plain) or _MONTH.fullmatch(plain)
    return _year(int(found[1]), text) if found else _bad_year(text)


def _bad_year(text: str) -> Reading:
    return Reading(None, "year_bad", {"value": text})


def _year(year: int, text: str) -> Reading:
    return Reading(year) if FIRST_YEAR <= year <= LAST_YEAR else _bad_year(text)
