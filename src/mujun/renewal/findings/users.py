"""Who uses each parcel, and what part of a firm's tax falls on it.

A firm's net area on a parcel is own + lease + sublease − let − excluded there, the terms of the evaluated area taken
parcel by parcel (never below 0). Its tax is spread over its parcels by these areas, so that all parcels together carry
each firm's tax exactly once.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.base.exact import ExactSums, Floats, Ints, decimal, exact_sums
from mujun.register.areas import evaluated_areas
from mujun.register.lookup import positions_of
from mujun.register.tables import Register

NOBODY = -1
Truths = npt.NDArray[np.bool_]


@dataclasses.dataclass(frozen=True, slots=True)
class Users:
    """Pairs of a parcel and a firm with a net area, sorted by parcel.

    ``parcel``, ``firm`` are positions in the register's tables; ``area_m2`` the net area of each pair, ``sums`` the
    same exactly; ``firm_area_m2`` each firm's net area over all its parcels. ``main`` is, per parcel, the firm with
    the largest net area (-1: nobody; the first in the register where two are equal). ``unclear`` parcels have a
    use whose area or user is not known. ``rows``, ``row_parcel`` and ``row_firm`` are the rows of occupancy in
    force, their parcels and their users.
    """

    parcel: Ints
    firm: Ints
    area_m2: Floats
    sums: ExactSums
    firm_area_m2: Floats
    main: Ints
    unclear: Truths
    excluded_m2: Floats
    rows: Ints
    row_parcel: Ints
    row_firm: Ints

    def exact_firm_area(self, firm: int) -> Fraction:
        """Return one firm's net area over all its parcels in m² as a fraction."""
        pairs = np.flatnonzero(self.firm == firm)
        return sum((max(self.sums.fraction(int(pair)), Fraction(0)) for pair in pairs), Fraction(0))

    def pairs_of(self, parcel: int) -> Ints:
        """Return the pairs of one parcel with land to their name."""
        start, end = np.searchsorted(self.parcel, [parcel, parcel + 1])
        pairs = np.arange(start, end)
        return pairs[self.area_m2[pairs] > 0]


def users_of(register: Register, day: dt.date) -> Users:
    """Return who uses which parcel on ``day``; rows of occupancy on parcels unknown to the register are left out."""
    areas = evaluated_areas(register, day)
    occupancy = register["occupancy"].iloc[areas.rows]
    ids = pd.Index(register["parcels"]["parcel_id"])
    unique = ids[~ids.duplicated() & (ids != "")]
    place = positions_of(occupancy["parcel_id"], unique)
    first = ids.get_indexer_for(unique) if not ids.is_unique else np.flatnonzero(ids != "")
    parcel = np.where(place >= 0, first[place] if len(first) else NOBODY, NOBODY).astype(np.int64)
    kind = occupancy["kind"].to_numpy(dtype=object)
    area = occupancy["area_m2"].to_numpy(dtype=np.float64)
    known = parcel >= 0
    using = np.isin(kind, ["own", "lease", "sublease"])
    excluded = kind == "excluded"
    parts = (
        (parcel, areas.firm, np.where(using, area, -area), known & (areas.firm >= 0) & (using | excluded)),
        (parcel, areas.lessor, -area, known & (areas.lessor >= 0)),
    )
    size = len(areas.firm_ids)
    keys = np.concatenate([p[ok] * max(size, 1) + f[ok] for p, f, _, ok in parts])
    signed = np.concatenate([values[ok] for _, _, values, ok in parts])
    pairs, pair_of = np.unique(keys, return_inverse=True)
    sums = exact_sums(signed, pair_of.astype(np.int64), len(pairs))
    net = np.maximum(sums.floats(), 0.0)
    pair_parcel, pair_firm = pairs // max(size, 1), pairs % max(size, 1)
    count = len(ids)
    unclear = np.zeros(count, dtype=bool)
    doubtful = known & (using & (areas.firm < 0) | np.isnan(area))
    unclear[parcel[doubtful]] = True
    excluded_m2 = np.bincount(parcel[known & excluded], weights=np.nan_to_num(area[known & excluded]), minlength=count)
    return Users(
        parcel=pair_parcel,
        firm=pair_firm,
        area_m2=net,
        sums=sums,
        firm_area_m2=np.bincount(pair_firm, weights=net, minlength=size).astype(np.float64),
        main=_main_users(pair_parcel, pair_firm, net, count),
        unclear=unclear,
        excluded_m2=excluded_m2.astype(np.float64),
        rows=areas.rows[known],
        row_parcel=parcel[known],
        row_firm=areas.firm[known],
    )


def _main_users(parcel: Ints, firm: Ints, area: Floats, count: int) -> Ints:
    main = np.full(count, NOBODY, dtype=np.int64)
    order = np.lexsort((firm, -area, parcel))
    order = order[area[order] > 0]
    first = np.unique(parcel[order], return_index=True)
    main[first[0]] = firm[order][first[1]]
    return main


@dataclasses.dataclass(frozen=True, slots=True)
class Taxes:
    """What falls on each parcel: ``used_mu``, ``tax_wan``, ``tax_per_mu``; NaN where a user's figure is unknown.

    ``measure_row`` is, per firm, its row in ``measures`` of the year (-1: none).
    """

    used_mu: Floats
    tax_wan: Floats
    tax_per_mu: Floats
    measure_row: Ints
    users: Users
    firm_tax: Floats

    def exactly(self, parcel: int) -> Fraction | None:
        """Return one parcel's tax per mu as a fraction, None for nothing."""
        if np.isnan(self.tax_per_mu[parcel]):
            return None
        area = tax = Fraction(0)
        for pair in self.users.pairs_of(parcel):
            firm, own = int(self.users.firm[pair]), self.users.sums.fraction(int(pair))
            tax += decimal(float(self.firm_tax[firm])) * own / self.users.exact_firm_area(firm)
            area += own
        return tax / (area * 3 / 2000)


def taxes_of(register: Register, users: Users, year: int) -> Taxes:
    """Spread the tax of ``year`` (``tax_wan`` of the measures) over the parcels by net area."""
    measures = register["measures"]
    firm_ids = pd.Index(register["firms"]["firm_id"])
    rows = np.flatnonzero((measures["year"] == year).fillna(False).to_numpy(dtype=bool))
    owner = positions_of(measures["firm_id"].iloc[rows], firm_ids)
    measure_row = np.full(len(firm_ids), NOBODY, dtype=np.int64)
    measure_row[owner[owner >= 0]] = rows[owner >= 0]
    firm_tax = np.full(len(firm_ids), np.nan)
    has = measure_row >= 0
    firm_tax[has] = measures["tax_wan"].to_numpy(dtype=np.float64)[measure_row[has]]
    count = len(register["parcels"])
    with np.errstate(divide="ignore", invalid="ignore"):
        share = firm_tax[users.firm] * users.area_m2 / users.firm_area_m2[users.firm]
    counted = users.area_m2 > 0
    used_mu = np.bincount(users.parcel[counted], weights=users.area_m2[counted], minlength=count) * 3 / 2000
    tax = np.bincount(users.parcel[counted], weights=share[counted], minlength=count).astype(np.float64)
    tax[users.unclear | (used_mu == 0)] = np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        per_mu = tax / used_mu
    return Taxes(np.where(users.unclear, np.nan, used_mu), tax, per_mu, measure_row, users, firm_tax)
