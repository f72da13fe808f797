"""Lineage of parcels: what became of each parcel between two states of the map.

Two surveys never draw the same line twice, so the shapes of an untouched parcel differ by slivers. What counts is how
much of a parcel went where: a *strong* link carries at least half of the old or of the new parcel, or a quarter of
both, or joins equal codes; a *weak* one, at least a tenth, counts only where an old or a new parcel would otherwise be
without relatives although most of its land was or is parcelled. Slivers thinner than the noise of digitising are none.
"""

from __future__ import annotations

import dataclasses
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from mujun.register.outline import Outlines, local_outlines

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
STRONG_SHARE = 0.5
MUTUAL_SHARE = 0.25
WEAK_SHARE = 0.1
NOISE_M = 0.5
COLUMNS = ("parent", "child", "kind", "share", "share_of_child", "overlap_m2", "moved_m2")


class LineageKind(StrEnum):
    """What happened. A code that changed on an unchanged shape is ``changed`` too."""

    SAME = "same"  # one to one, same code, shape the same within the noise
    CHANGED = "changed"  # one to one, but another code or really another shape
    SPLIT = "split"  # one became several
    MERGE = "merge"  # several became one
    REDRAWN = "redrawn"  # several became several others
    RETIRED = "retired"  # the land is no longer in any parcel
    NEW = "new"  # the land was in no parcel before


@dataclasses.dataclass(frozen=True, slots=True)
class _Links:
    old: Ints
    new: Ints
    overlap: Floats

    def only(self, keep: npt.NDArray[np.bool_]) -> _Links:
        return _Links(self.old[keep], self.new[keep], self.overlap[keep])

    def and_(self, other: _Links) -> _Links:
        parts = zip(dataclasses.astuple(self), dataclasses.astuple(other), strict=True)
        return _Links(*(np.concatenate(pair) for pair in parts))


def derive_lineage(old: pd.DataFrame, new: pd.DataFrame, *, noise_m: float = NOISE_M) -> pd.DataFrame:
    """Return what became of the parcels of ``old`` in ``new`` (frames of the ``parcels`` table, geometry EPSG:4490).

    One row per link with the columns of :data:`COLUMNS`: ``parent`` and ``child`` are parcel codes (``child`` is "" for
    a retired parcel, ``parent`` for a new one), ``kind`` a :class:`LineageKind`, ``share`` the part (0–1) of the
    parent's land in the child, ``share_of_child`` the part of the child's land from the parent, ``overlap_m2`` that
    land, ``moved_m2`` the symmetric difference of the two. ``noise_m`` is how far (metres, on average along the
    boundary) two drawings of the same line may lie apart. Several polygons of one code are taken together; parcels
    without a shape or a code are left out. Rows are in the order of parent, child.
    """
    before, after = local_outlines(old, new)
    every = _overlaps(before, after)
    chosen = _chosen(every, before, after, noise_m)
    kinds = _kinds(chosen, before, after, noise_m)
    linked = _frame(chosen, kinds, before, after)
    ends = [
        _ends(np.setdiff1d(np.arange(len(before.codes)), chosen.old), before, LineageKind.RETIRED),
        _ends(np.setdiff1d(np.arange(len(after.codes)), chosen.new), after, LineageKind.NEW),
    ]
    parts = [frame for frame in (linked, *ends) if len(frame)] or [linked]
    return pd.concat(parts, ignore_index=True).sort_values(["parent", "child"], kind="stable", ignore_index=True)


def _overlaps(before: Outlines, after: Outlines) -> _Links:
    """Return every pair whose interiors meet, with the common area in m²."""
    if not len(before.codes) or not len(after.codes):
        empty = np.empty(0, np.int64)
        return _Links(empty, empty, np.empty(0))
    new, old = shapely.STRtree(before.shapes).query(after.shapes, predicate="intersects")
    overlap = shapely.area(shapely.intersection(before.shapes[old], after.shapes[new]))
    return _Links(old.astype(np.int64), new.astype(np.int64), overlap).only(overlap > 0)


