"""From single meetings along sides to pairs of parcels: fronts added up, judged by the rule, explained."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from mujun.renewal.adjacency.barriers import Barriers
from mujun.renewal.adjacency.rays import BARRIER, BRIDGED, FACES, FRONT, GAP, HOW, LONGEST, PARTED, PX, TO, TOUCHES
from mujun.renewal.adjacency.result import Adjacency, Kind, Refusal
from mujun.renewal.adjacency.rule import Decision, Rule
from mujun.renewal.adjacency.shapes import Floats, Ints, Shapes

_TINY_M = 1e-6
_KINDS = np.array([Kind.TOUCHES, Kind.FACES, Kind.BRIDGED, Kind.DECIDED], dtype=object)


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
    enough = rule.front_m - _TINY_M
    kind = np.select([fronts.touch_m >= enough, fronts.face_m >= enough, fronts.bridge_m >= enough], [0, 1, 2], -1)
    parted = (kind < 0) & (fronts.bridge_m + fronts.parted_m >= enough) & (fronts.parted_m > 0)
    gap_m = np.where(kind == 0, 0.0, fronts.gap_m)
    across = np.full(len(kind), "", dtype=object)
    crossing = kind > 0
    across[crossing] = _crossed(fronts.way[crossing], layer)
    across[parted] = layer.names[fronts.barrier[parted]] if parted.any() else ""
    table = pd.DataFrame(
        {
            "i": fronts.pairs[:, 0], "j": fronts.pairs[:, 1], "kind": kind, "gap_m": np.round(gap_m, 3), "across": pd.Series(across, dtype=object),
            "front_m": np.round(np.where(parted, fronts.parted_m, fronts.bridge_m), 3),
            "refusal": pd.Series(np.where(parted, Refusal.PARTED, Refusal.SHORT), dtype=object),
        }
    )  # fmt: skip
    table, notes = _decided(table, ids, decisions)
    return _answer(table, meetings.count, rule, repairs, aside, (*layer.faults, *notes))


def _answer(
    table: pd.DataFrame, count: int, rule: Rule, repairs: pd.DataFrame, aside: pd.DataFrame, notes: tuple[str, ...]
) -> Adjacency:
    joined = table["kind"].to_numpy() >= 0
    kept, refused = table[joined], table[~joined]
    return Adjacency(
        count=count,
        rule=rule,
        pairs=np.ascontiguousarray(kept[["i", "j"]].to_numpy(dtype=np.int64)),
        front_m=kept["front_m"].to_numpy(dtype=np.float64),
        kind=_KINDS[kept["kind"].to_numpy(dtype=np.int64)],
        gap_m=kept["gap_m"].to_numpy(dtype=np.float64),
        across=kept["across"].to_numpy(dtype=object),
        refused=refused[["i", "j", "refusal", "front_m", "across"]]
        .rename(columns={"refusal": "reason"})
        .reset_index(drop=True),
        repairs=repairs,
        passages=aside,
        notes=notes,
    )


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
        met = (
            pd.Series(layer.names[present[barrier]], index=way)
            .groupby(level=0)
            .agg(lambda some: "、".join(sorted(set(some))))
        )
        names[met.index.to_numpy()] = met.to_numpy(dtype=object)
    return names


def _decided(
    table: pd.DataFrame, ids: Shapes | None, decisions: Sequence[Decision]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Let the last decision about each pair hold; a decision about parcels that are not there becomes a note."""
    notes: list[str] = []
    if not decisions:
        return table, ()
    places = {} if ids is None else {str(name): place for place, name in enumerate(ids.tolist())}
    known = pd.Series(np.arange(len(table)), index=pd.MultiIndex.from_frame(table[["i", "j"]]))
    rows: dict[tuple[int, int], dict[str, object]] = {}
    for decision in sorted(decisions, key=lambda one: one.on):
        if decision.a not in places or decision.b not in places or decision.a == decision.b:
            notes.append(f"决定“{decision.text}”涉及的宗地{decision.a}、{decision.b}不存在，没有使用。")
            continue
        i, j = sorted((places[decision.a], places[decision.b]))
        row = int(known.get((i, j), -1))
        measured = {"front_m": table["front_m"].iat[row], "gap_m": table["gap_m"].iat[row]} if row >= 0 else {}
        rows[i, j] = {"i": i, "j": j, "kind": 3 if decision.joins else -1, "across": decision.text} | (
            {"front_m": 0.0, "gap_m": 0.0, "refusal": Refusal.DECIDED} | measured
        )
    if rows:
        kept = ~known.index.isin(list(rows))
        decided = pd.DataFrame(list(rows.values()))[table.columns].astype({"across": object, "refusal": object})
        table = pd.concat([table[kept], decided]).sort_values(["i", "j"], ignore_index=True)
    return table, tuple(notes)
