"""Why a parcel is in a plan or not: what is so in every good plan, and what it would cost to have it otherwise."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from mujun.renewal.blocks.alternatives import taken_by
from mujun.renewal.blocks.bounding import Look, search_prices
from mujun.renewal.blocks.compiled import compile_problem
from mujun.renewal.blocks.plan import Plan
from mujun.renewal.blocks.problem import Floats, Objective, Problem
from mujun.renewal.blocks.solving import first_prices

SIGHT = 0.05
"""How far below the plan other plans are looked at: beyond this share a price is said to be at least that much."""
LOOKS = 40
NEGLIGIBLE = 1e-9


@dataclasses.dataclass(frozen=True, slots=True)
class Reasons:
    """``standing`` (n,): "in" whatever the plan, "out" whatever the plan, or "open"; proven for plans as good as this one.

    ``forcing`` (n,): how much the objective falls at least (rises, for a cost) if the parcel is forced the other way; 0
    where nothing is proven. ``budget_price``: what one more unit of budget can add at the most, to the bound;
    ``block_price``: the same for one more block; None where there is no such limit.
    """

    standing: npt.NDArray[np.str_]
    forcing: Floats
    budget_price: float | None
    block_price: float | None


def reasons(
    problem: Problem, plan: Plan, *, time_limit_s: float = 10, clock: Callable[[], float] = time.monotonic
) -> Reasons:
    """Prove what can be proven of each parcel under ``plan``; ``plan`` must have an objective."""
    if plan.objective is None:
        raise ValueError("a plan without an objective has no reasons")
    worth = -plan.objective if problem.terms.objective is Objective.COST else plan.objective
    compiled = compile_problem(problem)
    floor = worth - SIGHT * abs(worth)
    taken = taken_by(problem, plan.blocks)
    otherwise = np.full(len(problem), np.inf)

    def note(seen: Look) -> None:
        change = np.where(taken, seen.leaving, seen.taking)
        np.minimum(otherwise, np.maximum(seen.bound - change, floor), out=otherwise)

    state = compiled.state.copy()
    prices, step = first_prices(compiled)
    end = clock() + time_limit_s
    best: Look | None = None
    for _repeat in range(2):
        found = search_prices(
            compiled, state, prices, step, LOOKS // 2, lambda: floor, note,
            lambda: clock() > end,
        )  # fmt: skip
        if found.best is not None:
            best = found.best
            prices, step = found.best.prices, step / 4
    forcing = np.maximum(worth - otherwise, 0.0)
    forcing[forcing <= NEGLIGIBLE * max(abs(worth), 1.0)] = 0.0
    # settled while looking: no plan within sight has it otherwise
    settled = (state != 0) & ((state > 0) == taken)
    forcing[settled] = np.maximum(forcing[settled], worth - floor)
    standing = np.where(forcing > 0, np.where(taken, "in", "out"), "open")
    return Reasons(standing, forcing, _price(compiled.names, best, "budget"), _price(compiled.names, best, "blocks"))


def _price(names: tuple[str, ...], best: Look | None, row: str) -> float | None:
    return float(best.prices[names.index(row)]) if best is not None and row in names else None
