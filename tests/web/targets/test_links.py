"""Statements of one metric across documents: found by rule, asked where in doubt, decided by people; what became of them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test.utils import CaptureQueriesContext

from mujun.base.errors import Refused
from mujun.targets.statement import Kind
from mujun.targets.threads import Fate
from mujun.web.people.rights import scope_of
from mujun.web.targets import actions, jobs
from mujun.web.targets.models import StatementLink
from mujun.web.targets.queries.threads import doubtful_links, links_of, only_in, threads_in_scope, what_became
from tests.web.targets import ground
from tests.web.targets.ground import YEAR, said

pytestmark = pytest.mark.django_db
OLD = "去年计划：整治低效工业用地4000亩，新增高新技术企业30家，新增智能工厂5个，建成小微企业园2个。"
REPORT = "去年成绩：完成工业低效用地整治4200亩，新认定高企31家，智能工厂达6个。"


@pytest.fixture
def papers(analyst):
    """Last year's plan and this year's report on it."""
    old = ground.taken_in(
        analyst, OLD, title="去年计划", issued_on=dt.date(YEAR - 1, 1, 10), kind="plan", series="政府报告"
    )
    ground.read(
        old, analyst, OLD,
        [
            said(OLD, "4000亩", "整治低效工业用地", 4000, "亩", period=str(YEAR - 1)),
            said(OLD, "30家", "新增高新技术企业", 30, "家", period=str(YEAR - 1)),
            said(OLD, "5个", "新增智能工厂", 5, "个", period=str(YEAR - 1)),
            said(OLD, "2个", "建成小微企业园", 2, "个", period=str(YEAR - 1)),
        ],
    )  # fmt: skip
    report = ground.taken_in(analyst, REPORT, title="工作报告", kind="report", series="政府报告")
    ground.read(
        report, analyst, REPORT,
        [
            said(REPORT, "4200亩", "完成工业低效用地整治", 4200, "亩", period=str(YEAR - 1), kind=Kind.RESULT),
            said(REPORT, "31家", "新认定高企", 31, "家", period=str(YEAR - 1), kind=Kind.RESULT),
            said(REPORT, "6个", "智能工厂", 6, "个", period=str(YEAR - 1), kind=Kind.RESULT),
        ],
    )  # fmt: skip
    jobs.link_statements(by=analyst.pk)
    return old, report


def test_links_are_found_and_doubtful_ones_asked(papers, analyst):
    links = {(one.first.metric, one.second.metric): one.verdict for one in StatementLink.objects.all()}
    assert links == {
        ("整治低效工业用地", "完成工业低效用地整治"): "sure",
        ("新增高新技术企业", "新认定高企"): "sure",
        ("新增智能工厂", "智能工厂"): "doubtful",
    }
    [asked] = doubtful_links(scope_of(analyst))
    assert "只有一条说“新增”" in asked.why


def test_a_decision_stays_whatever_the_rules_say_later(papers, analyst):
    [asked] = doubtful_links(scope_of(analyst))
    actions.decide_link(asked.second_id, asked.first_id, False, "一个是新增，一个是总数", by=analyst)
    jobs.link_statements(by=analyst.pk)
    asked.refresh_from_db()
    assert (asked.verdict, asked.by, asked.why) == ("different", analyst, "一个是新增，一个是总数")
    assert not doubtful_links(scope_of(analyst)).exists()
    [(link, other)] = links_of(asked.first)
    assert (link.pk, other.pk) == (asked.pk, asked.second_id)
    with pytest.raises(Refused):
        actions.decide_link(asked.first_id, asked.first_id, True, by=analyst)


def test_what_became_of_last_years_promises(papers, analyst):
    old, report = papers
    fates = {
        line.promise.metric: (line.fate, [one.quote for one in line.answers])
        for line in what_became(*papers, scope_of(analyst))
    }
    assert fates == {
        "整治低效工业用地": (Fate.REPORTED, ["4200亩"]),
        "新增高新技术企业": (Fate.REPORTED, ["31家"]),
        "新增智能工厂": (Fate.SILENT, []),
        "建成小微企业园": (Fate.SILENT, []),
    }
    silent = next(line for line in threads_in_scope(scope_of(analyst)) if line.metric == "建成小微企业园")
    assert silent.silent_in == report
    [asked] = doubtful_links(scope_of(analyst))
    actions.decide_link(asked.first_id, asked.second_id, True, by=analyst)
    became = what_became(old, report, scope_of(analyst))
    assert next(line for line in became if line.promise.metric == "新增智能工厂").fate is Fate.REPORTED
    assert only_in(report, became) == []


def test_a_refused_statement_is_in_no_thread(papers, analyst):
    old, report = papers
    actions.refuse_statement(report.statements.get(metric="新认定高企").pk, by=analyst)
    jobs.link_statements(by=analyst.pk)
    assert StatementLink.objects.count() == 2
    fates = {line.promise.metric: line.fate for line in what_became(old, report, scope_of(analyst))}
    assert fates["新增高新技术企业"] is Fate.SILENT


def test_a_town_sees_documents_of_the_county_and_its_own(papers, analyst, cadre, person):
    other = ground.taken_in(analyst, "乙镇的文件", title="乙镇计划", town="乙镇")
    from mujun.web.targets.queries.documents import documents_in_scope

    assert other not in documents_in_scope(scope_of(cadre))
    assert documents_in_scope(scope_of(cadre)).count() == 2
    assert not documents_in_scope(scope_of(person("firm"))).exists()
    assert threads_in_scope(scope_of(person("firm", "f2"))) == []


def test_threads_take_a_fixed_number_of_questions(papers, analyst, django_assert_max_num_queries):
    from django.db import connection

    with CaptureQueriesContext(connection) as captured:
        threads_in_scope(scope_of(analyst))
    assert len(captured) <= 4
