"""Parcels drawn by hand or by rule, in metres."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from mujun.renewal.adjacency import Adjacency

Shapes = npt.NDArray[np.object_]


def shapes(*given: Any) -> Shapes:
    return np.array([*given, None], dtype=object)[:-1]


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(west, south, east, north)


def grid(rows: int, columns: int, side: float = 40.0, jitter: float = 0.0, seed: int = 1) -> Shapes:
    """Return parcels row by row that share corners, each corner moved by up to ``jitter``."""
    chance = np.random.default_rng(seed)
    y, x = np.meshgrid(np.arange(rows + 1) * side, np.arange(columns + 1) * side, indexing="ij")
    corners = np.stack([x, y], -1) + chance.uniform(-jitter, jitter, (rows + 1, columns + 1, 2))
    around = [corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]]
    return np.asarray(shapely.polygons(np.stack(around, 2).reshape(-1, 4, 2)), dtype=object)


def shaken(parcels: Shapes, metres: float, seed: int) -> Shapes:
    """Move every corner of every parcel on its own by up to ``metres`` in x and in y."""
    chance = np.random.default_rng(seed)
    moved = []
    for parcel in parcels:
        rings = [np.asarray(ring.coords)[:-1] for ring in (parcel.exterior, *parcel.interiors)]
        rings = [ring + chance.uniform(-metres, metres, ring.shape) for ring in rings]
        moved.append(shapely.Polygon(rings[0], rings[1:]))
    return shapes(*moved)


def barriers(*rows: tuple[Any, str, str]) -> pd.DataFrame:
    """Return a barriers table of (shape, kind, effect)."""
    return pd.DataFrame(
        {
            "barrier_id": [str(number) for number in range(1, len(rows) + 1)],
            "geometry": pd.Series([shape for shape, _, _ in rows], dtype=object),
            "kind": [kind for _, kind, _ in rows],
            "effect": [effect for _, _, effect in rows],
        }
    )


def pairs(found: Adjacency) -> set[tuple[int, int]]:
    return {(i, j) for i, j in found.pairs.tolist()}


def rook(rows: int, columns: int) -> set[tuple[int, int]]:
    across = {(r * columns + c, r * columns + c + 1) for r in range(rows) for c in range(columns - 1)}
    up = {(r * columns + c, (r + 1) * columns + c) for r in range(rows - 1) for c in range(columns)}
    return across | up
