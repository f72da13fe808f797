"""A target held for one change, all of its parts with it, and who may answer for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.people.rights import scope_of
from mujun.web.targets.models import Target, TargetState


def held_target(pk: int, *states: str) -> Target:
    """Return the target locked for a change; refuse one that is in none of ``states`` (none given: any but ended)."""
    target = Target.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if target is None:
        raise Refused(_("没有这个目标。"))
    allowed = states or (TargetState.DRAFT, TargetState.IN_FORCE)
    if target.state not in allowed:
        names = "、".join(str(TargetState(state).label) for state in allowed)
        raise Refused(
            _("目标 {number} 现在是“{state}”，只有“{allowed}”的目标可以这样做。").format(
                number=target.number, state=target.get_state_display(), allowed=names
            )
        )
    return target


def tree(root: Target) -> list[Target]:
    """Return the target and all that it was broken down to, level by level; withdrawn parts are left out."""
    found, level = [root], [root]
    while level:
        level = list(
            Target.objects.filter(parent__in=level)
            .exclude(state=TargetState.WITHDRAWN)
            .select_related("owner", "block")
            .order_by("parent", "place", "pk")
        )
        found += level
    return found


def check_owner(owner: Any, town: str) -> None:
    """Who sees only some towns cannot answer for what lies in another, or in the whole county."""
    towns = scope_of(owner).towns if owner is not None else None
    if towns is not None and town not in towns:
        raise Refused(
            _("{person}只能看到本镇街的目标，不能做这个目标的责任人。").format(person=owner.display_name),
            next_step=_("请选全县的人员，或先分解到镇街。"),
        )


def end_all(targets: Sequence[Target], state: str, reason: str) -> list[int]:
    """Close or withdraw targets today, within the action of whoever asks; return their keys."""
    for one in targets:
        one.state, one.ended_on, one.end_reason = state, timezone.localdate(), reason.strip()[:300]
        one.save(update_fields=["state", "ended_on", "end_reason"])
    return [one.pk for one in targets]
