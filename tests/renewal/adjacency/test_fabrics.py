"""What touches and what faces what, on parcels drawn by hand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from mujun.base.errors import MujunError
from mujun.renewal.adjacency import Kind, Refusal, Rule, adjacency
from tests.renewal.adjacency.fabrics import barriers, box, grid, pairs, rook, shaken, shapes

TOUCH = Rule(gap_m=0)
NEAR = Rule(gap_m=30)


@pytest.mark.parametrize("rule", [TOUCH, NEAR])
def test_squares_touch_along_sides_and_not_at_corners(rule: Rule) -> None:
    found = adjacency(grid(4, 5), rule)
    assert pairs(found) == rook(4, 5)
    assert set(found.kind) == {Kind.TOUCHES}
    assert found.front_m.tolist() == [40.0] * len(found)
    assert (found.pairs[:, 0] < found.pairs[:, 1]).all()
    assert found.pairs.tolist() == sorted(found.pairs.tolist())


def test_two_parcels_at_a_corner_alone() -> None:
    for rule in (TOUCH, NEAR):
        assert pairs(adjacency(shapes(box(0, 0, 10, 10), box(10, 10, 20, 20)), rule)) == set()


def test_a_sharp_corner_between_two_others_is_no_adjacency() -> None:
    # Four parcels around a point; the wedges between the first and the third are 30 degrees wide.
    rays = np.radians([75, 105, 255, 285])
    ends = [(50 * np.cos(a), 50 * np.sin(a)) for a in rays]
    wedges = [shapely.Polygon([(0, 0), ends[k], ends[(k + 1) % 4]]) for k in range(4)]
    assert pairs(adjacency(shapes(*wedges), TOUCH)) == {(0, 1), (1, 2), (2, 3), (0, 3)}


def test_sides_need_not_have_the_same_corners() -> None:
    found = adjacency(
        shapes(box(0, 0, 30, 10), box(0, 10, 12, 20), box(12, 10, 29.5, 20), box(29.5, 10, 40, 20)), TOUCH
    )
    assert pairs(found) == {(0, 1), (0, 2), (1, 2), (2, 3)}
    assert dict(zip(pairs_in_order(found), found.front_m.tolist(), strict=True))[0, 1] == 12.0
    short = found.refused.set_index(["i", "j"]).loc[(0, 3)]
    assert short["reason"] == Refusal.SHORT
    assert short["front_m"] == 0.5


def pairs_in_order(found: object) -> list[tuple[int, int]]:
    return [tuple(pair) for pair in found.pairs.tolist()]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("gap", "front_m"), [(0.29, 20), (0.31, 0), (-0.2, 20.4), (-3.0, 26)])
def test_slivers_and_overlaps_touch(gap: float, front_m: float) -> None:
    found = adjacency(shapes(box(0, 0, 20, 20), box(20 + gap, 0, 40, 20)), TOUCH)
    assert found.front_m.tolist() == pytest.approx([front_m] if front_m else [])
    assert set(found.kind) <= {Kind.TOUCHES}


@pytest.mark.parametrize(("gap", "faces"), [(12.0, True), (29.9, True), (30.1, False)])
def test_a_gap_below_and_above_the_limit(gap: float, faces: bool) -> None:
    found = adjacency(shapes(box(0, 0, 20, 20), box(20 + gap, 5, 60, 40)), NEAR)
    assert (len(found) == 1) is faces
    if faces:
        assert found.kind[0] == Kind.FACES
        assert found.front_m[0] == pytest.approx(15)
        assert found.gap_m[0] == pytest.approx(gap)
        assert found.reasons()[0] == f"相对15.0米，间距{gap:.1f}米"


@pytest.mark.parametrize(("front", "adjacent"), [(1.2, True), (0.8, False)])
def test_the_front_must_be_long_enough(front: float, adjacent: bool) -> None:
    for gap in (0.0, 10.0):
        found = adjacency(shapes(box(0, 0, 20, 20), box(20 + gap, 20 - front, 40, 60)), NEAR)
        assert (len(found) == 1) is adjacent
        assert found.refused["reason"].tolist() == ([] if adjacent else [Refusal.SHORT])


def test_a_third_parcel_hides_what_lies_behind_it() -> None:
    found = adjacency(shapes(box(0, 0, 20, 20), box(22, 0, 26, 20), box(28, 0, 48, 20)), NEAR)
    assert pairs(found) == {(0, 1), (1, 2)}
    half = adjacency(shapes(box(0, 0, 20, 20), box(22, 0, 26, 12), box(28, 0, 48, 20)), NEAR)
    assert pairs(half) == {(0, 1), (1, 2), (0, 2)}
    assert half.front_m.tolist() == pytest.approx([12, 8, 12])


def test_diagonal_across_a_crossing_is_not_facing() -> None:
    corners = shapes(box(0, 0, 40, 40), box(60, 0, 100, 40), box(0, 60, 40, 100), box(60, 60, 100, 100))
    assert pairs(adjacency(corners, NEAR)) == {(0, 1), (0, 2), (1, 3), (2, 3)}


def test_neighbours_on_one_side_of_a_street_all_face_the_other() -> None:
    # Narrow lots: the corner of the neighbour is nearer than the other side of the street, and hides nothing.
    street = shapes(
        *(box(k * 12, 0, k * 12 + 12, 30) for k in range(4)), *(box(k * 12, 50, k * 12 + 12, 80) for k in range(4))
    )
    found = adjacency(street, NEAR)
    assert pairs(found) == {(k, k + 1) for k in (0, 1, 2, 4, 5, 6)} | {(k, k + 4) for k in range(4)}
    assert found.front_m.tolist() == pytest.approx([30, 12, 30, 12, 30, 12, 12, 30, 30, 30])


def test_a_parcel_in_the_hole_of_another_touches_it_all_around() -> None:
    ring = box(0, 0, 40, 40).difference(box(10, 10, 20, 20))
    assert adjacency(shapes(ring, box(10, 10, 20, 20)), TOUCH).front_m.tolist() == [40.0]
    loose = adjacency(shapes(ring, box(12, 12, 18, 18)), NEAR)
    assert loose.kind.tolist() == [Kind.FACES]
    assert pairs(adjacency(shapes(ring, box(12, 12, 18, 18)), TOUCH)) == set()


def test_the_same_land_twice() -> None:
    twice = shapes(box(0, 0, 20, 20), box(20, 0, 40, 20), box(20, 0, 40, 20), box(40, 0, 60, 20))
    for parcels in (twice, shaken(twice, 0.01, 3)):
        found = adjacency(parcels, TOUCH)
        assert pairs(found) == {(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)}


def test_a_parcel_recorded_over_several_others_touches_each() -> None:
    fabric = grid(4, 4)
    whole = shapes(*fabric, box(-5, -5, 165, 165))
    assert pairs(adjacency(whole, TOUCH)) == rook(4, 4) | {(place, 16) for place in range(16)}


def test_parcels_in_several_parts() -> None:
    parts = shapely.MultiPolygon([box(0, 0, 10, 10), box(50, 0, 60, 10)])
    found = adjacency(shapes(parts, box(10, 0, 50, 10), box(60, 0, 70, 10), box(200, 0, 210, 10)), TOUCH)
    assert pairs(found) == {(0, 1), (0, 2)}
    assert found.front_m.tolist() == [20.0, 10.0]
    assert found.pieces().tolist() == [0, 0, 0, 3]


def test_broken_shapes_are_repaired_and_told() -> None:
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    spike = shapely.GeometryCollection([box(20, 0, 30, 10), shapely.LineString([(30, 5), (50, 5)])])
    given = shapes(bow, box(10, 0, 20, 10), spike, None, shapely.Polygon(), shapely.Point(3, 3))
    found = adjacency(given, TOUCH)
    assert pairs(found) == {(0, 1), (1, 2)}
    told = found.repairs.set_index("position")
    assert told.index.tolist() == [3, 4, 0, 2, 5]
    assert told.loc[0, "fault"] == "自相交"
    assert told.loc[0, "after_m2"] == pytest.approx(50)
    assert told.loc[2, "fault"] == "不是面"
    assert told.loc[3, "fault"] == "没有图形"
    assert given[0] is bow


def test_nothing_at_all() -> None:
    for given in (shapes(), shapes(None), shapes(box(0, 0, 1, 1))):
        found = adjacency(given, NEAR, barriers((box(0, 0, 9, 9), "river", "")))
        assert len(found) == 0
        assert found.edges(["甲"] * len(given)).empty


def test_a_rule_that_makes_no_sense_is_refused() -> None:
    for wrong in ({"gap_m": -1}, {"front_m": 0}, {"angle_deg": 0}, {"sliver_m": float("nan")}):
        with pytest.raises(MujunError, match="相邻规则不能使用"):
            Rule(**wrong)
    assert "不超过30米" in Rule().describe()
    assert "不算相邻" in TOUCH.describe()


@pytest.mark.parametrize(("off_m", "joined"), [(0.0, True), (0.004, True), (0.05, False)])
def test_a_length_at_the_limit_meets_it_though_a_projection_moved_it(off_m: float, joined: bool) -> None:
    across = shapes(box(0, 0, 100, 100), box(130 + off_m, 0, 230, 100))
    along = shapes(box(0, 0, 100, 100), box(100, 99 + off_m, 200, 199))
    assert pairs(adjacency(across, NEAR)) == ({(0, 1)} if joined else set())
    assert pairs(adjacency(along, TOUCH)) == ({(0, 1)} if joined else set())
