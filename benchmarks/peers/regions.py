"""spopt's MaxP: the town parted into regions of at least the smallest area, then the best that can be paid.

MaxP knows no budget and leaves no parcel out; regions are chosen afterwards by trying them in order of gain per cost. It
gives no bound, and it needs a table of n × n distances.
"""

from __future__ import annotations

import warnings

import geopandas
import numpy as np
from instance import Folder, NotApplicable, answer
from libpysal.weights import W
from spopt.region import MaxPHeuristic

MOST = 5_000
ROUNDS = 3
"""Its defaults (99 and 10) do not end in five minutes on 1,100 parcels, and it cannot be stopped."""


def solve(folder: Folder, seconds: float, seed: int) -> tuple[list[list[int]], float | None, str]:
    """Part the town and choose among the regions."""
    terms = folder.terms
    smallest = terms.get("min_block_mu") or 0.0
    if smallest <= 0:
        raise NotApplicable("MaxP needs a smallest area")
    if len(folder) > MOST:
        raise NotApplicable(f"more than {MOST:,} parcels")
    if "in" in folder.lock or "together" in folder.table or set(terms) & {"target_mu", "resources", "max_block_mu"}:
        raise NotApplicable("locks, groups, targets, resources, largest blocks")
    np.random.seed(seed)
    kept = np.flatnonzero([lock != "out" for lock in folder.lock])
    place = {node: number for number, node in enumerate(kept.tolist())}
    near: dict[int, list[int]] = {number: [] for number in place.values()}
    for a, b in folder.edges.tolist():
        if a in place and b in place:
            near[place[a]].append(place[b])
            near[place[b]].append(place[a])
    area, gain = folder.area[kept], folder.gain[kept]
    table = geopandas.GeoDataFrame({"gain": gain / np.maximum(area, 1e-9), "area": area})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weights = W(near, silence_warnings=True)
        model = MaxPHeuristic(
            table,
            weights,
            ["gain"],
            "area",
            smallest,
            top_n=2,
            max_iterations_construction=ROUNDS,
            max_iterations_sa=1,
            policy="keep",
        )
        model.solve()
    regions = [
        np.flatnonzero(np.array(model.labels_) == label).tolist() for label in sorted(set(model.labels_)) if label > 0
    ]
    pieces = [piece for region in regions for piece in folder.pieces(region)]
    return (
        _chosen(folder, [piece for piece in pieces if folder.area[piece].sum() >= smallest]),
        None,
        f"{len(regions)} regions",
    )


def _chosen(folder: Folder, regions: list[list[int]]) -> list[list[int]]:
    most = int(folder.terms.get("max_blocks") or len(regions))
    money = np.inf if folder.terms.get("budget") is None else float(folder.terms["budget"])
    chosen = []
    for region in sorted(regions, key=lambda region: -folder.gain[region].sum() / max(folder.cost[region].sum(), 1e-9)):
        cost = folder.cost[region].sum()
        if len(chosen) < most and cost <= money and folder.gain[region].sum() > 0:
            chosen.append(region)
            money -= cost
    return chosen


if __name__ == "__main__":
    answer(solve, __doc__)
