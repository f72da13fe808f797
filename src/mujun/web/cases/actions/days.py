"""Days that are worked or not, set after the calendar was printed; what is due moves with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.cases.calendar import WorkingCalendar
from mujun.cases.clock import refresh_many
from mujun.cases.state import ClockState
from mujun.web.audit.actions import action, record
from mujun.web.cases.definitions import definition_for
from mujun.web.cases.holding import clock_of, clock_values, lights
from mujun.web.cases.models import Case, CaseClock, DayMoved
from mujun.web.cases.working import FIRST_YEAR, LAST_YEAR
from mujun.web.register.actions.progress import start_job
from mujun.web.register.models import JobProgress

CHANGING = ("due_at", "yellow_at", "next_at", "late", "fired")
LIGHTS = ("due_at", "red_at", "yellow_at", "calm", "missed")


@action
def set_holidays(days: Mapping[dt.date, bool], reason: str, *, by: Any) -> JobProgress:
    """Say of days whether they are worked (True) or not, with the document that says so; queue the new reckoning."""
    if not days:
        raise Refused(_("请至少选择一天。"))
    if not reason.strip():
        raise Refused(_("请写明依据（文号或通知）。"))
    wrong = sorted(day for day in days if not FIRST_YEAR <= day.year < LAST_YEAR)
    if wrong:
        raise Refused(_("{day} 不在工作日历的年份之内。").format(day=wrong[0]))
    DayMoved.objects.bulk_create(
        DayMoved(day=day, worked=worked, reason=reason.strip()[:200], by=by) for day, worked in sorted(days.items())
    )
    said = {str(day): worked for day, worked in days.items()}
    record("case.days_set", by=by, about="cases:calendar", reason=reason.strip(), days=said)
    return start_job("cases.reckon", title=_("按新的上班日重算时限"), about="cases:calendar", by=by)


@action
def reckon_batch(after: int, size: int, calendar: WorkingCalendar, *, by: Any) -> int | None:
    """Compute up to ``size`` clocks anew that go on, from the key ``after`` on; return the last key, None at the end.

    Safe to kill and to begin again: what follows from runs and calendar is the same however often it is computed.
    """
    found = list(
        CaseClock.objects.filter(pk__gt=after, stopped_at=None).order_by("pk").values_list("pk", "case")[:size]
    )
    record("case.reckoned", by=by, about="cases:calendar", clocks=len(found))
    if not found:
        return None
    cases = locked({case for _pk, case in found})
    rows = list(CaseClock.objects.filter(pk__in=[pk for pk, _case in found], stopped_at=None, case__in=cases))
    new: dict[int, ClockState] = {}
    for (version, key), held in by_clock(rows, cases).items():
        definition = definition_for(next(case for case in cases.values() if case.version_id == version))
        states = refresh_many(definition.clock(key), [clock_of(row) for row in held], calendar)
        new |= {row.pk: state for row, state in zip(held, states, strict=True)}
    keep_clocks(rows, new, cases)
    return int(found[-1][0])


def locked(pks: Iterable[int], *, skip: bool = False) -> dict[int, Case]:
    """Return cases by key, locked in the order of their keys; ``skip``: leave out those that somebody else holds."""
    rows = Case.objects.select_for_update(of=("self",), skip_locked=skip).select_related("version")
    return {case.pk: case for case in rows.filter(pk__in=sorted(pks)).order_by("pk")}


def by_clock(rows: Iterable[CaseClock], cases: Mapping[int, Case]) -> dict[tuple[int, str], list[CaseClock]]:
    """Return rows by the version of their case and the clock's name."""
    found: dict[tuple[int, str], list[CaseClock]] = {}
    for row in rows:
        found.setdefault((cases[row.case_id].version_id, row.clock), []).append(row)
    return found


def keep_clocks(rows: Sequence[CaseClock], new: Mapping[int, ClockState], cases: Mapping[int, Case]) -> int:
    """Write the clocks that are not as they were, and what their cases repeat of them; return how many clocks."""
    changed = []
    for row in rows:
        state = new.get(row.pk)
        if state is None:
            continue
        values = clock_values(state)
        if any(getattr(row, name) != values[name] for name in CHANGING):
            for name in CHANGING:
                setattr(row, name, values[name])
            changed.append(row)
    if changed:
        _write(changed, CHANGING)
        _keep_lights({row.case_id for row in changed}, cases)
    return len(changed)


def _keep_lights(pks: set[int], cases: Mapping[int, Case]) -> None:
    live: dict[int, list[ClockState]] = {pk: [] for pk in pks}
    for row in CaseClock.objects.filter(case__in=pks, stopped_at=None).order_by("pk"):
        live[row.case_id].append(clock_of(row))
    moved = []
    for pk, clocks in live.items():
        case = cases[pk]
        values: dict[str, Any] = lights(definition_for(case), case.state, case.changed_at, clocks)
        values["missed"] = case.missed or any(held.late for held in clocks)
        if any(getattr(case, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(case, name, value)
            moved.append(case)
    if moved:
        _write(moved, LIGHTS)


def _write(rows: Sequence[Any], names: Sequence[str]) -> None:
    """Write columns of many rows of one model; a statement per row, prepared once, is far quicker than one of all."""
    meta = rows[0]._meta
    fields = [meta.get_field(name) for name in names]
    columns = ", ".join(f"{connection.ops.quote_name(field.column)} = %s" for field in fields)
    values = [
        [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields), row.pk] for row in rows
    ]
    table = connection.ops.quote_name(meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {columns} WHERE id = %s", values)  # noqa: S608 - names of our own
