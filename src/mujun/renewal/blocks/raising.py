"""The cuts that a dual ascent raised: a linear programme that begins with them begins at the ascent's bound."""

from __future__ import annotations

import numpy as np
from numba import njit

from mujun.renewal.blocks.ascent import EPS, PATIENCE
from mujun.renewal.blocks.compiled import Compiled
from mujun.renewal.blocks.contraction import contract
from mujun.renewal.blocks.heap import pop, push
from mujun.renewal.blocks.problem import Floats, Truths


@njit(cache=True)
def raise_cuts(starts, heads, reverse, enter, prize, root):  # type: ignore[no-untyped-def]  # noqa: C901 - one loop, compiled as a whole
    """Ascend as :func:`mujun.renewal.blocks.ascent.ascend` does; return (terminal, begin, member, amount) of each raise.

    Raise c of ``terminal[c]`` by ``amount[c]`` is over the set ``member[begin[c] : begin[c + 1]]``.
    """
    number = len(enter)
    arc = np.empty(len(heads))
    keys, items = np.empty(number + 1), np.empty(number + 1, np.int64)
    size = 0
    for node in range(number):
        arc[starts[node] : starts[node + 1]] = enter[node]
        if prize[node] > 0:
            size = push(keys, items, size, starts[node + 1] - starts[node], node)
    seen = np.zeros(number, np.int64)
    inside, border = np.empty(number, np.int64), np.empty(len(heads), np.int64)
    member, filled = np.empty(64 * number + 64, np.int64), 0
    terminals, begin, amounts = np.empty(64, np.int64), np.zeros(65, np.int64), np.empty(64)
    found, stamp = 0, 0
    while size:
        _key, terminal, size = pop(keys, items, size)
        stamp += 1
        seen[terminal] = stamp
        inside[0] = terminal
        count, done, crossing = 1, 0, 0
        opening = np.inf
        while True:
            while done < count and opening > EPS:
                node = inside[done]
                done += 1
                opening = min(opening, root[node])
                if opening <= EPS:
                    break
                for place in range(starts[node], starts[node + 1]):
                    tail = heads[place]
                    if seen[tail] != stamp:
                        if arc[place] <= EPS:
                            seen[tail] = stamp
                            inside[count] = tail
                            count += 1
                        else:
                            border[crossing] = place
                            crossing += 1
            if opening <= EPS:
                break
            step = min(prize[terminal], opening)
            kept = 0
            for at in range(crossing):
                place = border[at]
                if seen[heads[place]] != stamp:
                    border[kept] = place
                    kept += 1
                    step = min(step, arc[place])
            crossing = kept
            if size and crossing > PATIENCE * keys[0] + 2:
                size = push(keys, items, size, crossing, terminal)
                break
            if step == np.inf:
                break
            if found == len(terminals):
                terminals = np.concatenate((terminals, np.empty(found, np.int64)))
                amounts = np.concatenate((amounts, np.empty(found)))
                begin = np.concatenate((begin, np.empty(found, np.int64)))
            if filled + count > len(member):
                member = np.concatenate((member, np.empty(len(member) + count, np.int64)))
            member[filled : filled + count] = inside[:count]
            filled += count
            terminals[found], amounts[found] = terminal, step
            found += 1
            begin[found] = filled
            prize[terminal] -= step
            opening -= step
            for at in range(count):
                root[inside[at]] -= step
            for at in range(crossing):
                place = border[at]
                arc[place] -= step
                if arc[place] <= EPS and seen[heads[place]] != stamp:
                    seen[heads[place]] = stamp
                    inside[count] = heads[place]
                    count += 1
            if prize[terminal] <= EPS or opening <= EPS:
                break
    return terminals[:found], begin[: found + 1], member[:filled], amounts[:found]


def raised_cuts(small: Compiled, prices: Floats, may_start: Truths, most: int) -> list[tuple[int, Truths]]:
    """Return at most ``most`` cuts (node, set (k,)) that an ascent at ``prices`` (R,) raises, the most raised first.

    Touching nodes above 0 are one terminal of the ascent; what it raises is told of one of them after the other, as
    far as the weight of each reaches.
    """
    weight = small.gain - prices @ small.use
    opening = max(float(prices @ small.per_block), 0.0)
    cluster, total, must, rows, others, reverse = contract(small.starts, small.heads, weight, small.state)
    count = len(total)
    starting = np.zeros(count, dtype=bool)
    starting[cluster[may_start & (cluster >= 0)]] = True
    is_prize = must | (total > 0)
    prize = np.where(must, np.inf, np.maximum(total, 0.0))
    root = np.where(starting, opening, np.inf)
    enter = np.where(is_prize, 0.0, -total)
    terminals, begin, member, amounts = raise_cuts(rows, others, reverse, enter, prize, root)
    members = _members(cluster, weight, count)
    told: list[tuple[float, int, Truths]] = []
    left = np.maximum(weight, 0.0)
    for at, terminal in enumerate(terminals.tolist()):
        chosen = np.zeros(count + 1, dtype=bool)
        chosen[member[begin[at] : begin[at + 1]]] = True
        inside, amount = chosen[cluster], float(amounts[at])
        if must[terminal]:
            told.append((amount, members[terminal][0], inside))
            continue
        for node in members[terminal]:
            part = min(amount, float(left[node]))
            if part > EPS:
                told.append((part, node, inside))
                left[node] -= part
                amount -= part
    told.sort(key=lambda one: -one[0])
    return [(node, inside) for _amount, node, inside in told[:most]]


def _members(cluster, weight, count: int) -> list[list[int]]:  # type: ignore[no-untyped-def]
    """The nodes of each cluster, the heaviest first."""
    lists: list[list[int]] = [[] for _ in range(count)]
    for node in np.argsort(-weight, kind="stable").tolist():
        if cluster[node] >= 0:
            lists[cluster[node]].append(node)
    return lists
