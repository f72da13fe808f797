"""Why an action is refused: state, party, unit, reason, approval, evidence, proof, fields. Each answer is a sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from mujun.cases.calendar import WorkingCalendar
from mujun.cases.definition import REOPEN, Definition, FieldKind, Needs, StateKind, Transition
from mujun.cases.state import Actor, CaseState, Event, Proof, Refusal


def role_for(case: CaseState | None, actor: Actor, who: tuple[str, ...], part: str = "") -> str | None:
    """Return the first party of ``who`` that the actor is. The unit responsible acts by its own people only."""
    return next((role for role in who if has_role(case, actor, role, part)), None)


def has_role(case: CaseState | None, actor: Actor, role: str, part: str = "") -> bool:
    """Whether the actor is the party ``role``."""
    own = {"owner_unit": case.owner_unit if case else "", "part_unit": part}.get(role)
    return role in actor.roles and (own is None or (own != "" and own == actor.unit))


def is_worker(case: CaseState, actor: Actor) -> bool:
    """Whether the actor's unit (the account, where it has none) works the case, or did in this round."""
    units = case.workers | {case.owner_unit} | {part.unit for part in case.parts}
    return (actor.unit or actor.id) in units


def raters(definition: Definition, case: CaseState) -> tuple[str, ...]:
    """Return the parties that may rate. Where the case is a firm's and firms rate, nobody does in its place."""
    who = definition.rating.who if definition.rating else ()
    named = any(field.kind is FieldKind.FIRM and case.fields.get(field.key) for field in definition.fields)
    if "firm" not in who:
        return who
    return ("firm",) if named else ("firm", *(role for role in who if role != "firm"))


def refuse_role(definition: Definition, label: str, who: tuple[str, ...]) -> Refusal:
    """Say who may do it."""
    names = definition.party_names(who)
    return Refusal(f"您不能办理“{label}”，应由{'、'.join(names)}办理。", who=names)


def refuse_state(definition: Definition, case: CaseState, move: Transition) -> Refusal | None:
    """Refuse where the case is not in a state from which the action leads on."""
    if case.state in move.source:
        return None
    states = "、".join(f"“{definition.state(key).label}”" for key in move.source)
    now = definition.state(case.state).label
    return Refusal(f"现在是“{now}”，不能办理“{move.label}”；要在{states}时办理。", who=definition.party_names(move.who))


def refuse_worker(definition: Definition, case: CaseState, actor: Actor, move: Transition) -> Refusal | None:
    """Refuse a unit that did the work, and somebody whose unit is not known."""
    if not move.not_worker:
        return None
    names = definition.party_names(move.who)
    if not actor.unit:
        return Refusal(f"您的账号没有登记所在单位，不能办理“{move.label}”，以免自查自销。", who=names)
    if actor.unit in case.workers | {case.owner_unit}:
        return Refusal(f"“{actor.unit}”办理过这件事，不能由同一单位“{move.label}”，请由其他单位的人员办理。", who=names)
    return None


def refuse_needs(
    definition: Definition, label: str, needs: Needs, event: Event, held: frozenset[str]
) -> Refusal | None:
    """Refuse where reason, approval, proof or evidence is missing; ``held``: kinds that count before this event."""
    if needs.reason and not event.reason.strip():
        return Refusal(f"办理“{label}”要写明理由。", missing=("reason",))
    if needs.approval and not event.approval.strip():
        return Refusal(f"办理“{label}”要写明批准人或批准文号。", missing=("approval",))
    strange = sorted(event.evidence - definition.evidence.keys())
    if strange:
        return Refusal(f"这张清单没有“{strange[0]}”这一种材料。", missing=tuple(strange))
    proof = event.proofs.get(needs.proof) if needs.proof else None
    if proof is not None and proof.holds:
        return None
    return _refuse_evidence(definition, label, needs, held | event.evidence, proof)


def _refuse_evidence(
    definition: Definition, label: str, needs: Needs, given: frozenset[str], proof: Proof | None
) -> Refusal | None:
    lacking = tuple(kind for kind in needs.evidence if kind not in given)
    if lacking:
        names = "、".join(definition.evidence[kind] for kind in lacking)
        return Refusal(f"办理“{label}”要有材料：{names}。", missing=lacking)
    if needs.evidence_any and not given & set(needs.evidence_any):
        names = "、".join(definition.evidence[kind] for kind in needs.evidence_any)
        return Refusal(f"办理“{label}”至少要有一种材料：{names}。", missing=needs.evidence_any)
    if needs.proof and not needs.evidence and not needs.evidence_any:
        said = proof.sentence if proof else "登记数据还不能证明。"
        return Refusal(f"不能办理“{label}”：{said}", missing=("proof",))
    return None


