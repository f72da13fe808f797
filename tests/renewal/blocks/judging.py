"""What must hold of a plan, whatever the problem: accepted by the checker, its bound and status true."""

from __future__ import annotations

import math
from typing import Any

from mujun.renewal.blocks import solve
from mujun.renewal.blocks.plan import Plan, Status
from mujun.renewal.blocks.problem import Objective, Problem
from tests.renewal.blocks.brute import brute
from tests.renewal.blocks.checker import faults, given

LIMIT_S = 120.0
"""Ample for problems of ten parcels; no test is about time."""


def solved(problem: Problem, **wishes: Any) -> Plan:
    """Solve and have the checker look at the plan and its alternatives."""
    plan = solve(problem, **({"time_limit_s": LIMIT_S} | wishes))
    plain = given(problem)
    if plan.objective is not None:
        assert faults(plain, plan.blocks, plan.objective) == []
    for other in plan.alternatives:
        assert faults(plain, other.blocks, other.objective) == []
    return plan


def slack(*figures: float | None) -> float:
    """Return what rounding may do to figures of this size."""
    return 1e-9 * max([1.0, *(abs(figure) for figure in figures if figure is not None and math.isfinite(figure))])


def better(problem: Problem, first: float, second: float) -> float:
    """Return by how much ``first`` is better than ``second`` in the sense of the problem."""
    return second - first if problem.terms.objective is Objective.COST else first - second


def judge(problem: Problem, plan: Plan, gap: float = 0.0) -> list[str]:
    """Return what is untrue about ``plan`` of a small problem, by trying everything."""
    best = brute(problem).objective
    if best is None:
        return [] if plan.status is Status.INFEASIBLE else [f"{plan.status} of a problem that has no plan"]
    found = []
    if plan.status not in (Status.OPTIMAL, Status.STOPPED):
        found.append(f"{plan.status}, but {best!r} is possible")
    if plan.bound is not None and better(problem, best, plan.bound) > slack(best, plan.bound):
        found.append(f"bound {plan.bound!r}, but {best!r} is possible")
    if plan.objective is not None and better(problem, plan.objective, best) > slack(best):
        found.append(f"objective {plan.objective!r} is better than the best there is, {best!r}")
    if plan.status is Status.OPTIMAL:
        if plan.objective is None or plan.bound is None:
            found.append("optimal without a plan or a bound")
        elif better(problem, best, plan.objective) > gap * abs(plan.objective) + slack(best):
            found.append(f"optimal at {plan.objective!r}, but {best!r} is possible")
        elif abs(plan.bound - plan.objective) > gap * abs(plan.objective) + slack(best):
            found.append(f"optimal with bound {plan.bound!r} at {plan.objective!r}")
    return found
