"""Periods of a plan: asking for them, and the list of who moves where and when."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.pages.excel import workbook_response
from mujun.web.pages.planning.forms import PhaseForm
from mujun.web.pages.planning.periods import kind_words, place_words
from mujun.web.pages.planning.views import found_plan
from mujun.web.people.rights import Right, page
from mujun.web.renewal import actions, queries
from mujun.web.renewal.phases import usual_wishes


@page(Right.MAKE_PLANS, methods=("POST",))
def phase(request: HttpRequest, pk: int) -> HttpResponse:
    """Order what is chosen over the quarters to come."""
    plan = found_plan(pk)
    if plan.chosen is None:
        raise Http404
    form = PhaseForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
        return redirect("plan", pk=pk)
    data = form.cleaned_data
    wishes = usual_wishes(plan.chosen, timezone.localdate(), data["periods"])
    wishes |= {name: data[name] for name in ("budget_wan", "capacity_m2", "new_floor_m2_per_mu", "lag")}
    try:
        actions.phase_plan(pk, wishes, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("plan", pk=pk)


@page(Right.READ_PLANS)
def moves(request: HttpRequest, pk: int) -> HttpResponse:
    """Who moves where and when, as a workbook."""
    plan = found_plan(pk)
    held = queries.phasing_of(plan)
    if held is None:
        raise Http404
    kinds = kind_words()
    heads = [
        _("期"),
        _("起"),
        _("片"),
        _("统一社会信用代码"),
        _("企业"),
        _("原宗地"),
        _("迁往"),
        _("类别"),
        _("建筑面积（㎡）"),
    ]
    rows = [
        [row["period"], dt.date.fromisoformat(held.wishes["starts"][row["period"] - 1]), row["block"], row["firm_id"],
         row["name"], row["parcel_id"], place_words(row), kinds.get(row["kind"], row["kind"]), row["floor_area_m2"]]
        for row in held.moves
    ]  # fmt: skip
    title = _("{plan}：搬迁名单").format(plan=plan.title)
    return workbook_response(title, _("搬迁名单"), heads, rows, note=title)
