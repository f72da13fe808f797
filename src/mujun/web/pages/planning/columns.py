"""Columns of the tables of plans."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from mujun.web.pages.tables import TableColumn
from mujun.web.renewal.models import Plan


def _of(name: str) -> Any:
    return lambda plan: getattr(plan.chosen, name) if plan.chosen is not None else None


def _blocks(plan: Plan) -> int | None:
    return len(plan.chosen.blocks) if plan.chosen is not None else None


PLANS = (
    TableColumn("pk", gettext_lazy("编号"), "code", nowrap=True),
    TableColumn("title", gettext_lazy("方案名称"), link=lambda plan: reverse("plan", args=[plan.pk]), pin=True),
    TableColumn("state", gettext_lazy("状态"), value=lambda plan: plan.get_state_display(), nowrap=True),
    TableColumn("year", gettext_lazy("认定年度"), "code", value=lambda plan: plan.findings.year, sort="findings__year"),
    TableColumn("blocks", gettext_lazy("片数"), "number", digits=0, sort=None, value=_blocks),
    TableColumn(
        "area", gettext_lazy("面积"), "number", gettext_lazy("亩"), 2, sort="chosen__area_mu", value=_of("area_mu")
    ),
    TableColumn(
        "cost", gettext_lazy("费用"), "number", gettext_lazy("万元"), 0, sort="chosen__cost_wan", value=_of("cost_wan")
    ),
    TableColumn(
        "benefit",
        gettext_lazy("增加税收"),
        "number",
        gettext_lazy("万元/年"),
        0,
        sort="chosen__benefit",
        value=_of("benefit"),
    ),
    TableColumn("gap", gettext_lazy("离最优最多差"), "percent", digits=2, sort=None, value=_of("gap")),
    TableColumn(
        "by", gettext_lazy("编制"), value=lambda plan: plan.by.display_name, sort="by__display_name", nowrap=True
    ),
    TableColumn("at", gettext_lazy("日期"), "date", nowrap=True),
    TableColumn("signed_at", gettext_lazy("签发"), "date", nowrap=True),
)
