"""What must hold, said a second time and slowly: who may do what, what a clock has used, when a step is to be told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from mujun.cases.calendar import HOUR, WorkingCalendar, ticks
from mujun.cases.clock import steps_of
from mujun.cases.definition import (
    RATE,
    REOPEN,
    Amount,
    Clock,
    Closing,
    Definition,
    FieldKind,
    Needs,
    StateKind,
    Transition,
    Unit,
)  # fmt: skip
from mujun.cases.engine import ATTACH, RAISE
from mujun.cases.state import Actor, AlertKind, CaseState, ClockState, Entry, Event


def has_role(case: CaseState, actor: Actor, who: tuple[str, ...], part: str) -> bool:
    """Whether the actor is one of ``who`` in this case."""
    for role in set(who) & actor.roles:
        if role == "owner_unit":
            if actor.unit and actor.unit == case.owner_unit:
                return True
        elif role == "part_unit":
            if actor.unit and actor.unit == part:
                return True
        else:
            return True
    return False


def may(definition: Definition, case: CaseState, trail: Sequence[Any], event: Event, actor: Actor) -> bool:
    """Whether state, party, unit, reason, approval and evidence allow ``event``; ``trail``: all lines so far."""
    if event.action == RATE:
        rule = definition.rating
        return rule is not None and case.state in rule.states and may_rate(definition, case, trail, actor)
    if event.action == REOPEN and not event.part:
        rule = definition.reopening
        allowed = rule is not None and case.state in rule.source and has_role(case, actor, rule.who, "")
        return allowed and bool(event.reason)
    moves, state = definition.transitions, case.state
    if event.part:
        assert definition.parts
        moves = definition.parts.transitions
        state = {part.unit: part.state for part in case.parts}[event.part]
    (move,) = [move for move in moves if move.key == event.action]
    given = counting(definition, trail, move, event.part) | event.evidence
    brought = all(
        has_role(case, actor, definition.bringers[kind], event.part or actor.unit)
        for kind in event.evidence
        if kind in definition.bringers
    )
    needs = move.needs
    evidence = set(needs.evidence) <= given and (not needs.evidence_any or bool(set(needs.evidence_any) & given))
    proof = event.proofs.get(needs.proof)
    if proof is not None and proof.holds:
        evidence = True
    elif needs.proof and not needs.evidence and not needs.evidence_any:
        evidence = False
    return (
        state in move.source
        and has_role(case, actor, move.who, event.part)
        and not (move.not_worker and (not actor.unit or actor.unit in case.workers | {case.owner_unit}))
        and not (needs.reason and not event.reason)
        and not (needs.approval and not event.approval)
        and evidence
        and brought
    )


def may_rate(definition: Definition, case: CaseState, trail: Sequence[Any], actor: Actor) -> bool:
    """Whether the actor is who rates, and has no hand in what is rated."""
    assert definition.rating
    who = definition.rating.who
    if "firm" in who and any(f.kind is FieldKind.FIRM and case.fields.get(f.key) for f in definition.fields):
        who = ("firm",)
    hands = {case.owner_unit, *(part.unit for part in case.parts)}
    moves = {move.key: move for move in definition.transitions}
    for line in this_round(trail):
        worked = line.role in ("owner_unit", "part_unit") and line.action != ATTACH
        closed = not line.part and is_solved(definition, line.after) and line.action in moves
        if worked or (closed and line.role not in ("raiser", "firm") and not moves[line.action].not_worker):
            hands.add(line.unit or line.by)
    return has_role(case, actor, who, "") and (actor.unit or actor.id) not in hands


def this_round(trail: Sequence[Any]) -> list[Any]:
    """Return the lines since the case began or was opened again."""
    begins = [n for n, line in enumerate(trail) if line.action in (RAISE, REOPEN) and not line.part]
    return list(trail[begins[-1] :])


def counting(definition: Definition, trail: Sequence[Any], move: Transition, part: str) -> set[str]:
    """Return the kinds of evidence in hand for ``move``, read backwards from the end of the trail."""
    lines = this_round(trail)
    found = _waiting(definition, trail, lines, move, part, len(lines))
    inner = definition.parts.transitions if definition.parts else ()
    units = [part] if part else sorted({unit for line in lines for unit in line.units})
    steps = [] if part else [(step, "") for step in definition.transitions]
    steps += [(step, unit) for step in inner for unit in units]
    for step, unit in steps:
        if step.key not in move.needs.rests_on:
            continue
        taken = [n for n, line in enumerate(lines) if (line.action, line.part) == (step.key, unit)]
        if taken and not _again(definition, lines[taken[-1] + 1 :], step, unit):
            found |= set(lines[taken[-1]].evidence) | _waiting(definition, trail, lines, step, unit, taken[-1])
    return found


def _again(definition: Definition, lines: list[Any], step: Transition, unit: str) -> bool:
    """Whether the case (the part) was since where ``step`` can be taken."""
    for line in lines:
        if line.action in (RATE, ATTACH):
            continue
        if line.part == unit and line.after in step.source:
            return True
        if unit and not line.part and definition.parts and line.after == definition.parts.state != line.before:
            return True
    return False


def _waiting(
    definition: Definition, trail: Sequence[Any], lines: list[Any], move: Transition, part: str, end: int
) -> set[str]:
    """Return what was handed in without a step before the line ``end``, while ``move`` could be taken all the time."""
    found: set[str] = set()
    earlier = list(trail[: len(trail) - len(lines)])
    for n in range(end - 1, -1, -1):
        line = lines[n]
        if line.action == ATTACH:
            (kind,) = line.evidence
            if _counts_for(definition, earlier, lines[:n], line, kind, move, part):
                found.add(kind)
        elif line.part == part:
            if line.action == move.key or line.after not in move.source or line.before not in move.source:
                break
        elif part and not line.part and definition.parts and line.after == definition.parts.state != line.before:
            break
    return found


def _counts_for(
    definition: Definition, earlier: list[Any], before: list[Any], line: Any, kind: str, move: Transition, part: str
) -> bool:
    needs: Needs = move.needs
    if kind not in (*needs.evidence, *needs.evidence_any) or (part and (line.role, line.unit) != ("part_unit", part)):
        return False
    if kind in definition.bringers:
        return line.role in definition.bringers[kind]
    owner = next((one.owner_unit for one in reversed([*earlier, *before]) if one.owner_unit), "")
    workers = {one.unit for one in before if one.role in ("owner_unit", "part_unit") and one.action != ATTACH}
    if move.not_worker and (not line.unit or line.unit in workers | {owner}):
        return False
    return line.role in move.who and (line.role != "owner_unit" or line.unit == owner)


def due(clock: Clock, held: ClockState, calendar: WorkingCalendar) -> tuple[dt.datetime | None, bool]:
    """Return when a clock is due and whether that was missed, run by run."""
    if held.until is not None:
        day = held.until
        ends = calendar.end_of(day)
        missed = any(run.end is not None and run.end > ends for run in held.runs)
        return ends, missed
    assert held.amount is not None
    left = ticks(held.amount)
    for number, run in enumerate(held.runs, 1):
        scale = HOUR if held.amount.unit is Unit.WORKING_HOURS else 1
        ends = calendar.add(run.start, Amount(Fraction(left, scale), held.amount.unit))
        if run.end is None or (held.stopped_at is not None and number == len(held.runs)):
            return ends, run.end is not None and run.end > ends
        if run.end > ends:
            return ends, True
        left = max(0, left - calendar.between(run.start, run.end, held.amount.unit))
    return None, False


def steps_by(clock: Clock, held: ClockState, now: dt.datetime, calendar: WorkingCalendar) -> set[str]:
    """Return the steps of a running clock whose time has come by ``now``."""
    ends, _ = due(clock, held, calendar)
    assert ends is not None
    come = set()
    for step in steps_of(clock):
        if step.shift is None:
            moment = ends
        elif step.kind is AlertKind.REMINDER:
            moment = calendar.before(ends, step.shift)
        else:
            moment = calendar.add(ends, step.shift)
        if moment <= now:
            come.add(step.key)
    return come


def live_clocks(definition: Definition, trail: list[Entry]) -> dict[str, str]:
    """Return clock → running or resting, from the states of the trail alone."""
    closed = {state.key for state in definition.states if state.kind is StateKind.CLOSED}
    live: set[str] = set()
    parts: dict[str, str] = {}
    state = ""
    for entry in trail:
        if entry.part:
            parts[entry.part] = entry.after
            continue
        if entry.action in (RATE, ATTACH):
            continue
        state = entry.after
        if definition.parts:
            parts = parts if state == definition.parts.state == entry.before else {}
            parts |= dict.fromkeys(entry.units, definition.parts.start)
        for clock in definition.clocks:
            starts = state in clock.starts_on
            if state in clock.stops_on or (state in closed and not starts) or entry.action == REOPEN:
                live.discard(clock.key)
            if starts:
                live.add(clock.key)
    live |= {clock.key for clock in definition.clocks if set(parts.values()) & set(clock.starts_on)}
    ends = (
        {part.key for part in definition.parts.states if part.kind is StateKind.CLOSED} if definition.parts else set()
    )
    unfinished = {value for value in parts.values() if value not in ends}
    return {
        key: "resting"
        if state in definition.clock(key).pauses_in
        or (unfinished and unfinished <= set(definition.clock(key).pauses_in))
        else "running"
        for key in live
    }


def is_solved(definition: Definition, state: str) -> bool:
    """Whether ``state`` is closed as solved."""
    return definition.state(state).closing is Closing.SOLVED
