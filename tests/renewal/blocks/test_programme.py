"""The rows of the linear programme by hand, its bound, and the cuts that hold a plan together."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mujun.renewal.blocks.compiled import Compiled, compile_problem
from mujun.renewal.blocks.lines import Columns, Line, beside_of, cut_of, lines_of, other_than
from mujun.renewal.blocks.problem import Problem, Terms, build_problem
from mujun.renewal.blocks.programme import Programme
from mujun.renewal.blocks.raising import raised_cuts
from mujun.renewal.blocks.separation import find_cuts, network, too_small
from mujun.renewal.flow import maximum_flow

Row = tuple[dict[str, float], float, float]
INF = float("inf")


def path_of_three(terms: Terms, **columns: Any) -> Problem:
    """Parcels 0 - 1 - 2; the middle one only costs."""
    figures = {
        "id": ["0", "1", "2"],
        "benefit": [5.0, -1.0, 3.0],
        "cost": [2.0, 4.0, 8.0],
        "area_mu": [1.0, 2.0, 3.0],
        "lock": ["", "", ""],
    }
    edges = pd.DataFrame({"a": ["0", "1"], "b": ["1", "2"], "front_m": [10.0, 20.0]})
    return build_problem(pd.DataFrame(figures | columns), edges, terms)


def named(columns: Columns) -> list[str]:
    arcs = [f"y{tail}{tip}" for tail, tip in zip(columns.tails, columns.tips, strict=True)]
    return [f"x{node}" for node in range(columns.nodes)] + arcs + [f"r{node}" for node in range(columns.nodes)]


def by_name(lines: Iterable[Line], columns: Columns) -> list[Row]:
    names = named(columns)
    return [
        ({names[at]: float(value) for at, value in zip(line.index, line.value, strict=True)}, line.lower, line.upper)
        for line in lines
    ]


def rows_of(problem: Problem, groups: tuple[tuple[int, ...], ...] = ()) -> list[Row]:
    compiled = compile_problem(problem)
    columns = Columns(compiled)
    return by_name(lines_of(compiled, [np.array(group) for group in groups], columns), columns)


def test_columns_and_every_row_of_a_path() -> None:
    rows = rows_of(path_of_three(Terms(budget=10.0, max_blocks=2)))
    assert rows == [
        ({"x0": 2.0, "x1": 4.0, "x2": 8.0}, -INF, 10.0 + 1e-9),
        ({"r0": 1.0, "r2": 1.0}, -INF, pytest.approx(2.0)),  # no block begins at the middle, which only costs
        ({"x0": 1.0, "y10": -1.0, "r0": -1.0}, 0.0, 0.0),
        ({"x1": 1.0, "y01": -1.0, "y21": -1.0, "r1": -1.0}, 0.0, 0.0),
        ({"x2": 1.0, "y12": -1.0, "r2": -1.0}, 0.0, 0.0),
        ({"y10": 1.0, "y01": 1.0, "x0": -1.0}, -INF, 0.0),
        ({"y01": 1.0, "y10": 1.0, "x1": -1.0}, -INF, 0.0),
        ({"y21": 1.0, "y12": 1.0, "x1": -1.0}, -INF, 0.0),
        ({"y12": 1.0, "y21": 1.0, "x2": -1.0}, -INF, 0.0),
        ({"x1": 1.0, "y10": -1.0, "y12": -1.0}, -INF, 0.0),  # no best plan ends at the middle
    ]


LIMITS: list[tuple[Terms, dict[str, Any], list[Row]]] = [
    (Terms(budget=10.0), {}, [({"x0": 2.0, "x1": 4.0, "x2": 8.0}, -INF, 10.0)]),
    (
        Terms(resources={"floor": 7.0}),
        {"floor": [1.0, 0.0, 6.0]},
        [({"x0": 1.0, "x2": 6.0}, -INF, 7.0)],
    ),
    (Terms(target_mu=4.0), {}, [({"x0": -1.0, "x1": -2.0, "x2": -3.0}, -INF, -4.0)]),
    (
        Terms(protected_share_max=0.25),
        {"protected": [False, True, False]},
        [({"x0": -0.25, "x1": 1.5, "x2": -0.75}, -INF, 0.0)],
    ),
    (
        Terms(min_block_mu=4.0),
        {},
        [({"x0": -1.0, "x1": -2.0, "x2": -3.0, "r0": 4.0, "r1": 4.0, "r2": 4.0}, -INF, 0.0)],
    ),
    (
        Terms(max_block_mu=5.0),
        {},
        [({"x0": 1.0, "x1": 2.0, "x2": 3.0, "r0": -5.0, "r2": -5.0}, -INF, 0.0)],
    ),
    (Terms(max_blocks=2), {}, [({"r0": 1.0, "r2": 1.0}, -INF, 2.0)]),
]


@pytest.mark.parametrize(("terms", "more", "wanted"), LIMITS)
def test_each_limit(terms: Terms, more: dict[str, Any], wanted: list[Row]) -> None:
    rows = rows_of(path_of_three(terms, **more))[: len(wanted)]
    for row, (coefficients, lower, upper) in zip(rows, wanted, strict=True):
        assert row[0] == pytest.approx(coefficients)
        assert row[1] == lower
        assert row[2] == pytest.approx(upper, abs=1e-8)


def test_parcels_that_go_together_are_equal() -> None:
    rows = rows_of(path_of_three(Terms(), together=["a", "", "a"]), ((0, 2),))
    assert ({"x0": 1.0, "x2": -1.0}, 0.0, 0.0) in rows


def test_a_block_starts_at_its_best_parcel() -> None:
    gains = {"benefit": [5.0, 2.0, 3.0]}
    touching = rows_of(path_of_three(Terms(max_blocks=2), **gains))
    assert [row for row in touching if row[2] == 1.0] == [
        ({"x0": 1.0, "r1": 1.0}, -INF, 1.0),
        ({"x2": 1.0, "r1": 1.0}, -INF, 1.0),
    ]
    alone = rows_of(path_of_three(Terms(max_blocks=1), **gains))
    assert [row for row in alone if "x0" in row[0] and "r2" in row[0]] == [
        ({"x0": 1.0, "r2": 1.0, "r1": 1.0}, -INF, 1.0)
    ]
    assert [row for row in alone if "x2" in row[0] and "r1" in row[0]] == [({"x2": 1.0, "r1": 1.0}, -INF, 1.0)]


def test_one_block_starts_where_it_is_locked_in() -> None:
    compiled = compile_problem(path_of_three(Terms(max_blocks=1), lock=["", "", "in"]))
    assert Columns(compiled).roots.tolist() == [False, False, True]
    programme = Programme(Columns(compiled), compiled.gain, compiled.state, [])
    assert programme.upper.tolist() == [1.0] * 3 + [1.0] * 4 + [0.0, 0.0, 1.0]
    assert programme.lower.tolist() == [0.0, 0.0, 1.0] + [0.0] * 7


def test_cuts_by_hand() -> None:
    compiled = compile_problem(path_of_three(Terms(max_blocks=2)))
    columns = Columns(compiled)
    lines = [
        cut_of(columns, 2, np.array([False, True, True])),
        beside_of(columns, 2, np.array([False, False, True])),
        other_than(np.array([True, False, True])),
    ]
    assert by_name(lines, columns) == [
        ({"x2": 1.0, "y01": -1.0, "r2": -1.0}, -INF, 0.0),
        ({"x2": 1.0, "x1": -1.0}, -INF, 0.0),
        ({"x0": 1.0, "x1": -1.0, "x2": 1.0}, -INF, 1.0),
    ]


def grid(side: int, seed: int, blocks: int = 1) -> Compiled:
    chance = np.random.default_rng(seed)
    number = side * side
    at = np.arange(number).reshape(side, side)
    pairs = np.vstack([np.c_[at[:, :-1].ravel(), at[:, 1:].ravel()], np.c_[at[:-1].ravel(), at[1:].ravel()]])
    nodes = pd.DataFrame({"id": np.arange(number).astype(str), "benefit": chance.normal(-0.2, 1, number)})
    nodes["cost"] = nodes["area_mu"] = chance.lognormal(0, 0.5, number)
    nodes["lock"] = ""
    edges = pd.DataFrame({"a": pairs[:, 0].astype(str), "b": pairs[:, 1].astype(str)})
    return compile_problem(build_problem(nodes, edges, Terms(budget=number / 4, max_blocks=blocks)))


def broken_by(line: Line, values: np.ndarray) -> float:
    return float(line.value @ values[line.index]) - line.upper


def plan_as_point(columns: Columns, chosen: list[int], chance: np.random.Generator) -> np.ndarray:
    """A connected set as columns: it starts anywhere a block may start and goes on in any order."""
    values = np.zeros(len(columns))
    start = int(chance.choice([node for node in chosen if columns.roots[node]]))
    values[columns.root(np.array([start]))] = 1.0
    reached, queue = {start}, [start]
    for node in queue:
        for place in np.flatnonzero(columns.tails == node):
            tip = int(columns.tips[place])
            if tip in chosen and tip not in reached:
                reached.add(tip)
                queue.append(tip)
                values[columns.arc(np.array([place]))] = 1.0
    values[list(reached)] = 1.0
    return values


@pytest.mark.parametrize("seed", range(10))
def test_fractional_cuts_are_broken_by_the_point_and_kept_by_plans(seed: int) -> None:
    compiled = grid(5, seed, blocks=1 + seed % 2)
    columns = Columns(compiled)
    programme = Programme(columns, compiled.gain, compiled.state, lines_of(compiled, [], columns))
    values = programme.relax().values
    assert values is not None
    taken, arc, root = values[:25], values[25 : 25 + columns.arcs], values[25 + columns.arcs :]
    order = np.flatnonzero(taken > 1e-4)
    nodes, sets = find_cuts(columns.starts, columns.tails, columns.reverse, taken, arc, root, order, 50, 5, 1e-4)
    cuts = [cut_of(columns, int(node), inside) for node, inside in zip(nodes, sets, strict=True)]
    cuts += [
        cut_of(columns, node, inside) for node, inside in raised_cuts(compiled, np.full(2, 0.3), columns.roots, 50)
    ]
    chance = np.random.default_rng(seed)
    for _plan in range(30):
        values_of_plan = plan_as_point(columns, _connected(columns, chance), chance)
        assert all(broken_by(cut, values_of_plan) <= 1e-12 for cut in cuts)
    first = [cut for cut, node in zip(cuts, nodes, strict=False) if node == nodes[0]][:1]
    assert all(broken_by(cut, values) > 5e-5 for cut in first)


def _connected(columns: Columns, chance: np.random.Generator) -> list[int]:
    chosen = [int(chance.choice(np.flatnonzero(columns.roots)))]
    for _more in range(int(chance.integers(1, 10))):
        beside = np.setdiff1d(columns.tips[np.isin(columns.tails, chosen)], chosen)
        chosen.append(int(chance.choice(beside)))
    return chosen


def test_two_apart_under_one_start_are_cut() -> None:
    compiled = compile_problem(path_of_three(Terms(max_blocks=1)))
    columns = Columns(compiled)
    taken, arc, root = np.array([1.0, 0.0, 1.0]), np.zeros(4), np.array([0.5, 0.0, 0.5])
    nodes, sets = find_cuts(
        columns.starts, columns.tails, columns.reverse, taken, arc, root, np.array([0, 2]), 10, 1, 1e-4
    )
    assert {int(node) for node in nodes} == {0, 2}
    for node, inside in zip(nodes, sets, strict=True):
        assert inside[node]
        assert not inside[2 - node]


@pytest.mark.parametrize("seed", range(60))
def test_the_largest_flow_is_the_least_cut(seed: int) -> None:
    chance = np.random.default_rng(seed)
    number = int(chance.integers(2, 8))
    pairs = np.array([pair for pair in itertools.combinations(range(number), 2) if chance.random() < 0.5])
    edges = pd.DataFrame(pairs.reshape(-1, 2).astype(str), columns=["a", "b"])
    nodes = pd.DataFrame({"id": np.arange(number).astype(str), "benefit": 1.0, "cost": 1.0, "area_mu": 1.0, "lock": ""})
    columns = Columns(compile_problem(build_problem(nodes, edges, Terms())))
    arc, root = chance.random(columns.arcs) * chance.integers(0, 2, columns.arcs), chance.random(number)
    sink = int(chance.integers(number))
    first, head, twin, capacity = network(columns.starts, columns.tails, columns.reverse, arc, root)
    assert (twin[twin] == np.arange(len(twin))).all()
    flow, _level = maximum_flow(first, head, twin, capacity, number, sink, 1e9)
    least = INF
    for choice in itertools.product([False, True], repeat=number):
        inside = np.array(choice)
        if inside[sink]:
            crossing = inside[columns.tips] & ~inside[columns.tails]
            least = min(least, float(arc[crossing].sum() + root[inside].sum()))
    assert flow == pytest.approx(least, abs=1e-8)


def test_a_set_too_small_is_found() -> None:
    columns = Columns(compile_problem(path_of_three(Terms(min_block_mu=4.0))))
    slack, inside = too_small(
        columns.starts, columns.tails, np.array([1.0, 2.0, 3.0]), 4.0, np.array([0.8, 0.3, 0.0]), 0
    )
    assert slack == pytest.approx(-0.8)  # 0 and 1 together have 3 mu, and parcel 2 beside them is not taken
    assert inside.tolist() == [True, True, False]


@pytest.mark.parametrize("seed", range(20))
def test_any_prices_give_a_bound(seed: int) -> None:
    compiled = grid(4, seed)
    columns = Columns(compiled)
    programme = Programme(columns, compiled.gain, compiled.state, lines_of(compiled, [], columns))
    relaxed = programme.relax()
    assert relaxed.values is not None
    value = float(compiled.gain @ relaxed.values[:16])
    assert relaxed.bound == pytest.approx(value, rel=1e-7)
    chance = np.random.default_rng(seed)
    for _prices in range(20):
        assert programme.bound_by(chance.normal(0, 1, len(programme)))[0] >= value - 1e-9


def test_rows_that_cannot_be_kept_are_proven_so() -> None:
    compiled = grid(3, 1)
    columns = Columns(compiled)
    programme = Programme(columns, compiled.gain, compiled.state, lines_of(compiled, [], columns))
    programme.add([Line(np.arange(9), np.ones(9), 8.5, INF)])  # nine parcels cost more than the budget
    assert programme.relax().bound == -INF


def test_forgotten_rows_leave_the_others_as_they_were() -> None:
    compiled = grid(4, 3)
    columns = Columns(compiled)
    lines = lines_of(compiled, [], columns)
    programme = Programme(columns, compiled.gain, compiled.state, lines)
    before = programme.relax()
    assert before.values is not None
    slack = [Line(np.arange(4), np.ones(4), -INF, 5.0 + extra) for extra in range(3)]
    programme.add(slack)
    programme.drop_idle(len(lines), before.values, 0.5)
    assert len(programme) == len(lines)
    assert programme.relax().bound == pytest.approx(before.bound)
