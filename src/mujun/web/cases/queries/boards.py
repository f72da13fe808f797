"""A board of one list: its columns by state or by light, each with its first cases and how many there are."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from mujun.cases.definition import Definition, State, StateKind
from mujun.web.cases.models import Case, ListVersion
from mujun.web.cases.queries.lists import former_states
from mujun.web.cases.queries.scope import cases_in_scope

CARDS = 20
COUNTED = 1_000
"""A column is counted up to here; what is beyond is told as “more”, so that a board costs the same at any size."""


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One column. ``count`` is exact up to :data:`COUNTED`, which stands for that many or more."""

    key: str
    label: str
    kind: str
    cards: list[Case]
    count: int

    @property
    def more(self) -> bool:
        """Whether there are more than were counted."""
        return self.count >= COUNTED


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """Filters of a board or list; empty ones do not bind."""

    town: str = ""
    owner_unit: str = ""
    source: str = ""
    missed: bool = False
    reopened: bool = False


def narrowed(rows: QuerySet[Case], wanted: Wanted) -> QuerySet[Case]:
    """Keep the cases that a filter asks for."""
    for name in ("town", "owner_unit", "source"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    if wanted.missed:
        rows = rows.filter(missed=True)
    return rows.filter(round__gt=1) if wanted.reopened else rows


def of_light(rows: QuerySet[Case], light: str, now: dt.datetime) -> QuerySet[Case]:
    """Keep the cases whose light at ``now`` is this one, in the order in which it turns."""
    if light == "red":
        return rows.filter(red_at__lt=now).order_by("red_at", "pk")
    waits = rows.exclude(red_at__lt=now)
    timed = {"yellow": Q(yellow_at__lte=now), "green": Q(yellow_at__gt=now)}.get(light, Q(pk__in=[]))
    return waits.filter(timed | Q(calm=light)).order_by("red_at", "pk")


def parts_of_light(rows: QuerySet[Case], light: str, now: dt.datetime) -> list[QuerySet[Case]]:
    """The same in parts, each read in the order of one index whatever the number of cases.

    What is excluded instead of asked for is meant not to be looked up: it holds for most rows of the part.
    """
    if light == "red":
        return [of_light(rows, light, now)]
    own = rows.exclude(red_at__lt=now).filter(calm=light).order_by("-pk")
    if light == "yellow":
        return [rows.filter(red_at__gte=now).exclude(yellow_at__gt=now).filter(calm="").order_by("red_at", "pk"), own]
    if light == "green":
        return [rows.filter(yellow_at__gt=now).exclude(red_at__lt=now).order_by("yellow_at", "pk"), own]
    return [own]


def board_by_state(
    user: Any, version: ListVersion, definition: Definition, wanted: Wanted | None = None
) -> list[Column]:
    """One column per state of the list; open ones in the order they are due, closed ones the newest first.

    Cases that run under an earlier version and stand in a state that is no more have a column behind, where there are.
    """
    rows = narrowed(cases_in_scope(user).filter(list_name=version.name), wanted or Wanted())
    columns = [_state_column(rows, state) for state in definition.states]
    return columns + [one for one in (_state_column(rows, state) for state in former_states(definition)) if one.cards]


def _state_column(rows: QuerySet[Case], state: State) -> Column:
    here = rows.filter(state=state.key)
    if state.kind is StateKind.CLOSED:
        parts = [here.order_by("-pk")]
    else:
        timed = here.filter(red_at__isnull=False).order_by("red_at", "pk")
        parts = [timed, here.filter(red_at__isnull=True).order_by("-pk")]
    return _column(state.key, state.label, state.kind.value, parts)


def board_by_light(user: Any, version: ListVersion, now: dt.datetime, wanted: Wanted | None = None) -> list[Column]:
    """Red, yellow, green and grey columns of the cases of a list with something left to do."""
    rows = narrowed(cases_in_scope(user).filter(list_name=version.name, done_at=None), wanted or Wanted())
    labels = {"red": _("已超期"), "yellow": _("将到期"), "green": _("在时限内"), "grey": _("暂不计时")}
    return [_column(light, label, light, parts_of_light(rows, light, now)) for light, label in labels.items()]


def _column(key: str, label: str, kind: str, parts: list[QuerySet[Case]]) -> Column:
    """Take the first cards of the parts one after the other: each part is read in the order of an index."""
    cards: list[Case] = []
    for part in parts:
        if len(cards) < CARDS:
            cards += part[: CARDS - len(cards)]
    count = len(cards) if len(cards) < CARDS else min(sum(counted(part) for part in parts), COUNTED)
    return Column(key, label, kind, cards, count)


def counted(rows: QuerySet[Case]) -> int:
    """How many there are, at most :data:`COUNTED`."""
    return rows.order_by().values("pk")[:COUNTED].count()
