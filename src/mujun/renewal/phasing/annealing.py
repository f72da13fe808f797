"""A search over plans by small steps: money may be overspent at a price at first, and no more at the end."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from mujun.renewal.phasing.moves import move, price_of_money, worth


@njit(cache=True)
def _next(state):  # type: ignore[no-untyped-def]
    """Advance a 64-bit xorshift; return a number in [0, 1)."""
    value = state[0]
    value ^= value << np.uint64(13)
    value ^= value >> np.uint64(7)
    value ^= value << np.uint64(17)
    state[0] = value
    return float(value >> np.uint64(11)) / 9007199254740992.0


@njit(cache=True)
def anneal(ground, plan, roofs, housed, price, steps, hot, cold, state):  # type: ignore[no-untyped-def]
    """Try ``steps`` random moves; a loss is accepted with probability exp(-loss / heat), heat falling from ``hot`` to ``cold``.

    ``price`` (T,) is the fine per unit of money beyond each budget; ``state`` (1,) the state of the random numbers.
    """
    items, never = len(ground.item_start) - 1, len(ground.budget)
    mark, queue = np.zeros(len(ground.block) + 1, np.int64), np.empty(len(ground.block), np.int64)
    heat, cooling = hot, (cold / hot) ** (1.0 / max(steps, 1))
    for _ in range(steps):
        heat *= cooling
        item = int(_next(state) * items)
        old = plan.period[ground.item_member[ground.item_start[item]]]
        new = int(_next(state) * never)
        if new >= old:
            new += 1
        rise = worth(ground, plan, item, new) - price_of_money(ground, plan, price, item, new)
        if rise >= 0 or rise > heat * math.log(_next(state) + 1e-300):
            move(ground, plan, roofs, housed, item, new, mark, queue)


@njit(cache=True)
def save_money(ground, plan, roofs, housed):  # type: ignore[no-untyped-def]
    """Put off or give up parcels, the least worth their money first, until every budget holds; return whether it does."""
    items, never = len(ground.item_start) - 1, len(ground.budget)
    mark, queue = np.zeros(len(ground.block) + 1, np.int64), np.empty(len(ground.block), np.int64)
    for period in range(never):
        tried = np.zeros(items, np.bool_)
        while plan.spent[period] > ground.budget[period] * (1 + 1e-12) + 1e-12:
            best, least = -1, np.inf
            for item in range(items):
                first = ground.item_member[ground.item_start[item]]
                if plan.period[first] != period or tried[item]:
                    continue
                cost = 0.0
                for at in range(ground.item_start[item], ground.item_start[item + 1]):
                    cost += ground.cost[ground.item_member[at]]
                loss = -worth(ground, plan, item, never) / max(cost, 1e-12)
                if cost > 0 and loss < least:
                    best, least = item, loss
            if best < 0:
                return False
            tried[best] = True
            moved = False
            for later in range(period + 1, never + 1):
                moved = moved or move(ground, plan, roofs, housed, best, later, mark, queue)
            if moved:
                tried[:] = False
    return True


@njit(cache=True)
def improve(ground, plan, roofs, housed, sweeps, state):  # type: ignore[no-untyped-def]
    """Take every single move that gains and overspends nothing, in random order, until none does."""
    items, never = len(ground.item_start) - 1, len(ground.budget)
    mark, queue = np.zeros(len(ground.block) + 1, np.int64), np.empty(len(ground.block), np.int64)
    dear = np.full(never, 1e18)
    order = np.arange(items)
    for _ in range(sweeps):
        changed = False
        for place in range(items - 1, 0, -1):
            other = int(_next(state) * (place + 1))
            order[place], order[other] = order[other], order[place]
        for item in order:
            for new in range(never + 1):
                if worth(ground, plan, item, new) <= 1e-12 or price_of_money(ground, plan, dear, item, new) > 0:
                    continue
                if move(ground, plan, roofs, housed, item, new, mark, queue):
                    changed = True
        if not changed:
            return
