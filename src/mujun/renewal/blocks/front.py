"""The front: what each budget can bring, with its proven gap."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence

import numpy as np

from mujun.renewal.blocks.alternatives import taken_by
from mujun.renewal.blocks.plan import gap_of
from mujun.renewal.blocks.problem import Floats, Ints, Objective, Problem
from mujun.renewal.blocks.solving import Search

POINTS = 20
FIRST_PASS = 0.4
"""The part of the time in which every point is looked at once."""
LEAST_S = 0.2
"""A search shorter than this is not worth beginning."""
SHARE_OF_REST = 0.4
"""The part of the time that is left for the widest gap, before the next widest is looked for."""
NARROWER = 0.02
"""A gap that another search narrows by less than this part is left."""


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


@dataclasses.dataclass(slots=True)
class _Kept:
    """A point with what its next search may begin from; ``done``: another search brought nothing."""

    point: Point
    start: Ints | None
    prices: Floats | None
    done: bool


def front(
    problem: Problem,
    budgets: Sequence[float],
    *,
    time_limit_s: float = 60,
    seed: int = 1,
    on_point: Callable[[Point], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> list[Point]:
    """Solve the problem for each of ``budgets`` (ascending in the answer), each from the plan of the one before.

    A plan of a smaller budget is a plan of a larger one, and the bound of a larger one holds for a smaller: the points
    never contradict each other. Every point is looked at once in its share of the first part of the time; the rest goes to
    the points with the widest gaps.
    """
    end = clock() + time_limit_s
    kept: list[_Kept] = []
    ordered = sorted(budgets)

    def solved(budget: float, seconds: float, number: int, before: _Kept | None) -> _Kept:
        terms = dataclasses.replace(problem.terms, budget=budget)
        search = Search(
            problem.with_terms(terms), time_limit_s=seconds, seed=seed + number, should_stop=should_stop, clock=clock
        )
        # from prices that were searched already the search would leave off where it left off
        prices = None if before is None or before.point.budget == budget else before.prices
        plan = search.run(None if before is None else before.start, prices)
        area = float(problem.area_mu[taken_by(problem, plan.blocks)].sum())
        point = Point(budget, plan.objective, plan.bound, plan.gap, area, plan.blocks)
        return _Kept(point, search.incumbent.block, search.prices, plan.gap == 0)

    for number, budget in enumerate(ordered):
        if should_stop is not None and should_stop():
            break
        left = max(0.0, end - clock() - (1 - FIRST_PASS) * time_limit_s)
        share = left / (len(ordered) - number)
        kept.append(solved(budget, share, number, kept[-1] if kept else None))
        if on_point is not None:
            on_point(kept[-1].point)
    minimised = problem.terms.objective is Objective.COST
    number = len(ordered)
    while end - clock() > LEAST_S and not (should_stop is not None and should_stop()):
        points = _consistent([one.point for one in kept], minimised=minimised)
        gaps = [np.inf if point.gap is None else point.gap for point in points]
        wide = [at for at, one in enumerate(kept) if not one.done and gaps[at] > 0]
        if not wide:
            break
        widest = max(wide, key=lambda at: gaps[at])
        seconds = max(LEAST_S, (end - clock()) * SHARE_OF_REST)
        again = solved(ordered[widest], min(seconds, end - clock()), number, kept[widest])
        kept[widest] = _better(kept[widest], again, minimised=minimised)
        number += 1
    return _consistent([one.point for one in kept], minimised=minimised)


def _better(held: _Kept, again: _Kept, *, minimised: bool) -> _Kept:
    """Return the better plan and the tighter bound of two searches of one budget."""
    sign = -1.0 if minimised else 1.0
    first, second = held.point, again.point
    worse = second.objective is None or (
        first.objective is not None and sign * second.objective < sign * first.objective
    )
    best = held if worse else again
    bounds = [bound for bound in (first.bound, second.bound) if bound is not None]
    bound = (max if minimised else min)(bounds) if bounds else None
    gap = gap_of(best.point.objective, bound)
    narrower = gap is not None and (first.gap is None or gap < first.gap * (1 - NARROWER))
    return _Kept(dataclasses.replace(best.point, bound=bound, gap=gap), best.start, again.prices, not narrower)


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
