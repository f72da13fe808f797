"""What an event does to the clocks of a case: told what was due, stopped, started, let rest, extended."""

from __future__ import annotations

import dataclasses
import datetime as dt

from mujun.cases import clock as one
from mujun.cases.calendar import WorkingCalendar
from mujun.cases.definition import Clock, Definition, StateKind, find
from mujun.cases.state import Alert, CaseState, Change, ClockChange, ClockState
from mujun.cases.sweep import due_steps


def settle(
    definition: Definition, case: CaseState, at: dt.datetime, calendar: WorkingCalendar
) -> tuple[CaseState, tuple[Alert, ...]]:
    """Return what was due before ``at`` and no sweep told, and the case with that noted: an event skips no step."""
    alerts: list[Alert] = []
    clocks: list[ClockState] = []
    for held in case.clocks:
        if held.stopped_at is not None:
            clocks.append(held)
            continue
        found, after = due_steps(definition, held.clock, [case.case], [held], at, calendar)
        alerts += found
        clocks += after
    alerts.sort(key=lambda alert: (alert.at, alert.key))
    return dataclasses.replace(case, clocks=tuple(clocks)), tuple(alerts)


def turn_clocks(
    definition: Definition,
    case: CaseState,
    at: dt.datetime,
    calendar: WorkingCalendar,
    *,
    entered: bool,
    anew: bool = False,
) -> tuple[CaseState, tuple[ClockChange, ...]]:
    """Return the case (in its new state) with its clocks as that state wants them, and what changed.

    ``entered``: the state was entered just now (also from itself); ``anew``: a new round, no clock goes on.
    """
    changes: list[ClockChange] = []
    clocks = list(case.clocks)
    for clock in definition.clocks:
        place = next((n for n, held in enumerate(clocks) if held.clock == clock.key and held.stopped_at is None), None)
        if place is not None:
            held, change = _go_on(definition, clock, clocks[place], case, at, calendar, entered=entered, anew=anew)
            clocks[place] = held
            if change:
                changes.append(_change(clock, held, change, at))
        idle = place is None or clocks[place].stopped_at is not None
        if idle and (_of_parts(definition, clock, case) or (entered and case.state in clock.starts_on)):
            turn = max((held.turn for held in clocks if held.clock == clock.key), default=0) + 1
            held = one.start(clock, turn, case.fields, at, calendar)
            if _rests(definition, clock, case):
                held = one.pause(clock, held, at, calendar)
            clocks.append(held)
            changes.append(_change(clock, held, Change.STARTED, at))
    return dataclasses.replace(case, clocks=tuple(clocks)), tuple(changes)


def _go_on(
    definition: Definition,
    clock: Clock,
    held: ClockState,
    case: CaseState,
    at: dt.datetime,
    calendar: WorkingCalendar,
    *,
    entered: bool,
    anew: bool,
) -> tuple[ClockState, Change | None]:
    closed = definition.state(case.state).kind is StateKind.CLOSED and case.state not in clock.starts_on
    if is_part_clock(definition, clock) and not _of_parts(definition, clock, case):
        return one.stop(clock, held, at, calendar), Change.STOPPED
    moved = bool(clock.until) and case.fields.get(clock.until) != str(held.until)
    if anew or closed or (entered and (case.state in clock.stops_on or (moved and case.state in clock.starts_on))):
        return one.stop(clock, held, at, calendar), Change.STOPPED
    if moved:
        days = (dt.date.fromisoformat(case.fields[clock.until]) - (held.until or dt.date.min)).days
        return one.extend(clock, held, days, calendar), Change.EXTENDED
    rests = _rests(definition, clock, case)
    if rests and held.running:
        return one.pause(clock, held, at, calendar), Change.PAUSED
    if not rests and held.resting:
        return one.resume(clock, held, at, calendar), Change.RESUMED
    return held, None


def is_part_clock(definition: Definition, clock: Clock) -> bool:
    """Whether the clock runs while some part is in a state it names."""
    return definition.parts is not None and clock.starts_on[0] in {state.key for state in definition.parts.states}


def _of_parts(definition: Definition, clock: Clock, case: CaseState) -> bool:
    """Whether some part is in a state on which the clock starts."""
    parts = definition.parts
    if parts is None or case.state != parts.state:
        return False
    return any(part.state in clock.starts_on for part in case.parts)


def _rests(definition: Definition, clock: Clock, case: CaseState) -> bool:
    """Whether the clock rests: in a state it names, or while every unfinished part is in one it names."""
    if case.state in clock.pauses_in:
        return True
    if definition.parts is None or case.state != definition.parts.state:
        return False
    states = definition.parts.states
    unfinished = [part for part in case.parts if find(states, part.state).kind is not StateKind.CLOSED]
    return bool(unfinished) and all(part.state in clock.pauses_in for part in unfinished)


def lengthen(
    definition: Definition, case: CaseState, key: str, more: int, at: dt.datetime, calendar: WorkingCalendar
) -> tuple[CaseState, tuple[ClockChange, ...]]:
    """Give the live clock ``key`` more time; where it runs until a date, the date in the field moves with it."""
    clock = definition.clock(key)
    place = next(n for n, held in enumerate(case.clocks) if held.clock == key and held.stopped_at is None)
    held = one.extend(clock, case.clocks[place], more, calendar)
    clocks = (*case.clocks[:place], held, *case.clocks[place + 1 :])
    fields = {**case.fields, clock.until: str(held.until)} if clock.until else case.fields
    changed = dataclasses.replace(case, clocks=clocks, fields=fields)
    return changed, (_change(clock, held, Change.EXTENDED, at),)


def _change(clock: Clock, held: ClockState, change: Change, at: dt.datetime) -> ClockChange:
    return ClockChange(clock.key, clock.label, held.turn, change, at, held.due_at)
