"""Blocks inside a scope, and all that is known of one."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from mujun.web.campaign.models import (
    Acceptance,
    Attachment,
    Block,
    BlockParcel,
    BlockState,
    Decision,
    Party,
    StageRecord,
)
from mujun.web.campaign.queries.lineage import lineage_around
from mujun.web.campaign.stages import Standing, current, standings
from mujun.web.people.models import User
from mujun.web.people.rights import Right, Role, Scope, has_right


def blocks_in_scope(scope: Scope) -> QuerySet[Block]:
    """The blocks that ``scope`` may see: a cadre those with a parcel in the own towns, a firm none."""
    rows = Block.objects.select_related("leader")
    if scope.firms is not None:
        return rows.none()
    if scope.towns is not None:
        rows = rows.filter(pk__in=BlockParcel.objects.filter(town__in=scope.towns).values("block"))
    return rows


def my_blocks(user: Any, scope: Scope) -> QuerySet[Block]:
    """The open blocks somebody works on: leader, team, or a cadre's own towns."""
    rows = blocks_in_scope(scope).filter(state="open")
    if user.role == Role.TOWN:
        return rows
    return rows.filter(Q(leader=user) | Q(team=user)).distinct()


def parcels_in_scope(scope: Scope) -> QuerySet[BlockParcel]:
    """Parcels of blocks inside ``scope``; of a block in several towns a cadre sees the own towns' only."""
    return _own_towns(BlockParcel.objects.all(), scope)


def parties_in_scope(scope: Scope) -> QuerySet[Party]:
    """Parties inside ``scope`` whose parcel is in its block now and that were not struck."""
    inside = BlockParcel.objects.filter(to_day=None, block=OuterRef("block"), parcel_id=OuterRef("parcel_id"))
    return _own_towns(Party.objects.filter(Exists(inside), struck_on=None), scope).select_related("document")


def attachments_in_scope(scope: Scope) -> QuerySet[Attachment]:
    """Files inside ``scope``: those of the own towns' parcels, and of blocks seen those that belong to no parcel."""
    rows = Attachment.objects.select_related("by")
    if scope.firms is not None:
        return rows.none()
    if scope.towns is None:
        return rows
    return rows.filter(Q(town__in=scope.towns) | Q(town="", block__in=blocks_in_scope(scope).values("pk")))


def acceptances_in_scope(scope: Scope) -> QuerySet[Acceptance]:
    """Accepted land inside ``scope`` that stands."""
    return _own_towns(Acceptance.objects.filter(revoked_on=None), scope).select_related("by", "attachment", "block")


def _own_towns(rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
    if scope.firms is not None:
        return rows.none()
    return rows if scope.towns is None else rows.filter(town__in=scope.towns)


def records_of(block: Block) -> list[StageRecord]:
    """Every record of the stages of a block, the oldest first."""
    return list(StageRecord.objects.filter(block=block).select_related("by", "attachment").order_by("id"))


def decisions_of(block: Block) -> list[Decision]:
    """The decisions of leaders on a block."""
    return list(Decision.objects.filter(block=block).select_related("by", "attachment").order_by("id"))


def standings_of(blocks: list[int]) -> dict[int, list[Standing]]:
    """Where each of these blocks stands, by two queries."""
    records: dict[int, list[StageRecord]] = {pk: [] for pk in blocks}
    decisions: dict[int, list[Decision]] = {pk: [] for pk in blocks}
    for record in StageRecord.objects.filter(block__in=blocks).order_by("id"):
        records[record.block_id].append(record)
    for decision in Decision.objects.filter(block__in=blocks).order_by("id"):
        decisions[decision.block_id].append(decision)
    return {pk: standings(records[pk], decisions[pk]) for pk in blocks}


def possible_team() -> QuerySet[User]:
    """Who can lead a block or be in its team: open accounts of leaders, analysts and cadres."""
    return User.objects.filter(is_active=True, role__in=[Role.LEADER, Role.ANALYST, Role.TOWN]).order_by(
        "role", "username"
    )


def may_work(user: Any) -> bool:
    """Whether somebody records stages, consent and photographs."""
    return has_right(user, Right.WORK_BLOCKS)


def referred_files() -> set[str]:
    """Paths of all files that some block refers to."""
    return set(Attachment.objects.values_list("path", flat=True))


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """The block that a parcel is in: since when, how far it is, and the land of the parcel accepted there (mu)."""

    block: Block
    since: dt.date
    via: str
    stage: str
    accepted_mu: float | None


def place_of(parcel_id: str, scope: Scope) -> Place | None:
    """The block that holds a parcel today, inside ``scope``; also by a code it was split from or merged into (``via``).

    Of several relatives in blocks the parcel itself goes first.
    """
    rows = parcels_in_scope(scope).filter(to_day=None, block__in=blocks_in_scope(scope).values("pk"))
    family = lineage_around([parcel_id]).family(parcel_id)
    held = sorted(
        rows.filter(parcel_id__in=sorted(family)).select_related("block"),
        key=lambda row: (row.parcel_id != parcel_id, row.pk),
    )
    if not held:
        return None
    row = held[0]
    now = current(standings_of([row.block_id])[row.block_id])
    stage = now.stage.label if now is not None and row.block.state == BlockState.OPEN else row.block.get_state_display()
    accepted = acceptances_in_scope(scope).filter(block=row.block_id, parcel_id=row.parcel_id).first()
    via = "" if row.parcel_id == parcel_id else str(row.parcel_id)
    return Place(row.block, row.from_day, via, str(stage), accepted.area_mu if accepted is not None else None)
