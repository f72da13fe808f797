"""Streets recorded as parcels: one polygon that touches everything must not join everything."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from mujun.renewal.adjacency.rule import Rule
from mujun.renewal.adjacency.shapes import Shapes


def passages(shapes: Shapes, rule: Rule, land_use: Shapes | None) -> pd.DataFrame:
    """Return the parcels that are passages by the rule: position, neighbours, compactness, reason (Chinese).

    Neighbours are those within ``sliver_m``. Compactness is 4π area ÷ perimeter², 1 for a circle.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        compactness = 4 * np.pi * shapely.area(shapes) / shapely.length(shapes) ** 2
    by_use = np.zeros(len(shapes), dtype=bool)
    if land_use is not None:
        by_use = np.isin(np.asarray(land_use, dtype=object).astype(str), rule.passage_uses)
    thin = np.flatnonzero((compactness < rule.passage_compactness) | by_use)
    rows = []
    tree = shapely.STRtree(shapes) if len(thin) else None
    for place in thin.tolist():
        if tree is None or shapely.is_missing(shapes[place]):
            continue
        neighbours = len(tree.query(shapes[place], predicate="dwithin", distance=rule.sliver_m)) - 1
        if by_use[place]:
            rows.append((place, neighbours, float(compactness[place]), f"地类为道路或铁路，邻接{neighbours}宗"))
        elif neighbours >= rule.passage_neighbours:
            reason = f"形状极细长（紧凑度{compactness[place]:.4f}），邻接{neighbours}宗，按道路处理"
            rows.append((place, neighbours, float(compactness[place]), reason))
    return pd.DataFrame(rows, columns=["position", "neighbours", "compactness", "reason"])
