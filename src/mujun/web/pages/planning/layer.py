"""Adjacency on the desk: lines between parcels by kind, the rule in words, and what a pair's reason is."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from mujun.web.renewal.frozen import Frozen, frozen_of
from mujun.web.renewal.models import Plan

TOUCHES, FACES, BRIDGED, DECIDED, REFUSED = KINDS = ("touches", "faces", "bridged", "decided", "refused")
MOST_TOLD = 30


def kind_words(kind: str) -> str:
    """What a kind of pair is called."""
    words = {
        TOUCHES: _("相接"), FACES: _("隔空相对"), BRIDGED: _("跨越连接"), DECIDED: _("经决定相邻"), REFUSED: _("不算相邻"),
    }  # fmt: skip
    return words.get(kind, kind)


def layer_of(plan: Plan) -> dict[str, Any] | None:
    """What stands beside the map: kinds with their numbers, the rule, what was set aside and repaired."""
    if plan.instance_id is None:
        return None
    frozen = frozen_of(plan)
    graph = frozen.graph
    if graph is None:
        return None
    counts = Counter(frozen.edges["kind"].tolist() if len(frozen.edges) else ())
    numbers = {kind: counts[kind] for kind in KINDS} | {REFUSED: len(graph.refused)}
    return {
        "kinds": [{"key": kind, "label": kind_words(kind), "count": numbers[kind]} for kind in KINDS],
        "rule": graph.rule,
        "passages": graph.passages[:MOST_TOLD], "passages_more": max(len(graph.passages) - MOST_TOLD, 0),
        "repairs": graph.repairs[:MOST_TOLD], "repairs_more": max(len(graph.repairs) - MOST_TOLD, 0),
        "notes": graph.notes,
    }  # fmt: skip


def lines_of(frozen: Frozen) -> dict[str, Any]:
    """What the map draws: ``points`` (longitude, latitude) by number, and by kind three numbers for each line, its two
    ends and its row among the pairs, or among the refused. Pairs with a parcel that has no shape are left out.
    """
    assert frozen.graph is not None
    refused = pd.DataFrame(frozen.graph.refused, columns=["a", "b"])
    tables = {kind: frozen.edges[frozen.edges["kind"] == kind] for kind in KINDS if len(frozen.edges)}
    drawn = np.array([point is not None for point in frozen.graph.points], dtype=bool)
    lines = {}
    for kind, table in {**tables, REFUSED: refused}.items():
        ends = [table[side].map(frozen.position).to_numpy(dtype=np.int64) for side in ("a", "b")]
        rows = np.column_stack([*ends, table.index.to_numpy(dtype=np.int64)])
        lines[kind] = rows[drawn[rows[:, 0]] & drawn[rows[:, 1]]].ravel().tolist()
    return {"points": [point or [0, 0] for point in frozen.graph.points], "lines": lines}


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """What a plan says of two parcels; ``kind`` is blank where they do not meet at all."""

    first: str
    second: str
    kind: str
    reason: str
    front_m: float | None = None
    gap_m: float | None = None

    @property
    def label(self) -> str:
        """The kind in words."""
        return kind_words(self.kind) if self.kind else _("不相邻")


def said_of(frozen: Frozen, one: str, other: str) -> Said:
    """What the plan's adjacency says of two parcels."""
    edges = frozen.edges
    pair = {one, other}
    if len(edges):
        rows = edges[edges["a"].isin(pair) & edges["b"].isin(pair)]
        for row in rows.to_dict("records"):
            return Said(one, other, row["kind"], row["reason"], row["front_m"], row["gap_m"])
    for refused in frozen.graph.refused if frozen.graph else []:
        if {refused["a"], refused["b"]} == pair:
            return Said(one, other, REFUSED, refused["sentence"], refused["front_m"])
    for aside in frozen.graph.passages if frozen.graph else []:
        if aside["id"] in pair:
            return Said(
                one, other, "", _("{code} 不参与相邻：{reason}").format(code=aside["id"], reason=aside["reason"])
            )
    return Said(one, other, "", _("按规则，它们既不相接，也不隔空相对。"))


def neighbours(frozen: Frozen, parcel_id: str) -> list[Said]:
    """Every pair that a parcel is in, adjacent ones first, in the order of the codes; ``second`` is the other one."""
    edges = frozen.edges
    mine = edges[(edges["a"] == parcel_id) | (edges["b"] == parcel_id)].to_dict("records") if len(edges) else []
    found = [
        Said(parcel_id, _other(row, parcel_id), row["kind"], row["reason"], row["front_m"], row["gap_m"])
        for row in mine
    ]  # fmt: skip
    refused = [
        Said(parcel_id, _other(row, parcel_id), REFUSED, row["sentence"], row["front_m"])
        for row in (frozen.graph.refused if frozen.graph else [])
        if parcel_id in (row["a"], row["b"])
    ]
    return [*sorted(found, key=lambda one: one.second), *sorted(refused, key=lambda one: one.second)]


def _other(row: Mapping[Any, Any], parcel_id: str) -> str:
    return str(row["b"] if row["a"] == parcel_id else row["a"])
