"""The demonstration county's plans: one signed, with its blocks at work, and one that waits at the desk."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mujun.renewal.blocks.warm import warm
from mujun.web.campaign import actions as campaign
from mujun.web.campaign.models import Block, BlockParcel, Consent, Party, PartyKind, Stage
from mujun.web.findings.models import FindingsRun
from mujun.web.people.models import User
from mujun.web.people.rights import Role
from mujun.web.register.jobs import Course
from mujun.web.register.queries import current_revision
from mujun.web.renewal import actions, jobs
from mujun.web.renewal.models import Plan
from mujun.web.renewal.phases import usual_wishes
from mujun.web.renewal.signing import blocks_to_open

Say = Callable[[str], None]
WAN_PER_FOUND_MU = 6.0
"""The budget, by all land found: about a sixteenth of it can be cleared."""
LEAST_BUDGET_WAN = 30_000.0
WISHES: dict[str, Any] = {
    "objective": "benefit", "min_block_mu": 100.0, "max_block_mu": None, "max_blocks": 5, "gap_m": 30.0, "front_m": 1.0,
    "together": "building", "seed": 1, "gap": 0.0, "alternatives": 5, "front_seconds": 20.0,
}  # fmt: skip
SECONDS = (30.0, 60.0, 120.0)
"""On a machine that has much else to do the first search may find nothing in its time."""
DONE_STAGES = (Stage.DEMOLISH, Stage.SIGN, Stage.SCHEME, Stage.SURVEY)
"""The last stage that is done, block by block; the blocks after these have only begun."""


def make_plans(findings: FindingsRun, analyst: User, leader: User, course: Course, say: Say) -> Plan | None:
    """Make a plan with its alternatives, front and periods, sign it, set its blocks to work; leave a second one ready."""
    warm()  # on a fresh machine compiling takes longer than the search
    budget = max(LEAST_BUDGET_WAN, round(findings.summary["found_mu"] * WAN_PER_FOUND_MU, -3))
    plan = _solved("第一批集中连片整治方案", findings, budget, analyst, course)
    if plan is None or plan.chosen is None:
        say("    限时内没有找到方案：机器太忙，可稍后在“连片方案”里重新求解 · no plan in time, solve again later")
        return plan
    gap = "" if plan.chosen.gap is None else f"，离最优最多还差 {plan.chosen.gap:.2%}"
    say(
        f"    {len(plan.chosen.blocks)} 片 {plan.chosen.area_mu:,.0f} 亩{gap}；备选 {plan.choices.filter(kind='alternative').count()} 个"
    )
    jobs.explain_job.work(course, plan=plan.pk)
    wishes = usual_wishes(plan.chosen, timezone.localdate())
    actions.phase_plan(plan.pk, wishes, by=analyst)
    jobs.phase_job.work(course, plan=plan.pk, choice=plan.chosen_id, wishes=wishes)
    say("▸ 签字，建立区块，记录进展 · sign it, open its blocks, record their progress")
    names = [block.name for block in blocks_to_open(plan)]
    actions.sign_plan(plan.pk, names, published_on=timezone.localdate(), by=leader)
    _at_work(list(Block.objects.filter(plan_ref=plan.reference).order_by("number")), analyst, leader)
    _solved("第二批集中连片整治方案（征求意见）", findings, budget, analyst, course)
    return plan


def _solved(title: str, findings: FindingsRun, budget_wan: float, by: User, course: Course) -> Plan | None:
    """Return a plan with blocks; one that found none in its time is given up and tried again with more."""
    for seconds in SECONDS:
        wishes = WISHES | {"budget_wan": budget_wan, "seconds": seconds}
        plan = actions.draft_plan(title, findings, current_revision(), wishes, by=by)
        jobs.build_plan.work(course, plan=plan.pk)
        actions.solve_plan(plan.pk, by=by)
        plan.refresh_from_db()
        jobs.solve_job.work(course, plan=plan.pk, round=plan.round, locks={})
        plan.refresh_from_db()
        if plan.chosen is not None and plan.chosen.blocks:
            return plan
        actions.discard_plan(plan.pk, by=by)
    return None


def _at_work(blocks: list[Block], analyst: User, leader: User) -> None:
    today = timezone.localdate()
    cadre = User.objects.filter(role=Role.TOWN).first()
    for number, block in enumerate(blocks):
        towns = set(BlockParcel.objects.filter(block=block).values_list("town", flat=True))
        team = [cadre] if cadre is not None and towns & set(cadre.towns) else []
        campaign.change_block(
            block.pk, name=block.name, mode=block.mode, leader=leader, team=[analyst, *team], basis=block.basis, by=analyst
        )  # fmt: skip
        last = DONE_STAGES[number] if number < len(DONE_STAGES) else None
        _consent(
            block,
            number,
            analyst,
            all_sign=last is not None and list(Stage).index(last) >= list(Stage).index(Stage.SIGN),
        )
        for stage in Stage:
            if last is None or list(Stage).index(stage) > list(Stage).index(last):
                break
            campaign.record_stage(block.pk, stage, today, "示范", by=analyst)
        if last == Stage.DEMOLISH:
            for code in list(BlockParcel.objects.filter(block=block, to_day=None).values_list("parcel_id", flat=True))[
                :6
            ]:
                campaign.accept_land(block.pk, code, None, today, "示范", photograph(), by=leader)


def _consent(block: Block, number: int, by: User, *, all_sign: bool) -> None:
    """Everybody signs, or more and more refuse or still talk from block to block."""
    today = timezone.localdate()
    parties = list(Party.objects.filter(block=block, struck_on=None).order_by("parcel_id", "id"))
    for place, party in enumerate(parties):
        if all_sign or place % 3 < max(0, 3 - number):
            campaign.set_consent(party.pk, Consent.SIGNED, today, by=by)
        elif place % 7 == 3 and party.kind == PartyKind.OWNER:
            campaign.set_consent(party.pk, Consent.REFUSING, today, "示范：对安置面积有异议", by=by)


def photograph(width: int = 320, height: int = 240) -> SimpleUploadedFile:
    """A picture of cleared ground under a sky, drawn here: the county is fictional."""
    rows = b"".join(
        b"\x00" + (b"\xbf\xd6\xe8" if line < height // 2 else b"\xb8\xa0\x78") * width for line in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return SimpleUploadedFile("示范现场.png", content, content_type="image/png")
