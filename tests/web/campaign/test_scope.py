"""Another town's block, party, photograph and document cannot be had by guessing; a firm gets its own answer only."""

from __future__ import annotations

import pytest
from django.urls import reverse

from mujun.web.audit.models import AuditEvent
from mujun.web.campaign import actions
from mujun.web.campaign.models import Attachment, Consent, Party, Stage, StageRecord
from mujun.web.people.rights import Role
from tests.web.campaign.ground import TENANT, ago, paper, photo
from tests.web.conftest import FIRM, OTHER_FIRM, OTHER_TOWN, PASSWORD

pytestmark = pytest.mark.django_db
READERS = [Role.ANALYST, Role.LEADER, Role.AUDITOR]


@pytest.fixture
def theirs(blocks, analyst):
    """The other town's block with a party, a photograph and a paper."""
    block = blocks[1]
    actions.attach(block.pk, photo(), parcel_id="H1", note="现场", by=analyst)
    actions.attach(block.pk, paper(), by=analyst)
    return block


def addresses(block):
    party = Party.objects.filter(block=block).first()
    yield reverse("block", args=[block.pk])
    yield reverse("block_map", args=[block.pk])
    yield reverse("party", args=[block.pk, party.pk])
    for held in Attachment.objects.filter(block=block):
        yield reverse("block_file", args=[block.pk, held.pk])
    yield f"/api/v1/blocks/{block.pk}"


def test_another_towns_block_is_like_one_that_does_not_exist(blocks, theirs, signed_in):
    cadre = signed_in(Role.TOWN)
    for address in addresses(theirs):
        assert cadre.get(address).status_code == 404, address
    nowhere = cadre.get(reverse("block", args=[987_654]))
    assert nowhere.status_code == 404
    assert cadre.get(reverse("block", args=[blocks[0].pk])).status_code == 200
    for name in ("block_stage", "block_correct", "block_attach"):
        assert cadre.get(reverse(name, args=[theirs.pk])).status_code == 404
        assert cadre.post(reverse(name, args=[theirs.pk]), {"stage": "survey", "on": str(ago(1))}).status_code == 404
    party = Party.objects.filter(block=theirs).first()
    answer = cadre.post(reverse("party", args=[theirs.pk, party.pk]), {"consent": "signed", "on": str(ago(1))})
    assert answer.status_code == 404
    party.refresh_from_db()
    assert party.consent == "talking"
    assert not StageRecord.objects.filter(block=theirs).exists()


def test_ids_of_another_block_do_not_open_under_the_own_one(blocks, theirs, signed_in):
    """The own block's number with another block's party or file behind it."""
    cadre, own = signed_in(Role.TOWN), blocks[0]
    party = Party.objects.filter(block=theirs).first()
    assert cadre.get(reverse("party", args=[own.pk, party.pk])).status_code == 404
    assert cadre.post(reverse("party", args=[own.pk, party.pk]), {"consent": "signed"}).status_code == 404
    for held in Attachment.objects.filter(block=theirs):
        assert cadre.get(reverse("block_file", args=[own.pk, held.pk])).status_code == 404


def test_lists_sums_and_downloads_stay_inside(blocks, theirs, signed_in):
    cadre = signed_in(Role.TOWN)
    for name in ("blocks", "block_progress", "my_blocks"):
        text = cadre.get(reverse(name)).content.decode()
        assert "甲镇老五金区块" in text
        assert "乙镇溪边区块" not in text
        assert OTHER_TOWN not in text.replace(f"value={OTHER_TOWN}", "")
    assert cadre.get("/api/v1/blocks").json()["count"] == 1
    assert cadre.get("/blocks/?format=xlsx").content[:2] == b"PK"


def test_of_a_block_in_two_towns_a_cadre_sees_the_own_part(analyst, land, opened, signed_in):
    block = opened(analyst, "G3", "H1")
    secret = actions.attach(block.pk, photo(), parcel_id="H1", by=analyst)
    shared = actions.attach(block.pk, paper(), by=analyst)
    cadre = signed_in(Role.TOWN)
    answer = cadre.get(reverse("block", args=[block.pk]))
    text = answer.content.decode()
    assert "G3" in text
    assert "H1" not in text
    assert "乙字五金" not in text
    assert [one["parcel_id"] for one in cadre.get(f"/api/v1/blocks/{block.pk}").json()["parcels"]] == ["G3"]
    assert cadre.get(reverse("block_map", args=[block.pk])).json()["parcels"] == ["G3"]
    assert cadre.get(reverse("block_file", args=[block.pk, secret.pk])).status_code == 404
    assert cadre.get(reverse("block_file", args=[block.pk, shared.pk])).status_code == 200
    party = Party.objects.get(block=block, parcel_id="H1")
    assert cadre.get(reverse("party", args=[block.pk, party.pk])).status_code == 404


