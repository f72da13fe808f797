"""The optimum of a small block problem by trying everything: every set of parcels, every way to cut it into blocks.

For n parcels all 2ⁿ sets; the fewest allowed blocks of a set by dynamic programming over its subsets (3ⁿ steps).
"""

from __future__ import annotations

import dataclasses
import math

import numba
import numpy as np

from mujun.renewal.blocks.problem import Objective, Problem

LARGEST = 14


@dataclasses.dataclass(frozen=True)
class Best:
    """``objective`` None where no plan keeps the terms; ``taken`` the parcels of one best plan."""

    objective: float | None
    taken: tuple[int, ...] = ()


def brute(problem: Problem) -> Best:
    """Return the optimum of a problem of at most :data:`LARGEST` parcels."""
    number, terms = len(problem), problem.terms
    assert number <= LARGEST
    touching = np.zeros(number, dtype=np.int64)
    for a, b in problem.edges.tolist():
        touching[a] |= 1 << b
        touching[b] |= 1 << a
    open_ = math.inf
    limits = [
        (problem.cost, open_ if terms.budget is None else terms.budget),
        (-problem.area_mu, open_ if terms.target_mu is None else -terms.target_mu),
        *((problem.use[name], limit) for name, limit in terms.resources.items()),
    ]
    rows = np.array([row for row, _ in limits]).reshape(len(limits), number)
    most = np.array([limit for _, limit in limits])
    value, taken = _best(
        touching, problem.gain, rows, most, problem.lock, problem.together, problem.area_mu,
        np.where(problem.protected, problem.area_mu, 0.0), problem.edges, problem.front_m * terms.front_price,
        float(terms.min_block_mu), open_ if terms.max_block_mu is None else float(terms.max_block_mu),
        number if terms.max_blocks is None else min(number, terms.max_blocks),
        float(terms.protected_share_max), terms.holes,
    )  # fmt: skip
    if taken < 0:
        return Best(None)
    members = tuple(node for node in range(number) if taken >> node & 1)
    return Best(-value if terms.objective is Objective.COST else value, members)


@numba.njit(cache=True)
def _at_most(value: float, limit: float) -> bool:
    return value <= limit + 1e-9 * abs(limit) + 1e-12 if math.isfinite(limit) else True


@numba.njit(cache=True)
def _reach(touching: np.ndarray, start: int, within: int) -> int:
    reached = start
    while True:
        grown = reached
        for node in range(len(touching)):
            if reached >> node & 1:
                grown |= touching[node] & within
        if grown == reached:
            return reached
        reached = grown


@numba.njit(cache=True)
def _sums(values: np.ndarray) -> np.ndarray:
    sums = np.zeros(1 << len(values))
    for node in range(len(values)):
        for rest in range(1 << node):
            sums[rest | 1 << node] = sums[rest] + values[node]
    return sums


@numba.njit(cache=True)
def _blocks_allowed(touching, area, protected, smallest, largest, share, holes):  # type: ignore[no-untyped-def]
    """Whether each set is a block by itself."""
    number = len(touching)
    whole = (1 << number) - 1
    areas, shielded = _sums(area), _sums(protected)
    allowed = np.zeros(1 << number, dtype=np.bool_)
    for block in range(1, 1 << number):
        lowest = block & -block
        if _reach(touching, lowest, block) != block:
            continue
        if not _at_most(-areas[block], -smallest) or not _at_most(areas[block], largest):
            continue
        if shielded[block] > share * areas[block] + 1e-12 * max(1.0, areas[block]):
            continue
        if not holes:
            rest = _reach(touching, lowest, whole) & ~block
            if rest and _reach(touching, rest & -rest, rest) != rest:
                continue
        allowed[block] = True
    return allowed


@numba.njit(cache=True)
def _fewest(allowed: np.ndarray) -> np.ndarray:
    """The fewest blocks that each set can be cut into; a large number where there is no way."""
    fewest = np.full(len(allowed), 1 << 20, dtype=np.int64)
    fewest[0] = 0
    for members in range(1, len(allowed)):
        lowest = members & -members
        rest = members ^ lowest
        part = rest
        while True:
            if allowed[part | lowest]:
                fewest[members] = min(fewest[members], 1 + fewest[rest ^ part])
            if part == 0:
                break
            part = (part - 1) & rest
    return fewest


@numba.njit(cache=True)
def _keeps_wishes(members: int, lock: np.ndarray, together: np.ndarray) -> bool:
    for node in range(len(lock)):
        inside = members >> node & 1
        if (lock[node] == 1 and not inside) or (lock[node] == -1 and inside):
            return False
        for other in range(node):
            if together[node] >= 0 and together[node] == together[other] and inside != members >> other & 1:
                return False
    return True


@numba.njit(cache=True)
def _best(
    touching, gain, rows, most, lock, together, area, protected, edges, fronts, smallest, largest, blocks, share, holes
):  # type: ignore[no-untyped-def]
    number = len(touching)
    fewest = _fewest(_blocks_allowed(touching, area, protected, smallest, largest, share, holes))
    values = _sums(gain)
    totals = np.zeros((len(rows), 1 << number))
    for row in range(len(rows)):
        totals[row] = _sums(rows[row])
    best, taken = -np.inf, -1
    for members in range(1 << number):
        if fewest[members] > blocks or not _keeps_wishes(members, lock, together):
            continue
        fits = True
        for row in range(len(rows)):
            fits = fits and _at_most(totals[row, members], most[row])
        if not fits:
            continue
        value = values[members]
        for edge in range(len(edges)):
            if members >> edges[edge, 0] & 1 != members >> edges[edge, 1] & 1:
                value -= fronts[edge]
        if value > best:
            best, taken = value, members
    return best, taken
