"""Tables of a block problem from a register, figures of parcels, findings and adjacency."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.register.drawn import shapes_of
from mujun.register.shares import holders
from mujun.register.tables import Register
from mujun.renewal.adjacency import Adjacency
from mujun.renewal.instance.floors import displaced, floors_of
from mujun.renewal.instance.groups import groups, same_building, same_holder

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]


class Together(StrEnum):
    """Which parcels go in or out as one."""

    NONE = "none"
    BUILDING = "building"
    HOLDER = "holder"
    BOTH = "both"


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """``together``: what goes as one. ``protected_share`` the share of a block that protected land may have; at 0 such
    parcels are locked out.
    """

    together: Together = Together.BUILDING
    protected_share: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class Instance:
    """``nodes`` and ``edges`` as in the exchange format, row by row as the parcels; ``notes`` Chinese sentences."""

    nodes: pd.DataFrame
    edges: pd.DataFrame
    notes: tuple[str, ...]


def build_instance(
    register: Register,
    figures: pd.DataFrame,
    adjacency: Adjacency,
    prices: Mapping[str, float],
    day: dt.date,
    found: Collection[str] | None = None,
    options: Options | None = None,
) -> Instance:
    """Return the block problem of the parcels of ``register``, whose codes are unique and not blank.

    ``figures`` has, per parcel, area_mu, tax_per_mu (NaN: unknown) and used (whether a firm uses it); ``prices`` the
    values of :class:`mujun.rulebook.worth.WorthRules` on ``day``; ``found`` the codes of the parcels that findings
    name, None: every parcel below the target counts.
    """
    options = options or Options()
    parcels = register["parcels"]
    ids = pd.Index(parcels["parcel_id"])
    area_mu = np.nan_to_num(figures["area_mu"].to_numpy(dtype=np.float64))
    benefit, notes = _benefit(ids, area_mu, figures, prices["target_tax_wan_per_mu"], found)
    legal_m2, other_m2 = floors_of(register, ids)
    protected = parcels["protected"].fillna(False).to_numpy(dtype=bool)
    lock, why = _locks(len(parcels), protected, adjacency, options)
    benefit = np.where(adjacency_aside(len(parcels), adjacency), 0.0, benefit)
    nodes = pd.DataFrame(
        {
            "id": ids,
            "benefit": benefit.round(6),
            "cost": _cost(parcels, area_mu, legal_m2, other_m2, prices).round(6),
            "area_mu": area_mu.round(6),
            "lock": lock,
            "lock_reason": why,
            "protected": protected,
            "together": _together(register, adjacency, options),
            "tax_wan_per_mu": figures["tax_per_mu"].to_numpy(dtype=np.float64).round(6),
            "floor_m2": (legal_m2 + other_m2).round(2),
        }
    )
    nodes = pd.concat([nodes, displaced(register, ids, legal_m2 + other_m2, day)], axis=1)
    return Instance(nodes, adjacency.edges(ids.tolist()), tuple(notes))


def _benefit(
    ids: pd.Index, area_mu: Floats, figures: pd.DataFrame, target: float, found: Collection[str] | None
) -> tuple[Floats, list[str]]:
    tax = figures["tax_per_mu"].to_numpy(dtype=np.float64)
    used = figures["used"].to_numpy(dtype=bool)
    tax = np.where(np.isnan(tax) & ~used, 0.0, tax)
    unknown = np.isnan(tax)
    benefit = np.where(unknown, 0.0, area_mu * (target - np.where(unknown, 0.0, tax)))
    notes = []
    if unknown.any():
        notes.append(f"{int(unknown.sum())}宗地有企业在用而税收不明，效益按0计。")
    if found is not None:
        named = ids.isin(list(found))
        benefit = np.where(named, benefit, np.minimum(benefit, 0.0))
        lost = len(set(found)) - int(named.sum())
        if lost:
            notes.append(f"认定结果中有{lost}宗地不在宗地表里，没有使用。")
    missing = int((area_mu <= 0).sum())
    if missing:
        notes.append(f"{missing}宗地没有面积，按0亩计。")
    return benefit, notes


def _cost(
    parcels: pd.DataFrame, area_mu: Floats, legal_m2: Floats, other_m2: Floats, prices: Mapping[str, float]
) -> Floats:
    """Land and buildings bought out, workshops moved, in 万元."""
    unsupplied = (parcels["approved_on"].notna() & parcels["supplied_on"].isna()).to_numpy()
    land = np.where(unsupplied, 0.0, area_mu * prices["land_wan_per_mu"])
    cost: Floats = (
        land
        + legal_m2 * prices["building_wan_per_m2"]
        + other_m2 * prices["illegal_building_wan_per_m2"]
        + (legal_m2 + other_m2) * prices["moving_wan_per_m2"]
    )
    return cost


def adjacency_aside(count: int, adjacency: Adjacency) -> Truths:
    """Tell which of ``count`` parcels adjacency set aside as passages."""
    aside = np.zeros(count, dtype=bool)
    aside[adjacency.passages["position"].to_numpy(dtype=np.int64)] = True
    return aside


def _locks(
    count: int, protected: Truths, adjacency: Adjacency, options: Options
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    lock, why = np.full(count, "", dtype=object), np.full(count, "", dtype=object)
    if options.protected_share == 0:
        lock[protected], why[protected] = "out", "保留"
    aside = adjacency_aside(count, adjacency)
    lock[aside], why[aside] = "out", "道路"
    return lock, why


def _together(register: Register, adjacency: Adjacency, options: Options) -> npt.NDArray[np.object_]:
    parcels = register["parcels"]
    parts = [np.empty((0, 2), dtype=np.int64)]
    if options.together in (Together.BUILDING, Together.BOTH):
        parts.append(same_building(register["buildings"], shapes_of(parcels["geometry"].to_numpy(dtype=object))))
    if options.together in (Together.HOLDER, Together.BOTH):
        parts.append(same_holder(parcels["parcel_id"].map(holders(register)), adjacency.pairs))
    pairs = np.concatenate(parts)
    free = ~adjacency_aside(len(parcels), adjacency)
    group = groups(len(parcels), pairs[free[pairs].all(axis=1)])
    ids = parcels["parcel_id"].to_numpy(dtype=object)
    names: npt.NDArray[np.object_] = np.where(group >= 0, ids[group], "")
    return names
