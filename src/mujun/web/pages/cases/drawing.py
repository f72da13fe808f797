"""A definition before the eye: its states in rows by how far they are from the beginning, its moves, its clocks."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.utils import timezone

from mujun.cases.definition import Amount, Definition, StateKind, Transition

WIDE, HIGH, GAP_X, GAP_Y, MARGIN = 120.0, 40.0, 52.0, 26.0, 10.0


@dataclasses.dataclass(frozen=True, slots=True)
class Box:
    """A state on the drawing."""

    key: str
    label: str
    kind: str
    x: float
    y: float

    @property
    def middle_x(self) -> float:
        """Where its label stands."""
        return self.x + WIDE / 2

    @property
    def middle_y(self) -> float:
        """Where its label stands."""
        return self.y + HIGH / 2


@dataclasses.dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and arrows (SVG paths; ``back``: against the flow) of a size."""

    boxes: list[Box]
    arrows: list[tuple[str, bool]]
    width: float
    height: float


def drawn(definition: Definition) -> Drawing:
    """Place each state in the column of its shortest way from the beginning, those that end a case in the last."""
    far = _distances(definition)
    columns: dict[int, list[Any]] = {}
    last = max(far.values()) + 1
    for state in definition.states:
        ends = state.kind is StateKind.CLOSED
        columns.setdefault(last if ends else far.get(state.key, 0), []).append(state)
    boxes = {
        state.key: Box(
            state.key, state.label, state.kind.value,
            MARGIN + number * (WIDE + GAP_X), MARGIN + row * (HIGH + GAP_Y),
        )
        for number, (_far, states) in enumerate(sorted(columns.items()))
        for row, state in enumerate(states)
    }  # fmt: skip
    ways = {(source, move.to) for move in _moves(definition) for source in move.source if source != move.to}
    arrows = [_arrow(boxes[source], boxes[target]) for source, target in sorted(ways)]
    return Drawing(
        list(boxes.values()), arrows, max(box.x for box in boxes.values()) + WIDE + MARGIN,
        max(box.y for box in boxes.values()) + HIGH + MARGIN + GAP_Y,
    )  # fmt: skip


def _moves(definition: Definition) -> list[Transition | Any]:
    extra: list[Any] = [definition.reopening] if definition.reopening else []
    return [*definition.transitions, *extra]


def _distances(definition: Definition) -> dict[str, int]:
    far, edge = {definition.raising.state: 0}, [definition.raising.state]
    ways = [(move.source, move.to) for move in _moves(definition)]
    parts = definition.parts
    if parts:
        ways += [((parts.state,), parts.done_to), ((parts.state,), parts.refused_to)]
    while edge:
        here = edge.pop(0)
        for source, target in ways:
            if here in source and target and target not in far:
                far[target] = far[here] + 1
                edge.append(target)
    return far


def _arrow(start: Box, goal: Box) -> tuple[str, bool]:
    back = goal.x <= start.x
    x1, y1 = (start.x + WIDE, start.middle_y) if not back else (start.middle_x, start.y + HIGH)
    x2, y2 = (goal.x, goal.middle_y) if not back else (goal.middle_x, goal.y + HIGH)
    if back:
        low = max(y1, y2) + GAP_Y
        return f"M{x1:.0f} {y1:.0f} C{x1:.0f} {low:.0f} {x2:.0f} {low:.0f} {x2:.0f} {y2:.0f}", True
    half = (x1 + x2) / 2
    return f"M{x1:.0f} {y1:.0f} C{half:.0f} {y1:.0f} {half:.0f} {y2:.0f} {x2:.0f} {y2:.0f}", False


def move_lines(definition: Definition) -> list[dict[str, Any]]:
    """Each move: from, to, who, and what it needs."""
    labels = {state.key: state.label for state in definition.states}
    lines = [_line(definition, move, labels, "") for move in definition.transitions]
    if definition.parts:
        own = {state.key: state.label for state in definition.parts.states}
        lines += [_line(definition, move, own, "part") for move in definition.parts.transitions]
    return lines


def _line(definition: Definition, move: Transition, labels: dict[str, str], of: str) -> dict[str, Any]:
    return {
        "label": move.label, "from": [labels[key] for key in move.source], "to": labels[move.to],
        "who": definition.party_names(move.who), "not_worker": move.not_worker, "of": of, "needs": move.needs,
        "evidence": [definition.evidence[kind] for kind in move.needs.evidence],
        "any": [definition.evidence[kind] for kind in move.needs.evidence_any],
    }  # fmt: skip


def clock_lines(definition: Definition) -> list[dict[str, Any]]:
    """Each clock: how long, when it starts, rests and stops, whom it tells, and what that rests on."""
    labels = {state.key: state.label for state in definition.states}
    if definition.parts:
        labels |= {state.key: state.label for state in definition.parts.states}

    def named(keys: tuple[str, ...]) -> list[str]:
        return [labels.get(key, key) for key in keys]

    found = []
    for clock in definition.clocks:
        amount = clock.duration.on(max(definition.valid_from, timezone.localdate())) if clock.duration else None
        found.append(
            {
                "label": clock.label, "amount": str(amount or ""),
                "until": definition.field(clock.until).label if clock.until else "",
                "starts": named(clock.starts_on), "stops": named(clock.stops_on), "rests": named(clock.pauses_in),
                "reminders": [(str(one.before), definition.party_names(one.to)) for one in clock.reminders],
                "escalation": [(_after(one.after), definition.party_names(one.to)) for one in clock.escalation],
                "clause": clock.clause,
            }
        )  # fmt: skip
    return found


def _after(amount: Amount) -> str:
    """How long after, empty for at once."""
    return str(amount) if amount.value else ""
