"""The account sheet (算账单): every step from the cells to the grade, as plain data for pages, print and JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from mujun.base.exact import SCORE_UNIT
from mujun.evaluation.distance import group_number, next_grade, ways
from mujun.evaluation.engine import NOT_GRADED
from mujun.evaluation.ranking import NO_GAP
from mujun.evaluation.result import Evaluation
from mujun.evaluation.scoring import FLAGS
from mujun.register.schema import TABLES
from mujun.rulebook.figures import FIGURES
from mujun.rulebook.ruleset import GRADE_ORDER, Bound, Clause, Item, Points

FLAG_TEXTS = {
    "": "",
    "no_data": "没有数据，按 0 分计",
    "mean": "没有数据，取同组有数据企业该项得分的平均",
    "full": "没有数据，按满分计",
    "skip": "没有数据，权重摊到其他各项",
    "capped": "超过封顶，按封顶分计",
    "floored": "低于下限，按下限计",
    "no_baseline": "没有基准值，按 0 分计",
}
Say = Callable[[str], str]
"""Puts a sentence, with its ``{}`` still empty, into the reader's language; ``str`` leaves it as it is written."""
AREA_LABELS = {"own": "自有", "lease": "承租", "sublease": "转租入", "let": "租出", "excluded": "核减"}


def account_sheet(evaluation: Evaluation, firm_id: str, say: Say = str) -> dict[str, Any]:
    """Return the account of one firm; raise KeyError where the register has no such firm.

    Points are decimals with up to 4 places, areas m² and mu as in the names, money 万元. A tenant that is pooled
    gets the account of the firm it is merged into, under ``pooled_into``. ``say`` translates our own words; those of
    the rule set stay.
    """
    position = int(evaluation.positions.get_indexer(pd.Index([firm_id]))[0])
    if position < 0:
        raise KeyError(firm_id)
    head = int(evaluation.frame.head[position])
    firms = evaluation.register["firms"]
    sheet: dict[str, Any] = {
        "firm_id": firm_id,
        "name": str(firms["name"].iloc[position]),
        "pooled_into": str(evaluation.positions[head]) if head != position else "",
        "year": evaluation.year,
        "rules": {
            "name": evaluation.rules.name,
            "title": evaluation.rules.title,
            "sha256": evaluation.rules.digest,
        },
    }
    sheet |= _outcome(evaluation, head, say)
    sheet["area"] = _area(evaluation, head, say)
    sheet["items"] = _items(evaluation, head, say)
    sheet["bonus"] = _points(evaluation, head, evaluation.rules.bonus, evaluation.results.bonus, say)
    sheet["penalty"] = _points(evaluation, head, evaluation.rules.penalty, evaluation.results.penalty, say)
    sheet["waterfall"] = _waterfall(sheet, say)
    sheet["steps"] = _steps(evaluation, head, sheet, say)
    sheet["next_grade"] = _next(evaluation, head, say)
    if evaluation.merged_total is not None:
        sheet["merged_total"] = _number(evaluation.merged_total[head] / SCORE_UNIT)
    return sheet


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def _clause(clause: Clause) -> dict[str, str]:
    return {"text": clause.text, "number": clause.number, "origin": clause.origin}


def _outcome(evaluation: Evaluation, firm: int, say: Say) -> dict[str, Any]:
    results, scope = evaluation.results, evaluation.results.scope
    measured, ranked = bool(scope.measured[firm]), bool(scope.ranked[firm])
    reason = str(evaluation.reasons[firm]) if not ranked else ""
    exempt = {exemption.name: exemption.label for exemption in evaluation.rules.exemptions}
    group = evaluation.rules.groups[group_number(evaluation, firm)] if scope.group[firm] >= 0 else None
    name = scope.group_names[scope.group[firm]] if group else ""
    sector = next((s.label for s in group.sectors if name == f"{group.name}-{s.name}"), "") if group else ""
    return {
        "group": name,
        "group_label": " · ".join(part for part in (group.label, sector) if part) if group else "",
        "group_size": int(results.standing.sizes[scope.group[firm]]) if ranked else None,
        "rank": int(results.standing.rank[firm]) if ranked else None,
        "grade": str(evaluation.grade_names[firm]),
        "grade_by_rank": GRADE_ORDER[results.grade_by_rank[firm]] if ranked else "",
        "reason": reason,
        "reason_text": exempt.get(reason) or (say(NOT_GRADED[reason]) if reason in NOT_GRADED else ""),
        "total": _number(results.total[firm] / SCORE_UNIT) if measured else None,
        "total_printed": (int(results.total[firm]) + 50) // 100 / 100 if measured else None,
    }


