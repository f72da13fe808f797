"""What the product says of blocks is what the independent checker of the tests says, on thousands of random blocks."""

from __future__ import annotations

import numpy as np
import pytest

from mujun.renewal.judging import faults, worth
from tests.renewal.blocks import checker
from tests.renewal.blocks.instances import random_problem


def some_blocks(number: int, edges: np.ndarray, random: np.random.Generator) -> list[list[int]]:
    """A few blocks grown along the edges, now and then spoiled."""
    order = random.permutation(number).tolist()
    blocks: list[list[int]] = []
    for _block in range(int(random.integers(1, 3))):
        if not order:
            break
        block = [order.pop()]
        for _step in range(int(random.integers(0, 5))):
            near = [int(b if a in block else a) for a, b in edges.tolist() if (a in block) != (b in block)]
            near = [one for one in near if one in order]
            if not near or random.random() < 0.1:
                near = order
            if near:
                block.append(near[0])
                order.remove(near[0])
        blocks.append(block)
    return blocks


@pytest.mark.parametrize("seed", range(8))
def test_it_agrees_with_the_independent_checker(seed: int) -> None:
    random = np.random.default_rng(seed)
    kept = broken = 0
    for _problem in range(60):
        problem = random_problem(int(random.integers(1 << 30)))
        given = checker.given(problem)
        for _plan in range(5):
            blocks = some_blocks(len(problem), problem.edges, random)
            other = checker.faults(given, blocks)
            assert bool(faults(problem, blocks)) == bool(other), (blocks, faults(problem, blocks), other)
            assert worth(problem, blocks) == pytest.approx(checker.objective(given, blocks), rel=1e-12, abs=1e-9)
            kept, broken = kept + (not other), broken + bool(other)
    assert min(kept, broken) > 10


def test_what_is_no_plan_at_all_is_said() -> None:
    problem = random_problem(1, [])
    assert faults(problem, [[0], [0]]) == ["有宗地出现两次。"]
    assert faults(problem, [[]]) == ["有区块是空的。"]
    assert faults(problem, [[len(problem)]]) == ["有宗地不在数据里。"]
