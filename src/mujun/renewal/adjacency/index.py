"""Finding sides: those that two parcels share to the bit, and those in a cell of a grid."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from mujun.renewal.adjacency.shapes import Floats, Ints, Sides

_CELLS_PER_SIDE = 1.0


class Grid(NamedTuple):
    """Cells of ``size`` metres from (west, south); ``first[c]:first[c + 1]`` are the ``items`` of cell c."""

    west: float
    south: float
    size: float
    columns: int
    rows: int
    first: Ints
    items: Ints


def shared(sides: Sides) -> Ints:
    """Return, per side, the only other one with the same ends, of another owner and run the other way; else -1."""
    return _shared(sides.x0 + 0.0, sides.y0 + 0.0, sides.x1 + 0.0, sides.y1 + 0.0, sides.owner)


@njit(cache=True)
def _shared(x0: Floats, y0: Floats, x1: Floats, y1: Floats, owner: Ints) -> Ints:
    count = len(x0)
    capacity = 16
    while capacity < 2 * count:
        capacity *= 2
    mask = np.uint64(capacity - 1)
    slot_of = np.full(capacity, -1, np.int64)
    members = np.zeros(count, np.int64)
    other = np.full(count, -1, np.int64)
    b0, b1, b2, b3 = x0.view(np.uint64), y0.view(np.uint64), x1.view(np.uint64), y1.view(np.uint64)
    for side in range(count):
        one = (b0[side] * np.uint64(0x9E3779B97F4A7C15)) ^ (b1[side] * np.uint64(0xC2B2AE3D27D4EB4F))
        two = (b2[side] * np.uint64(0x9E3779B97F4A7C15)) ^ (b3[side] * np.uint64(0xC2B2AE3D27D4EB4F))
        key = one + two
        key = (key ^ (key >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        slot = (key ^ (key >> np.uint64(32))) & mask
        while True:
            first = slot_of[slot]
            if first < 0:
                slot_of[slot] = side
                members[side] = 1
                break
            reverse = (
                x0[first] == x1[side] and y0[first] == y1[side] and x1[first] == x0[side] and y1[first] == y0[side]
            )
            same = x0[first] == x0[side] and y0[first] == y0[side] and x1[first] == x1[side] and y1[first] == y1[side]
            if reverse or same:
                members[first] += 1
                if members[first] == 2 and reverse and owner[first] != owner[side]:
                    other[first], other[side] = side, first
                elif other[first] >= 0:
                    other[other[first]] = -1
                    other[first] = -1
                break
            slot = (slot + np.uint64(1)) & mask
    return other


def grid_of(sides: Sides, which: Ints, least_m: float) -> Grid:
    """Return a grid that finds the sides ``which``: about one cell per side of all, none below ``least_m``."""
    west, south, size, columns, rows = _frame(sides, least_m)
    x0, y0, x1, y1 = (np.ascontiguousarray(array[which]) for array in (sides.x0, sides.y0, sides.x1, sides.y1))
    first, items = _filled(x0, y0, x1, y1, west, south, size, columns, rows, False)
    return Grid(west, south, size, columns, rows, first, which[items])


def boxes_on(grid: Grid, boxes: Floats) -> Grid:
    """Return the cells of ``grid`` with the positions of the boxes (n, 4) that reach into them; NaN is nowhere."""
    box = np.ascontiguousarray(np.nan_to_num(boxes, nan=np.inf))
    first, items = _filled(
        box[:, 0].copy(), box[:, 1].copy(), box[:, 2].copy(), box[:, 3].copy(),
        grid.west, grid.south, grid.size, grid.columns, grid.rows, True,
    )  # fmt: skip
    return grid._replace(first=first, items=items)


def _frame(sides: Sides, least_m: float) -> tuple[float, float, float, int, int]:
    x0, y0, x1, y1 = sides.x0, sides.y0, sides.x1, sides.y1
    if not len(x0):
        return 0.0, 0.0, 1.0, 1, 1
    west, south = float(min(x0.min(), x1.min())), float(min(y0.min(), y1.min()))
    width, height = float(max(x0.max(), x1.max())) - west, float(max(y0.max(), y1.max())) - south
    size = max(least_m, np.sqrt(max(width, 1.0) * max(height, 1.0) / (len(x0) * _CELLS_PER_SIDE)), 1.0)
    size = max(size, max(width, height) / 30_000)
    return west, south, float(size), int(width // size) + 1, int(height // size) + 1


@njit(cache=True)
def _filled(
    x0: Floats, y0: Floats, x1: Floats, y1: Floats,
    west: float, south: float, size: float, columns: int, rows: int, boxes: bool,
) -> tuple[Ints, Ints]:  # fmt: skip
    """Count, then fill: in each row of cells only the columns that the side crosses there."""
    first = np.zeros(columns * rows + 1, np.int64)
    items = np.empty(0, np.int64)
    for turn in range(2):
        for side in range(len(x0)):
            if not (np.isfinite(x0[side]) and np.isfinite(x1[side])):
                continue
            low, high = min(y0[side], y1[side]), max(y0[side], y1[side])
            top = max(min(int((high - south) // size), rows - 1), 0)
            for row in range(max(min(int((low - south) // size), rows - 1), 0), top + 1):
                left, right = min(x0[side], x1[side]), max(x0[side], x1[side])
                if not boxes and high > low:
                    slope = (x1[side] - x0[side]) / (y1[side] - y0[side])
                    near = x0[side] + slope * (max(low, south + row * size) - y0[side])
                    far = x0[side] + slope * (min(high, south + (row + 1) * size) - y0[side])
                    left, right = max(left, min(near, far)), min(right, max(near, far))
                start = max(min(int((left - west) // size), columns - 1), 0)
                end = max(min(int((right - west) // size), columns - 1), 0)
                for cell in range(row * columns + start, row * columns + end + 1):
                    if turn == 0:
                        first[cell + 1] += 1
                    else:
                        items[first[cell]] = side
                        first[cell] += 1
        if turn == 0:
            for cell in range(columns * rows):
                first[cell + 1] += first[cell]
            items = np.empty(first[-1], np.int64)
    for cell in range(columns * rows, 0, -1):
        first[cell] = first[cell - 1]
    first[0] = 0
    return first, items
