"""The list of runs, and one run with its results."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.rulebook.ruleset import GRADE_ORDER
from mujun.web.audit.actions import log_amounts_view
from mujun.web.evaluations.models import Run, RunState
from mujun.web.evaluations.rulesets.queries import rule_set_of
from mujun.web.evaluations.runs import queries
from mujun.web.evaluations.runs.rows import group_labels
from mujun.web.pages.csv_text import csv_response
from mujun.web.pages.jobs.views import job_context
from mujun.web.pages.runs.columns import export_columns, result_columns
from mujun.web.pages.runs.forms import NoticeForm, ResultsForm, SignForm
from mujun.web.pages.runs.shares import shares_by_group, shares_by_town
from mujun.web.pages.runs.words import reason_labels
from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.people.rights import Right, Scope, has_right, page, scope_of
from mujun.web.register.queries import current_revision

RUN_COLUMNS = (
    TableColumn("year", gettext_lazy("年度"), link=lambda run: f"/runs/{run.pk}/", pin=True),
    TableColumn("rule_name", gettext_lazy("规则集")),
    TableColumn("pk", gettext_lazy("编号")),
    TableColumn("state", gettext_lazy("状态"), value=lambda run: run.get_state_display()),
    TableColumn("revision", gettext_lazy("数据版本")),
    TableColumn("at", gettext_lazy("建立"), "date"),
    TableColumn("by", gettext_lazy("建立人"), value=lambda run: run.by.display_name, sort="by__display_name"),
    TableColumn("signed_at", gettext_lazy("签发"), "date"),
    TableColumn(
        "signed_by",
        gettext_lazy("签发人"),
        value=lambda run: run.signed_by.display_name if run.signed_by else "",
        sort=None,
    ),
    TableColumn("note", gettext_lazy("说明"), clip=True),
)


@page(Right.READ_RESULTS)
def runs(request: HttpRequest) -> HttpResponse:
    """Every run that the person may open."""
    table = DataTable(request, queries.runs_for(request.user), RUN_COLUMNS, order="-pk", title=_("评价"))
    if table.wants_excel:
        return table.excel(_("评价"))
    rights = {
        "may_run": has_right(request.user, Right.EVALUATE),
        "may_read_drafts": has_right(request.user, Right.READ_DRAFTS),
    }
    return render(request, "runs/list.html", {"table": table, **rights})


def run_or_404(request: HttpRequest, pk: int) -> Run:
    """A run that the person may open."""
    return get_object_or_404(queries.runs_for(request.user), pk=pk)


def _filter_form(request: HttpRequest, held: Run, scope: Scope) -> ResultsForm:
    rules = rule_set_of(held.rules)
    rows = queries.results_in_scope(held, scope)
    labels = group_labels(rules)
    return ResultsForm(
        request.GET,
        towns=queries.towns_of(rows),
        groups=[(group["name"], labels.get(group["name"], group["name"])) for group in held.summary.get("groups", [])],
        grades=[*GRADE_ORDER, "T"],
        reasons=[
            (code, label) for code, label in reason_labels(rules).items() if code in held.summary.get("reasons", {})
        ],
    )


@page(Right.READ_RESULTS)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: what it used, what came out, who moves, and what may be done with it."""
    held = run_or_404(request, pk)
    scope = scope_of(request.user)
    context: dict[str, Any] = {"run": held, "may": _may(request, held)}
    job = queries.latest_job(held) if context["may"]["drafts"] else None
    if job is not None:
        context |= job_context(job)
    if held.has_results:
        rules = rule_set_of(held.rules)
        form = _filter_form(request, held, scope)
        rows = queries.filtered(queries.results_in_scope(held, scope), form.filters())
        excel = request.GET.get("format") == "xlsx"
        columns = export_columns(held, rules, amounts=scope.amounts) if excel else result_columns(held, rules)
        title = _("{year}年评价结果（{rules}）").format(year=held.year, rules=held.rule_name)
        note = _("评价编号 {pk}，{state}").format(pk=held.pk, state=held.get_state_display())
        table = DataTable(request, rows, columns, order="rank", title=title, note=note)
        if excel:
            _log(request, held, scope)
            return table.excel(title)
        context |= {"table": table, "form": form, "by_group": shares_by_group(held, rules)}
        context |= {"by_town": shares_by_town(held, scope), "replayed": queries.last_replay(held)}
    if context["may"]["publish"]:
        context["sign_form"] = SignForm(user=request.user)
    if context["may"]["notice"]:
        context["notice_form"] = NoticeForm(
            initial={"title": _("{year}年度企业亩均效益综合评价结果公示").format(year=held.year)}
        )
    context["newer"] = current_revision() - held.revision
    return render(request, "runs/run.html", context)


def _may(request: HttpRequest, held: Run) -> dict[str, bool]:
    evaluates, signs = has_right(request.user, Right.EVALUATE), has_right(request.user, Right.PUBLISH)
    waiting = held.state in (RunState.DRAFT, RunState.REHEARSED)
    return {
        "publish": signs and held.state == RunState.REHEARSED,
        "discard": evaluates and waiting and not held.from_objections.exists(),
        "again": evaluates and held.state == RunState.DRAFT,
        "replay": evaluates and held.has_results,
        "notice": signs and held.state == RunState.PUBLISHED and getattr(held, "notice", None) is None,
        "drafts": has_right(request.user, Right.READ_DRAFTS),
    }


def _log(request: HttpRequest, held: Run, scope: Scope) -> None:
    if scope.amounts:
        log_amounts_view(by=request.user, about=f"run:{held.pk}", download=True)


@page(Right.READ_RESULTS)
def results_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The results as CSV, narrowed like the page and inside the scope of the person."""
    held = run_or_404(request, pk)
    scope = scope_of(request.user)
    if not held.has_results:
        return run(request, pk)
    rows = queries.filtered(queries.results_in_scope(held, scope), _filter_form(request, held, scope).filters())
    columns = export_columns(held, rule_set_of(held.rules), amounts=scope.amounts)
    _log(request, held, scope)
    heads = [f"{column.label}({column.unit})" if column.unit else str(column.label) for column in columns]
    ordered = rows.order_by("group", "rank", "firm_id").iterator(chunk_size=2000)
    lines = ([column.excel_value(row) for column in columns] for row in ordered)
    name = _("{year}年评价结果（{rules}）").format(year=held.year, rules=held.rule_name)
    return csv_response(name, heads, lines)
