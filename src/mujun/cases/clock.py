"""One clock: started, resting, running again, given more time, stopped; and when it is due, for many at once.

What a clock keeps is how long it ran (its runs). All instants follow from the runs and the calendar, so a holiday set
late moves them, and what was told already is neither told again nor forgotten.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from mujun.base.errors import MujunError
from mujun.cases.calendar import Instants, WorkingCalendar, ticks, to_instant, to_moment
from mujun.cases.definition import Amount, Clock, Unit
from mujun.cases.state import AlertKind, ClockState, Run

DUE = "due"
"""The step at which a clock is due; every clock has it."""
NEVER = np.iinfo(np.int64).max


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """Something to be told at a moment of a clock: ``shift`` before (reminder) or after (escalation) it is due."""

    key: str
    kind: AlertKind
    shift: Amount | None
    to: tuple[str, ...]


def steps_of(clock: Clock) -> tuple[Step, ...]:
    """Return all steps of a clock."""
    return (
        *(Step(reminder.key, AlertKind.REMINDER, reminder.before, reminder.to) for reminder in clock.reminders),
        Step(DUE, AlertKind.DUE, None, ()),
        *(Step(step.key, AlertKind.ESCALATION, step.after, step.to) for step in clock.escalation),
    )


def start(clock: Clock, turn: int, fields: Mapping[str, Any], at: dt.datetime, calendar: WorkingCalendar) -> ClockState:
    """Return the clock as it starts at ``at``; raise MujunError where nothing says how long it runs."""
    if clock.until:
        until = dt.date.fromisoformat(fields[clock.until])
        return refresh(clock, ClockState(clock.key, turn, None, until, (Run(at),)), calendar)
    amount = clock.duration.on(calendar.date_of(at)) if clock.duration else None
    if amount is None:
        raise MujunError(f"计时“{clock.label}”在 {calendar.date_of(at)} 还没有规定时限。")
    return refresh(clock, ClockState(clock.key, turn, amount, None, (Run(at),)), calendar)


def pause(clock: Clock, held: ClockState, at: dt.datetime, calendar: WorkingCalendar) -> ClockState:
    """Let a running clock rest."""
    return refresh(clock, dataclasses.replace(held, runs=_ended(held, at)), calendar)


def resume(clock: Clock, held: ClockState, at: dt.datetime, calendar: WorkingCalendar) -> ClockState:
    """Let a resting clock run again."""
    return refresh(clock, dataclasses.replace(held, runs=(*held.runs, Run(at))), calendar)


def stop(clock: Clock, held: ClockState, at: dt.datetime, calendar: WorkingCalendar) -> ClockState:
    """Stop a clock for good, whether it runs or rests."""
    runs = _ended(held, at) if held.running else held.runs
    return refresh(clock, dataclasses.replace(held, runs=runs, stopped_at=at), calendar)


def extend(clock: Clock, held: ClockState, more: int, calendar: WorkingCalendar) -> ClockState:
    """Give a clock ``more`` hours or days (of its own unit; of the calendar where it runs until a date).

    It is another due date with steps of its own, so the turn counts up; the time used so far stays used.
    """
    held = dataclasses.replace(held, turn=held.turn + 1, fired=frozenset())
    if held.amount is not None:
        amount = dataclasses.replace(held.amount, value=held.amount.value + Fraction(more))
        longer = dataclasses.replace(held, amount=amount)
    else:
        until = (held.until or dt.date.min) + dt.timedelta(days=more)
        longer = dataclasses.replace(held, until=until)
    return refresh(clock, longer, calendar)


def _ended(held: ClockState, at: dt.datetime) -> tuple[Run, ...]:
    return (*held.runs[:-1], Run(held.runs[-1].start, at))


def refresh(clock: Clock, held: ClockState, calendar: WorkingCalendar) -> ClockState:
    """Return the clock with all that follows from its runs and the calendar."""
    return refresh_many(clock, [held], calendar)[0]


def refresh_many(clock: Clock, held: Sequence[ClockState], calendar: WorkingCalendar) -> list[ClockState]:
    """As :func:`refresh` for many states of one clock."""
    if not held:
        return []
    times = Times(clock, held, calendar)
    return [times.refreshed(row) for row in range(len(held))]


class Times:
    """When many states of one clock are due, and when each of its steps is; instants, NEVER where there is none."""

    def __init__(self, clock: Clock, held: Sequence[ClockState], calendar: WorkingCalendar) -> None:
        self.clock, self.held, self.calendar = clock, held, calendar
        self.steps = steps_of(clock)
        self._at: dict[str, Instants] = {}
        self.running = np.array([state.running for state in held], dtype=bool)
        self.due, self.late = _due(clock.unit, held, calendar)

    def at(self, step: Step) -> Instants:
        """Return when ``step`` is to be told, told or not; NEVER where the clock does not run."""
        if step.key in self._at:
            return self._at[step.key]
        times = self._at[step.key] = np.full(len(self.held), NEVER)
        due = self.due[self.running]
        if step.shift is None:
            times[self.running] = due
        elif step.kind is AlertKind.REMINDER:
            times[self.running] = self.calendar.before_many(due, step.shift)
        else:
            times[self.running] = self.calendar.add_many(due, np.full(len(due), ticks(step.shift)), step.shift.unit)
        return times

    def open(self, step: Step) -> npt.NDArray[np.bool_]:
        """Return whether ``step`` has not been told."""
        return np.array([step.key not in state.fired for state in self.held], dtype=bool)

    def stale(self) -> npt.NDArray[np.bool_]:
        """Return whether what a state holds is no longer what follows from its runs and the calendar."""
        columns = (
            (self.due, [state.due_at for state in self.held]),
            (self.next_at, [state.next_at for state in self.held]),
            (self.yellow_at, [state.yellow_at for state in self.held]),
        )
        found: npt.NDArray[np.bool_] = self.late != np.array([state.late for state in self.held], dtype=bool)
        for now, before in columns:
            found |= now != np.array([NEVER if moment is None else to_instant(moment) for moment in before])
        return found

    def refreshed(self, row: int) -> ClockState:
        """Return one state with all that follows from its runs and the calendar."""
        return dataclasses.replace(
            self.held[row],
            due_at=_moment(self.due[row]),
            next_at=_moment(self.next_at[row]),
            yellow_at=_moment(self.yellow_at[row]),
            late=bool(self.late[row]),
        )

    @functools.cached_property
    def next_at(self) -> Instants:
        """The first moment at which something untold is to be told."""
        first = np.full(len(self.held), NEVER)
        for step in self.steps:
            first = np.minimum(first, np.where(self.open(step), self.at(step), NEVER))
        return first

    @functools.cached_property
    def yellow_at(self) -> Instants:
        """From when on the light is yellow."""
        return self.at(Step("", AlertKind.REMINDER, self.clock.yellow_before, ()))


def _moment(instant: np.int64) -> dt.datetime | None:
    return None if instant == NEVER else to_moment(int(instant))


def _due(unit: Unit, held: Sequence[ClockState], calendar: WorkingCalendar) -> tuple[Instants, npt.NDArray[np.bool_]]:
    """Return when each is due (NEVER: it rests in time) and whether more was used than there is.

    Run after run: what is left at its start says when it would be due; if it ended later, that moment was missed.
    """
    count = len(held)
    fixed = np.array([state.until.toordinal() if state.until else 0 for state in held])
    left = np.array([ticks(state.amount) if state.amount else 0 for state in held])
    due, late = np.full(count, NEVER), np.zeros(count, dtype=bool)
    for turn in range(max(len(state.runs) for state in held)):
        rows = np.array([n for n, state in enumerate(held) if len(state.runs) > turn and not late[n]], dtype=np.int64)
        if not len(rows):
            break
        runs = [held[row].runs[turn] for row in rows]
        starts = np.array([to_instant(run.start) for run in runs])
        ends = np.array([to_instant(run.end) if run.end else NEVER for run in runs])
        dated = fixed[rows] > 0
        would = calendar.add_many(starts, left[rows], unit)
        if dated.any():
            would[dated] = calendar.end_of_many(fixed[rows][dated])
        ended = ends != NEVER
        missed = ended & (ends > would)
        stopped = np.array([held[row].stopped_at is not None and len(held[row].runs) == turn + 1 for row in rows])
        due[rows] = np.where(missed | ~ended | stopped, would, NEVER)
        late[rows] = missed
        used = calendar.between_many(starts[ended], ends[ended], unit)
        left[rows[ended]] = np.maximum(left[rows[ended]] - used, 0)
    return due, late
