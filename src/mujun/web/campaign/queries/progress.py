"""How far the campaign is: accepted land by town, block and month, late stages, and each block in one line."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from mujun.web.campaign.models import Acceptance, Block, BlockParcel, BlockState, Party
from mujun.web.campaign.queries.blocks import (
    acceptances_in_scope,
    blocks_in_scope,
    parcels_in_scope,
    parties_in_scope,
    standings_of,
)
from mujun.web.campaign.queries.consent import Standing as ConsentStanding
from mujun.web.campaign.queries.consent import consent_of
from mujun.web.campaign.stages import Standing, current
from mujun.web.people.rights import Scope


@dataclasses.dataclass(frozen=True, slots=True)
class BlockLine:
    """One block in a list: what it is, how far it is, and whether it is late."""

    block: Block
    towns: str
    parcels: int
    area_mu: float
    accepted_mu: float
    consent: ConsentStanding
    stages: list[Standing]
    today: dt.date

    @property
    def current(self) -> Standing | None:
        """The stage it is at."""
        return current(self.stages)

    @property
    def late(self) -> list[Standing]:
        """Its late stages; a block that is not at work any more is not late."""
        if self.block.state != BlockState.OPEN:
            return []
        return [one for one in self.stages if one.late(self.today)]

    @property
    def due_on(self) -> dt.date | None:
        """When the stage it is at is due."""
        return self.current.planned_on if self.current else None

    @property
    def stage_label(self) -> str:
        """The stage it is at, for people."""
        return str(self.current.stage.label if self.current else self.block.get_state_display())


def block_lines(blocks: Sequence[Block], scope: Scope, today: dt.date) -> list[BlockLine]:
    """Return one line per block, by a fixed number of queries."""
    keys = [block.pk for block in blocks]
    parcels: dict[int, list[BlockParcel]] = defaultdict(list)
    for parcel in parcels_in_scope(scope).filter(block__in=keys, to_day=None):
        parcels[parcel.block_id].append(parcel)
    parties: dict[int, list[Party]] = defaultdict(list)
    for party in parties_in_scope(scope).filter(block__in=keys):
        parties[party.block_id].append(party)
    accepted: dict[int, float] = defaultdict(float)
    for key, area in acceptances_in_scope(scope).filter(block__in=keys).values_list("block", "area_mu"):
        accepted[key] += area
    stages = standings_of(keys)
    return [
        BlockLine(
            block,
            "、".join(sorted({parcel.town for parcel in parcels[block.pk] if parcel.town})),
            len(parcels[block.pk]),
            sum(parcel.area_mu for parcel in parcels[block.pk]),
            accepted[block.pk],
            consent_of(parcels[block.pk], parties[block.pk]),
            stages[block.pk],
            today,
        )
        for block in blocks
    ]


@dataclasses.dataclass(frozen=True, slots=True)
class LateStage:
    """A stage whose planned day is over, and who answers for it."""

    block: Block
    stage: str
    planned_on: dt.date
    days: int

    @property
    def leader(self) -> str:
        """Who is responsible."""
        return self.block.leader.display_name if self.block.leader else ""


@dataclasses.dataclass(frozen=True, slots=True)
class Progress:
    """Accepted land (mu) inside a scope: in all, by town, by block, by month (``2026-07``); and what is late."""

    total_mu: float
    year_mu: float
    by_town: list[tuple[str, float, float]]
    by_block: list[BlockLine]
    by_month: list[tuple[str, float]]
    late: list[LateStage]

    @property
    def area_mu(self) -> float:
        """All land in blocks."""
        return sum(line.area_mu for line in self.by_block)


def progress_in_scope(scope: Scope, today: dt.date) -> Progress:
    """Return the sums. Released parcels keep what was accepted of them: land freed stays freed."""
    lines = block_lines(list(blocks_in_scope(scope)), scope, today)
    accepted = list(acceptances_in_scope(scope))
    towns: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for town, area in parcels_in_scope(scope).filter(to_day=None).values_list("town", "area_mu"):
        towns[town][0] += area
    for one in accepted:
        towns[one.town][1] += one.area_mu
    return Progress(
        sum(one.area_mu for one in accepted),
        sum(one.area_mu for one in accepted if one.accepted_on.year == today.year),
        [(town, *figures) for town, figures in sorted(towns.items())],  # type: ignore[misc]
        lines,
        _months(accepted),
        late_stages(lines, today),
    )


def _months(accepted: Sequence[Acceptance]) -> list[tuple[str, float]]:
    """Accepted land by month, from the first month to the last, also the months with nothing."""
    sums: dict[str, float] = defaultdict(float)
    for one in accepted:
        sums[f"{one.accepted_on:%Y-%m}"] += one.area_mu
    if not sums:
        return []
    year, month = (int(part) for part in min(sums).split("-"))
    found = []
    while (key := f"{year:04d}-{month:02d}") <= max(sums):
        found.append((key, sums.get(key, 0.0)))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def late_stages(lines: Sequence[BlockLine], today: dt.date) -> list[LateStage]:
    """Every late stage, the longest late first."""
    found = [
        LateStage(line.block, str(one.stage.label), one.planned_on, one.days_late(today))
        for line in lines
        for one in line.late
        if one.planned_on is not None
    ]
    return sorted(found, key=lambda one: (-one.days, one.block.number))
