"""Figures of a list for a period: what its index is made of, and what stands beside the closing rate."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from mujun.cases.definition import Closing, Definition
from mujun.cases.index import IndexResult, compute_index, deduction_points
from mujun.cases.state import AlertKind
from mujun.web.cases.models import Case, CaseAlert, CaseEntry, CaseRating, Deducted
from mujun.web.cases.queries.lists import former_states
from mujun.web.cases.queries.scope import cases_in_scope, sees_all
from mujun.web.cases.roles import person_of, units_of


@dataclasses.dataclass(frozen=True, slots=True)
class Statistics:
    """``counts`` by the names of :data:`mujun.cases.figures.COUNTS`; rates None where there is nothing to divide by.

    ``days_by_state``: mean days in each state that was left inside the period; ``by_town``, ``by_unit``: (name, total,
    solved, red).
    """

    counts: dict[str, Any]
    closing_rate: float | None
    on_time_rate: float | None
    reopen_rate: float | None
    satisfaction: float | None
    index: IndexResult | None
    deductions: dict[str, IndexResult]
    states: list[tuple[str, str, int]]
    days_by_state: list[tuple[str, str, float]]
    by_town: list[tuple[str, int, int, int]]
    by_unit: list[tuple[str, int, int, int]]


def statistics(
    user: Any, definition: Definition, start: dt.date, end: dt.date, now: dt.datetime | None = None
) -> Statistics:
    """Figures of the cases inside the scope that were raised from ``start`` to ``end`` (last day, included)."""
    moment = now or timezone.now()
    first, last = (_midnight(day) for day in (start, end + dt.timedelta(days=1)))
    rows = cases_in_scope(user).filter(list_name=definition.name, raised_at__gte=first, raised_at__lt=last)
    rows = rows.select_related(None).order_by()
    counts = _counts(rows, moment)
    points, shown = _deductions(definition, user, start, end)
    states = _states(definition, rows)
    counts |= points
    return Statistics(
        counts,
        _rate(counts["closed"], counts["total"]),
        _rate(counts["closed_on_time"], counts["due"]),
        _rate(min(counts["reopened"], counts["closed"]), counts["closed"]),
        _rate(counts["stars"], 5 * counts["rated"]),
        compute_index(definition, counts, end),
        shown,
        states,
        _days([(key, label) for key, label, _number in states], rows),
        _by(rows, "town", moment),
        _by(rows, "owner_unit", moment),
    )


def _counts(rows: QuerySet[Case], now: dt.datetime) -> dict[str, Any]:
    solved = Q(closing=Closing.SOLVED.value)
    counted = rows.aggregate(
        total=Count("pk"),
        open=Count("pk", filter=Q(closed_at=None)),
        due=Count("pk", filter=solved | Q(closed_at=None, red_at__lt=now)),
        closed=Count("pk", filter=solved),
        closed_on_time=Count("pk", filter=solved & Q(missed=False)),
        overdue=Count("pk", filter=Q(closed_at=None, red_at__lt=now)),
        reopened=Sum(F("round") - 1),
        cannot_solve=Count("pk", filter=Q(state="cannot_solve")),
        causes=Count("cause", filter=~Q(cause=""), distinct=True),
        caused=Count("pk", filter=~Q(cause="")),
    )
    counted["repeats"] = counted.pop("caused") - counted.pop("causes")
    counted["reopened"] = counted["reopened"] or 0
    # Of all rounds: what was said of an end does not become unsaid by opening the case again.
    rated = CaseRating.objects.filter(case__in=rows.values("pk"))
    counted |= rated.aggregate(rated=Count("pk"), stars=Sum("stars"))
    counted["stars"] = counted["stars"] or 0
    told = CaseAlert.objects.filter(case__in=rows.values("pk"), kind=AlertKind.ESCALATION.value)
    counted["escalations"] = told.count()
    return counted


def _deductions(
    definition: Definition, user: Any, start: dt.date, end: dt.date
) -> tuple[dict[str, Any], dict[str, IndexResult]]:
    """Points by level, and their arithmetic: the index of a narrowed scope bears those of its own units only."""
    if not definition.deductions:
        return {"deductions_own": 0, "deductions_supervised": 0}, {}
    known = {one.key for one in definition.deductions}
    shown, points = {}, {}
    for level in ("own", "supervised"):
        held = Deducted.objects.filter(list_name=definition.name, level=level, on__gte=start, on__lte=end)
        if not sees_all(user):
            held = held.filter(unit__in=units_of(person_of(user)))
        events: dict[str, Decimal] = {}
        for key, times in held.values_list("key").annotate(times=Sum("times")).order_by("key"):
            if key in known:
                events[key] = times
        shown[level] = deduction_points(definition, events, end)
        points[f"deductions_{level}"] = shown[level].value or Fraction(0)
    return points, shown


def _states(definition: Definition, rows: QuerySet[Case]) -> list[tuple[str, str, int]]:
    """How many stand in each state; one of an earlier version of the list is behind, where cases still stand in it."""
    held = dict(rows.values_list("state").annotate(number=Count("pk")))
    lost = held.keys() - {state.key for state in definition.states}
    former = [state for state in former_states(definition) if state.key in lost] if lost else []
    return [(state.key, state.label, held.get(state.key, 0)) for state in (*definition.states, *former)]


def _days(states: Sequence[tuple[str, str]], rows: QuerySet[Case]) -> list[tuple[str, str, float]]:
    """Mean days spent in a state before it was left, from the trail."""
    spent: Counter[str] = Counter()
    times: Counter[str] = Counter()
    entries = CaseEntry.objects.filter(case__in=rows.values("pk"), part="").order_by("case", "id")
    case, state, since = 0, "", None
    for row in entries.values_list("case", "at", "before", "after").iterator(chunk_size=5_000):
        if row[0] != case:
            case, state, since = row[0], row[3], row[1]
        elif row[3] != state and since is not None:
            spent[state] += int((row[1] - since).total_seconds())
            times[state] += 1
            state, since = row[3], row[1]
    return [(key, label, spent[key] / times[key] / 86_400) for key, label in states if times[key]]


def _by(rows: QuerySet[Case], column: str, now: dt.datetime) -> list[tuple[str, int, int, int]]:
    solved, red = Q(closing=Closing.SOLVED.value), Q(closed_at=None, red_at__lt=now)
    counted = rows.exclude(**{column: ""}).values_list(column)
    counted = counted.annotate(total=Count("pk"), solved=Count("pk", filter=solved), red=Count("pk", filter=red))
    return sorted(counted, key=lambda row: (-row[1], row[0]))


def _rate(part: Any, whole: Any) -> float | None:
    return float(part / whole) if whole else None


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
