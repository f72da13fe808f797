"""Yearly figures: units, parts and wholes, zeros that cannot be."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.base.defects import Defect
from mujun.register.checks.view import Floats, View, amount, percent
from mujun.register.schema import TABLES

LABELS = {"wan": "万元", "tce": "吨标煤", "kwh": "千瓦时", "t": "吨", "person": "人"}
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


@dataclasses.dataclass(frozen=True, slots=True)
class _Years:
    """Measures as one cell per firm and year: ``rows`` is the position in the table, -1 where there is none."""

    years: list[int]
    rows: npt.NDArray[np.int64]

    @classmethod
    def of(cls, measures: pd.DataFrame) -> _Years:
        keyed = np.flatnonzero(((measures["firm_id"] != "") & measures["year"].notna()).to_numpy(dtype=bool))
        year, years = pd.factorize(measures["year"].to_numpy(dtype=np.float64, na_value=0)[keyed], sort=True)
        if len(years) < 2:
            return cls([int(value) for value in years], np.empty((0, len(years)), dtype=np.int64))
        firm, firms = pd.factorize(measures["firm_id"].iloc[keyed])
        rows = np.full((len(firms), len(years)), -1, dtype=np.int64)
        rows[firm[::-1], year[::-1]] = keyed[::-1]
        return cls([int(value) for value in years], rows)

    def values(self, column: pd.Series) -> Floats:
        """Return the positive values of a column; NaN elsewhere."""
        flat = column.to_numpy(dtype=np.float64)
        values = np.where(self.rows >= 0, flat[self.rows], np.nan)
        return np.where(values > 0, values, np.nan)


def units(view: View) -> Iterator[Defect]:
    """A figure is not a thousand times, or a thousandth of, the firm's other years, nor a column of all firms'."""
    cells = _Years.of(view["measures"])
    if not len(cells.rows):
        return
    for field, floor in _FLOORS.items():
        logs = np.log10(cells.values(view["measures"][field]))
        shifted = _shifted_years(logs)
        for place, ratio in shifted.items():
            parts = {"year": cells.years[place], "other": "其他年份", "times": f"{max(ratio, 1 / ratio):.3g}"}
            yield view.missing("unit_suspect_column", "measures", field=field, guess=_guess(ratio, field), **parts)
        logs[:, list(shifted)] = np.nan
        yield from _leaps(view, field, floor, cells, logs)


def _shifted_years(logs: Floats) -> dict[int, float]:
    """Return the years in which nearly all firms leap, with the ratio: a whole column in another unit.

    ``logs`` are decimal logarithms per firm and year, NaN where there is no figure.
    """
    several = logs[np.sum(~np.isnan(logs), axis=1) >= 2]
    counts = np.sum(~np.isnan(several), axis=0)
    levels = np.where(counts >= _LEAST_FIRMS, _row_median(several.T), np.nan)
    usual = np.nanmin(levels) if np.sum(~np.isnan(levels)) == 2 else _row_median(levels[None, :])[0]
    leap = np.abs(levels - usual) >= np.log10(_COLUMN_LEAP)
    return {int(place): float(10.0 ** (levels[place] - usual)) for place in np.flatnonzero(leap)}


def _leaps(view: View, field: str, floor: float, cells: _Years, logs: Floats) -> Iterator[Defect]:
    """Tell of single figures far from the firm's other years (the middle of their logarithms)."""
    unit = LABELS[TABLES["measures"].column(field).unit]
    for place in range(logs.shape[1]):
        usual = _row_median(np.delete(logs, place, axis=1))
        apart = np.abs(logs[:, place] - usual) >= np.log10(_LEAP)
        for row in np.flatnonzero(apart & (np.fmax(logs[:, place], usual) >= np.log10(floor))):
            value, other = float(10.0 ** logs[row, place]), float(10.0 ** usual[row])
            times = max(value / other, other / value)
            parts = {
                "value": amount(value),
                "unit": unit,
                "basis": f"该企业其他年份的约{amount(other)}{unit}",
                "times": f"{times:.0f}",
                "guess": _guess(value / other, field),
            }
            yield view.say("unit_suspect", "measures", int(cells.rows[row, place]), field, **parts)


def _row_median(values: Floats) -> Floats:
    """Return the median of each row without its NaN; NaN for a row of nothing."""
    if values.shape[1] == 0:
        return np.full(len(values), np.nan)
    ordered = np.sort(values, axis=1)
    count = np.sum(~np.isnan(values), axis=1)
    low, high = np.maximum(count - 1, 0) // 2, count // 2
    rows = np.arange(len(values))
    middle = (ordered[rows, low] + ordered[rows, np.minimum(high, values.shape[1] - 1)]) / 2
    return np.where(count > 0, middle, np.nan)


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
    revenue = measures["revenue_wan"].to_numpy(dtype=np.float64)
    whole_label = view.label("measures", "revenue_wan")
    for field, slack in (("value_added_wan", 1.0), ("rd_wan", 1.0), ("tax_wan", 10.0)):
        values = measures[field].to_numpy(dtype=np.float64)
        for position in np.flatnonzero((values > revenue) & (values > slack) & (revenue > 0)):
            parts = {"value": amount(values[position]), "whole": amount(revenue[position])}
            yield view.say(
                "part_exceeds_whole", "measures", position, field, unit="万元", whole_label=whole_label, **parts
            )


def zeros(view: View) -> Iterator[Defect]:
    """A firm above scale uses energy, and a firm with revenue has staff."""
    measures, firms = view["measures"], view["firms"]
    above = firms["firm_id"][firms["above_scale"].fillna(False).astype(bool)]
    unused = np.flatnonzero((measures["energy_tce"] == 0).to_numpy(dtype=bool))
    for position in unused[measures["firm_id"].iloc[unused].isin(above).to_numpy(dtype=bool)]:
        yield view.say("energy_zero", "measures", position, "energy_tce")
    for position in np.flatnonzero(((measures["employees"] == 0) & (measures["revenue_wan"] > 0)).to_numpy(dtype=bool)):
        yield view.say("staff_zero", "measures", position, "employees")


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
