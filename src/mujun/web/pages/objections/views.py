"""Objections: the list, the firm's form for one cell, the office's decision."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.base.errors import Refused
from mujun.web.evaluations.cards.queries import find_firm
from mujun.web.evaluations.models import Objection, ObjectionState
from mujun.web.evaluations.notices.queries import area_notices_for
from mujun.web.evaluations.objections import actions, documents, queries
from mujun.web.evaluations.objections.cells import Cell, find_cell, is_of_firm
from mujun.web.evaluations.runs.queries import comparison_of, runs_for
from mujun.web.findings.queries import criterion_label
from mujun.web.pages.downloads import file_response
from mujun.web.pages.objections.forms import AcceptForm, ObjectionForm, RejectForm
from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.people.rights import Right, has_right, page, scope_of
from mujun.web.people.visible import PROTECTED

COLUMNS = (
    TableColumn("pk", gettext_lazy("编号"), link=lambda row: reverse("objection", args=[row.pk]), pin=True),
    TableColumn("firm_name", gettext_lazy("企业")),
    TableColumn("town", gettext_lazy("镇街")),
    TableColumn("label", gettext_lazy("数据"), sort="table"),
    TableColumn("state", gettext_lazy("状态"), value=lambda row: row.get_state_display()),
    TableColumn("filed_at", gettext_lazy("提出时间"), "date"),
    TableColumn("decided_at", gettext_lazy("处理时间"), "date"),
)


@page(Right.READ_OBJECTIONS)
def objections(request: HttpRequest) -> HttpResponse:
    """The objections inside the scope."""
    rows = queries.objections_in_scope(scope_of(request.user))
    state = request.GET.get("state", "")
    if state in ObjectionState.values:
        rows = rows.filter(state=state)
    table = DataTable(request, rows, COLUMNS, order="-pk", title=_("异议"))
    if table.wants_excel:
        return table.excel(_("异议"))
    return render(request, "objections/list.html", {"table": table, "states": ObjectionState.choices, "state": state})


@dataclasses.dataclass(frozen=True, slots=True)
class _Asked:
    """What a form is about: the firm, the cell, and where the objection goes."""

    firm: Any
    cell: Cell
    window: queries.Window


def _asked(request: HttpRequest) -> _Asked:
    firm = find_firm(request.GET.get("firm", ""), scope_of(request.user), request.user)
    if firm is None:
        raise Http404(_("没有这家企业，或它不在您的范围内。"))
    run, notice = request.GET.get("run", ""), request.GET.get("notice", "")
    if run.isdecimal():
        window = queries.window_for_run(get_object_or_404(runs_for(request.user), pk=int(run)))
    elif notice.isdecimal():
        window = queries.window_for_areas(get_object_or_404(area_notices_for(request.user), pk=int(notice)))
    else:
        raise Http404(_("没有说明对哪次公示提出异议。"))
    cell = find_cell(request.GET.get("table", ""), request.GET.getlist("key"), request.GET.get("column", ""))
    if not is_of_firm(cell, firm.firm_id):
        raise Http404(_("这一行数据不属于该企业。"))
    return _Asked(firm, cell, window)


@page(Right.OBJECT, methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """The form for one cell, and filing it."""
    try:
        asked = _asked(request)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("objections")
    form = ObjectionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.file_objection(
                asked.window,
                asked.firm.firm_id,
                asked.firm.name,
                asked.firm.town,
                table=asked.cell.table,
                key=asked.cell.key,
                column=asked.cell.column.name,
                claimed=data["claimed"],
                text=data["text"],
                upload=data["document"],
                by=request.user,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("异议 #{pk} 已提交，可在这里查看处理进度。").format(pk=made.pk))
            return redirect("objection", pk=made.pk)
    context = {"form": form, "firm": asked.firm, "cell": asked.cell, "window": asked.window}
    return render(request, "objections/new.html", context, status=422 if form.errors else 200)


def _objection(request: HttpRequest, pk: int) -> Objection:
    return get_object_or_404(queries.objections_in_scope(scope_of(request.user)), pk=pk)


@page(Right.READ_OBJECTIONS)
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection with its decision, and everybody whose grade moves because of it."""
    held = _objection(request, pk)
    return _page(request, held, {})


def _page(request: HttpRequest, held: Objection, forms: dict[str, Any]) -> HttpResponse:
    scope = scope_of(request.user)
    decides = has_right(request.user, Right.DECIDE) and held.is_open
    hidden = held.column in PROTECTED.get(held.table, ()) and not scope.amounts
    context: dict[str, Any] = {
        "objection": held,
        "hidden": hidden,
        "decides": decides,
        "may_withdraw": held.is_open
        and has_right(request.user, Right.OBJECT_FINDINGS)
        and held.filed_by_id == request.user.pk,
        "accept_form": forms.get("accept") or AcceptForm(initial={"settled": held.claimed}),
        "reject_form": forms.get("reject") or RejectForm(),
    }
    new_run = held.new_run
    if new_run is not None and has_right(request.user, Right.READ_DRAFTS):
        context["new_run"] = new_run
        if new_run.previous is not None:
            context["comparison"] = comparison_of(new_run.previous, new_run)
    if has_right(request.user, Right.READ_DRAFTS):
        context["new_finding_run"] = held.new_finding_run
    context["criterion"] = criterion_label(held.finding_run, held.criterion)
    status = 422 if any(form.errors for form in forms.values()) else 200
    return render(request, "objections/objection.html", context, status=status)


@page(Right.READ_OBJECTIONS)
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The evidence of an objection as a download; never shown as a page of ours."""
    held = _objection(request, pk)
    path = documents.path_of(held.document)
    if not held.document or not path.is_file():
        raise Http404(_("这份证明材料不在了，请联系管理员从备份恢复。"))
    return file_response(path, held.document_name)


@page(Right.DECIDE, methods=("POST",))
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the review."""
    return _act(request, pk, lambda: actions.take_up_objection(pk, by=request.user), _("已开始核查。"))


@page(Right.OBJECT_FINDINGS, methods=("POST",))
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the own objection back."""
    held = _objection(request, pk)
    if held.filed_by_id != request.user.pk:
        raise Http404
    return _act(request, pk, lambda: actions.withdraw_objection(pk, by=request.user), _("异议已撤回。"))


def _act(request: HttpRequest, pk: int, act: Callable[[], Any], sentence: str) -> HttpResponse:
    _objection(request, pk)
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    return redirect("objection", pk=pk)


@page(Right.DECIDE, methods=("POST",))
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the cell and rehearse the run that follows."""
    held = _objection(request, pk)
    form = AcceptForm(request.POST)
    if form.is_valid():
        try:
            run = actions.accept_objection(
                pk, form.cleaned_data["settled"], form.cleaned_data["reason"], by=request.user
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已更正并采纳。") + (_("正在重新试算。") if run else ""))
            return redirect("objection", pk=pk)
    return _page(request, held, {"accept": form})


@page(Right.DECIDE, methods=("POST",))
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the cell as it is."""
    held = _objection(request, pk)
    form = RejectForm(request.POST)
    if form.is_valid():
        try:
            actions.reject_objection(pk, form.cleaned_data["reason"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已答复企业，数据不变。"))
            return redirect("objection", pk=pk)
    return _page(request, held, {"reject": form})
