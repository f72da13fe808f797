"""Two runs side by side: who moved, and why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.base.errors import Refused
from mujun.web.evaluations.runs import actions, queries
from mujun.web.evaluations.scoping import narrow
from mujun.web.evaluations.wording import cause
from mujun.web.pages.jobs.views import job_context
from mujun.web.pages.runs.views import run_or_404
from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.people.rights import Right, page, scope_of


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


COLUMNS = (
    TableColumn("name", gettext_lazy("企业"), link=lambda move: reverse("firm", args=[move.firm_id]), pin=True),
    TableColumn("firm_id", gettext_lazy("统一社会信用代码"), "code"),
    TableColumn("town", gettext_lazy("镇街")),
    TableColumn("grade_before", gettext_lazy("原等级"), "grade"),
    TableColumn("grade_after", gettext_lazy("新等级"), "grade"),
    TableColumn("due_to", gettext_lazy("原因"), value=lambda move: move.cause),
    TableColumn("rank_before", gettext_lazy("原名次"), "number", digits=0),
    TableColumn("rank_after", gettext_lazy("新名次"), "number", digits=0),
    TableColumn("total_before", gettext_lazy("原总分"), "number", gettext_lazy("分")),
    TableColumn("total_after", gettext_lazy("新总分"), "number", gettext_lazy("分")),
    TableColumn("by_rules", gettext_lazy("规则影响"), "number", gettext_lazy("分"), 4),
    TableColumn("by_data", gettext_lazy("本企业数据影响"), "number", gettext_lazy("分"), 4),
    TableColumn("by_others", gettext_lazy("其他企业影响"), "number", gettext_lazy("分"), 4),
)


@page(Right.READ_DRAFTS, methods=("GET", "POST"), write=Right.EVALUATE)
def compare(request: HttpRequest, before: int, after: int) -> HttpResponse:
    """Who moved between two runs and why; computed once, by a job."""
    first, second = run_or_404(request, before), run_or_404(request, after)
    comparison = queries.comparison_of(first, second)
    if request.method == "POST" and comparison is None:
        try:
            actions.queue_comparison(before, after, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("run_compare", before=before, after=after)
    context: dict[str, Any] = {"before": first, "after": second, "comparison": comparison}
    if comparison is None:
        job = queries.comparison_job(first, second)
        if job is not None:
            context |= job_context(job)
        return render(request, "runs/compare.html", context)
    rows = narrow(comparison.moves.all(), scope_of(request.user))
    wanted = request.GET.get("due_to", "")
    if wanted:
        rows = rows.filter(due_to__contains=wanted)
    title = _("评价 #{before} 与 #{after} 的等级变动").format(before=before, after=after)
    table = DataTable(request, rows, COLUMNS, title=title)
    if table.wants_excel:
        return table.excel(title)
    causes = [(code, cause(code), number) for code, number in comparison.summary["due_to"].items()]
    context |= {"table": table, "causes": causes, "due_to": wanted}
    return render(request, "runs/compare.html", context)
