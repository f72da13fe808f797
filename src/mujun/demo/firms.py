"""Firms of the county: who they are and how large; where they are follows in :mod:`mujun.demo.tenure`."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.demo.chance import stream
from mujun.demo.names import COUNTY, TOWNS, TRADES, UTILITIES, credit_codes, draw_trades, firm_names

YEARS = (2020, 2021, 2022, 2023, 2024)
MEDIAN_REVENUE_WAN = 420.0
SIGMA = 1.55
"""Revenue of a firm in 2022 is lognormal: median 420 万元, sigma 1.55; about 15 % then are above 2,000 万元."""


@dataclasses.dataclass(frozen=True, slots=True)
class Firms:
    """``table`` has the columns of the schema (town and address still blank); the arrays are aligned with it.

    ``revenue`` is that of 2022 in 万元. ``platform`` firms are the towns' park companies, which let nearly all they hold.
    """

    table: pd.DataFrame
    revenue: npt.NDArray[np.float64]
    platform: npt.NDArray[np.bool_]
    utility: npt.NDArray[np.bool_]
    ended: npt.NDArray[np.int64]
    """The year in which the firm was struck off; 9999 where it was not."""


def draw_firms(seed: int, count: int) -> Firms:
    """Return ``count`` firms: park companies and utilities first, then the makers."""
    chance = stream(seed, "firms")
    special = [(f"{COUNTY}{town}示范园区开发有限公司", "7040") for town in TOWNS]
    special += [(f"{COUNTY}示范{word}有限公司", code) for code, word in UTILITIES]
    special = special[: max(1, count // 10)]
    trades = draw_trades(chance, count - len(special))
    names = [name for name, _ in special] + firm_names(chance, trades)
    industry = [code for _, code in special] + [TRADES[trade].code for trade in trades.tolist()]
    revenue = np.exp(np.log(MEDIAN_REVENUE_WAN) + SIGMA * chance.standard_normal(count))
    platform = np.arange(count) < min(len(TOWNS), len(special))
    revenue[platform] = chance.uniform(800, 1_800, size=int(platform.sum()))
    utility = np.array([code in {number for number, _ in UTILITIES} for code in industry])
    produced = _production_dates(chance, count)
    old = platform | utility
    produced[old] = np.datetime64("1999-04-01") + chance.integers(0, 300, int(old.sum())).astype("timedelta64[D]")
    founded = produced - chance.integers(60, 900, size=count).astype("timedelta64[D]")
    status = np.where(chance.random(count) < 0.02, "stopped", "active").astype(object)
    status[(chance.random(count) < 0.015) & ~platform & ~utility] = "deregistered"
    status[platform | utility] = "active"
    # Firms that large are rescued or bought, not struck off.
    revenue[status == "deregistered"] = np.minimum(revenue[status == "deregistered"], 1_200)
    # Who counts as above scale is decided once a year on older figures, so it does not follow revenue to the letter.
    above = (revenue * np.exp(chance.normal(0, 0.12, size=count)) >= 2_000) & ~platform
    table = pd.DataFrame(
        {
            "firm_id": credit_codes(chance, count),
            "name": names,
            "industry": industry,
            "above_scale": above,
            "founded_on": founded.astype("datetime64[us]"),
            "production_on": produced.astype("datetime64[us]"),
            "status": status,
        }
    )
    ended = np.where(status == "deregistered", chance.integers(YEARS[0], YEARS[-1], count), 9999)
    return Firms(table, revenue, platform, utility, ended)


def _production_dates(chance: np.random.Generator, count: int) -> npt.NDArray[np.datetime64]:
    """Return days between 1992 and 2024, more of them late; 5 % after 2022."""
    years_back = np.minimum(chance.gamma(2.2, 5.0, size=count), 28.0)
    days = (np.datetime64("2022-06-30") - (years_back * 365).astype("timedelta64[D]")).astype("datetime64[D]")
    fresh = chance.random(count) < 0.05
    days[fresh] = np.datetime64("2022-03-01") + chance.integers(0, 800, size=int(fresh.sum())).astype("timedelta64[D]")
    return days
