"""Blocks open, change hands with the plan, let parcels go, and never share one."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from mujun.base.errors import Refused
from mujun.web.audit.models import AuditEvent
from mujun.web.campaign import actions
from mujun.web.campaign.models import Block, BlockParcel, BlockState, Party, Stage
from mujun.web.campaign.queries.rehearsal import codes_in, rehearse
from mujun.web.people.actions import close_account
from mujun.web.people.models import User
from tests.web.campaign.ground import MU, ago, became
from tests.web.conftest import OTHER_TOWN, TOWN

pytestmark = pytest.mark.django_db


def test_a_plan_opens_its_blocks(blocks, analyst):
    first, second = blocks
    assert first.number.endswith("-001")
    assert second.number.endswith("-002")
    rows = {row.parcel_id: row for row in first.parcels.all()}
    assert {code: row.area_mu for code, row in rows.items()} == pytest.approx({"G1": 30, "G2": 20})
    assert {row.town for row in rows.values()} == {TOWN}
    assert AuditEvent.objects.filter(action="block.opened").count() == 2


def test_a_parcel_is_in_one_open_block_only(blocks, analyst, opened):
    with pytest.raises(Refused, match="G1 已在区块"):
        opened(analyst, "G1", "G3")
    assert Block.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        BlockParcel.objects.create(block=blocks[1], parcel_id="G1", area_mu=1.0, from_day=ago(0))


def test_all_blocks_of_a_plan_open_or_none(land, analyst):
    new = [actions.NewBlock("一", ["G1"]), actions.NewBlock("二", ["G2", "NERGENS"])]
    with pytest.raises(Refused, match="NERGENS"):
        actions.open_blocks("plan:9@1", new, by=analyst)
    assert not Block.objects.exists()
    assert not AuditEvent.objects.filter(action="block.opened").exists()


@pytest.mark.parametrize(
    ("codes", "fields", "sentence"),
    [
        ([], {}, "还没有宗地代码"),
        (["K1"], {}, "登记为保留"),
        (["G1"], {"name": " "}, "名称"),
        (["G1"], {"mode": "magic"}, "整治方式"),
        (["G1"], {"published_on": ago(-1)}, "不能晚于今天"),
        (["G1"], {"planned": {Stage.SIGN: ago(1), Stage.SURVEY: ago(0)}}, "早于"),
    ],
)
def test_what_is_no_block_is_refused(land, analyst, opened, codes, fields, sentence):
    with pytest.raises(Refused, match=sentence):
        opened(analyst, *codes, **fields)
    assert not Block.objects.exists()


def test_the_rehearsal_tells_area_people_and_conflicts(blocks):
    found = rehearse(["G3", "G1", "G3"], ago(0))
    assert [land.parcel_id for land in found.lands] == ["G3", "G1"]
    assert found.area_mu == pytest.approx(40)
    assert (found.owners, found.tenants) == (2, 1)
    assert len(found.obstacles) == 1
    assert "G1 已在区块" in found.obstacles[0]
    assert "没有登记权利人" in found.notes[0]
    assert codes_in("G1，G2\n G3;G1\t") == ["G1", "G2", "G3"]


def test_the_area_is_frozen_at_opening(block, analyst):
    from mujun.web.register.models import Parcel

    Parcel.objects.filter(parcel_id="G1").update(registered_area_m2=1.0 * MU)
    assert block.parcels.get(parcel_id="G1").area_mu == pytest.approx(30)


def test_a_new_version_releases_what_it_drops_and_carries_on(blocks, analyst):
    first, second = blocks
    new = [
        actions.NewBlock("甲镇老五金区块", ["G2", "G3"], continues=first.pk),
        actions.NewBlock("溪边新区块", ["H1"]),
    ]
    made = actions.revise_blocks("plan:1@1", "plan:1@2", new, basis="第2版", reason="第2版计划不再包含", by=analyst)
    assert made[0].pk == first.pk
    assert {row.parcel_id for row in first.parcels.filter(to_day=None)} == {"G2", "G3"}
    gone = first.parcels.get(parcel_id="G1")
    assert (gone.to_day, gone.reason) == (ago(0), "第2版计划不再包含")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.plan_ref, first.basis, first.state) == ("plan:1@2", "第2版", BlockState.OPEN)
    assert (second.state, second.closed_on) == (BlockState.CLOSED, ago(0))
    assert {row.parcel_id for row in made[1].parcels.all()} == {"H1"}
    with pytest.raises(Refused, match="接续"):
        actions.revise_blocks("plan:1@1", "plan:1@3", new, reason="x", by=analyst)


def test_a_parcel_let_go_and_taken_back_keeps_its_owner_once(block, analyst):
    actions.release_parcels(block.pk, ["G1"], "误划", by=analyst)
    actions.add_parcels(block.pk, ["G1"], by=analyst)
    assert Party.objects.filter(block=block, parcel_id="G1").count() == 2  # owner and tenant, each once
    assert block.parcels.filter(parcel_id="G1").count() == 2


@pytest.mark.parametrize(
    ("codes", "reason", "sentence"),
    [(["G1"], " ", "原因"), (["H1"], "x", "不在区块"), ([], "x", "不在区块")],
)
def test_letting_go_needs_a_reason_and_a_parcel(block, analyst, codes, reason, sentence):
    with pytest.raises(Refused, match=sentence):
        actions.release_parcels(block.pk, codes, reason, by=analyst)
    assert block.parcels.filter(to_day=None).count() == 2


def test_relatives_of_a_parcel_in_a_block_cannot_go_into_another(block, analyst, opened):
    became("G1", {"G1a": 0.5, "G1b": 0.5}, 30)
    with pytest.raises(Refused, match=r"G1a 与区块 .* 的宗地 G1 有分割或合并关系"):
        opened(analyst, "G1a")


def test_the_team_covers_the_towns(block, analyst, leader, person):
    cadre, other = person("town"), person("town", "cadre-2", towns=[OTHER_TOWN])
    said = {"name": "新名", "mode": "upgrade", "basis": "文", "leader": leader}
    actions.change_block(block.pk, team=[cadre, analyst], **said, by=analyst)
    block.refresh_from_db()
    assert (block.name, block.leader, set(block.team.all())) == ("新名", leader, {cadre, analyst})
    for wrong in (other, person("firm")):
        with pytest.raises(Refused, match=r"不负责|不能负责"):
            actions.change_block(block.pk, team=[wrong], **said, by=analyst)
    block.refresh_from_db()
    assert set(block.team.all()) == {cadre, analyst}


def test_a_leader_who_leaves_hands_the_block_over(block, analyst, leader, person):
    administrator, heir = person("administrator"), person("leader", "leader-2")
    Block.objects.filter(pk=block.pk).update(leader=leader)
    with pytest.raises(Refused, match="牵头的整治区块"):
        close_account(user=leader, successor=None, by=administrator)
    close_account(user=User.objects.get(pk=leader.pk), successor=heir, by=administrator)
    block.refresh_from_db()
    assert block.leader == heir


def test_publishing_is_for_good(analyst, land, opened):
    block = opened(analyst, "G1")
    with pytest.raises(Refused, match="不能晚于今天"):
        actions.publish_block(block.pk, ago(-1), by=analyst)
    actions.publish_block(block.pk, ago(0), by=analyst)
    with pytest.raises(Refused, match="公布"):
        actions.publish_block(block.pk, ago(0), by=analyst)


def test_closing_lets_everything_go(block, analyst):
    actions.close_block(block.pk, "不再推进", by=analyst)
    block.refresh_from_db()
    assert (block.state, block.close_reason) == ("closed", "不再推进")
    assert not block.parcels.filter(to_day=None).exists()
