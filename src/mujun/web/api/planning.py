"""Plans of blocks: a list, and one with its blocks, bound and locks. Whoever may read plans sees the whole county."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from mujun.web.api.errors import not_found
from mujun.web.api.operations import read
from mujun.web.api.paging import LARGEST_NUMBER, Listing, Paging, excel, listing
from mujun.web.people.rights import Right
from mujun.web.renewal import queries
from mujun.web.renewal.models import Plan, PlanChoice

router = Router()
TAG = "plans"


class PlanRow(Schema):
    """One plan with the figures of what is chosen."""

    id: int
    title: str
    state: str
    findings_id: int
    revision: int
    replaces_id: int | None
    signed_at: dt.datetime | None
    objective: float | None
    bound: float | None = Field(description="已证明的上限")
    gap: float | None
    area_mu: float | None
    cost_wan: float | None


class PlanQuery(Paging):
    """Filters of plans."""

    state: str | None = Field(None, max_length=12)


class ChoiceOfPlan(Schema):
    """One choice: the best, an alternative, one after a lock, or one of another budget."""

    id: int
    kind: str
    number: int
    round: int
    objective: float
    bound: float | None
    gap: float | None
    area_mu: float
    cost_wan: float
    loss: float
    different: float = Field(description="与最好方案不同的面积占比")


class LockOfPlan(Schema):
    """A lock in force."""

    parcel_id: str
    kind: str
    why: str


class PlanSheet(PlanRow):
    """One plan with all that is known of it."""

    digest: str | None = Field(description="冻结数据的校验值")
    wishes: dict[str, Any]
    blocks: list[list[str]]
    locks: list[LockOfPlan]
    choices: list[ChoiceOfPlan]


def _row(held: Plan) -> dict[str, Any]:
    own = ("title", "state", "findings_id", "revision", "replaces_id", "signed_at")
    figures = ("objective", "bound", "gap", "area_mu", "cost_wan")
    return (
        {"id": held.pk}
        | {name: getattr(held, name) for name in own}
        | {name: getattr(held.chosen, name) if held.chosen is not None else None for name in figures}
    )


@read(router, "/plans", Right.READ_PLANS, Listing[PlanRow], name="list_plans", summary="连片方案", tag=TAG)
def plans(request: HttpRequest, query: Annotated[PlanQuery, Query()]) -> Any:
    """Every plan."""
    found = queries.plans().order_by("pk")
    if query.state is not None:
        found = found.filter(state=query.state)
    if query.format == "xlsx":
        heads = list(PlanRow.model_fields)
        return excel("连片方案", heads, found, lambda held: [_row(held)[name] for name in heads])
    return listing(request, found, query, _row)


@read(router, "/plans/{plan_id}", Right.READ_PLANS, PlanSheet, name="get_plan", summary="连片方案：一个", tag=TAG)
def plan(request: HttpRequest, plan_id: Annotated[int, Path(ge=1, le=LARGEST_NUMBER)]) -> Any:
    """One plan with its blocks, locks and choices."""
    held = queries.plans().filter(pk=plan_id).first()
    if held is None:
        raise not_found()
    locks = [lock for lock in queries.newest_locks(held).values() if lock.kind != "free"]
    return _row(held) | {
        "digest": held.instance.digest if held.instance is not None else None,
        "wishes": held.wishes,
        "blocks": held.chosen.blocks if held.chosen is not None else [],
        "locks": [{"parcel_id": one.parcel_id, "kind": one.kind, "why": one.why} for one in locks],
        "choices": [_choice(one) for one in queries.choices_of(held)],
    }


def _choice(held: PlanChoice) -> dict[str, Any]:
    return {name: held.pk if name == "id" else getattr(held, name) for name in ChoiceOfPlan.model_fields}
