"""The loop: a case and an event make a new case with its trail and clocks, or a refusal that says who can.

Pure: ``now`` and the calendar are arguments, nothing is read or written. Whoever calls keeps what comes back in one
transaction: the case, the entries of the trail, the alerts (each once, by its key).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from mujun.base.errors import MujunError
from mujun.cases import rights
from mujun.cases.calendar import WorkingCalendar, to_instant
from mujun.cases.clocks import lengthen, settle, turn_clocks
from mujun.cases.definition import RATE, REOPEN, Closing, Definition, Needs, StateKind, Transition, find
from mujun.cases.evidence import after_step, attaching, in_hand, needs_for, refuse_handed
from mujun.cases.fields import ValueRefused, read_values
from mujun.cases.state import Actor, CaseState, Entry, Event, Given, Outcome, PartState, Rated, Refusal

RAISE, ATTACH = "raise", "attach"
"""Actions of the trail that no definition writes as a transition: how a case begins, and evidence without a step."""
PARTS_DONE, PARTS_REFUSED = "parts_done", "parts_refused"
"""Actions of the trail that nobody takes: the last part was done, or one was refused."""


@dataclasses.dataclass(frozen=True, slots=True)
class Option:
    """Something that an actor may do now. ``fields`` may be set, ``required`` among them must be.

    ``needs``: of several kinds of evidence those that the actor may bring; ``held``: kinds that count for it already.
    """

    action: str
    label: str
    to: str
    role: str
    needs: Needs
    fields: tuple[str, ...]
    required: tuple[str, ...]
    part: str = ""
    assigns: bool = False
    splits: bool = False
    extends_clock: str = ""
    extends_at_most: int = 0
    held: frozenset[str] = frozenset()


def raise_case(
    definition: Definition,
    case_id: str,
    event: Event,
    actor: Actor,
    now: dt.datetime,
    calendar: WorkingCalendar,
    *,
    source: str = "",
) -> Outcome | Refusal:
    """Begin a case. ``event.action`` is not looked at; ``event.unit`` may name the unit responsible at once."""
    raising = definition.raising
    to_instant(now)
    role = rights.role_for(None, actor, raising.who)
    if role is None:
        return rights.refuse_role(definition, definition.title, raising.who)
    if calendar.date_of(now) < definition.valid_from:
        return Refusal(f"“{definition.title}”自 {definition.valid_from} 起施行。")
    if definition.sources and source not in {known.key for known in definition.sources}:
        names = "、".join(known.label for known in definition.sources)
        return Refusal(f"请写明来源：{names}。", missing=("source",))
    try:
        fields = read_values(definition, event.fields)
    except ValueRefused as refusal:
        return Refusal(str(refusal))
    every = tuple(field.key for field in definition.fields)
    refusal_of = (
        rights.refuse_fields(definition, fields, raising.state, definition.title, every, set(fields))
        or rights.refuse_needs(definition, definition.title, raising.needs, event, frozenset())
        or rights.refuse_dates(definition, {}, fields, set(), set(), now, calendar)
    )
    if refusal_of:
        return refusal_of
    case = CaseState(
        case=case_id,
        list=definition.name,
        version=definition.digest,
        state=raising.state,
        raised_at=now,
        changed_at=now,
        source=source,
        owner_unit=event.unit.strip(),
        fields={key: value for key, value in fields.items() if value is not None},
        evidence=frozenset(Given(kind, RAISE) for kind in event.evidence),
    )
    case, changes = turn_clocks(definition, case, now, calendar, entered=True)
    entry = _entry(case, Event(RAISE, event.reason, evidence=event.evidence), "提出", actor, role, "", now)
    return Outcome(case, (dataclasses.replace(entry, fields=case.fields, owner_unit=case.owner_unit, clocks=changes),))


def apply(
    definition: Definition,
    case: CaseState,
    event: Event,
    actor: Actor,
    now: dt.datetime,
    calendar: WorkingCalendar,
) -> Outcome | Refusal:
    """Do ``event`` to ``case``. Where the machine's clock was set back, the event counts from the last change on.

    Raises MujunError where the case runs under another version of the definition.
    """
    if case.version != definition.digest:
        raise MujunError(
            f"事项 {case.case} 按“{definition.title}”的另一个版本办理。", next_step="请用这件事自己的清单版本。"
        )
    to_instant(now)
    at = max(now, case.changed_at)
    if event.action == RATE:
        return _rate(definition, case, event, actor, at, calendar)
    move = _move(definition, case, event)
    if isinstance(move, Refusal):
        return move
    return _check_and_go(definition, case, move, event, actor, at, calendar)


def attach(
    definition: Definition, case: CaseState, kind: str, actor: Actor, now: dt.datetime, note: str = ""
) -> Outcome | Refusal:
    """Hand in evidence of one kind without a step, while the case is open: it waits for the steps it may count for."""
    to_instant(now)
    if kind in definition.evidence and rights.is_closed(definition, case.state):
        return Refusal("这件事已经办结，不能再补充材料。")
    found = attaching(definition, case, kind, actor)
    if isinstance(found, Refusal):
        return found
    role, waiting = found
    at = max(now, case.changed_at)
    after = dataclasses.replace(case, evidence=case.evidence | waiting, changed_at=at)
    event = Event(ATTACH, reason=note, evidence=frozenset({kind}))
    label = f"补充材料：{definition.evidence[kind]}"
    return Outcome(after, (_entry(after, event, label, actor, role, case.state, at),))


def options(
    definition: Definition, case: CaseState, actor: Actor, now: dt.datetime, calendar: WorkingCalendar
) -> tuple[Option, ...]:
    """Return what ``actor`` may do now, in the order of the definition; needs and fields are still to be given."""
    at = max(now, case.changed_at)
    found = []
    for move in (*definition.transitions, *([_reopening(definition)] if definition.reopening else [])):
        if _refuse_move(definition, case, move, actor, "", at, calendar) is None:
            found.append(_option(definition, case, move, actor))
    if definition.parts and case.state == definition.parts.state:
        for part in case.parts:
            for move in definition.parts.transitions:
                if part.state in move.source and rights.role_for(case, actor, move.who, part.unit):
                    found.append(_option(definition, case, move, actor, part.unit))
    if definition.rating and _refuse_rating(definition, case, actor, at, calendar) is None:
        role = rights.role_for(case, actor, rights.raters(definition, case)) or ""
        found.append(Option(RATE, "评价", case.state, role, Needs(), (), ()))
    return tuple(found)


def _option(definition: Definition, case: CaseState, move: Transition, actor: Actor, part: str = "") -> Option:
    fields = move.fields if part else rights.settable(definition, case, move)
    anew = rights.starting_dates(definition, move)
    required = tuple(
        key
        for key in fields
        if key in anew or (move.to in definition.field(key).required_in and case.fields.get(key) is None)
    )
    return Option(
        move.key,
        move.label,
        move.to,
        rights.role_for(case, actor, move.who, part) or "",
        needs_for(definition, case, move, actor, part),
        fields,
        () if part else required,
        part,
        move.assigns,
        move.splits,
        move.extends.clock if move.extends else "",
        int(move.extends.at_most) if move.extends else 0,
        in_hand(case, move, part),
    )


def _move(definition: Definition, case: CaseState, event: Event) -> Transition | Refusal:
    """Return the way that the event wants to go; one of a part leads from and to states of that part."""
    if event.part:
        parts = definition.parts
        if parts is None or case.state != parts.state or event.part not in {part.unit for part in case.parts}:
            return Refusal(f"这件事现在没有由“{event.part}”办理的部分。")
        moves = parts.transitions
    elif event.action == REOPEN and definition.reopening:
        return _reopening(definition)
    else:
        moves = definition.transitions
    try:
        return find(moves, event.action)
    except KeyError:
        return Refusal(f"“{definition.title}”没有“{event.action}”这一步。")


def _reopening(definition: Definition) -> Transition:
    reopening = definition.reopening
    assert reopening is not None
    return Transition(REOPEN, "重新打开", reopening.source, reopening.to, reopening.who, Needs(reason=True))


def _refuse_move(
    definition: Definition,
    case: CaseState,
    move: Transition,
    actor: Actor,
    part: str,
    at: dt.datetime,
    calendar: WorkingCalendar,
) -> Refusal | None:
    if part:
        state = next(held.state for held in case.parts if held.unit == part)
        if state not in move.source:
            assert definition.parts is not None
            return Refusal(
                f"“{part}”的部分现在是“{find(definition.parts.states, state).label}”，不能办理“{move.label}”。"
            )
    elif refusal := rights.refuse_state(definition, case, move):
        return refusal
    if rights.role_for(case, actor, move.who, part) is None:
        return rights.refuse_role(definition, move.label, move.who)
    if move.key == REOPEN and definition.reopening and definition.reopening.within and case.closed_at:
        last = calendar.add(case.closed_at, definition.reopening.within)
        if at > last:
            return Refusal(f"办结已经超过{definition.reopening.within}，不能重新打开，请另提一件。")
    return rights.refuse_worker(definition, case, actor, move)


def _check_and_go(
    definition: Definition,
    case: CaseState,
    move: Transition,
    event: Event,
    actor: Actor,
    at: dt.datetime,
    calendar: WorkingCalendar,
) -> Outcome | Refusal:
    refusal = _refuse_move(definition, case, move, actor, event.part, at, calendar)
    if refusal:
        return refusal
    try:
        given = read_values(definition, event.fields)
    except ValueRefused as fault:
        return Refusal(str(fault))
    fields = {**case.fields, **given}
    fields = {key: value for key, value in fields.items() if value is not None}
    open_keys = move.fields if event.part else rights.settable(definition, case, move)
    starting = set() if event.part else rights.starting_dates(definition, move)
    going_on = rights.unchanged_dates(definition, case, move)
    to = "" if event.part else move.to
    refusal = (
        rights.refuse_fields(definition, fields, to, move.label, open_keys, set(given), starting)
        or rights.refuse_needs(definition, move.label, move.needs, event, in_hand(case, move, event.part))
        or refuse_handed(definition, case, event.evidence, move, actor, event.part)
        or rights.refuse_amounts(definition, case, move, event)
        or rights.refuse_dates(definition, case.fields, fields, starting, going_on, at, calendar)
    )
    if refusal:
        return refusal
    role = rights.role_for(case, actor, move.who, event.part) or ""
    settled, alerts = settle(definition, case, at, calendar)
    settled = dataclasses.replace(settled, fields=fields, changed_at=at)
    if role in ("owner_unit", "part_unit") or _closes_unchecked(definition, move, role, event.part):
        settled = dataclasses.replace(settled, workers=settled.workers | {actor.unit or actor.id})
    go = _go_part if event.part else _go
    after, entries = go(definition, settled, move, event, actor, role, at, calendar)
    before = dataclasses.replace(case, evidence=frozenset()) if move.key == REOPEN else case
    after = after_step(definition, before, after, move, event.part, event.evidence)
    entries[0] = dataclasses.replace(entries[0], fields=given)
    return Outcome(after, tuple(entries), alerts)


def _closes_unchecked(definition: Definition, move: Transition, role: str, part: str) -> bool:
    """Whether an authority says of itself that a case is solved: then it is the one that worked it."""
    if part or move.not_worker or role in ("raiser", "firm"):
        return False
    return definition.state(move.to).closing is Closing.SOLVED


def _go(
    definition: Definition,
    case: CaseState,
    move: Transition,
    event: Event,
    actor: Actor,
    role: str,
    at: dt.datetime,
    calendar: WorkingCalendar,
) -> tuple[CaseState, list[Entry]]:
    before = case.state
    anew = move.key == REOPEN
    case = _entered(definition, case, move.to, at)
    if anew:
        case = dataclasses.replace(case, round=case.round + 1, workers=frozenset(), parts=())
    if move.assigns:
        case = dataclasses.replace(case, owner_unit=event.unit.strip())
    if move.splits and definition.parts:
        kept = case.parts if before == definition.parts.state else ()
        case = dataclasses.replace(case, parts=kept + _parts(event.units, definition.parts.start))
    changes: list[Any] = []
    if move.extends:
        case, extended = lengthen(definition, case, move.extends.clock, event.extension, at, calendar)
        changes += extended
    case, turned = turn_clocks(definition, case, at, calendar, entered=True, anew=anew)
    entry = _entry(case, event, move.label, actor, role, before, at)
    named = case.owner_unit if move.assigns else ""
    units = tuple(part.unit for part in case.parts[-len(event.units) :]) if move.splits else ()
    proof = _proof(move, event)
    return case, [dataclasses.replace(entry, proof=proof, owner_unit=named, units=units, clocks=(*changes, *turned))]


def _go_part(
    definition: Definition,
    case: CaseState,
    move: Transition,
    event: Event,
    actor: Actor,
    role: str,
    at: dt.datetime,
    calendar: WorkingCalendar,
) -> tuple[CaseState, list[Entry]]:
    rule = definition.parts
    assert rule is not None
    before = next(part.state for part in case.parts if part.unit == event.part)
    parts = tuple(PartState(p.unit, move.to) if p.unit == event.part else p for p in case.parts)
    case = dataclasses.replace(case, parts=parts)
    closings = [find(rule.states, part.state).closing for part in parts]
    entry = _entry(case, event, move.label, actor, role, before, at)
    first = dataclasses.replace(entry, after=move.to, part=event.part, proof=_proof(move, event))
    if Closing.REJECTED in closings:
        to, action, label = rule.refused_to, PARTS_REFUSED, "有部门不予办理"
    elif all(closing is Closing.SOLVED for closing in closings):
        to, action, label = rule.done_to, PARTS_DONE, "各部门全部办完"
    else:
        case, changes = turn_clocks(definition, case, at, calendar, entered=False)
        return case, [dataclasses.replace(first, clocks=changes)]
    state = case.state
    case, changes = turn_clocks(definition, _entered(definition, case, to, at), at, calendar, entered=True)
    second = _entry(case, Event(action), label, actor, role, state, at)
    return case, [first, dataclasses.replace(second, clocks=changes)]


def _parts(units: tuple[str, ...], start: str) -> tuple[PartState, ...]:
    return tuple(PartState(unit.strip(), start) for unit in units)


def _entered(definition: Definition, case: CaseState, to: str, at: dt.datetime) -> CaseState:
    closed = definition.state(to).kind is StateKind.CLOSED
    return dataclasses.replace(case, state=to, closed_at=(case.closed_at or at) if closed else None)


def _proof(move: Transition, event: Event) -> str:
    proof = event.proofs.get(move.needs.proof) if move.needs.proof else None
    return proof.sentence if proof and proof.holds else ""


def _entry(case: CaseState, event: Event, label: str, actor: Actor, role: str, before: str, at: dt.datetime) -> Entry:
    return Entry(
        at=at,
        action=event.action,
        label=label,
        by=actor.id,
        unit=actor.unit,
        role=role,
        round=case.round,
        before=before,
        after=case.state,
        reason=event.reason.strip(),
        approval=event.approval.strip(),
        evidence=tuple(sorted(event.evidence)),
    )


def _refuse_rating(
    definition: Definition, case: CaseState, actor: Actor, at: dt.datetime, calendar: WorkingCalendar
) -> Refusal | None:
    rating = definition.rating
    if rating is None:
        return Refusal(f"“{definition.title}”不评价。")
    if case.state not in rating.states:
        states = "、".join(f"“{definition.state(key).label}”" for key in rating.states)
        return Refusal(f"要在{states}之后评价。", who=definition.party_names(rating.who))
    who = rights.raters(definition, case)
    if rights.role_for(case, actor, who) is None:
        return rights.refuse_role(definition, "评价", who)
    if rights.is_worker(case, actor):
        names = definition.party_names(who)
        return Refusal(
            f"“{actor.unit or '您'}”办理过这件事，不能评价自己的办理，请由没有参与办理的一方评价。", who=names
        )
    if case.rating is not None:
        return Refusal("这一轮已经评价过。")
    if rating.within and case.closed_at and at > calendar.add(case.closed_at, rating.within):
        return Refusal(f"办结已经超过{rating.within}，不再评价。")
    return None


def _rate(
    definition: Definition, case: CaseState, event: Event, actor: Actor, at: dt.datetime, calendar: WorkingCalendar
) -> Outcome | Refusal:
    refusal = _refuse_rating(definition, case, actor, at, calendar)
    rating = definition.rating
    if refusal or rating is None:
        return refusal or Refusal(f"“{definition.title}”不评价。")
    if not 1 <= event.stars <= 5:
        return Refusal("请评 1 至 5 星。", missing=("stars",))
    if event.stars <= rating.reason_at_most and not event.reason.strip():
        return Refusal(f"评 {event.stars} 星请写明哪里不满意，以便改进。", missing=("reason",))
    role = rights.role_for(case, actor, rights.raters(definition, case)) or ""
    rated = dataclasses.replace(case, ratings=(*case.ratings, Rated(case.round, event.stars)), changed_at=at)
    entry = _entry(rated, Event(RATE, event.reason), "评价", actor, role, case.state, at)
    return Outcome(rated, (dataclasses.replace(entry, stars=event.stars),))
