"""From single meetings along sides to pairs of parcels: fronts added up, judged by the rule, explained."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from mujun.renewal.adjacency.barriers import Barriers
from mujun.renewal.adjacency.decisions import Judged, decided
from mujun.renewal.adjacency.rays import BARRIER, BRIDGED, FACES, FRONT, GAP, HOW, LONGEST, PARTED, PX, TO, TOUCHES
from mujun.renewal.adjacency.result import Adjacency, Kind, Refusal
from mujun.renewal.adjacency.rule import Decision, Rule
from mujun.renewal.adjacency.shapes import Floats, Ints, Shapes

_KINDS = np.array([Kind.TOUCHES, Kind.FACES, Kind.BRIDGED, Kind.DECIDED], dtype=object)
_REFUSALS = np.array([Refusal.SHORT, Refusal.PARTED, Refusal.DECIDED], dtype=object)


@dataclasses.dataclass(frozen=True, slots=True)
class Meetings:
    """``touching`` (k, 2) and ``length_m`` (k,): sides shared to the bit. ``who`` and ``what``: as ``look`` returns them.

    ``barrier_of`` gives, per separator (owner less ``count``), the row of the barriers table.
    """

    count: int
    touching: Ints
    length_m: Floats
    who: Ints
    what: Floats
    barrier_of: Ints


@dataclasses.dataclass(frozen=True, slots=True)
class _Fronts:
    """Per pair of parcels that meet anywhere: the longer front by how they meet, and the longest single way."""

    pairs: Ints
    touch_m: Floats
    face_m: Floats
    bridge_m: Floats
    parted_m: Floats
    gap_m: Floats
    way: Floats
    barrier: Ints


def concluded(
    meetings: Meetings, layer: Barriers, rule: Rule, repairs: pd.DataFrame, aside: pd.DataFrame, ids: Shapes | None,
    decisions: Sequence[Decision],
) -> Adjacency:  # fmt: skip
    """Return the answer: which pairs the rule joins, which it refuses, and what decisions change."""
    fronts = _added(meetings)
    enough = rule.least_front_m
    kind = np.select([fronts.touch_m >= enough, fronts.face_m >= enough, fronts.bridge_m >= enough], [0, 1, 2], -1)
    parted = (kind < 0) & (fronts.bridge_m + fronts.parted_m >= enough) & (fronts.parted_m > 0)
    gap_m: Floats = np.where(kind == 0, 0.0, fronts.gap_m)
    across = np.full(len(kind), "", dtype=object)
    crossing = kind > 0
    across[crossing] = _crossed(fronts.way[crossing], layer)
    across[parted] = layer.names[fronts.barrier[parted]] if parted.any() else ""
    front_m: Floats = np.where(parted, fronts.parted_m, fronts.bridge_m)
    judged = Judged(fronts.pairs, kind, front_m.round(3), gap_m.round(3), across, parted.astype(np.int64))
    notes: tuple[str, ...] = ()
    if decisions:
        judged, notes = decided(judged, ids, decisions)
    joined, refused = np.flatnonzero(judged.kind >= 0), np.flatnonzero(judged.kind < 0)
    told = pd.DataFrame(
        {
            "i": judged.pairs[refused, 0],
            "j": judged.pairs[refused, 1],
            "reason": pd.Series(_REFUSALS[judged.refusal[refused]], dtype=object),
            "front_m": judged.front_m[refused],
            "across": pd.Series(judged.across[refused], dtype=object),
        }
    )
    return Adjacency(
        meetings.count, rule, judged.pairs[joined], judged.front_m[joined], _KINDS[judged.kind[joined]],
        judged.gap_m[joined], judged.across[joined], told, repairs, aside, (*layer.faults, *notes),
    )  # fmt: skip


def _added(meetings: Meetings) -> _Fronts:
    """Add up fronts per pair and direction in an order that does not depend on the numbers of the parcels."""
    number, who, what = np.int64(meetings.count), meetings.who, meetings.what
    a, b = meetings.touching.min(axis=1, initial=number), meetings.touching.max(axis=1, initial=-1)
    low, high = np.minimum(who[:, 0], who[:, TO]), np.maximum(who[:, 0], who[:, TO])
    key = np.concatenate([a * number + b, low * number + high])
    names, pair = np.unique(key, return_inverse=True)
    shared_m = _sums(pair[: len(a)], meetings.length_m, len(names))
    pair = pair[len(a) :]
    back = (who[:, 0] > who[:, TO]).astype(np.int64)
    metres = np.zeros((4, 2, len(names)))
    for how in (TOUCHES, FACES, BRIDGED, PARTED):
        for way in (0, 1):
            some = (who[:, HOW] == how) & (back == way)
            metres[how, way] = _sums(pair[some], what[some, FRONT], len(names))
    metres[TOUCHES] += shared_m
    total = np.cumsum(metres[:PARTED], axis=0).max(axis=1)
    gap_m, line, barrier = _longest(meetings, pair, len(names))
    pairs = np.column_stack([names // max(number, 1), names % max(number, 1)])
    return _Fronts(pairs, total[0], total[1], total[2], metres[PARTED].max(axis=0), gap_m, line, barrier)


def _sums(pair: Ints, metres: Floats, number: int) -> Floats:
    if len(pair) and np.bincount(pair, minlength=1).max() <= 2:  # two figures have the same sum in any order
        return np.bincount(pair, metres, minlength=number).astype(np.float64)
    order = np.argsort(metres, kind="stable")
    return np.bincount(pair[order], metres[order], minlength=number).astype(np.float64)


def _longest(meetings: Meetings, pair: Ints, number: int) -> tuple[Floats, Floats, Ints]:
    """Return per pair the gap and the way where most of the front is met across a gap, and the separator met most."""
    who, what = meetings.who, meetings.what
    order = np.lexsort((what[:, PX + 1], what[:, PX], what[:, LONGEST]))
    gap_m, line, barrier = np.zeros(number), np.zeros((number, 4)), np.full(number, -1, dtype=np.int64)
    across = order[(who[order, HOW] == FACES) | (who[order, HOW] == BRIDGED)]
    gap_m[pair[across]], line[pair[across]] = what[across, GAP], what[across, PX : PX + 4]
    parted = order[who[order, HOW] == PARTED]
    barrier[pair[parted]] = meetings.barrier_of[who[parted, BARRIER] - meetings.count] if len(parted) else -1
    return gap_m, line, barrier


def _crossed(ways: Floats, layer: Barriers) -> Shapes:
    """Return the names of the barriers that each way (x, y, x, y) crosses."""
    names = np.full(len(ways), "", dtype=object)
    present = np.flatnonzero(~shapely.is_missing(layer.shapes))
    if len(ways) and len(present):
        lines = shapely.linestrings(ways.reshape(-1, 2, 2))
        way, barrier = shapely.STRtree(layer.shapes[present]).query(lines, predicate="intersects")
        for place, name in zip(way.tolist(), layer.names[present[barrier]].tolist(), strict=True):
            names[place] = f"{names[place]}、{name}" if names[place] else name
        several = np.flatnonzero(np.bincount(way, minlength=len(ways)) > 1)
        names[several] = ["、".join(sorted(set(text.split("、")))) for text in names[several]]
    return names
