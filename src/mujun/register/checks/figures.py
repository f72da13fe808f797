"""Yearly figures: units, parts and wholes, zeros that cannot be."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from mujun.base.defects import Defect
from mujun.register.checks.view import View, amount, percent
from mujun.register.schema import TABLES, Column

_LABELS = {"wan": "万元", "tce": "吨标煤", "kwh": "千瓦时", "t": "吨", "person": "人"}
_FLOORS = {
    "tax_wan": 10.0, "value_added_wan": 100.0, "revenue_wan": 500.0, "rd_wan": 50.0, "energy_tce": 50.0,
    "electricity_kwh": 50_000.0, "emission_t": 50.0,
}  # fmt: skip
"""Per column, the amount from which a leap is worth a sentence."""
_LEAP, _COLUMN_LEAP = 800.0, 300.0
_LEAST_FIRMS = 20
_TAXES_APART, _TAXES_SLACK_WAN = 0.05, 1.0
_AGREEING = 0.7


def years(view: View) -> Iterator[Defect]:
    """No figure is from a year after the one under evaluation, give or take one."""
    if view.year is None:
        return
    for table in ("measures", "taxes", "marks"):
        values = view[table]["year"]
        for position in np.flatnonzero((values > view.year + 1).fillna(False).to_numpy(dtype=bool)):
            yield view.say("year_implausible", table, position, "year", value=values.iat[position], year=view.year)


def units(view: View) -> Iterator[Defect]:
    """A figure is not a thousand times, or a thousandth of, the firm's other years, nor a column of all firms'."""
    measures = view["measures"]
    keyed = measures[(measures["firm_id"] != "") & measures["year"].notna()]
    keyed = keyed[~keyed.duplicated(["firm_id", "year"])]
    for field, floor in _FLOORS.items():
        wide = keyed.pivot(index="firm_id", columns="year", values=field)
        wide = wide.where(wide > 0)
        shifted, told = _columns(view, field, wide)
        yield from told
        yield from _leaps(view, field, floor, keyed, wide.drop(columns=shifted))


def _columns(view: View, field: str, wide: pd.DataFrame) -> tuple[list[int], list[Defect]]:
    """Return years in which all firms leap, and what to say of them."""
    shifted: list[int] = []
    told: list[Defect] = []
    medians = wide.apply(lambda column: (column / wide.drop(columns=column.name).median(axis=1)).median())
    for year, ratio in medians.items():
        enough = wide[year].notna().sum() >= _LEAST_FIRMS
        if enough and len(wide.columns) > 1 and ratio > 0 and max(ratio, 1 / ratio) >= _COLUMN_LEAP:
            others = medians.drop(index=year)
            if ((others >= _COLUMN_LEAP) | (others <= 1 / _COLUMN_LEAP)).sum() >= len(others) and len(others) > 1:
                continue
            shifted.append(int(str(year)))
            parts = {"year": year, "other": "其他年份", "times": f"{ratio:.3g}", "guess": _guess(float(ratio), field)}
            told.append(view.missing("unit_suspect_column", "measures", field=field, **parts))
    return shifted, told


def _leaps(view: View, field: str, floor: float, keyed: pd.DataFrame, wide: pd.DataFrame) -> Iterator[Defect]:
    values = wide.to_numpy(dtype=np.float64)
    if values.shape[1] < 2:
        return
    unit = _LABELS[next(c.unit for c in _measure_columns() if c.name == field)]
    positions = pd.Series(keyed.index.to_numpy(), index=pd.MultiIndex.from_frame(keyed[["firm_id", "year"]]))
    for place in range(values.shape[1]):
        others = np.delete(values, place, axis=1)
        with np.errstate(all="ignore"):
            usual = _row_median(others)
            ratio = values[:, place] / usual
            leap = (np.fmax(ratio, 1 / ratio) >= _LEAP) & (np.fmax(values[:, place], usual) >= floor)
        for row in np.flatnonzero(leap):
            position = int(positions[wide.index[row], wide.columns[place]])
            times = float(max(ratio[row], 1 / ratio[row]))
            parts = {
                "value": amount(values[row, place]), "unit": unit, "basis": f"该企业其他年份的{amount(usual[row])}{unit}",
                "times": f"{times:.0f}", "guess": _guess(float(ratio[row]), field),
            }  # fmt: skip
            yield view.say("unit_suspect", "measures", position, field, **parts)


def _row_median(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the median of each row without its NaN; NaN for a row of nothing."""
    ordered = np.sort(values, axis=1)
    count = np.sum(~np.isnan(values), axis=1)
    low, high = np.maximum(count - 1, 0) // 2, count // 2
    rows = np.arange(len(values))
    middle = (ordered[rows, low] + ordered[rows, np.minimum(high, values.shape[1] - 1)]) / 2
    return np.where(count > 0, middle, np.nan)


