"""One way to keep rows inside the scope of the person who asks."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from mujun.web.people.rights import Scope

M = TypeVar("M", bound=Model)


def narrow(rows: QuerySet[M], scope: Scope) -> QuerySet[M]:
    """Keep the rows (with ``firm_id`` and ``town``) that ``scope`` may see; None in the scope means all."""
    if scope.firms is not None:
        rows = rows.filter(firm_id__in=scope.firms)
    if scope.towns is not None:
        rows = rows.filter(town__in=scope.towns)
    return rows
