"""The ledger: real figures from reports, land, runs and the register; forecasts, lights, gaps; by few questions."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test.utils import CaptureQueriesContext

from mujun.web.campaign import actions as campaign
from mujun.web.campaign.models import Block, Stage
from mujun.web.campaign.queries.freed import freed_between
from mujun.web.evaluations.models import RuleSetVersion, Run, RunResult
from mujun.web.people.rights import scope_of
from mujun.web.targets import actions
from mujun.web.targets.measures.land import pending_by_block
from mujun.web.targets.models import DocumentStatement, StatementLink, Target
from mujun.web.targets.queries.cards import card_of
from mujun.web.targets.queries.ledger import ledger, line_of, targets_in_scope
from mujun.web.targets.queries.orders import in_order, month_table, to_report
from tests.web.campaign.ground import ago, county_with_land, photo, two_blocks, work_to
from tests.web.conftest import OTHER_TOWN, TOWN
from tests.web.targets import ground
from tests.web.targets.ground import YEAR, reported

pytestmark = pytest.mark.django_db
TODAY = dt.date(YEAR, 9, 16)


def test_what_the_owner_reported_is_the_real_figure(target, analyst):
    reported(target, analyst, [400, 800, 1200, 1600, 2000, 2500, 2900, 3300])
    line = line_of(target, TODAY)
    assert (line.real, line.measured.arithmetic) == (3300, "月报数 3,300")
    assert [value for _month, value in line.months][-3:] == [2500, 2900, 3300]
    assert line.missing == 1700
    assert line.forecast.basis == "按工作日进度推算"
    assert line.light.colour in ("yellow", "red")
    assert line_of(target, dt.date(YEAR, 3, 2)).real == 1200


def test_parts_make_up_the_whole_where_it_reports_nothing_itself(target, analyst):
    first, second = actions.break_down(target.pk, ground.town_parts(), by=analyst)
    reported(first, analyst, [100, 200, 300])
    reported(second, analyst, [50])
    line = line_of(target, TODAY)
    assert [value for _month, value in line.months] == [150, 250, 350]
    assert line.real == 350


def test_a_mean_waits_for_every_part(plan, analyst):
    held = ground.statement(plan, "规上工业增加值")
    actions.confirm_statement(held.pk, by=analyst)
    whole = actions.make_target(held.pk, ground.terms(formula="reported_level"), by=analyst)
    assert whole.rule == "mean"
    parts = [
        actions.PartTerms("甲", Decimal(6), town=TOWN, weight=Decimal(2)),
        actions.PartTerms("乙", Decimal(12), town=OTHER_TOWN, weight=Decimal(1)),
    ]
    first, second = actions.break_down(whole.pk, parts, by=analyst)
    reported(first, analyst, [5])
    assert line_of(whole, TODAY).real is None
    reported(second, analyst, [11])
    line = line_of(whole, TODAY)
    assert (line.real, line.accumulates) == (7, False)


def test_growth_on_a_base_is_held_as_a_level(plan, analyst):
    held = ground.statement(plan, "规上工业增加值")
    actions.confirm_statement(held.pk, by=analyst)
    whole = actions.make_target(held.pk, ground.terms(base_value=Decimal(250)), by=analyst)
    assert line_of(whole, TODAY).goal.value == pytest.approx(270)


@pytest.fixture
def freed(target, analyst, leader):
    """The land target counts accepted land of two blocks: the first vacated and one parcel accepted.

    So young that its own pace says nothing yet, whatever day of the month the tests run on.
    """
    county_with_land()
    blocks = two_blocks(analyst)
    work_to(blocks[0], Stage.VACATE, analyst)
    campaign.accept_land(blocks[0].pk, "G1", None, ago(5), "", photo(), by=leader)
    actions.set_formula(target.pk, "freed_mu", by=analyst)
    Target.objects.filter(pk=target.pk).update(value=100, starts_on=ago(20), due_on=ago(-350))
    target.refresh_from_db()
    return target


def test_accepted_land_counts_by_town_and_block(freed, analyst):
    line = line_of(freed, ago(0))
    assert line.real == pytest.approx(30)
    assert "已验收腾出面积 30亩" in line.measured.arithmetic
    Target.objects.filter(pk=freed.pk).update(town=OTHER_TOWN)
    freed.refresh_from_db()
    assert line_of(freed, ago(0)).real == 0
    block = Block.objects.order_by("pk")[0]
    Target.objects.filter(pk=freed.pk).update(town="", block=block)
    freed.refresh_from_db()
    assert line_of(freed, ago(0)).real == pytest.approx(30)
    assert line_of(freed, ago(6)).real == 0
    counted = freed_between(freed.starts_on, ago(0))
    assert (counted.total_mu, counted.by_block[block.pk]) == (pytest.approx(30), pytest.approx(30))


def test_stage_dates_are_part_of_the_forecast_and_of_the_gap(freed, analyst):
    second = Block.objects.order_by("pk")[1]
    campaign.plan_stages(second.pk, {Stage.VACATE: ago(-60)}, by=analyst)
    line = line_of(freed, ago(0))
    assert "按计划阶段日期" in line.forecast.basis
    assert line.forecast.high == pytest.approx(110)
    card = card_of(freed.pk, scope_of(analyst), ago(0))
    assert card.gap is not None
    assert [one.amount for one in card.gap.chosen] == [pytest.approx(20), pytest.approx(60)]
    assert "以下2个区块可腾出80亩" in card.gap.sentence
    Target.objects.filter(pk=freed.pk).update(due_on=ago(-30))
    late = card_of(freed.pk, scope_of(analyst), ago(0)).gap
    assert "还差50亩" in late.sentence


def test_firms_by_grade_and_tax_of_the_register(county, target, analyst):
    rules = RuleSetVersion.objects.create(name="T", digest="0", text="", by=analyst)
    for year, grades in ((YEAR - 2, "AB"), (YEAR - 1, "AA")):
        run = Run.objects.create(
            rules=rules, rule_name="T", year=year, revision=1, state="published", by=analyst, signed_by=analyst,
            signed_at=dt.datetime(year + 1, 6, 20, tzinfo=dt.UTC),
        )  # fmt: skip
        for number, grade in enumerate(grades):
            RunResult.objects.create(run=run, firm_id=f"F{number}", town=[TOWN, OTHER_TOWN][number], grade=grade)
    actions.set_formula(target.pk, "firms_a / (firms_a + firms_b) * 100", by=analyst)
    line = line_of(target, TODAY)
    assert (line.real, line.accumulates, line.goal.base) == (100, False, 50)
    assert line.measured.arithmetic == f"{YEAR}-06：A类企业数 2家 ÷ (A类企业数 2家 + B类企业数 0家) × 100 = 100"
    early = line_of(target, dt.date(YEAR, 5, 31))
    assert early.real is None  # last year's grades say nothing of what is to be reached this year
    assert f"此前最近为{YEAR - 1}-06" in early.measured.arithmetic
    actions.set_formula(target.pk, "tax_wan", by=analyst)
    line = line_of(target, TODAY)
    assert (line.real, line.goal.base) == (None, 1000 + 2022 + 2000 + 2022)
    assert line.light.colour == "grey"
    Target.objects.filter(pk=target.pk).update(starts_on=dt.date(2022, 1, 1))
    target.refresh_from_db()
    assert line_of(target, TODAY).real == 1000 + 2022 + 2000 + 2022
    actions.set_formula(target.pk, "floor_area_m2", by=analyst)
    assert line_of(target, TODAY).real == 27_000


def test_last_years_target_of_the_same_metric_gives_the_season(plan, target, analyst):
    shape = [0, 50, 100, 300, 500, 700, 900, 1100, 1400, 2000, 3000, 4000]
    before = []
    for back in (1, 2):
        held = DocumentStatement.objects.create(
            document=plan, start=0, end=back, quote="x", metric="整治低效工业用地", value=4000, unit="亩", bound="ge",
            change="level", kind="target", state="added", decided_by=analyst,
        )  # fmt: skip
        former = Target.objects.create(
            number=f"{YEAR - back}-001", name="往年", statement=held, value=4000, unit="亩", rule="sum",
            starts_on=dt.date(YEAR - back, 1, 1), due_on=dt.date(YEAR - back, 12, 31), by=analyst,
        )  # fmt: skip
        reported(former, analyst, shape, year=YEAR - back)
        before.append(held)
        low, high = sorted((held.pk, target.statement_id))
        StatementLink.objects.create(first_id=low, second_id=high, verdict="sure", score=1.0)
    reported(target, analyst, [value * 1.25 for value in shape[:8]])
    line = line_of(target, dt.date(YEAR, 8, 31))
    assert line.forecast.basis == "按前2年的月度规律推算"
    assert line.forecast.mid == pytest.approx(5000, rel=1e-3)
    StatementLink.objects.all().delete()
    assert line_of(target, dt.date(YEAR, 8, 31)).forecast.basis == "按工作日进度推算"


def test_a_cadre_sees_the_own_town_and_a_firm_nothing(target, analyst, cadre, person):
    first, second = actions.break_down(target.pk, ground.town_parts(), by=analyst)
    assert list(targets_in_scope(scope_of(cadre))) == [first]
    assert card_of(second.pk, scope_of(cadre), TODAY) is None
    card = card_of(first.pk, scope_of(cadre), TODAY)
    assert [one.pk for one in card.wholes] == [target.pk]
    assert not targets_in_scope(scope_of(person("firm"))).exists()
    assert targets_in_scope(scope_of(person("auditor"))).count() == 3


def test_the_table_of_a_month(target, analyst, leader, cadre):
    ground.in_force(target, analyst, leader, ground.town_parts())
    first, second = target.parts.order_by("place")
    reported(first, analyst, [100, 250])
    rows = month_table(scope_of(analyst), dt.date(YEAR, 2, 1), TODAY)
    assert [row.line.target.pk for row in rows] == [target.pk, first.pk, second.pk]
    assert [(row.value, row.in_month) for row in rows] == [(250, 150), (250, 150), (None, None)]
    assert rows[1].report.value == 250
    assert [one.pk for one in to_report(cadre, scope_of(cadre), dt.date(YEAR, 3, 1))] == [first.pk]
    assert not to_report(cadre, scope_of(cadre), dt.date(YEAR, 2, 1)).exists()
    assert in_order([second, first, target]) == [target, first, second]


def test_many_targets_take_no_more_questions_than_few(freed, analyst):
    from django.db import connection

    def asked(rows):
        with CaptureQueriesContext(connection) as captured:
            ledger(rows, ago(0))
        return len(captured)

    parts = [actions.PartTerms(f"第{n}份", Decimal(1), town=[TOWN, OTHER_TOWN][n % 2]) for n in range(30)]
    made = actions.break_down(freed.pk, parts, by=analyst)
    rows = list(targets_in_scope(scope_of(analyst)))
    assert asked(rows[:2]) == asked(rows) <= 12
    assert len(rows) == len(made) + 1
    with CaptureQueriesContext(connection) as captured:
        card_of(freed.pk, scope_of(analyst), ago(0))
    assert len(captured) <= 36


def test_what_left_a_block_takes_its_acceptance_along(analyst, leader):
    county_with_land()
    [first, *_rest] = two_blocks(analyst)
    work_to(first, Stage.VACATE, analyst)
    before = sum(pending_by_block()[first.pk].values())
    accepted = campaign.accept_land(first.pk, "G1", None, ago(5), "", photo(), by=leader)
    left = sum(pending_by_block()[first.pk].values())
    assert left == pytest.approx(before - accepted.area_mu)
    campaign.release_parcels(first.pk, ["G1"], "已验收，移交", by=analyst)
    assert sum(pending_by_block()[first.pk].values()) == pytest.approx(left)


def test_the_table_of_a_month_lists_what_had_not_ended_before(target, analyst, leader, monkeypatch):
    ground.in_force(target, analyst, leader)
    actions.close_target(target.pk, "提前完成", by=leader)
    Target.objects.filter(pk=target.pk).update(ended_on=dt.date(YEAR, 3, 20))
    listed = [len(month_table(scope_of(analyst), dt.date(YEAR, month, 1), TODAY)) for month in (2, 3, 4)]
    assert listed == [1, 1, 0]
