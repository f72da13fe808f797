"""The log: filtered list, one event with before and after."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.web.audit.models import AuditEvent
from mujun.web.pages.audit.words import action_label
from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.people import queries
from mujun.web.people.rights import Right, page


class FilterForm(forms.Form):
    """Who, what, about what, from which day to which."""

    by = forms.CharField(label=gettext_lazy("谁（用户名或姓名）"), required=False, max_length=60)
    action = forms.ChoiceField(label=gettext_lazy("做了什么"), required=False)
    about = forms.CharField(label=gettext_lazy("对象（如企业代码）"), required=False, max_length=200)
    start = forms.DateField(
        label=gettext_lazy("起始日期"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    end = forms.DateField(
        label=gettext_lazy("截止日期"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["action"]
        field.choices = [("", _("全部")), *((name, action_label(name)) for name in queries.audit_actions())]


COLUMNS = (
    TableColumn(
        "at",
        gettext_lazy("时间"),
        value=lambda row: timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M:%S"),
        link=lambda row: reverse("audit_event", args=[row.pk]),
        sort="id",
        pin=True,
    ),
    TableColumn("by", gettext_lazy("谁"), value=lambda row: str(row.by) if row.by else _("系统"), sort="by__username"),
    TableColumn("action", gettext_lazy("做了什么"), value=lambda row: action_label(row.action)),
    TableColumn("about", gettext_lazy("对象"), "code"),
    TableColumn("reason", gettext_lazy("原因"), sort=None, clip=True),
)


@page(Right.READ_AUDIT)
def log(request: HttpRequest) -> HttpResponse:
    """The log, the newest first."""
    form = FilterForm(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    rows = queries.audit_events(
        by=wanted.get("by", ""),
        action=wanted.get("action", ""),
        about=wanted.get("about", ""),
        start=wanted.get("start"),
        end=wanted.get("end"),
    )
    table = DataTable(request, rows, COLUMNS, order="-at", title=_("操作日志"))
    if table.wants_excel:
        return table.excel(_("操作日志"))
    return render(request, "audit/list.html", {"table": table, "form": form})


@page(Right.READ_AUDIT)
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event with all it says."""
    found = get_object_or_404(AuditEvent.objects.select_related("by"), pk=pk)
    detail = [(key, json.dumps(value, ensure_ascii=False, indent=1)) for key, value in found.detail.items()]
    same = AuditEvent.objects.filter(request_id=found.request_id or None).exclude(pk=pk)
    context = {"event": found, "label": action_label(found.action), "detail": detail, "same": list(same[:50])}
    return render(request, "audit/event.html", context)
