"""Two runs side by side: who moved, and why."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from mujun.web.evaluations.runs import queries
from mujun.web.pages.runs.views import run_or_404
from mujun.web.people.rights import Right, page


@page(Right.READ_DRAFTS)
def choose(request: HttpRequest) -> HttpResponse:
    """Choose two runs to compare."""
    runs = [run for run in queries.runs_for(request.user) if run.has_results]
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    if before.isdecimal() and after.isdecimal() and before != after:
        return redirect("run_compare", before=int(before), after=int(after))
    same = bool(before) and before == after
    context = {"runs": runs, "problem": _("请选择两次不同的评价。") if same else ""}
    return render(request, "runs/choose.html", context)


@page(Right.READ_DRAFTS)
def compare(request: HttpRequest, before: int, after: int) -> HttpResponse:
    """Who moved between two runs."""
    first, second = run_or_404(request, before), run_or_404(request, after)
    return render(request, "runs/compare.html", {"before": first, "after": second})
