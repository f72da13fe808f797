"""Columns of the ledger and its lists."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from mujun.web.pages.tables import TableColumn
from mujun.web.pages.targets.charts import sparkline
from mujun.web.pages.templatetags.ledger import LIGHTS, amount, light
from mujun.web.targets.queries.ledger import LedgerLine
from mujun.web.targets.words import said


def target_address(line: LedgerLine) -> str:
    """The card of a line's target."""
    return reverse("target", args=[line.target.pk])


def _band(line: LedgerLine) -> str:
    seen = line.forecast
    return f"{amount(seen.low)}–{amount(seen.high, line.goal.unit)}" if seen.known else ""


def _scaled(line: LedgerLine) -> Any:
    return line.light.progress


LEDGER = (
    TableColumn("name", gettext_lazy("目标"), value=lambda line: line.target.name, link=target_address, pin=True),
    TableColumn("light", gettext_lazy("灯"), value=lambda line: LIGHTS[line.light.colour], sort=None,
                draw=lambda line: light(line.light.colour), nowrap=True),
    TableColumn("goal", gettext_lazy("目标值"), value=lambda line: said(line.target), sort=None, nowrap=True),
    TableColumn("real", gettext_lazy("实绩"), "number", value=lambda line: line.real,
                draw=lambda line: amount(line.real, line.goal.unit), nowrap=True),
    TableColumn("progress", gettext_lazy("完成"), "percent", value=_scaled),
    TableColumn("months", gettext_lazy("走势"), value=lambda line: "", draw=sparkline, sort=None, drawn_only=True),
    TableColumn("band", gettext_lazy("预计到期"), value=_band, sort=None, nowrap=True),
    TableColumn("gap", gettext_lazy("缺口"), "number", value=lambda line: line.light.gap or None,
                draw=lambda line: amount(line.light.gap, line.goal.unit) if line.light.gap else "—", nowrap=True),
    TableColumn("holder", gettext_lazy("责任单位和责任人"), value=lambda line: line.target.holder),
    TableColumn("due_on", gettext_lazy("期限"), "date", value=lambda line: line.target.due_on, nowrap=True),
    TableColumn("state", gettext_lazy("状态"), value=lambda line: line.target.get_state_display(), nowrap=True,
                phone=False),
    TableColumn("number", gettext_lazy("编号"), "code", value=lambda line: line.target.number, nowrap=True, phone=False),
    TableColumn("why", gettext_lazy("亮灯理由"), value=lambda line: line.light.sentence, sort=None, clip=True),
)  # fmt: skip


UNIT = TableColumn("unit", gettext_lazy("单位"), value=lambda line: line.goal.unit, sort=None)
"""Only in the workbook, where figures stand without their unit."""
