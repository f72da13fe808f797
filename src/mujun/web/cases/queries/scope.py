"""Which cases somebody sees."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from mujun.web.cases.models import Case, CasePart, ListVersion
from mujun.web.cases.roles import person_of, units_of
from mujun.web.people.rights import Right, Role, has_right


def sees_all(user: Any) -> bool:
    """Whether no case is hidden from ``user``."""
    return has_right(user, Right.READ_CASES) and user.role not in (Role.FIRM, Role.TOWN, Role.DEPARTMENT)


def cases_in_scope(user: Any) -> QuerySet[Case]:
    """The cases that ``user`` may see, the newest first.

    Office, leader and auditor: all. A department: those its unit works, has a part in, or raised. A cadre: also those
    in the own towns. A firm: those about it, of lists in which a firm is a party, and what it raised.
    """
    rows = Case.objects.select_related("version")
    if not has_right(user, Right.READ_CASES):
        return rows.none()
    if user.role == Role.FIRM:
        about = Q(firm_id=user.firm_id, version__in=ListVersion.objects.filter(for_firms=True).values("pk"))
        return rows.filter(about | Q(raiser=user))
    if sees_all(user):
        return rows
    units = units_of(person_of(user))
    parts = CasePart.objects.filter(unit__in=units).values("case")
    mine = Q(owner_unit__in=units) | Q(raiser=user) | Q(pk__in=parts)
    if user.role == Role.TOWN:
        mine |= Q(town__in=user.towns)
    return rows.filter(mine)