def _chosen(every: _Links, before: Outlines, after: Outlines, noise_m: float) -> _Links:
    """Return the links that count (see the module's words)."""
    of_old, of_new = every.overlap / before.area[every.old], every.overlap / after.area[every.new]
    part = np.maximum(of_old, of_new)
    equal = before.codes[every.old] == after.codes[every.new]
    mutual = np.minimum(of_old, of_new) >= MUTUAL_SHARE
    strong = (part >= STRONG_SHARE) | mutual | (equal & (part >= WEAK_SHARE))
    chosen = every.only(strong)
    covered_old = np.bincount(every.old, every.overlap, len(before.codes)) >= STRONG_SHARE * before.area
    covered_new = np.bincount(every.new, every.overlap, len(after.codes)) >= STRONG_SHARE * after.area
    covered_old[chosen.old] = False
    covered_new[chosen.new] = False
    weak = ~strong & (part >= WEAK_SHARE) & (covered_old[every.old] | covered_new[every.new])
    rest = every.only(weak)
    if not len(rest.old):
        return chosen
    common = shapely.intersection(before.shapes[rest.old], after.shapes[rest.new])
    thickness = 2 * rest.overlap / np.maximum(shapely.length(common), 1e-9)
    return chosen.and_(rest.only(thickness > noise_m))


def _kinds(links: _Links, before: Outlines, after: Outlines, noise_m: float) -> list[LineageKind]:
    """Return the kind of each link from the numbers of old and new parcels it ties together."""
    group = _components(links, len(before.codes), len(after.codes))
    old_count = _distinct_per_group(group, links.old)
    new_count = _distinct_per_group(group, links.new)
    moved = _moved(links, before, after)
    boundary = (shapely.length(before.shapes[links.old]) + shapely.length(after.shapes[links.new])) / 2
    same = (moved <= noise_m * boundary) & (before.codes[links.old] == after.codes[links.new])
    return [
        _kind(int(old_count[place]), int(new_count[place]), bool(unmoved))
        for place, unmoved in zip(group.tolist(), same.tolist(), strict=True)
    ]


def _kind(old: int, new: int, same: bool) -> LineageKind:
    if old == 1 and new == 1:
        return LineageKind.SAME if same else LineageKind.CHANGED
    if old == 1:
        return LineageKind.SPLIT
    return LineageKind.MERGE if new == 1 else LineageKind.REDRAWN


def _components(links: _Links, old_size: int, new_size: int) -> Ints:
    """Return the number of the connected group of each link (union-find over old and new parcels)."""
    above = np.arange(old_size + new_size)

    def root(place: int) -> int:
        while above[place] != place:
            above[place] = above[above[place]]
            place = int(above[place])
        return place

    for one, other in zip(links.old.tolist(), (links.new + old_size).tolist(), strict=True):
        above[root(one)] = root(other)
    return np.array([root(place) for place in links.old.tolist()], dtype=np.int64)


def _distinct_per_group(group: Ints, members: Ints) -> Ints:
    pairs = np.unique(np.column_stack([group, members]), axis=0)
    return np.bincount(pairs[:, 0]) if len(pairs) else np.empty(0, np.int64)


def _moved(links: _Links, before: Outlines, after: Outlines) -> Floats:
    return np.maximum(before.area[links.old] + after.area[links.new] - 2 * links.overlap, 0.0)


def _frame(links: _Links, kinds: list[LineageKind], before: Outlines, after: Outlines) -> pd.DataFrame:
    columns = {
        "parent": before.codes[links.old],
        "child": after.codes[links.new],
        "kind": [kind.value for kind in kinds],
        "share": np.minimum(links.overlap / before.area[links.old], 1.0),
        "share_of_child": np.minimum(links.overlap / after.area[links.new], 1.0),
        "overlap_m2": links.overlap,
        "moved_m2": _moved(links, before, after),
    }
    return pd.DataFrame(columns, columns=list(COLUMNS)).astype({"parent": "str", "child": "str", "kind": "str"})


def _ends(places: Ints, outlines: Outlines, kind: LineageKind) -> pd.DataFrame:
    side = "parent" if kind is LineageKind.RETIRED else "child"
    columns = {"parent": "", "child": "", "kind": kind.value, side: outlines.codes[places]}
    numbers = {"share": np.nan, "share_of_child": np.nan, "overlap_m2": 0.0, "moved_m2": outlines.area[places]}
    frame = pd.DataFrame(columns | numbers, columns=list(COLUMNS), index=range(len(places)))
    return frame.astype({"parent": "str", "child": "str", "kind": "str"})
