"""Compile the loops once, so that the first plan need not wait: ``python -m mujun.renewal.blocks.warm``."""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd

from mujun.renewal.blocks.closing import Closing
from mujun.renewal.blocks.compiled import compile_problem
from mujun.renewal.blocks.problem import Problem, Terms, build_problem
from mujun.renewal.blocks.solve import solve

SIDE = 13


def small_problem() -> Problem:
    """A rook grid on which every compiled loop runs."""
    chance = np.random.default_rng(1)
    number = SIDE * SIDE
    area = chance.lognormal(1.5, 0.8, number)
    at = np.arange(number).reshape(SIDE, SIDE)
    pairs = np.vstack([np.c_[at[:, :-1].ravel(), at[:, 1:].ravel()], np.c_[at[:-1].ravel(), at[1:].ravel()]]).astype(
        str
    )
    nodes = pd.DataFrame(
        {
            "id": np.arange(number).astype(str),
            "benefit": area * chance.normal(-0.3, 1, number),
            "cost": area,
            "area_mu": area,
            "lock": "",
        }
    )
    edges = pd.DataFrame({"a": pairs[:, 0], "b": pairs[:, 1]})
    return build_problem(
        nodes, edges, Terms(budget=0.2 * float(area.sum()), max_blocks=2, max_block_mu=float(area.sum()))
    )


def warm() -> float:
    """Compile what is not compiled yet and return the seconds it took."""
    begun = time.perf_counter()
    problem = small_problem()
    solve(problem, time_limit_s=0.5)
    shaped = compile_problem(problem.with_terms(Terms(budget=problem.terms.budget, min_block_mu=5.0)))
    Closing(shaped, [], lambda: 0.0, lambda chosen, prices: None, lambda taken: None, np.inf, np.full(2, 0.1)).step()
    return time.perf_counter() - begun


if __name__ == "__main__":
    print(f"编译用时 {warm():.1f} 秒 · compiled", flush=True)
    sys.exit(0)
