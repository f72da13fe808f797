"""A case as JSON and back, the same to the microsecond."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from mujun.cases.definition import Amount, Unit
from mujun.cases.state import CaseState, ClockState, Given, PartState, Rated, Run

_MOMENTS = ("raised_at", "changed_at", "closed_at")
_CLOCK_MOMENTS = ("stopped_at", "due_at", "yellow_at", "next_at")


def case_as_json(case: CaseState) -> dict[str, Any]:
    """Return ``case`` in JSON types."""
    plain = {field.name: getattr(case, field.name) for field in dataclasses.fields(case)}
    plain |= {name: _text(plain[name]) for name in _MOMENTS}
    plain["evidence"] = evidence_as_json(case.evidence)
    plain["workers"] = sorted(case.workers)
    plain["fields"] = dict(case.fields)
    plain["parts"] = [[part.unit, part.state] for part in case.parts]
    plain["ratings"] = [[rated.round, rated.stars] for rated in case.ratings]
    plain["clocks"] = [clock_as_json(held) for held in case.clocks]
    return plain


def case_from_json(raw: Mapping[str, Any]) -> CaseState:
    """Return the case that :func:`case_as_json` wrote."""
    plain: dict[str, Any] = dict(raw)
    plain |= {name: _moment(plain[name]) for name in _MOMENTS}
    plain["evidence"] = evidence_from_json(plain["evidence"])
    plain["workers"] = frozenset(plain["workers"])
    plain["parts"] = tuple(PartState(unit, state) for unit, state in plain["parts"])
    plain["ratings"] = tuple(Rated(round_, stars) for round_, stars in plain["ratings"])
    plain["clocks"] = tuple(clock_from_json(held) for held in plain["clocks"])
    return CaseState(**plain)


def evidence_as_json(evidence: Iterable[Given]) -> list[str]:
    """Return evidence as words ``step:kind`` (``step?kind`` where it waits), the department of a part at the end."""
    return [
        f"{held.step}{'?' if held.waiting else ':'}{held.kind}" + (f":{held.part}" if held.part else "")
        for held in sorted(evidence)
    ]


def evidence_from_json(raw: Iterable[str]) -> frozenset[Given]:
    """Return what :func:`evidence_as_json` wrote. A kind alone, as it was once kept, belongs to no step."""
    return frozenset(_given(word) for word in raw)


def _given(word: str) -> Given:
    if ":" not in word and "?" not in word:
        return Given(word, "")
    step, mark, rest = re.split("([:?])", word, maxsplit=1)
    kind, _, part = rest.partition(":")
    return Given(kind, step, part, mark == "?")


def clock_as_json(held: ClockState) -> dict[str, Any]:
    """Return one clock in JSON types."""
    plain = {field.name: getattr(held, field.name) for field in dataclasses.fields(held)}
    plain |= {name: _text(plain[name]) for name in _CLOCK_MOMENTS}
    plain["amount"] = [str(held.amount.value), held.amount.unit.value] if held.amount else None
    plain["until"] = held.until.isoformat() if held.until else None
    plain["runs"] = [[_text(run.start), _text(run.end)] for run in held.runs]
    plain["fired"] = sorted(held.fired)
    return plain


def clock_from_json(raw: Mapping[str, Any]) -> ClockState:
    """Return the clock that :func:`clock_as_json` wrote."""
    plain: dict[str, Any] = dict(raw)
    plain |= {name: _moment(plain[name]) for name in _CLOCK_MOMENTS}
    amount = plain["amount"]
    plain["amount"] = Amount(Fraction(amount[0]), Unit(amount[1])) if amount else None
    plain["until"] = dt.date.fromisoformat(plain["until"]) if plain["until"] else None
    plain["runs"] = tuple(Run(dt.datetime.fromisoformat(start), _moment(end)) for start, end in plain["runs"])
    plain["fired"] = frozenset(plain["fired"])
    return ClockState(**plain)


def _text(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
