"""Supervision orders: only for what falls behind, answered by its owner, closed by evidence and by somebody else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from mujun.base.errors import Refused
from mujun.web.people.rights import scope_of
from mujun.web.targets import actions
from mujun.web.targets.models import SupervisionOrder, Target
from mujun.web.targets.queries.orders import entries_of, open_orders
from tests.web.conftest import TOWN
from tests.web.targets import ground

pytestmark = pytest.mark.django_db


@pytest.fixture
def red(target, analyst, leader, cadre):
    """A town's target that is over and was missed, answered for by a cadre."""
    last = ground.YEAR - 1
    Target.objects.filter(pk=target.pk).update(
        starts_on=dt.date(last, 1, 1), due_on=dt.date(last, 12, 31), owner=cadre, town=TOWN
    )
    target.refresh_from_db()
    actions.sign_target(target.pk, by=leader)
    ground.report(target, 11, 4660, cadre, year=last)
    return target


def day(days):
    return timezone.localdate() + dt.timedelta(days=days)


def test_the_whole_way_of_an_order(red, leader, cadre):
    order = actions.issue_order(red.pk, "月底前补足缺口", day(20), by=leader)
    assert (order.number, order.colour, order.owner) == (f"督〔{ground.YEAR}〕1号", "red", cadre)
    assert "还差340亩" in order.sentence
    with pytest.raises(Refused, match="还没有销号"):
        actions.issue_order(red.pk, "再来一份", day(20), by=leader)
    with pytest.raises(Refused, match="还没有附佐证材料"):
        actions.close_order(order.pk, "好", by=leader)
    actions.reply_order(order.pk, "正在办", by=cadre)
    with pytest.raises(Refused, match="还没有附佐证材料"):
        actions.close_order(order.pk, "好", by=leader)
    actions.return_order(order.pk, "没有材料", by=leader)
    actions.reply_order(order.pk, "已补足", ground.evidence(), by=cadre)
    actions.close_order(order.pk, "核实无误", by=leader)
    order.refresh_from_db()
    assert (order.state, order.closed_by) == ("closed", leader)
    assert [one.step for one in entries_of(order)] == ["reply", "return", "reply", "close"]
    with pytest.raises(Refused, match="已经销号"):
        actions.reply_order(order.pk, "补充", by=cadre)
    assert actions.issue_order(red.pk, "再督办", day(20), by=leader).number == f"督〔{ground.YEAR}〕2号"


def test_only_the_owner_answers_and_nobody_closes_the_own_answer(red, leader, cadre, person):
    order = actions.issue_order(red.pk, "补足", day(20), by=leader)
    with pytest.raises(Refused, match="回复"):
        actions.reply_order(order.pk, "代为回复", by=person("town", "ander"))
    actions.reply_order(order.pk, "已补足", ground.evidence(), by=cadre)
    with pytest.raises(Refused, match="不能自己销号"):
        actions.close_order(order.pk, "好", by=cadre)
    assert list(open_orders(scope_of(cadre))) == [order]
    assert list(open_orders(scope_of(person("town", "ver", towns=["丙镇"])))) == []
    assert list(open_orders(scope_of(person("firm")))) == []


def test_no_order_without_a_light_or_for_what_is_in_time(target, analyst, leader):
    ground.in_force(target, analyst, leader)
    with pytest.raises(Refused, match="灰灯"):
        actions.issue_order(target.pk, "补足", day(20), by=leader)
    assert not SupervisionOrder.objects.exists()


def test_an_order_says_what_and_until_when(red, leader):
    with pytest.raises(Refused, match="督办要求"):
        actions.issue_order(red.pk, " ", day(20), by=leader)
    with pytest.raises(Refused, match="不能早于今天"):
        actions.issue_order(red.pk, "补足", day(-1), by=leader)


def test_evidence_of_a_reply_that_was_sent_back_closes_nothing(red, leader, cadre):
    order = actions.issue_order(red.pk, "说明进度", day(20), by=leader)
    actions.reply_order(order.pk, "第一次", ground.evidence("假"), by=cadre)
    actions.return_order(order.pk, "材料不对", by=leader)
    actions.reply_order(order.pk, "第二次，没有材料", by=cadre)
    with pytest.raises(Refused, match="附佐证材料"):
        actions.close_order(order.pk, "", by=leader)
    actions.return_order(order.pk, "请补材料", by=leader)
    actions.reply_order(order.pk, "第三次", ground.evidence("真"), by=cadre)
    actions.close_order(order.pk, "", by=leader)
