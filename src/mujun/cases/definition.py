"""What the definition of a list is made of. Read from YAML by :mod:`mujun.cases.load`, never changed.

Collections are tuples in the order of the file; ``definition.state("closed")`` and the like look one up by its key.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Protocol, TypeVar

from mujun.rulebook.expressions import Expression
from mujun.rulebook.parameters import Dated
from mujun.rulebook.ruleset import Clause

PARTIES: dict[str, str] = {
    "raiser": "提出人",
    "firm": "企业",
    "owner_unit": "责任单位",
    "part_unit": "办理部门",
    "town": "镇街",
    "office": "专班办公室",
    "checker": "核查人员",
    "leader": "分管领导",
}
"""Roles that somebody may have in a case → name for people. A definition may rename them, not invent others."""

PROOFS: dict[str, str] = {
    "tax_paid": "税款已入库",
    "block_cleared": "区块已腾空",
    "permit_there": "许可已取得",
    "cell_corrected": "登记数据已更正",
}
"""Proofs that the register can compute → name for people."""

RATE, REOPEN = "rate", "reopen"
"""Actions that no definition writes as a transition: they follow from ``rating`` and ``reopening``."""


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    DATE = "date"
    MONEY = "money"
    PARCEL = "parcel"
    FIRM = "firm"
    PLACE = "place"
    FILE = "file"
    YES_NO = "yes_no"


class StateKind(StrEnum):
    """``OPEN``: somebody works; ``WAITING``: for the firm or another; ``SIDE``: off the road; ``CLOSED``: the end."""

    OPEN = "open"
    WAITING = "waiting"
    SIDE = "side"
    CLOSED = "closed"


class Closing(StrEnum):
    """How a closed state ends a case: only ``SOLVED`` counts as closed in rates and needs evidence."""

    SOLVED = "solved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Unit(StrEnum):
    """In what a time is counted."""

    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"


class Keyed(Protocol):
    """Something with a key."""

    @property
    def key(self) -> str:
        """The key."""


T = TypeVar("T", bound=Keyed)


def find(items: Iterable[T], key: str) -> T:
    """Return the item with ``key``; raise KeyError where there is none."""
    for item in items:
        if item.key == key:
            return item
    raise KeyError(key)


@dataclasses.dataclass(frozen=True, slots=True)
class Amount:
    """A length of time: ``value`` hours or days, as ``unit`` says."""

    value: Fraction
    unit: Unit

    def __str__(self) -> str:
        words = {Unit.WORKING_HOURS: "个工作小时", Unit.WORKING_DAYS: "个工作日", Unit.CALENDAR_DAYS: "天"}
        return f"{float(self.value):g}{words[self.unit]}"


@dataclasses.dataclass(frozen=True, slots=True)
class Duration:
    """A length of time that changed over the years; the value of the day on which a clock starts holds for it."""

    value: Dated
    unit: Unit

    def on(self, day: dt.date) -> Amount | None:
        """Return the length that holds on ``day``, None before the first."""
        value = self.value.on(day)
        return None if value is None else Amount(value, self.unit)


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One field of the form. ``required_in``: states that may not be entered without it."""

    key: str
    label: str
    kind: FieldKind
    choices: Mapping[str, str]
    required_in: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """Where cases come from; ``under`` is the heading above it."""

    key: str
    label: str
    under: str


@dataclasses.dataclass(frozen=True, slots=True)
class State:
    """One state. ``closing`` only where ``kind`` is closed; ``light`` (grey, green, yellow, red) overrides the clocks'."""

    key: str
    label: str
    kind: StateKind
    closing: Closing | None
    light: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Needs:
    """What an action asks for: all of ``evidence``, one of ``evidence_any``, a ``reason``, an ``approval``, a ``proof``.

    A proof of the register takes the place of evidence; where it does not hold, evidence is asked for, if any is named.
    ``rests_on``: steps whose evidence counts for this one too.
    """

    evidence: tuple[str, ...] = ()
    evidence_any: tuple[str, ...] = ()
    reason: bool = False
    approval: bool = False
    proof: str = ""
    rests_on: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Extension:
    """An action that gives a clock more time, at most ``at_most`` of the clock's own unit at once."""

    clock: str
    at_most: Fraction


