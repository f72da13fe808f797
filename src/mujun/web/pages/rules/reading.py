"""A rule set as people read it: tables of plain values, each with its clause."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.rulebook.figures import FIGURES
from mujun.rulebook.parameters import Dated
from mujun.rulebook.ruleset import Baseline, Bound, Cuts, Exemption, Group, Item, Points, RuleSet

BASELINES: dict[str, Any] = {"mean": gettext_lazy("当年平均"), "previous_mean": gettext_lazy("上年平均")}


def readable(rules: RuleSet) -> dict[str, Any]:
    """Return the parts of a rule set for a page. Dated values are shown with the days from which they hold."""
    return {
        "title": rules.title,
        "documents": rules.documents,
        "cards": [
            {"label": card.label, "when": card.when.text, "items": [_item(item) for item in card.items]}
            for card in rules.cards
        ],
        "groups": [_group(group) for group in rules.groups],
        "exemptions": [_exemption(exemption) for exemption in rules.exemptions],
        "bonus": [_points(points) for points in rules.bonus],
        "bonus_cap": number(rules.bonus_cap),
        "penalty": [_points(points) for points in rules.penalty],
        "bounds": [_bound(bound, _("不高于")) for bound in rules.vetoes]
        + [_bound(bound, _("不低于")) for bound in rules.protections],
        "tenants": _("并入出租方一并评价") if rules.tenants.mode == "pooled" else _("各自单独评价"),
        "tenants_apart": rules.tenants.apart_when.text if rules.tenants.apart_when else "",
        "tenants_clause": rules.tenants.clause,
        "area_clause": rules.area_clause,
        "tax_items": [(name, number(share)) for name, share in rules.tax_items],
        "figures": {name: label for name, label in FIGURES.items() if name in rules.text},
        "text": rules.text,
    }


def number(value: Fraction | None) -> str:
    """A number with every digit it has; nothing is a dash."""
    return "—" if value is None else f"{float(value):g}"


def dated(value: Dated) -> str:
    """A dated value: one number, or each with the day from which it holds."""
    parts = [
        number(held)
        if start == dt.date.min
        else _("{day} 起 {value}").format(day=start.isoformat(), value=number(held))
        for start, held in value.values
    ]
    return "；".join(parts)


def baseline(value: Baseline | None) -> str:
    """A baseline in words."""
    if value is None:
        return "—"
    if value.kind == "given" and value.given is not None:
        return dated(value.given)
    words = f"{BASELINES.get(value.kind, value.kind)}（{_('全县') if value.over == 'county' else _('同组')}）"
    return words if value.factor == 1 else f"{number(value.factor)} × {words}"


METHODS: dict[str, Any] = {
    "ratio": gettext_lazy("实际值 ÷ 基准值 × 权重"),
    "minmax": gettext_lazy("区间换算"),
    "best": gettext_lazy("与最好值比"),
    "value": gettext_lazy("按实际值计"),
}
MISSING: dict[str, Any] = {
    "zero": gettext_lazy("计 0 分"),
    "mean": gettext_lazy("取平均得分"),
    "full": gettext_lazy("计满分"),
    "skip": gettext_lazy("权重摊到其他项"),
}


def _item(item: Item) -> dict[str, Any]:
    return {
        "label": item.indicator.label,
        "unit": item.indicator.unit,
        "formula": f"{_named(item.indicator.numerator.text)} ÷ {_named(item.indicator.denominator.text)}",
        "weight": dated(item.weight),
        "baseline": baseline(item.baseline),
        "method": METHODS[item.method],
        "cap": "—" if item.cap is None else _("权重的 {times} 倍").format(times=number(item.cap)),
        "missing": MISSING[item.missing],
        "clause": item.clause,
    }


def _named(expression: str) -> str:
    def label(match: re.Match[str]) -> str:
        return FIGURES.get(match.group(), match.group()).split("（")[0]

    return re.sub(r"[a-z][a-z_0-9]*", label, expression).replace("/", "÷")


def _cuts(cuts: Cuts) -> list[str]:
    if cuts.by == "score":
        return [_("{grade}：{points} 分及以上").format(grade=grade, points=number(value)) for grade, value in cuts.top]
    lines = [_("{grade}：前 {share}%").format(grade=grade, share=number(value)) for grade, value in cuts.top]
    lines.append(_("{grade}：其余").format(grade=cuts.rest))
    return lines + [_("{grade}：末 {share}%").format(grade=grade, share=number(value)) for grade, value in cuts.bottom]


def _group(group: Group) -> dict[str, Any]:
    return {
        "label": group.label,
        "when": group.when.text,
        "sectors": [(sector.label, "、".join(map(str, sector.divisions)) or _("其他行业")) for sector in group.sectors],
        "cuts": _cuts(group.cuts),
        "clause": group.clause,
        "cuts_clause": group.cuts.clause,
    }


def _exemption(exemption: Exemption) -> dict[str, Any]:
    return {
        "label": exemption.label,
        "when": exemption.when.text,
        "grade": exemption.grade or _("不定档"),
        "clause": exemption.clause,
    }


def _points(points: Points) -> dict[str, Any]:
    return {
        "label": points.label,
        "when": points.when.text,
        "points": points.points.text,
        "cap": number(points.cap),
        "clause": points.clause,
    }


def _bound(bound: Bound, verb: str) -> dict[str, Any]:
    return {"label": bound.label, "when": bound.when.text, "effect": f"{verb} {bound.grade}", "clause": bound.clause}
