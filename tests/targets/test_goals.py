"""What a rate of change makes of its base."""

from __future__ import annotations

import pytest

from mujun.targets.goals import adds_up, level_on_base
from mujun.targets.statement import Bound


@pytest.mark.parametrize(
    ("value", "unit", "bound", "base", "falls", "level", "then"),
    [
        (8, "%", Bound.GE, 1000, False, 1080, Bound.GE),
        (3.2, "%", Bound.EQ, 100, True, 96.8, Bound.LE),
        (3.2, "%", Bound.GE, 100, True, 96.8, Bound.LE),
        (5, "%", Bound.LE, 100, True, 95, Bound.GE),  # 降幅不超过5%
        (5, "‰", Bound.LE, 200, False, 201, Bound.LE),
        (1.5, "百分点", Bound.EQ, 60, False, 61.5, Bound.EQ),
        (2, "百分点", Bound.EQ, 12, True, 10, Bound.LE),
        (1.5, "倍", Bound.EQ, 10, False, 25, Bound.EQ),
        (1, "番", Bound.EQ, 10, False, 20, Bound.EQ),
        (2, "位", Bound.EQ, 10, False, 8, Bound.EQ),
        (-3.2, "%", Bound.EQ, 100, False, 96.8, Bound.EQ),
    ],
)
def test_levels(value, unit, bound, base, falls, level, then):
    assert level_on_base(value, unit, bound, base, falls=falls) == (pytest.approx(level), then)


def test_points_and_ranks_of_parts_do_not_add_up():
    assert [adds_up(unit) for unit in ("%", "倍", "百分点", "位")] == [True, True, False, False]
