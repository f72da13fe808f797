"""Blocks of the campaign: a list, and one with its parcels, stages, consent and accepted land."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from mujun.web.api.errors import not_found
from mujun.web.api.operations import read, scope_in
from mujun.web.api.paging import LARGEST_NUMBER, Listing, Paging, excel, listing
from mujun.web.campaign.models import Block
from mujun.web.campaign.queries import blocks as queries
from mujun.web.campaign.queries.consent import Standing as ConsentStanding
from mujun.web.campaign.queries.progress import BlockLine, block_lines
from mujun.web.people.rights import Right, Scope

router = Router()
TAG = "blocks"


class BlockRow(Schema):
    """One block; areas of what lies inside the scope."""

    id: int
    number: str
    name: str
    mode: str
    state: str
    plan_ref: str = Field(description="计划和版本；为空表示直接建立")
    basis: str
    published_on: dt.date | None
    opened_on: dt.date


class BlockQuery(Paging):
    """Filters of blocks."""

    mode: str | None = Field(None, max_length=10)
    state: str | None = Field(None, max_length=8)
    plan_ref: str | None = Field(None, max_length=80)


class ParcelOfBlock(Schema):
    """One parcel of a block."""

    parcel_id: str
    town: str
    area_mu: float = Field(description="划入时固定的面积（亩）")
    from_day: dt.date
    to_day: dt.date | None = Field(description="退出日期；为空表示仍在区块内")
    reason: str
    accepted_mu: float | None = Field(description="已验收面积（亩）")


class StageOfBlock(Schema):
    """One of the ten stages."""

    stage: str
    planned_on: dt.date | None
    real_on: dt.date | None
    skipped: bool
    late: bool


class ConsentOfBlock(Schema):
    """Who has signed: owners by heads and by land, tenants by heads; parties by answer."""

    owners_signed: int
    owners: int
    land_signed_mu: float
    land_mu: float
    tenants_signed: int
    tenants: int
    double_two_thirds: bool = Field(description="户数和面积都达到三分之二")
    counts: dict[str, int]


class BlockSheet(BlockRow):
    """One block with all that is known of it."""

    area_mu: float
    accepted_mu: float
    leader: str | None
    consent: ConsentOfBlock
    stages: list[StageOfBlock]
    parcels: list[ParcelOfBlock]


def _row(held: Block) -> dict[str, Any]:
    return {name: held.pk if name == "id" else getattr(held, name) for name in BlockRow.model_fields}


@read(router, "/blocks", Right.READ_BLOCKS, Listing[BlockRow], name="list_blocks", summary="整治区块", tag=TAG)
def blocks(request: HttpRequest, query: Annotated[BlockQuery, Query()]) -> Any:
    """Blocks inside the scope."""
    names = ("mode", "state", "plan_ref")
    wanted = {name: value for name in names if (value := getattr(query, name)) is not None}
    found = queries.blocks_in_scope(scope_in(request)).filter(**wanted).order_by("number")
    if query.format == "xlsx":
        heads = list(BlockRow.model_fields)
        return excel("整治区块", heads, found, lambda held: [_row(held)[name] for name in heads])
    return listing(request, found, query, _row)


@read(
    router,
    "/blocks/{block_id}",
    Right.READ_BLOCKS,
    BlockSheet,
    name="get_block",
    summary="整治区块：一个",
    tag=TAG,
)
def block(request: HttpRequest, block_id: Annotated[int, Path(ge=1, le=LARGEST_NUMBER)]) -> Any:
    """One block: of several towns a cadre gets the own towns' parcels and parties."""
    scope = scope_in(request)
    held = queries.blocks_in_scope(scope).filter(pk=block_id).first()
    if held is None:
        raise not_found()
    [line] = block_lines([held], scope, timezone.localdate())
    return _row(held) | {
        "area_mu": line.area_mu,
        "accepted_mu": line.accepted_mu,
        "leader": held.leader.display_name if held.leader else None,
        "consent": _consent(line.consent),
        "stages": _stages(line),
        "parcels": _parcels(held, scope),
    }


def _consent(held: ConsentStanding) -> dict[str, Any]:
    return {
        "owners_signed": held.owners.signed,
        "owners": held.owners.all,
        "land_signed_mu": held.land_mu.signed,
        "land_mu": held.land_mu.all,
        "tenants_signed": held.tenants.signed,
        "tenants": held.tenants.all,
        "double_two_thirds": held.double,
        "counts": dict(held.counts),
    }


def _stages(line: BlockLine) -> list[dict[str, Any]]:
    late = {one.stage for one in line.late}
    return [
        {
            "stage": one.stage,
            "planned_on": one.planned_on,
            "real_on": one.real_on,
            "skipped": one.skipped is not None,
            "late": one.stage in late,
        }
        for one in line.stages
    ]


def _parcels(held: Block, scope: Scope) -> list[dict[str, Any]]:
    accepted = dict(queries.acceptances_in_scope(scope).filter(block=held).values_list("parcel_id", "area_mu"))
    plain = [name for name in ParcelOfBlock.model_fields if name != "accepted_mu"]
    return [
        {name: getattr(row, name) for name in plain} | {"accepted_mu": accepted.get(row.parcel_id)}
        for row in queries.parcels_in_scope(scope).filter(block=held)
    ]
