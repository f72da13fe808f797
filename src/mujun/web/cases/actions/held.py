"""One change of a case at a time, and what the engine has to be told of who makes it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.cases.state import Actor
from mujun.web.cases.models import Case
from mujun.web.cases.queries.scope import cases_in_scope
from mujun.web.cases.roles import person_of, roles_in, standing_of, unit_in


def held_case(pk: int, by: Any) -> Case:
    """Return the case locked for a change by somebody who may see it."""
    if not cases_in_scope(by).filter(pk=pk).exists():
        raise Refused(_("没有这件事，或它不在您的范围内。"))
    return Case.objects.select_for_update(of=("self",)).select_related("version").get(pk=pk)


def actor_of(by: Any, case: Case) -> Actor:
    """Return who ``by`` is in this case."""
    person = person_of(by)
    standing = standing_of(case, case.parts.values_list("unit", flat=True))
    return Actor(str(by.pk), unit_in(person, standing), roles_in(person, standing))
