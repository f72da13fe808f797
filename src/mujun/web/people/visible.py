"""Which rows of the register a scope may see, and which of their columns are protected: one place for pages and API."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from mujun.register.schema import MEASURES, Kind
from mujun.web.people.rights import Scope
from mujun.web.register.models import MODELS

PROTECTED: dict[str, frozenset[str]] = {
    "measures": frozenset(column.name for column in MEASURES.columns if column.kind is Kind.NUMBER),
    "taxes": frozenset({"amount_wan"}),
    "parcels": frozenset({"land_price_wan", "invest_due_wan", "invested_wan", "tax_due_wan_per_mu"}),
    "units": frozenset({"rent_wan"}),
    "projects": frozenset({"invest_wan", "tax_promise_wan_per_mu"}),
}
"""Table → columns that only somebody with the right to read amounts gets."""

OFFICE_ONLY = frozenset({"projects"})
"""Tables that nobody with a narrowed scope sees at all."""

_OF_FIRM = frozenset({"firms", "measures", "taxes", "marks"})
_ON_PARCEL = frozenset({"buildings"})


def known(table: str, revision: int | None = None) -> QuerySet[Any]:
    """The rows of ``table`` as known now, or at ``revision``; everybody's."""
    rows: QuerySet[Any] = MODELS[table]._default_manager.all()
    if revision is None:
        return rows.filter(until=None)
    return rows.filter(Q(until=None) | Q(until__gt=revision), since__lte=revision)


def visible(table: str, scope: Scope, revision: int | None = None) -> QuerySet[Any]:
    """The rows of ``table`` inside ``scope``, as known now or at ``revision``.

    A cadre sees the firms and parcels of the own towns and what belongs to them. A firm sees itself, the parcels it
    holds or uses, and the shares in which it is firm or lessor. Barriers are everybody's.
    """
    rows = known(table, revision)
    if scope.everything or table == "barriers":
        return rows
    if table in OFFICE_ONLY:
        return rows.none()
    if table in _OF_FIRM:
        return rows.filter(_firms(table, scope, revision))
    if table == "parcels":
        return rows.filter(_parcels(scope, revision))
    if table == "occupancy":
        return rows.filter(_shares(scope, revision))
    parcels = known("parcels", revision).filter(_parcels(scope, revision)).values("parcel_id")
    if table in _ON_PARCEL:
        return rows.filter(parcel_id__in=parcels)
    buildings = known("buildings", revision).filter(parcel_id__in=parcels).values("building_id")
    return rows.filter(building_id__in=buildings)


def sees_firm(firm_id: str, scope: Scope, revision: int | None = None) -> bool:
    """Whether the firm exists inside the scope."""
    return visible("firms", scope, revision).filter(firm_id=firm_id).exists()


def sees_parcel(parcel_id: str, scope: Scope, revision: int | None = None) -> bool:
    """Whether the parcel exists inside the scope."""
    return visible("parcels", scope, revision).filter(parcel_id=parcel_id).exists()


def masked(table: str, scope: Scope) -> frozenset[str]:
    """The columns of ``table`` that ``scope`` must not read."""
    return frozenset() if scope.amounts else PROTECTED.get(table, frozenset())


def _firms(table: str, scope: Scope, revision: int | None) -> Q:
    condition = Q()
    if scope.firms is not None:
        condition &= Q(firm_id__in=scope.firms)
    if scope.towns is not None:
        if table == "firms":
            condition &= Q(town__in=scope.towns)
        else:
            condition &= Q(firm_id__in=known("firms", revision).filter(town__in=scope.towns).values("firm_id"))
    return condition


def _parcels(scope: Scope, revision: int | None) -> Q:
    condition = Q()
    if scope.towns is not None:
        condition &= Q(town__in=scope.towns)
    if scope.firms is not None:
        used = known("occupancy", revision).filter(Q(firm_id__in=scope.firms) | Q(lessor_id__in=scope.firms))
        condition &= Q(holder_id__in=scope.firms) | Q(parcel_id__in=used.values("parcel_id"))
    return condition


def _shares(scope: Scope, revision: int | None) -> Q:
    condition = Q()
    if scope.towns is not None:
        parcels = known("parcels", revision).filter(town__in=scope.towns).values("parcel_id")
        firms = known("firms", revision).filter(town__in=scope.towns).values("firm_id")
        condition &= Q(parcel_id__in=parcels) | Q(firm_id__in=firms)
    if scope.firms is not None:
        condition &= Q(firm_id__in=scope.firms) | Q(lessor_id__in=scope.firms)
    return condition
