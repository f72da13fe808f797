"""Small random problems over several periods: the bound holds, what is claimed is true, and the independent checker agrees."""

from __future__ import annotations

import dataclasses
import os

import numpy as np
import pytest

from mujun.base.errors import MujunError
from mujun.renewal.blocks import solve
from mujun.renewal.blocks.plan import Status
from mujun.renewal.blocks.problem import Objective, Problem
from mujun.renewal.periods import Course, PeriodPlan, Periods, solve_periods
from tests.renewal.blocks.checker import faults
from tests.renewal.blocks.given import given
from tests.renewal.periods.brute import best_by_trying, draw
from tests.renewal.periods.checker import Allowed, period_faults

CASES = int(os.environ.get("MUJUN_EXACT_CASES", "240"))
"""Thousands are tried before a release; these many each time."""
PORTION = 20


def judged(problem: Problem, periods: Periods, found: PeriodPlan) -> list[str]:
    allowed = Allowed(
        list(periods.budget),
        {sector: floor.tolist() for sector, floor in periods.floor_m2.items()},
        {sector: room.tolist() for sector, room in periods.room_m2.items()},
    )
    plain = given(problem)
    blocks = found.plan.blocks
    return faults(plain, blocks, found.plan.objective) + period_faults(plain, allowed, blocks, found.by_period)


@pytest.mark.parametrize("first", range(0, CASES, PORTION))
def test_the_bound_holds_and_claims_are_true(first: int) -> None:
    for seed in range(first, first + PORTION):
        problem, periods = draw(seed, parcels=8 if seed % 10 == 0 else 6)
        best = best_by_trying(problem, periods)
        found = solve_periods(problem, periods, time_limit_s=120)
        plan, sign = found.plan, -1 if problem.terms.objective is Objective.COST else 1
        if plan.objective is not None:
            assert judged(problem, periods, found) == [], seed
        if best is None:
            assert (plan.objective, plan.blocks) == (None, ()), seed
            assert bool(plan.clash) is (plan.status is Status.INFEASIBLE), seed
            continue
        assert plan.status is not Status.INFEASIBLE, seed
        assert plan.bound is None or sign * plan.bound >= sign * best - 1e-7, seed
        if plan.objective is not None:
            assert sign * plan.objective <= sign * best + 1e-7, seed
        # Fronts and holes are judged by the choice of blocks, not by phasing: there a gap may stay.
        if problem.terms.holes and not problem.terms.front_price:
            assert plan.status is Status.OPTIMAL, seed
        if plan.status is Status.OPTIMAL:
            assert plan.objective == pytest.approx(best, abs=1e-6), seed
            assert plan.gap is not None
            assert plan.gap <= 1e-9, seed


@pytest.mark.parametrize("seed", range(24))
def test_one_period_with_all_the_money_is_the_ordinary_problem(seed: int) -> None:
    problem, _ = draw(seed)
    money = float(np.round(0.6 * problem.cost.sum(), 2))
    ordinary = solve(problem.with_terms(dataclasses.replace(problem.terms, budget=money)))
    found = solve_periods(problem.with_terms(dataclasses.replace(problem.terms, budget=None)), Periods((money,)))
    assert found.plan.status is ordinary.status
    if ordinary.objective is None:
        assert found.plan.objective is None
        return
    assert found.plan.objective == pytest.approx(ordinary.objective, abs=1e-9)
    assert found.by_period == [sorted(place for block in found.plan.blocks for place in block)]


@pytest.mark.parametrize("seed", range(0, 40, 2))
def test_more_money_or_more_roofs_never_hurt(seed: int) -> None:
    problem, periods = draw(seed)
    if not problem.terms.holes or problem.terms.front_price or problem.terms.objective is Objective.COST:
        return
    before = solve_periods(problem, periods).plan
    roomier = {sector: room + 40 for sector, room in periods.room_m2.items()}
    richer = Periods(tuple(money * 1.3 for money in periods.budget), periods.floor_m2, roomier)
    after = solve_periods(problem, richer).plan
    if before.objective is not None:
        assert after.objective is not None
        assert after.objective >= before.objective - 1e-7


