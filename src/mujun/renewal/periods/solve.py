"""The entry: blocks for several periods, and a bound on every choice of blocks and every order of their parcels."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable

import numpy as np

from mujun.renewal.blocks import solve
from mujun.renewal.blocks.plan import Alternative, Plan, Status, gap_of
from mujun.renewal.blocks.problem import Ints, Objective, Problem
from mujun.renewal.periods.closing import NEVER
from mujun.renewal.periods.question import Periods
from mujun.renewal.periods.search import Search


@dataclasses.dataclass(frozen=True, slots=True)
class PeriodPlan:
    """``plan`` the blocks as they stand after the last period, worth what they are worth whenever they were taken;
    ``period`` in which each parcel is taken (n,), from 0, -1 never; ``notes`` a sentence for each parcel that no period
    can take."""

    plan: Plan
    period: Ints
    periods: int
    notes: tuple[str, ...] = ()

    @property
    def by_period(self) -> list[list[int]]:
        """What is taken in each period (positions)."""
        return [np.flatnonzero(self.period == number).tolist() for number in range(self.periods)]


@dataclasses.dataclass(frozen=True, slots=True)
class Course:
    """Where a search stands; ``found`` None before the first plan."""

    seconds: float
    objective: float | None
    bound: float | None
    found: PeriodPlan | None

    @property
    def gap(self) -> float | None:
        """|bound - objective| / |objective|."""
        return gap_of(self.objective, self.bound)


def solve_periods(
    problem: Problem,
    periods: Periods,
    *,
    time_limit_s: float = 60,
    gap: float = 0,
    seed: int = 1,
    alternatives: int = 0,
    on_progress: Callable[[Course], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> PeriodPlan:
    """Return blocks and the period of each parcel; every term of ``problem`` holds for what is taken by the last period.

    In each period the cost of what is taken keeps its budget, and by the end of each period the floor area displaced of
    each sector keeps what became free by then. A block is connected by the end of every period in which it has begun;
    parcels that go together go in the same period. ``terms.budget``, where there is one, binds all periods together.
    """
    begun = time.monotonic()
    stop = should_stop or (lambda: False)

    def tell(search: Search) -> None:
        if on_progress is not None:
            found = _answer(search, Status.STOPPED, begun) if search.blocks is not None else None
            objective, bound = _said(problem, search.value), _said(problem, search.bound)
            on_progress(Course(time.monotonic() - begun, objective, bound, found))

    search = Search(problem, periods, end=begun + time_limit_s, gap=gap, seed=seed, stop=stop, tell=tell)
    if search.clash:
        return _answer(search, Status.INFEASIBLE, begun)
    others: tuple[Alternative, ...] = ()
    if len(periods) == 1:
        others = _one_period(search, problem, alternatives)
    else:
        search.run(kept=0.3 if alternatives else 0.0)
        if alternatives and search.blocks and not search.stopped:
            others = tuple(Alternative(_shown(problem, value), blocks) for value, blocks in search.others(alternatives))
    return _answer(search, search.status, begun, others)


def _one_period(search: Search, problem: Problem, alternatives: int) -> tuple[Alternative, ...]:
    """One period is a block problem and no more."""
    plan = solve(
        search.whole, time_limit_s=max(search.left, 0.1), gap=search.gap, seed=search.seed, alternatives=alternatives,
        on_progress=lambda course: search.follow(course.blocks, course.bound) if course.objective is not None else None,
        should_stop=search.stop,
    )  # fmt: skip
    search.take(plan)
    return tuple(Alternative(_shown(problem, other.objective), other.blocks) for other in plan.alternatives)


def _answer(search: Search, status: Status, begun: float, others: tuple[Alternative, ...] = ()) -> PeriodPlan:
    problem = search.problem
    plan = Plan(
        status=status,
        objective=_said(problem, search.value) if search.blocks is not None else None,
        bound=None if status is Status.INFEASIBLE else _said(problem, search.bound),
        blocks=search.blocks or (),
        seed=search.seed,
        seconds=time.monotonic() - begun,
        alternatives=others,
        clash=search.clash if status is Status.INFEASIBLE else (),
    )
    period = search.period if search.blocks is not None else np.full(len(problem), NEVER, dtype=np.int64)
    return PeriodPlan(plan, period.copy(), len(search.periods), search.notes)


def _said(problem: Problem, value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else _shown(problem, value)


def _shown(problem: Problem, value: float) -> float:
    """Return a value that was maximised in the sense of the problem."""
    return 0.0 - value if problem.terms.objective is Objective.COST else value
