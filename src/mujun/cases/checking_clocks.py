"""What must hold of the clocks of a definition, alone and together."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Iterable
from fractions import Fraction

from mujun.cases.definition import Amount, Clock, Definition, StateKind
from mujun.cases.ways import may_run_in, standings


def clock_faults(definition: Definition) -> list[str]:
    """Return one sentence per fault."""
    faults: list[str] = []
    for clock in definition.clocks:
        name = f"计时“{clock.label}”（{clock.key}）"
        faults += [f"{name}：{fault}" for fault in _state_faults(definition, clock)]
        faults += [f"{name}：{fault}" for fault in _length_faults(definition, clock)]
        faults += [f"{name}：{fault}" for fault in _step_faults(clock)]
    return [*faults, *_clashes(definition), *_forgotten(definition)]


def _state_faults(definition: Definition, clock: Clock) -> Iterable[str]:
    parts = definition.parts.states if definition.parts else ()
    kinds = {state.key: state for state in (*definition.states, *parts)}

    def label(key: str) -> str:
        return kinds[key].label

    if not clock.starts_on:
        yield "没有写明从哪个状态开始（starts_on）"
    inner = {state.key for state in parts} & set(clock.starts_on)
    if inner and (inner < set(clock.starts_on) or clock.stops_on or clock.pauses_in or clock.until):
        yield "从分办状态开始的计时随那个状态起止，不能另写 stops_on、pauses_in、until，也不能混写事项的状态"
    for key in sorted(set(clock.starts_on) & set(clock.stops_on)):
        yield f"在“{label(key)}”既开始又停止，请从 starts_on 或 stops_on 中删去"
    for key in sorted(set(clock.starts_on) & set(clock.pauses_in)):
        yield f"在“{label(key)}”一开始就暂停，请从 starts_on 或 pauses_in 中删去"
    for key in sorted(set(clock.stops_on) & set(clock.pauses_in)):
        yield f"在“{label(key)}”既停止又暂停，请从 stops_on 或 pauses_in 中删去"
    for key in clock.pauses_in:
        if kinds[key].kind not in (StateKind.WAITING, StateKind.SIDE):
            yield f"只能在等待（waiting）或搁置（side）的状态暂停，“{kinds[key].label}”不是"


def _length_faults(definition: Definition, clock: Clock) -> Iterable[str]:
    if clock.until:
        required = definition.field(clock.until).required_in
        for key in clock.starts_on:
            if key not in required:
                yield f"从“{definition.state(key).label}”开始，“{clock.until}”栏却不是那里的必填栏（required_in）"
        if clock.pauses_in:
            yield "有固定的到期日（until），不能再写 pauses_in"
    elif clock.duration and clock.duration.on(definition.valid_from) is None:
        first = clock.duration.value.values[0][0] if clock.duration.value.values else dt.date.max
        yield f"时限从 {first} 才有，晚于清单的 valid_from（{definition.valid_from}）"


def _step_faults(clock: Clock) -> Iterable[str]:
    shortest = min((value for _, value in clock.duration.value.values), default=None) if clock.duration else None
    for reminder in clock.reminders:
        if reminder.before.value == 0:
            yield "提醒应早于到期（before 大于 0），到期之后的请写在 escalation 里"
        elif shortest is not None and reminder.before.unit is clock.unit and reminder.before.value >= shortest:
            yield f"提前{reminder.before}提醒，不短于时限本身，计时一开始就提醒"
    for first, second in itertools.pairwise(clock.escalation):
        if first.after.unit is second.after.unit and first.after.value > second.after.value:
            yield "督办各步（escalation）应由早到晚"
    told = [(step.after, role) for step in clock.escalation for role in step.to]
    told += [(reminder.before, f"-{role}") for reminder in clock.reminders for role in reminder.to]
    if len(set(told)) < len(told):
        yield "同一时刻通知同一方两次"


def _clashes(definition: Definition) -> Iterable[str]:
    """Two clocks that would tell the same party at the same moment about the same state."""
    closed = [state.key for state in definition.states if state.kind is StateKind.CLOSED]
    for one, two in itertools.combinations(definition.clocks, 2):
        together = may_run_in(definition, one, closed) & may_run_in(definition, two, closed)
        started = set(one.starts_on) & set(two.starts_on)
        if not together or not started:
            continue
        for moment in sorted(_moments(one) & _moments(two), key=str):
            state = definition.state(min(together)).label
            yield (
                f"计时“{one.label}”和“{two.label}”在“{state}”同时向{definition.parties[moment[-1]]}督办，请错开时间或合并"
            )


def _moments(clock: Clock) -> set[tuple[str, Fraction, Amount, str]]:
    """Return (time allowed, escalation after it, party) of each escalation, comparable between clocks."""
    if clock.until:
        return {(clock.until, Fraction(0), step.after, role) for step in clock.escalation for role in step.to}
    values = clock.duration.value.values if clock.duration else ()
    return {
        (clock.unit.value, value, step.after, role)
        for _, value in values
        for step in clock.escalation
        for role in step.to
    }


def _forgotten(definition: Definition) -> Iterable[str]:
    """States in which no clock may be running: a case would lie there and nobody be told."""
    silent = {state for state, live in standings(definition) if not _runs(definition, state, live, "")}
    for state in definition.states:
        if state.kind is not StateKind.CLOSED and state.key in silent:
            yield f"状态“{state.label}”（{state.key}）里可能没有任何计时在走，事项放在那里会被遗忘"
    if definition.parts is None or definition.parts.state in silent:
        return
    for part in definition.parts.states:
        if part.kind is not StateKind.CLOSED and any(
            state == definition.parts.state and not _runs(definition, state, live, part.key)
            for state, live in standings(definition)
        ):
            yield f"分办状态“{part.label}”（{part.key}）里可能没有任何计时在走，请加一个从那里开始的计时"


def _runs(definition: Definition, state: str, live: Collection[str], part: str) -> bool:
    """Whether some clock runs; ``part``: the state of all unfinished parts."""
    return any(
        part in clock.starts_on or (clock.key in live and not {state, part} & set(clock.pauses_in))
        for clock in definition.clocks
    )
