"""Deciding which firm a name in a file means."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.audit.actions import action, record
from mujun.web.register.models import DoubtfulPair


@action
def decide_pair(pair_id: int, same: bool, *, by: Any) -> DoubtfulPair:
    """Decide whether the name of a pair is the firm proposed. The next rehearsal of the same rows follows it.

    Raises :class:`~mujun.base.errors.Refused` where the same name was already said to be another firm.
    """
    pair = DoubtfulPair.objects.select_for_update().get(pk=pair_id)
    others = DoubtfulPair.objects.filter(name=pair.name, address=pair.address, same=True).exclude(firm_id=pair.firm_id)
    other = others.first()
    if same and other is not None:
        raise Refused(
            _("“{name}”已经认定为 {firm}。").format(name=pair.name, firm=other.firm_id),
            next_step=_("如果那是错的，请先改掉那一条认定。"),
        )
    before = pair.same
    pair.same, pair.decided_by, pair.decided_at = same, by, timezone.now()
    pair.save()
    record(
        "register.link", by=by, about=f"firm:{pair.firm_id}", name=pair.name, address=pair.address,
        before=before, same=same,
    )  # fmt: skip
    return pair
