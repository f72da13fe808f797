"""Who reports a target's month and answers its supervision orders."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from mujun.web.people.rights import Right, Role, has_right
from mujun.web.targets.models import Target


def may_report(user: Any, target: Target) -> bool:
    """Whether ``user`` answers for ``target``: its owner; without one the people of its unit, the cadres of its town, or,
    of a target of the county, the office for a unit that has no account.
    """
    if not has_right(user, Right.REPORT_TARGETS):
        return False
    if target.owner_id is not None:
        return bool(target.owner_id == user.pk)
    if user.role == Role.DEPARTMENT:
        return bool(user.unit and user.unit == target.owner_unit)
    if target.town:
        return user.role == Role.TOWN and target.town in user.towns
    return bool(user.role == Role.ANALYST)


def who_reports(target: Target) -> str:
    """Whom to ask, for people."""
    if target.owner is not None:
        return str(target.owner.display_name)
    if target.town:
        return _("{town}的镇街干部").format(town=target.town)
    return target.owner_unit or _("业务人员")
