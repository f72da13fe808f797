"""The same problem of several firms, offered as a matter of policy: what became of each, and grouping by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.base.errors import Refused
from mujun.web.cases import actions, queries
from mujun.web.cases.models import MatterState
from mujun.web.pages.cases.words import lines_of
from mujun.web.people.rights import Right, has_right, page

MOST = 200


class MatterForm(forms.Form):
    """What becomes of a matter."""

    state = forms.ChoiceField(label=gettext_lazy("处理结果"), choices=MatterState.choices)
    note = forms.CharField(
        label=gettext_lazy("处理说明"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class GroupForm(forms.Form):
    """Cases that are one problem, by their numbers."""

    title = forms.CharField(label=gettext_lazy("这一类问题的名称"), max_length=200)
    numbers = forms.CharField(
        label=gettext_lazy("事项编号"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("每行一个，同一张清单的至少两件，可以从 Excel 粘贴。"),
    )  # fmt: skip


@page(Right.READ_CASES, methods=("GET", "POST"), write=Right.RUN_CASES)
def matters(request: HttpRequest) -> HttpResponse:
    """All matters with their cases inside the scope; POST puts cases together by hand."""
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["numbers"].replace("，", " ").replace(",", " ").split()
        keys = list(queries.cases_in_scope(request.user).filter(number__in=wanted).values_list("pk", flat=True))
        try:
            if len(keys) < len(set(wanted)):
                raise Refused(_("有编号没有找到，或不在您的范围内。"), next_step=_("请核对编号。"))
            made = actions.group_cases(keys, form.cleaned_data["title"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已归为一个政策事项：{title}。").format(title=made.title))
            return redirect("case_matters")
    state = request.GET.get("state", "")
    rows = queries.matters_for(request.user, state=state if state in MatterState.values else "")[:MOST]
    titles = {one.version.name: one.definition.title for one in queries.lists_for(request.user)}
    found = [{"matter": one, "list": titles.get(one.list_name, one.list_name)} for one in rows]
    context = {
        "matters": found, "states": MatterState.choices, "state": state, "at": "matters", "form": form,
        "may_run": has_right(request.user, Right.RUN_CASES),
    }  # fmt: skip
    return render(request, "cases/matters.html", context, status=422 if form.errors else 200)


@page(Right.READ_CASES, methods=("GET", "POST"), write=Right.RUN_CASES)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter with its cases, and what becomes of it."""
    matter = get_object_or_404(queries.matters_for(request.user), pk=pk)
    form = MatterForm(request.POST or None, initial={"state": matter.state, "note": matter.note})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_matter(pk, form.cleaned_data["state"], form.cleaned_data["note"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已记录处理结果。"))
            return redirect("case_matter", pk=pk)
    cases = queries.cases_in_scope(request.user).filter(matter=pk)[:MOST]
    context: dict[str, Any] = {
        "matter": matter, "form": form, "lines": lines_of(cases, timezone.now()), "at": "matters",
        "may_run": has_right(request.user, Right.RUN_CASES),
    }  # fmt: skip
    return render(request, "cases/matter.html", context, status=422 if form.errors else 200)
