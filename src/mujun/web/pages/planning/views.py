"""The list of plans and the desk of one."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.web.campaign.models import Block
from mujun.web.maps.classes import Face
from mujun.web.maps.queries import newest_build
from mujun.web.pages.home.views import map_words
from mujun.web.pages.jobs.views import job_context
from mujun.web.pages.planning import maps
from mujun.web.pages.planning.columns import PLANS
from mujun.web.pages.planning.forms import PhaseForm
from mujun.web.pages.planning.layer import layer_of
from mujun.web.pages.planning.periods import gantt_of
from mujun.web.pages.planning.words import gap_words, objective_label, objective_unit, row_of, verdict_words
from mujun.web.pages.tables import DataTable
from mujun.web.people.queries import history
from mujun.web.people.rights import Right, has_right, page, scope_of
from mujun.web.register.models import JobProgress
from mujun.web.register.queries import as_it_stands
from mujun.web.renewal import queries
from mujun.web.renewal.figures import difference, sums
from mujun.web.renewal.frozen import frozen_of
from mujun.web.renewal.models import ChoiceKind, Plan, PlanChoice, PlanState
from mujun.web.renewal.phases import usual_wishes


@page(Right.READ_PLANS)
def plans(request: HttpRequest) -> HttpResponse:
    """Every plan, as a table and as Excel."""
    table = DataTable(
        request, queries.plans().exclude(state=PlanState.DISCARDED), PLANS, order="-pk", title=_("连片方案")
    )
    if table.wants_excel:
        return table.excel(_("连片方案"))
    context = {"table": table, "may_make": has_right(request.user, Right.MAKE_PLANS),
               "findings": queries.usable_findings().exists()}  # fmt: skip
    return render(request, "planning/list.html", context)


def found_plan(pk: int) -> Plan:
    """The plan, or not found."""
    return get_object_or_404(queries.plans(), pk=pk)


@page(Right.READ_PLANS)
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one plan: map, locks, alternatives, front, blocks, periods, signature."""
    plan = found_plan(pk)
    context = standing_of(request, plan) | {
        "map": maps.settings_of(plan),
        "adjacency": layer_of(plan),
        "words": map_words(),
        "build": newest_build(),
        "opened": list(Block.objects.filter(plan_ref=plan.reference)) if not plan.open else [],
        "history": history(f"plan:{plan.pk}", 50),
    }
    if not plan.open and plan.signed_at:
        context |= _replay_context(request, plan)
    return render(request, "planning/desk.html", context)


