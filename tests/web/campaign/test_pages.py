"""Every page opens for those who may, does what it says, and needs a fixed number of queries."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mujun.web.campaign import actions
from mujun.web.campaign.models import Acceptance, Block, Consent, Party, Stage, StageRecord
from tests.web.campaign.ground import MU, add, ago, paper, photo, work_to
from tests.web.conftest import OTHER_TOWN, PASSWORD, TOWN

pytestmark = pytest.mark.django_db
BUDGET = {"blocks": 11, "block_progress": 10, "my_blocks": 9, "block": 16, "line": 14}


@pytest.fixture
def office(client, analyst):
    client.force_login(analyst)
    return client


def test_a_block_is_rehearsed_then_opened_by_hand(office, land):
    form = {"name": "新区块", "basis": "示整〔2026〕2号", "mode": "purchase", "codes": "G1\nG2 G3"}
    page = office.post(reverse("block_new"), {**form, "step": "rehearse"})
    text = page.content.decode()
    assert "60.0000" in text
    assert "没有登记权利人" in text
    assert not Block.objects.exists()
    answer = office.post(reverse("block_new"), {**form, "step": "act"})
    block = Block.objects.get()
    assert answer.headers["Location"] == reverse("block_edit", args=[block.pk])
    again = office.post(reverse("block_new"), {**form, "name": "又一个", "step": "act"}).content.decode()
    assert "已在区块" in again
    assert Block.objects.count() == 1


def test_a_broken_form_keeps_what_was_typed(office, land):
    answer = office.post(reverse("block_new"), {"name": "", "basis": "文", "mode": "x", "codes": "G1"})
    assert answer.status_code == 422
    assert "G1" in answer.content.decode()


def test_edit_sets_leader_team_and_plan(office, block, leader, person):
    cadre = person("town")
    url = reverse("block_edit", args=[block.pk])
    page = office.get(url).content.decode()
    days = dict(re.findall(r'name="(plan_\w+)" value="([\d-]*)"', page))
    said = {"name": block.name, "basis": block.basis, "mode": "upgrade", "leader": leader.pk, "team": [cadre.pk]}
    assert office.post(url, {**said, **days, "plan_reach": str(ago(-500))}).status_code == 302
    block.refresh_from_db()
    assert (block.leader, list(block.team.all()), block.mode) == (leader, [cadre], "upgrade")
    assert StageRecord.objects.filter(block=block, stage="reach").last().planned_on == ago(-500)
    wrong = office.post(url, {**said, **days, "plan_reach": str(ago(299))})
    assert wrong.status_code == 422
    assert "早于" in wrong.content.decode()


def test_a_cadre_sets_a_stage_from_the_phone_in_two_taps(block, signed_in):
    cadre = signed_in("town")
    page = cadre.get(reverse("my_blocks")).content.decode()
    link = re.search(r'href="([^"]*stage/[^"]*)"', page).group(1).replace("&amp;", "&")  # tap 1
    form = cadre.get(link).content.decode()
    assert 'capture="environment"' in form
    assert f'value="{ago(0)}"' in form
    answer = cadre.post(link, {"stage": "survey", "on": str(ago(0)), "photo": photo()})  # tap 2
    assert answer.headers["Location"] == reverse("my_blocks")
    record = StageRecord.objects.filter(stage="survey", block=block).last()
    assert (record.real_on, record.attachment.picture, record.by.role) == (ago(0), True, "town")
    early = cadre.post(link, {"stage": "vacate", "on": str(ago(0))})
    assert early.status_code == 422
    assert "“腾空”要等“方案”完成" in early.content.decode()


def test_the_card_shows_what_is_known(office, block, analyst, leader):
    tenant = Party.objects.get(block=block, kind="tenant")
    work_to(block, Stage.VACATE, analyst)
    actions.set_consent(tenant.pk, Consent.REFUSING, ago(1), "补偿不够", by=analyst)
    actions.accept_land(block.pk, "G1", None, ago(1), "", photo(), by=leader)
    text = office.get(reverse("block", args=[block.pk])).content.decode()
    for part in (
        "甲镇老五金区块",
        "示范县整治计划 第1版",
        "补偿不够",
        "30.0000",
        "逾期",
        "达到双三分之二",
        '<path class="signed"',
    ):
        assert part in text, part
    only = office.get(reverse("block", args=[block.pk]), {"answer": "refusing"})
    assert [str(party) for party in only.context["wall"]] == ["丙字抛光"]
    table = office.get(reverse("block_map", args=[block.pk])).json()
    assert (table["count"], len(table["shapes"]["features"])) == (2, 2)
    assert table["faces"][1]["classes"] == "01"


def test_signing_pages_count_the_land(block, analyst, leader, client):
    work_to(block, Stage.VACATE, analyst)
    client.force_login(leader)
    form = {"parcel_id": "G1", "area_mu": "", "on": str(ago(0)), "password": PASSWORD}
    url = reverse("block_accept", args=[block.pk])
    assert client.post(url, form).status_code == 422  # without evidence
    client.post(url, {**form, "paper": paper()})
    held = Acceptance.objects.get()
    assert held.area_mu == pytest.approx(30)
    assert "30.0000" in client.get(reverse("block_progress")).content.decode()
    client.post(reverse("block_revoke", args=[block.pk, held.pk]), {"reason": "设备未清", "password": PASSWORD})
    held.refresh_from_db()
    assert held.revoked_by == leader


def test_release_publish_close_and_parties(office, block, analyst):
    for name, form in (
        ("block_release", {"parcels": ["G2"], "reason": "调整"}),
        ("block_add", {"codes": "G3", "step": "act"}),
        ("party_new", {"parcel_id": "G1", "kind": "tenant", "name": "丁字打磨"}),
    ):
        assert office.get(reverse(name, args=[block.pk])).status_code == 200
        assert office.post(reverse(name, args=[block.pk]), form).status_code == 302, name
    assert set(block.parcels.filter(to_day=None).values_list("parcel_id", flat=True)) == {"G1", "G3"}
    party = Party.objects.get(name="丁字打磨")
    assert office.post(reverse("party_strike", args=[block.pk, party.pk]), {"reason": "重复"}).status_code == 302
    refused = office.post(reverse("block_publish", args=[block.pk]), {"published_on": str(ago(0))})
    assert refused.status_code == 422
    assert office.post(reverse("block_close", args=[block.pk]), {"reason": "不推进"}).status_code == 302
    text = office.get(reverse("block", args=[block.pk])).content.decode()
    assert "撤销：不推进" in text
    assert reverse("block_stage", args=[block.pk]) not in text


def test_corrections_go_through_their_page(office, block, analyst):
    actions.record_stage(block.pk, Stage.SURVEY, ago(5), by=analyst)
    url = reverse("block_correct", args=[block.pk])
    assert office.post(url, {"stage": "survey", "on": str(ago(4)), "reason": ""}).status_code == 422
    assert office.post(url, {"stage": "survey", "on": str(ago(4)), "reason": "看错"}).status_code == 302
    assert StageRecord.objects.last().real_on == ago(4)


def more_blocks(count, analyst, revision):
    from mujun.web.register.models import Revision

    held = Revision.objects.get(pk=revision)
    for number in range(count):
        codes = [f"Z{number}-{n}" for n in range(3)]
        for code in codes:
            add("parcels", held, parcel_id=code, town=(TOWN, OTHER_TOWN)[number % 2], holder_id="",
                holder_name=f"户{code}", registered_area_m2=MU)  # fmt: skip
        [block] = actions.open_blocks("", [actions.NewBlock(f"区块{number}", codes)], basis="文", by=analyst)
        actions.record_stage(block.pk, Stage.SURVEY, ago(1), by=analyst)
        actions.attach(block.pk, photo(content=b"\xff\xd8\xff%d" % number), by=analyst)


@pytest.mark.parametrize("count", [1, 8])
@pytest.mark.parametrize("name", sorted(BUDGET))
def test_queries_do_not_grow_with_the_county(office, block, land, analyst, count, name):
    more_blocks(count, analyst, land)
    url = reverse(name, args=[block.pk] if name == "block" else [])
    url += "?q=户" if name == "line" else ""
    Block.objects.update(leader=analyst)
    office.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert office.get(url).status_code == 200
    assert len(captured) <= BUDGET[name], "\n".join(query["sql"][:160] for query in captured)


def test_the_list_is_a_workbook_too(office, blocks):
    answer = office.get(reverse("blocks"), {"format": "xlsx", "town": TOWN})
    assert answer.content[:2] == b"PK"
    assert office.get(reverse("blocks"), {"town": TOWN}).context["table"].count == 1
