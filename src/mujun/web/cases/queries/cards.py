"""All that is known of one case, and what somebody may do about it now."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.utils import timezone

from mujun.cases.clock import DUE, steps_of
from mujun.cases.definition import Definition, Field, FieldKind, find
from mujun.cases.engine import Option, options
from mujun.cases.lights import light_of_clock
from mujun.cases.state import CaseState, ClockState
from mujun.web.cases.definitions import definition_for
from mujun.web.cases.holding import state_of
from mujun.web.cases.models import Case, CaseAlert, CaseEntry, CaseFile, CaseRating
from mujun.web.cases.queries.hiding import HIDDEN, Hiding, hiding_for, shown_entry, shown_files, unnamed
from mujun.web.cases.queries.scope import cases_in_scope
from mujun.web.cases.roles import person_of, roles_in, standing_of, unit_in
from mujun.web.cases.working import working_calendar
from mujun.web.people.models import User


@dataclasses.dataclass(frozen=True, slots=True)
class Value:
    """One field with its value for people (a choice by its label)."""

    field: Field
    value: Any
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock: its light, when it is due, whether that may still move (holidays not announced), what was told."""

    held: ClockState
    label: str
    light: str
    provisional: bool
    told: tuple[str, ...]
    clause: str


@dataclasses.dataclass(frozen=True, slots=True)
class PartLine:
    """One department's part with the label of its state."""

    unit: str
    state: str
    label: str
    kind: str


@dataclasses.dataclass(frozen=True, slots=True)
class TrailLine:
    """One line of the trail with the labels of its states, who acted as what, and its files.

    ``entry`` as it may be shown, not to be saved; ``unnamed``: who acted is kept from who looks.
    """

    entry: CaseEntry
    before: str
    after: str
    party: str
    values: tuple[Value, ...]
    files: tuple[CaseFile, ...]
    unnamed: bool


@dataclasses.dataclass(frozen=True, slots=True)
class CaseCard:
    """One case. ``options``: what who asks may do now; ``roles``: the parties that person is, by name.

    ``raiser`` (None), ``contact`` and ``source`` (empty) where they are kept from who looks; ``hidden``: fields whose
    values are. A page shows these, never the columns of ``case``.
    """

    case: Case
    definition: Definition
    state_label: str
    light: str
    raiser: User | None
    contact: str
    source: str
    hidden: frozenset[str]
    values: list[Value]
    parts: list[PartLine]
    clocks: list[ClockLine]
    trail: list[TrailLine]
    files: list[CaseFile]
    ratings: list[CaseRating]
    alerts: list[CaseAlert]
    options: tuple[Option, ...]
    roles: tuple[str, ...]


def card_of(user: Any, pk: int, now: dt.datetime | None = None) -> CaseCard | None:
    """Return the card of a case inside the scope (None: it is not there), by a fixed number of queries."""
    case = cases_in_scope(user).filter(pk=pk).select_related("version", "raiser", "matter").first()
    if case is None:
        return None
    moment = now or timezone.now()
    definition = definition_for(case)
    parts, clocks, ratings = list(case.parts.all()), list(case.clocks.all()), list(case.ratings.all())
    state = state_of(case, parts, clocks, ratings)
    person, standing = person_of(user), standing_of(case, (part.unit for part in parts))
    calendar = working_calendar()
    hiding = hiding_for(user, case)
    files = list(shown_files(case.files.select_related("by"), user))
    return CaseCard(
        case=case,
        definition=definition,
        state_label=definition.state(case.state).label,
        light=case.light(moment),
        raiser=None if hiding.reporter else case.raiser,
        contact="" if hiding.reporter else case.contact,
        source="" if hiding.reporter else case.source,
        hidden=hiding.fields,
        values=[_value(definition, key, value, hiding) for key, value in _in_order(definition, state)],
        parts=[_part(definition, part.unit, part.state) for part in parts],
        clocks=[_clock(definition, held, moment, calendar) for held in state.clocks],
        trail=_trail(case, definition, list(case.entries.select_related("by")), files, hiding),
        files=files,
        ratings=ratings,
        alerts=list(case.alerts.all()),
        options=_options(definition, state, person, standing, moment, calendar),
        roles=tuple(definition.parties[role] for role in sorted(roles_in(person, standing))),
    )