def settable(definition: Definition, case: CaseState, move: Transition) -> tuple[str, ...]:
    """Return the fields that an action may set.

    These are the ones it names, those still empty that the new state requires, and the due date of a clock it starts.
    """
    starting = starting_dates(definition, move)
    return tuple(
        field.key
        for field in definition.fields
        if field.key in move.fields
        or field.key in starting
        or (move.to in field.required_in and case.fields.get(field.key) is None)
    )


def starting_dates(definition: Definition, move: Transition) -> set[str]:
    """Return the date fields of the clocks that start where ``move`` leads: each is said anew, so that none is past."""
    return {clock.until for clock in definition.clocks if clock.until and move.to in clock.starts_on}


def unchanged_dates(definition: Definition, case: CaseState, move: Transition) -> set[str]:
    """Return the date fields whose clock goes on: the day it has already is no new one."""
    live = {held.clock for held in case.clocks if held.stopped_at is None} if move.key != REOPEN else set()
    return {clock.until for clock in definition.clocks if clock.until and clock.key in live}


def refuse_fields(
    definition: Definition,
    fields: Mapping[str, Any],
    to: str,
    label: str,
    open_keys: tuple[str, ...],
    given: set[str],
    anew: Collection[str] = (),
) -> Refusal | None:
    """Refuse values that the action may not set, and a state whose fields are not all filled in.

    ``fields``: after the action; ``anew``: fields that have to be among ``given`` whatever they held before.
    """
    closed = sorted(given - set(open_keys))
    if closed:
        return Refusal(f"办理“{label}”时不能改“{definition.field(closed[0]).label}”。", missing=tuple(closed))
    empty = [
        field
        for field in definition.fields
        if (to in field.required_in and fields.get(field.key) is None) or (field.key in anew and field.key not in given)
    ]
    if empty:
        names = "、".join(field.label for field in empty)
        return Refusal(f"办理“{label}”要填写：{names}。", missing=tuple(field.key for field in empty))
    return None


def refuse_dates(
    definition: Definition,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    starting: set[str],
    going_on: set[str],
    at: dt.datetime,
    calendar: WorkingCalendar,
) -> Refusal | None:
    """Refuse a due date that has passed or lies beyond the calendar; one that is to be new, where it is the old one.

    ``starting``: fields that are said anew; ``going_on``: fields whose clock runs already.
    """
    today = calendar.date_of(at)
    for key in dict.fromkeys(clock.until for clock in definition.clocks if clock.until):
        label = definition.field(key).label
        if before.get(key) is not None and after.get(key) is None:
            return Refusal(f"“{label}”是到期日，不能清空。", missing=(key,))
        if after.get(key) is None or (after[key] == before.get(key) and key not in starting):
            continue
        day = dt.date.fromisoformat(after[key])
        if after[key] == before.get(key) and key in going_on:
            return Refusal(f"“{label}”（{day}）没有变，请填新的日期。", missing=(key,))
        if day < today:
            return Refusal(f"“{label}”（{day}）不能早于今天（{today}），请填新的日期。", missing=(key,))
        if not calendar.holds(day):
            return Refusal(f"“{label}”（{day}）太远，超出工作日历的年份。", missing=(key,))
        if calendar.end_of(day) <= at:
            return Refusal(f"“{label}”（{day}）的下班时间已过，请填新的日期。", missing=(key,))
    return None


def refuse_amounts(definition: Definition, case: CaseState, move: Transition, event: Event) -> Refusal | None:
    """Refuse where the unit responsible, the departments, or the length of an extension are missing or wrong."""
    if move.assigns and not event.unit.strip():
        return Refusal(f"办理“{move.label}”要写明责任单位。", missing=("unit",))
    if move.splits:
        held = (
            {part.unit for part in case.parts} if definition.parts and case.state == definition.parts.state else set()
        )
        if not event.units or not all(unit.strip() for unit in event.units):
            return Refusal(f"办理“{move.label}”要写明一起办理的部门。", missing=("units",))
        if len(set(event.units)) < len(event.units) or held & set(event.units):
            return Refusal("同一个部门只能列一次。", missing=("units",))
    if move.extends is None:
        return None
    clock = definition.clock(move.extends.clock)
    if not any(state.clock == clock.key and state.stopped_at is None for state in case.clocks):
        return Refusal(f"“{clock.label}”没有在计时，不能延期。")
    if not 1 <= event.extension <= move.extends.at_most:
        return Refusal(f"每次可以延长 1 至 {float(move.extends.at_most):g}，请填写整数。", missing=("extension",))
    return None


def is_closed(definition: Definition, state: str) -> bool:
    """Whether ``state`` ends a case."""
    return definition.state(state).kind is StateKind.CLOSED
