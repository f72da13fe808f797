"""Supervision orders inside a scope, and the table of a month."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from mujun.web.people.rights import Role, Scope
from mujun.web.targets.models import MonthlyReport, OrderEntry, OrderState, SupervisionOrder, Target, TargetState
from mujun.web.targets.queries.ledger import LedgerLine, ledger, targets_in_scope


def orders_in_scope(scope: Scope) -> QuerySet[SupervisionOrder]:
    """The supervision orders of targets inside ``scope``, the newest first."""
    rows = SupervisionOrder.objects.select_related("target", "owner", "by", "closed_by")
    return rows.filter(target__in=targets_in_scope(scope).values("pk"))


def open_orders(scope: Scope) -> QuerySet[SupervisionOrder]:
    """Those not closed, the first due first."""
    return orders_in_scope(scope).exclude(state=OrderState.CLOSED).order_by("due_on", "pk")


def entries_of(order: SupervisionOrder) -> list[OrderEntry]:
    """Replies, returns and closing of an order, the oldest first."""
    return list(order.entries.select_related("by").order_by("pk"))


@dataclasses.dataclass(frozen=True, slots=True)
class MonthRow:
    """One target in the table of a month: figure at its end, of the month alone, and the report that says so."""

    line: LedgerLine
    value: float | None
    in_month: float | None
    report: MonthlyReport | None


def month_table(scope: Scope, month: dt.date, today: dt.date) -> list[MonthRow]:
    """Return the targets in force in ``month`` (any day of it) with their figures at its end, wholes before their parts."""
    first = month.replace(day=1)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    ended = Q(state=TargetState.CLOSED, ended_on__gte=first)
    rows = targets_in_scope(scope).filter(Q(state=TargetState.IN_FORCE) | ended)
    rows = rows.filter(starts_on__lt=following, due_on__gte=first)
    lines = ledger(in_order(list(rows)), min(today, following - dt.timedelta(days=1)))
    reports: dict[int, MonthlyReport] = {}
    for report in MonthlyReport.objects.filter(month=first, target__in=rows.values("pk")).select_related("by"):
        reports[report.target_id] = report
    before = (first - dt.timedelta(days=1)).replace(day=1)
    found = []
    for line in lines:
        months = line.measured.months
        value = months.get(first)
        former = months.get(before, 0.0 if before < line.target.starts_on else None)
        alone = value - former if line.accumulates and value is not None and former is not None else None
        found.append(MonthRow(line, value, alone, reports.get(line.target.pk)))
    return found


def referred_evidence() -> set[str]:
    """Paths of all files that some report or order refers to."""
    reports = set(MonthlyReport.objects.values_list("path", flat=True))
    return reports | set(OrderEntry.objects.exclude(path="").values_list("path", flat=True))


def in_order(targets: list[Target]) -> list[Target]:
    """Wholes before their parts, parts in their order, the rest by number."""
    keys = {target.pk: target for target in targets}
    parts: dict[int | None, list[Target]] = {}
    for target in sorted(targets, key=lambda one: (one.place, one.number)):
        parts.setdefault(target.parent_id if target.parent_id in keys else None, []).append(target)
    found: list[Target] = []

    def put(one: Target) -> None:
        found.append(one)
        for part in parts.get(one.pk, []):
            put(part)

    for top in sorted(parts.get(None, []), key=lambda one: one.number):
        put(top)
    return found


def to_report(user: Any, scope: Scope, month: dt.date) -> QuerySet[Target]:
    """The targets whose month ``user`` has to report and nobody has: own ones, and those without an owner of the own unit or town."""
    first = month.replace(day=1)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    rows = targets_in_scope(scope).filter(state=TargetState.IN_FORCE, starts_on__lt=following, due_on__gte=first)
    reporting = Q(formulas__text__contains="reported") | Q(parent__formulas__text__contains="reported")
    rows = rows.filter(reporting).exclude(reports__month=first)
    mine = Q(owner=user)
    if user.role == Role.TOWN:
        mine |= Q(owner=None, town__in=user.towns)
    elif user.role == Role.DEPARTMENT and user.unit:
        mine |= Q(owner=None, owner_unit=user.unit)
    elif user.role == Role.ANALYST:
        mine |= Q(owner=None, town="")
    return rows.filter(mine).distinct()
