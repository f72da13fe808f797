"""The land of the county: towns with their zones, lots, barriers and buildings, as geometry.

Projected coordinates are CGCS2000 / 3-degree Gauss-Krüger, central meridian 123° E (EPSG:4550, metres). The county lies
in the open sea, so that nobody takes it for a real one.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mujun.demo.chance import stream
from mujun.demo.cutting import Ring, with_more_corners
from mujun.demo.names import TOWNS
from mujun.demo.zones import Placement, Zone, draw_zone, yards

EPSG = 4550
EPSG_WITH_ZONE = 4529
ZONE_SHIFT_M = 41_000_000
"""EPSG:4529 is EPSG:4550 with the zone number 41 written before the easting."""

_CENTRE = (512_000.0, 3_276_000.0)
_SPACING_M = 5_000.0
Geometries = npt.NDArray[np.object_]


@dataclasses.dataclass(frozen=True, slots=True)
class Land:
    """Geometry in EPSG:4550 with, for each parcel, its town and block; for each building, its parcel."""

    parcels: Geometries
    towns: npt.NDArray[np.int64]
    blocks: npt.NDArray[np.int64]
    barriers: Geometries
    barrier_kinds: list[str]
    barrier_effects: list[str]
    buildings: Geometries
    building_parcels: npt.NDArray[np.int64]


def draw_land(seed: int, parcels: int, *, buildings: bool = True) -> Land:
    """Return the land with exactly ``parcels`` parcels spread unevenly over the towns."""
    chance = stream(seed, "land")
    weights = 0.4 + chance.random(len(TOWNS))
    counts = np.maximum(1, np.floor(weights / weights.sum() * parcels)).astype(int)
    counts[0] += parcels - counts.sum()
    spacing = _SPACING_M * max(1.0, math.sqrt(parcels / 2_400))
    drawn = [_draw_town(seed, town, int(count), spacing, buildings) for town, count in enumerate(counts)]
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return Land(
        np.concatenate([part.parcels for part in drawn]),
        np.concatenate([part.towns for part in drawn]),
        np.concatenate([part.blocks for part in drawn]),
        np.concatenate([part.barriers for part in drawn]),
        [kind for part in drawn for kind in part.barrier_kinds],
        [effect for part in drawn for effect in part.barrier_effects],
        np.concatenate([part.buildings for part in drawn]),
        np.concatenate([part.building_parcels + offset for part, offset in zip(drawn, first, strict=True)]),
    )


def _draw_town(seed: int, town: int, lots: int, spacing: float, buildings: bool) -> Land:
    chance = stream(seed, f"town {town}")
    zone = draw_zone(lots, chance)
    placement = Placement(
        _CENTRE[0] + spacing * (town % 4 - 1.5) + spacing * 0.15 * chance.random(),
        _CENTRE[1] + spacing * (town // 4 - 1.5) + spacing * 0.15 * chance.random(),
        float(chance.uniform(-0.35, 0.35)),
        tuple(chance.uniform(0, 2 * math.pi, size=4).tolist()),
    )
    footprints, owners = _footprints(zone, chance) if buildings else ([], [])
    return Land(
        _polygons([with_more_corners(ring) for ring in zone.lots], placement),
        np.full(lots, town),
        np.array(zone.blocks),
        _polygons([strip.ring for strip in zone.strips], placement),
        [strip.kind for strip in zone.strips],
        [strip.effect for strip in zone.strips],
        _polygons(footprints, placement),
        np.array(owners, dtype=np.int64),
    )


def _footprints(zone: Zone, chance: np.random.Generator) -> tuple[list[Ring], list[int]]:
    pieces = chance.choice([1, 1, 2, 2, 3, 4], size=len(zone.lots))
    footprints, owners = [], []
    for number, (ring, count) in enumerate(zip(zone.lots, pieces.tolist(), strict=True)):
        parts = yards(ring, count)
        footprints += parts
        owners += [number] * len(parts)
    return footprints, owners


def _polygons(rings: list[Ring], placement: Placement) -> Geometries:
    if not rings:
        return np.empty(0, dtype=object)
    places = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
    points = placement.place(np.array([point for ring in rings for point in ring]))
    polygons: Any = shapely.polygons(shapely.linearrings(points, indices=places))
    return np.asarray(polygons, dtype=object)
