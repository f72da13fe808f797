"""What must not change the answer does not, and what can only help never hurts; also where brute force cannot reach."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from mujun.renewal.blocks.plan import Plan, Status
from mujun.renewal.blocks.problem import Objective, Problem
from tests.renewal.blocks.instances import random_problem
from tests.renewal.blocks.judging import better, slack, solved

LIMIT_S = 3.0
MIXES = (
    ["budget", "max_blocks"],
    ["budget", "max_blocks", "min_block_mu", "net"],
    ["budget", "max_blocks", "front_price", "area"],
    ["cost", "max_blocks", "together"],
    ["budget", "resources", "protected", "max_block_mu"],
    ["budget", "lock_in", "lock_out", "holes"],
)


def problem_of(seed: int) -> Problem:
    """Return a problem of up to 40 parcels; every sixth seed has the same kinds."""
    return random_problem(110_000 + seed, MIXES[seed % len(MIXES)], largest=40)


def same_answer(problem: Problem, first: Plan, second: Plan, scale: float = 1.0) -> None:
    """Both intervals from objective to bound hold the optimum, so that they overlap; two proofs agree."""
    if Status.INFEASIBLE in (first.status, second.status):
        assert Status.INFEASIBLE is first.status is second.status or None in (first.objective, second.objective)
        assert first.objective is None
        assert second.objective is None
        return
    for one, other, factor in ((first, second, scale), (second, first, 1 / scale)):
        if one.objective is not None and other.bound is not None:
            assert better(problem, one.objective * factor, other.bound) <= slack(one.objective * factor, other.bound)
    if Status.OPTIMAL is first.status is second.status:
        assert first.objective is not None
        assert second.objective == pytest.approx(first.objective * scale, rel=3e-9, abs=3e-9)


def plan_of(problem: Problem) -> Plan:
    return solved(problem, time_limit_s=LIMIT_S)


def renumbered(problem: Problem, order: np.ndarray) -> Problem:
    """Parcel ``order[i]`` becomes parcel i."""
    place = np.argsort(order)
    ends = np.sort(place[problem.edges], axis=1)
    rows = np.lexsort((ends[:, 1], ends[:, 0]))
    changed: dict[str, Any] = {
        name: getattr(problem, name)[order] for name in ("benefit", "cost", "area_mu", "lock", "together", "protected")
    }
    return dataclasses.replace(
        problem,
        ids=tuple(problem.ids[old] for old in order),
        use={name: use[order] for name, use in problem.use.items()},
        edges=ends[rows],
        front_m=problem.front_m[rows],
        **changed,
    )


@pytest.mark.parametrize("seed", range(30))
def test_renumbering_changes_nothing(seed: int) -> None:
    problem = problem_of(seed)
    order = np.random.default_rng(seed).permutation(len(problem))
    same_answer(problem, plan_of(problem), plan_of(renumbered(problem, order)))


@pytest.mark.parametrize("factor", [1e-3, 1e4, 3.0])
@pytest.mark.parametrize("seed", range(0, 30, 3))
def test_another_unit_of_money_and_benefit_scales_the_answer(seed: int, factor: float) -> None:
    problem = problem_of(seed)
    terms, kind = problem.terms, problem.terms.objective
    scaled = dataclasses.replace(
        problem,
        benefit=problem.benefit * factor,
        cost=problem.cost * factor,
        terms=dataclasses.replace(
            terms,
            budget=None if terms.budget is None else terms.budget * factor,
            front_price=terms.front_price * (1 if kind is Objective.AREA else factor),
        ),
    )
    same_answer(problem, plan_of(problem), plan_of(scaled), 1.0 if kind is Objective.AREA else factor)


@pytest.mark.parametrize("factor", [1e-3, 250.0])
@pytest.mark.parametrize("seed", range(0, 30, 3))
def test_another_unit_of_area_changes_nothing(seed: int, factor: float) -> None:
    problem = problem_of(seed)
    if problem.terms.objective is Objective.AREA:
        problem = problem.with_terms(dataclasses.replace(problem.terms, objective=Objective.BENEFIT))
    limits = {name: getattr(problem.terms, name) for name in ("min_block_mu", "max_block_mu", "target_mu")}
    terms = dataclasses.replace(
        problem.terms, **{name: None if limit is None else limit * factor for name, limit in limits.items()}
    )
    scaled = dataclasses.replace(problem, area_mu=problem.area_mu * factor, terms=terms)
    same_answer(problem, plan_of(problem), plan_of(scaled))


@pytest.mark.parametrize("seed", range(30))
def test_a_useless_parcel_changes_nothing(seed: int) -> None:
    """It costs, gives nothing, and hangs on one parcel without a front (alone where holes are forbidden)."""
    problem = problem_of(seed)
    number = len(problem)
    hangs = problem.terms.holes
    more: dict[str, Any] = {
        "benefit": -1.0, "cost": 1.0, "area_mu": 0.0, "lock": 0, "together": -1, "protected": False,
    }  # fmt: skip
    larger = dataclasses.replace(
        problem,
        ids=(*problem.ids, "useless"),
        use={name: np.append(use, 1.0) for name, use in problem.use.items()},
        edges=np.vstack([problem.edges, [[number - 1, number]]]) if hangs else problem.edges,
        front_m=np.append(problem.front_m, 0.0) if hangs else problem.front_m,
        **{name: np.append(getattr(problem, name), value) for name, value in more.items()},
    )
    same_answer(problem, plan_of(problem), plan_of(larger))


@pytest.mark.parametrize("seed", range(30))
def test_looser_terms_never_hurt(seed: int) -> None:
    problem = problem_of(seed)
    terms = problem.terms
    looser = [dataclasses.replace(terms, min_block_mu=terms.min_block_mu * 0.5)]
    if terms.budget is not None:
        looser.append(dataclasses.replace(terms, budget=terms.budget * 1.3 + 1))
    if terms.max_blocks is not None:
        looser.append(dataclasses.replace(terms, max_blocks=terms.max_blocks + 1))
    if terms.target_mu is not None:
        looser.append(dataclasses.replace(terms, target_mu=terms.target_mu * 0.8))
    if terms.resources:
        limits = {name: limit * 1.5 + 1 for name, limit in terms.resources.items()}
        looser.append(dataclasses.replace(terms, resources=limits))
    tight = plan_of(problem)
    for other in looser:
        loose = plan_of(problem.with_terms(other))
        if tight.objective is not None:
            assert loose.status is not Status.INFEASIBLE
            assert loose.bound is None or better(problem, tight.objective, loose.bound) <= slack(tight.objective)
            if Status.OPTIMAL is loose.status is tight.status:
                assert loose.objective is not None
                assert better(problem, loose.objective, tight.objective) >= -3 * slack(tight.objective)
