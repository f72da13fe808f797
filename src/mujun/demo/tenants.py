"""Leases: who rents how much of which parcel, from whom, since when; tenants that sublet; tenants that have left."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.demo.days import Days
from mujun.demo.firms import Firms

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
NOBODY = -1
_TRIES = 12
_SMALLEST_M2 = 80.0


@dataclasses.dataclass(frozen=True, slots=True)
class Holding:
    """Per parcel the position of the firm that holds it now (-1: none, or a village) and since when."""

    holder: Ints
    since: Days


def draw_leases(chance: np.random.Generator, parcels: pd.DataFrame, holding: Holding, firms: Firms) -> pd.DataFrame:
    """Return the leases with positions of firm, parcel and lessor (-1: the village that holds the parcel)."""
    holder = holding.holder
    room = _room_to_let(chance, parcels, holder, firms)
    landless = np.setdiff1d(np.arange(len(firms.table)), holder)
    expanding = chance.permutation(np.unique(holder[holder != NOBODY]))[: len(landless) // 15]
    subtenants = landless[chance.random(len(landless)) < 0.05]
    subtenants = subtenants[firms.ended[subtenants] == 9999]
    tenants = chance.permutation(np.concatenate([np.setdiff1d(landless, subtenants), expanding]))
    need = np.clip(18 * firms.revenue**0.62 * np.exp(chance.normal(0, 0.5, len(firms.revenue))), 150, 30_000)
    firm, parcel, area = _settle(chance, tenants, need, room, holder)
    since = np.maximum(_beginnings(chance, parcels, firms, firm, parcel), holding.since[parcel])
    until = np.fmin(_ends(chance, len(firm)), _last_days(firms, firm))
    kept = np.isnat(until) | (until > since)
    firm, parcel = firm[kept], parcel[kept]
    leases = _rows(chance, firm, parcel, "lease", area[kept], since[kept], until[kept], holder[parcel])
    former = _former(chance, leases, tenants[firms.ended[tenants] == 9999], holding.since)
    return pd.concat([leases, _sublets(chance, leases, subtenants), former], ignore_index=True)


def _room_to_let(chance: np.random.Generator, parcels: pd.DataFrame, holder: Ints, firms: Firms) -> Floats:
    """Return how many m² of each parcel are to let: nearly all of the parks', a part of every third other one."""
    area = parcels["registered_area_m2"].to_numpy()
    count = len(parcels)
    part = np.where(chance.random(count) < 0.33, chance.uniform(0.2, 0.85, count), 0.0)
    park = (holder != NOBODY) & firms.platform[holder]
    village = (parcels["right_type"] == "collective").to_numpy() & parcels["supplied_on"].notna().to_numpy()
    part = np.where(park | village, chance.uniform(0.85, 0.97, count), part)
    unbuilt = parcels["finished_on"].isna().to_numpy()
    return np.where(((holder == NOBODY) & ~village) | unbuilt, 0.0, part * area)


def _settle(
    chance: np.random.Generator, tenants: Ints, need: Floats, room: Floats, holder: Ints
) -> tuple[Ints, Ints, Floats]:
    """Place each tenant where there is room, parks first; a tenant takes what is left rather than nothing."""
    offers = np.flatnonzero(room > 0)
    if not len(offers):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    weight = room[offers] ** 1.3
    tries = chance.choice(offers, size=(len(tenants), _TRIES), p=weight / weight.sum())
    left = room.copy()
    settled = []
    for tenant, places in zip(tenants.tolist(), tries.tolist(), strict=True):
        fitting = [place for place in places if left[place] >= need[tenant] and holder[place] != tenant]
        others = [place for place in places if left[place] >= _SMALLEST_M2 and holder[place] != tenant]
        if not others:
            continue
        place = fitting[0] if fitting else max(others, key=left.__getitem__)
        taken = float(np.floor(min(need[tenant], left[place])))
        left[place] -= taken
        settled.append((tenant, place, taken))
    firm, parcel, area = zip(*settled, strict=True)
    return np.array(firm), np.array(parcel), np.array(area)


