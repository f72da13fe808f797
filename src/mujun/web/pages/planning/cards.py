"""Cards beside the map: a parcel and its reasons, a point of the front, another choice."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from mujun.web.audit.actions import log_amounts_view
from mujun.web.pages.planning.layer import REFUSED, neighbours
from mujun.web.pages.planning.views import found_plan, map_address
from mujun.web.pages.planning.words import gains_words, gap_words, objective_label, objective_unit, standing_words
from mujun.web.people.rights import Right, has_right, page
from mujun.web.renewal import queries
from mujun.web.renewal.figures import difference
from mujun.web.renewal.frozen import Frozen, frozen_of
from mujun.web.renewal.models import Plan

MOST_NEIGHBOURS = 30


@page(Right.READ_PLANS)
def parcel(request: HttpRequest, pk: int, parcel_id: str) -> HttpResponse:
    """Why a parcel is in or out, what it brings and costs, whom it touches, and the buttons that lock it."""
    plan = found_plan(pk)
    if plan.instance_id is None:
        raise Http404
    frozen = frozen_of(plan)
    place = frozen.position.get(parcel_id)
    if place is None:
        raise Http404
    log_amounts_view(by=request.user, about=f"plan:{pk}", parcel=parcel_id)
    node = frozen.nodes.iloc[place]
    lock = queries.newest_locks(plan).get(parcel_id)
    inside = _block_of(plan, parcel_id)
    context: dict[str, Any] = {
        "plan": plan, "parcel_id": parcel_id, "node": node, "inside": inside,
        "lock": lock if lock is not None and lock.kind != "free" else None,
        "fixed": node["lock_reason"] if frozen.problem.lock[place] < 0 else "",
        "together": _together(frozen, place),
        "findings": queries.findings_about(plan, parcel_id),
        "may_lock": plan.open and plan.chosen_id is not None and has_right(request.user, Right.MAKE_PLANS),
        "objective_unit": objective_unit(plan.wishes["objective"]),
        "may_decide": frozen.graph is not None and has_right(request.user, Right.MAKE_PLANS),
    } | _reasons(plan, place) | _neighbours(plan, frozen, parcel_id)  # fmt: skip
    return render(request, "planning/parcel.html", context)


def _block_of(plan: Plan, parcel_id: str) -> int:
    """The number of the block that the parcel is in, 0 for none."""
    blocks = plan.chosen.blocks if plan.chosen is not None else []
    return next((number for number, codes in enumerate(blocks, 1) if parcel_id in codes), 0)


def _neighbours(plan: Plan, frozen: Frozen, parcel_id: str) -> dict[str, Any]:
    every = neighbours(frozen, parcel_id)
    shown = [
        {"second": one.second, "label": one.label, "reason": one.reason, "refused": one.kind == REFUSED,
         "inside": _block_of(plan, one.second)}
        for one in every[:MOST_NEIGHBOURS]
    ]  # fmt: skip
    return {"neighbours": shown, "neighbours_more": max(len(every) - MOST_NEIGHBOURS, 0)}


def _together(frozen: Frozen, place: int) -> list[str]:
    group = frozen.problem.together[place]
    if group < 0:
        return []
    return [
        frozen.problem.ids[one] for one in np.flatnonzero(frozen.problem.together == group).tolist() if one != place
    ]


def _reasons(plan: Plan, place: int) -> dict[str, Any]:
    held, current = queries.reasons_of(plan)
    if held is None:
        return {"standing": ""}
    return {
        "standing": held.standing[place],
        "standing_words": standing_words(held.standing[place]),
        "forcing": held.forcing[place],
        "budget_price": None if held.budget_price is None else held.budget_price * 100,
        "block_price": held.block_price,
        "reasons_current": current,
    }


@page(Right.READ_PLANS)
def front_point(request: HttpRequest, pk: int) -> HttpResponse:
    """One point of the front beside the slider; the map shows where it differs."""
    plan = found_plan(pk)
    points = queries.front_of(plan)
    place = request.GET.get("point", "")
    if plan.chosen is None or not place.isdigit() or int(place) >= len(points):
        raise Http404
    point = points[int(place)]
    context = {
        "plan": plan, "point": point, "place": int(place), "gap": gap_words(point.gap),
        "gains": gains_words(difference(frozen_of(plan), point.blocks, plan.chosen.blocks)),
        "objective_label": objective_label(plan.wishes["objective"]),
        "objective_unit": objective_unit(plan.wishes["objective"]),
        "may_make": plan.open and has_right(request.user, Right.MAKE_PLANS),
    }  # fmt: skip
    answer = render(request, "planning/front_point.html", context)
    answer["HX-Trigger"] = json.dumps(
        {"mujun:map": {"table": map_address(plan, front=int(place)), "face": "difference"}}
    )
    return answer


@page(Right.READ_PLANS)
def compare(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Another choice against the chosen one: the parcels that differ; the map shows them in colours."""
    plan = found_plan(pk)
    choice = get_object_or_404(plan.choices, pk=number)
    if plan.chosen is None:
        raise Http404
    apart = difference(frozen_of(plan), choice.blocks, plan.chosen.blocks)
    context = {"plan": plan, "choice": choice, "apart": apart, "gains": gains_words(apart)}
    answer = render(request, "planning/compare.html", context)
    answer["HX-Trigger"] = json.dumps({"mujun:map": {"table": map_address(plan, choice=number), "face": "difference"}})
    return answer
