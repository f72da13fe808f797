"""Rows that keep a roof over every workshop, added when a solution breaks them.

Give each workshop a weight w and each host a capacity that no set of workshops under it can exceed (floor area; power;
or, where workshops stay whole, "one for each that is larger than s" against how many of that size the unit holds). For
every set of workshops, each with a period by which it has moved, the weights moved by then cannot exceed the capacity
of the hosts that at least one of them could use by then. The set broken most is the smallest cut of a transport.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
from numba import njit

from mujun.renewal.blocks.problem import Floats, Ints, Truths
from mujun.renewal.flow import maximum_flow
from mujun.renewal.phasing.compiled import Compiled
from mujun.renewal.phasing.roofs import ROOM, Roofs
from mujun.renewal.phasing.rows import Row, row

SIZES = 8


@dataclasses.dataclass(frozen=True, slots=True)
class Weighing:
    """``weight`` of each workshop (w,), ``capacity`` of each unit (u,); one m² of a pool holds ``per_m2`` of the weight."""

    weight: Floats
    capacity: Floats
    per_m2: float


class RoofCuts:
    """Finds the sets of workshops for which a solution has no roofs."""

    def __init__(self, compiled: Compiled, roofs: Roofs) -> None:
        task = compiled.task
        self._compiled, self._roofs = compiled, roofs
        self._owner = compiled.local[task.workshops.parcel]
        here = self._owner >= 0
        self._here = np.flatnonzero(here)
        signature = np.hstack([roofs.fits[here], roofs.pool_fits[here]])
        self._types, of_here = np.unique(signature, axis=0, return_inverse=True)
        self._type = np.full(len(roofs.floor), -1, dtype=np.int64)
        self._type[here] = of_here
        self._weighings = list(_weighings(compiled, roofs, here))

    def broken(self, solution: Floats, *, violation: float = 1e-6) -> list[Row]:
        """Return a row per weighing that ``solution`` breaks by more than ``violation`` of its right side."""
        if not len(self._here):
            return []
        rows = [self._worst(weighing, solution) for weighing in self._weighings]
        return [
            one
            for one in rows
            if one is not None and one.activity(solution) > one.upper + violation * (1 + abs(one.upper))
        ]

    def first(self) -> list[Row]:
        """Return the rows of all workshops together, and of each kind alone, by each period: a start that costs nothing."""
        every = np.arange(len(self._types))
        kinds = [every, *(every[kind : kind + 1] for kind in every.tolist() if len(every) > 1)]
        found: list[Row] = []
        for weighing in self._weighings[:1] if len(self._here) else []:
            for members in kinds[:200]:
                for period in range(self._compiled.periods):
                    by = np.full(len(self._types), -1, dtype=np.int64)
                    by[members] = period
                    found.append(self._row(weighing, by))
        return found

    def _worst(self, weighing: Weighing, solution: Floats) -> Row | None:
        by = self._cut(weighing, solution)
        return None if by is None else self._row(weighing, by)

    def _cut(self, weighing: Weighing, solution: Floats) -> Ints | None:
        """Return the period by which each kind of workshop is in the broken set (-1: it is not), or None."""
        compiled, roofs = self._compiled, self._roofs
        periods, kinds, units = compiled.periods, len(self._types), len(roofs.unit_area)
        moved = self._moved(weighing, solution)
        rooms = self._rooms(solution) * weighing.per_m2 if np.isfinite(weighing.per_m2) else None
        if rooms is None:
            pooled = np.asarray(self._types[:, units:].any(axis=1))
            moved = np.where(pooled[:, None], 0.0, moved)
            rooms = np.zeros((len(roofs.pool_per_mu), periods))
        first, head, twin, capacity, wanted = _transport(
            moved, self._types, weighing.capacity, roofs.unit_free, np.diff(rooms, axis=1, prepend=0.0)
        )
        nodes = len(first) - 1
        sent, level = maximum_flow(first, head, twin, capacity, nodes - 2, nodes - 1, wanted)
        if sent >= wanted - 1e-7 * (1 + wanted):
            return None
        inside = level[: kinds * periods].reshape(kinds, periods) >= 0
        return np.where(inside.any(axis=1), periods - 1 - np.argmax(inside[:, ::-1], axis=1), -1)

    def _moved(self, weighing: Weighing, solution: Floats) -> Floats:
        periods = self._compiled.periods
        taken = solution[: len(self._compiled.active) * periods].reshape(-1, periods)
        new = np.maximum(np.diff(taken, axis=1, prepend=0.0), 0.0)
        moved = np.zeros((len(self._types), periods))
        np.add.at(moved, self._type[self._here], new[self._owner[self._here]] * weighing.weight[self._here, None])
        return moved

    def _rooms(self, solution: Floats) -> Floats:
        compiled, roofs = self._compiled, self._roofs
        periods = compiled.periods
        taken = solution[: len(compiled.active) * periods].reshape(-1, periods)
        freed = compiled.task.problem.area_mu[compiled.active] @ taken
        later = np.concatenate([np.zeros(min(roofs.lag, periods)), freed])[:periods]
        return np.maximum.accumulate(roofs.pool_floor + roofs.pool_per_mu[:, None] * later[None, :], axis=1)

    def _row(self, weighing: Weighing, by: Ints) -> Row:
        compiled, roofs = self._compiled, self._roofs
        units = len(roofs.unit_area)
        shops = self._here[by[self._type[self._here]] >= 0]
        index = compiled.taken(self._owner[shops], 0) + by[self._type[shops]]
        value = weighing.weight[shops]
        chosen = by >= 0
        usable = (self._types[:, :units] & (by[:, None] >= roofs.unit_free[None, :])).any(axis=0)
        limit = float(weighing.capacity[usable].sum())
        parts, weights = [index], [value]
        for pool in range(len(roofs.pool_per_mu)):
            kinds = chosen & self._types[:, units + pool]
            if not kinds.any():
                continue
            period = int(by[kinds].max())
            limit += weighing.per_m2 * float(roofs.pool_floor[pool, period])
            if period >= roofs.lag and roofs.pool_per_mu[pool] > 0:
                everybody = np.arange(len(compiled.active))
                parts.append(compiled.taken(everybody, period - roofs.lag))
                area = compiled.task.problem.area_mu[compiled.active]
                weights.append(-weighing.per_m2 * roofs.pool_per_mu[pool] * area)
        return row("roof", np.concatenate(parts), np.concatenate(weights), upper=limit)


def _weighings(compiled: Compiled, roofs: Roofs, here: Truths) -> Iterator[Weighing]:
    yield Weighing(roofs.floor, roofs.unit_area, 1.0)
    if roofs.power[here].max(initial=0.0) > 0:
        yield Weighing(roofs.power, roofs.unit_power, np.inf)
    if compiled.task.terms.split:
        return
    sizes = np.unique(roofs.floor[here])
    for size in np.unique(np.quantile(sizes, np.linspace(0, 1, SIZES), method="nearest")) if len(sizes) else []:
        yield Weighing(
            (roofs.floor >= size).astype(float), np.floor(roofs.unit_area / size * (1 + 2 * ROOM)), 1 / float(size)
        )


@njit(cache=True)
def _transport(moved, types, capacity, free, rises):  # type: ignore[no-untyped-def]
    """Return (first, head, twin, capacity, wanted) of the transport from workshops (kind, period) to units and pools."""
    kinds, periods = moved.shape
    units, pools = len(capacity), rises.shape[0]
    source = kinds * periods + units + pools * periods
    tails, heads, amounts = [0], [0], [0.0]
    wanted = 0.0
    for kind in range(kinds):
        for period in range(periods):
            if moved[kind, period] <= 0:
                continue
            node = kind * periods + period
            wanted += moved[kind, period]
            _add(tails, heads, amounts, source, node, moved[kind, period])
            for unit in range(units):
                if types[kind, unit] and free[unit] <= period:
                    _add(tails, heads, amounts, node, kinds * periods + unit, np.inf)
            for pool in range(pools):
                if types[kind, units + pool]:
                    place = kinds * periods + units + pool * periods + period
                    _add(tails, heads, amounts, node, place, np.inf)
    for unit in range(units):
        _add(tails, heads, amounts, kinds * periods + unit, source + 1, capacity[unit])
    for pool in range(pools):
        for period in range(periods):
            place = kinds * periods + units + pool * periods + period
            _add(tails, heads, amounts, place, source + 1, rises[pool, period])
            if period:
                _add(tails, heads, amounts, place, place - 1, np.inf)
    return _sorted(tails[1:], heads[1:], amounts[1:], source + 2, wanted)


@njit(cache=True)
def _add(tails, heads, amounts, tail, head, amount):  # type: ignore[no-untyped-def]
    tails.append(tail)
    heads.append(head)
    amounts.append(amount)


@njit(cache=True)
def _sorted(tails, heads, amounts, nodes, wanted):  # type: ignore[no-untyped-def]
    first = np.zeros(nodes + 1, np.int64)
    for at in range(len(tails)):
        first[tails[at] + 1] += 1
        first[heads[at] + 1] += 1
    first = np.cumsum(first)
    place = first[:-1].copy()
    head, twin = np.empty(first[nodes], np.int64), np.empty(first[nodes], np.int64)
    capacity = np.zeros(first[nodes])
    for at in range(len(tails)):
        forth, back = place[tails[at]], place[heads[at]]
        place[tails[at]] += 1
        place[heads[at]] += 1
        head[forth], head[back] = heads[at], tails[at]
        twin[forth], twin[back] = back, forth
        capacity[forth] = amounts[at]
    return first, head, twin, capacity, wanted