def _replay_context(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    """What the desk of a signed plan says of its last replay, and the replay at work."""
    last, job = queries.last_replay(plan), queries.latest_job(plan, "plan_replay")
    context: dict[str, Any] = {"replayed": last, "may_replay": has_right(request.user, Right.MAKE_PLANS)}
    if last is not None:
        context["verdict"] = verdict_words(last.detail["verdict"])
    if job is not None and (as_it_stands(job).active or _failed(job)):
        context |= job_context(job)
    return context


@page(Right.READ_PLANS)
def now(request: HttpRequest, pk: int) -> HttpResponse:
    """The desk's answers as a fragment that asks for itself again while something is being computed."""
    plan = found_plan(pk)
    context = standing_of(request, plan)
    waited = {"1": context["explaining"], "2": (context.get("phase_job") or None)}.get(request.GET.get("wait", ""))
    if waited is not None and waited.active:
        return HttpResponse(status=204)
    answer = render(request, "planning/now.html", context | {"fragment": not context["busy"]})
    if not context["busy"]:
        answer["HX-Trigger"] = "mujun:map"
        if request.GET.get("after") and not queries.was_relocked(plan):
            answer["HX-Refresh"] = "true"  # title and buttons of the page change too
    return answer


def standing_of(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    """What the desk shows of a plan as it stands."""
    job = queries.pending_job(plan)
    busy = job is not None
    if job is None:
        job = queries.latest_job(plan, "plan_build", "plan_solve", "plan_relock")
    explaining = queries.latest_job(plan, "plan_explain")
    rights = {
        "make": plan.open and has_right(request.user, Right.MAKE_PLANS),
        "sign": plan.state == PlanState.READY and has_right(request.user, Right.SIGN_PLANS),
        "work": has_right(request.user, Right.MAKE_PLANS),
    }
    context: dict[str, Any] = {
        "plan": plan, "may": rights, "busy": busy, "wishes": plan.wishes,
        "objective_label": objective_label(plan.wishes.get("objective", "")),
        "objective_unit": objective_unit(plan.wishes.get("objective", "")),
        "explaining": explaining if explaining is not None and as_it_stands(explaining).active else None,
    }  # fmt: skip
    if job is not None and (busy or _failed(job)):
        context |= job_context(job)
    if plan.instance_id is not None and plan.chosen is not None:
        context |= _chosen_context(plan, plan.chosen)
    return context


def _failed(job: JobProgress) -> bool:
    return job.state in ("failed", "interrupted")


def _chosen_context(plan: Plan, chosen: PlanChoice) -> dict[str, Any]:
    frozen = frozen_of(plan)
    choices = queries.choices_of(plan)
    locks = queries.newest_locks(plan)
    rows = [
        row_of(one, one.pk == chosen.pk, None if one.pk == chosen.pk else difference(frozen, one.blocks, chosen.blocks))
        for one in choices
    ]
    before, phasing = chosen.start, queries.phasing_of(plan)
    front = queries.front_of(plan)
    return {
        "chosen": chosen,
        "gap": gap_words(chosen.gap),
        "rows": rows,
        "blocks": [
            {"number": number, "figures": sums(frozen, codes), "codes": codes, "box": maps.box_of(codes)}
            for number, codes in enumerate(chosen.blocks, 1)
        ],
        "locks": [lock for lock in locks.values() if lock.kind != "free"],
        "change": difference(frozen, chosen.blocks, before.blocks) if before is not None else None,
        "before": before,
        "front": front,
        "front_chart": json.dumps(front_chart(plan, chosen, front), ensure_ascii=False),
        "front_at": nearest(front, chosen.budget_wan or chosen.cost_wan),
        "phasing": phasing,
        "phase_form": PhaseForm(initial=usual_wishes(chosen, timezone.localdate())),
        "phase_chart": json.dumps(gantt_of(phasing), ensure_ascii=False) if phasing is not None else "",
        "phase_gap": gap_words(phasing.gap) if phasing is not None else "",
        "phase_job": _phase_job(plan),
        "stale": chosen.kind == ChoiceKind.RELOCKED,
        "reasons": queries.reasons_of(plan)[0],
    }


def _phase_job(plan: Plan) -> JobProgress | None:
    job = queries.latest_job(plan, "plan_phase")
    if job is None or (job.state == "done" and not job.active):
        return None
    return as_it_stands(job) if job.active or _failed(job) else None


def nearest(front: list[Any], budget: float) -> int:
    """The place (from 0) of the point whose budget is nearest to ``budget``."""
    return min(range(len(front)), key=lambda place: abs(front[place].budget_wan - budget)) if front else 0


def front_chart(plan: Plan, chosen: PlanChoice, front: list[Any]) -> dict[str, Any]:
    """The front as the chart draws it."""
    objective = plan.wishes["objective"]
    return {
        "budget": _("预算（万元）"),
        "objective": objective_label(objective),
        "unit": objective_unit(objective),
        "bound": _("已证明的上限"),
        "area": _("整治面积（亩）"),
        "gap": _("最多还差"),
        "now": _("本方案预算"),
        "at": chosen.budget_wan,
        "points": [
            {"budget": one.budget_wan, "objective": one.objective, "bound": one.bound, "area_mu": one.area_mu, "gap": one.gap}
            for one in front
        ],
    }  # fmt: skip


@page(Right.READ_PLANS)
def map_table(request: HttpRequest, pk: int) -> HttpResponse:
    """The parcels of the map by what the plan makes of them; ``choice`` or ``front`` shows another one beside it."""
    plan, build = found_plan(pk), newest_build()
    if build is None or plan.instance_id is None:
        raise Http404
    frozen = frozen_of(plan)
    blocks = plan.chosen.blocks if plan.chosen is not None else []
    other = _other(request, plan)
    reasons, _current = queries.reasons_of(plan)

    def faces(codes: list[str]) -> list[Face]:
        found = [maps.plan_face(frozen, codes, blocks, queries.standing_locks(plan))]
        if other is not None:
            found.insert(0, maps.difference_face(codes, other[1], blocks, other[0]))
        if blocks:
            found.append(maps.blocks_face(codes, blocks))
        if reasons is not None:
            found.append(maps.reasons_face(frozen, codes, reasons))
        return found

    return JsonResponse(maps.table_of(build, scope_of(request.user), faces))


def _other(request: HttpRequest, plan: Plan) -> tuple[str, list[list[str]]] | None:
    """What the address asks to be shown beside the chosen plan: its label and blocks."""
    if request.GET.get("choice", "").isdigit():
        choice = plan.choices.filter(pk=int(request.GET["choice"])).first()
        return (choice.label, choice.blocks) if choice is not None else None
    if request.GET.get("front", "").isdigit():
        points = queries.front_of(plan)
        place = int(request.GET["front"])
        if place < len(points):
            return _("预算 {budget} 万元").format(budget=f"{points[place].budget_wan:,.0f}"), points[place].blocks
    return None


def map_address(plan: Plan, **shown: int) -> str:
    """The address of the map's table with something shown beside the plan."""
    query = "&".join(f"{name}={value}" for name, value in shown.items())
    return f"{reverse('plan_map', args=[plan.pk])}?{query}"
