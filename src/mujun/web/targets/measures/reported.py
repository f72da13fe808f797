"""What owners reported month by month; a target without reports of its own is what its parts come to."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from mujun.targets.measuring import Months
from mujun.web.targets.measures.registry import Extent
from mujun.web.targets.models import BreakdownRule, MonthlyReport, StatementBound, Target, TargetState

Reports = dict[int, dict[dt.date, float]]


def newest_reports(targets: Sequence[int] | None = None) -> Reports:
    """Return target → month → the figure that holds; of every target where none are given."""
    rows = MonthlyReport.objects.order_by("pk")
    if targets is not None:
        rows = rows.filter(target__in=targets)
    found: Reports = defaultdict(dict)
    for target, month, value in rows.values_list("target", "month", "value"):
        found[target][month] = float(value)
    return dict(found)


def reported(extents: Sequence[Extent]) -> list[Months]:
    """Return the reports of each target up to ``until``, or of its parts put together as its breakdown says."""
    parts: dict[int, list[tuple[int, float]]] = defaultdict(list)
    wholes: dict[int, Target] = {}
    rows = Target.objects.exclude(state=TargetState.WITHDRAWN).order_by("pk")
    for one in rows.only("parent", "rule", "weight", "bound", "unit", "change", "base_value"):
        wholes[one.pk] = one
        if one.parent_id is not None:
            parts[one.parent_id].append((one.pk, float(one.weight or 0)))
    reports = newest_reports()
    memory: dict[int, dict[dt.date, float]] = {}

    def of(key: int) -> dict[dt.date, float]:
        if key not in memory:
            memory[key] = reports.get(key) or _together([(of(part), w) for part, w in parts[key]], wholes.get(key))
        return memory[key]

    return [
        {month: value for month, value in (of(one.target) if one.target else {}).items() if month <= one.until}
        for one in extents
    ]


def _together(parts: list[tuple[dict[dt.date, float], float]], whole: Target | None) -> dict[dt.date, float]:
    """Put the parts together: sums hold what each part said last; a mean or the weakest needs every part.

    Parts of a rate on a base report their levels: those add up, but only where every part has said its own.
    """
    if whole is None:
        return {}
    rule, weakest = whole.rule, max if whole.bound == StatementBound.LE or whole.unit == "位" else min
    known = [(months, weight) for months, weight in parts if months]
    if not known or (rule != BreakdownRule.SUM and len(known) < len(parts)):
        return {}
    found = {}
    for month in sorted({month for months, _weight in known for month in months}):
        held = [(_last(months, month), weight) for months, weight in known]
        values = [(value, weight) for value, weight in held if value is not None]
        if rule == BreakdownRule.SUM or (whole.on_base and len(values) == len(parts)):
            found[month] = sum(value for value, _weight in values)
        elif len(values) == len(parts):
            weights = sum(weight for _value, weight in values)
            if rule == BreakdownRule.EACH:
                found[month] = weakest(value for value, _weight in values)
            elif weights > 0:
                found[month] = sum(value * weight for value, weight in values) / weights
    return found


def _last(months: dict[dt.date, float], until: dt.date) -> float | None:
    known = [month for month in months if month <= until]
    return months[max(known)] if known else None
