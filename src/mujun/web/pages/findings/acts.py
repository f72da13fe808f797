"""What people do with findings runs: plan, sign, give up, compute again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.evaluations.runs.queries import years_with_measures
from mujun.web.findings import actions, queries
from mujun.web.findings.models import FindingsRun
from mujun.web.pages.findings.forms import FindingsRunForm, SignFindingsForm, years_for
from mujun.web.people.rights import Right, page, scope_of
from mujun.web.register.queries import current_revision


@page(Right.EVALUATE, methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Plan a run: choose rule set, year and the evaluation whose grades are read, then rehearse."""
    actions.import_shipped_findings(by=request.user)
    years = years_for(years_with_measures(), scope_of(request.user))
    form = FindingsRunForm(request.POST or None, years=years)
    revision = current_revision()
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            held = actions.draft_findings(
                data["rules"], data["year"], revision, data["grades"], data["note"], by=request.user
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("finding_run", pk=held.pk)
    context = {"form": form, "revision": revision}
    return render(request, "findings/new.html", context, status=422 if form.errors else 200)


def _held(request: HttpRequest, pk: int) -> FindingsRun:
    return get_object_or_404(queries.runs_for(request.user), pk=pk)


@page(Right.PUBLISH, methods=("POST",))
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a rehearsed run with the own password."""
    held = _held(request, pk)
    form = SignFindingsForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, " ".join(str(sentence) for errors in form.errors.values() for sentence in errors))
        return redirect("finding_run", pk=pk)
    try:
        actions.publish_findings(held.pk, form.cleaned_data["until"], by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("认定 #{pk} 已签字发布。原来的认定保留，可随时查看。").format(pk=pk))
    return redirect("finding_run", pk=pk)


@page(Right.EVALUATE, methods=("POST",))
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a draft or a rehearsal."""
    held = _held(request, pk)
    try:
        actions.discard_findings(held.pk, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("finding_run", pk=pk)
    messages.success(request, _("认定 #{pk} 已放弃，没有发布任何结果。").format(pk=pk))
    return redirect("finding_runs")


@page(Right.EVALUATE, methods=("POST",))
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a draft once more."""
    held = _held(request, pk)
    try:
        actions.rehearse_findings_again(held.pk, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已重新开始试算。"))
    return redirect("finding_run", pk=pk)


@page(Right.EVALUATE, methods=("POST",))
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a replay of the frozen folder."""
    held = _held(request, pk)
    try:
        actions.queue_findings_replay(held.pk, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已开始由冻结数据重算核对。"))
    return redirect("finding_run", pk=pk)
