"""The front: what each budget can bring, with its proven gap."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from mujun.renewal.blocks.alternatives import taken_by
from mujun.renewal.blocks.plan import gap_of
from mujun.renewal.blocks.problem import Floats, Ints, Objective, Problem
from mujun.renewal.blocks.solving import Search

POINTS = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    """One budget: the plan's objective and area, and what no plan of this budget can beat."""

    budget: float
    objective: float | None
    bound: float | None
    gap: float | None
    area_mu: float
    blocks: tuple[tuple[int, ...], ...]


def budgets_around(budget: float, points: int = POINTS) -> list[float]:
    """Return ``points`` budgets from a tenth of ``budget`` to twice of it, evenly spaced."""
    return [float(value) for value in np.linspace(0.1 * budget, 2.0 * budget, points)]


def front(
    problem: Problem,
    budgets: Sequence[float],
    *,
    time_limit_s: float = 60,
    seed: int = 1,
    on_point: Callable[[Point], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> list[Point]:
    """Solve the problem for each of ``budgets`` (ascending in the answer), each from the plan of the one before.

    A plan of a smaller budget is a plan of a larger one, and the bound of a larger one holds for a smaller: the points
    never contradict each other.
    """
    points: list[Point] = []
    start: Ints | None = None
    prices: Floats | None = None
    ordered = sorted(budgets)
    for number, budget in enumerate(ordered):
        if should_stop is not None and should_stop():
            break
        terms = dataclasses.replace(problem.terms, budget=budget)
        search = Search(
            problem.with_terms(terms), time_limit_s=time_limit_s / len(ordered), seed=seed + number,
            should_stop=should_stop,
        )  # fmt: skip
        plan = search.run(start, prices)
        start, prices = search.incumbent.block, search.prices
        area = float(problem.area_mu[taken_by(problem, plan.blocks)].sum())
        points.append(Point(budget, plan.objective, plan.bound, plan.gap, area, plan.blocks))
        if on_point is not None:
            on_point(points[-1])
    return _consistent(points, minimised=problem.terms.objective is Objective.COST)


def _consistent(points: list[Point], *, minimised: bool) -> list[Point]:
    """Let the bound of each larger budget hold for the smaller ones too."""
    better = max if minimised else min
    tightest: float | None = None
    result = []
    for point in reversed(points):
        if point.bound is not None:
            tightest = point.bound if tightest is None else better(tightest, point.bound)
        bound = tightest if point.bound is None or tightest is None else better(point.bound, tightest)
        if point.objective is not None and bound is not None:
            bound = (min if minimised else max)(bound, point.objective)
        result.append(dataclasses.replace(point, bound=bound, gap=gap_of(point.objective, bound)))
    return result[::-1]
