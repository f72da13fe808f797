"""Who holds, lets, rents and sublets which land, and since when."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.demo.chance import stream
from mujun.demo.days import Days, shifted
from mujun.demo.firms import Firms
from mujun.demo.names import TOWNS
from mujun.demo.tenants import NOBODY, Holding, draw_leases

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Tenure:
    """``occupancy`` with the columns of the schema; ``holder`` gives per parcel the position of its firm or -1."""

    occupancy: pd.DataFrame
    holder: Ints
    firm_town: Ints


def draw_tenure(seed: int, parcels: pd.DataFrame, towns: Ints, firms: Firms) -> Tenure:
    """Hand out the parcels, let part of the land, and return who is where."""
    chance = stream(seed, "tenure")
    holder = _hand_out(chance, parcels, towns, firms)
    own = _own_rows(chance, parcels, holder)
    since = parcels["handed_over_on"].to_numpy().astype("datetime64[D]")
    present = own[own["to"].isna()]
    since[present["parcel"].to_numpy()] = present["from"].to_numpy().astype("datetime64[D]")
    leases = draw_leases(stream(seed, "leases"), parcels, Holding(holder, since), firms)
    firm_town = _towns_of_firms(chance, towns, holder, leases, len(firms.table))
    rows = pd.concat([own, _exclusions(chance, own, leases), leases], ignore_index=True)
    identifiers = firms.table["firm_id"].to_numpy()
    lessors = rows["lessor"].to_numpy()
    # Half of the county's contracts leave the lessor blank where it is the parcel's holder, as exchange.md allows.
    by_holder = holder[rows["parcel"].to_numpy()] == lessors
    named = (lessors != NOBODY) & ~(by_holder & (chance.random(len(rows)) < 0.5))
    occupancy = pd.DataFrame(
        {
            "firm_id": identifiers[rows["firm"].to_numpy()],
            "firm_name": firms.table["name"].to_numpy()[rows["firm"].to_numpy()],
            "parcel_id": parcels["parcel_id"].to_numpy()[rows["parcel"].to_numpy()],
            "kind": rows["kind"].to_numpy(),
            "area_m2": rows["area_m2"].to_numpy(),
            "floor_area_m2": rows["floor_area_m2"].to_numpy(),
            "from": rows["from"].to_numpy(),
            "to": rows["to"].to_numpy(),
            "lessor_id": np.where(named, identifiers[lessors], ""),
        }
    )
    order = np.lexsort(
        [occupancy["from"].to_numpy(), occupancy["firm_id"].to_numpy().astype(str), rows["parcel"].to_numpy()]
    )
    return Tenure(occupancy.iloc[order].reset_index(drop=True), holder, firm_town)


def _hand_out(chance: np.random.Generator, parcels: pd.DataFrame, towns: Ints, firms: Firms) -> Ints:
    """Give parcels to firms: park companies take large ones, each holder one that fits, the rest in the same town."""
    holder = np.full(len(parcels), NOBODY)
    area = parcels["registered_area_m2"].to_numpy()
    supplied = parcels["supplied_on"].notna().to_numpy()
    free = supplied & (parcels["right_type"] != "collective").to_numpy()
    for firm in np.flatnonzero(firms.platform).tolist():
        here = np.flatnonzero(free & (towns == firm % len(TOWNS)))
        largest = here[np.argsort(-area[here], kind="stable")][: max(1, len(here) // 45)]
        holder[largest] = firm
        free[largest] = False
    places = chance.permutation(np.flatnonzero(free))
    chosen = _holders(chance, firms, len(places))
    first = places[: len(chosen)]
    by_area = first[np.argsort(np.log(area[first]) + chance.normal(0, 0.5, len(first)))]
    by_size = chosen[np.argsort(np.log(firms.revenue[chosen]) + chance.normal(0, 0.6, len(chosen)))]
    holder[by_area] = by_size
    weight = np.sqrt(firms.revenue)
    for town in range(len(TOWNS)):
        local = np.unique(holder[first[towns[first] == town]])
        rest = places[len(chosen) :][towns[places[len(chosen) :]] == town]
        if len(local):
            holder[rest] = chance.choice(local, size=len(rest), p=weight[local] / weight[local].sum())
    return holder


def _holders(chance: np.random.Generator, firms: Firms, parcels: int) -> Ints:
    """Return the firms that hold land: most above scale, fewer below, never more than two thirds of the parcels."""
    above = firms.table["above_scale"].to_numpy(dtype=bool)
    draw = chance.random(len(above))
    wanted = np.flatnonzero(
        ((above & (draw < 0.85)) | (draw < 0.42) | firms.utility) & ~firms.platform & (firms.ended == 9999)
    )
    return np.sort(chance.permutation(wanted)[: max(1, parcels * 2 // 3)])


def _own_rows(chance: np.random.Generator, parcels: pd.DataFrame, holder: Ints) -> pd.DataFrame:
    """Return the present holders' rows and, for land that changed hands, those of the holders before."""
    held = np.flatnonzero(holder != NOBODY)
    since = parcels["handed_over_on"].to_numpy()[held].astype("datetime64[D]")
    area = parcels["registered_area_m2"].to_numpy()[held]
    moved = chance.random(len(held)) < 0.06
    before = chance.choice(holder[held], size=len(held))
    moved &= before != holder[held]
    changed = np.datetime64("2020-03-01") + chance.integers(0, 1_500, len(held)).astype("timedelta64[D]")
    moved &= changed > since
    present = np.where(moved, changed, since)
    nothing = np.full(len(held), np.datetime64("NaT", "D"))
    now = _rows(holder[held], held, "own", area, present, nothing)
    until = shifted(present[moved], -1)
    old = _rows(before[moved], held[moved], "own", area[moved], since[moved], until)
    return pd.concat([now, old], ignore_index=True)


def _exclusions(chance: np.random.Generator, own: pd.DataFrame, leases: pd.DataFrame) -> pd.DataFrame:
    """Return areas the office has agreed to leave out (greenery, public roads), on parcels that are not let."""
    possible = own[own["to"].isna() & ~own["parcel"].isin(leases["parcel"])]
    chosen = possible[chance.random(len(possible)) < 0.06]
    area = np.round(chosen["area_m2"].to_numpy() * chance.uniform(0.03, 0.15, len(chosen)), 2)
    since = shifted(chosen["from"], 400)
    nothing = np.full(len(chosen), np.datetime64("NaT", "D"))
    return _rows(chosen["firm"].to_numpy(), chosen["parcel"].to_numpy(), "excluded", area, since, nothing)


def _rows(
    firm: Ints,
    parcel: Ints,
    kind: str,
    area: Floats,
    since: Days,
    until: Days,
) -> pd.DataFrame:
    columns = {"firm": firm, "parcel": parcel, "kind": kind, "area_m2": area, "floor_area_m2": np.nan}
    dates = {"from": since.astype("datetime64[us]"), "to": until.astype("datetime64[us]")}
    return pd.DataFrame(columns | dates | {"lessor": NOBODY})


def _towns_of_firms(chance: np.random.Generator, towns: Ints, holder: Ints, leases: pd.DataFrame, count: int) -> Ints:
    """Return the town of each firm: where it holds land, else where it rents, else anywhere."""
    town = chance.integers(0, len(TOWNS), size=count)
    town[leases["firm"].to_numpy()] = towns[leases["parcel"].to_numpy()]
    held = np.flatnonzero(holder != NOBODY)[::-1]
    town[holder[held]] = towns[held]
    return town
