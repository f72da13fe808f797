"""What signing takes in and sets off: the blocks of the campaign, and what they mean for people."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.web.campaign.actions import NewBlock, open_blocks, revise_blocks
from mujun.web.campaign.models import Block, BlockParcel, Stage
from mujun.web.campaign.queries.rehearsal import Rehearsal, rehearse
from mujun.web.renewal.figures import Sums, sums
from mujun.web.renewal.frozen import frozen_of
from mujun.web.renewal.models import Plan
from mujun.web.renewal.queries import phasing_of

QUARTER_DAYS, DEMOLITION_DAYS = 90, 30


@dataclasses.dataclass(frozen=True, slots=True)
class BlockToOpen:
    """One block that would be opened: a name to begin with, its parcels, its figures, who is on it."""

    number: int
    name: str
    codes: list[str]
    figures: Sums
    taken: Rehearsal
    continues: Block | None


def blocks_to_open(plan: Plan) -> list[BlockToOpen]:
    """What signing the chosen plan would open, block by block, as the register is now."""
    if plan.chosen is None:
        return []
    frozen, today = frozen_of(plan), timezone.localdate()
    continued = continues(plan)
    found = []
    for number, codes in enumerate(plan.chosen.blocks, 1):
        taken = rehearse(codes, today)
        if plan.replaces_id:
            taken = _without_own_conflicts(taken, plan)
        towns: dict[str, float] = defaultdict(float)
        for land in taken.lands:
            towns[land.town] += land.area_mu
        where = max(towns, key=lambda town: (towns[town], town)) if towns else ""
        name = _("{town}{number}号区块").format(town=where, number=number)
        found.append(BlockToOpen(number, name, codes, sums(frozen, codes), taken, continued.get(number)))
    return found


def _without_own_conflicts(taken: Rehearsal, plan: Plan) -> Rehearsal:
    """Parcels of the plan that is replaced are released or carried on: they stand against nothing."""
    blocks = {str(block) for block in Block.objects.filter(plan_ref=f"plan:{plan.replaces_id}")}
    kept = [sentence for sentence in taken.obstacles if not any(block in sentence for block in blocks)]
    return dataclasses.replace(taken, obstacles=kept)


def continues(plan: Plan) -> dict[int, Block]:
    """Which open block of the replaced plan each new block (number from 1) carries on: the one it shares most with."""
    if not plan.replaces_id or plan.chosen is None:
        return {}
    rows = BlockParcel.objects.filter(to_day=None, block__plan_ref=f"plan:{plan.replaces_id}", block__state="open")
    held = {row.parcel_id: (row.block_id, row.area_mu) for row in rows}
    shared: dict[tuple[int, int], float] = defaultdict(float)
    for number, codes in enumerate(plan.chosen.blocks, 1):
        for code in codes:
            if code in held:
                shared[(number, held[code][0])] += held[code][1]
    found: dict[int, int] = {}
    for (number, block), _area in sorted(shared.items(), key=lambda one: (-one[1], one[0])):
        if number not in found and block not in found.values():
            found[number] = block
    blocks = Block.objects.in_bulk(list(found.values()))
    return {number: blocks[block] for number, block in found.items()}


def planned_days(plan: Plan) -> dict[int, dict[Stage, dt.date]]:
    """When each block (number from 1) is to be vacated and pulled down, by the order over periods of what is chosen."""
    phasing = phasing_of(plan)
    if phasing is None:
        return {}
    starts = [dt.date.fromisoformat(day) for day in phasing.wishes["starts"]]
    ends = [*(day - dt.timedelta(days=1) for day in starts[1:]), starts[-1] + dt.timedelta(days=QUARTER_DAYS)]
    return {
        row["block"]: {
            Stage.SIGN: starts[row["start"] - 1],
            Stage.VACATE: ends[row["end"] - 1] - dt.timedelta(days=DEMOLITION_DAYS),
            Stage.DEMOLISH: ends[row["end"] - 1],
        }
        for row in phasing.gantt
    }


def open_blocks_of(plan: Plan, names: Sequence[str], published_on: dt.date | None, *, by: Any) -> list[Block]:
    """Open the blocks of a plan just signed; call it inside the action that signs."""
    assert plan.chosen is not None
    frozen, continued, planned = frozen_of(plan), continues(plan), planned_days(plan)
    new = []
    for number, (name, codes) in enumerate(zip(names, plan.chosen.blocks, strict=True), 1):
        held = sums(frozen, codes)
        old = continued.get(number)
        new.append(NewBlock(name.strip(), codes, benefit=held.benefit, cost_wan=held.cost_wan, planned=planned.get(number, {}),
                            continues=old.pk if old else None))  # fmt: skip
    basis = _("{title}（方案 #{pk}）").format(title=plan.title, pk=plan.pk)
    if plan.replaces_id:
        return revise_blocks(
            f"plan:{plan.replaces_id}", plan.reference, new, basis=basis,
            reason=_("方案 #{pk} 调整范围").format(pk=plan.pk), published_on=published_on, by=by,
        )  # fmt: skip
    return open_blocks(plan.reference, new, basis=basis, published_on=published_on, by=by)
