"""The instances of benchmarks/blocks.py: folders and .stp files as they are, grids and a real cadastre made here.

Grids and benefits are ours, seeded: the table of goals does not say how its own were drawn, so gaps on them compare in
kind, not to the digit.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely

from mujun.base.units import m2_to_mu
from mujun.files.instances import write_instance
from mujun.renewal.adjacency import Rule, adjacency
from mujun.renewal.blocks.problem import Problem, Terms


def grid(folder: Path, side: int, blocks: int, budget_share: float) -> Path:
    """Write a rook grid of ``side`` × ``side`` parcels with lognormal areas; a shortfall of yield that changes slowly."""
    random = np.random.default_rng([20_250, side])
    number = side * side
    area = random.lognormal(0.0, 0.7, number)
    shortfall = (
        0.8 * _smooth(random.standard_normal((side, side)), 4).ravel() + 0.6 * random.standard_normal(number) - 0.3
    )
    cost = area * random.lognormal(0.0, 0.4, number)
    place = np.arange(number).reshape(side, side)
    right, down = (place[:, :-1], place[:, 1:]), (place[:-1], place[1:])
    pairs = np.vstack([np.column_stack([first.ravel(), second.ravel()]) for first, second in (right, down)])
    ids = np.array([f"g{node:06d}" for node in range(number)])
    nodes = pd.DataFrame({"id": ids, "benefit": area * shortfall, "cost": cost, "area_mu": area})
    edges = pd.DataFrame({"a": ids[pairs[:, 0]], "b": ids[pairs[:, 1]]})
    write_instance(folder, nodes, edges, Terms(budget=budget_share * float(cost.sum()), max_blocks=blocks))
    return folder


def _smooth(field: np.ndarray, rounds: int) -> np.ndarray:
    for _ in range(rounds):
        wide = np.pad(field, 1, mode="edge")
        field = (wide[1:-1, 1:-1] + wide[:-2, 1:-1] + wide[2:, 1:-1] + wide[1:-1, :-2] + wide[1:-1, 2:]) / 5
    return (field - field.mean()) / field.std()


@dataclasses.dataclass(frozen=True)
class Cadastre:
    """Parcels of Cambridge, fiscal year 2013 (streets are no parcels there), that touch or face each other within 30 m."""

    table: pd.DataFrame
    pairs: np.ndarray
    front_m: np.ndarray


def read_cadastre(data: Path, *, industrial: bool) -> Cadastre:
    """Read the parcels, all of them or only industrial, warehouse and commercial ones, and find who is adjacent."""
    table = pq.read_table(data / "data" / "cambridge" / "cambridge_fy13.parquet").to_pandas()
    table = table[(table["area_m2"] >= 20) & table["total_value"].gt(0)].drop_duplicates("parcel_id")
    if industrial:
        table = table[table["landuse_class"].isin(["industrial", "warehouse/storage", "commercial"])]
    table = table.reset_index(drop=True)
    found = adjacency(shapely.from_wkb(table["geometry"].to_numpy(object)), Rule())
    return Cadastre(table, found.pairs, found.front_m)


def cadastre(folder: Path, land: Cadastre, blocks: int, budget_share: float, largest: int | None = None) -> Path:
    """Write an instance of the cadastre: benefit = area × shortfall of assessed value per mu; cost = half the assessed
    value and half the usual value of so much land (what is bought is dear, and clearing is paid by area).

    ``largest``: only so many parcels, taken outwards from the first industrial one (one connected piece).
    """
    kept = np.arange(len(land.table)) if largest is None else _around(land, largest)
    table = land.table.iloc[kept]
    area_mu = m2_to_mu(table["area_m2"].to_numpy(float))
    value = table["total_value"].to_numpy(float) / 10_000
    usual = np.median(value / area_mu)
    benefit = area_mu * np.clip(1 - value / area_mu / usual, -1.0, 1.0)
    cost = 0.5 * value + 0.5 * usual * area_mu
    inside = np.isin(land.pairs, kept).all(axis=1)
    names = land.table["parcel_id"].to_numpy(object)
    nodes = pd.DataFrame({"id": table["parcel_id"].astype(str), "benefit": benefit, "cost": cost, "area_mu": area_mu})
    edges = pd.DataFrame(
        {"a": names[land.pairs[inside, 0]], "b": names[land.pairs[inside, 1]], "front_m": land.front_m[inside]}
    )
    write_instance(folder, nodes, edges, Terms(budget=budget_share * float(cost.sum()), max_blocks=blocks))
    return folder


def _around(land: Cadastre, number: int) -> np.ndarray:
    near: list[list[int]] = [[] for _ in range(len(land.table))]
    for a, b in land.pairs.tolist():
        near[a].append(b)
        near[b].append(a)
    for start in np.flatnonzero(land.table["landuse_class"] == "industrial").tolist():
        order, seen = [start], {start}
        for node in order:
            fresh = [other for other in near[node] if other not in seen][: number - len(order)]
            seen.update(fresh)
            order.extend(fresh)
        if len(order) >= number:
            return np.sort(np.array(order[:number]))
    raise ValueError(f"no connected piece of {number} parcels")


def as_folder(problem: Problem, folder: Path) -> Path:
    """Write a problem that was read from an .stp file, so that peers can read it."""
    ids = np.array(problem.ids, dtype=object)
    nodes = pd.DataFrame({"id": ids, "benefit": problem.benefit, "cost": problem.cost, "area_mu": problem.area_mu})
    edges = pd.DataFrame({"a": ids[problem.edges[:, 0]], "b": ids[problem.edges[:, 1]]})
    write_instance(folder, nodes, edges, problem.terms)
    return folder
