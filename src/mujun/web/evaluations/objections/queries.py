"""Reading objections, and whether one may be filed now."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.web.evaluations.models import OPEN_STATES, AreaNotice, Objection, ResultNotice, Run, RunState
from mujun.web.evaluations.scoping import narrow
from mujun.web.people.rights import Scope
from mujun.web.people.visible import masked


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """Where an objection would go. ``sentence`` says why not where ``open`` is False."""

    open: bool
    sentence: str
    run: Run | None = None
    area_notice: AreaNotice | None = None
    ends: dt.datetime | None = None
    finding: Any = None
    """The row of a findings run, where the objection is to that."""


def window_for_run(run: Run, now: dt.datetime | None = None) -> Window:
    """Whether firms may object to the published run (or to the one it replaced inside the same notice) at ``now``."""
    now = now or timezone.now()
    notices = ResultNotice.objects.filter(run__year=run.year, run__rule_name=run.rule_name).order_by("-ends")
    if run.state != RunState.PUBLISHED:
        return Window(False, _("这次评价不是现行结果，不能对它提出异议。"), run)
    current = next((notice for notice in notices if notice.starts <= now < notice.ends), None)
    if current is not None:
        return Window(True, "", run, None, current.ends)
    return Window(False, _closed(notices, now), run)


def window_for_areas(notice: AreaNotice, now: dt.datetime | None = None) -> Window:
    """Whether firms may object to the area list at ``now``."""
    now = now or timezone.now()
    if notice.starts <= now < notice.ends:
        return Window(True, "", None, notice, notice.ends)
    return Window(False, _closed([notice], now), None, notice)


def _closed(notices: QuerySet[ResultNotice] | list[AreaNotice], now: dt.datetime) -> str:
    last = max(notices, key=lambda notice: notice.ends, default=None)
    if last is None:
        return _("评价结果还没有公示，公示开始后才能提出异议。")
    if now < last.starts:
        return _("公示将于 {time} 开始，届时可以提出异议。").format(time=moment(last.starts))
    return _("公示已于 {time} 结束，逾期不再受理异议。").format(time=moment(last.ends))


def moment(value: dt.datetime) -> str:
    """A time as people say it, in the county's time zone."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


def objections_in_scope(scope: Scope) -> QuerySet[Objection]:
    """Objections that the scope may see, newest first."""
    return narrow(Objection.objects.select_related("filed_by", "run", "area_notice", "finding_run"), scope)


def tells_hidden_amount(objection: Objection, scope: Scope) -> bool:
    """Whether the cell of an objection holds an amount that ``scope`` must not read."""
    return objection.column in masked(objection.table, scope)


def open_objections_of(firm_id: str, table: str, column: str) -> QuerySet[Objection]:
    """Undecided objections of a firm to one column; filter by key for one cell."""
    return Objection.objects.filter(firm_id=firm_id, table=table, column=column, state__in=OPEN_STATES)


def referred_documents() -> set[str]:
    """Paths of all documents that some objection refers to."""
    return set(Objection.objects.exclude(document="").values_list("document", flat=True))
