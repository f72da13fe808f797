"""Rows to the engine's values and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from mujun.cases.calendar import TICK
from mujun.cases.definition import Amount, Definition, Unit
from mujun.cases.state import CaseState, ClockState, PartState, Rated, Run
from mujun.cases.storing import evidence_as_json, evidence_from_json
from mujun.web.cases.models import Case, CaseClock, CasePart, CaseRating


def state_of(
    case: Case, parts: Iterable[CasePart], clocks: Iterable[CaseClock], ratings: Iterable[CaseRating]
) -> CaseState:
    """Return a case as the engine sees it; parts, clocks and ratings in the order of their rows."""
    return CaseState(
        case=str(case.pk),
        list=case.list_name,
        version=case.version.digest,
        state=case.state,
        raised_at=case.raised_at,
        changed_at=case.changed_at,
        source=case.source,
        round=case.round,
        owner_unit=case.owner_unit,
        closed_at=case.closed_at,
        fields=dict(case.fields),
        evidence=evidence_from_json(case.evidence),
        workers=frozenset(case.workers),
        parts=tuple(PartState(part.unit, part.state) for part in parts),
        clocks=tuple(clock_of(row) for row in clocks),
        ratings=tuple(Rated(rating.round, rating.stars) for rating in ratings),
    )


def whole_state(case: Case) -> CaseState:
    """Return a case as the engine sees it, read by at most three queries."""
    return state_of(case, case.parts.all(), case.clocks.all(), case.ratings.all())


def clock_of(row: CaseClock) -> ClockState:
    """Return one clock as the engine sees it."""
    return ClockState(
        clock=row.clock,
        turn=row.turn,
        amount=Amount(Fraction(row.amount[0]), Unit(row.amount[1])) if row.amount else None,
        until=row.until,
        runs=tuple(Run(dt.datetime.fromisoformat(start), _moment(end)) for start, end in row.runs),
        stopped_at=row.stopped_at,
        due_at=row.due_at,
        yellow_at=row.yellow_at,
        next_at=row.next_at,
        late=row.late,
        fired=frozenset(row.fired),
    )


def clock_values(held: ClockState) -> dict[str, Any]:
    """Return the columns of one clock."""
    return {
        "clock": held.clock,
        "turn": held.turn,
        "amount": [str(held.amount.value), held.amount.unit.value] if held.amount else None,
        "until": held.until,
        "runs": [[run.start.isoformat(), run.end.isoformat() if run.end else None] for run in held.runs],
        "stopped_at": held.stopped_at,
        "due_at": held.due_at,
        "yellow_at": held.yellow_at,
        "next_at": held.next_at,
        "late": held.late,
        "fired": sorted(held.fired),
    }


def case_values(definition: Definition, state: CaseState) -> dict[str, Any]:
    """Return the columns of a case that the engine decides."""
    at = definition.state(state.state)
    goes_on = any(held.stopped_at is None for held in state.clocks)
    return {
        "state": state.state,
        "state_kind": at.kind.value,
        "closing": at.closing.value if at.closing else "",
        "round": state.round,
        "source": state.source,
        "fields": dict(state.fields),
        "owner_unit": state.owner_unit,
        "evidence": evidence_as_json(state.evidence),
        "workers": sorted(state.workers),
        "raised_at": state.raised_at,
        "changed_at": state.changed_at,
        "closed_at": state.closed_at,
        "done_at": None if goes_on else state.closed_at,
        **lights(definition, state.state, state.changed_at, state.clocks),
    }


def lights(definition: Definition, state: str, changed_at: dt.datetime, clocks: Iterable[ClockState]) -> dict[str, Any]:
    """Return from when on the light of a case is which; the same as :func:`mujun.cases.lights.light_of` at any time.

    While clocks run, ``calm`` is empty and ``yellow_at`` set; a state's own light stands in ``calm`` instead.
    """
    live = [held for held in clocks if held.stopped_at is None]
    due = min((held.due_at for held in live if held.due_at and (held.running or held.late)), default=None)
    yellow = min((held.yellow_at for held in live if held.running and held.yellow_at), default=None)
    own = definition.state(state).light
    calm = "" if any(held.running for held in live) else "grey"
    red = changed_at - TICK if own == "red" else due
    if own:
        yellow, calm = None, own
    return {"due_at": due, "red_at": red, "yellow_at": yellow, "calm": calm}


def entry_clocks(changes: Iterable[Any]) -> list[dict[str, Any]]:
    """Return the changes of clocks as a trail keeps them."""
    return [
        {
            "clock": one.clock, "label": one.label, "turn": one.turn, "change": one.change.value, "at": one.at.isoformat(),
            "due_at": one.due_at.isoformat() if one.due_at else None,
        }
        for one in changes
    ]  # fmt: skip


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
