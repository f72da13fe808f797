"""Land that counts as freed between two days, by town, block and month: what stands accepted, each parcel once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth

from mujun.web.campaign.models import Acceptance
from mujun.web.campaign.queries.blocks import acceptances_in_scope
from mujun.web.people.rights import Scope


@dataclasses.dataclass(frozen=True, slots=True)
class Freed:
    """Accepted land (mu): by name of the town as it stood at acceptance, by key of the block, by first day of the month.

    Only where there is some; each of the three adds up to ``total_mu``.
    """

    total_mu: float
    by_town: dict[str, float]
    by_block: dict[int, float]
    by_month: dict[dt.date, float]


def accepted_between(first: dt.date, last: dt.date, scope: Scope | None = None) -> QuerySet[Acceptance]:
    """Return the acceptances that stand from ``first`` to ``last``, both included; without a ``scope`` the whole county."""
    rows = Acceptance.objects.filter(revoked_on=None) if scope is None else acceptances_in_scope(scope)
    return rows.filter(accepted_on__range=(first, last))


def freed_between(first: dt.date, last: dt.date, scope: Scope | None = None) -> Freed:
    """Return what was accepted from ``first`` to ``last``, both included, and has not been revoked since.

    One acceptance stands per parcel, and what its relatives by lineage may have counted was taken off when it was made:
    so sums over any days, towns and blocks count no land twice. Without a ``scope`` the whole county.
    """
    rows = accepted_between(first, last, scope).select_related(None).order_by()
    town, block = _sums(rows, "town"), _sums(rows, "block")
    month = _sums(rows.annotate(month=TruncMonth("accepted_on")), "month")
    return Freed(sum(block.values()), town, block, month)


def _sums(rows: QuerySet[Acceptance], by: str) -> dict[Any, float]:
    return dict(rows.values_list(by).annotate(area=Sum("area_mu")).order_by(by))
