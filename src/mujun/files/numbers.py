"""Numbers as people write them: thousands separators, full-width digits, percent, units inside the cell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mujun.files.finding import Finding, Reading, read_each
from mujun.files.nothing import EXCEL_ERRORS, NOTHING, half_width, visible
from mujun.files.units import LABELS, convert, exact_product, factor
from mujun.register.schema import Column

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_WITH_UNIT = re.compile(r"([+-]?(?:\d[\d,]*\.?\d*|\.\d+))([^\d\s.,+\-].*)")
_BRACKETED = re.compile(r"\(([\d,]+\.?\d*)\)")
_PLAIN_COLUMN = r"^-?[0-9]{1,15}(?:\.[0-9]{1,12})?$"
_BLANK: dict[object, object] = {"": np.nan}
_LONGEST = 60


def parse_number(text: str) -> float | None:
    """Return the number that half-width ``text`` writes, or None. ``nan``, ``inf`` and ``1_000`` are no numbers."""
    plain = text
    if "," in plain:
        if not _GROUPED.fullmatch(plain):
            return None
        plain = plain.replace(",", "")
    if not _PLAIN.fullmatch(plain):
        return None
    number = float(plain)
    return number if np.isfinite(number) else None


def read_numbers(
    cells: Sequence[object], column: Column, by: Fraction = Fraction(1)
) -> tuple[npt.NDArray[np.float64], list[Finding]]:
    """Read a column of numbers, multiplied by ``by`` into the unit of the schema; NaN is nothing.

    Cells that carry their own unit are converted by that unit instead. Values below the column's minimum are
    findings and become nothing.
    """
    kinds = list(map(type, cells))
    texts = kinds.count(str)
    findings: list[Finding] = []
    if texts == len(cells):
        values, findings = _from_text(cells, column, by)
        return _bounded(values, column, findings)
    if texts + kinds.count(float) != len(cells) or texts != cells.count(""):
        values = np.fromiter((v if type(v) is float else np.nan for v in cells), np.float64, len(cells))
        values, findings = _slow(cells, values, column, by)
        return _bounded(values, column, findings)
    values = np.array(list(map(_BLANK.get, cells, cells)) if texts else cells, dtype=np.float64)
    infinite = np.isinf(values)
    if infinite.any():
        findings += [Finding(int(p), Reading(None, "number_bad", {"value": "∞"})) for p in np.flatnonzero(infinite)]
        values[infinite] = np.nan
    return _bounded(convert(values, by), column, findings)


def _from_text(cells: Sequence[object], column: Column, by: Fraction) -> tuple[npt.NDArray[np.float64], list[Finding]]:
    """Read a column of texts: plain decimals all at once, the rest one by one."""
    texts = pa.array(cells, pa.large_string())
    plain = pc.match_substring_regex(texts, _PLAIN_COLUMN)
    numbers = pc.cast(pc.if_else(plain, texts, None), pa.float64())
    values = convert(pc.fill_null(numbers, np.nan).to_numpy(zero_copy_only=False).copy(), by)
    odd = np.flatnonzero(pc.invert(pc.or_(plain, pc.equal(texts, ""))).to_numpy(zero_copy_only=False))
    readings, findings = read_each(cells, odd.tolist(), lambda cell: read_number(cell, column, by))
    for position, value in readings:
        values[position] = np.nan if value is None else value
    return values, findings


def _slow(
    cells: Sequence[object], values: npt.NDArray[np.float64], column: Column, by: Fraction
) -> tuple[npt.NDArray[np.float64], list[Finding]]:
    values = convert(np.where(np.isinf(values), np.nan, values), by)
    odd = [position for position, cell in enumerate(cells) if type(cell) is not float or cell in (np.inf, -np.inf)]
    readings, findings = read_each(cells, odd, lambda cell: read_number(cell, column, by))
    for position, value in readings:
        values[position] = np.nan if value is None else value
    return values, findings


def read_number(cell: object, column: Column, by: Fraction = Fraction(1)) -> Reading:
    """Read one cell that is not a plain float."""
    if cell is None or cell != cell:
        return Reading(None)
    if isinstance(cell, bool):
        return Reading(None, "number_bad", {"value": "TRUE" if cell else "FALSE"})
    if isinstance(cell, (int, float)):
        number = float(cell) if abs(cell) < 1e300 else np.inf
        return (
            Reading(exact_product(number, by)) if np.isfinite(number) else Reading(None, "number_bad", {"value": "∞"})
        )
    if isinstance(cell, (dt.date, dt.time, dt.timedelta)):
        return Reading(None, "number_date", {"value": str(cell)})
    return _read_text(str(cell), column, by)


def _read_text(raw: str, column: Column, by: Fraction) -> Reading:
    text = visible(raw)
    if text in NOTHING:
        return Reading(None)
    if text.upper() in EXCEL_ERRORS:
        return Reading(None, "excel_error", {"value": text})
    if len(text) > _LONGEST:
        return Reading(None, "number_bad", {"value": text})
    plain = re.sub(r"(?<=\d) (?=\d)", "", half_width(text).lstrip("¥$")).strip()
    number = parse_number(plain)
    if number is not None:
        value = exact_product(number, by)
        if half_width(text) != text:
            return Reading(value, "number_fullwidth", {"value": text, "number": value})
        return Reading(value)
    bracketed = _BRACKETED.fullmatch(plain)
    negative = parse_number(bracketed[1]) if bracketed else None
    if negative is not None:
        return Reading(exact_product(-negative, by))
    return _with_unit(text, plain, column, by)


def _with_unit(text: str, plain: str, column: Column, by: Fraction) -> Reading:
    parts = _WITH_UNIT.fullmatch(plain.replace(" ", ""))
    number = parse_number(parts[1]) if parts else None
    if parts is None or number is None:
        return Reading(None, "number_bad", {"value": text})
    unit = parts[2]
    label = LABELS.get(column.unit, column.unit)
    own = factor(unit, column.unit)
    if own is None and unit in ("%", "‰"):
        return Reading(None, "percent_unexpected", {"value": text, "unit": label or "数"})
    if own is None and unit in ("万", "亿"):
        own = by * (10_000 if unit == "万" else 100_000_000)
    if own is None:
        return Reading(None, "number_bad", {"value": text})
    value = exact_product(number, own)
    return Reading(value, "number_unit", {"value": text, "number": value, "unit": label})


def _bounded(
    values: npt.NDArray[np.float64], column: Column, findings: list[Finding]
) -> tuple[npt.NDArray[np.float64], list[Finding]]:
    if column.minimum is None:
        return values, findings
    below = values < column.minimum
    if below.any():
        for position in np.flatnonzero(below):
            parts = {"value": f"{values[position]:.15g}", "minimum": f"{column.minimum:g}"}
            findings.append(Finding(int(position), Reading(None, "number_negative", parts)))
        values = np.where(below, np.nan, values)
    return values, findings
