"""The demonstration county has standard factories enough, strong, high and early enough, to phase blocks in four quarters."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from mujun.demo.names import TRADES
from mujun.demo.world import World, draw_world
from mujun.renewal.blocks.problem import Terms, build_problem
from mujun.renewal.phasing import PhasingTerms, build_phasing, phase, unit_periods
from tests.renewal.phasing.checker import faults

QUARTERS = [pd.Timestamp(day) for day in ("2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01")]
HEAVY = {"铸造", "门业", "泵业"}


@pytest.fixture(scope="module")
def world() -> World:
    return draw_world(1, taxes=False)


@pytest.fixture(scope="module")
def edges(world: World) -> np.ndarray:
    shapes = world.geometry["parcels"]
    pairs = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=30.0).T
    return pairs[pairs[:, 0] < pairs[:, 1]]


def around(edges: np.ndarray, seed: int, count: int, taken: set[int]) -> list[int]:
    """Return ``count`` parcels, nearest first by steps, that touch one another."""
    touching: dict[int, list[int]] = {}
    for a, b in edges.tolist():
        touching.setdefault(a, []).append(b)
        touching.setdefault(b, []).append(a)
    found = [seed]
    for place in found:
        found += [other for other in touching.get(place, []) if other not in found and other not in taken]
        if len(found) >= count:
            break
    return found[:count]


def workshops(world: World) -> pd.DataFrame:
    rows = world.frames["occupancy"]
    rows = rows[rows["kind"].isin(["lease", "sublease"]) & rows["to"].isna()]
    trade = {trade.code: trade.words[0] for trade in TRADES}
    firms = world.frames["firms"].set_index("firm_id")["industry"]
    sector = rows["firm_id"].map(firms).str.removeprefix("C").map(trade).fillna("")
    return pd.DataFrame(
        {
            "firm_id": rows["firm_id"],
            "parcel_id": rows["parcel_id"],
            "sector": sector,
            "floor_area_m2": rows["floor_area_m2"].clip(upper=18_000),
            "load_kn_m2": np.where(sector.isin(HEAVY), 15.0, 6.0),
            "height_m": np.where(sector.isin(HEAVY), 6.0, 4.5),
            "power_kva": 60.0,
        }
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_blocks_of_the_demo_county_are_phased_in_four_quarters(world: World, edges: np.ndarray, seed: int) -> None:
    plots = world.frames["parcels"]
    rng = np.random.default_rng(seed)
    area = plots["registered_area_m2"].to_numpy() * 3 / 2000
    nodes = pd.DataFrame({"id": plots["parcel_id"], "benefit": area, "cost": area * 60, "area_mu": area, "lock": ""})
    ids = plots["parcel_id"].to_numpy()
    problem = build_problem(nodes, pd.DataFrame(ids[edges], columns=["a", "b"]), Terms())
    blocks: list[list[int]] = []
    for start in rng.choice(len(plots), 3, replace=False).tolist():
        taken = {place for block in blocks for place in block}
        if start not in taken:
            blocks.append(around(edges, start, 25, taken))
    inside = [place for block in blocks for place in block]
    parcel = world.frames["buildings"].set_index("building_id")["parcel_id"]
    units = world.frames["units"]
    units = units.assign(
        free_from=unit_periods(units["free_from"], QUARTERS), parcel_id=units["building_id"].map(parcel)
    )
    firms = workshops(world)
    budget = float(nodes["cost"].to_numpy()[inside].sum()) * 1.15 / 4
    terms = PhasingTerms((budget,) * 4, split=True)
    plan_task = build_phasing(problem, blocks, terms, firms=firms, units=units)
    plan = phase(plan_task, time_limit_s=60, gap=0.02)
    nothing = pd.DataFrame(columns=["period", "sector", "floor_area_m2"])
    assert faults(plan_task, plan, firms, units, nothing) == []
    assert len(plan_task.workshops) > 5
    assert plan.objective is not None
    cleared = plan.parcels["period"].notna()
    assert cleared.mean() > 0.9, plan.notes
    assert (plan.moves["kind"] == "unit").all()
    assert not [note for note in plan.notes if "无处安置" in note and "行业" not in note]
