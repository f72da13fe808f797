"""What was told, and to whom it was meant."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from mujun.web.cases.definitions import definition_for
from mujun.web.cases.models import AlertSeen, CaseAlert, CaseClock
from mujun.web.cases.queries.parties import parties_of
from mujun.web.cases.queries.scope import cases_in_scope, sees_all

UNSAID = ("owner_unit", "office")
"""Whom an alert is for that names nobody."""


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """One alert for somebody; ``parties``: to whom it went, by the names of the list; ``was_seen`` by who asks."""

    alert: CaseAlert
    parties: tuple[str, ...]
    was_seen: bool


def alerts_in_scope(user: Any) -> QuerySet[CaseAlert]:
    """Alerts of cases that ``user`` may see, the newest first."""
    rows = CaseAlert.objects.select_related("case__version")
    return rows if sees_all(user) else rows.filter(case__in=cases_in_scope(user).values("pk"))


def alerts_for(user: Any, limit: int = 50, *, unseen: bool = False) -> list[Told]:
    """The newest alerts that went to a party that ``user`` is, by one query.

    Those of open cases, and of a closed one while the clock that told goes on.
    """
    seen = Exists(AlertSeen.objects.filter(alert=OuterRef("pk"), by=user))
    going = CaseClock.objects.filter(
        case=OuterRef("case"), clock=OuterRef("clock"), turn=OuterRef("turn"), stopped_at=None
    )
    rows = _told_to(alerts_in_scope(user), user).filter(Q(case__closed_at=None) | Q(case__done_at=None) & Exists(going))
    rows = rows.annotate(was_seen=seen)
    rows = rows.filter(was_seen=False) if unseen else rows
    return [
        Told(alert, definition_for(alert.case).party_names(alert.to), bool(alert.was_seen))
        for alert in rows.order_by("-pk")[:limit]
    ]


def _told_to(rows: QuerySet[CaseAlert], user: Any) -> QuerySet[CaseAlert]:
    """Keep the alerts of parties that ``user`` is in their case. The parties are words in a list kept as text."""
    mine = Q(pk__in=[])
    for party, holds in parties_of(user, "case__").items():
        named = Q(told__contains=f'"{party}"')
        mine |= (named | Q(told="[]") if party in UNSAID else named) & holds
    return rows.annotate(told=Cast("to", TextField())).filter(mine)
