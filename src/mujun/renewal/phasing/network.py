"""The network of parcels through which a fractional plan must be held together."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def network(start, neighbour, through, seed):  # type: ignore[no-untyped-def]
    """Return (first, head, twin, capacity): parcel v is split into 2v (in) and 2v + 1 (out); node 2m sends what seeds give.

    ``through`` (m,) how much a parcel lets through, ``seed`` (m,) how much begins there. Arcs are sorted by tail.
    """
    number = len(through)
    count = np.zeros(2 * number + 2, np.int64)
    for v in range(number):
        degree = start[v + 1] - start[v]
        count[2 * v + 1] += 1 + 1 + degree
        count[2 * v + 2] += 1 + degree
        count[2 * number + 1] += 1
    first = np.cumsum(count)
    size = first[2 * number + 1]
    head, twin, capacity = np.empty(size, np.int64), np.empty(size, np.int64), np.zeros(size)
    place = first[:-1].copy()
    for v in range(number):
        _arc(head, twin, capacity, place, 2 * number, 2 * v, seed[v])
        _arc(head, twin, capacity, place, 2 * v, 2 * v + 1, through[v])
        for at in range(start[v], start[v + 1]):
            _arc(head, twin, capacity, place, 2 * v + 1, 2 * neighbour[at], np.inf)
    return first, head, twin, capacity


@njit(cache=True)
def _arc(head, twin, capacity, place, tail, tip, amount):  # type: ignore[no-untyped-def]
    forth, back = place[tail], place[tip]
    head[forth], head[back] = tip, tail
    twin[forth], twin[back] = back, forth
    capacity[forth] = amount
    place[tail] += 1
    place[tip] += 1
