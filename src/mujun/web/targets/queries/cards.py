"""One target with everything around it: sentence, wholes, parts, formula, reports, orders, gap as work, parcels."""

from __future__ import annotations

import dataclasses
import datetime as dt
import statistics
from typing import Any

from mujun.targets.breakdown import Verdict
from mujun.targets.shortfall import Candidate, Cover, cover
from mujun.web.audit.models import AuditEvent
from mujun.web.campaign.models import Block
from mujun.web.people.queries import history
from mujun.web.people.rights import Right, Scope, has_right
from mujun.web.targets.breakdowns import verdict_of
from mujun.web.targets.measures.land import pending_by_block, pipeline
from mujun.web.targets.measures.registry import Extent
from mujun.web.targets.models import (
    MonthlyReport,
    SupervisionOrder,
    Target,
    TargetFormula,
    TargetState,
)
from mujun.web.targets.owners import may_report
from mujun.web.targets.queries.ledger import LedgerLine, ledger, targets_in_scope

LAND_UNITS = ("亩",)


@dataclasses.dataclass(frozen=True, slots=True)
class TargetCard:
    """A target's card. ``wholes`` from the county's target down to the one above; ``parts`` in their order."""

    line: LedgerLine
    wholes: list[Target]
    parts: list[LedgerLine]
    breakdown: Verdict | None
    formulas: list[TargetFormula]
    reports: list[MonthlyReport]
    orders: list[SupervisionOrder]
    gap: Cover | None
    events: list[AuditEvent]

    @property
    def target(self) -> Target:
        """The target."""
        return self.line.target

    @property
    def open_order(self) -> SupervisionOrder | None:
        """The supervision order that is not closed."""
        return next((order for order in self.orders if order.open), None)


def card_of(pk: int, scope: Scope, today: dt.date) -> TargetCard | None:
    """Return the card of a target inside ``scope``; None outside of it."""
    target = targets_in_scope(scope).filter(pk=pk).first()
    if target is None:
        return None
    parts = list(
        targets_in_scope(scope).filter(parent=target).exclude(state=TargetState.WITHDRAWN).order_by("place", "pk")
    )
    lines = ledger([target, *parts], today)
    every = list(target.parts.exclude(state=TargetState.WITHDRAWN).order_by("place", "pk"))
    return TargetCard(
        lines[0],
        wholes_of(target),
        lines[1:],
        verdict_of(target, every) if every else None,
        list(target.formulas.select_related("by").order_by("-version")),
        list(target.reports.select_related("by", "corrects").order_by("month", "pk")),
        list(target.orders.select_related("owner", "by", "closed_by")),
        gap_of(lines[0], scope, today),
        history(f"target:{target.pk}"),
    )


def wholes_of(target: Target) -> list[Target]:
    """The targets that this one is a part of, from the top down."""
    found: list[Target] = []
    above = target.parent
    while above is not None:
        found.insert(0, above)
        above = above.parent
    return found


def gap_of(line: LedgerLine, scope: Scope, today: dt.date) -> Cover | None:
    """Return which open blocks would cover what is missing of a target in mu by its due day; None for other targets."""
    target = line.target
    if line.formula != "freed_mu" or line.missing <= 0 or today > target.due_on:
        return None
    return cover(line.missing, target.unit, target.due_on, candidates(target, scope, today))


def candidates(target: Target, scope: Scope, today: dt.date) -> list[Candidate]:
    """Return the open blocks with land not accepted yet, each by its planned day and the usual delay of blocks."""
    towns = frozenset({target.town}) if target.town else scope.towns
    left = pending_by_block(towns)
    blocks = {block.pk: block for block in Block.objects.filter(pk__in=left)}
    extents = [Extent(target.pk, target.starts_on, today, target.town, pk) for pk in sorted(left)]
    lines = pipeline(extents)
    found = []
    for extent, one in zip(extents, lines, strict=True):
        block = blocks[extent.block or 0]
        area = sum(left[block.pk].values())
        if target.block_id not in (None, block.pk) or area <= 0 or not one.pending:
            continue
        delay = int(statistics.median(one.delays)) if one.delays and not one.pending[0].ready else 0
        day = max(one.pending[0].planned_on + dt.timedelta(days=max(delay, 0)), today)
        found.append(Candidate(str(block), area, day, block.cost_wan))
    return found


def may_sign(user: Any) -> bool:
    """Whether somebody puts targets in force and issues supervision orders."""
    return has_right(user, Right.SIGN_TARGETS)


def may_make(user: Any) -> bool:
    """Whether somebody makes targets."""
    return has_right(user, Right.MAKE_TARGETS)


def may_report_on(user: Any, target: Target) -> bool:
    """Whether somebody reports this target's month."""
    return target.state == TargetState.IN_FORCE and may_report(user, target)