def _measure_columns() -> tuple[Column, ...]:
    return TABLES["measures"].columns


def _guess(ratio: float, field: str) -> str:
    large = ratio > 1
    if field == "electricity_kwh":
        return "千瓦时与万千瓦时或兆瓦时混淆"
    if field in ("energy_tce", "emission_t"):
        return "千克填作吨" if large else "吨填作千吨或万吨"
    return "元填作万元" if large else "亿元填作万元"


def parts_and_wholes(view: View) -> Iterator[Defect]:
    """Value added, research and tax are no more than revenue."""
    measures = view["measures"]
    revenue = measures["revenue_wan"]
    for field, slack in (("value_added_wan", 1.0), ("rd_wan", 1.0), ("tax_wan", 10.0)):
        over = (measures[field] > revenue) & (measures[field] > slack) & (revenue > 0)
        for position in np.flatnonzero(over.to_numpy(dtype=bool)):
            parts = {
                "value": amount(float(measures[field].iat[position])), "unit": "万元",
                "whole_label": view.label("measures", "revenue_wan"), "whole": amount(float(revenue.iat[position])),
            }  # fmt: skip
            yield view.say("part_exceeds_whole", "measures", position, field, **parts)


def zeros(view: View) -> Iterator[Defect]:
    """A firm above scale uses energy, and a firm with revenue has staff."""
    measures, firms = view["measures"], view["firms"]
    above = firms["firm_id"][firms["above_scale"].fillna(False).astype(bool)]
    for field, code, who in (
        ("energy_tce", "energy_zero", measures["firm_id"].isin(above)),
        ("employees", "staff_zero", measures["revenue_wan"] > 0),
    ):
        for position in np.flatnonzero(((measures[field] == 0) & who).to_numpy(dtype=bool)):
            yield view.say(code, "measures", position, field)


def taxes(view: View) -> Iterator[Defect]:
    """Items of tax add up to the tax, where they do so for most firms: else the two mean different things."""
    details, measures = view["taxes"], view["measures"]
    keyed = measures[(measures["firm_id"] != "") & measures["tax_wan"].notna()]
    if not len(details) or not len(keyed):
        return
    sums = details.groupby(["firm_id", "year"])["amount_wan"].sum(min_count=1)
    pairs = pd.MultiIndex.from_frame(keyed[["firm_id", "year"]])
    total = sums.reindex(pairs).to_numpy(dtype=np.float64)
    stated = keyed["tax_wan"].to_numpy(dtype=np.float64)
    known = ~np.isnan(total)
    difference = np.abs(total - stated)
    apart = known & (difference > _TAXES_APART * np.abs(stated)) & (difference > _TAXES_SLACK_WAN)
    if not known.any() or 1 - apart.sum() / known.sum() < _AGREEING:
        return
    for place in np.flatnonzero(apart):
        parts = {
            "year": keyed["year"].iat[place], "total": amount(total[place]), "value": amount(stated[place]),
            "percent": percent(difference[place] / abs(stated[place])) if stated[place] else "全部",
        }  # fmt: skip
        yield view.say("taxes_not_adding_up", "measures", int(keyed.index[place]), "tax_wan", **parts)


CHECKS = (years, units, parts_and_wholes, zeros, taxes)