def test_a_period_counts_only_from_its_own_money() -> None:
    """Two parcels of 6 and money of 6 and 6 fit; of 11 and 1 only one does, though the sum is the same."""
    problem, _ = _two_parcels()
    assert solve_periods(problem, Periods((6.0, 6.0))).plan.objective == 2
    found = solve_periods(problem, Periods((11.0, 1.0)))
    assert (found.plan.status, found.plan.objective) == (Status.OPTIMAL, 1)


def test_roofs_wait_until_they_are_used_but_nobody_waits_for_roofs() -> None:
    problem, floor = _two_parcels()
    early = Periods((6.0, 6.0), {"x": floor}, {"x": np.array([200.0, 0.0])})
    assert solve_periods(problem, early).plan.objective == 2
    late = Periods((6.0, 6.0), {"x": floor}, {"x": np.array([0.0, 200.0])})
    found = solve_periods(problem, late)
    assert (found.plan.objective, found.by_period[0]) == (1, [])


def test_what_no_period_can_take_is_said() -> None:
    problem, floor = _two_parcels()
    found = solve_periods(problem, Periods((5.0, 5.0)))
    assert found.plan.blocks == ()
    assert "任何一期的预算都不够" in found.notes[0]
    locked = problem.with_locks(np.array([1, 0]))
    refused = solve_periods(locked, Periods((6.0, 6.0), {"x": floor}, {"x": np.array([10.0, 20.0])})).plan
    assert refused.status is Status.INFEASIBLE
    assert "P1 已锁定" in refused.clash[0]
    assert "（x） 无处安置" in refused.clash[1]


def test_alternatives_fit_the_periods_too() -> None:
    rng = np.random.default_rng(3)
    problem, _ = draw(0)
    n = 12
    problem = dataclasses.replace(
        problem, ids=tuple(map(str, range(n))), benefit=rng.uniform(5, 6, n), cost=np.full(n, 2.0), area_mu=np.ones(n),
        lock=np.zeros(n, np.int64), together=np.full(n, -1), protected=np.zeros(n, bool), use={},
        edges=np.array([(a, a + 1) for a in range(n - 1)]), front_m=np.zeros(n - 1),
    )  # fmt: skip
    terms = dataclasses.replace(problem.terms, objective=Objective.BENEFIT, resources={}, budget=None, target_mu=None,
                                max_blocks=2, min_block_mu=2.0, max_block_mu=None, holes=True, front_price=0.0)  # fmt: skip
    found = solve_periods(problem.with_terms(terms), Periods((5.0, 5.0)), alternatives=2, time_limit_s=120)
    assert found.plan.status is Status.OPTIMAL
    assert len(found.plan.alternatives) == 2
    for other in found.plan.alternatives:
        members = sorted(place for block in other.blocks for place in block)
        assert other.objective == pytest.approx(problem.benefit[members].sum())
        assert len(members) == 4
        assert other.objective <= found.plan.bound + 1e-9


def test_stopped_at_once_or_followed_to_the_end() -> None:
    problem, periods = draw(7)
    seen: list[Course] = []
    found = solve_periods(problem, periods, on_progress=seen.append)
    assert found.plan.objective is not None
    assert seen[-1].found is not None
    assert seen[-1].found.plan.blocks == found.plan.blocks
    assert all(course.found is None or judged(problem, periods, course.found) == [] for course in seen)
    stopped = solve_periods(problem, periods, should_stop=lambda: True).plan
    assert stopped.status is Status.STOPPED
    again = solve_periods(problem, periods)
    assert (again.plan.blocks, again.period.tolist()) == (found.plan.blocks, found.period.tolist())


def test_figures_that_do_not_agree_are_refused() -> None:
    floor = np.ones(2)
    for money, floors, rooms in (
        ((), {}, {}),
        ((1.0, 1.0), {"x": floor}, {}),
        ((1.0, 1.0), {"x": floor}, {"x": np.ones(3)}),
        ((1.0, 1.0), {"x": floor, "": floor}, {"x": np.ones(2), "": np.ones(2)}),
    ):
        with pytest.raises(MujunError):
            Periods(money, floors, rooms)


def _two_parcels() -> tuple[Problem, np.ndarray]:
    import pandas as pd

    from mujun.renewal.blocks.problem import Terms, build_problem

    nodes = pd.DataFrame({"id": ["P1", "P2"], "benefit": 1.0, "cost": 6.0, "area_mu": 1.0})
    return build_problem(nodes, pd.DataFrame({"a": ["P1"], "b": ["P2"]}), Terms()), np.array([100.0, 100.0])
