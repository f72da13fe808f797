"""The entry: check a problem, solve it, find alternatives, and say what clashes where nothing can be done."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence

import numpy as np

from mujun.renewal.blocks.alternatives import alternatives as find_alternatives
from mujun.renewal.blocks.clash import find_clash
from mujun.renewal.blocks.plan import Plan, Status
from mujun.renewal.blocks.problem import Ints, Problem
from mujun.renewal.blocks.quick_clash import quick_clash
from mujun.renewal.blocks.solving import Progress, Search

__all__ = ["Progress", "solve"]

FOR_ALTERNATIVES = 0.5
"""The share of the time that is kept for alternatives where some are asked for."""


def solve(
    problem: Problem,
    *,
    time_limit_s: float = 60,
    gap: float = 0,
    seed: int = 1,
    alternatives: int = 0,
    start: Sequence[Sequence[int]] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Plan:
    """Return a plan, its proven bound and, if asked for, alternatives; see :class:`mujun.renewal.blocks.plan.Plan`.

    ``gap`` is the relative gap at which the search may end; ``start`` are blocks (positions) to begin from, which may
    break the terms. Where no plan keeps the terms, ``clash`` says which wishes cannot be had together.
    """
    begun = time.monotonic()
    clash = quick_clash(problem)
    if clash:
        return Plan(Status.INFEASIBLE, None, None, (), seed=seed, seconds=time.monotonic() - begun, clash=clash)
    share = 1 - FOR_ALTERNATIVES if alternatives else 1.0
    search = Search(
        problem,
        time_limit_s=share * time_limit_s,
        gap=gap,
        seed=seed,
        on_progress=on_progress,
        should_stop=should_stop,
    )
    plan = search.run(None if start is None else _numbered(problem, start))
    left = time_limit_s - (time.monotonic() - begun)
    if plan.status is Status.INFEASIBLE:
        plan = dataclasses.replace(plan, clash=find_clash(problem, time_limit_s=max(left, 1.0)))
    elif alternatives and plan.blocks and not search.stopped:
        others = find_alternatives(
            problem,
            plan,
            count=alternatives,
            time_limit_s=left,
            seed=seed,
            should_stop=should_stop,
            shares=search.shares,
        )
        plan = dataclasses.replace(plan, alternatives=others)
    return dataclasses.replace(plan, seed=seed, seconds=time.monotonic() - begun)


def _numbered(problem: Problem, blocks: Sequence[Sequence[int]]) -> Ints:
    block = np.full(len(problem), -1, dtype=np.int64)
    for number, members in enumerate(blocks):
        block[list(members)] = number
    return block
