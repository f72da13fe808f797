"""Every limit as a row, compared with rows written by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mujun.renewal.blocks.compiled import compile_problem, neighbours, rows_of, shrink
from mujun.renewal.blocks.problem import Objective, Problem, Terms, build_problem

NODES = pd.DataFrame(
    {
        "id": ["甲", "乙", "丙"],
        "benefit": [5.0, -1.0, 2.0],
        "cost": [3.0, 1.0, 4.0],
        "area_mu": [10.0, 20.0, 30.0],
        "lock": ["", "", "out"],
        "protected": [False, True, False],
        "floor_m2": [100.0, 0.0, 50.0],
    }
)
EDGES = pd.DataFrame({"a": ["甲", "丙", "乙", "甲"], "b": ["乙", "乙", "甲", "甲"], "front_m": [7.0, 9.0, 8.0, 1.0]})


def problem(**terms: object) -> Problem:
    return build_problem(NODES, EDGES, Terms(**terms))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("terms", "name", "use", "per_block", "limit"),
    [
        ({"budget": 6.0}, "budget", [3, 1, 4], 0, 6),
        ({"resources": {"floor_m2": 120.0}}, "resource:floor_m2", [100, 0, 50], 0, 120),
        ({"target_mu": 25.0}, "target", [-10, -20, -30], 0, -25),
        ({"protected_share_max": 0.25}, "protected", [-2.5, 15, -7.5], 0, 0),
        ({"min_block_mu": 15.0}, "least", [-10, -20, -30], 15, 0),
        ({"max_block_mu": 40.0}, "most", [10, 20, 30], -40, 0),
        ({"max_blocks": 2}, "blocks", [0, 0, 0], 1, 2),
    ],
)
def test_a_limit_is_the_row_one_would_write(terms, name, use, per_block, limit):
    rows = {row.name: row for row in rows_of(problem(**terms))}
    row = rows[name]
    assert (row.use.tolist(), row.per_block, row.limit) == (use, per_block, limit)
    expected = {name, "protected"}  # a protected parcel always has its row
    assert set(rows) == expected


@pytest.mark.parametrize(
    ("objective", "gain"),
    [
        (Objective.BENEFIT, [5, -1, 2]),
        (Objective.AREA, [10, 20, 30]),
        (Objective.NET, [2, -2, -2]),
        (Objective.COST, [-3, -1, -4]),
    ],
)
def test_what_is_maximised(objective, gain):
    assert problem(objective=objective, target_mu=1.0).gain.tolist() == gain


def test_pairs_are_sorted_once_and_keep_the_longest_front():
    compiled = problem()
    assert compiled.edges.tolist() == [[0, 1], [1, 2]]
    assert compiled.front_m.tolist() == [8.0, 9.0]
    starts, heads = neighbours(3, compiled.edges)
    assert (starts.tolist(), heads.tolist()) == ([0, 1, 3, 4], [1, 0, 2, 1])


def test_locks_and_protection_decide_before_the_search():
    assert compile_problem(problem()).state.tolist() == [0, -1, -1]
    assert compile_problem(problem(protected_share_max=0.5)).state.tolist() == [0, 0, -1]


def test_a_part_joins_what_is_in_and_leaves_out_what_is_out():
    compiled = compile_problem(problem(budget=6.0, protected_share_max=1.0))
    small, cluster = shrink(compiled, np.array([1, 1, -1]))
    assert cluster.tolist() == [0, 0, -1]
    assert (small.gain.tolist(), small.area.tolist(), small.state.tolist()) == ([4.0], [30.0], [1])
    assert small.use[0].tolist() == [4.0]