def cell_of(evaluation: Evaluation, table: str, row: int, column: str) -> dict[str, Any] | None:
    """Return where one value of the register came from, as a dict, or None."""
    cell = evaluation.register.cell(table, row, column)
    return cell.as_dict() if cell else None


def _area(evaluation: Evaluation, firm: int, say: Say) -> dict[str, Any]:
    areas, occupancy = evaluation.frame.areas, evaluation.register["occupancy"]
    members = _members(evaluation, firm)
    places = {int(place) for member in members for place in evaluation.land_rows[member]}
    rows = []
    for place in sorted(places):
        row = int(areas.rows[place])
        record = occupancy.iloc[row]
        let = int(areas.lessor[place]) in members and int(areas.firm[place]) not in members
        kind = "let" if let else str(record["kind"])
        rows.append(
            {
                "kind": kind,
                "label": say(AREA_LABELS[kind]) if kind in AREA_LABELS else kind,
                "sign": -1 if kind in ("let", "excluded") else 1,
                "parcel_id": str(record["parcel_id"]),
                "counterpart": str(record["firm_id"]) if let else str(record["lessor_id"]),
                "area_m2": _number(record["area_m2"]),
                "cell": cell_of(evaluation, "occupancy", row, "area_m2"),
            }
        )
    return {
        "area_mu": _number(evaluation.frame.columns["area_mu"][firm]),
        "area_m2": _number(evaluation.frame.sums["area_mu"].floats()[firm]),
        "rows": rows,
        "clause": _clause(evaluation.rules.area_clause),
    }


def _members(evaluation: Evaluation, firm: int) -> list[int]:
    if evaluation.rules.tenants.mode != "pooled":
        return [firm]
    return [int(member) for member in np.flatnonzero(evaluation.frame.head == firm)]


def _items(evaluation: Evaluation, firm: int, say: Say) -> list[dict[str, Any]]:
    scope = evaluation.results.scope
    if not scope.measured[firm]:
        return []
    card = evaluation.rules.cards[int(scope.card[firm])]
    return [_item(evaluation, firm, item, say) for item in card.items]


def _item(evaluation: Evaluation, firm: int, item: Item, say: Say) -> dict[str, Any]:
    scores = evaluation.results.items[item.indicator.name]
    flag = FLAGS[scores.flag[firm]]
    baseline = item.baseline
    return {
        "indicator": item.indicator.name,
        "label": item.indicator.label,
        "unit": item.indicator.unit,
        "numerator": item.indicator.numerator.text,
        "denominator": item.indicator.denominator.text,
        "inputs": [_input(evaluation, firm, name, say) for name in sorted(item.indicator.inputs)],
        "value": _number(scores.value[firm]),
        "method": item.method,
        "baseline": _number(scores.baseline[firm]),
        "baseline_kind": baseline.kind if baseline else "",
        "weight": _number(scores.weight[firm]),
        "cap": float(item.cap) if item.cap is not None else None,
        "raw": _number(scores.raw[firm] / SCORE_UNIT),
        "score": _number(scores.score[firm] / SCORE_UNIT),
        "flag": flag,
        "flag_text": say(FLAG_TEXTS[flag]) if flag else "",
        "clause": _clause(item.clause),
    }


def _input(evaluation: Evaluation, firm: int, name: str, say: Say) -> dict[str, Any]:
    table = "occupancy" if name.endswith("_mu") else "measures"
    cells: list[dict[str, Any] | None] = []
    if name == "tax_wan" and evaluation.rules.tax_items:
        table, cells = "taxes", _tax_cells(evaluation, firm)
    elif name in TABLES["measures"].column_names:
        rows = [int(evaluation.frame.measure_row[member]) for member in _members(evaluation, firm)]
        cells = [cell_of(evaluation, "measures", row, name) for row in rows if row >= 0]
    elif table == "occupancy":
        places = [place for member in _members(evaluation, firm) for place in evaluation.land_rows[member]]
        cells = [cell_of(evaluation, table, int(evaluation.frame.areas.rows[place]), "area_m2") for place in places]
    return {
        "name": name,
        "label": say(FIGURES[name]) if name in FIGURES else name,
        "value": _number(evaluation.frame.columns[name][firm]),
        "table": table,
        "cells": [cell for cell in cells if cell],
    }


def _tax_cells(evaluation: Evaluation, firm: int) -> list[dict[str, Any] | None]:
    taxes = evaluation.register["taxes"]
    counted = {name for name, _ in evaluation.rules.tax_items}
    rows = [int(row) for member in _members(evaluation, firm) for row in evaluation.rows_of("taxes", member)]
    return [cell_of(evaluation, "taxes", row, "amount_wan") for row in rows if taxes["item"].iloc[row] in counted]


