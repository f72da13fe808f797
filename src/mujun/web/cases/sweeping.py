"""Finding what is due and telling it, batch by batch."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import OperationalError
from django.utils import timezone

from mujun.cases.calendar import WorkingCalendar
from mujun.web.cases.actions.days import reckon_batch
from mujun.web.cases.actions.sweeping import BATCH, sweep_batch
from mujun.web.cases.models import CaseClock
from mujun.web.cases.working import working_calendar
from mujun.web.register.work import Course, Silent

logger = logging.getLogger(__name__)
RECKON = 1_000


def due_clocks(now: dt.datetime, after: int = 0, size: int = BATCH) -> list[int]:
    """Return keys of clocks that have something to tell by ``now``, at most ``size`` from the key ``after`` on."""
    due = CaseClock.objects.filter(stopped_at=None, next_at__lte=now, pk__gt=after)
    return list(due.order_by("pk").values_list("pk", flat=True)[:size])


def sweep_all(now: dt.datetime | None = None, course: Course | None = None) -> int:
    """Tell everything that is due by ``now``; return how many alerts. What is killed in the middle goes on next time.

    A clock that cannot be told keeps no other from being told; what was wrong with it is raised at the end.
    """
    moment = now or timezone.now()
    course = course or Silent()
    alerts, after = 0, 0
    wrong: list[Exception] = []
    found = due_clocks(moment)
    calendar = working_calendar() if found else None
    while found and calendar is not None:
        alerts += _told(found, moment, calendar, wrong)
        after = found[-1]
        course("提醒", alerts, 0)
        found = due_clocks(moment, after)
    if wrong:
        raise wrong[0]
    return alerts


def _told(pks: list[int], now: dt.datetime, calendar: WorkingCalendar, wrong: list[Exception]) -> int:
    """Tell what is due of a batch, where that fails of each clock by itself; ``wrong`` takes up what failed."""
    try:
        return sweep_batch(pks, now, calendar, by=None)[0]
    except OperationalError:  # the database is not there: nothing of the rest can be told either
        raise
    except Exception as error:
        if len(pks) > 1:
            return sum(_told([pk], now, calendar, wrong) for pk in pks)
        logger.exception("clock %s cannot be told", pks[0])
        wrong.append(error)
        return 0


def reckon_all(course: Course | None = None) -> int:
    """Compute every clock that goes on anew, after days were set late; return how many were looked at."""
    course = course or Silent()
    calendar = working_calendar()
    total = CaseClock.objects.filter(stopped_at=None).count()
    last: int | None = 0
    done = 0
    while last is not None:
        last = reckon_batch(last, RECKON, calendar, by=None)
        done = min(done + RECKON, total)
        course("重算时限", done, total)
    return total
