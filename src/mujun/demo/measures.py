"""Five years of figures per firm: taxes item by item, and what statistics and power bureaus count."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.demo.chance import stream
from mujun.demo.firms import YEARS, Firms

ITEMS = (
    "增值税", "企业所得税", "个人所得税", "城市维护建设税", "教育费附加", "地方教育附加", "房产税", "城镇土地使用税", "印花税",
)  # fmt: skip
_GROWTH = {2020: 0.86, 2021: 0.97, 2022: 1.0, 2023: 1.04, 2024: 1.09}
LAND_USE_TAX_YUAN_PER_M2 = 6.0
Floats = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Figures:
    """``measures`` and ``taxes`` with the columns of the schema; ``firm`` is the position of the firm of each measure."""

    measures: pd.DataFrame
    taxes: pd.DataFrame
    firm: npt.NDArray[np.int64]


def draw_measures(
    seed: int, firms: Firms, land_m2: Floats, *, years: tuple[int, ...] = YEARS, taxes: bool = True
) -> Figures:
    """Return the figures of ``years``; ``land_m2`` is what each firm holds (for the land use tax)."""
    chance = stream(seed, "measures")
    firm, year = _who_reports(firms, years)
    drift = np.cumsum(chance.normal(0, 0.12, (len(firms.table), len(years))), axis=1)
    middle = drift[:, [len(years) // 2]]
    factor = np.exp(drift - middle) * np.array([_GROWTH.get(number, 1.0) for number in years])
    revenue = np.round(firms.revenue[firm] * factor[firm, year - years[0]], 2)
    cents = _tax_items(chance, firms, firm, revenue, land_m2[firm])
    measures = pd.DataFrame(
        {
            "firm_id": firms.table["firm_id"].to_numpy()[firm],
            "firm_name": firms.table["name"].to_numpy()[firm],
            "year": year,
            "tax_wan": cents.sum(axis=1) / 100,
            "revenue_wan": revenue,
            "electricity_kwh": np.round(revenue * 380 * np.exp(chance.normal(0, 0.45, len(firm))) + 2_000),
            **_statistics(chance, firms, firm, revenue),
        }
    )
    return Figures(measures, _item_rows(measures, cents) if taxes else pd.DataFrame(), firm)


def _who_reports(firms: Firms, years: tuple[int, ...]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return (firm, year) of each row: from the year production began until the firm was struck off."""
    began = firms.table["production_on"].dt.year.to_numpy()
    firm = np.repeat(np.arange(len(began)), len(years))
    year = np.tile(np.array(years), len(began))
    reports = (year >= began[firm]) & (year <= firms.ended[firm])
    return firm[reports], year[reports]


def _statistics(
    chance: np.random.Generator, firms: Firms, firm: npt.NDArray[np.int64], revenue: Floats
) -> dict[str, Floats]:
    """Return what only firms above scale report; nothing for the others."""
    count = len(firm)
    above = firms.table["above_scale"].to_numpy(dtype=bool)[firm]
    added = np.round(revenue * np.clip(chance.normal(0.225, 0.04, count), 0.08, 0.4), 2)
    discharges = (np.random.Generator(np.random.PCG64(7)).random(len(firms.table)) < 0.6)[firm]
    columns = {
        "value_added_wan": added,
        "rd_wan": np.round(revenue * np.clip(chance.normal(0.03, 0.012, count), 0.006, 0.12), 2),
        "energy_tce": np.maximum(np.round(added / np.exp(chance.normal(1.0, 0.4, count)), 2), 0.5),
        "emission_t": np.where(
            discharges, np.maximum(np.round(added / np.exp(chance.normal(8.4, 0.5, count)) * 1000), 1) / 1000, np.nan
        ),
        "employees": np.maximum(np.round(added / np.clip(chance.normal(17, 4, count), 7, 40)), 3),
    }
    return {name: np.where(above, values, np.nan) for name, values in columns.items()}


def _tax_items(
    chance: np.random.Generator, firms: Firms, firm: npt.NDArray[np.int64], revenue: Floats, land_m2: Floats
) -> npt.NDArray[np.int64]:
    """Return amounts in 1/100 万元 per row and item, so that they add up exactly."""
    added = np.round(revenue * 100 * np.clip(chance.normal(0.026, 0.009, len(firm)), 0.0, 0.09))
    income = np.round(revenue * 100 * np.clip(chance.normal(0.011, 0.012, len(firm)), 0.0, 0.08))
    columns = [
        added,
        income,
        np.round(income * 0.18),
        np.round(added * 0.05),
        np.round(added * 0.03),
        np.round(added * 0.02),
        np.round(land_m2 * 0.9 * 3.5 / 100),
        np.round(land_m2 * LAND_USE_TAX_YUAN_PER_M2 / 100),
        np.round(revenue * 0.03),
    ]
    return np.column_stack(columns).astype(np.int64)


def _item_rows(measures: pd.DataFrame, cents: npt.NDArray[np.int64]) -> pd.DataFrame:
    row, item = np.nonzero(cents)
    return pd.DataFrame(
        {
            "firm_id": measures["firm_id"].to_numpy()[row],
            "year": measures["year"].to_numpy()[row],
            "item": np.array(ITEMS, dtype=object)[item],
            "amount_wan": cents[row, item] / 100,
        }
    )
