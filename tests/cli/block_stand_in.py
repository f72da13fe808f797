"""A stand-in for the solver, run as a program of its own: it tells one plan, then waits to be stopped or killed.

python -m tests.cli.block_stand_in INSTANCE --out plan.json …
"""

from __future__ import annotations

import dataclasses
import sys
import time
from typing import Any

import mujun.renewal.blocks
from mujun.cli.main import main
from mujun.renewal.blocks.plan import Plan, Status
from mujun.renewal.blocks.problem import Problem


@dataclasses.dataclass
class Course:
    seconds: float
    objective: float | None
    bound: float | None
    gap: float | None
    blocks: tuple[tuple[int, ...], ...]


def wait_to_be_stopped(problem: Problem, **asked: Any) -> Plan:
    blocks = ((0, 1),)
    asked["on_progress"](Course(0.0, None, 9.0, None, ()))
    asked["on_progress"](Course(0.1, 2.0, 3.0, 0.5, blocks))
    while not asked["should_stop"]():
        time.sleep(0.02)
    return Plan(Status.STOPPED, 2.0, 3.0, blocks, seed=asked["seed"])


if __name__ == "__main__":
    mujun.renewal.blocks.solve = wait_to_be_stopped  # type: ignore[attr-defined,assignment]
    sys.exit(main(["blocks", *sys.argv[1:]]))
