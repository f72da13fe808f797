"""The barriers layer as separators, with openings where something bridges them, and bridging areas."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import shapely

from mujun.renewal.adjacency.rule import BRIDGES, SEPARATES, Rule, tolerance
from mujun.renewal.adjacency.shapes import Floats, Ints, Shapes


@dataclasses.dataclass(frozen=True, slots=True)
class Barriers:
    """``areas`` and ``lines`` part, ``bridging`` areas join; ``*_of`` the row of the barriers table each came from.

    ``names`` and ``shapes`` have one element per row of the table; ``reach_m`` one per bridging area; ``faults`` one
    sentence per barrier that could not be used.
    """

    names: Shapes
    shapes: Shapes
    areas: Shapes
    areas_of: Ints
    lines: Shapes
    lines_of: Ints
    bridging: Shapes
    reach_m: Floats
    faults: tuple[str, ...] = ()


_EMPTY: Shapes = np.empty(0, dtype=object)
NO_BARRIERS = Barriers(
    _EMPTY, _EMPTY, _EMPTY, np.empty(0, np.int64), _EMPTY, np.empty(0, np.int64), _EMPTY, np.empty(0)
)
_LABELS = {
    "street": "街道", "arterial": "主干道", "railway": "铁路", "river": "河流", "ditch": "沟渠", "bridge": "桥", "expressway": "高速公路",
    "tunnel": "隧道", "culvert": "涵洞",
}  # fmt: skip


def prepared(table: pd.DataFrame | None, shapes: Shapes, rule: Rule) -> Barriers:
    """Return the barriers of a table (barrier_id, kind, effect) whose ``shapes`` are in metres, row by row."""
    if table is None or not len(table):
        return NO_BARRIERS
    names = _names(table)
    drawn = shapes.copy()
    present = ~(shapely.is_missing(drawn) | shapely.is_empty(drawn))
    wrong = present & ~shapely.is_valid(drawn)
    drawn[wrong] = shapely.make_valid(drawn[wrong])
    effects = [
        rule.effect(str(kind), str(stated))
        for kind, stated in zip(table["kind"].fillna(""), table["effect"].fillna(""), strict=True)
    ]
    does = np.where(present, np.array([effect for effect, _ in effects], dtype=object), "")
    reach = np.array([metres + tolerance(metres) for _, metres in effects])
    faults = tuple(f"{names[row]}没有图形，没有使用。" for row in np.flatnonzero(~present))
    bridging, reach_m = _bridging(drawn, np.flatnonzero(does == BRIDGES), reach, rule.line_m)
    areas, areas_of, lines, lines_of = _opened(drawn, np.flatnonzero(does == SEPARATES), bridging, rule.sliver_m)
    return Barriers(names, drawn, areas, areas_of, lines, lines_of, bridging, reach_m, faults)


def _names(table: pd.DataFrame) -> Shapes:
    kinds = table["kind"].fillna("").astype(str).str.strip()
    labels = kinds.str.lower().map(_LABELS).fillna(kinds)
    return (labels + table["barrier_id"].astype(str)).to_numpy(dtype=object)


def _bridging(shapes: Shapes, rows: Ints, reach: Floats, line_m: float) -> tuple[Shapes, Floats]:
    """Return bridging areas that do not overlap: where two do, the longer reach holds."""
    found: list[shapely.Geometry] = []
    metres: list[float] = []
    before: shapely.Geometry | None = None
    for longest in sorted(set(reach[rows].tolist()), reverse=True):
        areas = [
            shapes[row]
            if shapely.get_dimensions(shapes[row]) == 2
            else shapely.buffer(shapes[row], line_m / 2, cap_style="flat")
            for row in rows[reach[rows] == longest]
        ]
        whole = shapely.union_all(areas)
        own = whole if before is None else shapely.difference(whole, before)
        before = whole if before is None else shapely.union(before, whole)
        parts = [part for part in shapely.get_parts([own]) if shapely.get_dimensions(part) == 2]
        found += parts
        metres += [longest] * len(parts)
    return np.array([*found, None], dtype=object)[:-1], np.array(metres, dtype=np.float64)


def _opened(shapes: Shapes, rows: Ints, bridging: Shapes, sliver_m: float) -> tuple[Shapes, Ints, Shapes, Ints]:
    """Return the separators with openings where bridging areas cross them, as areas and as lines.

    An opening is ``sliver_m`` wider on each side: a bridge drawn from bank to bank rarely ends on them to the millimetre.
    """
    tree = shapely.STRtree(bridging)
    openings = shapely.buffer(bridging, sliver_m, join_style="mitre")
    kept: dict[int, list[tuple[shapely.Geometry, int]]] = {1: [], 2: []}
    for row in rows.tolist():
        shape = shapes[row]
        across = tree.query(shape, predicate="intersects")
        if len(across):
            shape = shapely.difference(shape, shapely.union_all(openings[across]))
        for part in shapely.get_parts([shape]):
            dimensions = int(shapely.get_dimensions(part))
            if dimensions in kept and not part.is_empty:
                kept[dimensions].append((part, row))
    areas, lines = (np.array([*(part for part, _ in kept[size]), None], dtype=object)[:-1] for size in (2, 1))
    areas_of, lines_of = (np.array([row for _, row in kept[size]], dtype=np.int64) for size in (2, 1))
    return areas, areas_of, lines, lines_of
