"""What lies before somebody: cases of the own unit, those nobody is responsible for yet, and those that wait for a step."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from mujun.cases.definition import Closing, Definition, State, StateKind, Transition
from mujun.web.cases.models import Case, ListVersion
from mujun.web.cases.queries.lists import definitions_of
from mujun.web.cases.queries.parties import parties_of
from mujun.web.cases.queries.scope import cases_in_scope
from mujun.web.cases.roles import person_of, units_of
from mujun.web.people.rights import Right, has_right

OWNER = "owner_unit"


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A state waits for ``party``: ``not_worker``, but no unit that did the work; ``unowned``, where no unit has it."""

    party: str
    not_worker: bool
    unowned: bool


def work_of(user: Any) -> QuerySet[Case]:
    """Cases that ``user`` has to do with now, those that are due first.

    What the own unit works or has a part in, what is asked of a party that ``user`` is, for the office what no unit is
    responsible for, for a leader what is late.
    """
    rows = cases_in_scope(user).filter(done_at=None).order_by(F("red_at").asc(nulls_last=True), "pk")
    if has_right(user, Right.SIGN_CASES):
        return rows.filter(Q(red_at__lt=timezone.now()) | Q(calm="red") | asked_of(user))
    if not has_right(user, Right.WORK_CASES):
        return rows.none()
    mine = parties_of(user)
    own = functools.reduce(Q.__or__, (mine[party] for party in (OWNER, "part_unit") if party in mine), Q(pk__in=[]))
    if has_right(user, Right.RUN_CASES):
        own |= Q(owner_unit="")
    return rows.filter(Q(closed_at=None) & own | asked_of(user))


def asked_of(user: Any) -> Q:
    """The cases that stand in a state which waits for a step of a party that ``user`` is in them."""
    mine, units = parties_of(user), sorted(units_of(person_of(user)))
    states: dict[Asked, dict[str, set[int]]] = {}
    for version, definition in definitions_of(ListVersion.objects.filter(valid=True)):
        for state, asked in waits_for(definition):
            if asked.party in mine and (units or not asked.not_worker):
                states.setdefault(asked, {}).setdefault(state, set()).add(version)
    found = Q(pk__in=[])
    for asked, versions in states.items():
        here = _standing_in(versions) & mine[asked.party]
        here &= Q(owner_unit="") if asked.unowned else Q()
        found |= here & ~Q(owner_unit__in=units) if asked.not_worker else here
    return found


def _standing_in(versions: dict[str, set[int]]) -> Q:
    """Cases in a state of a version; states of the same versions are asked for together."""
    together: dict[frozenset[int], list[str]] = {}
    for state, keys in versions.items():
        together.setdefault(frozenset(keys), []).append(state)
    conditions = (Q(version__in=sorted(keys), state__in=states) for keys, states in together.items())
    return functools.reduce(Q.__or__, conditions)


def waits_for(definition: Definition) -> tuple[tuple[str, Asked], ...]:
    """For whom each state of a list waits: who may take the steps on from it.

    Where the unit responsible can go on it is its work and nobody else's, but in a state that waits for others (a check,
    an answer, a consent) it is theirs. A state that rests until a day (a grey light of its own) waits for nobody.
    """
    found = []
    for state in definition.states:
        moves = [
            move for move in definition.transitions if state.key in move.source and _leads_on(definition, state, move)
        ]
        if state.light == "grey" or not moves:
            continue
        owned = any(OWNER in move.who for move in moves)
        for party, not_worker in sorted({(party, move.not_worker) for move in moves for party in move.who}):
            others = party != OWNER and owned and state.kind is not StateKind.WAITING
            found.append((state.key, Asked(party, not_worker, others)))
    return tuple(found)


def _leads_on(definition: Definition, state: State, move: Transition) -> bool:
    """Whether a step brings a case further: no step aside, no end without a solution, and not the same state again."""
    goal = definition.state(move.to)
    return goal.kind is not StateKind.SIDE and goal.closing in (None, Closing.SOLVED) and goal != state


def with_rated_round(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Add ``rated_round``, the last round that was rated (None: none was)."""
    return rows.annotate(rated_round=Max("ratings__round"))
