"""The parcel's card leads to its block and says its stage: to whoever may see that block, and to nobody else."""

from __future__ import annotations

import pytest
from django.urls import reverse

from mujun.web.campaign import actions
from mujun.web.campaign.models import Stage
from mujun.web.people.rights import Role
from tests.web.campaign.ground import ago, became, photo, work_to

pytestmark = pytest.mark.django_db


def card(client, code, **headers):
    answer = client.get(reverse("parcel", args=[code]), headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("role", [Role.ANALYST, Role.LEADER, Role.AUDITOR, Role.TOWN])
def test_who_may_see_the_block_is_led_to_it(blocks, analyst, signed_in, role):
    work_to(blocks[0], Stage.SCHEME, analyst)
    client = signed_in(role, username="reader")
    for headers in ({}, {"HX-Request": "true"}):
        page = card(client, "G1", **headers)
        assert f'href="/blocks/{blocks[0].pk}/"' in page
        assert "甲镇老五金区块" in page
        assert '<span class="badge info">签约</span>' in page
    assert 'id="block"' not in card(client, "G3")


def test_a_firm_and_another_towns_cadre_are_not(blocks, signed_in):
    for role in (Role.FIRM, Role.ADMINISTRATOR):
        client = signed_in(role)
        answer = client.get(reverse("parcel", args=["G1"]))
        assert "/blocks/" not in answer.content.decode().split("<main", 1)[-1]
    assert signed_in(Role.TOWN).get(reverse("parcel", args=["H1"])).status_code == 404


def test_accepted_land_is_said_and_what_left_is_not_inside(blocks, analyst, leader, signed_in):
    work_to(blocks[0], Stage.VACATE, analyst)
    actions.accept_land(blocks[0].pk, "G1", 12.5, ago(1), "", photo(), by=leader)
    client = signed_in(Role.ANALYST, username="reader")
    assert "已验收 12.5000 亩" in card(client, "G1")
    assert "已验收" not in card(client, "G2")
    actions.release_parcels(blocks[0].pk, ["G2"], "调整", by=analyst)
    assert 'id="block"' not in card(client, "G2")


def test_a_part_of_a_parcel_leads_to_the_block_of_the_whole(blocks, signed_in):
    became("G1", {"G1a": 0.5, "G1b": 0.5}, 30)
    page = card(signed_in(Role.ANALYST, username="reader"), "G1a")
    assert f'href="/blocks/{blocks[0].pk}/"' in page
    assert "经宗地 G1 的分割或合并" in page
