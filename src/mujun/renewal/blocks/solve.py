"""The entry: check a problem, solve it, and say what clashes where nothing can be done."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from mujun.renewal.blocks.plan import Plan
from mujun.renewal.blocks.problem import Problem
from mujun.renewal.blocks.solving import Progress, Search

__all__ = ["Progress", "solve"]


def solve(
    problem: Problem,
    *,
    time_limit_s: float = 60,
    gap: float = 0,
    seed: int = 1,
    alternatives: int = 0,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Plan:
    """Return a plan, its proven bound and, if asked for, alternatives; see :class:`mujun.renewal.blocks.plan.Plan`."""
    search = Search(
        problem, time_limit_s=time_limit_s, gap=gap, seed=seed, on_progress=on_progress, should_stop=should_stop
    )
    return dataclasses.replace(search.run(), seed=seed)