def _beginnings(chance: np.random.Generator, parcels: pd.DataFrame, firms: Firms, firm: Ints, parcel: Ints) -> Days:
    built = parcels["produced_on"].fillna(parcels["handed_over_on"]).to_numpy()[parcel].astype("datetime64[D]")
    founded = firms.table["founded_on"].to_numpy()[firm].astype("datetime64[D]")
    wanted = np.datetime64("2022-04-01") - (chance.gamma(1.6, 900, len(firm))).astype("timedelta64[D]")
    begins: Days = np.maximum(np.maximum(built, founded), wanted)
    return begins


def _last_days(firms: Firms, firm: Ints) -> Days:
    """Return 31 December of the year in which the firm was struck off; nothing for the others."""
    ended = firms.ended[firm]
    days = (np.where(ended == 9999, 1970, ended) - 1970).astype("datetime64[Y]") + np.timedelta64(1, "Y")
    return np.where(ended == 9999, np.datetime64("NaT"), days.astype("datetime64[D]") - np.timedelta64(1, "D"))


def _ends(chance: np.random.Generator, count: int) -> Days:
    """Return the last days: half of the contracts are open, the rest run out after 2025."""
    days = np.datetime64("2025-12-31") + (365 * chance.integers(0, 8, count)).astype("timedelta64[D]")
    days[chance.random(count) < 0.5] = np.datetime64("NaT")
    return days


def _sublets(chance: np.random.Generator, leases: pd.DataFrame, subtenants: Ints) -> pd.DataFrame:
    """Return subleases: a tenant with room passes a part of its land on, not before it has it nor for longer."""
    lasting = leases["to"].isna() | (leases["to"] > np.datetime64("2025-01-01"))
    large = np.flatnonzero((leases["area_m2"] >= 500).to_numpy() & lasting.to_numpy())
    count = min(len(subtenants), len(large))
    chosen = chance.permutation(large)[:count]
    main = leases.iloc[chosen]
    area = np.floor(main["area_m2"].to_numpy() * chance.uniform(0.2, 0.6, count))
    since = main["from"].to_numpy().astype("datetime64[D]") + chance.integers(20, 300, count).astype("timedelta64[D]")
    until = main["to"].to_numpy().astype("datetime64[D]")
    return _rows(
        chance, subtenants[:count], main["parcel"].to_numpy(), "sublease", area, since, until, main["firm"].to_numpy()
    )


def _former(chance: np.random.Generator, leases: pd.DataFrame, tenants: Ints, held_since: Days) -> pd.DataFrame:
    """Return leases that ended the day before a present one began, by firms that rent elsewhere now."""
    days = leases["from"].to_numpy().astype("datetime64[D]")
    free_days = (days - held_since[leases["parcel"].to_numpy()]).astype(int)
    possible = (days > np.datetime64("2019-06-01")) & (free_days > 1_600)
    chosen = np.flatnonzero(possible & (chance.random(len(leases)) < 0.25))
    now = leases.iloc[chosen]
    firm = chance.choice(tenants, size=len(chosen)) if len(tenants) else np.empty(0, np.int64)
    until = days[chosen] - chance.integers(1, 120, len(chosen)).astype("timedelta64[D]")
    since = until - chance.integers(200, 1_400, len(chosen)).astype("timedelta64[D]")
    rows = _rows(
        chance,
        firm,
        now["parcel"].to_numpy(),
        "lease",
        now["area_m2"].to_numpy(),
        since,
        until,
        now["lessor"].to_numpy(),
    )
    present = set(zip(leases["firm"], leases["parcel"], strict=True))
    fresh = [
        firm != lessor and (firm, parcel) not in present
        for firm, parcel, lessor in zip(rows["firm"], rows["parcel"], rows["lessor"], strict=True)
    ]
    return rows[fresh].drop_duplicates(["firm", "parcel"])


def _rows(
    chance: np.random.Generator,
    firm: Ints,
    parcel: Ints,
    kind: str,
    area: Floats,
    since: Days,
    until: Days,
    lessor: Ints,
) -> pd.DataFrame:
    floors = np.floor(area * chance.uniform(0.9, 2.4, len(area)))
    columns = {"firm": firm, "parcel": parcel, "kind": kind, "area_m2": area, "floor_area_m2": floors}
    dates = {"from": since.astype("datetime64[us]"), "to": until.astype("datetime64[us]")}
    return pd.DataFrame(columns | dates | {"lessor": lessor})
