"""The bound at any prices, and what it proves of single parcels, against brute force."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from mujun.renewal.blocks import branching
from mujun.renewal.blocks.alternatives import taken_by
from mujun.renewal.blocks.bounding import look
from mujun.renewal.blocks.compiled import compile_problem
from mujun.renewal.blocks.problem import Objective, Problem, Terms, build_problem
from mujun.renewal.blocks.reasons import reasons
from mujun.renewal.blocks.solve import solve
from tests.renewal.blocks.brute import brute
from tests.renewal.blocks.instances import random_problem
from tests.renewal.blocks.judging import judge


def worth(problem: Problem) -> float | None:
    best = brute(problem).objective
    return -best if best is not None and problem.terms.objective is Objective.COST else best


def forced(problem: Problem, parcel: int, side: int) -> float | None:
    """The best worth with one parcel in (1) or out (-1); None where there is no such plan."""
    if problem.lock[parcel] == -side:
        return None
    lock = problem.lock.copy()
    lock[parcel] = side
    return worth(problem.with_locks(lock))


@pytest.mark.parametrize("seed", range(70_000, 70_150))
def test_any_prices_bound_every_plan(seed):
    problem = random_problem(seed)
    best = worth(problem)
    compiled, chance = compile_problem(problem), np.random.default_rng(seed)
    for _time in range(12):
        prices = chance.exponential(chance.choice([0.1, 1.0, 10.0]), len(compiled.limit))
        seen = look(compiled, compiled.state, prices)
        if best is not None:
            assert seen.bound >= best - 1e-9 * max(1.0, abs(best))


@pytest.mark.parametrize("seed", range(71_000, 71_060))
def test_what_a_look_says_of_a_parcel_holds(seed):
    problem = random_problem(seed)
    compiled, chance = compile_problem(problem), np.random.default_rng(seed)
    for _time in range(4):
        seen = look(compiled, compiled.state, chance.exponential(1.0, len(compiled.limit)))
        if not np.isfinite(seen.bound):
            continue
        for parcel in np.flatnonzero(compiled.state == 0):
            for side, change in ((1, seen.taking[parcel]), (-1, seen.leaving[parcel])):
                best = forced(problem, int(parcel), side)
                if best is not None:
                    assert seen.bound - change >= best - 1e-9 * max(1.0, abs(best)), (parcel, side)


@pytest.mark.parametrize("seed", range(72_000, 72_060))
def test_the_tree_alone_finds_the_best_plan(seed, monkeypatch):
    """Small parts are decided by trying every choice; here the questions must do it."""
    monkeypatch.setattr(branching, "FEW_OPEN", 0)
    problem = random_problem(seed)
    assert judge(problem, solve(problem, time_limit_s=120)) == []


@pytest.mark.parametrize("seed", range(73_000, 73_040))
def test_reasons_are_true(seed):
    problem = random_problem(seed, ["budget", "max_blocks", "lock"])
    plan = solve(problem, time_limit_s=20)
    if plan.objective is None:
        return
    said = reasons(problem, plan)
    taken = taken_by(problem, plan.blocks)
    for parcel in np.flatnonzero(problem.lock == 0):
        other = forced(problem, int(parcel), -1 if taken[parcel] else 1)
        if said.standing[parcel] != "open":
            assert (said.standing[parcel] == "in") == taken[parcel]
            assert other is None or other < plan.objective
        if other is not None:
            assert other <= plan.objective - said.forcing[parcel] + 1e-9 * max(1.0, abs(plan.objective))


def test_more_budget_lowers_no_point_of_the_front():
    from mujun.renewal.blocks.front import budgets_around, front

    problem = random_problem(74_000, ["budget", "max_blocks"])
    problem = problem.with_terms(dataclasses.replace(problem.terms, objective=Objective.BENEFIT))
    points = front(problem, budgets_around(float(problem.cost.sum()) / 2, 20), time_limit_s=20)
    values = [point.objective for point in points if point.objective is not None]
    assert len(points) == 20
    assert values == sorted(values)
    assert all(point.gap is not None and point.gap <= 1e-9 for point in points)


@pytest.mark.parametrize("seed", range(75_000, 75_030))
def test_what_is_told_on_the_way_is_proven_too(seed, monkeypatch):
    monkeypatch.setattr(branching, "FEW_OPEN", 0)
    problem = random_problem(seed)
    told = []
    plan = solve(problem, time_limit_s=20, on_progress=told.append)
    if plan.objective is None:
        return
    sign = -1.0 if problem.terms.objective is Objective.COST else 1.0
    room = 1e-9 * max(1.0, abs(plan.objective))
    assert all(one.bound is None or sign * one.bound >= sign * plan.objective - room for one in told)


def test_what_is_proven_on_the_way_is_never_forgotten():
    random = np.random.default_rng(76_000)
    side = 24
    number = side * side
    area = random.lognormal(0.0, 0.7, number)
    nodes = pd.DataFrame({
        "id": [str(node) for node in range(number)], "area_mu": area, "benefit": area * (random.standard_normal(number) - 0.2),
        "cost": area * random.lognormal(0.0, 0.4, number),
    })  # fmt: skip
    pairs = [(at, at + 1) for at in range(number) if (at + 1) % side] + [(at, at + side) for at in range(number - side)]
    edges = pd.DataFrame(pairs, columns=["a", "b"]).astype("str")
    told = []
    problem = build_problem(nodes, edges, Terms(budget=0.15 * float(nodes["cost"].sum()), max_blocks=4))
    solve(problem, time_limit_s=20, on_progress=told.append)
    bounds = [one.bound for one in told if one.bound is not None]
    assert len(set(bounds)) > 2
    assert bounds == sorted(bounds, reverse=True)
    values = [one.objective for one in told if one.objective is not None]
    assert values == sorted(values)
