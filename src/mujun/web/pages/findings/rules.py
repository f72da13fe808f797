"""Findings rule sets: the list, one readable with its clauses, and taking in the county's own."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.base.errors import Refused, RuleError
from mujun.renewal.findings.wording import amount
from mujun.rulebook.expressions import Expression
from mujun.rulebook.findings.figures import GRADE, PARCEL_FIGURES
from mujun.rulebook.findings.ruleset import COMPARISONS, KINDS, Criterion
from mujun.web.findings import actions, queries
from mujun.web.findings.models import FindingsRuleSet
from mujun.web.pages.downloads import file_response
from mujun.web.pages.rules.views import UploadForm
from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.people.rights import Right, has_right, page

COLUMNS = (
    TableColumn("name", gettext_lazy("规则集"), link=lambda held: reverse("finding_rules", args=[held.pk]), pin=True),
    TableColumn("title", gettext_lazy("名称")),
    TableColumn("valid", gettext_lazy("可用"), "truth"),
    TableColumn("shipped", gettext_lazy("随系统提供"), "truth"),
    TableColumn("at", gettext_lazy("收入时间"), "date"),
    TableColumn("digest", gettext_lazy("校验值"), "code", value=lambda held: held.digest[:12], sort=None),
)


@page(Right.READ_DRAFTS)
def rule_sets(request: HttpRequest) -> HttpResponse:
    """Every version of every findings rule set."""
    may = has_right(request.user, Right.EVALUATE)
    if may:
        actions.import_shipped_findings(by=request.user)
    versions = FindingsRuleSet.objects.defer("text")
    table = DataTable(request, versions, COLUMNS, order="name", title=_("认定规则集"))
    if table.wants_excel:
        return table.excel(_("认定规则集"))
    return render(request, "findings/rule_sets.html", {"table": table, "may_upload": may})


@page(Right.EVALUATE, methods=("GET", "POST"))
def upload(request: HttpRequest) -> HttpResponse:
    """Take in a rule set; one with faults is shown with what to mend."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            version = actions.upload_findings_rules(form.text(), form.cleaned_data["file"].name, by=request.user)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            if version.valid:
                messages.success(request, _("规则集 {name} 检查通过，可以用于认定。").format(name=version.name))
            return redirect("finding_rules", pk=version.pk)
    return render(request, "findings/upload.html", {"form": form}, status=422 if form.errors else 200)


@page(Right.READ_DRAFTS)
def rule_set(request: HttpRequest, pk: int) -> HttpResponse:
    """One rule set as people read it, each criterion with its clause; or its faults."""
    version = get_object_or_404(FindingsRuleSet.objects.select_related("by"), pk=pk)
    context: dict[str, Any] = {"version": version, "runs": version.runs.exclude(state="discarded")[:20]}
    try:
        rules = queries.rules_of(version)
        context |= {"criteria": [_readable(criterion) for criterion in rules.criteria], "rules": rules}
        names = sorted({name for criterion in rules.criteria for name in criterion.names if name != GRADE})
        context["figures"] = [(name, PARCEL_FIGURES[name].label) for name in names]
    except RuleError as error:
        context["faults"] = error.faults
    return render(request, "findings/rule_set.html", context)


@page(Right.READ_DRAFTS)
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """The YAML text as a file."""
    version = get_object_or_404(FindingsRuleSet, pk=pk)
    return file_response(io.BytesIO(version.text.encode("utf-8")), f"{version.name}.yaml", "application/yaml")


def _readable(criterion: Criterion) -> dict[str, Any]:
    return {
        "label": criterion.label,
        "name": criterion.name,
        "kind": KINDS[criterion.kind],
        "test": _test(criterion),
        "when": "" if criterion.when.text == "True" else criterion.when.text,
        "towns": criterion.towns,
        "fee": [f"{amount(float(value) * 100)}%" for _day, value in criterion.fee.values] if criterion.fee else [],
        "clause": criterion.clause,
    }


def _test(criterion: Criterion) -> str:
    if criterion.figure == GRADE:
        return _("主要用地企业为 {grades} 类").format(grades=_("、").join(criterion.grades))
    if not criterion.figure or criterion.threshold is None:
        return "—"
    figure = PARCEL_FIGURES[criterion.figure]
    if isinstance(criterion.threshold, Expression):
        limits = criterion.threshold.text
    else:
        limits = _("；").join(
            f"{amount(float(value))}" + (f"（{day.isoformat()} 起）" if day.year > 1 else "")
            for day, value in criterion.threshold.values
        )
    return f"{figure.label}{COMPARISONS[criterion.comparison]} {limits} {figure.unit}".strip()
