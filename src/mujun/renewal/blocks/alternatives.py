"""Other plans that are nearly as good and different on the ground."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from mujun.renewal.blocks.plan import Alternative, Plan
from mujun.renewal.blocks.problem import Ints, Objective, Problem, Truths
from mujun.renewal.blocks.solving import Search

LOSS = 0.1
DIFFERENCE = 0.3
TOLERANCE = 1e-9


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """``one`` beside ``other``: parcels only the other takes (``gains``) or gives up (``gives_up``), as positions.

    ``share`` is the share of the area of ``one`` that the other leaves; ``loss`` how much less the other is worth,
    relative to ``one`` (negative: more); ``area_mu`` and ``cost`` what the other takes more.
    """

    gains: Ints
    gives_up: Ints
    share: float
    loss: float
    area_mu: float
    cost: float


def taken_by(problem: Problem, blocks: Sequence[Sequence[int]]) -> Truths:
    """The parcels (n,) of ``blocks``."""
    taken = np.zeros(len(problem), dtype=bool)
    for block in blocks:
        taken[list(block)] = True
    return taken


def difference(problem: Problem, one: Plan | Alternative, other: Plan | Alternative) -> Difference:
    """Compare two plans of the same problem."""
    first, second = taken_by(problem, one.blocks), taken_by(problem, other.blocks)
    area = problem.area_mu
    size = float(area[first].sum())
    loss = 0.0
    if one.objective and other.objective is not None:
        worse = one.objective - other.objective
        loss = (-worse if problem.terms.objective is Objective.COST else worse) / abs(one.objective)
    return Difference(
        gains=np.flatnonzero(second & ~first),
        gives_up=np.flatnonzero(first & ~second),
        share=float(area[first & ~second].sum()) / size if size else 0.0,
        loss=loss,
        area_mu=float(area[second].sum()) - size,
        cost=float(problem.cost[second].sum() - problem.cost[first].sum()),
    )


def apart_from(problem: Problem, plans: Sequence[Plan | Alternative], share: float) -> Problem:
    """The problem whose plans leave at least ``share`` of the area of each of ``plans``: one more resource for each."""
    use, limits = dict(problem.use), dict(problem.terms.resources)
    for number, plan in enumerate(plans):
        name = f"apart from {number}"
        use[name] = np.where(taken_by(problem, plan.blocks), problem.area_mu, 0.0)
        limits[name] = (1 - share) * float(use[name].sum())
    terms = dataclasses.replace(problem.terms, resources=limits)
    return dataclasses.replace(problem, use=use, terms=terms)


def alternatives(
    problem: Problem,
    plan: Plan,
    *,
    count: int = 5,
    loss: float = LOSS,
    difference_share: float = DIFFERENCE,
    time_limit_s: float = 30,
    seed: int = 1,
    should_stop: Callable[[], bool] | None = None,
    shares: Sequence[Ints] = (),
) -> tuple[Alternative, ...]:
    """Return up to ``count`` plans within ``loss`` of ``plan``, each apart from it and from each other.

    Each leaves at least ``difference_share`` of the area of the plan and of every alternative before it. Fewer come
    back where no more are found within the loss. ``shares`` are blocks of single islands that the search of the plan met
    (:attr:`mujun.renewal.blocks.solving.Search.shares`): others are put together from them. Time that one leaves is the next one's.
    """
    found: list[Alternative] = []
    if plan.objective is None or not plan.blocks:
        return ()
    left = time_limit_s
    for number in range(count):
        search = Search(
            apart_from(problem, [plan, *found], difference_share),
            time_limit_s=left / (count - number), gap=loss / 50, seed=seed, should_stop=should_stop, shares=shares,
        )  # fmt: skip
        other = search.run()
        left, shares = left - other.seconds, search.shares
        if other.objective is None or not other.blocks:
            break
        one = Alternative(other.objective, other.blocks)
        if difference(problem, plan, one).loss > loss + TOLERANCE:
            break
        found.append(one)
        if search.stopped:
            break
    return tuple(found)
