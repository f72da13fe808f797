"""The list of findings that counts, every run, and one run with its rows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from mujun.web.audit.actions import log_amounts_view
from mujun.web.evaluations.models import RunState
from mujun.web.findings import queries
from mujun.web.findings.models import FindingsRun
from mujun.web.pages.findings.columns import RUN_COLUMNS, finding_columns
from mujun.web.pages.findings.forms import FindingsForm, SignFindingsForm
from mujun.web.pages.jobs.views import job_context
from mujun.web.pages.tables import DataTable
from mujun.web.people.rights import Right, Scope, has_right, page, scope_of
from mujun.web.register.queries import current_revision


@page(Right.READ_RESULTS)
def findings(request: HttpRequest) -> HttpResponse:
    """The findings that count now, inside the scope, with filters, sorting, paging and Excel."""
    standing = queries.standing_run()
    rights = {
        "may_run": has_right(request.user, Right.EVALUATE),
        "may_read_drafts": has_right(request.user, Right.READ_DRAFTS),
    }
    if standing is None:
        return render(request, "findings/list.html", rights)
    listed = _listed(request, standing, scope_of(request.user))
    if isinstance(listed, HttpResponse):
        return listed
    return render(request, "findings/list.html", {"run": standing, **listed, **rights})


def _listed(request: HttpRequest, held: FindingsRun, scope: Scope) -> dict[str, Any] | HttpResponse:
    """The rows of a run as table, form and counts; or as a workbook where the address asks for it."""
    every = queries.rows_in_scope(held, scope)
    criteria = [(one["name"], one["label"]) for one in held.summary.get("criteria", [])]
    towns = queries.towns_of(every)
    form = FindingsForm(request.GET, towns=towns, criteria=criteria)
    filters = form.filters()
    rows = queries.rows_in_scope(held, scope, found=False) if filters.undecided else every
    title = _("{year}年低效用地认定（{rules}）").format(year=held.year, rules=held.rule_name)
    note = _("认定编号 {pk}，{state}").format(pk=held.pk, state=held.get_state_display())
    columns = finding_columns(scope, found=not filters.undecided)
    narrowed = queries.filtered(rows, filters).defer("cells")
    table = DataTable(request, narrowed, columns, order="parcel_id", title=title, note=note)
    if scope.amounts:
        log_amounts_view(by=request.user, about=f"findings:{held.pk}", download=table.wants_excel)
    if table.wants_excel:
        return table.excel(title)
    counts = queries.counts(every)
    undecided = queries.counts(queries.rows_in_scope(held, scope, found=False))
    shares = [
        {**one, "found": counts.get(one["name"], 0), "undecided": undecided.get(one["name"], 0)}
        for one in held.summary.get("criteria", [])
    ]
    if not scope.everything:
        shares = [one for one in shares if one["found"] or one["undecided"]]
    parcels = every.order_by().values("parcel_id").distinct().count()
    return {"table": table, "form": form, "shares": shares, "parcels": parcels, "filters": filters}


@page(Right.READ_RESULTS)
def runs(request: HttpRequest) -> HttpResponse:
    """Every run that the person may open."""
    table = DataTable(request, queries.runs_for(request.user), RUN_COLUMNS, order="-pk", title=_("低效用地认定"))
    if table.wants_excel:
        return table.excel(_("低效用地认定"))
    return render(request, "findings/runs.html", {"table": table, "may_run": has_right(request.user, Right.EVALUATE)})


@page(Right.READ_RESULTS)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: what it used, what came out, what changes, and what may be done with it."""
    held = get_object_or_404(queries.runs_for(request.user), pk=pk)
    may = _may(request, held)
    context: dict[str, Any] = {"run": held, "may": may, "newer": current_revision() - held.revision}
    job = queries.latest_job(held) if may["drafts"] else None
    if job is not None:
        context |= job_context(job)
    if held.has_results:
        listed = _listed(request, held, scope_of(request.user))
        if isinstance(listed, HttpResponse):
            return listed
        context |= listed | {"replayed": queries.last_replay(held)}
    if may["publish"]:
        context["sign_form"] = SignFindingsForm(user=request.user)
    return render(request, "findings/run.html", context)


def _may(request: HttpRequest, held: FindingsRun) -> dict[str, bool]:
    evaluates, signs = has_right(request.user, Right.EVALUATE), has_right(request.user, Right.PUBLISH)
    waiting = held.state in (RunState.DRAFT, RunState.REHEARSED)
    return {
        "publish": signs and held.state == RunState.REHEARSED,
        "discard": evaluates and waiting and not held.from_objections.exists(),
        "again": evaluates and held.state == RunState.DRAFT,
        "replay": evaluates and held.has_results and bool(held.folder),
        "drafts": has_right(request.user, Right.READ_DRAFTS),
    }
