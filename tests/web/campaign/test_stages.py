"""Stages follow each other; what was said stays; lateness is told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from mujun.base.errors import Refused
from mujun.web.audit.models import AuditEvent
from mujun.web.campaign import actions
from mujun.web.campaign.models import Attachment, Block, BlockState, Consent, Decision, Party, Stage, StageRecord
from mujun.web.campaign.queries.blocks import decisions_of, records_of
from mujun.web.campaign.queries.progress import progress_in_scope
from mujun.web.campaign.stages import current, standings
from mujun.web.people.rights import Scope
from tests.web.campaign.ground import ago, paper, photo, sign_all, work_to

pytestmark = pytest.mark.django_db
ALL = Scope(None, None, amounts=True)


def standing(block, stage):
    return standings(records_of(block), decisions_of(block))[list(Stage).index(stage)]


def test_ten_stages_lead_to_the_goal(block, analyst):
    work_to(block, Stage.REACH, analyst)
    block.refresh_from_db()
    assert block.state == BlockState.REACHED
    assert current(standings(records_of(block))) is None
    assert AuditEvent.objects.filter(action="stage.done", about=f"block:{block.pk}").count() == 10


@pytest.mark.parametrize("place", range(1, 10))
def test_no_stage_is_skipped(block, analyst, place):
    stage = list(Stage)[place]
    if place > 1:
        work_to(block, list(Stage)[place - 2], analyst)
    with pytest.raises(Refused, match=f"“{stage.label}”要等“{list(Stage)[place - 1].label}”完成.*由领导"):
        actions.record_stage(block.pk, stage, ago(1), by=analyst)
    assert standing(block, stage).real_on is None


def test_a_leader_may_skip_a_stage_with_a_document(block, analyst, leader):
    work_to(block, Stage.VACATE, analyst)
    with pytest.raises(Refused, match="文件"):
        actions.decide(block.pk, "skip", Stage.DEMOLISH, "厂房保留改造", None, by=leader)
    with pytest.raises(Refused, match="理由"):
        actions.decide(block.pk, "skip", Stage.DEMOLISH, " ", paper(), by=leader)
    actions.decide(block.pk, "skip", Stage.DEMOLISH, "厂房保留改造", paper(), by=leader)
    with pytest.raises(Refused, match="已经"):
        actions.decide(block.pk, "skip", Stage.DEMOLISH, "再来一次", paper(), by=leader)
    with pytest.raises(Refused, match="决定跳过"):
        actions.record_stage(block.pk, Stage.DEMOLISH, ago(1), by=analyst)
    actions.record_stage(block.pk, Stage.SUPPLY, ago(1), by=analyst)


def test_signing_needs_everybody_or_a_decision(block, analyst, leader):
    work_to_scheme = (Stage.SURVEY, Stage.SCHEME)
    for stage in work_to_scheme:
        actions.record_stage(block.pk, stage, ago(10), by=analyst)
    sign_all(block, analyst)
    tenant = Party.objects.get(block=block, kind="tenant")
    actions.set_consent(tenant.pk, Consent.REFUSING, ago(5), by=analyst)
    with pytest.raises(Refused, match=r"还有 1 户没有签约，其中 1 户不同意.*由领导"):
        actions.record_stage(block.pk, Stage.SIGN, ago(1), by=analyst)
    actions.decide(block.pk, "unsigned", Stage.SIGN, "依法裁决后推进", paper(), by=leader)
    actions.record_stage(block.pk, Stage.SIGN, ago(1), by=analyst)


def test_days_keep_their_order(block, analyst):
    with pytest.raises(Refused, match="不能晚于今天"):
        actions.record_stage(block.pk, Stage.SURVEY, ago(-1), by=analyst)
    actions.record_stage(block.pk, Stage.SURVEY, ago(10), by=analyst)
    with pytest.raises(Refused, match="“方案”不能早于“摸底”"):
        actions.record_stage(block.pk, Stage.SCHEME, ago(11), by=analyst)
    actions.record_stage(block.pk, Stage.SCHEME, ago(8), by=analyst)
    with pytest.raises(Refused, match="“摸底”不能晚于“方案”"):
        actions.correct_stage(block.pk, Stage.SURVEY, ago(7), "记错", by=analyst)
    with pytest.raises(Refused, match="已记录于"):
        actions.record_stage(block.pk, Stage.SCHEME, ago(8), by=analyst)
    with pytest.raises(Refused, match="不能撤回"):
        actions.correct_stage(block.pk, Stage.SURVEY, None, "没做", by=analyst)
    with pytest.raises(Refused, match="没有变化"):
        actions.correct_stage(block.pk, Stage.SCHEME, ago(8), "同日", by=analyst)
    with pytest.raises(Refused, match="原因"):
        actions.correct_stage(block.pk, Stage.SCHEME, ago(7), "", by=analyst)


def test_plans_keep_their_order_and_are_not_moved_afterwards(block, analyst):
    with pytest.raises(Refused, match="早于"):
        actions.plan_stages(block.pk, {Stage.SIGN: ago(1), Stage.VACATE: ago(2)}, by=analyst)
    actions.record_stage(block.pk, Stage.SURVEY, ago(10), by=analyst)
    with pytest.raises(Refused, match="不能再改"):
        actions.plan_stages(block.pk, {Stage.SURVEY: ago(5)}, by=analyst)
    future = timezone.localdate() + dt.timedelta(days=400)
    actions.plan_stages(block.pk, {Stage.REACH: future}, by=analyst)
    assert standing(block, Stage.REACH).planned_on == future
    assert standing(block, Stage.SURVEY).real_on == ago(10)


def test_a_correction_is_another_record(block, analyst):
    first = actions.record_stage(block.pk, Stage.SURVEY, ago(10), "第一次", photo(), by=analyst)
    second = actions.correct_stage(block.pk, Stage.SURVEY, ago(9), "看错日期", by=analyst)
    assert second.corrects == first
    third = actions.correct_stage(block.pk, Stage.SURVEY, None, "其实没做完", by=analyst)
    assert [record.real_on for record in records_of(block) if record.stage == "survey"][-3:] == [ago(10), ago(9), None]
    assert standing(block, Stage.SURVEY).real_on is None
    assert standing(block, Stage.SURVEY).planned_on == ago(300)
    assert third.corrects == second
    kept = AuditEvent.objects.filter(action="stage.corrected").first()
    assert (kept.detail["before"], kept.detail["after"], kept.reason) == (str(ago(9)), None, "其实没做完")


def test_taking_the_last_stage_back_takes_the_goal_back(block, analyst):
    work_to(block, Stage.REACH, analyst)
    actions.correct_stage(block.pk, Stage.REACH, None, "复核不达标", by=analyst)
    block.refresh_from_db()
    assert block.state == BlockState.OPEN


@pytest.mark.parametrize("table", ["campaign_stagerecord", "campaign_decision"])
@pytest.mark.parametrize("change", ["UPDATE {table} SET block_id = block_id", "DELETE FROM {table}"])
def test_the_database_refuses_to_change_what_was_said(block, analyst, leader, table, change):
    actions.decide(block.pk, "skip", Stage.SURVEY, "已有调查", paper(), by=leader)
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table=table))
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        StageRecord.objects.filter(block=block).update(note="anders")
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        Decision.objects.all().delete()


def test_a_refused_stage_leaves_no_row_and_a_file_that_is_swept(block, analyst):
    from mujun.web.campaign.files import DRAWER
    from mujun.web.campaign.queries.blocks import referred_files

    before = StageRecord.objects.count()
    with pytest.raises(Refused):
        actions.record_stage(block.pk, Stage.DEMOLISH, ago(1), "", photo(), by=analyst)
    assert (StageRecord.objects.count(), Attachment.objects.count()) == (before, 0)
    assert DRAWER.sweep(referred_files(), older_than=0) == 1


def test_late_stages_are_told_with_who_answers(block, analyst, leader):
    Block.objects.filter(pk=block.pk).update(leader=leader)
    actions.record_stage(block.pk, Stage.SURVEY, ago(10), by=analyst)
    found = progress_in_scope(ALL, ago(0))
    late = [(one.stage, one.days, one.leader) for one in found.late]
    assert late[0] == ("方案", 260, leader.display_name)
    assert "摸底" not in {stage for stage, _days, _leader in late}
    assert len(late) == 7  # the ninth and tenth are not due yet


def test_a_closed_block_is_not_touched(block, analyst):
    actions.close_block(block.pk, "并入新的区块", by=analyst)
    with pytest.raises(Refused, match="已撤销"):
        actions.record_stage(block.pk, Stage.SURVEY, ago(1), by=analyst)
