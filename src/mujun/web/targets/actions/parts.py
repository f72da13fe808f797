"""Breaking a target down: its parts, who answers for each, and whether their bases make up the whole's."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.targets.breakdown import shown
from mujun.targets.goals import adds_up
from mujun.web.audit.actions import action, record
from mujun.web.campaign.models import Block
from mujun.web.targets.actions.held import check_owner, end_all, held_target, tree
from mujun.web.targets.actions.statements import checked_number
from mujun.web.targets.breakdowns import verdict_of
from mujun.web.targets.models import BreakdownRule, Target, TargetLevel, TargetState


@dataclasses.dataclass(frozen=True, slots=True)
class PartTerms:
    """One part of a breakdown; ``pk`` of a part that is there already. Days left out are those of the whole."""

    name: str
    value: Decimal
    level: str = TargetLevel.TOWN
    town: str = ""
    block: Block | None = None
    owner: Any = None
    owner_unit: str = ""
    weight: Decimal | None = None
    starts_on: dt.date | None = None
    due_on: dt.date | None = None
    pk: int | None = None


@action
def break_down(pk: int, parts: Sequence[PartTerms], *, rule: str = "", by: Any) -> list[Target]:
    """Set the parts of a draft, in this order; parts not named any more are withdrawn. It need not add up yet."""
    whole = held_target(pk, TargetState.DRAFT)
    if rule:
        if rule not in BreakdownRule.values:
            raise Refused(_("没有“{rule}”这种分解规则。").format(rule=rule))
        whole.rule = rule
        whole.save(update_fields=["rule"])
    held = {part.pk: part for part in whole.parts.exclude(state=TargetState.WITHDRAWN)}
    kept = {part.pk for part in parts if part.pk is not None}
    if kept - held.keys():
        raise Refused(_("要改的分解项不属于目标 {number}。").format(number=whole.number))
    for gone in (part for part in held.values() if part.pk not in kept):
        end_all(tree(gone), TargetState.WITHDRAWN, _("重新分解"))
    serial = whole.parts.count()
    made = []
    for place, terms in enumerate(parts, 1):
        part = held.get(terms.pk) if terms.pk is not None else None
        if part is None:
            serial += 1
            part = Target(parent=whole, number=f"{whole.number}-{serial}", by=by, rule=whole.rule)
        made.append(_part(part, whole, terms, place))
    verdict = verdict_of(whole)
    record(
        "target.broken_down", by=by, about=f"target:{pk}", parts=len(made), adds_up=verdict.adds_up,
        sentence=verdict.sentence,
    )  # fmt: skip
    return made


def _part(part: Target, whole: Target, terms: PartTerms, place: int) -> Target:
    if not terms.name.strip():
        raise Refused(_("第{place}项没有名称。").format(place=place))
    if terms.level not in TargetLevel.values or terms.level == TargetLevel.COUNTY:
        raise Refused(_("第{place}项要分解到镇街、区块或责任人。").format(place=place))
    if terms.level == TargetLevel.TOWN and not terms.town:
        raise Refused(_("“{name}”没有写明镇街。").format(name=terms.name))
    if terms.level == TargetLevel.BLOCK and terms.block is None:
        raise Refused(_("“{name}”没有选定区块。").format(name=terms.name))
    if terms.level == TargetLevel.PERSON and terms.owner is None and not terms.owner_unit:
        raise Refused(_("“{name}”没有写明责任人。").format(name=terms.name))
    part.name, part.level, part.place = terms.name.strip()[:200], terms.level, place
    part.town, part.block = terms.town or whole.town, terms.block or whole.block
    check_owner(terms.owner, part.town)
    part.owner, part.owner_unit = terms.owner, terms.owner_unit.strip()[:100]
    part.value = checked_number(terms.value)
    part.weight = None if terms.weight is None else checked_number(terms.weight)
    part.unit, part.bound, part.change = whole.unit, whole.bound, whole.change
    part.base_value = part.weight if whole.on_base else None
    part.starts_on, part.due_on = terms.starts_on or whole.starts_on, terms.due_on or whole.due_on
    if part.due_on > whole.due_on or part.starts_on > part.due_on:
        raise Refused(_("“{name}”的期限应在起算日期之后、不晚于整体期限 {day}。").format(
            name=terms.name, day=whole.due_on))  # fmt: skip
    part.save()
    return part


def faults_of_bases(whole: Target, parts: Sequence[Target]) -> list[str]:
    """Where a rate has a base its parts have theirs, and those make up the whole's."""
    if not whole.on_base:
        return []
    if not adds_up(whole.unit):
        return [_("{name}的基数不能按项相加，请去掉整体的基数，由各项报送变化本身").format(name=whole.name)]
    total = sum((part.base_value or Decimal(0) for part in parts), Decimal(0))
    if total == whole.base_value:
        return []
    return [_("{name}各项的权重就是各项的基数，合计{total}，与整体基数{base}不等").format(
        name=whole.name, total=shown(total, ""), base=shown(whole.base_value or Decimal(0), ""))]  # fmt: skip
