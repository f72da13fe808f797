"""Searches as choices: what the library found, with its figures, ready to be kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from mujun.renewal.blocks import Point, budgets_around
from mujun.renewal.blocks.plan import Plan as Found
from mujun.renewal.blocks.plan import Status, gap_of
from mujun.web.renewal.figures import share_of_its_own, sums
from mujun.web.renewal.frozen import Frozen, frozen_of
from mujun.web.renewal.models import ChoiceKind, FrontPoint, Plan, PlanChoice

FRONT_POINTS = 20


def choice_of(
    plan: Plan, frozen: Frozen, blocks: Sequence[Sequence[str]], objective: float, **fields: Any
) -> PlanChoice:
    """An unsaved choice of these blocks (codes) with the figures of the whole."""
    held = sums(frozen, [code for block in blocks for code in block])
    return PlanChoice(
        plan=plan, blocks=[list(block) for block in blocks], objective=objective, parcels=held.parcels,
        area_mu=held.area_mu, cost_wan=held.cost_wan, benefit=held.benefit, floor_m2=held.floor_m2, **fields,
    )  # fmt: skip


def named(frozen: Frozen, blocks: Sequence[Sequence[int]]) -> list[list[str]]:
    """Blocks of positions as blocks of codes."""
    ids = frozen.problem.ids
    return [[ids[place] for place in block] for block in blocks]


def choices_of_search(plan: Plan, frozen: Frozen, found: Found, kind: str, **fields: Any) -> list[PlanChoice]:
    """The best of a search and its alternatives, each with what it loses against the best; none without a plan."""
    if found.objective is None:
        return []
    best = choice_of(
        plan, frozen, named(frozen, found.blocks), found.objective, kind=kind, bound=found.bound, seconds=found.seconds,
        seed=found.seed, status=found.status.value, **fields,
    )  # fmt: skip
    choices = [best]
    for number, other in enumerate(found.alternatives, 1):
        blocks = named(frozen, other.blocks)
        choices.append(
            choice_of(
                plan, frozen, blocks, other.objective, kind=ChoiceKind.ALTERNATIVE, number=number, bound=found.bound,
                seed=found.seed, status=Status.FEASIBLE.value, loss=loss(other.objective, found.objective),
                different=share_of_its_own(frozen, blocks, best.blocks), **fields,
            )
        )  # fmt: skip
    return choices


def loss(objective: float, best: float) -> float:
    """The part of ``best`` that ``objective`` gives up; 0 where it gives up nothing."""
    return max(0.0, (best - objective) / abs(best)) if best else 0.0


def choice_of_point(plan: Plan, point: FrontPoint) -> PlanChoice:
    """A point of the front as a choice with its own budget."""
    frozen = frozen_of(plan)
    return choice_of(
        plan, frozen, point.blocks, float(point.objective or 0.0), kind=ChoiceKind.FRONT, number=point.number,
        bound=point.bound, round=plan.round, status=Status.FEASIBLE.value, seed=int(plan.wishes["seed"]),
        asked={"budget_wan": point.budget_wan, "locks": {}},
    )  # fmt: skip


def with_known(points: list[Point], frozen: Frozen, choice: PlanChoice) -> list[Point]:
    """Let the front know the choice too: where it is affordable and better it stands, and its bound holds below it."""
    found = []
    area = sums(frozen, sorted(choice.codes)).area_mu
    blocks = tuple(tuple(block) for block in frozen.places(choice.blocks))
    for point in points:
        if choice.cost_wan <= point.budget and (point.objective is None or point.objective < choice.objective):
            point = dataclasses.replace(point, objective=choice.objective, area_mu=area, blocks=blocks)
        lower = choice.budget_wan is None or point.budget <= choice.budget_wan
        if lower and choice.bound is not None and point.objective is not None:
            bound = choice.bound if point.bound is None else min(point.bound, choice.bound)
            point = dataclasses.replace(point, bound=max(bound, point.objective))
        found.append(dataclasses.replace(point, gap=gap_of(point.objective, point.bound)))
    return found


def budgets(plan: Plan) -> list[float]:
    """The budgets of the front around the plan's own; without one, around the cost of what was chosen."""
    own = plan.wishes["budget_wan"] or (plan.chosen.cost_wan if plan.chosen else 0.0)
    return [round(budget, 2) for budget in budgets_around(own, FRONT_POINTS)]
