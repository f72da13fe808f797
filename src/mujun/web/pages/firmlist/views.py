"""The firm list: everybody in the scope, with group, rank and grade of the run that the reader may see."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.register.schema import STATUSES
from mujun.web.evaluations.models import Run, RunResult
from mujun.web.evaluations.rulesets.queries import rule_set_of
from mujun.web.evaluations.runs.rows import group_labels
from mujun.web.maps.queries import chosen_run, runs_for
from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.people.rights import Right, has_right, page, scope_of
from mujun.web.people.visible import visible

STATUS_NAMES = {code: words[0] for code, words in STATUSES}
RESULT_FIELDS = ("grade", "group", "rank", "total_e4", "area_mu")


@page(Right.READ_REGISTER)
def firms(request: HttpRequest) -> HttpResponse:
    """The firms inside the scope, with filters, sorting, paging and Excel."""
    everything = visible("firms", scope_of(request.user))
    run = chosen_run(request.user, request.GET.get("run", ""))
    rows = _filtered(request, _with_results(everything, run), run)
    title = _("{year}年度企业清单").format(year=run.year) if run else _("企业清单")
    table = DataTable(request, rows, _columns(run), order="name", title=title)
    if table.wants_excel:
        return table.excel(title)
    context = {
        "table": table,
        "any": everything.exists(),
        "run": run,
        "runs": runs_for(request.user),
        "towns": list(everything.exclude(town="").order_by("town").values_list("town", flat=True).distinct()),
        "industries": _industries(everything),
        "groups": _groups(run),
        "grades": _grades(run),
        "chosen": request.GET,
        "may_import": has_right(request.user, Right.IMPORT),
    }
    return render(request, "firmlist/list.html", context)


def _with_results(rows: QuerySet[Any], run: Run | None) -> QuerySet[Any]:
    if run is None:
        return rows
    result = RunResult.objects.filter(run=run, firm_id=OuterRef("firm_id"))
    joined: QuerySet[Any] = rows.annotate(**{name: Subquery(result.values(name)[:1]) for name in RESULT_FIELDS})
    return joined


def _filtered(request: HttpRequest, rows: QuerySet[Any], run: Run | None) -> QuerySet[Any]:
    names = ("town", "industry", "scale", "q", "grade", "group", "status")
    wanted = {key: request.GET.get(key, "").strip() for key in names}
    if wanted["town"]:
        rows = rows.filter(town=wanted["town"])
    if wanted["industry"]:
        rows = rows.filter(industry__startswith=wanted["industry"])
    if wanted["scale"] in ("above", "below"):
        rows = rows.filter(above_scale=True) if wanted["scale"] == "above" else rows.exclude(above_scale=True)
    if wanted["status"] in STATUS_NAMES:
        rows = rows.filter(status=wanted["status"])
    if wanted["q"]:
        rows = rows.filter(Q(name__icontains=wanted["q"]) | Q(firm_id__icontains=wanted["q"]))
    if run is not None and wanted["group"]:
        rows = rows.filter(firm_id__in=_of_run(run, group=wanted["group"]))
    if run is not None and wanted["grade"] == "none":
        rows = rows.exclude(firm_id__in=RunResult.objects.filter(run=run).exclude(grade="").values("firm_id"))
    elif run is not None and wanted["grade"]:
        rows = rows.filter(firm_id__in=_of_run(run, grade=wanted["grade"]))
    return rows.defer("origins")


def _of_run(run: Run, **condition: str) -> QuerySet[Any]:
    return RunResult.objects.filter(run=run, **condition).values("firm_id")


def _columns(run: Run | None) -> list[TableColumn]:
    labels = group_labels(rule_set_of(run.rules)) if run else {}
    result = [
        TableColumn("grade", gettext_lazy("等级"), "grade"),
        TableColumn(
            "total_e4",
            gettext_lazy("总分"),
            "number",
            value=lambda row: None if row.total_e4 is None else row.total_e4 / 10_000,
        ),
        TableColumn("rank", gettext_lazy("组内名次"), "number", digits=0),
        TableColumn("group", gettext_lazy("组别"), value=lambda row: labels.get(row.group, row.group)),
        TableColumn("area_mu", gettext_lazy("评价面积"), "number", gettext_lazy("亩"), digits=4),
    ]
    return [
        TableColumn("name", gettext_lazy("名称"), value=lambda row: row.name or row.firm_id, link=_firm_url, pin=True),
        *(result if run else []),
        TableColumn("town", gettext_lazy("镇街"), nowrap=True),
        TableColumn("industry", gettext_lazy("行业代码"), "code"),
        TableColumn("above_scale", gettext_lazy("规上"), "truth"),
        TableColumn("status", gettext_lazy("状态"), value=lambda row: _word(STATUS_NAMES.get(row.status, row.status))),
        TableColumn("firm_id", gettext_lazy("统一社会信用代码"), "code"),
    ]


def _word(text: str) -> str:
    return _(text) if text else ""


def _firm_url(row: Any) -> str:
    try:
        return reverse("firm", args=[row.firm_id])
    except NoReverseMatch:
        return ""


def _industries(rows: QuerySet[Any]) -> list[tuple[str, int]]:
    """Divisions (the first two digits of the industry) with how many firms have them, in order."""
    counts: dict[str, int] = {}
    for code, number in rows.exclude(industry="").values_list("industry").annotate(n=Count("pk")).order_by():
        division = code[:2]
        counts[division] = counts.get(division, 0) + number
    return sorted(counts.items())


def _groups(run: Run | None) -> list[tuple[str, str]]:
    """Groups of the run, each with its label."""
    if run is None:
        return []
    labels = group_labels(rule_set_of(run.rules))
    found = RunResult.objects.filter(run=run).exclude(group="").order_by("group").values_list("group", flat=True)
    return [(group, labels.get(group, group)) for group in found.distinct()]


def _grades(run: Run | None) -> list[str]:
    if run is None:
        return []
    found = RunResult.objects.filter(run=run).exclude(grade="").order_by("grade").values_list("grade", flat=True)
    return sorted(found.distinct(), key=lambda grade: ("ABCDT".find(grade[0]), grade))
