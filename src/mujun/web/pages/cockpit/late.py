"""Who is late and why: red targets, overdue orders, late stages, cases over time, gathered by who answers for them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.web.campaign.queries.progress import BlockLine, late_stages
from mujun.web.cases.queries.overview import LateUnit
from mujun.web.targets.models import SupervisionOrder
from mujun.web.targets.queries.ledger import LedgerLine


@dataclasses.dataclass(frozen=True, slots=True)
class Late:
    """One thing that is late: who answers for it, what it is, why, days over its time (0: not over it yet)."""

    who: str
    what: str
    why: str
    days: int
    url: str


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """One who is late, with everything that is, the longest late first."""

    who: str
    items: list[Late]

    @property
    def worst(self) -> Late:
        """What is said of this person first."""
        return self.items[0]


def of_targets(lines: Iterable[LedgerLine], today: dt.date) -> list[Late]:
    """Red targets. Of a whole that was broken down its red parts speak; without any, the whole does."""
    red = [line for line in lines if line.light.colour == "red"]
    wholes = {line.target.parent_id for line in red}
    return [
        Late(
            line.target.holder or _("没有责任人"), line.target.name, line.light.sentence,
            max((today - line.target.due_on).days, 0), reverse("target", args=[line.target.pk]),
        )
        for line in red
        if line.target.pk not in wholes
    ]  # fmt: skip


def of_orders(orders: Iterable[SupervisionOrder], today: dt.date) -> list[Late]:
    """Open orders whose day is over."""
    return [
        Late(
            " ".join(filter(None, [order.owner_unit, order.owner.display_name if order.owner else ""])) or _("没有责任人"),
            order.number, _("督办单到期没有销号：{state}").format(state=order.get_state_display()),
            (today - order.due_on).days, reverse("order", args=[order.pk]),
        )
        for order in orders
        if order.due_on < today
    ]  # fmt: skip


def of_blocks(lines: Sequence[BlockLine], today: dt.date) -> list[Late]:
    """Late stages of open blocks; who leads the block answers, without a leader its towns do."""
    towns = {line.block.pk: line.towns for line in lines}
    return [
        Late(
            one.leader or towns.get(one.block.pk, "") or _("没有责任人"), one.block.name,
            _("“{stage}”计划 {day} 完成").format(stage=one.stage, day=one.planned_on), one.days,
            reverse("block", args=[one.block.pk]),
        )
        for one in late_stages(lines, today)
    ]  # fmt: skip


def of_cases(units: Iterable[LateUnit], now: dt.datetime) -> list[Late]:
    """Cases over time, one entry for each unit."""
    try:
        url = reverse("cases")
    except NoReverseMatch:
        url = ""
    return [
        Late(
            one.unit or _("还没有交办"), _("{n} 件清单事项").format(n=one.number),
            _("超过时限，最早的 {day} 到期").format(day=timezone.localtime(one.since).date()), (now - one.since).days, url,
        )
        for one in units
    ]  # fmt: skip


def by_person(items: Iterable[Late]) -> list[Person]:
    """Gather what is late by who answers for it; who has most first, then who is latest."""
    found: dict[str, list[Late]] = {}
    for item in items:
        found.setdefault(item.who, []).append(item)
    people = [Person(who, sorted(held, key=lambda one: (-one.days, one.what))) for who, held in found.items()]
    return sorted(people, key=lambda one: (-len(one.items), -one.worst.days, one.who))
