"""Units that can be made responsible, and towns that a case can lie in, as a form offers them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.people.models import User
from mujun.web.people.rights import Role, scope_of
from mujun.web.people.visible import visible

MOST = 300
NEAR = 0.5
"""How alike a name is to one that is offered instead (0–1)."""


def units_known() -> list[str]:
    """Units that some account works for, as a form offers them, by one query."""
    return sorted(_units())[:MOST]


def _units() -> set[str]:
    units: set[str] = set()
    rows = User.objects.filter(is_active=True, role__in=[Role.DEPARTMENT, Role.TOWN, Role.ANALYST])
    for unit, towns in rows.values_list("unit", "towns"):
        units |= {unit.strip(), *(towns or ())} - {""}
    return units


def check_units(names: Iterable[str]) -> None:
    """Refuse to give a case to a unit that no account works for, naming the nearest there is (one query, or none).

    It would lie in nobody's list of things to do.
    """
    wanted = [name.strip() for name in names if name.strip()]
    known = _units() if wanted else set()
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=NEAR)
            advice = (
                _("是不是“{unit}”？").format(unit=near[0])
                if near
                else _("请从列出的单位中选；新的单位请管理员先建账号。")
            )
            raise Refused(_("没有账号在“{unit}”工作，交给它没有人会看到。").format(unit=name), next_step=advice)


def towns_for(user: Any) -> list[str]:
    """The towns that somebody may raise a case in: a cadre's own, for others all of the register; none for a firm."""
    if user.role == Role.FIRM:
        return []
    if user.role == Role.TOWN:
        return sorted(user.towns)
    rows = visible("parcels", scope_of(user)).exclude(town="").order_by("town")
    return list(rows.values_list("town", flat=True).distinct()[:MOST])
