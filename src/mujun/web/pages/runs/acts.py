"""What people do with runs: plan, sign, give up, compute again, replay, open the public notice."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.evaluations.models import Run
from mujun.web.evaluations.rulesets.actions import import_shipped
from mujun.web.evaluations.runs import actions, queries
from mujun.web.pages.runs.forms import NoticeForm, RunForm, SignForm
from mujun.web.people.rights import Right, page
from mujun.web.register.queries import current_revision


@page(Right.EVALUATE, methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Plan a run: choose the rule set and the year, see how fresh the data are, then rehearse."""
    import_shipped(by=request.user)
    years = queries.years_with_measures()
    form = RunForm(request.POST or None, years=years)
    revision = current_revision()
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            held = actions.draft_run(
                data["version"], data["year"], revision, data["note"], data["policies"], by=request.user
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("run", pk=held.pk)
    context = {"form": form, "years": years, "freshness": queries.freshness(), "revision": revision}
    return render(request, "runs/new.html", context, status=422 if form.errors else 200)


def _held(request: HttpRequest, pk: int) -> Run:
    return get_object_or_404(queries.runs_for(request.user), pk=pk)


@page(Right.PUBLISH, methods=("POST",))
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a rehearsed run with the own password."""
    held = _held(request, pk)
    form = SignForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, " ".join(str(sentence) for errors in form.errors.values() for sentence in errors))
        return redirect("run", pk=pk)
    try:
        actions.publish_run(held.pk, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("评价 #{pk} 已签字发布。原来的评价保留，可随时查看和核对。").format(pk=pk))
    return redirect("run", pk=pk)


@page(Right.EVALUATE, methods=("POST",))
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a draft or a rehearsal."""
    held = _held(request, pk)
    try:
        actions.discard_run(held.pk, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("run", pk=pk)
    messages.success(request, _("评价 #{pk} 已放弃，没有发布任何结果。").format(pk=pk))
    return redirect("runs")


@page(Right.EVALUATE, methods=("POST",))
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a draft once more."""
    return _done(request, pk, lambda: actions.rehearse_again(pk, by=request.user), _("已重新开始试算。"))


@page(Right.EVALUATE, methods=("POST",))
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a replay of the frozen folder."""
    return _done(request, pk, lambda: actions.queue_replay(pk, by=request.user), _("已开始由冻结数据重算核对。"))


@page(Right.PUBLISH, methods=("POST",))
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the public notice of a published run."""
    form = NoticeForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(sentence) for errors in form.errors.values() for sentence in errors))
        return redirect("run", pk=pk)
    data = form.cleaned_data

    def act() -> Any:
        return actions.open_result_notice(pk, data["title"], data["starts"], data["ends"], by=request.user)

    return _done(request, pk, act, _("公示已开启，企业可在公示期内提出异议。"))


def _done(request: HttpRequest, pk: int, act: Any, sentence: str) -> HttpResponse:
    _held(request, pk)
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    return redirect("run", pk=pk)
