"""Exactness: random small problems of every kind against brute force."""

from __future__ import annotations

import itertools
from collections.abc import Collection

import pytest

from mujun.renewal.blocks.plan import Status
from mujun.renewal.blocks.problem import Problem
from tests.renewal.blocks.brute import brute
from tests.renewal.blocks.instances import KINDS, as_python, random_problem
from tests.renewal.blocks.judging import better, judge, slack, solved

PER_TEST = 50


def _untrue(problem: Problem) -> str:
    """Return what is untrue of the plan of ``problem`` together with the problem, to be pasted."""
    try:
        found = judge(problem, solved(problem))
    except AssertionError as error:
        found = [str(error).splitlines()[0]]
    return f"{found}\n{as_python(problem)}" if found else ""


def _check_all(
    seeds: Collection[int], kinds: Collection[str] | None = None, *, smallest: int = 1, largest: int = 10
) -> None:
    for seed in seeds:
        problem = random_problem(seed, kinds, smallest=smallest, largest=largest)
        assert _untrue(problem) == "", f"seed {seed}, kinds {kinds}"


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 1200, PER_TEST))
def test_any_kinds_together(first: int) -> None:
    _check_all(range(first, first + PER_TEST))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(100_000, 100_200, PER_TEST))
def test_any_kinds_together_by_branching_alone(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small problems are decided by trying every choice: without that they show whether branching is exact."""
    monkeypatch.setattr("mujun.renewal.blocks.branching.FEW_OPEN", 1)
    _check_all(range(first, first + PER_TEST), smallest=4)


@pytest.mark.slow
@pytest.mark.parametrize(
    "kinds",
    [[], ["budget", "max_blocks"], *([kind] for kind in KINDS if kind not in ("holes", "max_block_mu"))],
    ids="-".join,
)
def test_somewhat_larger_problems(kinds: list[str] | None) -> None:
    _check_all(range(200_000, 200_020), kinds, smallest=10, largest=14)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_alone(kind: str) -> None:
    _check_all(range(10_000, 10_000 + PER_TEST), [kind])


@pytest.mark.slow
@pytest.mark.parametrize("kinds", itertools.combinations(KINDS, 2), ids="-".join)
def test_each_pair_of_kinds(kinds: tuple[str, str]) -> None:
    _check_all(range(20_000, 20_008), [*kinds, "budget", "max_blocks"])


def test_no_terms_at_all() -> None:
    _check_all(range(30_000, 30_000 + PER_TEST), [])


@pytest.mark.parametrize("seed", range(40_000, 40_030))
def test_a_gap_that_is_asked_for_is_kept(seed: int) -> None:
    problem = random_problem(seed, ["budget", "max_blocks", "min_block_mu"])
    assert judge(problem, solved(problem, gap=0.05), gap=0.05) == []


@pytest.mark.parametrize("seed", range(50_000, 50_020))
def test_the_same_seed_gives_the_same_plan(seed: int) -> None:
    problem = random_problem(seed)
    first, second = solved(problem, seed=4), solved(problem, seed=4)
    assert (first.status, first.objective, first.bound, first.blocks) == (
        second.status, second.objective, second.bound, second.blocks,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(60_000, 60_020))
def test_stopped_at_once_nothing_untrue_is_said(seed: int) -> None:
    problem = random_problem(seed)
    plan = solved(problem, should_stop=lambda: True)
    best = brute(problem).objective
    assert plan.status is not Status.FEASIBLE
    if best is None:
        assert plan.objective is None
    else:
        assert plan.status is not Status.INFEASIBLE
        assert plan.bound is None or better(problem, best, plan.bound) <= slack(best)


@pytest.mark.parametrize("seed", range(70_000, 70_030))
def test_what_is_told_on_the_way_is_true(seed: int) -> None:
    problem = random_problem(seed, ["budget", "max_blocks", "front_price", "together"])
    best = brute(problem).objective
    told: list[float] = []

    def tell(course: object) -> None:
        objective, bound = course.objective, course.bound  # type: ignore[attr-defined]
        if objective is not None:
            told.append(objective)
        if best is not None and bound is not None:
            assert better(problem, best, bound) <= slack(best, bound)

    plan = solved(problem, on_progress=tell)
    assert all(better(problem, after, before) >= -slack(before) for before, after in itertools.pairwise(told))
    if told and plan.objective is not None:
        assert better(problem, plan.objective, told[-1]) >= -slack(told[-1])


@pytest.mark.parametrize("seed", range(80_000, 80_020))
def test_alternatives_are_plans_and_other_on_the_ground(seed: int) -> None:
    problem = random_problem(seed, ["budget", "max_blocks"])
    plan = solved(problem, alternatives=3)
    assert judge(problem, plan) == []
    seen = [{node for block in plan.blocks for node in block}]
    for other in plan.alternatives:
        assert better(problem, other.objective, plan.objective or 0.0) <= slack(plan.objective)
        seen.append({node for block in other.blocks for node in block})
    for first, second in itertools.combinations(seen, 2):
        either, both = (sum(problem.area_mu[list(part)]) for part in (first | second, first & second))
        assert either == 0 or (either - both) / either >= 0.3 - 1e-9


@pytest.mark.parametrize("seed", range(90_000, 90_040))
def test_wishes_that_clash_are_named(seed: int) -> None:
    problem = random_problem(seed, ["lock_in", "lock_out", "together", "target_mu", "budget", "max_blocks"])
    plan = solved(problem)
    assert judge(problem, plan) == []
    if plan.status is Status.INFEASIBLE:
        assert plan.clash
        assert all(any("\u4e00" <= letter <= "\u9fff" for letter in sentence) for sentence in plan.clash)
        assert (plan.objective, plan.blocks) == (None, ())
