"""Columns of the tables of the campaign."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.web.campaign.queries.progress import BlockLine
from mujun.web.pages.tables import TableColumn

MU = gettext_lazy("亩")


def _address(line: BlockLine) -> str:
    return reverse("block", args=[line.block.pk])


def _late(line: BlockLine) -> str:
    return _("{n} 项逾期").format(n=len(line.late)) if line.late else ""


BLOCKS = (
    TableColumn("number", gettext_lazy("编号"), "code", value=lambda line: line.block.number, nowrap=True),
    TableColumn("name", gettext_lazy("区块"), value=lambda line: line.block.name, link=_address, pin=True),
    TableColumn("towns", gettext_lazy("镇街"), nowrap=True),
    TableColumn("mode", gettext_lazy("整治方式"), value=lambda line: line.block.get_mode_display(), nowrap=True),
    TableColumn("parcels", gettext_lazy("宗地"), "number", gettext_lazy("宗"), digits=0),
    TableColumn("area_mu", gettext_lazy("面积"), "number", MU, digits=4),
    TableColumn("accepted_mu", gettext_lazy("已验收"), "number", MU, digits=4),
    TableColumn("heads", gettext_lazy("签约户数"), "percent", value=lambda line: line.consent.owners.part),
    TableColumn("land", gettext_lazy("签约面积"), "percent", value=lambda line: line.consent.land_mu.part),
    TableColumn("stage_label", gettext_lazy("当前阶段"), nowrap=True),
    TableColumn("due_on", gettext_lazy("计划日期"), "date", nowrap=True),
    TableColumn("late", gettext_lazy("逾期"), value=_late, sort=None, nowrap=True),
    TableColumn(
        "leader",
        gettext_lazy("牵头领导"),
        value=lambda line: line.block.leader.display_name if line.block.leader else "",
        nowrap=True,
    ),
    TableColumn(
        "published_on", gettext_lazy("公布日期"), "date", value=lambda line: line.block.published_on, nowrap=True
    ),
)
