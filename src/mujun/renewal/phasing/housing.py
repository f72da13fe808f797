"""The exact answer to "is there a roof for everybody?", and the smallest crowd for which there is none."""

from __future__ import annotations

import dataclasses

import highspy
import numpy as np

from mujun.renewal.blocks.problem import Floats, Ints
from mujun.renewal.phasing.roofs import ROOM, Housed, Roofs, nobody_housed
from mujun.renewal.quiet import QuietHighs


@dataclasses.dataclass(frozen=True, slots=True)
class Moves:
    """Workshops that move and the period of each, in the same order."""

    shops: Ints
    periods: Ints

    def without(self, places: Ints) -> Moves:
        """The same moves less those at ``places``."""
        return Moves(np.delete(self.shops, places), np.delete(self.periods, places))


class NotKnown(Exception):
    """The time did not suffice to say whether there is a roof for everybody."""


def house_all(roofs: Roofs, moves: Moves, freed: Floats, seconds: float) -> Housed | None:
    """Return roofs for all ``moves``, or None where there are none; ``freed`` mu freed by each period (T,).

    One 0-1 column per workshop and host (a group of units or a pool), one column per workshop and unit for its share;
    raises :class:`NotKnown` after ``seconds``.
    """
    periods = len(freed)
    housed = nobody_housed(roofs, periods)
    housed.freed[:] = freed
    if not len(moves.shops):
        return housed
    model = _Model(roofs, moves, freed)
    values = model.solve(seconds)
    if values is None:
        return None
    groups = len(roofs.group_start) - 1
    for at, (move, host) in enumerate(model.hosts):
        if values[at] < 0.5:
            continue
        shop = int(moves.shops[move])
        housed.place[shop] = host
        if host >= groups:
            housed.pool_used[host - groups, moves.periods[move] :] += roofs.floor[shop]
    for at, (move, unit, slot) in enumerate(model.shares, start=len(model.hosts)):
        shop = int(moves.shops[move])
        if housed.place[shop] >= 0 and values[at] > 1e-9:
            housed.part[shop, slot] = values[at]
            housed.area_left[unit] -= values[at] * roofs.floor[shop]
            housed.power_left[unit] -= values[at] * roofs.power[shop]
    return housed


def smallest_crowd(roofs: Roofs, moves: Moves, freed: Floats, seconds: float) -> Moves:
    """Return moves out of ``moves`` (for which there are no roofs) without any of which there would be."""
    step = max(1, len(moves.shops) // 2)
    while step >= 1:
        begin = 0
        while begin < len(moves.shops):
            fewer = moves.without(np.arange(begin, min(begin + step, len(moves.shops))))
            try:
                needless = bool(len(fewer.shops)) and house_all(roofs, fewer, freed, seconds) is None
            except NotKnown:
                needless = False
            if needless:
                moves = fewer
            else:
                begin += step
        step //= 2
    return moves


class _Model:
    """Rows: each workshop under one host; its shares fill its group; area and power of units; floor space of pools."""

    def __init__(self, roofs: Roofs, moves: Moves, freed: Floats) -> None:
        self._roofs, self._moves = roofs, moves
        self.hosts: list[tuple[int, int]] = []
        self.shares: list[tuple[int, int, int]] = []
        self._rows: list[tuple[list[int], list[float], float, float]] = []
        groups = len(roofs.group_start) - 1
        self.hopeless = False
        shares_of: dict[int, list[int]] = {}
        for move in range(len(moves.shops)):
            mine = [
                *self._groups(move),
                *(groups + pool for pool in np.flatnonzero(roofs.pool_fits[moves.shops[move]]).tolist()),
            ]
            self.hopeless = self.hopeless or not mine
            self._rows.append((list(range(len(self.hosts), len(self.hosts) + len(mine))), [1.0] * len(mine), 1.0, 1.0))
            self.hosts += [(move, int(host)) for host in mine]
        for at, (move, host) in enumerate(self.hosts):
            if host < groups:
                self._spread(at, move, host, shares_of)
        self._units(shares_of)
        self._pools(freed)

    def solve(self, seconds: float) -> Floats | None:
        """Return the columns, or None where there is no solution."""
        if self.hopeless:
            return None
        highs = QuietHighs(mip_feasibility_tolerance=1e-9)
        highs.setOptionValue("time_limit", max(seconds, 0.01))
        whole, columns = len(self.hosts), len(self.hosts) + len(self.shares)
        none = np.empty(0, np.int32)
        highs.addCols(columns, np.zeros(columns), np.zeros(columns), np.ones(columns), 0, none, none, np.empty(0))
        places = np.arange(whole, dtype=np.int32)
        highs.changeColsIntegrality(whole, places, np.full(whole, highspy.HighsVarType.kInteger))
        for index, value, lower, upper in self._rows:
            highs.addRow(lower, upper, len(index), np.array(index, np.int32), np.array(value, float))
        highs.run()
        status = highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise NotKnown
        return np.array(highs.getSolution().col_value)

    def _groups(self, move: int) -> list[int]:
        roofs, shop = self._roofs, int(self._moves.shops[move])
        groups = roofs.host[roofs.host_start[shop] : roofs.host_start[shop + 1]].tolist()
        return [group for group in groups if any(self._usable(move, group))]

    def _usable(self, move: int, group: int) -> list[tuple[int, int]]:
        roofs, shop, period = self._roofs, int(self._moves.shops[move]), int(self._moves.periods[move])
        units = roofs.group_unit[roofs.group_start[group] : roofs.group_start[group + 1]].tolist()
        return [
            (unit, slot)
            for slot, unit in enumerate(units)
            if roofs.fits[shop, unit] and roofs.unit_free[unit] <= period
        ]

    def _spread(self, at: int, move: int, group: int, shares_of: dict[int, list[int]]) -> None:
        mine = []
        for unit, slot in self._usable(move, group):
            mine.append(len(self.hosts) + len(self.shares))
            shares_of.setdefault(unit, []).append(mine[-1])
            self.shares.append((move, unit, slot))
        self._rows.append(([*mine, at], [*[1.0] * len(mine), -1.0], 0.0, 0.0))

    def _units(self, shares_of: dict[int, list[int]]) -> None:
        roofs = self._roofs
        for unit, columns in shares_of.items():
            shops = [int(self._moves.shops[self.shares[column - len(self.hosts)][0]]) for column in columns]
            for need, room in ((roofs.floor, roofs.unit_area[unit]), (roofs.power, roofs.unit_power[unit])):
                scale = room if room > 0 else 1.0
                self._rows.append(
                    (columns, [float(need[shop] / scale) for shop in shops], -np.inf, room / scale + ROOM / 2)
                )

    def _pools(self, freed: Floats) -> None:
        roofs, groups = self._roofs, len(self._roofs.group_start) - 1
        for pool in range(len(roofs.pool_per_mu)):
            for period in range(len(freed)):
                room = roofs.pool_floor[pool, period]
                if period >= roofs.lag:
                    room += roofs.pool_per_mu[pool] * freed[period - roofs.lag]
                mine = [
                    (at, float(roofs.floor[self._moves.shops[move]]))
                    for at, (move, host) in enumerate(self.hosts)
                    if host == groups + pool and self._moves.periods[move] <= period
                ]
                scale = room if room > 0 else 1.0
                if mine:
                    value = [floor / scale for _, floor in mine]
                    self._rows.append(([at for at, _ in mine], value, -np.inf, room / scale + ROOM / 2))
