"""Making a plan: wishes first, then the rehearsal, then the search."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.pages.planning.forms import PlanForm
from mujun.web.pages.planning.views import found_plan
from mujun.web.people.rights import Right, page
from mujun.web.register.queries import current_revision
from mujun.web.renewal import actions, queries


@page(Right.MAKE_PLANS, methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Wishes of a plan; then its problem is built and shown before anything is solved."""
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            plan = actions.draft_plan(
                data["title"], data["findings"], current_revision(), form.wishes(), replaces=data.get("replaces"),
                by=request.user,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("plan", pk=plan.pk)
    context = {"form": form, "revision": current_revision(), "findings": queries.usable_findings().exists()}
    return render(request, "planning/new.html", context, status=422 if form.errors else 200)


@page(Right.MAKE_PLANS, methods=("POST",))
def solve(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the search."""
    found_plan(pk)
    try:
        actions.solve_plan(pk, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("plan", pk=pk)


@page(Right.MAKE_PLANS, methods=("POST",))
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a plan up."""
    found_plan(pk)
    try:
        actions.discard_plan(pk, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("plan", pk=pk)
    messages.success(request, _("方案已放弃，记录保留。"))
    return redirect("plans")
