"""Objecting to one finding: the form for one of the cells it was computed from."""

from __future__ import annotations

import dataclasses

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.evaluations.objections import actions
from mujun.web.evaluations.objections.cells import Cell, find_cell, is_behind, is_of_firm
from mujun.web.findings.models import Finding
from mujun.web.findings.objecting import window_for_finding
from mujun.web.findings.queries import OFFICIAL
from mujun.web.pages.objections.forms import ObjectionForm
from mujun.web.people.rights import Right, page, scope_of
from mujun.web.people.visible import masked, sees_parcel
from mujun.web.register.queries import firm_names


@dataclasses.dataclass(frozen=True, slots=True)
class _Claimant:
    """For whom the objection is raised; the code is blank where a town objects for land that no firm holds."""

    firm_id: str
    name: str
    town: str


def _finding(request: HttpRequest, pk: int) -> Finding:
    finding = get_object_or_404(Finding.objects.select_related("run"), pk=pk, run__state__in=OFFICIAL)
    if not sees_parcel(finding.parcel_id, scope_of(request.user)):
        raise Http404
    return finding


def _cell(request: HttpRequest, finding: Finding) -> Cell:
    """The cell that the address names; raises Refused where it is none of the finding's or may not be read."""
    cell = find_cell(request.GET.get("table", ""), request.GET.getlist("key"), request.GET.get("column", ""))
    if not is_behind(finding, cell.table, cell.key, cell.column.name):
        raise Http404(_("这项认定没有用到这个数。"))
    scope = scope_of(request.user)
    of_a_firm = scope.firms is not None and cell.table in ("measures", "firms", "occupancy")
    foreign = of_a_firm and not any(is_of_firm(cell, firm_id) for firm_id in scope.firms or ())
    if cell.column.name in masked(cell.table, scope) or foreign:
        raise Refused(_("您的账号不能查看这个数，不能对它提出异议。"), next_step=_("请联系评价办公室。"))
    return cell


def _claimant(request: HttpRequest, finding: Finding) -> _Claimant:
    scope = scope_of(request.user)
    firm_id = min(scope.firms) if scope.firms else finding.holder_id
    names = firm_names([firm_id]) if firm_id else {}
    name = names[firm_id][0] if firm_id in names else finding.holder_name
    return _Claimant(firm_id, name, finding.town)


@page(Right.OBJECT_FINDINGS, methods=("GET", "POST"))
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for one cell behind a finding, and filing it."""
    finding = _finding(request, pk)
    try:
        cell = _cell(request, finding)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("parcel", parcel_id=finding.parcel_id)
    window, claimant = window_for_finding(finding), _claimant(request, finding)
    form = ObjectionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.file_objection(
                window,
                claimant.firm_id,
                claimant.name,
                claimant.town,
                table=cell.table,
                key=cell.key,
                column=cell.column.name,
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
    context = {"form": form, "cell": cell, "window": window, "finding": finding}
    return render(request, "findings/object.html", context, status=422 if form.errors else 200)
