"""From a sentence to a target in force: terms, formula, breakdown, signature, reports, ends."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from mujun.base.errors import Refused
from mujun.web.audit.models import AuditEvent
from mujun.web.people.rights import scope_of
from mujun.web.targets import actions
from mujun.web.targets.models import MonthlyReport, Target
from mujun.web.targets.queries.cards import card_of, wholes_of
from tests.web.conftest import OTHER_TOWN, TOWN
from tests.web.targets import ground

pytestmark = pytest.mark.django_db


def test_a_target_is_what_its_sentence_says(target):
    assert (target.number, target.value, target.unit, target.bound, target.rule) == (
        f"{ground.YEAR}-001", 5000, "亩", "ge", "sum",
    )  # fmt: skip
    assert target.formulas.get().text == "reported"
    assert AuditEvent.objects.get(action="target.made").about == f"target:{target.pk}"


def test_only_a_confirmed_target_statement_becomes_one_and_once(plan, target, analyst):
    fact, growth = ground.statement(plan, "工业企业"), ground.statement(plan, "规上工业增加值")
    with pytest.raises(Refused, match="已确认的表述"):
        actions.make_target(growth.pk, ground.terms(), by=analyst)
    actions.confirm_statement(fact.pk, by=analyst)
    with pytest.raises(Refused, match="不是目标"):
        actions.make_target(fact.pk, ground.terms(), by=analyst)
    with pytest.raises(Refused, match="已经立为目标"):
        actions.make_target(target.statement_id, ground.terms(), by=analyst)
    with pytest.raises(Refused, match="为依据"):
        actions.refuse_statement(target.statement_id, by=analyst)


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("freed_mu +", "不是一个算式"),
        ("freed", "不是已有的数据"),
        ("1 + 1", "至少要用到"),
        ("__import__('os')", "不允许"),
    ],
)
def test_a_formula_is_checked(target, analyst, formula, told):
    with pytest.raises(Refused, match=told):
        actions.set_formula(target.pk, formula, by=analyst)
    assert target.formulas.count() == 1


def test_formulas_are_versioned_and_in_force_need_a_reason(target, analyst, leader):
    assert actions.set_formula(target.pk, "freed_mu", by=analyst).version == 2
    actions.sign_target(target.pk, by=leader)
    with pytest.raises(Refused, match="原因"):
        actions.set_formula(target.pk, "reported", by=analyst)
    actions.set_formula(target.pk, "reported", "验收口径变了", by=analyst)
    with pytest.raises(Exception, match="only ever added to"), transaction.atomic():
        target.formulas.update(text="1")


def test_a_breakdown_stays_a_draft_until_it_adds_up(target, analyst, leader):
    actions.break_down(target.pk, ground.town_parts(3000, 1660), by=analyst)
    with pytest.raises(Refused, match="比目标5,000亩少340亩"):
        actions.sign_target(target.pk, by=leader)
    assert target.parts.count() == 2
    first, second = target.parts.order_by("place")
    parts = [
        actions.PartTerms(first.name, Decimal(3000), town=TOWN, pk=first.pk),
        actions.PartTerms(second.name, Decimal(2000), town=OTHER_TOWN, pk=second.pk),
    ]
    actions.break_down(target.pk, parts, by=analyst)
    actions.sign_target(target.pk, by=leader)
    assert set(Target.objects.values_list("state", flat=True)) == {"in_force"}
    assert {one.pk for one in target.parts.all()} == {first.pk, second.pk}
    with pytest.raises(Refused, match="草稿"):
        actions.break_down(target.pk, parts, by=analyst)


def test_a_breakdown_goes_on_to_persons_and_every_level_must_add_up(target, analyst, leader, cadre):
    actions.break_down(target.pk, ground.town_parts(), by=analyst)
    first = target.parts.order_by("place")[0]
    person = actions.PartTerms("包干", Decimal(2900), level="person", owner=cadre)
    [leaf] = actions.break_down(first.pk, [person], by=analyst)
    assert (leaf.town, leaf.number) == (TOWN, f"{first.number}-1")
    assert [one.pk for one in wholes_of(leaf)] == [target.pk, first.pk]
    with pytest.raises(Refused, match="少100亩"):
        actions.sign_target(target.pk, by=leader)
    with pytest.raises(Refused, match="随整体目标"):
        actions.sign_target(first.pk, by=leader)


def test_parts_left_out_are_withdrawn_not_deleted(target, analyst):
    actions.break_down(target.pk, ground.town_parts(), by=analyst)
    actions.break_down(target.pk, ground.town_parts(2500, 2500), by=analyst)
    assert sorted(target.parts.values_list("state", "number")) == [
        ("draft", f"{target.number}-3"), ("draft", f"{target.number}-4"),
        ("withdrawn", f"{target.number}-1"), ("withdrawn", f"{target.number}-2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ({"town": ""}, "没有写明镇街"),
        ({"level": "block"}, "没有选定区块"),
        ({"level": "person", "owner_unit": ""}, "没有写明责任人"),
        ({"level": "county"}, "要分解到"),
        ({"due_on": dt.date(2999, 1, 1)}, "不晚于整体期限"),
        ({"name": " "}, "没有名称"),
    ],
)
def test_a_part_must_be_whole(target, analyst, part, told):
    values = {"name": "甲", "value": Decimal(1), "town": TOWN} | part
    with pytest.raises(Refused, match=told):
        actions.break_down(target.pk, [actions.PartTerms(**values)], by=analyst)
    assert not target.parts.exists()


def test_nobody_answers_for_it(plan, analyst, leader):
    target = ground.land_target(plan, analyst, owner_unit="")
    with pytest.raises(Refused, match="没有责任单位或责任人"):
        actions.sign_target(target.pk, by=leader)


def test_a_report_needs_the_owner_evidence_and_a_month_of_the_target(target, analyst, leader, cadre, person):
    ground.in_force(target, analyst, leader, ground.town_parts())
    mine, theirs = target.parts.order_by("place")
    with pytest.raises(Refused, match="佐证"):
        actions.report_month(mine.pk, dt.date(ground.YEAR, 1, 1), "10", None, by=cadre)
    ground.report(mine, 1, 120, cadre)
    with pytest.raises(Refused, match=f"由{OTHER_TOWN}的镇街干部填报"):
        ground.report(theirs, 1, 120, cadre)
    with pytest.raises(Refused, match="由甲镇的镇街干部填报"):
        ground.report(mine, 1, 130, analyst)
    with pytest.raises(Refused, match="只能填报"):
        ground.report(mine, 12, 1, cadre, year=ground.YEAR - 1)
    owner = person("analyst", "owner")
    Target.objects.filter(pk=mine.pk).update(owner=owner)
    with pytest.raises(Refused, match=f"由{owner.display_name}填报"):
        ground.report(mine, 1, 130, cadre, "更正")


def test_a_correction_says_why_and_keeps_what_was_there(target, analyst, leader):
    ground.in_force(target, analyst, leader)
    first = ground.report(target, 1, 120, analyst)
    with pytest.raises(Refused, match="必须写明原因"):
        ground.report(target, 1, 130, analyst)
    second = ground.report(target, 1, 130, analyst, "漏报一宗")
    assert (second.corrects, first.corrects) == (first, None)
    event = AuditEvent.objects.get(action="target.corrected")
    assert (event.reason, event.detail["before"]) == ("漏报一宗", "120.000000")
    with pytest.raises(Exception, match="only ever added to"), transaction.atomic():
        MonthlyReport.objects.update(value=1)


def test_reopened_mended_and_signed_anew_then_closed(target, analyst, leader):
    ground.in_force(target, analyst, leader, ground.town_parts())
    with pytest.raises(Refused, match="写明原因"):
        actions.reopen_target(target.pk, " ", by=leader)
    actions.reopen_target(target.pk, "上级调整任务", by=leader)
    assert set(Target.objects.values_list("state", flat=True)) == {"draft"}
    actions.sign_target(target.pk, by=leader)
    actions.close_target(target.pk, "年度考核完成", by=leader)
    assert set(Target.objects.values_list("state", flat=True)) == {"closed"}
    with pytest.raises(Refused, match="已结束"):
        actions.reopen_target(target.pk, "又来", by=leader)


def test_a_withdrawn_target_sets_its_sentence_free(target, plan, analyst):
    actions.withdraw_target(target.pk, "立错了", by=analyst)
    again = actions.make_target(target.statement_id, ground.terms(), by=analyst)
    assert again.number == f"{ground.YEAR}-002"
    assert card_of(target.pk, scope_of(analyst), timezone.localdate()) is None


def test_the_people_of_the_unit_report_where_nobody_is_named(plan, analyst, leader, person):
    target = ground.land_target(plan, analyst, owner_unit="自然资源局")
    actions.sign_target(target.pk, by=leader)
    theirs, other = person("department", "zrj", unit="自然资源局"), person("department", "kjj", unit="科技局")
    with pytest.raises(Refused, match="由自然资源局填报"):
        ground.report(target, 1, 120, other)
    ground.report(target, 1, 120, theirs)
    assert ground.report(target, 1, 200, analyst, "更正").value == 200
