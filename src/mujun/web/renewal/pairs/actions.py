"""Deciding about a pair of parcels, and taking the decision back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.audit.actions import action, record
from mujun.web.register.models import Parcel
from mujun.web.renewal.models import PairDecision, PairVerdict
from mujun.web.renewal.pairs.queries import about, in_order


@action
def decide_pair(one: str, other: str, verdict: str, reason: str, on: dt.date | None = None, *, by: Any) -> PairDecision:
    """Decide that two parcels of the register are adjacent or are not, whatever the rule says; ``on``: today if None."""
    one, other = one.strip(), other.strip()
    if verdict not in (PairVerdict.JOINS, PairVerdict.SEPARATES):
        raise Refused(_("请选择认定相邻或认定不相邻。"))
    if one == other:
        raise Refused(_("请给出两宗不同的宗地。"))
    known = set(Parcel.objects.filter(until=None, parcel_id__in=[one, other]).values_list("parcel_id", flat=True))
    missing = [code for code in (one, other) if code not in known]
    if missing:
        raise Refused(_("登记簿里没有宗地 {codes}。").format(codes="、".join(missing)))
    held = about(one, other)
    day = on or timezone.localdate()
    if day > timezone.localdate():
        raise Refused(_("决定日期不能晚于今天。"))
    if held and (held[0].verdict, held[0].on, held[0].reason) == (verdict, day, _worded(reason)):
        raise Refused(_("这两宗地已经是这样认定的。"))
    return _keep(one, other, verdict, reason, day, by)


@action
def withdraw_pair(one: str, other: str, reason: str, *, by: Any) -> PairDecision:
    """Take the decision in force back: the rule alone counts again for plans made later."""
    held = about(one, other)
    if not held or held[0].verdict == PairVerdict.WITHDRAWN:
        raise Refused(_("这两宗地没有现行的决定。"))
    return _keep(one, other, PairVerdict.WITHDRAWN, reason, timezone.localdate(), by)


def _worded(reason: str) -> str:
    return reason.strip()[:200]


def _keep(one: str, other: str, verdict: str, reason: str, on: dt.date, by: Any) -> PairDecision:
    if not _worded(reason):
        raise Refused(_("请写明理由。"))
    first, second = in_order(one, other)
    kept = PairDecision.objects.create(
        first=first, second=second, verdict=verdict, on=on, reason=_worded(reason), by=by
    )
    done = "adjacency.withdrawn" if verdict == PairVerdict.WITHDRAWN else "adjacency.decided"
    record(done, by=by, about=f"adjacency:{first}+{second}", reason=_worded(reason), verdict=verdict,
           parcels=[first, second], on=on.isoformat())  # fmt: skip
    return kept
