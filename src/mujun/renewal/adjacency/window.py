"""The window before one side: everything within reach, in its own frame (u along the side, v outwards)."""

from __future__ import annotations

import numpy as np
from numba import njit

from mujun.renewal.adjacency.scene import Scene, cells_around
from mujun.renewal.adjacency.shapes import Floats, Ints

U0, V0, U1, V1, COSINE, TURN = range(6)
"""Columns of a window: the visible part from (u0, v0) to (u1, v1), u0 < u1; |cosine| to the side; +1 runs with u."""


@njit(cache=True)
def window(
    scene: Scene, source: int, back_m: float, gap_m: float, reach_m: float, seen: Ints, span: Floats, own: Ints
) -> tuple[Floats, Ints, int, float]:
    """Return what lies before a side (rows as above, and its owners), how many, and the length of the side.

    The window begins ``back_m`` behind the side. It is ``gap_m`` deep, or ``reach_m`` where a bridging area is that near.
    ``seen`` remembers, per side, the last source that saw it; ``span`` and ``own`` are grown as needed.
    """
    x, y = scene.x0[source], scene.y0[source]
    dx, dy = scene.x1[source] - x, scene.y1[source] - y
    length = np.sqrt(dx * dx + dy * dy)
    ux, uy = dx / length, dy / length
    deep = gap_m
    if len(scene.reach) and reach_m > gap_m and _bridge_near(scene, x, y, dx, dy, -uy * reach_m, ux * reach_m):
        deep = reach_m
    found = 0
    grid = scene.sides
    west, east, south, north = _box(x, y, dx, dy, -uy, ux, back_m, deep)
    left, right, low, high = cells_around(grid, west, south, east, north)
    for row in range(low, high + 1):
        for cell in range(row * grid.columns + left, row * grid.columns + right + 1):
            for item in range(grid.first[cell], grid.first[cell + 1]):
                side = grid.items[item]
                if seen[side] == source or side == source:
                    continue
                seen[side] = source
                if found == len(own):
                    span, own = _twice(span, own)
                ax, ay = scene.x0[side] - x, scene.y0[side] - y
                bx, by = scene.x1[side] - x, scene.y1[side] - y
                fits = _clip(
                    ax * ux + ay * uy,
                    ay * ux - ax * uy,
                    bx * ux + by * uy,
                    by * ux - bx * uy,
                    length,
                    back_m,
                    deep,
                    span[found],
                )
                if fits:
                    own[found] = scene.owner[side]
                    found += 1
    return span, own, found, length


@njit(cache=True)
def _box(
    x: float, y: float, dx: float, dy: float, nx: float, ny: float, back_m: float, deep: float
) -> tuple[float, float, float, float]:
    west, east = min(x, x + dx), max(x, x + dx)
    south, north = min(y, y + dy), max(y, y + dy)
    return (
        west + min(-nx * back_m, nx * deep), east + max(-nx * back_m, nx * deep),
        south + min(-ny * back_m, ny * deep), north + max(-ny * back_m, ny * deep),
    )  # fmt: skip


@njit(cache=True)
def _bridge_near(scene: Scene, x: float, y: float, dx: float, dy: float, nx: float, ny: float) -> bool:
    west, east, south, north = _box(x, y, dx, dy, nx, ny, 0.0, 1.0)
    for area in range(scene.bridging, len(scene.boxes)):
        box = scene.boxes[area]
        if box[0] <= east and box[2] >= west and box[1] <= north and box[3] >= south:
            return True
    return False


@njit(cache=True)
def _twice(span: Floats, own: Ints) -> tuple[Floats, Ints]:
    more, owners = np.empty((2 * len(own), span.shape[1]), np.float64), np.empty(2 * len(own), np.int64)
    more[: len(own)], owners[: len(own)] = span, own
    return more, owners


@njit(cache=True)
def _clip(u0: float, v0: float, u1: float, v1: float, length: float, back_m: float, deep: float, row: Floats) -> bool:
    """Write the part of a line with 0 <= u <= length and -back_m <= v <= deep; tell whether it has any width."""
    run, turn = abs(u1 - u0), 1.0
    if run < 1e-9:
        return False
    cosine = run / np.sqrt((u1 - u0) ** 2 + (v1 - v0) ** 2)
    if u0 > u1:
        u0, v0, u1, v1, turn = u1, v1, u0, v0, -1.0
    if u1 <= 0.0 or u0 >= length or max(v0, v1) < -back_m or min(v0, v1) > deep:
        return False
    slope = (v1 - v0) / (u1 - u0)
    if u0 < 0.0:
        u0, v0 = 0.0, v0 - slope * u0
    if u1 > length:
        u1, v1 = length, v1 + slope * (length - u1)
    for level, sign in ((deep, 1.0), (-back_m, -1.0)):
        over0, over1 = sign * (v0 - level), sign * (v1 - level)
        if over0 > 0.0 and over1 > 0.0:
            return False
        if over0 > 0.0:
            u0, v0 = u0 + (level - v0) / slope, level
        elif over1 > 0.0:
            u1, v1 = u1 + (level - v1) / slope, level
    if u1 - u0 < 1e-9:
        return False
    row[U0], row[V0], row[U1], row[V1], row[COSINE], row[TURN] = u0, v0, u1, v1, cosine, turn
    return True
