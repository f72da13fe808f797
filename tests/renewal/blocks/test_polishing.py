"""Single steps: they go as far as they may, and no further."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mujun.renewal.blocks.compiled import compile_problem
from mujun.renewal.blocks.polishing import polish
from mujun.renewal.blocks.problem import Terms, build_problem

NUMBER = 30


def _polished(most_work: int) -> tuple[int, np.ndarray]:
    """Polish one parcel in the middle of a row of parcels that are all worth having."""
    ids = [str(node) for node in range(NUMBER)]
    nodes = pd.DataFrame({"id": ids, "benefit": 1.0, "cost": 1.0, "area_mu": 1.0})
    edges = pd.DataFrame({"a": ids[:-1], "b": ids[1:]})
    compiled = compile_problem(build_problem(nodes, edges, Terms(budget=20.0)))
    block = np.full(NUMBER, -1, dtype=np.int64)
    block[NUMBER // 2] = 0
    steps = polish(
        compiled.starts, compiled.heads, compiled.gain, compiled.use, compiled.limit, np.full(len(compiled.limit), 40.0),
        compiled.area, compiled.state, block, compiled.least, compiled.most, 2000, most_work,
    )  # fmt: skip
    return steps, np.flatnonzero(block >= 0)


def test_it_takes_what_the_budget_allows() -> None:
    steps, taken = _polished(1_000_000)
    assert steps == len(taken) - 1 == 19
    assert taken[-1] - taken[0] == len(taken) - 1


@pytest.mark.parametrize(("most_work", "expected"), [(0, 0), (1, 1), (3 * NUMBER + 1, 2)])
def test_no_step_is_begun_once_enough_was_looked_at(most_work: int, expected: int) -> None:
    assert _polished(most_work)[0] == expected
