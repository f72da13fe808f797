"""Freed land by town, block and month, what blocks will still free by their planned days, and floor area."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Sum

from mujun.targets.forecast import Pending, Pipeline, months_between
from mujun.targets.measuring import Months
from mujun.web.campaign.models import Acceptance, Block, BlockParcel, BlockState, Stage
from mujun.web.campaign.queries.blocks import standings_of
from mujun.web.campaign.queries.freed import accepted_between
from mujun.web.people.visible import known
from mujun.web.targets.measures.registry import Extent

STAGE = Stage.VACATE
"""Land counts once it is vacated and accepted: its planned day says when it is to come."""


def freed_mu(extents: Sequence[Extent]) -> list[Months]:
    """Return accepted land (mu) since the start of each extent, at every month's end."""
    first = min((one.starts_on for one in extents), default=dt.date.max)
    last = max((one.until for one in extents), default=dt.date.min)
    rows = accepted_between(first, last).order_by()
    sums: dict[tuple[str, int], dict[dt.date, float]] = defaultdict(dict)
    for town, block, day, area in rows.values_list("town", "block", "accepted_on").annotate(area=Sum("area_mu")):
        sums[town, block][day] = area
    return [_course(one, sums) for one in extents]


def _course(extent: Extent, sums: dict[tuple[str, int], dict[dt.date, float]]) -> Months:
    by_month: dict[dt.date, float] = defaultdict(float)
    for (town, block), days in sums.items():
        if (extent.town and town != extent.town) or (extent.block is not None and block != extent.block):
            continue
        for day, area in days.items():
            if extent.starts_on <= day <= extent.until:
                by_month[day.replace(day=1)] += area
    found, total = {}, 0.0
    for month in months_between(extent.starts_on, extent.until):
        total += by_month.get(month, 0.0)
        found[month] = total
    return found


def pending_by_block(towns: frozenset[str] | None = None) -> dict[int, dict[str, float]]:
    """Return block → town → land (mu) in it that is not accepted yet; of open blocks."""
    rows = BlockParcel.objects.filter(to_day=None, block__state=BlockState.OPEN).order_by()
    if towns is not None:
        rows = rows.filter(town__in=towns)
    found: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for block, town, area in rows.values_list("block", "town").annotate(area=Sum("area_mu")):
        found[block][town] += area
    # Land that was accepted and then released from its block has left with its acceptance.
    here = BlockParcel.objects.filter(block=OuterRef("block"), parcel_id=OuterRef("parcel_id"))
    accepted = Acceptance.objects.filter(revoked_on=None, block__in=list(found)).order_by()
    accepted = accepted.exclude(Exists(here) & ~Exists(here.filter(to_day=None)))
    for block, town, area in accepted.values_list("block", "town").annotate(area=Sum("area_mu")):
        if town in found[block]:
            found[block][town] = max(found[block][town] - area, 0.0)
    return {block: dict(by_town) for block, by_town in found.items()}


def pipeline(extents: Sequence[Extent]) -> list[Pipeline]:
    """Return for each extent the land of open blocks not accepted yet by its planned day, and how late stages were."""
    blocks = {block.pk: block for block in Block.objects.exclude(state=BlockState.CLOSED)}
    standings = standings_of(list(blocks))
    delays = tuple(
        (one.real_on - one.planned_on).days
        for stages in standings.values()
        for one in stages
        if one.real_on is not None and one.planned_on is not None and one.skipped is None
    )
    left = pending_by_block()
    found = []
    for extent in extents:
        pending = []
        for block, by_town in sorted(left.items()):
            if extent.block is not None and block != extent.block:
                continue
            area = sum(area for town, area in by_town.items() if not extent.town or town == extent.town)
            stage = next(one for one in standings[block] if one.stage == STAGE)
            day = extent.until if stage.done else stage.planned_on
            if area > 0 and day is not None:
                pending.append(Pending(str(blocks[block]), area, day, ready=stage.done))
        found.append(Pipeline(tuple(pending), delays))
    return found


def floor_area_m2(extents: Sequence[Extent]) -> list[Months]:
    """Return the floor area (m²) in the register as it is known now, by town."""
    towns = {one.town for one in extents}
    by_town: dict[str, float] = defaultdict(float)
    parcels = dict(known("parcels").values_list("parcel_id", "town")) if towns - {""} else {}
    for parcel, area in known("buildings").values_list("parcel_id", "floor_area_m2"):
        by_town[""] += area or 0.0
        if parcel in parcels:
            by_town[parcels[parcel]] += area or 0.0
    return [{one.until.replace(day=1): by_town[one.town]} if by_town.get("") else {} for one in extents]
