"""What separates and what bridges."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import shapely

from mujun.renewal.adjacency import Adjacency, Decision, Kind, Refusal, Rule, adjacency
from tests.renewal.adjacency.fabrics import barriers, box, grid, pairs, rook, shapes

BANKS = shapes(box(0, 0, 100, 40), box(0, 60, 100, 100))
RIVER = box(-50, 42, 150, 58)
LINE = shapely.LineString([(-50, 50), (150, 50)])


def one(found: Adjacency) -> tuple[str, float, str]:
    assert len(found) == 1
    return found.kind[0], found.front_m[0], found.reasons()[0]


def test_a_street_is_named_and_joins() -> None:
    for shape in (RIVER, LINE):
        kind, front_m, reason = one(adjacency(BANKS, Rule(), barriers((shape, "street", ""))))
        assert (kind, front_m) == (Kind.FACES, 100)
        assert reason == "隔街道1，相对100.0米，间距20.0米"


@pytest.mark.parametrize("kind", ["river", "railway", "arterial", "河流"])
@pytest.mark.parametrize("shape", [RIVER, LINE])
def test_a_river_parts(shape: shapely.Geometry, kind: str) -> None:
    found = adjacency(BANKS, Rule(), barriers((shape, kind, "")))
    assert len(found) == 0
    assert found.refused[["i", "j", "reason", "front_m"]].to_numpy().tolist() == [[0, 1, Refusal.PARTED, 100.0]]
    assert found.refusals()[0].startswith("被")


def test_what_the_layer_says_comes_before_the_kind() -> None:
    assert len(adjacency(BANKS, Rule(), barriers((RIVER, "river", "bridges")))) == 1
    assert len(adjacency(BANKS, Rule(), barriers((RIVER, "street", "separates")))) == 0
    assert len(adjacency(BANKS, Rule(), barriers((RIVER, "fence", "")))) == 1


def test_a_river_that_covers_both_banks_parts() -> None:
    assert len(adjacency(BANKS, Rule(), barriers((box(-50, -50, 150, 150), "river", "")))) == 0


def test_a_river_that_ends_parts_only_where_it_is() -> None:
    kind, front_m, _ = one(adjacency(BANKS, Rule(), barriers((box(-50, 42, 70, 58), "river", ""))))
    assert (kind, front_m) == (Kind.FACES, 30)


def test_a_bridge_opens_a_river() -> None:
    bridge = box(40, 41, 52, 59)
    kind, front_m, reason = one(adjacency(BANKS, Rule(), barriers((RIVER, "river", ""), (bridge, "bridge", ""))))
    assert (kind, front_m) == (Kind.FACES, pytest.approx(12.6))  # the opening is a sliver wider on each side
    assert "桥2" in reason
    line = shapely.LineString([(46, 40), (46, 60)])
    assert one(adjacency(BANKS, Rule(), barriers((LINE, "river", ""), (line, "bridge", ""))))[1] == pytest.approx(6.6)


def test_a_bridge_need_not_end_on_the_banks_to_the_millimetre() -> None:
    bridge = box(40, 42.2, 52, 57.8)
    assert len(adjacency(BANKS, Rule(), barriers((RIVER, "river", ""), (bridge, "bridge", "")))) == 1


def test_a_bridge_reaches_farther_than_the_gap() -> None:
    banks = shapes(box(0, 0, 100, 40), box(0, 80, 100, 120))
    river, bridge = (box(-50, 42, 150, 78), "river", ""), (box(40, 41, 52, 79), "bridge", "")
    assert len(adjacency(banks, Rule(), barriers(river))) == 0
    assert one(adjacency(banks, Rule(), barriers(river, bridge)))[:2] == (Kind.BRIDGED, 12)
    assert len(adjacency(banks, Rule(reach_m=60, bridges=(("bridge", 39.0),)), barriers(river, bridge))) == 0
    assert len(adjacency(banks, Rule(gap_m=1), barriers(river, bridge))) == 0  # 2 m of the way are not on the bridge
    assert one(adjacency(banks, Rule(gap_m=2), barriers(river, bridge)))[0] == Kind.BRIDGED


def test_a_ditch_bridges_where_parcels_must_touch() -> None:
    banks = shapes(box(0, 0, 100, 40), box(0, 44, 100, 80))
    rule = Rule(gap_m=0)
    assert len(adjacency(banks, rule)) == 0
    for ditch in (box(0, 40, 100, 44), box(-9, 30, 120, 50), shapely.LineString([(-9, 42), (120, 42)])):
        kind, _, reason = one(adjacency(banks, rule, barriers((ditch, "ditch", ""))))
        assert kind == Kind.BRIDGED
        assert reason.startswith("经沟渠1连接，相对100.0米")
    assert len(adjacency(banks, rule, barriers((box(0, 40, 100, 43), "ditch", "")))) == 0


def test_a_street_wider_than_its_reach_does_not_bridge() -> None:
    banks = shapes(box(0, 0, 100, 40), box(0, 72, 100, 100))
    assert len(adjacency(banks, Rule(), barriers((box(0, 40, 100, 72), "street", "")))) == 0


def test_a_railway_on_a_shared_boundary_parts_what_touches() -> None:
    found = adjacency(grid(2, 3), Rule(), barriers((shapely.LineString([(-10, 40), (150, 40.05)]), "railway", "")))
    assert pairs(found) == {(0, 1), (1, 2), (3, 4), (4, 5)}
    assert set(found.refused["reason"]) == {Refusal.PARTED}


def test_a_river_beside_parcels_that_touch_does_not_part_them() -> None:
    found = adjacency(grid(2, 3), Rule(gap_m=0), barriers((box(-10, 80, 200, 120), "river", "")))
    assert pairs(found) == rook(2, 3)


def test_barriers_without_shape_or_with_a_crossed_one_are_told_or_mended() -> None:
    bow = shapely.Polygon([(-50, 42), (150, 58), (150, 42), (-50, 58)])
    found = adjacency(BANKS, Rule(), barriers((None, "river", ""), (bow, "river", "")))
    assert found.notes == ("河流1没有图形，没有使用。",)
    assert set(found.refused["reason"]) == {Refusal.PARTED}


def test_decisions_come_last_and_carry_name_and_date() -> None:
    parcels = shapes(box(0, 0, 40, 40), box(40, 0, 80, 40), box(120, 0, 160, 40))
    ids = np.array(["甲", "乙", "丙"], dtype=object)
    day = dt.date(2025, 3, 1)
    split = Decision("乙", "甲", False, "张三", day, "中间有围墙")
    join = Decision("乙", "丙", True, "李四", day)
    lost = Decision("乙", "丁", True, "李四", day)
    found = adjacency(parcels, Rule(), ids=ids, decisions=[split, join, lost])
    assert pairs(found) == {(1, 2)}
    assert found.kind[0] == Kind.DECIDED
    assert found.edges(ids.tolist())["reason"].tolist() == ["李四 2025-03-01 认定相邻"]
    assert found.refused[["i", "j", "reason"]].to_numpy().tolist() == [[0, 1, Refusal.DECIDED]]
    assert found.refusals() == ["张三 2025-03-01 认定不相邻：中间有围墙"]
    assert len(found.notes) == 1
    later = Decision("甲", "乙", True, "王五", dt.date(2025, 4, 1))
    again = adjacency(parcels, Rule(), ids=ids, decisions=[later, split])
    assert again.edges(ids.tolist())["front_m"].tolist() == [40.0]
