"""What adjacency says besides its pairs, frozen with the problem: where lines are drawn, what was refused, and why."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from mujun.register.drawn import shapes_of
from mujun.renewal.adjacency import Adjacency, Decision

DIGITS = 6
"""Decimals of a degree that are kept of a place: a tenth of a metre."""


@dataclasses.dataclass(frozen=True, slots=True)
class Graph:
    """``rule`` in words and ``parameters`` as data; ``points`` a place inside each parcel, in the order of the nodes
    (longitude, latitude; None without a shape).

    ``refused`` a, b, reason (short, parted, decided), front_m, sentence; ``repairs`` id, fault, before_m2, after_m2;
    ``passages`` id, neighbours, compactness, reason; ``decisions`` those in force then; ``notes`` Chinese sentences.
    """

    rule: str
    parameters: dict[str, Any]
    points: list[list[float] | None]
    refused: list[dict[str, Any]]
    repairs: list[dict[str, Any]]
    passages: list[dict[str, Any]]
    decisions: list[dict[str, Any]]
    notes: list[str]


def graph_of(adjacency: Adjacency, parcels: pd.DataFrame, decisions: Sequence[Decision]) -> Graph:
    """Return what is kept of ``adjacency`` of the table ``parcels`` (parcel_id, geometry) besides its pairs."""
    ids = parcels["parcel_id"].astype(str).to_numpy(dtype=object)
    refused = adjacency.refused
    ends = refused[["i", "j"]].to_numpy(dtype=np.int64).reshape(-1, 2)
    told = pd.DataFrame(
        {
            "a": ids[ends[:, 0]],
            "b": ids[ends[:, 1]],
            "reason": refused["reason"].astype(str).to_numpy(dtype=object),
            "front_m": refused["front_m"].to_numpy(dtype=np.float64),
            "sentence": np.array([*adjacency.refusals(), None], dtype=object)[:-1],
        }
    )
    return Graph(
        rule=adjacency.rule.describe(),
        parameters=dataclasses.asdict(adjacency.rule),
        points=label_points(shapes_of(parcels["geometry"].to_numpy(dtype=object))),
        refused=_rows(told),
        repairs=_rows(_named(adjacency.repairs, ids)),
        passages=_rows(_named(adjacency.passages, ids)),
        decisions=[dataclasses.asdict(one) | {"on": one.on.isoformat()} for one in decisions],
        notes=list(adjacency.notes),
    )


def _named(table: pd.DataFrame, ids: Any) -> pd.DataFrame:
    named = table.drop(columns="position")
    named.insert(0, "id", ids[table["position"].to_numpy(dtype=np.int64)])
    return named


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.to_dict("records")
    return [{str(name): None if value != value else value for name, value in row.items()} for row in rows]


def label_points(shapes: Any) -> list[list[float] | None]:
    """Return a place inside each shape (longitude, latitude), None where there is no shape."""
    whole = np.where(shapely.is_valid(shapes), shapes, shapely.convex_hull(shapes))
    points = shapely.point_on_surface(whole)
    drawn = ~(shapely.is_missing(points) | shapely.is_empty(points))
    places = np.full((len(points), 2), np.nan)
    places[drawn] = shapely.get_coordinates(points[drawn])
    return [
        place if there else None for place, there in zip(places.round(DIGITS).tolist(), drawn.tolist(), strict=True)
    ]
