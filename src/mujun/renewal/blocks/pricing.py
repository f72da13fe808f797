"""One price vector assessed: a bound for every plan at once, what each parcel is proven to cost, and a first plan."""

from __future__ import annotations

import numpy as np
from numba import njit

from mujun.renewal.blocks.ascent import EPS, ascend, spread
from mujun.renewal.blocks.contraction import contract


@njit(cache=True)
def assess(starts, heads, weight, state, leaf, opening, rooted):  # type: ignore[no-untyped-def]
    """Bound max sum(weight of taken) - opening x blocks over connected blocks, and prove parcels in or out.

    ``weight`` (n,) is the gain less the priced limits; ``state`` (n,) 1 in, 0 open, -1 out; ``leaf`` (n,) whether a
    parcel may end a branch of a plan though its weight is not above 0; ``opening`` the price of a block; ``rooted``:
    there is one block and some parcel that is in, so the block may start there at no price.

    Returns (bound, taking, leaving, chosen): every plan has at most ``bound``; a plan that takes an open parcel has at
    most bound - taking (n,), one that leaves it at most bound - leaving (n,); ``chosen`` (n,) is the set that the
    ascent supports, connected block by block. ``bound`` is -inf where the parcels that are in cannot be joined.
    """
    number = len(weight)
    cluster, total, must, rows, others, reverse = contract(starts, heads, weight, state)
    count = len(total)
    enter = np.zeros(count)
    prize = np.zeros(count)
    root = np.full(count, np.inf)
    bound = 0.0
    for one in range(count):
        if must[one]:
            bound += total[one]
            prize[one] = np.inf
            root[one] = opening
        elif total[one] > 0:
            bound += total[one]
            prize[one] = total[one]
            root[one] = opening
        else:
            enter[one] = -total[one]
    if rooted:
        start = 0
        for one in range(count):
            if must[one] and (not must[start] or total[one] > total[start]):
                start = one
        root[:] = np.inf
        root[start] = 0.0
    is_prize = prize > 0
    raised, arc = ascend(rows, others, reverse, enter, prize, root)
    taking = np.zeros(number)
    leaving = np.zeros(number)
    chosen = np.zeros(number, np.bool_)
    if raised == np.inf:
        return -np.inf, taking, leaving, chosen
    bound -= raised
    outward = np.maximum(root, 0.0)
    spread(rows, others, reverse, arc, outward, True)
    inward = np.full(count, np.inf)
    for node in range(number):
        one = cluster[node]
        if one >= 0 and (leaf[node] or is_prize[one]):
            inward[one] = 0.0
    spread(rows, others, reverse, arc, inward, False)
    picked = _support(rows, others, arc, reverse, root, total, must, is_prize, opening, rooted)
    for node in range(number):
        one = cluster[node]
        if one < 0:
            taking[node] = np.inf
            continue
        chosen[node] = picked[one]
        taking[node] = outward[one] + inward[one]
        if not rooted and not is_prize[one]:
            taking[node] = min(taking[node], enter[one] + opening)
        if is_prize[one]:
            leaving[node] = np.inf if state[node] > 0 else min(prize[one], max(weight[node], 0.0))
    return bound, taking, leaving, chosen


@njit(cache=True)
def _support(rows, others, arc, reverse, root, total, must, is_prize, opening, rooted):  # type: ignore[no-untyped-def]
    """Take the nodes that saturated arcs reach from the root, as a forest pruned of branches that do not pay."""
    count = len(total)
    parent = np.full(count, -2, np.int64)
    order = np.empty(count, np.int64)
    filled = 0
    # one tree is grown to its end before the next begins, so that few blocks are opened
    for start in np.argsort(-total):
        if parent[start] != -2 or not is_prize[start] or root[start] > EPS:
            continue
        parent[start] = -1
        order[filled] = start
        done = filled
        filled += 1
        while done < filled:
            node = order[done]
            done += 1
            for place in range(rows[node], rows[node + 1]):
                other = others[place]
                if parent[other] == -2 and arc[reverse[place]] <= EPS:
                    parent[other] = node
                    order[filled] = other
                    filled += 1
    worth = total.copy()
    needed = must.copy()
    for at in range(filled - 1, -1, -1):
        node = order[at]
        above = parent[node]
        if above >= 0 and (worth[node] > 0 or needed[node]):
            worth[above] += worth[node]
            needed[above] |= needed[node]
    picked = np.zeros(count, np.bool_)
    for at in range(filled):
        node = order[at]
        above = parent[node]
        if above == -1:
            picked[node] = needed[node] or worth[node] > (0.0 if rooted else opening)
        else:
            picked[node] = picked[above] and (worth[node] > 0 or needed[node])
    return picked
