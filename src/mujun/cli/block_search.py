"""The searches of ``mujun blocks``: what is kept, shown and stopped while a question is in hand."""

from __future__ import annotations

import argparse
import dataclasses
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from mujun.files.plans import PlanKeeper, plan_content
from mujun.files.questions import Question
from mujun.renewal.blocks.plan import Plan, Status, gap_of

if TYPE_CHECKING:
    from mujun.renewal.blocks import Progress
    from mujun.renewal.periods import Course, PeriodPlan, Periods

_LEAST_SECONDS = 0.1
_MOST_NOTES = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """``periods`` the positions of what is taken in each, None where the question speaks of none."""

    plan: Plan
    notes: tuple[str, ...]
    periods: list[list[int]] | None = None


def answer(question: Question, args: argparse.Namespace, keeper: PlanKeeper, stop_asked: Callable[[], bool]) -> Answer:
    """Search until the gap is proven, the time is over or somebody stops; ``keeper`` gets each better plan."""
    periods = None if question.instance is None else question.instance.periods
    if periods is None:
        return Answer(_solve(question, args, keeper, stop_asked), question.notes)
    found = _solve_periods(question, periods, args, keeper, stop_asked)
    notes = [*question.notes, *found.notes[:_MOST_NOTES]]
    if len(found.notes) > _MOST_NOTES:
        notes.append(f"另有{len(found.notes) - _MOST_NOTES}宗地块任何一期都不能腾空。")
    others = len(found.plan.alternatives)
    if others < args.alternatives and found.plan.objective is not None:
        notes.append(f"另给的方案只有{others}个：没有找到更多相近、不同又排得进各期的方案。")
    return Answer(found.plan, tuple(notes), found.by_period)


def _solve(question: Question, args: argparse.Namespace, keeper: PlanKeeper, stop_asked: Callable[[], bool]) -> Plan:
    """Solve; keep each better plan, show the course, stop when asked or once the gap asked for is proven."""
    from mujun.cli.terminal import progress
    from mujun.renewal.blocks import solve

    best: float | None = None
    proven = False
    limit = max(_LEAST_SECONDS, args.time_limit - (time.perf_counter() - args.started))
    with progress("求解") as advance:

        def tell(course: Progress) -> None:
            nonlocal best, proven
            objective = question.objective(course.objective, course.blocks)
            bound = question.bound(course.bound, objective)
            gap = gap_of(objective, bound)
            proven = proven or (question.tree is not None and gap is not None and 0 < args.gap >= gap)
            advance(_words(objective, bound, gap), int(min(course.seconds, limit)), math.ceil(limit))
            if objective is None or objective == best:
                return
            best = objective
            seconds = time.perf_counter() - args.started
            blocks = question.blocks(course.blocks)
            plan = Plan(Status.STOPPED, objective, bound, blocks, seed=args.seed, seconds=seconds)
            ids = question.problem.ids
            keeper.keep(lambda: plan_content(plan, ids, notes=question.notes, unfinished=True))

        plan = solve(
            question.problem,
            time_limit_s=limit,
            gap=args.gap if question.tree is None else 0.0,
            seed=args.seed,
            alternatives=args.alternatives,
            on_progress=tell,
            should_stop=lambda: stop_asked() or proven,
        )
    told = question.answer(plan)
    if told.status is Status.STOPPED and proven and not stop_asked():
        return dataclasses.replace(told, status=Status.OPTIMAL)
    return told


def _solve_periods(
    question: Question, periods: Periods, args: argparse.Namespace, keeper: PlanKeeper, stop_asked: Callable[[], bool]
) -> PeriodPlan:
    """Choose and order over the periods; keep each better plan, show the course, stop when asked."""
    from mujun.cli.terminal import progress
    from mujun.renewal.periods import solve_periods

    best: float | None = None
    limit = max(_LEAST_SECONDS, args.time_limit - (time.perf_counter() - args.started))
    with progress("求解") as advance:

        def tell(course: Course) -> None:
            nonlocal best
            advance(
                _words(course.objective, course.bound, course.gap), int(min(course.seconds, limit)), math.ceil(limit)
            )
            found = course.found
            if found is None or course.objective == best:
                return
            best = course.objective
            plan = dataclasses.replace(found.plan, seconds=time.perf_counter() - args.started)
            ids, taken, notes = question.problem.ids, found.by_period, question.notes
            keeper.keep(lambda: plan_content(plan, ids, periods=taken, notes=notes, unfinished=True))

        return solve_periods(
            question.problem,
            periods,
            time_limit_s=limit,
            gap=args.gap,
            seed=args.seed,
            alternatives=args.alternatives,
            on_progress=tell,
            should_stop=stop_asked,
        )


def _words(objective: float | None, bound: float | None, gap: float | None) -> str:
    parts = (
        f"目标 {objective:,.6g}" if objective is not None else "尚无方案",
        f"界 {bound:,.6g}" if bound is not None else "",
        f"差距 {gap:.2%}" if gap is not None and math.isfinite(gap) else "",
    )
    return " · ".join(part for part in parts if part)
