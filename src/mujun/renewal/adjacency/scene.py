"""Everything that lies around the parcels, as arrays that compiled loops can walk."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from mujun.renewal.adjacency.index import Grid
from mujun.renewal.adjacency.shapes import Floats, Ints


class Scene(NamedTuple):
    """All sides by ``owner``: parcels [0, parcels), separators [parcels, bridging), bridging areas from there on.

    ``first`` the first side of each owner (one more at the end); ``boxes`` (n, 4) of owners that are areas, else NaN;
    ``reach`` of each bridging area in metres; ``sides`` and ``areas`` the grids that find them.
    """

    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats
    owner: Ints
    first: Ints
    boxes: Floats
    parcels: int
    bridging: int
    reach: Floats
    sides: Grid
    areas: Grid


@njit(cache=True)
def inside(scene: Scene, area: int, x: float, y: float) -> bool:
    """Tell whether an area holds a point (even-odd)."""
    box = scene.boxes[area]
    if not (box[0] <= x <= box[2] and box[1] <= y <= box[3]):
        return False
    odd = False
    for side in range(scene.first[area], scene.first[area + 1]):
        ya, yb = scene.y0[side], scene.y1[side]
        if (ya > y) != (yb > y) and x < scene.x0[side] + (scene.x1[side] - scene.x0[side]) * (y - ya) / (yb - ya):
            odd = not odd
    return odd


@njit(cache=True)
def areas_at(scene: Scene, x: float, y: float) -> Ints:
    """Return the areas whose boxes may hold a point."""
    grid = scene.areas
    column, row = int((x - grid.west) // grid.size), int((y - grid.south) // grid.size)
    if not (0 <= column < grid.columns and 0 <= row < grid.rows):
        return grid.items[:0]
    cell = row * grid.columns + column
    return grid.items[grid.first[cell] : grid.first[cell + 1]]


@njit(cache=True)
def covered(scene: Scene, sources: Ints, partner: Ints) -> Ints:
    """Return those shared ``sources`` whose middle lies in a parcel or separator other than the two that share them."""
    kept = np.empty(len(sources), np.int64)
    count = 0
    for source in sources:
        x, y = 0.5 * (scene.x0[source] + scene.x1[source]), 0.5 * (scene.y0[source] + scene.y1[source])
        for area in areas_at(scene, x, y):
            if area == scene.owner[source] or area == scene.owner[partner[source]] or area >= scene.bridging:
                continue
            if inside(scene, area, x, y):
                kept[count] = source
                count += 1
                break
    return kept[:count]


@njit(cache=True)
def cells_around(grid: Grid, west: float, south: float, east: float, north: float) -> tuple[int, int, int, int]:
    """Return the first and last column and row of the cells that a box reaches into."""
    return (
        max(int((west - grid.west) // grid.size), 0),
        min(int((east - grid.west) // grid.size), grid.columns - 1),
        max(int((south - grid.south) // grid.size), 0),
        min(int((north - grid.south) // grid.size), grid.rows - 1),
    )


@njit(cache=True)
def near_separators(scene: Scene, sources: Ints, margin_m: float) -> Ints:
    """Return those ``sources`` that share a cell with a side of a separator."""
    kept = np.empty(len(sources), np.int64)
    count = 0
    grid = scene.sides
    for source in sources:
        x0, y0, x1, y1 = scene.x0[source], scene.y0[source], scene.x1[source], scene.y1[source]
        left, right, low, high = cells_around(
            grid, min(x0, x1) - margin_m, min(y0, y1) - margin_m, max(x0, x1) + margin_m, max(y0, y1) + margin_m
        )
        near = False
        for row in range(low, high + 1):
            for cell in range(row * grid.columns + left, row * grid.columns + right + 1):
                for item in range(grid.first[cell], grid.first[cell + 1]):
                    owner = scene.owner[grid.items[item]]
                    near = near or scene.parcels <= owner < scene.bridging
        if near:
            kept[count] = source
            count += 1
    return kept[:count]
