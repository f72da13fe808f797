"""Which evidence counts for which step: what comes with it, what waits for it, and that of steps it rests on.

Evidence belongs to a step and to a department's part. What was handed in when a case was raised, for another part or
before work was sent back proves nothing of this step; nor does what somebody brought who may not take it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from mujun.cases.definition import Definition, Needs, Transition
from mujun.cases.rights import has_role, is_worker, refuse_worker, role_for
from mujun.cases.state import Actor, CaseState, Given, Refusal

ATTACHING = ("owner_unit", "part_unit", "firm", "raiser", "town", "office", "checker")
"""Parties that may hand something in without a step, the one that works first."""
SERVED = ("raiser", "firm")
"""Parties for whom a case is worked. Who works it does not speak in their place."""


def in_hand(case: CaseState, move: Transition, part: str = "") -> frozenset[str]:
    """Return the kinds that count for ``move`` before anything comes with it."""
    return frozenset(
        held.kind
        for held in case.evidence
        if (held.waiting and (held.step, held.part) == (move.key, part))
        or (not held.waiting and held.step in move.needs.rests_on and (not part or held.part == part))
    )


def after_step(
    definition: Definition, before: CaseState, after: CaseState, move: Transition, part: str, handed: frozenset[str]
) -> CaseState:
    """Return ``after`` (where ``move`` led to) with what stands of the evidence of ``before``, and with what came now.

    What a step was taken with stands until the case is again where that step can be taken; what waits for a step, as
    long as the step can be taken.
    """
    mine = (move.key, part)
    stands = {
        held
        for held in before.evidence
        if (held.step, held.part) != mine and _stands(definition, before, after, held, part)
    }
    waited = {held.kind for held in before.evidence if held.waiting and (held.step, held.part) == mine}
    used = {Given(kind, *mine) for kind in handed | waited}
    return dataclasses.replace(after, evidence=frozenset(stands | used))


def _stands(definition: Definition, before: CaseState, after: CaseState, held: Given, part: str) -> bool:
    again = _can_be_taken(definition, after, held)
    if held.part:
        together = definition.parts.state if definition.parts else ""
        if after.state == together != before.state:
            return False  # the departments begin anew
        moved = part == held.part
    else:
        moved = not part or after.state != before.state
    return again if held.waiting else not (moved and again)


def _can_be_taken(definition: Definition, case: CaseState, held: Given) -> bool:
    """Whether the case (or the part) is where the step of ``held`` starts from."""
    if not held.part:
        return any(move.key == held.step and case.state in move.source for move in definition.transitions)
    parts = definition.parts
    if parts is None or case.state != parts.state:
        return False
    state = next((one.state for one in case.parts if one.unit == held.part), "")
    return any(move.key == held.step and state in move.source for move in parts.transitions)


def attaching(
    definition: Definition, case: CaseState, kind: str, actor: Actor
) -> tuple[str, frozenset[Given]] | Refusal:
    """Return as which party the actor hands in ``kind`` without a step, and for which steps it then waits.

    It waits for the steps that ask for it, can be taken from where the case is and could be taken by that party; a
    kind whose bringers the list names, for whoever takes the step.
    """
    refusal = refuse_bringer(definition, case, kind, actor)
    if refusal:
        return refusal
    named = definition.bringers.get(kind)
    roles = [role for role in named or ATTACHING if _speaks(case, actor, role, actor.unit, named=named is not None)]
    if not roles:
        return Refusal("您不是这件事的当事人或经办人，不能补充材料。")
    ways = [(role, _waits_for(definition, case, kind, role, actor)) for role in roles]
    return next((way for way in ways if way[1]), ways[0])


def _waits_for(definition: Definition, case: CaseState, kind: str, role: str, actor: Actor) -> frozenset[Given]:
    named = kind in definition.bringers
    own = dataclasses.replace(actor, roles=frozenset({role}))
    if named and role not in definition.bringers[kind]:
        return frozenset()
    found = {
        Given(kind, move.key, "", waiting=True)
        for move in definition.transitions
        if case.state in move.source and _asks(move.needs, kind) and (named or _may_take(definition, case, move, own))
    }
    parts = definition.parts
    if parts is not None and case.state == parts.state and role == "part_unit":
        state = next((one.state for one in case.parts if one.unit == actor.unit), "")
        found |= {
            Given(kind, move.key, actor.unit, waiting=True)
            for move in parts.transitions
            if state in move.source and role in move.who and _asks(move.needs, kind)
        }
    return frozenset(found)


def refuse_bringer(definition: Definition, case: CaseState, kind: str, actor: Actor, part: str = "") -> Refusal | None:
    """Refuse a kind that only others may bring: the list names them, or it is what independent people check with."""
    if kind not in definition.evidence:
        return Refusal(f"这张清单没有“{kind}”这一种材料。", missing=(kind,))
    if kind in definition.bringers:
        by = definition.bringers[kind]
        may = any(_speaks(case, actor, role, part or actor.unit, named=True) for role in by)
        return None if may else _only(definition, kind, by)
    asking = [move for move in definition.transitions if _asks(move.needs, kind)]
    inner = [move for move in definition.parts.transitions if _asks(move.needs, kind)] if definition.parts else []
    checking = [move for move in asking if move.not_worker]
    if not checking or any(_may_take(definition, case, move, actor) for move in asking):
        return None
    if any(role_for(case, actor, move.who, actor.unit) for move in inner):
        return None
    return _only(definition, kind, tuple(dict.fromkeys(role for move in checking for role in move.who)))


def _speaks(case: CaseState, actor: Actor, role: str, part: str, *, named: bool) -> bool:
    """Whether the actor hands in as ``role``; who works a case is not, beside that, the one for whom it is worked."""
    return has_role(case, actor, role, part) and not (named and role in SERVED and is_worker(case, actor))


def _only(definition: Definition, kind: str, who: tuple[str, ...]) -> Refusal:
    names = definition.party_names(who)
    return Refusal(
        f"“{definition.evidence[kind]}”只能由{'、'.join(names)}提供，办理单位不能代交。", who=names, missing=(kind,)
    )


def needs_for(definition: Definition, case: CaseState, move: Transition, actor: Actor, part: str) -> Needs:
    """Return what ``move`` asks of this actor: of several kinds those that are there or that the actor may bring."""
    held = in_hand(case, move, part)
    may = tuple(
        kind
        for kind in move.needs.evidence_any
        if kind in held
        or kind not in definition.bringers
        or refuse_bringer(definition, case, kind, actor, part) is None
    )
    return dataclasses.replace(move.needs, evidence_any=may or move.needs.evidence_any)


def refuse_handed(
    definition: Definition, case: CaseState, kinds: Iterable[str], move: Transition, actor: Actor, part: str
) -> Refusal | None:
    """Refuse kinds that come with a step and that only others may bring; what the step itself asks for is its own."""
    for kind in sorted(kinds):
        if _asks(move.needs, kind) and kind not in definition.bringers:
            continue
        refusal = refuse_bringer(definition, case, kind, actor, part)
        if refusal:
            return refusal
    return None


def rests_on_known(definition: Definition) -> list[str]:
    """Return the steps that others may rest on: those of the case and those of its parts."""
    inner = definition.parts.transitions if definition.parts else ()
    return list(dict.fromkeys(move.key for move in (*definition.transitions, *inner)))


def _asks(needs: Needs, kind: str) -> bool:
    return kind in needs.evidence or kind in needs.evidence_any


def _may_take(definition: Definition, case: CaseState, move: Transition, actor: Actor) -> bool:
    """Whether party and unit allow it, wherever the case is now."""
    return bool(role_for(case, actor, move.who)) and refuse_worker(definition, case, actor, move) is None
