"""Closing with linear programmes is exact: random small problems of every kind that it may be asked, against brute force."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from mujun.renewal.blocks.branching import Tree
from tests.renewal.blocks.instances import KINDS, as_python, random_problem
from tests.renewal.blocks.judging import judge, solved

PER_TEST = 12
ASKED = [kind for kind in KINDS if kind not in ("max_block_mu", "holes")]


@pytest.fixture
def programmes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tree answers nothing, so that every proof is one of linear programmes."""
    monkeypatch.setattr("mujun.renewal.blocks.solving.QUESTIONS_FIRST", 0)
    monkeypatch.setattr("mujun.renewal.blocks.branching.FEW_OPEN", 0)


def _check(seeds: Collection[int], kinds: Collection[str]) -> None:
    for seed in seeds:
        problem = random_problem(seed, kinds, smallest=4, largest=11)
        found = judge(problem, solved(problem, time_limit_s=20))
        assert found == [], f"seed {seed}, kinds {kinds}: {found}\n{as_python(problem)}"


@pytest.mark.usefixtures("programmes_alone")
@pytest.mark.parametrize("kind", ASKED)
def test_each_kind_with_a_budget(kind: str) -> None:
    _check(range(300_000, 300_000 + PER_TEST), [kind, "budget", "max_blocks"])


@pytest.mark.usefixtures("programmes_alone")
@pytest.mark.parametrize("first", range(310_000, 310_036, PER_TEST))
def test_many_kinds_together(first: int) -> None:
    _check(range(first, first + PER_TEST), [kind for kind in ASKED if kind not in ("area", "net", "cost")])


@pytest.mark.usefixtures("programmes_alone")
def test_the_tree_was_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_tree: Tree) -> None:
        raise AssertionError

    monkeypatch.setattr(Tree, "step", refuse)
    _check(range(320_000, 320_020), ["budget", "max_blocks", "min_block_mu"])
