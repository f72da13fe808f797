"""Reading decisions about pairs. They are the county's, not one plan's: each plan made later keeps to them."""

from __future__ import annotations

from django.db.models import Max, QuerySet

from mujun.renewal.adjacency import Decision
from mujun.web.renewal.models import PairDecision, PairVerdict


def in_order(one: str, other: str) -> tuple[str, str]:
    """Two codes as decisions keep them."""
    return (one, other) if one <= other else (other, one)


def newest() -> QuerySet[PairDecision]:
    """The newest decision about each pair ever decided on, withdrawn ones too."""
    last = PairDecision.objects.order_by().values("first", "second").annotate(last=Max("pk")).values("last")
    return PairDecision.objects.filter(pk__in=last).select_related("by")


def standing() -> QuerySet[PairDecision]:
    """The decisions in force."""
    return newest().exclude(verdict=PairVerdict.WITHDRAWN)


def about(one: str, other: str) -> list[PairDecision]:
    """Everything decided about a pair, the newest first."""
    first, second = in_order(one, other)
    return list(PairDecision.objects.filter(first=first, second=second).select_related("by").order_by("-pk"))


def for_adjacency() -> list[Decision]:
    """The decisions in force as the library takes them."""
    return [
        Decision(held.first, held.second, held.verdict == PairVerdict.JOINS, held.by.display_name, held.on, held.reason)
        for held in standing().order_by("pk")
    ]
