"""The light of a case: red after a clock is due, yellow shortly before, green else; grey where no time passes."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from mujun.cases.definition import Definition
from mujun.cases.state import CaseState, ClockState


class Light(StrEnum):
    """Ordered from calm to urgent."""

    GREY = "grey"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


URGENT = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)


def light_of_clock(held: ClockState, now: dt.datetime) -> Light:
    """Return the light of one clock; a stopped one is grey."""
    if held.stopped_at is not None:
        return Light.GREY
    if held.late or (held.running and held.due_at is not None and now > held.due_at):
        return Light.RED
    if not held.running:
        return Light.GREY
    return Light.YELLOW if held.yellow_at is not None and now >= held.yellow_at else Light.GREEN


def light_of(definition: Definition, case: CaseState, now: dt.datetime) -> Light:
    """Return the most urgent light of the case's clocks, unless its state has a light of its own and none is red."""
    lights = {light_of_clock(held, now) for held in case.clocks}
    found = next((light for light in URGENT if light in lights), Light.GREY)
    own = definition.state(case.state).light
    return Light(own) if own and found is not Light.RED else found


def next_due(case: CaseState) -> ClockState | None:
    """Return the running clock that is due first."""
    running = [held for held in case.clocks if held.running and held.due_at is not None]
    return min(running, key=lambda held: (held.due_at, held.clock), default=None)
