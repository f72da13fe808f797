"""Sweep the clocks: what is to be told by now, each thing once.

The sweep is pure, so a process killed in the middle leaves nothing half done: the caller writes an alert (its key is
unique) and the clock that notes it in one transaction, and a second sweep finds the rest.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence

import numpy as np

from mujun.cases.calendar import WorkingCalendar, to_instant, to_moment
from mujun.cases.clock import NEVER, Step, Times, refresh_many
from mujun.cases.definition import Clock, Definition
from mujun.cases.state import Alert, AlertKind, ClockState


@dataclasses.dataclass(frozen=True, slots=True)
class Swept:
    """``alerts`` in the order of their time; ``clocks``: (case, clock) whose state is no longer as it was given."""

    alerts: tuple[Alert, ...]
    clocks: tuple[tuple[str, ClockState], ...]


def sweep(
    definition: Definition,
    clocks: Iterable[tuple[str, ClockState]],
    now: dt.datetime,
    calendar: WorkingCalendar,
) -> Swept:
    """Return what is to be told by ``now`` of the (case id, clock) pairs, and the clocks that changed by it.

    Instants are computed anew from the runs, so days set late take effect here. Whole or in parts, often or rarely:
    each step of each turn of a clock is told once, at the first sweep at or after its time while the clock runs.
    """
    by_clock: dict[str, list[tuple[str, ClockState]]] = {}
    for case, held in clocks:
        by_clock.setdefault(held.clock, []).append((case, held))
    alerts: list[Alert] = []
    changed: list[tuple[str, ClockState]] = []
    for key, pairs in by_clock.items():
        found, after = due_steps(definition, key, [c for c, _ in pairs], [h for _, h in pairs], now, calendar)
        alerts += found
        changed += [(case, new) for (case, old), new in zip(pairs, after, strict=True) if new is not old]
    alerts.sort(key=lambda alert: (alert.at, alert.key))
    return Swept(tuple(alerts), tuple(changed))


def due_steps(
    definition: Definition,
    key: str,
    cases: Sequence[str],
    held: Sequence[ClockState],
    now: dt.datetime,
    calendar: WorkingCalendar,
) -> tuple[list[Alert], list[ClockState]]:
    """Return the alerts of one clock of many cases by ``now``, and the clocks with these noted."""
    clock = definition.clock(key)
    times = Times(clock, held, calendar)
    instant = to_instant(now)
    alerts: list[Alert] = []
    fired: dict[int, set[str]] = {}
    for step in times.steps:
        at = times.at(step)
        for row in np.flatnonzero((at <= instant) & times.open(step) & (at != NEVER)).tolist():
            alert = _alert(definition, clock, cases[row], held[row].turn, step, at[row], times.due[row], calendar)
            alerts.append(alert)
            fired.setdefault(row, set()).add(step.key)
    after = list(held)
    for row in np.flatnonzero(times.stale()).tolist():
        after[row] = times.refreshed(row)
    rows = sorted(fired)
    noted = [dataclasses.replace(held[row], fired=held[row].fired | fired[row]) for row in rows]
    for row, state in zip(rows, refresh_many(clock, noted, calendar), strict=True):
        after[row] = state
    return alerts, after


def _alert(
    definition: Definition,
    clock: Clock,
    case: str,
    turn: int,
    step: Step,
    at: int,
    due: int,
    calendar: WorkingCalendar,
) -> Alert:
    due_at = to_moment(due)
    wall = f"{due_at.astimezone(calendar.zone):%Y-%m-%d %H:%M}"
    provisional = "，节假日安排未公布，日期可能变动" if calendar.is_provisional(due_at) else ""
    sentence = {
        AlertKind.REMINDER: f"“{clock.label}”将于 {wall} 到期，还有{step.shift}{provisional}。",
        AlertKind.DUE: f"“{clock.label}”已于 {wall} 到期{provisional}。",
        AlertKind.ESCALATION: f"“{clock.label}”应于 {wall} 完成，已经逾期"
        + (f" {step.shift}" if step.shift and step.shift.value else "")
        + f"，请{'、'.join(definition.party_names(step.to))}督办{provisional}。",
    }[step.kind]
    return Alert(case, clock.key, turn, step.key, step.kind, to_moment(at), due_at, step.to, sentence)
