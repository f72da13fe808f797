"""Walk a case along the shortest way of its definition to an end, by people who give all that is asked for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from mujun.cases.calendar import WorkingCalendar, calendar
from mujun.cases.definition import PARTIES, Closing, Definition, Field, FieldKind, Needs
from mujun.cases.engine import Option, apply, options, raise_case
from mujun.cases.state import Actor, CaseState, Entry, Event, Outcome, Proof

ALL = frozenset(PARTIES)
NOW = dt.datetime(2024, 3, 4, 1, 0, tzinfo=dt.UTC)
"""A Monday, nine in the morning in China."""
DEPARTMENTS = ("住建局", "水务局")


def value_of(field: Field, day: dt.date) -> Any:
    """Return some value that the field takes; dates are ``day``."""
    values = {FieldKind.DATE: str(day), FieldKind.MONEY: "1", FieldKind.PLACE: [120.0, 29.0], FieldKind.YES_NO: True}
    return next(iter(field.choices), values.get(field.kind, "甲"))


def event_for(definition: Definition, action: str, needs: Needs, fields: Any, day: dt.date, **more: Any) -> Event:
    """Return an event with all that ``needs`` and ``fields`` ask for."""
    return Event(
        action,
        reason="情况属实",
        approval="纪要1号",
        fields={key: value_of(definition.field(key), day) for key in fields},
        evidence=frozenset(needs.evidence) | frozenset(needs.evidence_any[:1]),
        **more,
    )


def raised(
    definition: Definition, *, now: dt.datetime = NOW, days: WorkingCalendar | None = None, **more: Any
) -> Outcome:
    """Return a case as it begins."""
    raising = definition.raising
    fields = [field.key for field in definition.fields if raising.state in field.required_in]
    event = event_for(definition, "", raising.needs, fields, now.date() + dt.timedelta(days=30), **more)
    source = definition.sources[0].key if definition.sources else ""
    outcome = raise_case(
        definition, "c1", event, Actor("u0", "群众", frozenset(raising.who)), now, days or calendar(), source=source
    )
    assert isinstance(outcome, Outcome), outcome
    return outcome


def do(
    definition: Definition, case: CaseState, action: str, now: dt.datetime, *, unit: str = "", **more: Any
) -> Outcome:
    """Do ``action`` as somebody of ``unit`` (where empty: whoever may) with all that it asks for."""
    units = [unit] if unit else [case.owner_unit, "经信局", "核查中心", *DEPARTMENTS]
    ways = [
        (option, Actor("u1", own, ALL))
        for own in units
        for option in options(definition, case, Actor("u1", own, ALL), now, calendar())
        if option.action == action and option.part == more.get("part", "")
    ]
    assert ways, f"nobody may {action} in {case.state}"
    option, actor = ways[0]
    event = _event(definition, option, now, more)
    outcome = apply(definition, case, event, actor, now, calendar())
    assert isinstance(outcome, Outcome), outcome
    return outcome


def _event(definition: Definition, option: Option, now: dt.datetime, more: dict[str, Any]) -> Event:
    day = now.date() + dt.timedelta(days=30)
    fields = set(option.required) | {k for k in option.fields if definition.field(k).kind is FieldKind.DATE}
    if option.assigns:
        more = {"unit": "经信局", **more}
    if option.needs.proof and not option.needs.evidence and not option.needs.evidence_any:
        more = {"proofs": {option.needs.proof: Proof(True, "登记数据已更正。")}, **more}
    if option.splits:
        more = {"units": DEPARTMENTS, **more}
    return event_for(definition, option.action, option.needs, sorted(fields), day, **more)


def way_to(definition: Definition, start: str, ends: set[str]) -> list[str]:
    """Return the actions of a shortest way from ``start`` to one of ``ends`` ("*" : all parts are done)."""
    waiting: list[tuple[str, list[str]]] = [(start, [])]
    seen = {start}
    while waiting:
        state, way = waiting.pop(0)
        if state in ends:
            return way
        steps = [(move.key, move.to) for move in definition.transitions if state in move.source]
        if definition.parts and state == definition.parts.state:
            steps.append(("*", definition.parts.done_to))
        for action, to in steps:
            if to not in seen:
                seen.add(to)
                waiting.append((to, [*way, action]))
    raise AssertionError(f"no way from {start}")


def walk(definition: Definition, case: CaseState, now: dt.datetime) -> tuple[CaseState, list[Entry]]:
    """Bring ``case`` to an end that counts as solved, an hour after the other."""
    ends = {state.key for state in definition.states if state.closing is Closing.SOLVED}
    trail: list[Entry] = []
    for action in way_to(definition, case.state, ends):
        for step in [action] if action != "*" else ["begin", "finish"]:
            for part in [""] if action != "*" else [part.unit for part in case.parts]:
                now += dt.timedelta(hours=1)
                outcome = do(definition, case, step, now, unit=part, **({"part": part} if part else {}))
                case, trail = outcome.case, [*trail, *outcome.entries]
    return case, trail