def options_for(user: Any, case: Case, now: dt.datetime | None = None) -> tuple[Option, ...]:
    """Return what ``user`` may do to a case now."""
    parts = list(case.parts.all())
    state = state_of(case, parts, case.clocks.all(), case.ratings.all())
    standing = standing_of(case, (part.unit for part in parts))
    moment = now or timezone.now()
    return _options(definition_for(case), state, person_of(user), standing, moment, working_calendar())


def _options(
    definition: Definition, state: CaseState, person: Any, standing: Any, now: dt.datetime, calendar: Any
) -> tuple[Option, ...]:
    from mujun.cases.state import Actor

    actor = Actor(str(person.id), unit_in(person, standing), roles_in(person, standing))
    return options(definition, state, actor, now, calendar)


def value_of(definition: Definition, key: str, value: Any) -> Value:
    """Return a field's value for people; a field the definition does not know keeps its key."""
    field = _field(definition, key)
    if field.kind is FieldKind.CHOICE:
        text = field.choices.get(str(value), str(value))
    elif field.kind is FieldKind.YES_NO:
        text = "是" if value else "否"
    elif isinstance(value, list):
        text = "，".join(f"{part:g}" for part in value)
    else:
        text = "" if value is None else str(value)
    return Value(field, value, text)


def _value(definition: Definition, key: str, value: Any, hiding: Hiding) -> Value:
    """A value as it may be shown."""
    return (
        value_of(definition, key, value) if key not in hiding.fields else Value(_field(definition, key), None, HIDDEN)
    )


def _field(definition: Definition, key: str) -> Field:
    return next((one for one in definition.fields if one.key == key), Field(key, key, FieldKind.TEXT, {}, ()))


def _in_order(definition: Definition, state: CaseState) -> list[tuple[str, Any]]:
    known = [field.key for field in definition.fields]
    return [(key, state.fields[key]) for key in known if state.fields.get(key) is not None]


def _part(definition: Definition, unit: str, key: str) -> PartLine:
    assert definition.parts is not None
    state = find(definition.parts.states, key)
    return PartLine(unit, key, state.label, state.kind.value)


def _clock(definition: Definition, held: ClockState, now: dt.datetime, calendar: Any) -> ClockLine:
    clock = definition.clock(held.clock)
    provisional = held.due_at is not None and held.stopped_at is None and calendar.is_provisional(held.due_at)
    told = tuple(step.key for step in steps_of(clock) if step.key in held.fired and step.key != DUE)
    clause = " ".join(part for part in (clock.clause.document, clock.clause.clause) if part)
    return ClockLine(held, clock.label, light_of_clock(held, now).value, provisional, told, clause)


def _trail(
    case: Case, definition: Definition, entries: list[CaseEntry], files: list[CaseFile], hiding: Hiding
) -> list[TrailLine]:
    labels = {state.key: state.label for state in definition.states}
    if definition.parts:
        labels |= {state.key: state.label for state in definition.parts.states}
    by_entry: dict[int, list[CaseFile]] = {}
    for file in files:
        by_entry.setdefault(file.entry_id, []).append(file)
    found = []
    for entry in entries:
        shown = shown_entry(case, definition, entry, hiding)
        values = tuple(_value(definition, key, value, hiding) for key, value in entry.fields.items())
        before, after = labels.get(entry.before, ""), labels.get(entry.after, "")
        party, held = definition.parties.get(shown.role, ""), tuple(by_entry.get(entry.pk, ()))
        found.append(TrailLine(shown, before, after, party, values, held, unnamed(case, entry, hiding)))
    return found
