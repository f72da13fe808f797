"""Every list in one line, and which units are late: what a leader sees of the loops, by a fixed number of queries."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.db.models import Count, F, Min, Q, Sum

from mujun.cases.definition import Closing
from mujun.web.cases.queries.lists import lists_for
from mujun.web.cases.queries.scope import cases_in_scope


@dataclasses.dataclass(frozen=True, slots=True)
class Loop:
    """One list: open cases, and those over time with something left to do (a closed one whose clock goes on too); of the cases raised since a day, how many were raised and solved,
    and how often solved ones were opened again.
    """

    name: str
    label: str
    open: int
    red: int
    raised: int
    solved: int
    reopened: int

    @property
    def closing_rate(self) -> float | None:
        """Solved ÷ raised."""
        return self.solved / self.raised if self.raised else None

    @property
    def reopen_rate(self) -> float | None:
        """Opened again ÷ solved, at most 1, as the statistics of the list have it."""
        return min(self.reopened, self.solved) / self.solved if self.solved else None


def loops(user: Any, since: dt.datetime, now: dt.datetime) -> list[Loop]:
    """Return the lists in force that ``user`` may see, those with most cases over time first. By three queries."""
    rows = cases_in_scope(user).select_related(None).order_by().values("list_name")
    waiting: dict[str, Any] = {
        row["list_name"]: row
        for row in rows.filter(done_at=None).annotate(
            open=Count("pk", filter=Q(closed_at=None)), red=Count("pk", filter=Q(red_at__lt=now))
        )
    }
    recent: dict[str, Any] = {
        row["list_name"]: row
        for row in rows.filter(raised_at__gte=since).annotate(
            raised=Count("pk"),
            solved=Count("pk", filter=Q(closing=Closing.SOLVED.value)),
            again=Sum(F("round") - 1),
        )
    }
    found = []
    for one in lists_for(user):
        name = one.version.name
        open_: dict[str, Any] = waiting.get(name, {})
        new: dict[str, Any] = recent.get(name, {})
        found.append(
            Loop(
                name, one.definition.title, open_.get("open", 0), open_.get("red", 0), new.get("raised", 0),
                new.get("solved", 0), new.get("again") or 0,
            )
        )  # fmt: skip
    return sorted(found, key=lambda loop: (-loop.red, -loop.open, -loop.raised, loop.label))


@dataclasses.dataclass(frozen=True, slots=True)
class LateUnit:
    """Cases over time that one unit is responsible for, and since when the oldest is."""

    unit: str
    number: int
    since: dt.datetime


def late_units(user: Any, now: dt.datetime) -> list[LateUnit]:
    """Return the units with cases over time inside the scope of ``user``, by one query."""
    rows = cases_in_scope(user).select_related(None).filter(done_at=None, red_at__lt=now).order_by()
    counted = rows.values_list("owner_unit").annotate(number=Count("pk"), since=Min("red_at"))
    return sorted((LateUnit(*row) for row in counted), key=lambda one: (-one.number, one.unit))
