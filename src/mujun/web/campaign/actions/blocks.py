"""Opening blocks, taking parcels in and out, naming leader and team, publishing, closing."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.audit.actions import action, record
from mujun.web.campaign.actions.held import held_block
from mujun.web.campaign.actions.stages import plan_stages
from mujun.web.campaign.models import Block, BlockParcel, BlockState, Mode, Party, Stage
from mujun.web.campaign.queries.rehearsal import rehearse
from mujun.web.people.models import User
from mujun.web.people.rights import Role


@dataclasses.dataclass(frozen=True, slots=True)
class NewBlock:
    """One block as a plan has it. ``continues``: the block (its key) of the plan before that this one carries on."""

    name: str
    parcel_ids: Sequence[str]
    mode: str = Mode.PURCHASE
    benefit: float | None = None
    cost_wan: float | None = None
    planned: Mapping[Stage, dt.date] = dataclasses.field(default_factory=dict)
    leader: User | None = None
    team: Sequence[User] = ()
    continues: int | None = None


@action
def open_blocks(
    plan_ref: str, blocks: Sequence[NewBlock], *, basis: str = "", published_on: dt.date | None = None, by: Any
) -> list[Block]:
    """Open the blocks of a signed plan (``plan_ref`` names plan and version; ``""``: by hand), all or none.

    ``basis`` is how people call it (the plan's title and version, or a document number). Without ``published_on`` the
    blocks are known to the office only, until :func:`publish_block`. Raises Refused with a sentence per obstacle.
    """
    if not blocks:
        raise Refused(_("没有要建立的区块。"))
    return [_open(plan_ref, new, basis, published_on, by=by) for new in blocks]


@action
def revise_blocks(
    old_ref: str,
    plan_ref: str,
    blocks: Sequence[NewBlock],
    *,
    basis: str = "",
    reason: str,
    published_on: dt.date | None = None,
    by: Any,
) -> list[Block]:
    """Bring the open blocks of ``old_ref`` to a new version of the plan; return the blocks of the new version.

    A block that says what it ``continues`` keeps its history; parcels that the new version drops are released with
    ``reason`` today; an old block that nothing continues is closed. Accepted land stays counted.
    """
    old = {block.pk: block for block in Block.objects.select_for_update().filter(plan_ref=old_ref, state="open")}
    continued = [new.continues for new in blocks if new.continues is not None]
    if len(set(continued)) != len(continued) or not set(continued) <= set(old):
        raise Refused(_("新计划里有区块所接续的旧区块不存在、已关闭，或被接续了两次。"))
    kept = {new.continues: set(new.parcel_ids) for new in blocks if new.continues is not None}
    for pk, block in old.items():
        dropped = sorted(set(_open_codes(block)) - kept.get(pk, set()))
        if dropped:
            _release(block, dropped, reason, timezone.localdate(), by=by)
        if pk not in kept:
            _close(block, reason, by=by)
    return [
        _open(plan_ref, new, basis, published_on, by=by)
        if new.continues is None
        else _carry_on(old[new.continues], plan_ref, new, basis, by=by)
        for new in blocks
    ]


def _open(plan_ref: str, new: NewBlock, basis: str, published_on: dt.date | None, *, by: Any) -> Block:
    today = timezone.localdate()
    if not new.name.strip():
        raise Refused(_("请给区块起一个名称。"))
    if new.mode not in Mode.values:
        raise Refused(_("没有“{mode}”这种整治方式。").format(mode=new.mode))
    if not (plan_ref or basis.strip()):
        raise Refused(_("请写明依据（计划或文号），企业查询时会看到。"))
    _check_published(published_on, today)
    block = Block(
        number=_next_number(today.year), name=new.name.strip()[:100], mode=new.mode, plan_ref=plan_ref,
        basis=(basis.strip() or plan_ref)[:200], published_on=published_on, benefit=new.benefit,
        cost_wan=new.cost_wan, leader=new.leader, opened_on=today, by=by,
    )  # fmt: skip
    block.save()
    taken = _take_in(block, new.parcel_ids, today)
    _check_team(block, [*([new.leader] if new.leader else []), *new.team])
    block.team.set(new.team)
    record(
        "block.opened", by=by, about=f"block:{block.pk}", number=block.number, name=block.name, plan=plan_ref,
        basis=block.basis, parcels=[row.parcel_id for row in taken], area_mu=sum(row.area_mu for row in taken),
        published_on=published_on.isoformat() if published_on else None,
    )  # fmt: skip
    if new.planned:
        plan_stages(block.pk, new.planned, by=by)
    return block


def _carry_on(block: Block, plan_ref: str, new: NewBlock, basis: str, *, by: Any) -> Block:
    added = [code for code in new.parcel_ids if code not in set(_open_codes(block))]
    before = block.plan_ref
    block.plan_ref, block.basis = plan_ref, (basis.strip() or plan_ref)[:200]
    block.benefit, block.cost_wan = new.benefit, new.cost_wan
    block.save()
    taken = _take_in(block, added, timezone.localdate()) if added else []
    codes = [row.parcel_id for row in taken]
    record("block.revised", by=by, about=f"block:{block.pk}", before=before, after=plan_ref, added=codes)
    if new.planned:
        plan_stages(block.pk, new.planned, by=by)
    return block


def _next_number(year: int) -> str:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Block._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    last = Block.objects.filter(number__startswith=f"{year}-").order_by("-number").values_list("number", flat=True)
    return f"{year}-{int(last[0].split('-')[1]) + 1 if last else 1:03d}"


def _take_in(block: Block, parcel_ids: Sequence[str], day: dt.date) -> list[BlockParcel]:
    found = rehearse(parcel_ids, day)
    if found.obstacles:
        raise Refused(" ".join(found.obstacles), next_step=_("没有建立或改动任何区块。"))
    rows = [
        BlockParcel(
            block=block, parcel_id=land.parcel_id, town=land.town[:100], holder_name=land.holder_name[:300],
            area_mu=land.area_mu, from_day=day,
        )
        for land in found.lands
    ]  # fmt: skip
    try:
        with transaction.atomic():
            BlockParcel.objects.bulk_create(rows)
    except IntegrityError as error:
        raise Refused(_("有宗地刚刚被划入另一个区块，没有建立或改动任何区块。"), next_step=_("请重新预演。")) from error
    known = {
        (party.parcel_id, party.kind, party.identity) for party in Party.objects.filter(block=block, struck_on=None)
    }
    parties = [one for one in found.parties if (one.parcel_id, one.kind, one.identity) not in known]
    for party in parties:
        party.block = block
    Party.objects.bulk_create(parties)
    return rows


def _check_published(day: dt.date | None, today: dt.date) -> None:
    if day is not None and day > today:
        raise Refused(_("公布日期不能晚于今天（{today}）。").format(today=today))


def _check_team(block: Block, people: Sequence[User]) -> None:
    towns = set(BlockParcel.objects.filter(block=block, to_day=None).values_list("town", flat=True))
    for person in people:
        if person.role not in (Role.LEADER, Role.ANALYST, Role.TOWN) or not person.is_active:
            raise Refused(_("{person}不能负责区块：只有领导、业务人员和镇街干部可以。").format(person=person))
        if person.role == Role.TOWN and not towns & set(person.towns):
            raise Refused(_("{person}不负责这个区块所在的镇街。").format(person=person))


def _open_codes(block: Block) -> list[str]:
    return list(BlockParcel.objects.filter(block=block, to_day=None).values_list("parcel_id", flat=True))


@action
def add_parcels(pk: int, parcel_ids: Sequence[str], *, by: Any) -> list[BlockParcel]:
    """Take further parcels into an open block."""
    block = held_block(pk)
    rows = _take_in(block, parcel_ids, timezone.localdate())
    codes = [row.parcel_id for row in rows]
    record("block.parcels_added", by=by, about=f"block:{pk}", parcels=codes, area_mu=sum(row.area_mu for row in rows))
    return rows


@action
def release_parcels(pk: int, parcel_ids: Sequence[str], reason: str, *, by: Any, on: dt.date | None = None) -> None:
    """Let parcels go from ``on`` (default today) with a reason; what was accepted of them stays counted."""
    block = held_block(pk)
    _release(block, sorted(set(parcel_ids)), reason, on or timezone.localdate(), by=by)


def _release(block: Block, parcel_ids: Sequence[str], reason: str, on: dt.date, *, by: Any) -> None:
    if not reason.strip():
        raise Refused(_("请写明退出的原因，企业查询时会看到。"))
    rows = {row.parcel_id: row for row in BlockParcel.objects.filter(block=block, to_day=None)}
    missing = [code for code in parcel_ids if code not in rows]
    if missing or not parcel_ids:
        raise Refused(_("这些宗地不在区块 {block} 里：{codes}。").format(block=block, codes="、".join(missing) or "—"))
    if on > timezone.localdate() or any(on < rows[code].from_day for code in parcel_ids):
        raise Refused(_("退出日期不能晚于今天，也不能早于划入日期。"))
    for code in parcel_ids:
        row = rows[code]
        row.to_day, row.reason = on, reason.strip()[:300]
        row.save(update_fields=["to_day", "reason"])
    about = f"block:{block.pk}"
    record("block.parcels_released", by=by, about=about, reason=reason.strip(), parcels=list(parcel_ids), on=str(on))


@action
def change_block(
    pk: int,
    *,
    name: str,
    mode: str,
    leader: User | None,
    team: Sequence[User],
    basis: str,
    planned: Mapping[Stage, dt.date | None] | None = None,
    by: Any,
) -> Block:
    """Change what the office says of a block, and the planned days named."""
    block = held_block(pk)
    if not name.strip() or not basis.strip():
        raise Refused(_("名称和依据不能为空。"))
    _check_team(block, [*([leader] if leader else []), *team])
    before = _said(block)
    block.name, block.mode, block.leader, block.basis = name.strip()[:100], mode, leader, basis.strip()[:200]
    block.save()
    block.team.set(team)
    record("block.changed", by=by, about=f"block:{pk}", before=before, after=_said(block))
    if planned:
        plan_stages(pk, planned, by=by)
    return block


def _said(block: Block) -> dict[str, Any]:
    team = sorted(block.team.values_list("username", flat=True))
    leader = block.leader.username if block.leader else None
    return {"name": block.name, "mode": block.mode, "basis": block.basis, "leader": leader, "team": team}


@action
def publish_block(pk: int, on: dt.date, *, by: Any) -> Block:
    """Announce a block: from ``on`` firms are told that they are inside. Once announced it stays announced."""
    block = held_block(pk)
    if block.published_on is not None:
        raise Refused(_("区块 {block} 已于 {day} 公布。").format(block=block, day=block.published_on))
    _check_published(on, timezone.localdate())
    block.published_on = on
    block.save(update_fields=["published_on"])
    record("block.published", by=by, about=f"block:{pk}", on=str(on))
    return block


@action
def close_block(pk: int, reason: str, *, by: Any) -> None:
    """Give a block up: its parcels are released, what was accepted stays counted."""
    block = held_block(pk)
    codes = _open_codes(block)
    if codes:
        _release(block, codes, reason, timezone.localdate(), by=by)
    _close(block, reason, by=by)


def _close(block: Block, reason: str, *, by: Any) -> None:
    if not reason.strip():
        raise Refused(_("请写明撤销的原因。"))
    block.state, block.closed_on, block.close_reason = BlockState.CLOSED, timezone.localdate(), reason.strip()
    block.save(update_fields=["state", "closed_on", "close_reason"])
    record("block.closed", by=by, about=f"block:{block.pk}", reason=reason.strip())
