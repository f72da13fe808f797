"""Rates in the ledger: growth and decline on a base, shares that do not pile up, ceilings, bases of parts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from mujun.base.errors import Refused
from mujun.targets.extraction import extract
from mujun.targets.statement import Bound, Change
from mujun.web.targets import actions
from mujun.web.targets.models import DocumentStatement
from mujun.web.targets.queries.ledger import line_of
from mujun.web.targets.words import said
from tests.web.conftest import OTHER_TOWN, TOWN
from tests.web.targets import ground
from tests.web.targets.ground import YEAR, reported

pytestmark = pytest.mark.django_db
APRIL, AFTER = dt.date(YEAR, 4, 5), dt.date(YEAR + 1, 1, 5)
RATES = f"{YEAR}年工作计划\n确保全年单位GDP能耗下降3.2%，农村生活污水治理率提高1.5个百分点，技改投资增长1.5倍。"


def made(by, statement, **fields):
    actions.confirm_statement(statement.pk, by=by)
    return actions.make_target(statement.pk, ground.terms(name=statement.metric, **fields), by=by)


def one(by, text, quote, metric, value, unit, **fields):
    document = ground.read(
        ground.taken_in(by, text), by, text, [ground.said(text, quote, metric, value, unit, **fields)]
    )
    return document.statements.get()


def test_what_a_document_says_of_change_is_held_against_its_base(analyst, leader):
    document = ground.read(ground.taken_in(analyst, RATES), analyst, RATES, extract(RATES))
    energy, water, invest = document.statements.order_by("start")
    assert [held.change for held in (energy, water, invest)] == ["decline", "growth", "growth"]
    lines = []
    for held, base, real in ((energy, 100, 101), (water, 60, 61), (invest, 10, 12)):
        target = made(analyst, held, formula="reported_level", base_value=Decimal(base))
        ground.in_force(target, analyst, leader)
        reported(target, analyst, [real])
        lines.append(line_of(target, AFTER))
    assert [line.goal.value for line in lines] == [pytest.approx(96.8), pytest.approx(61.5), pytest.approx(25)]
    assert [line.goal.upper for line in lines] == [True, False, False]
    assert [line.light.colour for line in lines] == ["red", "red", "red"]
    assert "比目标不超过96.8高出4.2" in lines[0].light.sentence
    assert [said(line.target) for line in lines] == ["下降3.2%", "增长1.5百分点", "增长1.5倍"]


def test_less_energy_reaches_the_goal_of_a_decline(analyst, leader):
    statement = one(
        analyst, "单位能耗下降3.2%以上。", "下降3.2%以上", "单位能耗", "3.2", "%", bound=Bound.GE, change=Change.GROWTH
    )
    target = made(analyst, statement, formula="reported_level", base_value=Decimal(100))
    ground.in_force(target, analyst, leader)
    reported(target, analyst, [96])
    assert line_of(target, AFTER).light.colour == "green"


@pytest.mark.parametrize(
    ("text", "quote", "unit", "change", "formula"),
    [
        ("空气优良率达到95%。", "95%", "%", Change.LEVEL, "reported_level"),
        ("工业增加值增长8%。", "增长8%", "%", Change.GROWTH, "reported_level"),
        ("审批时限不超过5天。", "5天", "天", Change.LEVEL, "reported_level"),
        ("新增企业30家。", "30家", "家", Change.LEVEL, "reported"),
        ("整治低效用地300亩。", "300亩", "亩", Change.LEVEL, "freed_mu"),
    ],
)
def test_the_formula_that_is_offered_fits_the_unit(analyst, client, text, quote, unit, change, formula):
    number = "".join(sign for sign in quote if sign.isdecimal())
    statement = one(analyst, text, quote, "指标", number, unit, change=change)
    actions.confirm_statement(statement.pk, by=analyst)
    client.force_login(analyst)
    assert client.get(reverse("target_new", args=[statement.pk])).context["form"].initial["formula"] == formula


def test_shares_do_not_pile_up(analyst):
    statement = one(analyst, "空气优良率达到95%。", "95%", "空气优良率", 95, "%")
    with pytest.raises(Refused, match="不能逐月累加"):
        made(analyst, statement, formula="reported")
    target = actions.make_target(statement.pk, ground.terms(name="空气优良率", formula="reported_level"), by=analyst)
    with pytest.raises(Refused, match="reported_level"):
        actions.set_formula(target.pk, "reported * 2", by=analyst)


def test_a_steady_share_is_foreseen_as_steady(analyst, leader):
    target = made(analyst, one(analyst, "空气优良率达到95%。", "95%", "空气优良率", 95, "%"), formula="reported_level")
    ground.in_force(target, analyst, leader)
    reported(target, analyst, [90, 90.5, 90.1, 90.2, 90.4, 90.3, 90.2, 90.4])
    line = line_of(target, dt.date(YEAR, 9, 6))
    assert line.light.colour == "red"
    assert line.forecast.high < 93


def grown(analyst, weights=(600, 400)):
    statement = one(analyst, "规上工业增加值增长8%。", "增长8%", "规上工业增加值", 8, "%", change=Change.GROWTH)
    whole = made(analyst, statement, formula="reported_level", base_value=Decimal(1000), base_note="上年")
    towns = zip((TOWN, OTHER_TOWN), weights, strict=True)
    actions.break_down(
        whole.pk, [actions.PartTerms(town, Decimal(8), town=town, weight=Decimal(weight)) for town, weight in towns],
        by=analyst,
    )  # fmt: skip
    return whole


def test_parts_of_a_growth_have_bases_of_their_own(analyst, leader):
    whole = grown(analyst)
    actions.sign_target(whole.pk, by=leader)
    parts = list(whole.parts.order_by("place"))
    for part, level in zip(parts, (610, 405), strict=True):
        reported(part, analyst, [level])
    first, second, together = (line_of(target, AFTER) for target in (*parts, whole))
    assert [line.goal.value for line in (first, second, together)] == [pytest.approx(v) for v in (648, 432, 1080)]
    assert (first.real, second.real, together.real) == (610, 405, 1015)
    assert {line.light.colour for line in (first, second, together)} == {"red"}


def test_bases_of_parts_must_make_up_the_base(analyst, leader):
    whole = grown(analyst, (600, 300))
    with pytest.raises(Refused, match="合计900，与整体基数1,000不等"):
        actions.sign_target(whole.pk, by=leader)


def test_points_on_a_base_are_not_broken_down(analyst, leader):
    statement = one(
        analyst, "治理率提高1.5个百分点。", "提高1.5个百分点", "治理率", "1.5", "百分点", change=Change.GROWTH
    )
    whole = made(analyst, statement, formula="reported_level", base_value=Decimal(60))
    actions.break_down(whole.pk, [actions.PartTerms(TOWN, Decimal("1.5"), town=TOWN, weight=Decimal(60))], by=analyst)
    with pytest.raises(Refused, match="由各项报送变化本身"):
        actions.sign_target(whole.pk, by=leader)


def test_a_ceiling_is_as_bad_as_its_worst_part(analyst, leader):
    statement = one(analyst, "审批时限不超过5天。", "不超过5天", "审批时限", 5, "天", bound=Bound.LE)
    whole = made(analyst, statement, formula="reported_level")
    ground.in_force(whole, analyst, leader, ground.town_parts(5, 5))
    for part, days in zip(whole.parts.order_by("place"), (3, 9), strict=True):
        reported(part, analyst, [days])
    line = line_of(whole, AFTER)
    assert (line.real, line.light.colour) == (9, "red")


def test_who_cannot_see_a_target_does_not_answer_for_it(analyst, cadre):
    statement = one(analyst, "引进人才100名。", "100名", "引进人才", 100, "名")
    with pytest.raises(Refused, match="只能看到本镇街的目标"):
        made(analyst, statement, owner=cadre)
    whole = actions.make_target(statement.pk, ground.terms(name="引进人才"), by=analyst)
    with pytest.raises(Refused, match="只能看到本镇街的目标"):
        actions.break_down(whole.pk, [actions.PartTerms("乙", Decimal(100), town=OTHER_TOWN, owner=cadre)], by=analyst)
    [part] = actions.break_down(whole.pk, [actions.PartTerms("甲", Decimal(100), town=TOWN, owner=cadre)], by=analyst)
    assert part.owner == cadre


def test_a_number_too_long_for_a_quantity_is_told_not_kept(analyst, client):
    text = "农商行账户12345678901234567890元。全年整治低效用地300亩。"
    document = ground.taken_in(analyst, text)
    ground.read(document, analyst, text, extract(text))
    document.refresh_from_db()
    assert [held.value for held in DocumentStatement.objects.filter(document=document)] == [300]
    assert document.notes == ["有 1 处数字太长，不像数量，没有列为表述。"]
    client.force_login(analyst)
    assert client.get(reverse("document", args=[document.pk])).status_code == 200
    assert client.get(reverse("threads")).status_code == 200


@pytest.mark.parametrize(
    ("quote", "base", "told"),
    [("下降3%", None, "正数表示下降"), ("增长3%", None, "负数表示下降"), ("下降3%", 100, "与基数 100 同口径的数")],
)
def test_the_report_says_which_figure_is_wanted(analyst, leader, client, quote, base, told):
    text = f"{YEAR}年能耗{quote}。"
    document = ground.read(ground.taken_in(analyst, text), analyst, text, extract(text))
    statement = document.statements.get()
    actions.confirm_statement(statement.pk, by=analyst)
    actions.mend_statement(statement.pk, {"kind": "target"}, by=analyst)
    fields = {"formula": "reported_level", "owner": analyst, "base_value": base and Decimal(base)}
    target = actions.make_target(statement.pk, ground.terms(name="能耗", **fields), by=analyst)
    ground.in_force(target, analyst, leader)
    client.force_login(analyst)
    assert told in client.get(reverse("target_report", args=[target.pk])).content.decode()
