"""Largest flows through parcels, and the smallest cuts they prove: where a fractional plan is not held together."""

from __future__ import annotations

import numpy as np
from numba import njit

EPS = 1e-9


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


@njit(cache=True)
def levels(first, head, capacity, source, sink, level, queue):  # type: ignore[no-untyped-def]
    """Fill ``level`` with the number of arcs from ``source``; return whether ``sink`` is reached."""
    level[:] = -1
    level[source] = 0
    queue[0] = source
    done, waiting = 0, 1
    while done < waiting:
        node = queue[done]
        done += 1
        if node == sink:
            return True
        for at in range(first[node], first[node + 1]):
            if capacity[at] > EPS and level[head[at]] < 0:
                level[head[at]] = level[node] + 1
                queue[waiting] = head[at]
                waiting += 1
    return False


@njit(cache=True)
def maximum_flow(first, head, twin, capacity, source, sink, enough):  # type: ignore[no-untyped-def]
    """Send up to ``enough`` from ``source`` to ``sink`` (Dinic); ``capacity`` becomes what is left. Return the flow."""
    number = len(first) - 1
    level, queue = np.empty(number, np.int64), np.empty(number, np.int64)
    place, path = np.empty(number, np.int64), np.empty(number, np.int64)
    total = 0.0
    while total < enough - EPS and levels(first, head, capacity, source, sink, level, queue):
        place[:] = first[:-1]
        depth, node = 0, source
        while total < enough - EPS:
            if node == sink:
                sent = enough - total
                for step in range(depth):
                    sent = min(sent, capacity[path[step]])
                for step in range(depth):
                    capacity[path[step]] -= sent
                    capacity[twin[path[step]]] += sent
                total += sent
                depth, node = 0, source
                continue
            if place[node] == first[node + 1]:
                if depth == 0:
                    break
                depth -= 1
                node = head[twin[path[depth]]]
                place[node] += 1
                continue
            at = place[node]
            if capacity[at] > EPS and level[head[at]] == level[node] + 1:
                path[depth] = at
                depth += 1
                node = head[at]
            else:
                place[node] += 1
    return total


@njit(cache=True)
def reaches(first, head, twin, capacity, sink):  # type: ignore[no-untyped-def]
    """Return which nodes can still send something to ``sink``."""
    number = len(first) - 1
    inside = np.zeros(number, np.bool_)
    queue = np.empty(number, np.int64)
    inside[sink] = True
    queue[0] = sink
    done, waiting = 0, 1
    while done < waiting:
        node = queue[done]
        done += 1
        for at in range(first[node], first[node + 1]):
            tail = head[at]
            if not inside[tail] and capacity[twin[at]] > EPS:
                inside[tail] = True
                queue[waiting] = tail
                waiting += 1
    return inside
