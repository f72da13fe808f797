"""One task of phasing, searched and bounded, with rows of its own and a plan to begin with."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence

import numpy as np

from mujun.renewal.blocks.problem import Ints
from mujun.renewal.phasing.closing import Closing
from mujun.renewal.phasing.compiled import Compiled, compile_task
from mujun.renewal.phasing.housing import NotKnown
from mujun.renewal.phasing.roofs import find_roofs
from mujun.renewal.phasing.rows import Row
from mujun.renewal.phasing.searching import Searcher
from mujun.renewal.phasing.task import PhasingProblem
from mujun.renewal.phasing.wishes import find_stuck

NEVER = -1


@dataclasses.dataclass(frozen=True, slots=True)
class Closed:
    """``period`` of each parcel of the task (n,), -1 never, None without a plan; ``bound`` holds for every plan of it."""

    period: Ints | None
    bound: float
    infeasible: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Manner:
    """How to search: until ``gap``, with ``seed``, for ``seconds``, unless ``stop`` says so."""

    seconds: float
    gap: float = 0.0
    seed: int = 1
    stop: Callable[[], bool] = lambda: False


def close(
    task: PhasingProblem,
    manner: Manner,
    *,
    better: Callable[[Ints], None] = lambda period: None,
    bounded: Callable[[float], None] = lambda bound: None,
    rows: Callable[[Compiled], Sequence[Row]] = lambda compiled: (),
    start: Ints | None = None,
) -> Closed:
    """Search ``task`` under the further ``rows`` of its columns; tell each better plan and what bounds all of them.

    ``start`` a plan (n,) to begin with; one that breaks something is not used.
    """
    stuck = find_stuck(task, find_roofs(task))
    if stuck.clash(task):
        return Closed(None, -np.inf, infeasible=True)
    compiled = compile_task(stuck.out(task))
    compiled = dataclasses.replace(compiled, rows=(*compiled.rows, *rows(compiled)))
    end = time.monotonic() + manner.seconds

    def left() -> float:
        return end - time.monotonic()

    told = -np.inf

    def report(objective: float | None, bound: float) -> None:
        nonlocal told
        bounded(bound)
        if closing.best is not None and objective is not None and objective > told:
            told = objective
            better(_periods(compiled, closing.best.period))

    searcher = Searcher(compiled, manner.seed, lambda: manner.stop() or left() <= 0)
    closing = Closing(
        compiled, searcher, gap=max(manner.gap, 1e-9), left=left, stop=manner.stop, report=report
    )  # fmt: skip
    if start is not None:
        _begin_with(closing, start, max(0.1, min(5.0, left())))
    closing.run()
    best = None if closing.best is None else _periods(compiled, closing.best.period)
    return Closed(best, closing.bound, infeasible=closing.infeasible and closing.best is None)


def _periods(compiled: Compiled, found: Ints) -> Ints:
    period = np.full(len(compiled.local), NEVER, dtype=np.int64)
    period[compiled.active] = np.where(found < compiled.periods, found, NEVER)
    return period


def _begin_with(closing: Closing, start: Ints, seconds: float) -> None:
    compiled = closing.compiled
    period = start[compiled.active]
    period = np.where(period >= 0, period, compiled.periods)
    try:
        housed = closing.searcher.house(period, seconds)
    except NotKnown:
        return
    if housed is not None:
        closing.best = closing.searcher.accept(period, housed)
