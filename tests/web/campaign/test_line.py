"""The answer to "am I inside the line?" is certain: on the day, through splits, after release and closing."""

from __future__ import annotations

import pytest

from mujun.web.campaign import actions
from mujun.web.campaign.models import BlockParcel
from mujun.web.campaign.queries.line import answers
from mujun.web.people.rights import Scope
from tests.web.campaign.ground import ago, became

pytestmark = pytest.mark.django_db
ALL = Scope(None, None, amounts=True)


def inside(code, day=None):
    [found] = answers([code], ALL, day or ago(0))
    return found


def test_inside_since_the_later_of_coming_in_and_announcement(block):
    found = inside("G1")
    assert (found.block, found.since, found.via) == (block, ago(60), "")
    BlockParcel.objects.filter(parcel_id="G1").update(from_day=ago(10))
    assert inside("G1").since == ago(10)


def test_on_an_earlier_day_the_answer_is_that_days(block):
    assert not inside("G1", ago(61)).inside
    assert inside("G1", ago(60)).inside


def test_after_release_the_answer_says_when_and_why(block, analyst):
    actions.release_parcels(block.pk, ["G1"], "调整范围", by=analyst)
    found = inside("G1")
    assert not found.inside
    assert [(row.to_day, row.reason) for row in found.left] == [(ago(0), "调整范围")]
    assert inside("G1", ago(1)).inside


def test_a_closed_block_holds_nobody(block, analyst):
    actions.close_block(block.pk, "不再推进", by=analyst)
    assert not inside("G1").inside
    assert inside("G1", ago(1)).inside


def test_a_part_of_a_parcel_inside_is_inside(block):
    became("G1", {"G1a": 0.5, "G1b": 0.5}, 30)
    found = inside("G1a")
    assert (found.block, found.via) == (block, "G1")


def test_a_parcel_that_took_in_a_part_from_inside_is_told_so(block):
    became("G2", {"G3": 0.5, "G9": 0.5}, 20, "redrawn")
    assert inside("G3").via == "G2"


def test_outside_is_outside(block):
    found = inside("G3")
    assert (found.inside, found.left, found.day) == (False, (), ago(0))
