"""Plans put together from islands: the bound never lies below the best plan, and what is said to be proven is."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Collection

import numpy as np
import pandas as pd
import pytest

from mujun.renewal.blocks.alternatives import DIFFERENCE, alternatives, difference
from mujun.renewal.blocks.compiled import compile_problem
from mujun.renewal.blocks.islands import Answer, Within, islands_of, shared_rows
from mujun.renewal.blocks.plan import Status
from mujun.renewal.blocks.problem import Objective, Problem, Terms, build_problem
from mujun.renewal.blocks.solve import solve
from mujun.renewal.blocks.solving import Search
from tests.renewal.blocks.brute import brute
from tests.renewal.blocks.checker import faults, given
from tests.renewal.blocks.instances import KINDS, as_python, random_problem
from tests.renewal.blocks.judging import judge, slack, solved

PER_TEST = 10
ASKED = [kind for kind in KINDS if kind not in ("max_block_mu", "holes", "min_block_mu")]
MOST_KNOTS = 300


def _untrue(problem: Problem, seed: int) -> str:
    """Return what is untrue of what the assembly alone finds from any prices, step by step."""
    best = brute(problem).objective
    worth = -best if best is not None and problem.terms.objective is Objective.COST else best
    search = Search(problem, time_limit_s=600)
    search.prices = np.random.default_rng(seed).exponential(1.0, len(search.compiled.limit))
    search.incumbent.keep(np.full(len(problem), -1, dtype=np.int64))
    assembly = search.assembly()
    for _knot in range(MOST_KNOTS):
        if worth is not None and max(assembly.bound, search.incumbent.value) < worth - slack(worth):
            return f"bound {assembly.bound!r}, but {worth!r} is possible\n{as_python(problem)}"
        if assembly.exhausted:
            break
        assembly.step()
    found = search.incumbent.value if search.incumbent.block is not None else None
    if worth is None:
        return "a plan where there is none" if found is not None else ""
    if found is None or found > worth + slack(worth):
        return f"{found!r}, but {worth!r} is the best\n{as_python(problem)}"
    if problem.terms.front_price:  # exposed front is no part of the bound: an island may have more sets than are tried
        return ""
    closed = assembly.bound <= found + 10 * slack(found) and found >= worth - slack(worth)
    return "" if closed else f"open at {assembly.bound!r}\n{as_python(problem)}"


def _check(seeds: Collection[int], kinds: Collection[str]) -> None:
    for seed in seeds:
        problem = random_problem(seed, [*kinds, "min_block_mu"], smallest=4, largest=11)
        assert _untrue(problem, seed) == "", f"seed {seed}, kinds {kinds}"


@pytest.mark.parametrize("kind", ASKED)
def test_each_kind_with_a_least_area_and_a_budget(kind: str) -> None:
    _check(range(400_000, 400_000 + PER_TEST), [kind, "budget"])


@pytest.mark.parametrize("first", range(410_000, 410_040, PER_TEST))
def test_many_kinds_together(first: int) -> None:
    _check(range(first, first + PER_TEST), ["budget", "max_blocks", "resources", "lock_in", "together", "target_mu"])


@pytest.mark.slow
@pytest.mark.parametrize("first", range(420_000, 420_600, 50))
def test_any_kinds_by_chance(first: int) -> None:
    for seed in range(first, first + 50):
        chance = np.random.default_rng(seed)
        _check([seed], [kind for kind in ASKED if chance.random() < 0.35])


@pytest.fixture
def islands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither every choice is tried nor is the price search given rounds enough to prove anything by itself."""
    monkeypatch.setattr("mujun.renewal.blocks.branching.FEW_OPEN", 0)
    monkeypatch.setattr("mujun.renewal.blocks.solving.ROOT_LOOKS", (2, 2, 2))
    monkeypatch.setattr("mujun.renewal.blocks.solving.ISLANDS", 1)


@pytest.mark.usefixtures("islands_alone")
@pytest.mark.parametrize("first", range(430_000, 430_040, PER_TEST))
def test_a_whole_search_by_islands_is_exact(first: int) -> None:
    for seed in range(first, first + PER_TEST):
        problem = random_problem(seed, ["budget", "max_blocks", "min_block_mu", "protected"], smallest=6, largest=12)
        assert judge(problem, solved(problem)) == [], as_python(problem)


