"""Columns of findings: the same on the page and in the download, with protected figures blanked for who may not read."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.web.findings.models import Finding
from mujun.web.findings.queries import HIDDEN, hides
from mujun.web.pages.tables import TableColumn
from mujun.web.people.rights import Scope

RUN_COLUMNS = (
    TableColumn("year", gettext_lazy("年度"), link=lambda run: reverse("finding_run", args=[run.pk]), pin=True),
    TableColumn("rule_name", gettext_lazy("规则集")),
    TableColumn("pk", gettext_lazy("编号")),
    TableColumn("state", gettext_lazy("状态"), value=lambda run: run.get_state_display()),
    TableColumn(
        "found", gettext_lazy("认定宗地"), "number", digits=0, sort=None, value=lambda run: run.summary.get("found")
    ),
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


def shown_value(row: Finding, scope: Scope) -> str:
    """The value with its unit as printed, blanked where the reader must not see it."""
    return HIDDEN if hides(row, scope) else with_unit(row.value_text, row.unit)


def shown_sentence(row: Finding, scope: Scope) -> str:
    """The sentence; nothing where it shows a figure the reader must not see."""
    return "" if hides(row, scope) else row.sentence


def with_unit(text: str, unit: str) -> str:
    """A figure and its unit; nothing stays nothing."""
    return f"{text} {unit}".strip() if text else ""


def finding_columns(scope: Scope, *, found: bool) -> list[TableColumn]:
    """What is found: parcel, criterion, value, threshold, clause, since; or what cannot be decided, and why."""
    land = [
        TableColumn(
            "parcel_id",
            _("宗地代码"),
            "code",
            link=lambda row: f"{reverse('parcel', args=[row.parcel_id])}#findings",
            pin=True,
        ),
        TableColumn("town", _("镇街"), nowrap=True),
        TableColumn("holder_name", _("权利人"), clip=True),
        TableColumn("area_mu", _("宗地面积"), "number", _("亩"), 2),
        TableColumn("label", _("标准"), sort="criterion", nowrap=True),
    ]
    if not found:
        return [*land, TableColumn("sentence", _("为什么无法认定"), sort=None)]

    sort = "value" if scope.amounts and scope.everything else None
    return [
        *land,
        TableColumn("value", _("数值"), sort=sort, value=lambda row: shown_value(row, scope), nowrap=True),
        TableColumn("threshold", _("门槛"), sort=sort, value=lambda row: _threshold(row, scope), nowrap=True),
        TableColumn("stage", _("阶段"), nowrap=True),
        TableColumn("since", _("起算"), "date", nowrap=True),
        TableColumn("clause", _("依据"), clip=True),
        *([TableColumn("fee_wan", _("闲置费"), "number", _("万元"), 2)] if scope.amounts and scope.everything else []),
    ]


def _threshold(row: Finding, scope: Scope) -> str:
    own = row.amounts and row.kind == "below_promise" and hides(row, scope)
    return HIDDEN if own else with_unit(row.threshold_text, row.unit)
