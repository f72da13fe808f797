"""Reading notices inside the scope of the person who asks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from mujun.web.evaluations.models import AreaNotice, AreaRow
from mujun.web.evaluations.scoping import narrow
from mujun.web.people.rights import Right, Scope, has_right
from mujun.web.register.models import JobProgress


def area_notices_for(user: Any, now: dt.datetime | None = None) -> QuerySet[AreaNotice]:
    """The area lists that ``user`` may open: those whose window has begun, all with the right to drafts."""
    notices = AreaNotice.objects.select_related("by")
    if has_right(user, Right.READ_DRAFTS):
        return notices
    return notices.filter(starts__lte=now or timezone.now())


def area_rows_in_scope(notice: AreaNotice, scope: Scope) -> QuerySet[AreaRow]:
    """The rows of an area list that the scope may see."""
    return narrow(AreaRow.objects.filter(notice=notice), scope)


def area_job() -> JobProgress | None:
    """The newest work on an area list, while it is not done."""
    job = JobProgress.objects.filter(kind="area_notice").first()
    return job if job is not None and job.state != "done" else None
