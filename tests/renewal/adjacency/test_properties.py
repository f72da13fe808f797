"""What must not change the answer: numbers, noise, one polygon for all streets."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from mujun.renewal.adjacency import Adjacency, Rule, adjacency
from tests.renewal.adjacency.fabrics import Shapes, barriers, box, grid, pairs, rook, shaken, shapes


def town(seed: int) -> Shapes:
    """Return blocks of 3 × 3 parcels with streets of 12 m and a river of 24 m between, corners moved."""
    chance = np.random.default_rng(seed)
    blocks = []
    for row in range(2):
        for column in range(3):
            block = grid(3, 3, 30, 4, int(chance.integers(1 << 30)))
            blocks += shapely.transform(block, lambda xy, r=row, c=column: xy + np.array([c * 106, r * 120])).tolist()
    return shapes(*blocks)


STREAM = barriers(
    (box(-50, 96, 400, 114), "river", ""), (box(140, 92, 160, 118), "bridge", ""), (box(92, -9, 104, 400), "street", "")
)


def answer(found: Adjacency, names: list[int]) -> dict[tuple[int, int], tuple[str, float, float, str]]:
    rows = zip(
        found.pairs.tolist(), found.kind, found.front_m.tolist(), found.gap_m.tolist(), found.across, strict=True
    )
    return {tuple(sorted((names[i], names[j]))): (str(kind), *rest) for (i, j), kind, *rest in rows}  # type: ignore[misc]


@settings(max_examples=25)
@given(seed=st.integers(0, 1 << 30), gap_m=st.sampled_from([0.0, 20.0, 30.0]), noise=st.sampled_from([0.0, 0.01, 1.0]))
def test_numbers_do_not_matter(seed: int, gap_m: float, noise: float) -> None:
    parcels = shaken(town(seed % 7), noise, seed)
    order = np.random.default_rng(seed).permutation(len(parcels))
    rule = Rule(gap_m=gap_m)
    same = answer(adjacency(parcels, rule, STREAM), list(range(len(parcels))))
    assert answer(adjacency(parcels[order], rule, STREAM), order.tolist()) == same
    # ... nor where a ring begins, nor which way round it is drawn.
    turned = shapes(*(shapely.Polygon(np.roll(np.asarray(p.exterior.coords)[:-1], 2, 0)[::-1]) for p in parcels))
    other = answer(adjacency(turned, rule, STREAM), list(range(len(parcels))))
    assert other.keys() == same.keys()
    assert all(other[pair][1] == pytest.approx(same[pair][1], abs=0.002) for pair in same)


@settings(max_examples=25)
@given(seed=st.integers(0, 1 << 30), gap_m=st.sampled_from([0.0, 30.0]))
def test_a_centimetre_does_not_matter(seed: int, gap_m: float) -> None:
    parcels = town(seed % 7)
    rule = Rule(gap_m=gap_m)
    still, moved = adjacency(parcels, rule, STREAM), adjacency(shaken(parcels, 0.01, seed), rule, STREAM)
    # A front within a few centimetres of the limit may fall on either side of it.
    sure = {pair for pair, front in zip(map(tuple, still.pairs.tolist()), still.front_m, strict=True) if front > 1.2}
    assert sure <= pairs(moved)
    assert {
        pair for pair, front in zip(map(tuple, moved.pairs.tolist()), moved.front_m, strict=True) if front > 1.2
    } <= pairs(still)
    fronts = {tuple(pair): front for pair, front in zip(moved.pairs.tolist(), moved.front_m.tolist(), strict=True)}
    for pair, front in zip(still.pairs.tolist(), still.front_m.tolist(), strict=True):
        if front > 1.2:
            assert fronts[tuple(pair)] == pytest.approx(front, abs=0.6)


@settings(max_examples=20)
@given(seed=st.integers(0, 1 << 30))
def test_a_shaken_grid_is_still_a_grid(seed: int) -> None:
    assert pairs(adjacency(shaken(grid(6, 7, 40, 8, seed), 0.01, seed), Rule(gap_m=0))) == rook(6, 7)


def test_one_polygon_for_all_streets_joins_nothing() -> None:
    parcels = shapes(*(p for r in range(6) for c in range(8) for p in shifted(grid(2, 2, 30, 0), c * 72, r * 72)))
    streets = box(-6, -6, 8 * 72, 6 * 72).difference(shapely.union_all(parcels))
    rule = Rule(gap_m=30, passage_compactness=0.01)
    alone, together = adjacency(parcels, rule), adjacency(shapes(streets, *parcels), rule)
    assert together.passages[["position", "neighbours"]].to_numpy().tolist() == [[0, 192]]
    assert "按道路处理" in together.passages["reason"].iat[0]
    assert {(i - 1, j - 1) for i, j in pairs(together)} == pairs(alone)
    assert together.front_m.tolist() == alone.front_m.tolist()
    assert len(set(together.pieces().tolist())) == 2
    assert together.repairs.empty
    use = np.array(["1004", *["0601"] * len(parcels)], dtype=object)
    by_use = adjacency(shapes(streets, *parcels), Rule(), land_use=use)
    assert pairs(by_use) == pairs(together)
    assert by_use.passages["reason"].tolist() == ["地类为道路或铁路，邻接192宗"]


def shifted(block: Shapes, east: float, north: float) -> list[shapely.Geometry]:
    return list(shapely.transform(block, lambda xy: xy + np.array([east, north])))


@settings(max_examples=15)
@given(seed=st.integers(0, 1 << 30), small=st.floats(0, 30), more=st.floats(0, 15))
def test_a_wider_gap_only_joins_more(seed: int, small: float, more: float) -> None:
    parcels = shaken(town(seed % 7), 1.0, seed)
    near, far = (adjacency(parcels, Rule(gap_m=gap), STREAM) for gap in (small, small + more))
    assert pairs(near) <= pairs(far)


@pytest.mark.parametrize("seed", [0, 5])
def test_fronts_are_what_sampling_finds(seed: int) -> None:
    """Walk the boundary in steps of 10 cm and shoot rays with GEOS: a second way to the same fronts."""
    parcels = shaken(town(seed)[3:12], 1.0, seed)
    found = adjacency(parcels, Rule(gap_m=30))
    fronts = sampled(parcels, 30.0, 0.3, 60.0, 0.1)
    exact = {tuple(pair): front for pair, front in zip(found.pairs.tolist(), found.front_m.tolist(), strict=True)}
    assert {pair for pair, front in fronts.items() if front > 1.3} <= exact.keys()
    for pair, front in exact.items():
        assert fronts.get(pair, 0.0) == pytest.approx(front, abs=0.35), pair


def sampled(parcels: Shapes, gap_m: float, sliver_m: float, angle: float, step: float) -> dict[tuple[int, int], float]:
    tree = shapely.STRtree(parcels)
    one_way: dict[tuple[int, int], float] = {}
    for number, parcel in enumerate(parcels):
        ring = np.asarray(shapely.normalize(parcel).exterior.coords)  # clockwise: the outside is on the left
        for start, end in itertools.pairwise(ring):
            length = float(np.hypot(*(end - start)))
            along = (end - start) / length
            out = np.array([-along[1], along[0]])
            steps = max(1, int(length / step))
            for k in range(steps):
                p = start + along * length * (k + 0.5) / steps
                for other in first_met(parcels, tree, number, p, out, along, gap_m, sliver_m, angle):
                    one_way[number, other] = one_way.get((number, other), 0.0) + length / steps
    return {(i, j): max(front, one_way.get((j, i), 0.0)) for (i, j), front in one_way.items() if i < j} | {
        (i, j): front for (j, i), front in one_way.items() if i < j and (i, j) not in one_way
    }


def first_met(
    parcels: Shapes, tree: shapely.STRtree, number: int, p: np.ndarray, out: np.ndarray, along: np.ndarray,
    gap_m: float, sliver_m: float, angle: float,
) -> list[int]:  # fmt: skip
    way = shapely.LineString([p, p + out * gap_m])
    at = {}
    for other in tree.query(way, predicate="intersects").tolist():
        if other != number:
            at[other] = shapely.Point(p).distance(way.intersection(parcels[other]))
    if not at:
        return []
    nearest = min(at.values())
    itself = shapely.LineString([p + out * 0.05, p + out * gap_m]).intersection(parcels[number])
    if not itself.is_empty and shapely.Point(p).distance(itself) < nearest:
        return []
    met = [other for other, v in at.items() if v <= nearest + 0.05]
    return [o for o in met if at[o] <= sliver_m or facing(parcels[o], p + out * at[o], along, angle)]


def facing(parcel: shapely.Geometry, q: np.ndarray, along: np.ndarray, angle: float) -> bool:
    ring = np.asarray(parcel.exterior.coords)
    sides = shapely.linestrings(np.stack([ring[:-1], ring[1:]], 1))
    side = ring[1:][k := int(np.argmin(shapely.distance(sides, shapely.Point(q))))] - ring[:-1][k]
    return abs(float(side @ along)) / float(np.hypot(*side)) >= np.cos(np.radians(angle))
