"""What people do at the desk: lock parcels, choose among alternatives, take another budget."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.pages.planning.forms import LockForm
from mujun.web.pages.planning.views import found_plan, standing_of
from mujun.web.people.rights import Right, page
from mujun.web.renewal import actions, queries


@page(Right.MAKE_PLANS, methods=("POST",))
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Lock a parcel in or out or free it; the answer shows the new plan as soon as it is there."""
    plan = found_plan(pk)
    form = LockForm(request.POST)
    refused = ""
    if not form.is_valid():
        raise Http404
    data = form.cleaned_data
    try:
        actions.lock_parcel(pk, data["parcel_id"], data["kind"], data["why"], by=request.user)
    except Refused as refusal:
        refused = str(refusal)
    if request.headers.get("HX-Request") != "true":
        if refused:
            messages.error(request, refused)
        return redirect("plan", pk=pk)
    context = standing_of(request, found_plan(plan.pk)) | {"refused": refused}
    return render(request, "planning/now.html", context)


@page(Right.MAKE_PLANS, methods=("POST",))
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Make another choice the one that would be signed."""
    plan = found_plan(pk)
    number = request.POST.get("choice", "")
    choice = get_object_or_404(plan.choices, pk=int(number) if number.isdigit() else 0)
    try:
        actions.choose(pk, choice, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已选定“{label}”。").format(label=choice.label))
    return redirect("plan", pk=pk)


@page(Right.MAKE_PLANS, methods=("POST",))
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the blocks of another budget."""
    plan = found_plan(pk)
    points = queries.front_of(plan)
    place = request.POST.get("point", "")
    if not place.isdigit() or int(place) >= len(points):
        raise Http404
    try:
        actions.adopt_front_point(pk, points[int(place)], by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已采用这一预算的方案。"))
    return redirect("plan", pk=pk)


@page(Right.MAKE_PLANS, methods=("POST",))
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue the replay of a signed plan."""
    found_plan(pk)
    try:
        actions.replay_signed_plan(pk, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已开始由冻结数据重算核对。"))
    return redirect("plan", pk=pk)
