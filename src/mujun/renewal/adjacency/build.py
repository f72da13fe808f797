"""Adjacency of a table of parcels, or of shapes in metres, under a rule."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from mujun.register.drawn import shapes_of
from mujun.renewal.adjacency.barriers import Barriers, prepared
from mujun.renewal.adjacency.index import boxes_on, grid_of, shared
from mujun.renewal.adjacency.pairs import Meetings, concluded
from mujun.renewal.adjacency.passages import passages
from mujun.renewal.adjacency.rays import Limits, look
from mujun.renewal.adjacency.result import Adjacency
from mujun.renewal.adjacency.rule import Decision, Rule
from mujun.renewal.adjacency.scene import Scene, covered, near_separators
from mujun.renewal.adjacency.shapes import (
    Ints,
    Plane,
    Shapes,
    Sides,
    repaired,
    sides_of_areas,
    sides_of_lines,
    together,
)


def parcel_adjacency(
    parcels: pd.DataFrame,
    rule: Rule | None = None,
    barriers: pd.DataFrame | None = None,
    decisions: Sequence[Decision] = (),
) -> Adjacency:
    """Return the adjacency of the ``parcels`` table (WKB in EPSG:4490), row by row.

    ``barriers`` is the table of that name. Lengths are taken in a plane around the parcels (:class:`Plane`).
    """
    shapes = shapes_of(parcels["geometry"].to_numpy(dtype=object))
    plane = Plane.around(shapes)
    if barriers is not None and len(barriers):
        drawn = plane.metres(shapes_of(barriers["geometry"].to_numpy(dtype=object)))
        barriers = barriers.assign(geometry=drawn)
    land_use = parcels["land_use"].to_numpy(dtype=object) if "land_use" in parcels else None
    ids = parcels["parcel_id"].to_numpy(dtype=object)
    return adjacency(plane.metres(shapes), rule, barriers, land_use=land_use, ids=ids, decisions=decisions)


def adjacency(
    shapes: Shapes,
    rule: Rule | None = None,
    barriers: pd.DataFrame | None = None,
    *,
    land_use: Shapes | None = None,
    ids: Shapes | None = None,
    decisions: Sequence[Decision] = (),
) -> Adjacency:
    """Return the adjacency of areas in metres (n,) as the package defines it; None and empty shapes have no neighbours.

    ``barriers`` has barrier_id, geometry (shapely, in the same metres), kind, effect; ``land_use`` (n,) codes of GB/T
    21010; ``ids`` (n,) by which ``decisions`` call parcels.
    """
    rule = rule or Rule()
    given = np.asarray(shapes, dtype=object)
    aside = passages(given, rule, land_use)
    areas, repairs = repaired(given, aside["position"].to_numpy(dtype=np.int64))
    drawn = None if barriers is None else barriers["geometry"].to_numpy(dtype=object)
    layer = prepared(barriers, np.empty(0, dtype=object) if drawn is None else drawn, rule)
    meetings = _meetings(areas, layer, rule)
    return concluded(meetings, layer, rule, repairs, aside, ids, decisions)


def _meetings(areas: Shapes, layer: Barriers, rule: Rule) -> Meetings:
    """Settle sides that two parcels share to the bit at once, and look out from all others.

    Where a third parcel or a separator lies over a shared side, it is looked out from like any other. Only sides that are
    not shared need to be found: whatever lies behind a shared side is hidden by the parcels that share it.
    """
    sliver_m, gap_m = float(rule.sliver_m), max(rule.widest_m, float(rule.sliver_m))
    own, scene = _scene(areas, layer, sliver_m)
    partner = shared(own)
    paired = np.flatnonzero(partner > np.arange(len(partner)))
    doubted = covered(scene, paired, partner)
    if scene.bridging > scene.parcels:
        doubted = np.concatenate([doubted, near_separators(scene, paired, sliver_m)])
    if len(doubted):
        partner[np.concatenate([doubted, partner[doubted]])] = -1
        paired = paired[partner[paired] >= 0]
    alone = np.flatnonzero(partner < 0)
    every = Sides(scene.x0, scene.y0, scene.x1, scene.y1, scene.owner)
    found = np.concatenate([alone, np.arange(len(own), len(every), dtype=np.int64)])
    scene = scene._replace(sides=grid_of(every, found, max(gap_m / 2, 1.0)))
    cosine = math.cos(math.radians(rule.angle_deg))
    reach = float(scene.reach.max()) if len(scene.reach) else 0.0
    who, what = look(scene, alone, Limits(sliver_m, gap_m, cosine, reach))
    length = np.hypot(own.x1[paired] - own.x0[paired], own.y1[paired] - own.y0[paired])
    touching = np.column_stack([own.owner[paired], own.owner[partner[paired]]]).reshape(-1, 2)
    of = np.concatenate([layer.areas_of, layer.lines_of])
    return Meetings(scene.parcels, touching, length, who, what, of)


def _scene(areas: Shapes, layer: Barriers, sliver_m: float) -> tuple[Sides, Scene]:
    """Return the sides of the parcels, and all sides (theirs come first) with grids over the barriers and the areas."""
    own = sides_of_areas(areas)
    number = len(areas)
    layers: list[Sides] = [own]
    for shapes, sides in (
        (layer.areas, sides_of_areas),
        (layer.lines, sides_of_lines),
        (layer.bridging, sides_of_areas),
    ):
        part = sides(shapes)
        layers.append(Sides(part.x0, part.y0, part.x1, part.y1, part.owner + number))
        number += len(shapes)
    every = together(layers) if number > len(areas) else own
    boxes = shapely.bounds(np.concatenate([areas, layer.areas, layer.lines, layer.bridging]))
    boxes[len(areas) + len(layer.areas) : number - len(layer.bridging)] = np.nan
    first: Ints = np.searchsorted(every.owner, np.arange(number + 1)).astype(np.int64)
    grid = grid_of(every, np.arange(len(own), len(every), dtype=np.int64), max(sliver_m, 1.0))
    scene = Scene(
        every.x0, every.y0, every.x1, every.y1, every.owner, first, np.ascontiguousarray(boxes),
        len(areas), number - len(layer.bridging), layer.reach_m, grid, boxes_on(grid, boxes),
    )  # fmt: skip
    return own, scene
