"""Prices for the limits, searched so that the bound they prove is as low as possible."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from mujun.renewal.blocks.compiled import Compiled
from mujun.renewal.blocks.cutpoints import pieces
from mujun.renewal.blocks.pricing import assess
from mujun.renewal.blocks.problem import Floats, Ints, Truths

SAFETY = 1e-13
"""Added to every bound, relative to what was summed: more than floating point can have lost."""
SHORTEN, LENGTHEN = 0.5, 1.3
OPTIMAL = 1e-9
"""Two objectives closer than this (relative) count as one."""


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """One price vector assessed: see :func:`mujun.renewal.blocks.pricing.assess`. ``slack`` (R,): limit less use."""

    prices: Floats
    bound: float
    taking: Floats
    leaving: Floats
    chosen: Truths
    slack: Floats


@dataclasses.dataclass(slots=True)
class Bounded:
    """The least bound found for a state, its looks (best first is not promised), and whether anything is left."""

    bound: float
    best: Look | None
    looks: list[Look]


def look(compiled: Compiled, state: Ints, prices: Floats) -> Look:
    """Assess ``prices`` (R,) for ``state`` (n,)."""
    opening = float(prices @ compiled.per_block)
    rooted = compiled.blocks == 1 and bool((state > 0).any())
    weight = compiled.gain - prices @ compiled.use
    # a price below nothing for opening blocks could pay for countless ones; the root asks nothing then
    value, taking, leaving, chosen = assess(
        compiled.starts, compiled.heads, weight, state, compiled.leaf, max(opening, 0.0), rooted
    )
    count = pieces(compiled.starts, compiled.heads, chosen)[1]
    constant = float(prices @ compiled.limit)
    if rooted:
        constant -= opening
    elif opening < 0:
        constant -= opening * (compiled.blocks if compiled.blocks >= 0 else len(compiled))
    scale = abs(constant) + float(np.abs(weight[state >= 0]).sum())
    slack = compiled.limit - compiled.use[:, chosen].sum(axis=1) - compiled.per_block * count
    return Look(prices, value + constant + SAFETY * scale, taking, leaving, chosen, slack)


def settle(state: Ints, seen: Look, floor: float) -> int:
    """Put parcels in or out in place where any other choice stays at or below ``floor``; return how many."""
    if not np.isfinite(floor) or not np.isfinite(seen.bound):
        return 0
    slack = seen.bound - floor
    undecided = state == 0
    out = undecided & (seen.taking > slack)
    into = undecided & (seen.leaving > slack) & ~out
    state[out] = -1
    state[into] = 1
    return int(out.sum() + into.sum())


def search_prices(
    compiled: Compiled,
    state: Ints,
    prices: Floats,
    step: Floats,
    rounds: int,
    floor: Callable[[], float],
    on_look: Callable[[Look], None] | None = None,
    out_of_time: Callable[[], bool] = lambda: False,
) -> Bounded:
    """Search prices near ``prices`` (R,) with first steps ``step`` (R,), at most ``rounds`` looks.

    ``floor`` gives the objective that is to be beaten; parcels that cannot be part of a better plan are settled in
    ``state`` in place. ``on_look`` sees each look. Every look is a valid bound, whatever its prices.
    """
    prices, step = np.maximum(prices, 0.0), step.copy()
    result = Bounded(np.inf, None, [])
    every: Truths = np.ones(len(prices), dtype=bool)
    some: Truths = np.array([row.any() for row in compiled.use], dtype=bool)
    row = -1
    for _round in range(rounds):
        rooted = compiled.blocks == 1 and bool((state > 0).any())
        seen = look(compiled, state, prices)
        result.looks.append(seen)
        if on_look is not None:
            on_look(seen)
        news = settle(state, seen, _beaten(floor()))
        if result.best is None or seen.bound < result.bound:
            result.bound, result.best = seen.bound, seen
            if row >= 0:
                step[row] *= LENGTHEN
        elif row >= 0:
            step[row] *= SHORTEN
        if result.bound <= _beaten(floor()) or out_of_time():
            break
        # with one block that has begun, its number is no question any more
        row, way = _next_row(result.best, row, some if rooted else every)
        prices = result.best.prices.copy()
        if row < 0:
            if not news:
                break
            continue
        prices[row] = max(0.0, prices[row] + way * step[row])
        if np.array_equal(prices, result.best.prices):
            step[row] *= SHORTEN
    return result


def _beaten(floor: float) -> float:
    return floor + OPTIMAL * abs(floor) if np.isfinite(floor) else floor


def _next_row(best: Look, last: int, asked: Truths) -> tuple[int, float]:
    """The next limit whose price is to change and the way: up where the set breaks it, down where it does not; or -1."""
    useful = np.flatnonzero(asked & ((best.prices > 0) | (best.slack < 0)))
    if not len(useful):
        return -1, 0.0
    following = useful[useful > last]
    row = int(following[0] if len(following) else useful[0])
    return row, 1.0 if best.slack[row] < 0 else -1.0
