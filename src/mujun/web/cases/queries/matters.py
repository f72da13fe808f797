"""Matters of policy: the same problem of several cases."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from mujun.web.cases.models import Matter
from mujun.web.cases.queries.scope import cases_in_scope


def matters_for(user: Any, *, list_name: str = "", state: str = "") -> QuerySet[Matter]:
    """Matters with a case inside the scope, those of most firms first: ``firms`` and ``number`` of cases are counted."""
    rows = Matter.objects.filter(cases__in=cases_in_scope(user).values("pk"))
    if list_name:
        rows = rows.filter(list_name=list_name)
    if state:
        rows = rows.filter(state=state)
    firms = Count("cases__firm_id", distinct=True, filter=~Q(cases__firm_id=""))
    return rows.annotate(number=Count("cases", distinct=True), firms=firms).order_by("-number", "-pk")
