"""Better plans by single steps: take a parcel, leave one, exchange two, always with every block in one piece."""

from __future__ import annotations

import numpy as np
from numba import njit

from mujun.renewal.blocks.cutpoints import cut_points

TOLERANCE = 1e-7


@njit(cache=True)
def excess(used, limit, penalty):  # type: ignore[no-untyped-def]
    """What the limits are exceeded by, priced with ``penalty`` (R,)."""
    total = 0.0
    for row in range(len(limit)):
        if used[row] > limit[row]:
            total += penalty[row] * (used[row] - limit[row])
    return total


@njit(cache=True)
def polish(starts, heads, gain, use, limit, penalty, area, state, block, least, most, steps, most_work):  # type: ignore[no-untyped-def]  # noqa: C901 - one loop, compiled as a whole
    """Improve ``block`` (n,: number of the block or -1) in place by at most ``steps`` steps; return the steps taken.

    No step is begun after ``most_work`` parcels, places and exchanges have been looked at.

    A step raises sum(gain) - penalty x excess over ``limit`` (R,) of ``use`` (R, n). Parcels with ``state`` 1 stay in,
    with -1 out. No step takes a block below ``least`` mu that was above it, nor above ``most``; touching blocks stay
    apart as numbered. A block of one parcel may vanish; none is opened.
    """
    number, limits = len(gain), len(limit)
    used = np.zeros(limits)
    count = 0
    for node in range(number):
        if block[node] >= 0:
            count = max(count, block[node] + 1)
            for row in range(limits):
                used[row] += use[row, node]
    size = np.zeros(count)
    for node in range(number):
        if block[node] >= 0:
            size[block[node]] += area[node]
    out = np.empty(number, np.int64)
    new = np.empty(number, np.int64)
    home = np.empty(number, np.int64)
    trial = np.empty(limits)
    taken, work = 0, 0
    while taken < steps and work < most_work:
        cut = cut_points(starts, heads, block)
        work += number + len(heads)
        leaving, entering = 0, 0
        for node in range(number):
            own = block[node]
            if own >= 0:
                left = size[own] - area[node]
                if state[node] < 1 and not cut[node] and (left >= least or size[own] < least or left < 1e-9):
                    out[leaving] = node
                    leaving += 1
            elif state[node] >= 0:
                best = -1
                for place in range(starts[node], starts[node + 1]):
                    near = block[heads[place]]
                    if near >= 0 and size[near] + area[node] <= most and (best < 0 or size[near] < size[best]):
                        best = near
                if best >= 0:
                    new[entering] = node
                    home[entering] = best
                    entering += 1
        now = excess(used, limit, penalty)
        ranked = np.argsort(-gain[new[:entering]])
        best_change, best_out, best_new = TOLERANCE, -1, -1
        for at in range(leaving, -1, -1):  # first without anything leaving: exchanges only where nothing can be added
            gone = out[at] if at < leaving else -1
            lost = gain[gone] if gone >= 0 else 0.0
            for row in range(limits):
                trial[row] = used[row] - (use[row, gone] if gone >= 0 else 0.0)
            if gone >= 0:
                change = now - excess(trial, limit, penalty) - lost
                if change > best_change:
                    best_change, best_out, best_new = change, gone, -1
            for rank in ranked:
                work += 1
                node = new[rank]
                if gain[node] - lost + now <= best_change:
                    break
                over = 0.0
                for row in range(limits):
                    beyond = trial[row] + use[row, node] - limit[row]
                    if beyond > 0:
                        over += penalty[row] * beyond
                change = now - over + gain[node] - lost
                if change > best_change and (gone < 0 or _holds(starts, heads, block, node, home[rank], gone)):
                    best_change, best_out, best_new = change, gone, rank
            if at == leaving and best_new >= 0:
                break
        if best_out < 0 and best_new < 0:
            break
        if best_out >= 0:
            size[block[best_out]] -= area[best_out]
            block[best_out] = -1
            for row in range(limits):
                used[row] -= use[row, best_out]
        if best_new >= 0:
            node = new[best_new]
            block[node] = home[best_new]
            size[home[best_new]] += area[node]
            for row in range(limits):
                used[row] += use[row, node]
        taken += 1
    return taken


@njit(cache=True)
def _holds(starts, heads, block, node, home, gone):  # type: ignore[no-untyped-def]
    """Whether ``node`` touches a parcel of block ``home`` other than ``gone``."""
    found = False
    for place in range(starts[node], starts[node + 1]):
        found |= heads[place] != gone and block[heads[place]] == home
    return found
