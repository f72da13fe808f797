"""Reminders that were seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mujun.web.audit.actions import action, record
from mujun.web.cases.models import AlertSeen
from mujun.web.cases.queries.alerts import alerts_in_scope


@action
def see_alerts(pks: Sequence[int], *, by: Any) -> int:
    """Note that ``by`` has seen these alerts; return how many were new."""
    wanted = set(alerts_in_scope(by).filter(pk__in=pks).values_list("pk", flat=True))
    held = set(AlertSeen.objects.filter(alert__in=wanted, by=by).values_list("alert", flat=True))
    new = sorted(wanted - held)
    AlertSeen.objects.bulk_create((AlertSeen(alert_id=pk, by=by) for pk in new), ignore_conflicts=True)
    record("case.alerts_seen", by=by, about="cases:alerts", alerts=new)
    return len(new)
