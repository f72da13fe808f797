"""The entry: order the parcels of given blocks over the periods, and prove how good the order is."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable

import numpy as np

from mujun.renewal.blocks.plan import Status, gap_of
from mujun.renewal.phasing.clash import smallest_clash
from mujun.renewal.phasing.closing import Closing
from mujun.renewal.phasing.compiled import compile_task
from mujun.renewal.phasing.outcome import NEVER, PhasedPlan, gantt_table, move_table, parcel_table
from mujun.renewal.phasing.roofs import find_roofs
from mujun.renewal.phasing.searching import Found, Searcher
from mujun.renewal.phasing.task import PhasingProblem
from mujun.renewal.phasing.wishes import Stuck, find_stuck


@dataclasses.dataclass(frozen=True, slots=True)
class PhasingProgress:
    """Where a search stands; ``objective`` None before the first plan."""

    seconds: float
    objective: float | None
    bound: float
    gap: float | None


def phase(
    task: PhasingProblem,
    *,
    time_limit_s: float = 60,
    gap: float = 0,
    seed: int = 1,
    on_progress: Callable[[PhasingProgress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> PhasedPlan:
    """Return the best order found of the parcels of ``task`` over its periods, with a proven bound.

    Ends when the gap is at most ``gap`` (0: 1e-9), after ``time_limit_s``, or when ``should_stop`` says so. The same
    seed gives the same plan unless the clock ends the search.
    """
    begun = time.monotonic()
    roofs = find_roofs(task)
    stuck = find_stuck(task, roofs)
    clash = stuck.clash(task)
    if clash:
        return _no_plan(task, Status.INFEASIBLE, None, begun, seed, stuck, clash)
    closing = _closing(stuck.out(task), seed, gap, begun, time_limit_s, on_progress, should_stop)
    closing.run()
    if closing.best is None:
        if closing.infeasible:
            clash = smallest_clash(task, prove)
            return _no_plan(task, Status.INFEASIBLE, None, begun, seed, stuck, clash)
        status = Status.STOPPED if closing.stopped else Status.NO_PLAN
        return _no_plan(task, status, closing.bound, begun, seed, stuck, ())
    return _plan(task, closing, closing.best, begun, seed, stuck)


def prove(task: PhasingProblem, seconds: float) -> Status:
    """Return whether there is a plan at all: INFEASIBLE only where that is proven."""
    stuck = find_stuck(task, find_roofs(task))
    if stuck.clash(task):
        return Status.INFEASIBLE
    closing = _closing(stuck.out(task), 1, np.inf, time.monotonic(), seconds, None, None)
    closing.run()
    if closing.best is not None:
        return closing.status
    return Status.INFEASIBLE if closing.infeasible else Status.NO_PLAN


def _closing(
    task: PhasingProblem,
    seed: int,
    gap: float,
    begun: float,
    limit: float,
    on_progress: Callable[[PhasingProgress], None] | None,
    should_stop: Callable[[], bool] | None,
) -> Closing:
    def report(objective: float | None, bound: float) -> None:
        if on_progress is not None:
            on_progress(PhasingProgress(time.monotonic() - begun, objective, bound, gap_of(objective, bound)))

    def left() -> float:
        return limit - (time.monotonic() - begun)

    stop = should_stop or (lambda: False)
    compiled = compile_task(task)
    searcher = Searcher(compiled, seed, lambda: stop() or left() <= 0)
    return Closing(compiled, searcher, gap=max(gap, 1e-9), left=left, stop=stop, report=report)


def _plan(task: PhasingProblem, closing: Closing, best: Found, begun: float, seed: int, stuck: Stuck) -> PhasedPlan:
    compiled = closing.compiled
    period = np.full(len(task.problem), NEVER, dtype=np.int64)
    period[compiled.active] = np.where(best.period < compiled.periods, best.period, NEVER)
    parcels = parcel_table(task, period)
    moves = move_table(task, period, closing.searcher.roofs, best.housed)
    return PhasedPlan(
        status=closing.status,
        objective=best.objective,
        bound=max(closing.bound, best.objective),
        period=period,
        parcels=parcels,
        gantt=gantt_table(task, parcels, moves),
        moves=moves,
        seed=seed,
        seconds=time.monotonic() - begun,
        notes=tuple(stuck.reasons.values()),
    )


def _no_plan(
    task: PhasingProblem,
    status: Status,
    bound: float | None,
    begun: float,
    seed: int,
    stuck: Stuck,
    clash: tuple[str, ...],
) -> PhasedPlan:
    period = np.full(len(task.problem), NEVER, dtype=np.int64)
    parcels = parcel_table(task, period)
    moves = move_table(task, period, find_roofs(task), None)
    return PhasedPlan(
        status=status,
        objective=None,
        bound=bound,
        period=period,
        parcels=parcels,
        gantt=gantt_table(task, parcels, moves),
        moves=moves,
        seed=seed,
        seconds=time.monotonic() - begun,
        notes=tuple(stuck.reasons.values()),
        clash=clash,
    )
