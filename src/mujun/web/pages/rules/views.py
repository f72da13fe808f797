"""Rule sets: the list, one readable with its clauses, and taking in the county's own."""

from __future__ import annotations

import io
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.base.errors import Refused, RuleError
from mujun.web.evaluations.models import RuleSetVersion
from mujun.web.evaluations.rulesets import actions, queries
from mujun.web.pages.downloads import file_response
from mujun.web.pages.rules.reading import readable
from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.people.rights import Right, has_right, page

LARGEST = 2**20

COLUMNS = (
    TableColumn("name", gettext_lazy("规则集"), link=lambda held: reverse("rule_set", args=[held.pk]), pin=True),
    TableColumn("title", gettext_lazy("名称")),
    TableColumn("valid", gettext_lazy("可用"), "truth"),
    TableColumn("shipped", gettext_lazy("随系统提供"), "truth"),
    TableColumn("at", gettext_lazy("收入时间"), "date"),
    TableColumn("by", gettext_lazy("收入人"), value=lambda held: held.by.display_name if held.by else "", sort=None),
    TableColumn("digest", gettext_lazy("校验值"), "code", value=lambda held: held.digest[:12], sort=None),
)


class UploadForm(forms.Form):
    """A YAML file."""

    file = forms.FileField(
        label=gettext_lazy("规则文件（YAML）"),
        help_text=gettext_lazy("可先下载随系统提供的规则集，改好后上传。上传时逐条检查，并说明怎样修改。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml"}),
    )

    def text(self) -> str:
        """The text of the file; raises Refused where it is none."""
        held: Any = self.cleaned_data["file"]
        if held.size > LARGEST:
            raise Refused(_("规则文件超过 1 MB，不像是规则集。"), next_step=_("请检查是否选错了文件。"))
        try:
            text: str = held.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Refused(_("规则文件不是 UTF-8 编码的文本。"), next_step=_("请另存为 UTF-8 后重新上传。")) from None
        return text


@page(Right.READ_DRAFTS)
def rule_sets(request: HttpRequest) -> HttpResponse:
    """Every version of every rule set."""
    may = has_right(request.user, Right.EVALUATE)
    if may:
        actions.import_shipped(by=request.user)
    table = DataTable(request, queries.all_versions(), COLUMNS, order="name", title=_("规则集"))
    if table.wants_excel:
        return table.excel(_("规则集"))
    return render(request, "rules/list.html", {"table": table, "may_upload": may})


@page(Right.EVALUATE, methods=("GET", "POST"))
def upload(request: HttpRequest) -> HttpResponse:
    """Take in a rule set; one with faults is shown with what to mend."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            version = actions.upload_rules(form.text(), form.cleaned_data["file"].name, by=request.user)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            if version.valid:
                messages.success(request, _("规则集 {name} 检查通过，可以用于评价。").format(name=version.name))
            return redirect("rule_set", pk=version.pk)
    return render(request, "rules/upload.html", {"form": form}, status=422 if form.errors else 200)


@page(Right.READ_DRAFTS)
def rule_set(request: HttpRequest, pk: int) -> HttpResponse:
    """One rule set as people read it, each rule with its clause; or its faults."""
    version = get_object_or_404(RuleSetVersion.objects.select_related("by"), pk=pk)
    context: dict[str, Any] = {"version": version, "runs": version.runs.exclude(state="discarded")[:20]}
    try:
        context["rules"] = readable(queries.rule_set_of(version))
    except RuleError as error:
        context["faults"] = error.faults
    return render(request, "rules/rule_set.html", context)


@page(Right.READ_DRAFTS)
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """The YAML text as a file."""
    version = get_object_or_404(RuleSetVersion, pk=pk)
    return file_response(io.BytesIO(version.text.encode("utf-8")), f"{version.name}.yaml", "application/yaml")
