"""The list of evaluated areas: published first, frozen, open for objections."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.base.errors import Refused
from mujun.web.evaluations.models import AreaRow
from mujun.web.evaluations.notices import actions, queries
from mujun.web.evaluations.objections.queries import window_for_areas
from mujun.web.evaluations.runs.queries import years_with_measures
from mujun.web.pages.jobs.views import job_context
from mujun.web.pages.runs.forms import NoticeForm
from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.people.rights import Right, has_right, page, scope_of
from mujun.web.register.queries import current_revision

NOTICES = (
    TableColumn("title", gettext_lazy("标题"), link=lambda row: reverse("area_notice", args=[row.pk]), pin=True),
    TableColumn("year", gettext_lazy("年度")),
    TableColumn("day", gettext_lazy("截止日"), "date"),
    TableColumn("starts", gettext_lazy("公示开始"), "date"),
    TableColumn("ends", gettext_lazy("公示结束"), "date"),
    TableColumn("by", gettext_lazy("发布人"), value=lambda row: row.by.display_name, sort=None),
)

ROWS = (
    TableColumn("name", gettext_lazy("企业"), link=lambda row: reverse("firm", args=[row.firm_id]), pin=True),
    TableColumn("firm_id", gettext_lazy("统一社会信用代码"), "code"),
    TableColumn("town", gettext_lazy("镇街")),
    TableColumn("own_m2", gettext_lazy("自有"), "mu", gettext_lazy("亩")),
    TableColumn("leased_m2", gettext_lazy("租入"), "mu", gettext_lazy("亩")),
    TableColumn("let_out_m2", gettext_lazy("租出"), "mu", gettext_lazy("亩")),
    TableColumn("excluded_m2", gettext_lazy("核减"), "mu", gettext_lazy("亩")),
    TableColumn(
        "net_m2", gettext_lazy("评价用地"), "mu", gettext_lazy("亩"), link=lambda row: f"?firm={quote(row.firm_id)}"
    ),
)


class AreaForm(NoticeForm):
    """Title, year and window of an area list."""

    year = forms.TypedChoiceField(label=gettext_lazy("年度（12月31日状态）"), coerce=int)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year: Any = self.fields["year"]
        year.choices = [(held, str(held)) for held in years]
        self.fields["title"].required = False
        self.fields["title"].help_text = _("不填则为“某年度企业评价用地面积公示”。")

    def clean(self) -> dict[str, Any]:
        """Give a list without a title the usual one, with its year."""
        data = super().clean()
        if not data.get("title") and data.get("year"):
            data["title"] = _("{year}年度企业评价用地面积公示").format(year=data["year"])
        return data


@page(Right.READ_RESULTS)
def area_notices(request: HttpRequest) -> HttpResponse:
    """Every area list that the person may open."""
    may = has_right(request.user, Right.PUBLISH)
    title = _("面积公示")
    table = DataTable(request, queries.area_notices_for(request.user), NOTICES, order="-starts", title=title)
    if table.wants_excel:
        return table.excel(title)
    context: dict[str, Any] = {"table": table, "may_publish": may}
    job = queries.area_job() if may else None
    if job is not None:
        context |= job_context(job)
    return render(request, "notices/list.html", context)


@page(Right.PUBLISH, methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Publish an area list: the areas as known now, frozen."""
    years = years_with_measures()
    form = AreaForm(request.POST or None, years=years)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.plan_area_notice(
                data["title"], data["year"], current_revision(), data["starts"], data["ends"], by=request.user
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("area_notices")
    context = {"form": form, "years": years, "revision": current_revision()}
    return render(request, "notices/new.html", context, status=422 if form.errors else 200)


@page(Right.READ_RESULTS)
def area_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One area list: what the person may see of it, with the cells behind the own row."""
    notice = get_object_or_404(queries.area_notices_for(request.user), pk=pk)
    scope = scope_of(request.user)
    rows = queries.area_rows_in_scope(notice, scope)
    find = request.GET.get("find", "").strip()
    if find:
        rows = rows.filter(name__icontains=find) | rows.filter(firm_id=find.upper())
    table = DataTable(request, rows, ROWS, order="firm_id", title=notice.title)
    if table.wants_excel:
        return table.excel(notice.title)
    window = window_for_areas(notice)
    chosen = _chosen(request, pk, rows)
    may_object = window.open and has_right(request.user, Right.OBJECT)
    context = {"notice": notice, "table": table, "window": window, "find": find, "chosen": chosen}
    return render(request, "notices/areas.html", context | {"may_object": may_object})


def _chosen(request: HttpRequest, notice: int, rows: Any) -> dict[str, Any] | None:
    """The one row whose cells are shown: a firm's own, or the one asked for."""
    wanted = request.GET.get("firm", "")
    found: AreaRow | None = rows.filter(firm_id=wanted).first() if wanted else None
    if found is None and scope_of(request.user).firms is not None:
        found = rows.first()
    if found is None:
        return None
    cells = [
        {"kind": kind, "parcel_id": parcel_id, "area_m2": area, "key": key, "address": address}
        for kind, parcel_id, area, key, address in found.cells
    ]
    return {"row": found, "cells": cells, "notice": notice}
