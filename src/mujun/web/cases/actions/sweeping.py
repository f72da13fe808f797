"""The sweep: whatever is to be told by now is told once, in batches that are each wholly there or not there."""

from __future__ import annotations

import datetime as dt

from mujun.cases.calendar import WorkingCalendar
from mujun.cases.state import Alert, ClockState
from mujun.cases.sweep import sweep
from mujun.web.audit.actions import action, record
from mujun.web.cases.actions.days import by_clock, keep_clocks, locked
from mujun.web.cases.actions.keeping import keep_alerts
from mujun.web.cases.definitions import definition_for
from mujun.web.cases.holding import clock_of
from mujun.web.cases.models import CaseClock

BATCH = 500


@action
def sweep_batch(pks: list[int], now: dt.datetime, calendar: WorkingCalendar, *, by: None = None) -> tuple[int, int]:
    """Tell what is due of the clocks ``pks``; return (alerts, clocks written). Call it with ``by=None``.

    Alerts and the clocks that note them are one transaction; a case that somebody changes right now is left to that
    act, which tells what was due itself.
    """
    cases = locked(CaseClock.objects.filter(pk__in=pks).values_list("case", flat=True), skip=True)
    rows = list(CaseClock.objects.filter(pk__in=pks, case__in=cases, stopped_at=None, next_at__lte=now).order_by("pk"))
    new: dict[int, ClockState] = {}
    alerts: list[Alert] = []
    for (version, _key), held in by_clock(rows, cases).items():
        definition = definition_for(next(case for case in cases.values() if case.version_id == version))
        # The key of a row stands for its case, so that what changed leads back to its clock.
        swept = sweep(definition, [(str(row.pk), clock_of(row)) for row in held], now, calendar)
        alerts += swept.alerts
        new |= {int(key): state for key, state in swept.clocks}
    case_of = {str(row.pk): row.case_id for row in rows}
    told = keep_alerts(case_of, alerts)
    written = keep_clocks(rows, new, cases)
    record("case.swept", by=by, about="cases:sweep", alerts=told, clocks=written, now=now.isoformat())
    return told, written
