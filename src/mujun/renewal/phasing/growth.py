"""A plan grown along a fractional one: each period, what it likes most of what touches what is taken."""

from __future__ import annotations

import numpy as np
from numba import njit

from mujun.renewal.phasing.moves import move


@njit(cache=True)
def grow(ground, plan, roofs, housed, liking, seed, least):  # type: ignore[no-untyped-def]
    """Take parcels while money lasts: ``liking`` (a, T) how much each is wanted by each period, ``seed`` (a,) where to begin.

    Parcels liked less than ``least`` are left alone.
    """
    items, never = len(ground.item_start) - 1, len(ground.budget)
    mark, queue = np.zeros(len(ground.block) + 1, np.int64), np.empty(len(ground.block), np.int64)
    first_of = np.argsort(-seed, kind="mergesort")
    for period in range(never):
        for block in range(len(ground.seed)):
            if plan.grown[block, period] > 0:
                continue
            for parcel in first_of:
                if ground.block[parcel] == block:
                    if liking[parcel, period] >= max(least, 0.25) and _affords(
                        ground, plan, ground.item[parcel], period
                    ):
                        move(ground, plan, roofs, housed, ground.item[parcel], period, mark, queue)
                    break
        refused = np.zeros(items, np.bool_)
        while True:
            best, most = -1, least
            for item in range(items):
                parcel = ground.item_member[ground.item_start[item]]
                if refused[item] or plan.period[parcel] < never or liking[parcel, period] <= most:
                    continue
                if _near(ground, plan, item, period):
                    best, most = item, liking[parcel, period]
            if best < 0:
                break
            if not (
                _affords(ground, plan, best, period) and move(ground, plan, roofs, housed, best, period, mark, queue)
            ):
                refused[best] = True


@njit(cache=True)
def _affords(ground, plan, item, period):  # type: ignore[no-untyped-def]
    cost = plan.spent[period]
    for at in range(ground.item_start[item], ground.item_start[item + 1]):
        cost += ground.cost[ground.item_member[at]]
    return cost <= ground.budget[period]


@njit(cache=True)
def _near(ground, plan, item, period):  # type: ignore[no-untyped-def]
    for at in range(ground.item_start[item], ground.item_start[item + 1]):
        parcel = ground.item_member[at]
        for place in range(ground.start[parcel], ground.start[parcel + 1]):
            if plan.period[ground.neighbour[place]] <= period:
                return True
    return False
