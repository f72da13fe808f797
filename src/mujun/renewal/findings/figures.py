"""The figures of every parcel on 31 December of a year: what criteria compare, and where each figure comes from.

Formulas: area = registered area, or the drawn one where that is blank; tax per mu = tax spread by net area ÷ net area
of the firms on the parcel; floor-area ratio = Σ floor area of the buildings ÷ area; built share = Σ floor area ÷
(area × lowest agreed ratio); invested share = invested ÷ agreed investment; unused share = 1 − (net area of firms +
agreed exclusions) ÷ area. Months are full months from a date to the day.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.base.exact import Floats, Ints, decimal, exact_sums
from mujun.register.drawn import areas_m2, shapes_of
from mujun.register.lookup import positions_of
from mujun.register.tables import Register
from mujun.renewal.findings.clock import base_days, months_until, states
from mujun.renewal.findings.users import NOBODY, Taxes, Users, taxes_of, users_of
from mujun.rulebook.findings.figures import PARCEL_FIGURES
from mujun.rulebook.findings.ruleset import reference_day

_COPIED = ("far_min", "invest_due_wan", "invested_wan", "tax_due_wan_per_mu", "land_price_wan")
Objects = npt.NDArray[np.object_]


@dataclasses.dataclass
class ParcelFigures:
    """One element per row of ``parcels``. ``columns`` has every figure as floats: truths 1 or 0, NaN = unknown.

    ``building_parcel`` is the position of each building's parcel (-1: none); ``grade`` the grade of the main user
    ("" = not graded), None where it is unknown; the whole is None without a table of grades. ``area_m2``, ``floor_m2``
    are the parcel's area and the floor area on it.
    """

    register: Register
    year: int
    day: dt.date
    columns: dict[str, Floats]
    users: Users
    taxes: Taxes
    building_parcel: Ints
    grade: Objects | None

    area_m2: Floats
    floor_m2: Floats

    def __len__(self) -> int:
        return len(self.register["parcels"])

    def exactly(self, name: str, position: int) -> Fraction | None:
        """Return one figure of one parcel as a fraction of the decimals that were written, None for nothing."""
        if name == "tax_per_mu":
            return self.taxes.exactly(position)
        value = float(self.columns[name][position])
        if np.isnan(value):
            return None
        if name in ("far", "built_share"):
            planned = self.columns["far_min"][position] if name == "built_share" else 1.0
            area = decimal(float(self.area_m2[position])) * decimal(float(planned))
            return decimal(float(self.floor_m2[position])) / area
        if name == "invested_share":
            paid, due = (float(self.columns[column][position]) for column in ("invested_wan", "invest_due_wan"))
            return decimal(paid) / decimal(due)
        return decimal(value)

    @cached_property
    def parcel_ids(self) -> Objects:
        """The codes, in register order."""
        ids: Objects = self.register["parcels"]["parcel_id"].to_numpy(dtype=object)
        return ids


def parcel_figures(register: Register, year: int, grades: pd.DataFrame | None = None) -> ParcelFigures:
    """Compute the figures of every parcel of ``register`` as it stands on 31 December of ``year``.

    ``grades`` has the columns ``firm_id`` and ``grade`` ("" = not graded), as in ``grades.csv``.
    """
    day = reference_day(year)
    parcels = register["parcels"]
    users = users_of(register, day)
    taxes = taxes_of(register, users, year)
    area_m2 = _areas(parcels)
    building_parcel, floor_m2, has_buildings = _floors(register)
    count = len(parcels)
    columns: dict[str, Floats] = {
        "area_mu": area_m2 * 3 / 2000,
        "used_mu": taxes.used_mu,
        "tax_wan": taxes.tax_wan,
        "tax_per_mu": taxes.tax_per_mu,
        **{name: parcels[name].to_numpy(dtype=np.float64) for name in _COPIED},
    }
    columns |= _shares(columns, area_m2, floor_m2, users)
    for name in (name for name, figure in PARCEL_FIGURES.items() if figure.dated):
        columns[name] = months_until(base_days(parcels, name), day)
    used = users.main >= 0
    producing = _producing(users, taxes, count)
    columns |= states(parcels, day, built=has_buildings, used=used, producing=producing)
    columns |= _scale(register, users)
    for name in ("illegal_use", "protected"):
        columns[name] = _truths(parcels[name])
    grade = _grades(register, users, grades)
    return ParcelFigures(
        register, year, day, columns, users, taxes, building_parcel, grade, area_m2=area_m2, floor_m2=floor_m2
    )


def _truths(values: pd.Series) -> Floats:
    return np.asarray(values.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)


def _areas(parcels: pd.DataFrame) -> Floats:
    area: Floats = parcels["registered_area_m2"].to_numpy(dtype=np.float64).copy()
    area[~(area > 0)] = np.nan
    blank = np.flatnonzero(np.isnan(area))
    if len(blank):
        area[blank] = areas_m2(shapes_of(parcels["geometry"].to_numpy(dtype=object)[blank]))
        area[~(area > 0)] = np.nan
    return area


def _floors(register: Register) -> tuple[Ints, Floats, npt.NDArray[np.bool_]]:
    """Return the parcel of each building, the floor area of each parcel (NaN: unknown), and which have buildings."""
    ids = pd.Index(register["parcels"]["parcel_id"])
    buildings = register["buildings"]
    unique = ids[~ids.duplicated() & (ids != "")]
    place = positions_of(buildings["parcel_id"], unique)
    at = np.flatnonzero(np.asarray(~ids.duplicated() & (ids != "")))
    parcel = np.where(place >= 0, at[place] if len(at) else NOBODY, NOBODY).astype(np.int64)
    floors = buildings["floor_area_m2"].to_numpy(dtype=np.float64)
    total = exact_sums(floors, parcel, len(ids)).floats()
    has = np.bincount(parcel[parcel >= 0], minlength=len(ids)) > 0
    total[~has] = np.nan
    total[parcel[(parcel >= 0) & np.isnan(floors)]] = np.nan
    return parcel, total, has


def _shares(columns: dict[str, Floats], area_m2: Floats, floor_m2: Floats, users: Users) -> dict[str, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        planned = np.where(columns["far_min"] > 0, area_m2 * columns["far_min"], np.nan)
        invest_due = np.where(columns["invest_due_wan"] > 0, columns["invest_due_wan"], np.nan)
        taken = np.where(users.main >= 0, columns["used_mu"] * 2000 / 3 + users.excluded_m2, np.nan)
        return {
            "far": floor_m2 / area_m2,
            "built_share": floor_m2 / planned,
            "invested_share": columns["invested_wan"] / invest_due,
            # Metres and mu are rounded apart: what differs by less than a millionth is not unused land.
            "unused_share": np.round(1 - taken / area_m2, 9),
        }


def _producing(users: Users, taxes: Taxes, count: int) -> npt.NDArray[np.bool_]:
    """Tell which parcels have a firm that has no other land and reports figures for the year."""
    only = (users.area_m2 > 0) & (users.area_m2 == users.firm_area_m2[users.firm])
    reports = taxes.measure_row[users.firm] >= 0
    return np.bincount(users.parcel[only & reports], minlength=count) > 0


def _scale(register: Register, users: Users) -> dict[str, Floats]:
    above = _truths(register["firms"]["above_scale"])
    main = np.where(users.main >= 0, above[users.main] if len(above) else np.nan, np.nan)
    return {"above_scale": main, "below_scale": 1 - main}


def _grades(register: Register, users: Users, grades: pd.DataFrame | None) -> Objects | None:
    if grades is None:
        return None
    firm_ids = pd.Index(register["firms"]["firm_id"])
    graded = grades.drop_duplicates("firm_id")
    place = positions_of(firm_ids, pd.Index(graded["firm_id"].astype("str")))
    names = graded["grade"].fillna("").to_numpy(dtype=object)
    by_firm: Objects = np.full(len(firm_ids) + 1, None, dtype=object)
    known = place >= 0
    by_firm[:-1][known] = names[place[known]]
    # Nobody is position -1: the last element, which has no grade.
    result: Objects = by_firm[users.main]
    return result
