"""Given and open blocks of some size; impossible wishes; what the tables say."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest

from mujun.base.errors import MujunError
from mujun.renewal.blocks.plan import Status
from mujun.renewal.blocks.problem import Objective, Terms, build_problem
from mujun.renewal.phasing import PhasingTerms, build_phasing, phase, unit_periods
from mujun.renewal.phasing.open_blocks import phase_open
from tests.renewal.phasing.checker import faults
from tests.renewal.phasing.small import best_by_trying, draw_case
from tests.renewal.phasing.test_rows import FIRMS, UNITS, three

NOTHING = pd.DataFrame(columns=["period", "sector", "floor_area_m2"])


def grid(size: int, seed: int, *, blocks: int = 2, firms: int = 0, share: float = 0.6, terms: Terms | None = None):
    """Draw a square of parcels cut into strips, with workshops of one sector and units for two thirds of them."""
    rng = np.random.default_rng(seed)
    count = size * size
    area = rng.lognormal(1, 0.5, count)
    ids = [f"P{number}" for number in range(count)]
    nodes = pd.DataFrame(
        {
            "id": ids,
            "benefit": area * rng.uniform(0.3, 1.7, count),
            "cost": area * rng.lognormal(0, 0.4, count),
            "area_mu": area,
            "lock": "",
        }
    )
    cells = np.arange(count).reshape(size, size)
    pairs = np.concatenate(
        [np.c_[cells[:, :-1].ravel(), cells[:, 1:].ravel()], np.c_[cells[:-1].ravel(), cells[1:].ravel()]]
    )
    problem = build_problem(nodes, pd.DataFrame(np.array(ids)[pairs], columns=["a", "b"]), terms or Terms())
    table = pd.DataFrame(
        {
            "firm_id": [f"F{number}" for number in range(firms)],
            "parcel_id": rng.choice(ids, firms),
            "sector": "五金",
            "floor_area_m2": rng.integers(80, 600, firms).astype(float),
            "load_kn_m2": rng.choice([3.0, 10.0], firms),
            "height_m": 4.0,
            "power_kva": 20.0,
        }
    )
    few = max(1, round(float(table["floor_area_m2"].sum()) / 1_500))
    units = pd.DataFrame(
        {
            "unit_id": [f"U{number}" for number in range(few)],
            "building_id": "B",
            "sector": "五金",
            "floor_area_m2": 1_000.0,
            "load_kn_m2": np.where(np.arange(few) % 2 == 0, 20.0, 5.0),
            "height_m": 5.0,
            "power_kva": 200.0,
            "free_from": 1 + np.arange(few) % 4,
        }
    )
    strips = [part.tolist() for part in np.array_split(np.arange(count), blocks)]
    money = PhasingTerms((nodes["cost"].sum() * share / 4,) * 4, new_floor_m2_per_mu={"五金": 30.0})
    return problem, strips, money, table, units


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_grid_is_phased_with_a_small_gap(seed: int) -> None:
    problem, strips, terms, firms, units = grid(9, seed, firms=30)
    task = build_phasing(problem, strips, terms, firms=firms, units=units)
    shown = []
    plan = phase(task, time_limit_s=300, gap=0.05, on_progress=shown.append)
    assert plan.status is Status.OPTIMAL
    assert plan.gap is not None
    assert plan.gap <= 0.05
    assert faults(task, plan, firms, units, NOTHING) == []
    assert len(plan.moves) > 5
    bounds = [one.bound for one in shown]
    assert all(later <= earlier + 1e-9 for earlier, later in itertools.pairwise(bounds))
    objectives = [one.objective for one in shown if one.objective is not None]
    assert objectives == sorted(objectives)


@pytest.mark.parametrize(
    "terms", [Terms(max_blocks=2), Terms(max_blocks=2, holes=False), Terms(max_blocks=3, min_block_mu=8)]
)
def test_open_blocks_are_chosen_and_phased(terms: Terms) -> None:
    problem, _, money, firms, units = grid(8, 5, firms=12, share=0.3, terms=terms)
    plan, task = phase_open(problem, money, firms=firms, units=units, time_limit_s=25, gap=0.02)
    assert faults(task, plan, firms, units, NOTHING) == []
    assert plan.objective is not None
    assert plan.bound is not None
    assert plan.bound >= plan.objective
    assert plan.parcels["period"].notna().all() or not terms.holes
    # Whatever blocks are given, phasing them cannot beat the bound of all blocks.
    for first in (0, 9, 27):
        ring = [first, first + 1, first + 8, first + 9]
        other = phase(build_phasing(problem, [ring], money, firms=firms, units=units), time_limit_s=300)
        assert other.objective is None or other.objective <= plan.bound + 1e-9


@pytest.mark.parametrize("seed", range(12))
def test_the_bound_of_open_blocks_holds(seed: int) -> None:
    """A single block of all parcels is one choice of blocks, so its best phasing is below the bound of all choices."""
    case = draw_case(500 + seed)
    old = case.task.problem
    terms = dataclasses.replace(old.terms, max_blocks=None)
    problem = dataclasses.replace(old, terms=terms)
    whole = dataclasses.replace(case, task=_one_block(case, problem))
    best = best_by_trying(whole)
    plan, _ = phase_open(
        problem, case.task.terms, firms=case.firms, units=case.units, capacity=case.capacity, time_limit_s=20
    )
    if best is not None and plan.bound is not None:
        assert plan.bound >= best - 1e-7
    assert best is None or plan.status is not Status.INFEASIBLE


def _one_block(case, problem):
    tables = {"firms": case.firms, "units": case.units, "capacity": case.capacity}
    return build_phasing(problem, [range(len(problem))], case.task.terms, **tables)


def test_a_workshop_too_heavy_for_every_unit_keeps_its_parcel() -> None:
    firms = FIRMS.assign(load_kn_m2=[30.0, 0.0])
    plan = phase(three(firms=firms, units=UNITS, budget_by_period=(20.0, 20.0)))
    assert plan.period.tolist() == [-1, 0, -1]
    assert "荷载 30 kN/m²" in plan.notes[0]
    assert "现有单元荷载最大 20" in plan.notes[0]
    assert "须与地块 A 同时腾空" in plan.notes[1]


def test_impossible_wishes_are_refused_with_the_smallest_set_that_clashes() -> None:
    # B is locked in and costs 2; no period has 2.
    plan = phase(three(budget_by_period=(1.5, 1.5)))
    assert plan.status is Status.INFEASIBLE
    assert plan.clash == ("地块 B 已锁定为必须腾空。", "地块 B 要花 2，任何一期的预算都不够（最多一期 1.5）。")


def test_a_clash_of_several_wishes() -> None:
    # From the seed A to B: A must be taken first, and C with it in the same period; together they cost 5.
    task = three(Terms(protected_share_max=1.0), seeds=[0], budget_by_period=(4.5, 2.0))
    plan = phase(task)
    assert plan.status is Status.INFEASIBLE
    assert plan.clash == (
        "各期预算为 4.5、2。", "第 1 个区块从地块 A 开始。", "标明的地块须同进同出。", "地块 B 已锁定为必须腾空。",
    )  # fmt: skip


def test_no_roof_for_a_locked_parcel() -> None:
    firms = FIRMS.assign(parcel_id=["B", "B"], floor_area_m2=[100.0, 100.0])
    plan = phase(three(firms=firms, units=UNITS.assign(floor_area_m2=[150.0, 60.0])))
    assert plan.status is Status.INFEASIBLE
    assert plan.clash == ("腾空地块上的企业当期都要有厂房安置。", "地块 B 已锁定为必须腾空。")


def test_tables_say_who_moves_where_and_when() -> None:
    firms = FIRMS.assign(parcel_id=["A", "B"])
    capacity = pd.DataFrame({"period": [2], "sector": ["五金"], "floor_area_m2": [500.0]})
    task = three(firms=firms, units=UNITS, capacity=capacity, budget_by_period=(3.0, 5.0))
    task = dataclasses.replace(task, problem=dataclasses.replace(task.problem, together=np.full(3, -1)))
    task = dataclasses.replace(task, problem=task.problem.with_locks(np.array([1, 1, -1])))
    plan = phase(task)
    # B earns more, so it goes first; its workshop takes U1, for U2 comes in the second period only. What is left of U1
    # is too small for the workshop of A, and U2 is too weak: it waits for the capacity of the second period.
    assert plan.parcels[["parcel_id", "period"]].to_numpy().tolist()[:2] == [["B", 1], ["A", 2]]
    moves = plan.moves[["firm_id", "parcel_id", "period", "to", "kind", "floor_area_m2"]].to_numpy().tolist()
    assert moves == [["F2", "B", 1, "U1", "unit", 50.0], ["F1", "A", 2, "现有厂房（五金）", "capacity", 100.0]]
    assert plan.gantt["block"].tolist() == [1]
    assert plan.gantt["parcels"].tolist() == [2]
    assert plan.gantt["factories"].tolist() == ["U1、现有厂房（五金）"]
    assert faults(task, plan, firms, UNITS, capacity) == []


def test_units_on_parcels_of_a_block_host_nobody() -> None:
    units = UNITS.assign(parcel_id=["B", ""], load_kn_m2=20.0, floor_area_m2=500.0, free_from=1)
    task = three(firms=FIRMS, units=units)
    assert task.units.unit == ("U2",)


def test_dates_become_periods() -> None:
    starts = [pd.Timestamp("2026-01-01"), pd.Timestamp("2026-04-01"), pd.Timestamp("2026-07-01")]
    days = pd.Series(pd.to_datetime(["2025-05-01", "2026-01-01", "2026-01-02", "2026-07-01", "2026-09-01", None]))
    assert unit_periods(days, starts).tolist() == [1, 1, 2, 3, 4, 1]


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ({"budget_by_period": ()}, "至少要有一期预算"),
        ({"budget_by_period": (1.0, -1.0)}, "不小于 0"),
        ({"budget_by_period": (1.0, float("nan"))}, "不小于 0"),
        ({"budget_by_period": (1.0, 1.0), "discount": (1.0,)}, "个数"),
        ({"budget_by_period": (1.0, 1.0), "discount": (0.9, 1.0)}, "上升"),
        ({"budget_by_period": (1.0,), "lag": 0}, "滞后"),
    ],
)
def test_broken_terms_are_refused(broken, why) -> None:
    with pytest.raises(MujunError, match=why):
        PhasingTerms(**broken)


def test_blocks_that_share_a_parcel_are_refused() -> None:
    task = three()
    with pytest.raises(MujunError, match="两个区块"):
        build_phasing(task.problem, [[0, 1], [1, 2]], task.terms)


def test_nothing_is_printed(capfd) -> None:
    phase(three(firms=FIRMS, units=UNITS))
    assert capfd.readouterr() == ("", "")


def test_without_blocks_nothing_is_cleared() -> None:
    task = three()
    plan = phase(build_phasing(task.problem, [], task.terms))
    assert (plan.status, plan.objective, plan.bound, plan.gap) == (Status.OPTIMAL, 0.0, 0.0, 0.0)
    assert plan.parcels.empty
    assert plan.gantt.empty
    assert plan.moves.empty


def test_open_blocks_that_cannot_be_are_refused() -> None:
    problem, _, money, firms, units = grid(3, 1, share=0.1)
    locked = problem.with_locks(np.ones(9, dtype=np.int64))
    plan, task = phase_open(locked, money, firms=firms, units=units, time_limit_s=20)
    assert plan.status is Status.INFEASIBLE
    assert plan.clash
    assert task.blocks == ()


def test_open_blocks_for_the_least_cost_are_not_phased() -> None:
    problem, _, money, _, _ = grid(3, 1, terms=Terms(objective=Objective.COST, target_mu=3.0))
    with pytest.raises(MujunError, match="不能分期"):
        phase_open(problem, money)
