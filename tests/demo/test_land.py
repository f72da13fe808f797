from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from mujun.demo.cutting import cut, cut_into_lots, ring_area, with_common_corners, with_more_corners
from mujun.demo.land import draw_land


@pytest.mark.parametrize(("seed", "parcels"), [(1, 56), (2, 300), (3, 999)])
def test_exactly_so_many_valid_parcels_without_gap_or_overlap_along_shared_edges(seed: int, parcels: int) -> None:
    land = draw_land(seed, parcels)
    assert len(land.parcels) == parcels
    assert shapely.is_valid(land.parcels).all()
    assert shapely.coverage_is_valid(land.parcels)
    assert set(land.towns.tolist()) == set(range(14))


def test_shared_edges_are_equal_to_the_last_bit() -> None:
    land = draw_land(1, 400)
    corners = [set(map(tuple, shapely.get_coordinates(shape).tolist())) for shape in land.parcels]
    one, other = shapely.STRtree(land.parcels).query(land.parcels, predicate="touches")
    common = shapely.length(shapely.intersection(land.parcels[one], land.parcels[other]))
    pairs = [(a, b) for a, b, length in zip(one, other, common, strict=True) if a < b and length > 1]
    assert len(pairs) > 400
    assert all(len(corners[a] & corners[b]) >= 2 for a, b in pairs)


def test_streets_and_rivers_lie_between_and_buildings_inside() -> None:
    land = draw_land(1, 600)
    assert set(land.barrier_effects) == {"separates", "bridges"}
    assert {"river", "street"} <= set(land.barrier_kinds)
    barrier, parcel = shapely.STRtree(land.parcels).query(land.barriers, predicate="intersects")
    overlap = shapely.area(shapely.intersection(land.barriers[barrier], land.parcels[parcel]))
    assert overlap.sum() < 1.0
    assert shapely.covers(land.parcels[land.building_parcels], land.buildings).all()


def test_the_same_seed_gives_the_same_land() -> None:
    assert shapely.equals_exact(draw_land(5, 120).parcels, draw_land(5, 120).parcels).all()
    assert not shapely.equals_exact(draw_land(5, 120).parcels, draw_land(6, 120).parcels).all()


@settings(max_examples=40, deadline=None)
@given(x=st.floats(1, 99), angle=st.floats(0, 3.1))
def test_a_cut_loses_no_area(x: float, angle: float) -> None:
    square = [(0.0, 0.0), (100.0, 0.0), (100.0, 80.0), (0.0, 80.0)]
    left, right = cut(square, (x, 40.0), (float(np.cos(angle)), float(np.sin(angle))))
    assert ring_area(left) + ring_area(right) == pytest.approx(8_000)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1_000), count=st.integers(1, 30))
def test_lots_fill_their_block(seed: int, count: int) -> None:
    block = [(0.0, 0.0), (200.0, 0.0), (200.0, 150.0), (0.0, 150.0)]
    lots = cut_into_lots([block], count, np.random.default_rng(seed))
    assert [len(lots), len(lots[0])] == [1, count]
    rings = [with_more_corners(ring) for ring in with_common_corners(lots[0])]
    shapes = shapely.polygons([shapely.linearrings(ring) for ring in rings])
    assert shapely.area(shapes).sum() == pytest.approx(30_000, abs=0.5)
    assert shapely.coverage_is_valid(shapes)
