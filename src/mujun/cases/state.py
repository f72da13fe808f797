"""A case as the engine sees it, what happens to it, and what the engine answers. All values, no behaviour."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from mujun.cases.definition import Amount


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """A stretch of time in which a clock ran; ``end`` None: it runs."""

    start: dt.datetime
    end: dt.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ClockState:
    """One start of a clock in a case. ``turn`` counts its starts and extensions in this case, from 1.

    ``amount`` (with all extensions) or ``until`` says how much time there is, ``runs`` how it was used. The rest follows
    from these and the calendar (:func:`mujun.cases.clock.refresh`): ``late`` (more was used than there is), ``due_at``
    (None while it rests in time; as it was when it stopped; for ever the first one missed when late), and, only while
    it runs, ``yellow_at`` and ``next_at`` (the first step not yet ``fired``, None when all have).
    """

    clock: str
    turn: int
    amount: Amount | None
    until: dt.date | None
    runs: tuple[Run, ...]
    stopped_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    yellow_at: dt.datetime | None = None
    next_at: dt.datetime | None = None
    late: bool = False
    fired: frozenset[str] = frozenset()

    @property
    def running(self) -> bool:
        """Whether time passes."""
        return self.stopped_at is None and self.runs[-1].end is None

    @property
    def resting(self) -> bool:
        """Whether it has started, not stopped, and waits."""
        return self.stopped_at is None and self.runs[-1].end is not None


@dataclasses.dataclass(frozen=True, slots=True)
class PartState:
    """The part of one department (``unit``)."""

    unit: str
    state: str


@dataclasses.dataclass(frozen=True, slots=True)
class Rated:
    """A rating (1–5) of one round."""

    round: int
    stars: int


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Given:
    """A kind of evidence with the ``step`` that it was handed in for (of the department ``part``, where it has one).

    ``waiting``: it was handed in before the step is taken, else with it when it was last taken.
    """

    kind: str
    step: str
    part: str = ""
    waiting: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class CaseState:
    """All that the engine needs of a case. ``round`` is 1, and one more with each reopening.

    ``evidence``: what was handed in this round and still stands; ``workers``: units that did the work of this round, or
    closed it unchecked (accounts without a unit by their id); ``version``: digest of the definition it runs under;
    ``fields``: values as :func:`mujun.cases.fields.read_value` returns them.
    """

    case: str
    list: str
    version: str
    state: str
    raised_at: dt.datetime
    changed_at: dt.datetime
    source: str = ""
    round: int = 1
    owner_unit: str = ""
    closed_at: dt.datetime | None = None
    fields: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    evidence: frozenset[Given] = frozenset()
    workers: frozenset[str] = frozenset()
    parts: tuple[PartState, ...] = ()
    clocks: tuple[ClockState, ...] = ()
    ratings: tuple[Rated, ...] = ()

    @property
    def reopened(self) -> int:
        """How often it was opened again."""
        return self.round - 1

    @property
    def rating(self) -> int | None:
        """The rating of this round."""
        return next((rated.stars for rated in self.ratings if rated.round == self.round), None)


@dataclasses.dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: ``roles`` are the parties that this person is in this case (the caller knows), ``unit`` the own one."""

    id: str
    unit: str
    roles: frozenset[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Proof:
    """What the register says: ``holds`` True or False, None where it cannot tell; ``sentence`` for people."""

    holds: bool | None
    sentence: str


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """Something that somebody wants to do. ``action``: a transition's key, ``rate`` or ``reopen``.

    ``evidence``: kinds handed in now. ``unit``: the unit responsible (transitions that assign). ``units``: departments
    (transitions that split). ``part``: the department whose part is meant (transitions of parts). ``extension``: how
    much more time, in the clock's unit.
    """

    action: str
    reason: str = ""
    approval: str = ""
    fields: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    evidence: frozenset[str] = frozenset()
    proofs: Mapping[str, Proof] = dataclasses.field(default_factory=dict)
    unit: str = ""
    units: tuple[str, ...] = ()
    part: str = ""
    extension: int = 0
    stars: int = 0


class Change(StrEnum):
    """What happened to a clock."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    STOPPED = "stopped"


@dataclasses.dataclass(frozen=True, slots=True)
class ClockChange:
    """One change of a clock, for the trail. ``due_at`` after the change (None while it rests)."""

    clock: str
    label: str
    turn: int
    change: Change
    at: dt.datetime
    due_at: dt.datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail. ``role``: the party as which the actor acted; ``action`` ``raise`` begins a case.

    ``owner_unit``: made responsible by it; ``units``: departments that got a part by it; ``part``: whose part it is of.
    """

    at: dt.datetime
    action: str
    label: str
    by: str
    unit: str
    role: str
    round: int
    before: str
    after: str
    part: str = ""
    reason: str = ""
    approval: str = ""
    evidence: tuple[str, ...] = ()
    fields: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    proof: str = ""
    stars: int | None = None
    owner_unit: str = ""
    units: tuple[str, ...] = ()
    clocks: tuple[ClockChange, ...] = ()


class AlertKind(StrEnum):
    """A word before the time, at the time, or after it."""

    REMINDER = "reminder"
    DUE = "due"
    ESCALATION = "escalation"


@dataclasses.dataclass(frozen=True, slots=True)
class Alert:
    """A word to the parties ``to``, due at ``at``. ``key`` names it for ever: keep it unique and it is told once."""

    case: str
    clock: str
    turn: int
    step: str
    kind: AlertKind
    at: dt.datetime
    due_at: dt.datetime
    to: tuple[str, ...]
    sentence: str

    @property
    def key(self) -> str:
        """Case, clock, turn and step."""
        return f"{self.case}/{self.clock}/{self.turn}/{self.step}"


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What an event made of a case. ``alerts``: steps whose time had come before the event and no sweep had told."""

    case: CaseState
    entries: tuple[Entry, ...]
    alerts: tuple[Alert, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, as a sentence; ``who`` can do it (names for people); ``missing``: keys of fields, evidence, reason …"""

    sentence: str
    who: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
