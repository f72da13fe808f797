"""In which cases somebody is which party, as conditions of the database; the same as :func:`roles_in` of each case."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from mujun.web.cases.models import CasePart
from mujun.web.cases.roles import person_of, units_of
from mujun.web.people.rights import Right, Role, has_right

EVERYWHERE = {Right.CHECK_CASES: "checker", Right.RUN_CASES: "office", Right.SIGN_CASES: "leader"}


def parties_of(user: Any, prefix: str = "") -> dict[str, Q]:
    """Return the parties that ``user`` may be, each with the condition under which it is so.

    ``prefix`` leads from the rows to the case (``case__``). Who is a party everywhere has the empty condition.
    """
    found = {party: Q() for right, party in EVERYWHERE.items() if has_right(user, right)}
    if has_right(user, Right.RAISE_CASES):
        found["raiser"] = Q(**{f"{prefix}raiser": user})
        if user.role == Role.FIRM and user.firm_id:
            found["firm"] = Q(**{f"{prefix}firm_id": user.firm_id})
    if has_right(user, Right.WORK_CASES):
        units = sorted(units_of(person_of(user)))
        if units:
            parts = CasePart.objects.filter(unit__in=units).values("case")
            found["owner_unit"] = Q(**{f"{prefix}owner_unit__in": units})
            found["part_unit"] = Q(**{f"{prefix}pk__in": parts})
        if user.role == Role.TOWN and user.towns:
            found["town"] = Q(**{f"{prefix}town__in": user.towns})
    return found
