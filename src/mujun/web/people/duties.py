"""Open duties of a person, which have to pass to somebody else before the account is closed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class Duty:
    """One kind of duty. ``hand_over(user, to, by=…)`` passes every open one on and returns how many."""

    name: str
    label: Any
    count: Callable[[Any], int]
    hand_over: Callable[..., int]


DUTIES: dict[str, Duty] = {}


def register_duty(duty: Duty) -> None:
    """Make a kind of duty known; an app calls this in ``AppConfig.ready``."""
    DUTIES[duty.name] = duty


def open_duties(user: Any) -> list[tuple[Duty, int]]:
    """The duties ``user`` has open, with their number."""
    counted = [(duty, duty.count(user)) for duty in DUTIES.values()]
    return [(duty, number) for duty, number in counted if number]