def test_a_firm_sees_no_block(blocks, theirs, signed_in):
    firm = signed_in(Role.FIRM)
    for block in blocks:
        for address in addresses(block):
            assert firm.get(address).status_code == 403, address
    for name in ("blocks", "block_progress", "my_blocks"):
        assert firm.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("role", READERS)
def test_the_office_and_the_auditor_read_all(theirs, signed_in, role):
    client = signed_in(role, username="reader")
    for address in addresses(theirs):
        assert client.get(address).status_code == 200, address


def test_the_auditor_changes_nothing(blocks, theirs, signed_in):
    client, block = signed_in(Role.AUDITOR), blocks[0]
    party = Party.objects.filter(block=block).first()
    for name in (
        "block_add", "block_edit", "block_release", "block_publish", "block_close", "party_new", "block_stage",
        "block_correct", "block_attach", "block_decide", "block_accept",
    ):  # fmt: skip
        assert client.post(reverse(name, args=[block.pk])).status_code == 403, name
    assert client.post(reverse("party", args=[block.pk, party.pk])).status_code == 403
    assert not AuditEvent.objects.filter(by__role="auditor").exists()


def test_a_leader_signs_with_the_own_password_and_does_not_work_stages(block, analyst, leader, client):
    client.force_login(leader)
    assert client.post(reverse("block_stage", args=[block.pk])).status_code == 403
    decision = {"kind": "skip", "stage": Stage.SURVEY, "reason": "已有调查", "paper": paper()}
    refused = client.post(reverse("block_decide", args=[block.pk]), {**decision, "password": "wrong"})
    assert refused.status_code == 422
    assert not block.decisions.exists()
    decision["paper"] = paper()
    client.post(reverse("block_decide", args=[block.pk]), {**decision, "password": PASSWORD})
    assert block.decisions.get().by == leader


def test_a_firms_question_is_answered_for_its_own_parcels_and_logged(blocks, analyst, signed_in):
    for party in Party.objects.filter(block=blocks[0], kind="owner"):
        actions.set_consent(party.pk, Consent.SIGNED, ago(3), by=analyst)
    firm = signed_in(Role.FIRM)
    answer = firm.get(reverse("line"))
    text = answer.content.decode()
    found = {one.parcel_id: one for one in answer.context["answers"]}
    assert set(found) == {"G1", "G2", "K1"}
    assert (found["G1"].inside, found["K1"].inside) == (True, False)
    assert found["G1"].since == ago(60)
    assert "示范县整治计划 第1版" in text
    assert f"自 {ago(60)} 起" in text
    assert f"截至 {ago(0)}，不在任何已公布的整治区块之内" in text
    assert "您的意愿登记" in text
    assert "丙字抛光" not in text  # its tenant's entry is the tenant's
    event = AuditEvent.objects.get(action="line.asked")
    assert event.about == f"firm:{FIRM}"
    assert [(one["parcel"], one["inside"]) for one in event.detail["answers"]] == [
        ("G1", True), ("G2", True), ("K1", False)
    ]  # fmt: skip


def test_a_firm_cannot_ask_for_others(blocks, signed_in):
    firm = signed_in(Role.FIRM)
    for text in ("H1", "乙字五金", OTHER_FIRM):
        answer = firm.get(reverse("line"), {"q": text})
        assert answer.context["answers"] == []
        assert "溪边" not in answer.content.decode()
    tenant = signed_in(Role.FIRM, username="tenant", firm_id=TENANT)
    found = {one.parcel_id: one for one in tenant.get(reverse("line")).context["answers"]}
    assert set(found) == {"G1", "G2"}
    assert [party.kind for party in found["G1"].parties] == ["tenant"]
    assert found["G2"].parties == ()


def test_a_cadre_asks_inside_the_own_towns(blocks, signed_in):
    cadre = signed_in(Role.TOWN)
    assert [one.parcel_id for one in cadre.get(reverse("line"), {"q": "甲字"}).context["answers"]] == ["G1", "G2", "K1"]
    assert cadre.get(reverse("line"), {"q": "H1"}).context["answers"] == []
    assert not AuditEvent.objects.filter(action="line.asked", detail__asked="H1").exists()


def test_what_is_not_announced_is_no_line(analyst, land, opened, signed_in):
    block = opened(analyst, "G1")
    firm = signed_in(Role.FIRM)
    assert not any(one.inside for one in firm.get(reverse("line")).context["answers"])
    actions.publish_block(block.pk, ago(0), by=analyst)
    assert [one.parcel_id for one in firm.get(reverse("line")).context["answers"] if one.inside] == ["G1"]
