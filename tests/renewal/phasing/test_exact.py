"""Small random tasks of every kind: the plan is the best there is, its bound holds, and the independent judge finds no fault."""

from __future__ import annotations

import os

import pytest

from mujun.renewal.blocks.plan import Status
from mujun.renewal.phasing import phase
from tests.renewal.phasing.checker import faults
from tests.renewal.phasing.small import best_by_trying, draw_case

CASES = int(os.environ.get("MUJUN_EXACT_CASES", "240"))
"""Thousands are tried before a release; these many each time."""
PORTION = 20


@pytest.mark.parametrize("first", range(0, CASES, PORTION))
def test_the_plan_is_the_best_of_all(first: int) -> None:
    for seed in range(first, first + PORTION):
        case = draw_case(seed)
        best = best_by_trying(case)
        plan = phase(case.task, time_limit_s=300)
        assert faults(case.task, plan, case.firms, case.units, case.capacity) == [], seed
        if best is None:
            assert (plan.status, plan.objective, bool(plan.clash)) == (Status.INFEASIBLE, None, True), seed
        else:
            assert plan.status is Status.OPTIMAL, seed
            assert plan.objective == pytest.approx(best, abs=1e-7), seed
            assert plan.bound == pytest.approx(best, abs=1e-6), seed


@pytest.mark.parametrize("seed", [4, 9, 23])
def test_a_search_that_is_stopped_keeps_a_valid_bound(seed: int) -> None:
    case = draw_case(seed, parcels=6, periods=3)
    best = best_by_trying(case)
    plan = phase(case.task, should_stop=lambda: True)
    assert plan.status in (Status.STOPPED, Status.INFEASIBLE)
    assert faults(case.task, plan, case.firms, case.units, case.capacity) == []
    if best is not None and plan.bound is not None:
        assert plan.bound >= best - 1e-9


def test_a_sharp_judge() -> None:
    """The judge finds a fault in a good plan that was tampered with, of every kind."""
    case = next(case for case in map(draw_case, range(500)) if len(case.firms) > 2 and len(phase(case.task).moves) > 1)
    plan = phase(case.task)
    tables = (case.firms, case.units, case.capacity)
    assert faults(case.task, plan, *tables) == []
    poorer = _with_terms(case.task, budget_by_period=(0.1,) * case.task.terms.periods)
    assert any("overspent" in fault for fault in faults(poorer, plan, *tables))
    import dataclasses

    homeless = dataclasses.replace(plan, moves=plan.moves.iloc[1:])
    assert any("no roof" in fault for fault in faults(case.task, homeless, *tables))
    late = dataclasses.replace(plan, moves=plan.moves.assign(period=plan.moves["period"] + 1))
    assert any("another time" in fault for fault in faults(case.task, late, *tables))
    boast = dataclasses.replace(plan, objective=plan.objective + 1)
    assert any("objective" in fault for fault in faults(case.task, boast, *tables))
    island = dataclasses.replace(
        case.task, problem=dataclasses.replace(case.task.problem, edges=case.task.problem.edges[:0])
    )
    several = plan.parcels["period"].notna().groupby(plan.parcels["block"]).sum().max()
    assert any("pieces" in fault for fault in faults(island, plan, *tables)) is bool(several > 1)


def _with_terms(task, **changes):
    import dataclasses

    return dataclasses.replace(task, terms=dataclasses.replace(task.terms, **changes))
