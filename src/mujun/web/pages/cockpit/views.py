"""The cockpit."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from mujun.web.campaign.models import BlockState, Stage
from mujun.web.campaign.queries.blocks import blocks_in_scope
from mujun.web.campaign.queries.progress import BlockLine, block_lines
from mujun.web.cases.queries.overview import late_units, loops
from mujun.web.pages.cockpit import late
from mujun.web.pages.targets.charts import sparkline
from mujun.web.pages.targets.ledger import by_light
from mujun.web.pages.templatetags.ledger import LIGHTS
from mujun.web.people.rights import Right, has_right, page, scope_of
from mujun.web.targets.models import TargetState
from mujun.web.targets.queries.ledger import LedgerLine, ledger, targets_in_scope
from mujun.web.targets.queries.orders import in_order, open_orders

TARGETS_SHOWN, PEOPLE_SHOWN, LOOPS_SHOWN = 7, 4, 7
"""What fits an office screen without scrolling; the pages behind have the rest."""


@page(Right.READ_TARGETS)
def cockpit(request: HttpRequest) -> HttpResponse:
    """Targets by light, blocks by stage, loops, who is late and why, inside the scope, on one screen."""
    user, scope, now = request.user, scope_of(request.user), timezone.now()
    today = timezone.localdate(now)
    lines = ledger(in_order(list(targets_in_scope(scope).filter(state=TargetState.IN_FORCE))), today)
    tops = _tops(lines)
    counts = Counter(line.light.colour for line in tops)
    blocks = _blocks(user, scope, today)
    orders = list(open_orders(scope))
    sees_cases = has_right(user, Right.READ_CASES)
    everyone = late.of_targets(lines, today) + late.of_orders(orders, today) + late.of_blocks(blocks, today)
    if sees_cases:
        everyone += late.of_cases(late_units(user, now), now)
    people = late.by_person(everyone)
    year = timezone.make_aware(dt.datetime(today.year, 1, 1))
    lists = loops(user, year, now) if sees_cases else []
    context: dict[str, Any] = {
        "today": today, "counts": [(colour, counts[colour]) for colour in LIGHTS], "targets": len(tops),
        "lines": [{"line": line, "spark": sparkline(line)} for line in by_light(tops)[:TARGETS_SHOWN]],
        "more_targets": max(len(tops) - TARGETS_SHOWN, 0), "blocks": blocks, "stages": stages_of(blocks),
        "late_blocks": sum(bool(block.late) for block in blocks),
        "accepted_mu": sum(block.accepted_mu for block in blocks), "area_mu": sum(block.area_mu for block in blocks),
        "sees_blocks": has_right(user, Right.READ_BLOCKS), "sees_cases": sees_cases, "loops": lists[:LOOPS_SHOWN],
        "more_loops": max(len(lists) - LOOPS_SHOWN, 0), "people": people[:PEOPLE_SHOWN],
        "more_people": max(len(people) - PEOPLE_SHOWN, 0), "late_items": len(everyone), "orders": len(orders),
        "red_cases": sum(loop.red for loop in lists), "open_cases": sum(loop.open for loop in lists),
        "may_make": has_right(user, Right.MAKE_TARGETS),
    }  # fmt: skip
    return render(request, "cockpit/cockpit.html", context)


def _tops(lines: list[LedgerLine]) -> list[LedgerLine]:
    """The targets that are no part of another one inside the scope: each promise counts once."""
    keys = {line.target.pk for line in lines}
    return [line for line in lines if line.target.parent_id not in keys]


def _blocks(user: Any, scope: Any, today: dt.date) -> list[BlockLine]:
    if not has_right(user, Right.READ_BLOCKS):
        return []
    return block_lines(list(blocks_in_scope(scope).exclude(state=BlockState.CLOSED)), scope, today)


def stages_of(blocks: list[BlockLine]) -> list[dict[str, Any]]:
    """Each stage with how many blocks are at it, how many of those are late, and the lengths of its bars (0 to 100)."""
    at = Counter(block.current.stage for block in blocks if block.current)
    behind = Counter(block.current.stage for block in blocks if block.current and block.late)
    most = max(at.values(), default=1)
    return [
        {"stage": stage, "count": at[stage], "late": behind[stage], "wide": round(100 * at[stage] / most, 1),
         "late_wide": round(100 * behind[stage] / most, 1)}
        for stage in Stage
    ]  # fmt: skip
