"""What is met from the sides of parcels: the loop over sides, compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from mujun.renewal.adjacency.scene import Scene, areas_at, inside
from mujun.renewal.adjacency.shapes import Floats, Ints
from mujun.renewal.adjacency.window import COSINE, TURN, U0, U1, V0, V1, window

SAME_M = 0.05
"""Parcels entered within this distance of each other are entered together (the same land recorded twice)."""

TOUCHES, FACES, BRIDGED, PARTED = range(4)
FROM, TO, HOW, BARRIER = range(4)
FRONT, PX, PY, QX, QY, GAP, LONGEST = range(7)
"""Columns of what is found: metres; the longest single way, from and to, its length; the width it stands for."""


class Limits(NamedTuple):
    """Lengths in metres and the least cosine between sides that face each other."""

    sliver_m: float
    gap_m: float
    cosine: float
    reach_m: float


@njit(cache=True)
def look(scene: Scene, sources: Ints, limits: Limits) -> tuple[Ints, Floats]:
    """Return (k, 4) who meets whom, how, and the separator in between (-1: none); and (k, 7) as above."""
    who, what = np.empty((4 * len(sources) + 64, 4), np.int64), np.empty((4 * len(sources) + 64, 7), np.float64)
    count = 0
    seen = np.full(len(scene.owner), -1, np.int64)
    span, own = np.empty((64, 6), np.float64), np.empty(64, np.int64)
    deep = max(limits.gap_m, limits.sliver_m) + SAME_M
    back = max(limits.sliver_m, SAME_M)
    met_who, met = np.empty(64, np.int64), np.empty((64, 2), np.float64)
    for source in sources:
        span, own, found, length = window(scene, source, back, deep, limits.reach_m + SAME_M, seen, span, own)
        x, y = scene.x0[source], scene.y0[source]
        ux, uy = (scene.x1[source] - x) / length, (scene.y1[source] - y) / length
        cuts = _cuts(span, found, length, limits)
        begin = count
        for cut in range(len(cuts) - 1):
            wide = cuts[cut + 1] - cuts[cut]
            if wide < 1e-9:
                continue
            u = 0.5 * (cuts[cut] + cuts[cut + 1])
            px, py = x + ux * u, y + uy * u
            around = areas_at(scene, px, py)
            if len(met_who) < found + len(around):
                met_who, met = np.empty(2 * (found + len(around)), np.int64), np.empty((2 * (found + len(around)), 2))
            for place in range(_met(scene, scene.owner[source], u, px, py, around, span, own, found, met_who, met)):
                v = met[place, 0]
                how, barrier = _judged(scene, limits, u, px, py, around, span, own, found, v, met[place, 1])
                if how >= 0:
                    if count + 1 >= len(who):
                        who, what = _twice(who, what)
                    row = _row(who, begin, count, scene.owner[source], met_who[place], how, barrier)
                    _add(what[row], row == count, wide, px, py, px - uy * v, py + ux * v, v)
                    count = max(count, row + 1)
    return who[:count], what[:count]


@njit(cache=True)
def _cuts(span: Floats, found: int, length: float, limits: Limits) -> Floats:
    """Return where along the side anything may change, ascending."""
    cuts = np.empty(5 * found + 2, np.float64)
    cuts[0], cuts[1] = 0.0, length
    count = 2
    for place in range(found):
        u0, v0, u1, v1 = span[place, U0], span[place, V0], span[place, U1], span[place, V1]
        cuts[count], cuts[count + 1] = u0, u1
        count += 2
        for level in (0.0, limits.sliver_m, limits.gap_m):
            if (v0 - level) * (v1 - level) < 0:
                cuts[count] = u0 + (u1 - u0) * (level - v0) / (v1 - v0)
                count += 1
    return np.sort(cuts[:count])


@njit(cache=True)
def _met(
    scene: Scene, owner: int, u: float, px: float, py: float, around: Ints, span: Floats, own: Ints, found: int,
    met_who: Ints, met: Floats,
) -> int:  # fmt: skip
    """Fill in the parcels met first from a point of the side: who, how far, the cosine between the sides."""
    count = 0
    nearest = np.inf
    for area in around:
        if area < scene.parcels and area != owner and inside(scene, area, px, py):
            met_who[count], met[count, 0], met[count, 1] = area, 0.0, 1.0
            count += 1
            nearest = 0.0
    for place in range(found):
        if own[place] < scene.parcels and span[place, U0] <= u <= span[place, U1]:
            v = _height(span[place], u)
            if v > SAME_M or (v >= -SAME_M and own[place] != owner):
                nearest = min(nearest, max(v, 0.0))
    for place in range(found):
        if own[place] >= scene.parcels or own[place] == owner or not span[place, U0] <= u <= span[place, U1]:
            continue
        v = _height(span[place], u)
        if v < -SAME_M or max(v, 0.0) > nearest + SAME_M:
            continue
        known = count
        for earlier in range(count):
            if met_who[earlier] == own[place]:
                known = earlier
        if known == count or max(v, 0.0) < met[known, 0]:
            met_who[known], met[known, 0], met[known, 1] = own[place], max(v, 0.0), span[place, COSINE]
            count = max(count, known + 1)
    return count


@njit(cache=True)
def _height(row: Floats, u: float) -> float:
    return float(row[V0] + (row[V1] - row[V0]) * (u - row[U0]) / (row[U1] - row[U0]))


@njit(cache=True)
def _judged(
    scene: Scene, limits: Limits, u: float, px: float, py: float, around: Ints, span: Floats, own: Ints, found: int,
    v: float, cosine: float,
) -> tuple[int, int]:  # fmt: skip
    """Return how a parcel at distance ``v`` is met (-1: not at all) and the separator that parts."""
    how, margin = TOUCHES, limits.sliver_m
    if v > limits.sliver_m:
        how, margin = FACES, SAME_M
        if v > limits.gap_m:
            how = BRIDGED
            if v > limits.reach_m or v - _bridged(scene, u, px, py, around, span, own, found, v) > limits.gap_m:
                return -1, -1
        if cosine < limits.cosine:
            return -1, -1
    parting = len(scene.boxes)
    for place in range(found):
        parts = scene.parcels <= own[place] < min(scene.bridging, parting) and span[place, U0] <= u <= span[place, U1]
        if parts and -margin <= _height(span[place], u) <= v + margin:
            parting = int(own[place])
    for area in around:
        if scene.parcels <= area < min(scene.bridging, parting) and inside(scene, area, px, py):
            parting = int(area)
    if parting < scene.bridging:
        return PARTED, parting
    return how, -1


@njit(cache=True)
def _bridged(
    scene: Scene, u: float, px: float, py: float, around: Ints, span: Floats, own: Ints, found: int, v: float
) -> float:
    """Return how much of a way of length ``v`` lies in bridging areas whose reach allows it."""
    total = 0.0
    for area in around:
        if area >= scene.bridging and scene.reach[area - scene.bridging] >= v and inside(scene, area, px, py):
            total += v
    for place in range(found):
        area = own[place]
        if (
            area >= scene.bridging
            and scene.reach[area - scene.bridging] >= v
            and span[place, U0] <= u <= span[place, U1]
        ):
            height = _height(span[place], u)
            if 0.0 < height < v:
                # The outside is on the left: a side that runs with u is left upwards, one against u is entered.
                total -= span[place, TURN] * (v - height)
    return total


@njit(cache=True)
def _row(who: Ints, begin: int, count: int, one: int, other: int, how: int, barrier: int) -> int:
    """Return the row of this side that holds the same meeting, or a new one."""
    for row in range(begin, count):
        if who[row, TO] == other and who[row, HOW] == how and who[row, BARRIER] == barrier:
            return row
    who[count, FROM], who[count, TO], who[count, HOW], who[count, BARRIER] = one, other, how, barrier
    return count


@njit(cache=True)
def _add(row: Floats, new: bool, wide: float, px: float, py: float, qx: float, qy: float, v: float) -> None:
    if new:
        row[FRONT], row[LONGEST] = 0.0, 0.0
    row[FRONT] += wide
    if wide > row[LONGEST]:
        row[PX], row[PY], row[QX], row[QY], row[GAP], row[LONGEST] = px, py, qx, qy, v, wide


@njit(cache=True)
def _twice(who: Ints, what: Floats) -> tuple[Ints, Floats]:
    more, figures = np.empty((2 * len(who), 4), np.int64), np.empty((2 * len(who), 7), np.float64)
    more[: len(who)], figures[: len(who)] = who, what
    return more, figures
