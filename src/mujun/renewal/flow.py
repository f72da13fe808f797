"""Largest flows in a network of arcs (Dinic 1970), and the sides of the least cut they prove.

A network is (first, head, twin, capacity): the arcs out of node k lie at first[k] to first[k + 1], ``head`` is where each
leads, ``twin`` the place of its opposite, ``capacity`` what it lets through.
"""

from __future__ import annotations

import numpy as np
from numba import njit

EPS = 1e-10


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
    """Send up to ``enough`` from ``source`` to ``sink``; ``capacity`` becomes what is left.

    Returns (flow, level): where the flow falls short of ``enough``, ``level`` is -1 beyond the cut nearest the source.
    """
    number = len(first) - 1
    level, queue = np.empty(number, np.int64), np.empty(number, np.int64)
    place, path = np.empty(number, np.int64), np.empty(number + 1, np.int64)
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
    return total, level


@njit(cache=True)
def reaches(first, head, twin, capacity, sink):  # type: ignore[no-untyped-def]
    """Which nodes can still send something to ``sink``."""
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
