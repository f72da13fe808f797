"""Shares of land: of one parcel they add up to no more than it, and nobody lets more than is held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from mujun.base.defects import Defect
from mujun.register.checks.view import Floats, View, amount

_TOLERANCE, _SLACK_M2 = 0.01, 1.0
_LETTING = ("lease", "sublease")
_HELD = ("own", "lease", "sublease")
_OPEN = pd.Timestamp("2262-01-01")


def areas(view: View) -> Iterator[Defect]:
    """Relations have an area, and none is larger than its parcel."""
    frame = view["occupancy"]
    lacking = frame["kind"].isin([*_HELD, "excluded"]) & ~(frame["area_m2"] > 0)
    for position in np.flatnonzero(lacking.to_numpy(dtype=bool)):
        yield view.say("area_missing", "occupancy", position, "area_m2")
    whole = view.area_of(frame["parcel_id"])
    given = frame["area_m2"].to_numpy(dtype=np.float64)
    for position in np.flatnonzero(_exceeds(given, whole)):
        parts = {"value": amount(given[position]), "area": amount(whole[position])}
        yield view.say("occupancy_exceeds_parcel", "occupancy", position, "area_m2", **parts)


def _exceeds(part: Floats, whole: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(part > whole * (1 + _TOLERANCE) + _SLACK_M2)


def _at_start(rows: Any, others: Any, keys: list[str]) -> Any:
    """Join each row with the others of the same ``keys`` that are in force on the day it begins."""
    pairs = rows[[*keys, "position", "from"]].merge(
        others[[*keys, "position", "firm_id", "area_m2", "from", "end"]], on=keys, suffixes=("", "_other")
    )
    return pairs[(pairs["from_other"] <= pairs["from"]) & (pairs["end"] >= pairs["from"])]


def _prepared(view: View) -> Any:
    frame = view["occupancy"].drop(columns=["firm_name", "address", "floor_area_m2"])
    frame = frame.assign(position=np.arange(len(frame)), end=frame["to"].fillna(_OPEN))
    return frame[frame["end"] >= frame["from"]]


def owners(view: View) -> Iterator[Defect]:
    """A parcel has one owner at a time, and its owners' areas are no more than the parcel."""
    frame = _prepared(view)
    own = frame[frame["kind"] == "own"]
    own = own[own["parcel_id"].duplicated(keep=False)]
    if not len(own):
        return
    pairs = _at_start(own, own, ["parcel_id"])
    grouped = pairs.groupby("position")
    totals = grouped["area_m2"].sum()
    counts = grouped["firm_id"].nunique()
    whole = pd.Series(view.area_of(own["parcel_id"]), index=own["position"].to_numpy())
    occupancy = view["occupancy"]
    sharing: dict[int, Any] = {int(str(p)): group["firm_id"].unique() for p, group in grouped if counts[p] > 1}
    for position, firm_ids in sharing.items():
        parts = {"count": len(firm_ids), "value": "、".join(firm_ids[:5])}
        yield view.say("several_owners", "occupancy", position, "firm_id", **parts)
    area = np.asarray(whole.reindex(totals.index), dtype=np.float64)
    total = np.asarray(totals, dtype=np.float64)
    for place in np.flatnonzero(_exceeds(total, area) & (grouped.size().to_numpy() > 1)):
        position = int(totals.index[int(place)])
        parcel = occupancy["parcel_id"].iat[position]
        parts = {"value": parcel, "total": amount(total[place]), "area": amount(area[place])}
        yield view.say("shares_exceed_parcel", "occupancy", position, "area_m2", **parts)


def _lessors(view: View, frame: pd.DataFrame) -> pd.Series:
    """Return who lets: the lessor, or the parcel's holder where none is written."""
    places = view.parcels_of(frame["parcel_id"])
    holders = view["parcels"]["holder_id"].to_numpy(dtype=object)
    found = np.where(places >= 0, holders[places] if len(holders) else "", "")
    lessor = frame["lessor_id"].to_numpy(dtype=object)
    return pd.Series(np.where(lessor != "", lessor, found), index=frame.index)


def lessors(view: View) -> Iterator[Defect]:
    """Somebody lets what is rented, and not the tenant himself."""
    frame = view["occupancy"]
    frame = frame.assign(position=np.arange(len(frame)))
    letting = frame[frame["kind"].isin(_LETTING)]
    if not len(letting):
        return
    lessor = _lessors(view, letting)
    places = view.parcels_of(letting["parcel_id"])
    names = view["parcels"]["holder_name"].to_numpy(dtype=object)
    nobody = np.where(places >= 0, names[places] == "" if len(names) else True, False)
    for position in letting["position"].to_numpy()[(lessor == "").to_numpy() & nobody]:
        yield view.say("lessor_missing", "occupancy", position, "lessor_id")
    same = (lessor == letting["firm_id"]) & (lessor != "")
    for position in letting["position"].to_numpy()[same.to_numpy(dtype=bool)]:
        yield view.say("lessor_is_lessee", "occupancy", position, "lessor_id", value=frame["firm_id"].iat[position])


def lettings(view: View) -> Iterator[Defect]:
    """Nobody lets more of a parcel than is held of it at that time."""
    frame = _prepared(view)
    let = frame[frame["kind"].isin(_LETTING)]
    let = let.assign(lessor=_lessors(view, let)) if len(let) else let.assign(lessor="")
    let = let[(let["lessor"] != "") & (let["lessor"] != let["firm_id"])]
    held = frame[frame["kind"].isin(_HELD)].assign(lessor=frame["firm_id"])
    if not len(let) or not len(held):
        return
    keys = ["parcel_id", "lessor"]
    out = _at_start(let, let, keys).groupby("position")["area_m2"].sum()
    has = _at_start(let, held, keys).groupby("position")["area_m2"].sum().reindex(out.index)
    over = _exceeds(out.to_numpy(dtype=np.float64), has.to_numpy(dtype=np.float64)) & (has.to_numpy() > 0)
    lessor = let.set_index("position")["lessor"]
    for position in out.index[over]:
        parts = {"value": lessor[position], "total": amount(float(out[position])), "area": amount(float(has[position]))}
        yield view.say("let_exceeds_held", "occupancy", int(position), "area_m2", **parts)


CHECKS = (areas, owners, lessors, lettings)