def island_county(seed: int, islands: int = 12, side: int = 5) -> Problem:
    """Grids of parcels that do not touch each other, where a block needs several parcels."""
    chance = np.random.default_rng(seed)
    grid = np.arange(side * side).reshape(side, side)
    beside, below = (grid[:, :-1], grid[:, 1:]), (grid[:-1], grid[1:])
    pairs = [pair for one, other in (beside, below) for pair in zip(one.ravel(), other.ravel(), strict=True)]
    number = islands * side * side
    area = chance.lognormal(2, 0.5, number)
    nodes = pd.DataFrame({
        "id": [str(at) for at in range(number)], "area_mu": area, "lock": "",
        "benefit": area * chance.exponential(8, number), "cost": area * chance.uniform(100, 500, number),
    })  # fmt: skip
    ends = [(str(a + part * side * side), str(b + part * side * side)) for part in range(islands) for a, b in pairs]
    edges = pd.DataFrame(ends, columns=["a", "b"])
    return build_problem(nodes, edges, Terms(budget=20_000.0, min_block_mu=40.0, max_blocks=4))


@pytest.mark.parametrize("seed", range(2))
def test_islands_are_closed_and_their_plan_is_accepted(seed: int) -> None:
    problem = island_county(seed)
    plan = solve(problem, time_limit_s=600)
    assert plan.status is Status.OPTIMAL
    assert faults(given(problem), plan.blocks, plan.objective or 0.0) == []


def test_the_same_search_finds_the_same_plan() -> None:
    problem = island_county(5, islands=6, side=4)
    first, second = (solve(problem, time_limit_s=600, gap=0.01) for _time in range(2))
    assert (first.objective, first.bound, first.blocks) == (second.objective, second.bound, second.blocks)


def test_five_alternatives_where_there_are_five() -> None:
    problem, loss = island_county(3, islands=8, side=3), 0.25
    search = Search(problem, time_limit_s=600)
    plan = search.run()
    others = alternatives(problem, plan, count=5, loss=loss, time_limit_s=600, shares=search.shares)
    assert len(others) == 5
    for other in others:
        assert faults(given(problem), other.blocks, other.objective) == []
        assert difference(problem, plan, other).loss <= loss + 1e-9
    for one, other in itertools.combinations([plan, *others], 2):
        assert difference(problem, one, other).share >= DIFFERENCE - 1e-9


def test_what_an_answer_proves_at_other_prices() -> None:
    """Blocks that use 4 to 6 of a row: each unit of price more takes off at least 4, each less adds at most 6."""
    answer = Answer(Within(np.array([0.0, 1.0]), np.array([9.0, 2.0])), np.array([1.0, 0.0]), 10.0)
    within = Within(np.array([4.0, 1.0]), np.array([6.0, 1.0]))
    assert answer.at(np.array([3.0, 0.0]), within) == 10 - 2 * 4
    assert answer.at(np.array([0.5, 0.0]), within) == 10 + 0.5 * 6
    assert answer.at(np.array([1.0, 2.0]), within) == 10 - 2 * 1


def test_islands_are_parts_that_do_not_touch_and_groups_link_them() -> None:
    nodes = pd.DataFrame(
        {"id": list("abcdef"), "benefit": 1.0, "cost": 1.0, "area_mu": 1.0, "lock": ["", "", "", "out", "", ""]}
    )
    edges = pd.DataFrame({"a": list("acde"), "b": list("bdef")})
    compiled = compile_problem(build_problem(nodes, edges, Terms(budget=3.0, min_block_mu=2.0, max_blocks=2)))
    alone = [np.flatnonzero(state >= 0).tolist() for state in islands_of(compiled, compiled.state, [])]
    assert sorted(alone) == [[0, 1], [2], [4, 5]]
    linked = [np.flatnonzero(state >= 0).tolist() for state in islands_of(compiled, compiled.state, [np.array([1, 4])])]
    assert sorted(linked) == [[0, 1, 4, 5], [2]]
    shared = shared_rows(compiled)
    assert shared.names == ("budget", "blocks")
    assert shared.limit.tolist() == [3.0, 2.0]
    assert dataclasses.replace(shared).per_block.tolist() == [0.0, 1.0]