def _points(
    evaluation: Evaluation, firm: int, rules: tuple[Points, ...], computed: dict[str, Any], say: Say
) -> list[dict[str, Any]]:
    marks = evaluation.register["marks"]
    found = []
    for rule in rules:
        value = int(computed[rule.name][firm])
        if not value:
            continue
        names = rule.when.names | rule.points.names
        codes = {name.split("_", 1)[1] for name in names if name.startswith(("mark_", "points_"))}
        rows = [int(row) for row in evaluation.rows_of("marks", firm) if marks["code"].iloc[int(row)] in codes]
        cells = [cell_of(evaluation, "marks", row, "points") for row in rows]
        found.append(
            {
                "name": rule.name,
                "label": rule.label,
                "points": value / SCORE_UNIT,
                "formula": rule.points.text,
                "inputs": [_input(evaluation, firm, name, say) for name in sorted(names & FIGURES.keys())],
                "documents": [str(marks["document"].iloc[row]) for row in rows],
                "cells": [cell for cell in cells if cell],
                "clause": _clause(rule.clause),
            }
        )
    return found


def _waterfall(sheet: dict[str, Any], say: Say) -> list[dict[str, Any]]:
    """Return the bars from 0 to the total: label, points, and where each bar starts and ends."""
    if sheet["total"] is None:
        return []
    bars, level = [], 0.0
    parts = [(item["label"], item["score"]) for item in sheet["items"]]
    parts += [(bonus["label"], bonus["points"]) for bonus in sheet["bonus"]]
    parts += [(penalty["label"], -penalty["points"]) for penalty in sheet["penalty"]]
    rest = round(sheet["total"] - sum(points for _, points in parts), 4)
    if rest:
        parts.append((say("封顶与折算"), rest))
    for label, points in parts:
        after = round(level + points, 4)
        bars.append({"label": label, "points": points, "from": level, "to": after})
        level = after
    return [*bars, {"label": say("总分"), "points": sheet["total"], "from": 0.0, "to": sheet["total"]}]


def _steps(evaluation: Evaluation, firm: int, sheet: dict[str, Any], say: Say) -> list[dict[str, Any]]:
    """Return the steps of the grade in words, each with its clause."""
    results, scope, rules = evaluation.results, evaluation.results.scope, evaluation.rules
    area = sheet["area"]["area_mu"]
    steps = [_step(say("评价用地 {area:.4f} 亩（12月31日状态）").format(area=area), rules.area_clause)]
    if not scope.ranked[firm]:
        exemption = rules.exemptions[scope.exempt[firm]] if scope.exempt[firm] >= 0 else None
        clause = exemption.clause if exemption else Clause("系统缺省")
        return [*steps, _step(say("不排名：{reason}").format(reason=sheet["reason_text"]), clause)]
    group = rules.groups[group_number(evaluation, firm)]
    steps.append(
        _step(
            say("总分 {total:.2f}，在“{group}”{size} 家中列第 {rank} 名").format(
                total=sheet["total_printed"], group=sheet["group_label"], size=sheet["group_size"], rank=sheet["rank"]
            ),
            group.clause,
        )
    )
    by_cut = say("按名次为 {grade} 类") if group.cuts.by == "rank" else say("按分数为 {grade} 类")
    steps.append(_step(by_cut.format(grade=sheet["grade_by_rank"]), group.cuts.clause))
    bounds: tuple[tuple[str, tuple[Bound, ...], int], ...] = (
        (say("{label}：不得高于 {grade} 类"), rules.vetoes, int(results.vetoed[firm])),
        (say("{label}：不低于 {grade} 类"), rules.protections, int(results.protected[firm])),
    )
    for sentence, candidates, number in bounds:
        if number >= 0:
            bound = candidates[number]
            steps.append(_step(sentence.format(label=bound.label, grade=bound.grade), bound.clause))
    return [*steps, _step(say("最终为 {grade} 类").format(grade=sheet["grade"]), group.cuts.clause)]


def _step(text: str, clause: Clause) -> dict[str, Any]:
    return {"text": text, "clause": _clause(clause)}


def _next(evaluation: Evaluation, firm: int, say: Say) -> dict[str, Any] | None:
    gap = int(evaluation.results.gap[firm])
    if gap == NO_GAP:
        return None
    return {
        "grade": next_grade(evaluation, firm),
        "gap": gap / SCORE_UNIT,
        "ways": [way.as_dict() for way in ways(evaluation, firm, say)],
    }