@dataclasses.dataclass(frozen=True, slots=True)
class Transition:
    """One way from some states to another. ``who``: parties; ``not_worker``: never by a unit that did the work.

    ``splits``: the action names the departments that get a part each; ``assigns``: it names the unit responsible.
    ``fields``: values that the action may change; fields still empty that the new state requires it may always fill in.
    """

    key: str
    label: str
    source: tuple[str, ...]
    to: str
    who: tuple[str, ...]
    needs: Needs
    not_worker: bool = False
    assigns: bool = False
    splits: bool = False
    fields: tuple[str, ...] = ()
    extends: Extension | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Reminder:
    """A word to ``to`` (parties), ``before`` the clock is due."""

    key: str
    before: Amount
    to: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Escalation:
    """A word to ``to`` (parties), ``after`` the clock is due; once each."""

    key: str
    after: Amount
    to: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Clock:
    """A time allowed. It starts on entering a state of ``starts_on``, rests in ``pauses_in``, stops on ``stops_on``.

    Entering a closed state stops every clock that does not start there. Either ``duration`` or ``until`` (a date field)
    says when it is due. ``yellow_before``: from then on its light is yellow. Where ``starts_on`` names states of parts,
    it runs while some part is in one of them, and stops by itself.
    """

    key: str
    label: str
    starts_on: tuple[str, ...]
    stops_on: tuple[str, ...]
    pauses_in: tuple[str, ...]
    duration: Duration | None
    until: str
    yellow_before: Amount
    reminders: tuple[Reminder, ...]
    escalation: tuple[Escalation, ...]
    clause: Clause

    @property
    def unit(self) -> Unit:
        """In what the clock counts; a clock until a date counts days."""
        return self.duration.unit if self.duration else Unit.CALENDAR_DAYS


@dataclasses.dataclass(frozen=True, slots=True)
class Raising:
    """How a case begins: in ``state``, by ``who``, with ``needs``."""

    state: str
    who: tuple[str, ...]
    needs: Needs


@dataclasses.dataclass(frozen=True, slots=True)
class Reopening:
    """From which closed states to which state a case may be opened again, by whom, within how long after it closed."""

    source: tuple[str, ...]
    to: str
    who: tuple[str, ...]
    within: Amount | None


@dataclasses.dataclass(frozen=True, slots=True)
class Rating:
    """1 to 5 in the closed states ``states`` by ``who``; at or under ``reason_at_most`` a reason is asked for."""

    states: tuple[str, ...]
    who: tuple[str, ...]
    within: Amount | None
    reason_at_most: int


@dataclasses.dataclass(frozen=True, slots=True)
class Parts:
    """Several departments at once: while the case is in ``state`` each has a part with a state of its own.

    All parts in a solved state: the case goes to ``done_to``. One in a rejected state: to ``refused_to``. A part starts
    in ``start``; ``states`` of kind waiting stop a clock that names them once every unfinished part is there.
    """

    state: str
    start: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    done_to: str
    refused_to: str


@dataclasses.dataclass(frozen=True, slots=True)
class Grouping:
    """Cases with the same values in the fields ``by`` are one problem; from ``policy_from`` on a matter of policy."""

    by: tuple[str, ...]
    policy_from: int


@dataclasses.dataclass(frozen=True, slots=True)
class IndexParameter:
    """A dated number that the formula may name."""

    key: str
    label: str
    value: Dated
    clause: Clause


@dataclasses.dataclass(frozen=True, slots=True)
class IndexStep:
    """One line of the index: it may name counts, parameters and the lines before it."""

    key: str
    label: str
    formula: Expression


@dataclasses.dataclass(frozen=True, slots=True)
class Index:
    """The index of a list: the last of ``steps`` is the index."""

    label: str
    parameters: tuple[IndexParameter, ...]
    steps: tuple[IndexStep, ...]
    clause: Clause


@dataclasses.dataclass(frozen=True, slots=True)
class Deduction:
    """An event that takes (or, negative, gives) points; all of one ``group`` together at most ``cap``, if there is one."""

    key: str
    label: str
    points: Dated
    group: str
    cap: Fraction | None
    clause: Clause


@dataclasses.dataclass(frozen=True, slots=True)
class Definition:
    """One list. ``digest`` is the SHA-256 of the text and of the texts it extends: a case keeps it as its version.

    ``evidence``: kind → name for people. ``bringers``: kind → the parties who alone may bring it; it then counts for
    every step that asks for it. Of other kinds only what somebody hands in counts who may take the step.
    """

    name: str
    title: str
    text: str
    digest: str
    valid_from: dt.date
    documents: Mapping[str, Clause]
    parties: Mapping[str, str]
    evidence: Mapping[str, str]
    bringers: Mapping[str, tuple[str, ...]]
    fields: tuple[Field, ...]
    sources: tuple[Source, ...]
    raising: Raising
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    clocks: tuple[Clock, ...]
    reopening: Reopening | None
    rating: Rating | None
    parts: Parts | None
    grouping: Grouping | None
    index: Index | None
    deductions: tuple[Deduction, ...]

    def field(self, key: str) -> Field:
        """Return the field called ``key``; raise KeyError where there is none."""
        return find(self.fields, key)

    def state(self, key: str) -> State:
        """Return the state called ``key``; raise KeyError where there is none."""
        return find(self.states, key)

    def clock(self, key: str) -> Clock:
        """Return the clock called ``key``; raise KeyError where there is none."""
        return find(self.clocks, key)

    def transition(self, key: str) -> Transition:
        """Return the transition called ``key``; raise KeyError where there is none."""
        return find(self.transitions, key)

    def party_names(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Return the names for people of ``roles``."""
        return tuple(self.parties[role] for role in roles)
