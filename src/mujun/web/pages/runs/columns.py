"""Columns of the results: few on the page, all in the download."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mujun.base.exact import SCORE_UNIT
from mujun.rulebook.ruleset import RuleSet
from mujun.web.evaluations.models import Run, RunResult
from mujun.web.evaluations.runs.rows import group_labels
from mujun.web.pages.runs.words import reason_labels
from mujun.web.pages.tables import TableColumn


def points(value: int | None) -> float | None:
    """1/10,000 point as points."""
    return None if value is None else value / SCORE_UNIT


def result_columns(run: Run, rules: RuleSet) -> list[TableColumn]:
    """What a person reads in a list: who, group, area, total, rank, grade, and what was before."""
    groups, reasons = group_labels(rules), reason_labels(rules)
    columns = [
        TableColumn(
            "name", _("企业"), link=lambda row: f"{reverse('firm', args=[row.firm_id])}?run={run.pk}", pin=True
        ),
        TableColumn("firm_id", _("统一社会信用代码"), "code"),
        TableColumn("town", _("镇街")),
        TableColumn("group", _("分组"), value=lambda row: groups.get(row.group, row.group)),
        TableColumn("area_mu", _("评价用地"), "number", _("亩"), 4),
        TableColumn("total_e4", _("总分"), "number", _("分"), 2, value=lambda row: points(row.total_e4)),
        TableColumn("rank", _("名次"), "number", digits=0),
        TableColumn("grade", _("等级"), "grade"),
    ]
    if run.previous_id is not None:
        columns.append(TableColumn("before", _("原等级"), "grade"))
    gap = TableColumn("gap_e4", _("距上一档"), "number", _("分"), 4, value=lambda row: points(row.gap_e4))
    reason = TableColumn("reason", _("说明"), value=lambda row: reasons.get(row.reason, row.reason))
    return [*columns, gap, reason]


def export_columns(run: Run, rules: RuleSet, *, amounts: bool) -> list[TableColumn]:
    """Everything that may leave: with the right to amounts also each indicator and its score."""
    columns = result_columns(run, rules)
    columns[5] = TableColumn("total_e4", _("总分"), "number", _("分"), value=lambda row: points(row.total_e4))
    extra = [
        TableColumn("bonus_e4", _("加分"), "number", value=lambda row: points(row.bonus_e4)),
        TableColumn("penalty_e4", _("减分"), "number", value=lambda row: points(row.penalty_e4)),
    ]
    if amounts:
        for number, indicator in enumerate(rules.indicators):
            extra.append(_item(rules, number, indicator.name, indicator.label, indicator.unit, 0))
            label = _("{indicator}得分").format(indicator=indicator.label)
            extra.append(_item(rules, number, indicator.name, label, "", 2))
    return [*columns[:5], *extra, *columns[5:]]


def _item(rules: RuleSet, number: int, indicator: str, label: str, unit: str, part: int) -> TableColumn:
    places = [
        next((place for place, item in enumerate(card.items) if item.indicator.name == indicator), None)
        for card in rules.cards
    ]

    def value(row: RunResult) -> Any:
        card = row.sheet.get("card")
        place = None if card is None else places[card]
        if place is None:
            return None
        found = row.sheet["items"][place][part]
        return points(found) if part == 2 else found

    return TableColumn(f"item{number}_{part}", label, "number", unit, value=value, sort=None)
