"""The pages of findings: what each role sees, what is blanked, filters, Excel, and how much they ask the database."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mujun.web.audit.models import AuditEvent
from mujun.web.evaluations.models import RunState
from mujun.web.findings.models import Finding, FindingsRun
from mujun.web.findings.queries import HIDDEN
from tests.web.conftest import PASSWORD
from tests.web.evaluations.web_county import firm_id
from tests.web.findings.conftest import IDLE, rehearsed

pytestmark = pytest.mark.django_db


def text(client: Client, name: str, *args: Any, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_a_run_the_page_says_what_to_do(county, signed_in):
    assert reverse("finding_run_new") in text(signed_in("analyst"), "findings")
    assert reverse("finding_run_new") not in text(signed_in("leader"), "findings")


@pytest.mark.parametrize("role", ["analyst", "leader", "auditor"])
def test_the_office_sees_every_finding_with_its_figures(run, signed_in, role):
    shown = text(signed_in(role), "findings", criterion="low_tax_per_mu")
    low = Finding.objects.get(run=run, parcel_id="P24", criterion="low_tax_per_mu")
    assert "P24" in shown
    assert f"{low.value_text} 万元/亩" in shown
    assert HIDDEN not in shown


def test_a_town_sees_its_own_land_without_amounts(run, signed_in):
    client = signed_in("town")
    shown = text(client, "findings", criterion="low_tax_per_mu")
    low = Finding.objects.get(run=run, parcel_id="P24", criterion="low_tax_per_mu")
    assert low.town == "甲镇"
    assert "P24" in shown
    assert "P23" not in shown
    assert low.value_text not in shown
    assert HIDDEN in shown
    card = text(client, "parcel", "P24")
    assert "亩均税收低" in card
    assert low.sentence not in card
    assert client.get(reverse("parcel", args=["P23"])).status_code == 404


def test_a_firm_sees_the_land_it_holds_or_uses_and_only_its_own_figures(run, signed_in):
    own = signed_in("firm", firm_id=firm_id(24))
    shown = text(own, "findings")
    assert "P24" in shown
    assert "P23" not in shown
    Finding.objects.filter(run=run, parcel_id="P24").update(firms=[firm_id(24), firm_id(3)])
    low = Finding.objects.get(run=run, parcel_id="P24", criterion="low_tax_per_mu")
    assert f"{low.value_text} 万元/亩" not in text(own, "findings", criterion="low_tax_per_mu")


def test_the_card_shows_criterion_value_threshold_clause_and_cells(run, signed_in):
    card = text(signed_in("analyst"), "parcel", IDLE)
    for words in ("闲置满一年", "18 个月", "12 个月", "第十四条第一项", "2022-06-01", "20.00", "宗地.xlsx", "提出异议"):
        assert words in card, words
    assert "提出异议" not in text(signed_in("leader"), "parcel", IDLE)


def test_a_look_at_amounts_is_logged(run, signed_in):
    text(signed_in("town"), "parcel", "P24")
    assert not AuditEvent.objects.filter(action="amounts.viewed").exists()
    office = signed_in("analyst")
    text(office, "parcel", "P24")
    text(office, "findings")
    looked = AuditEvent.objects.filter(action="amounts.viewed").values_list("about", flat=True)
    assert set(looked) == {"parcel:P24", f"findings:{run.pk}"}


def test_filters_and_what_cannot_be_decided(run, signed_in):
    client = signed_in("analyst")
    assert IDLE not in text(client, "findings", criterion="low_far")
    assert IDLE in text(client, "findings", find="甲字村")
    undecided = text(client, "findings", undecided="on", criterion="grade_d")
    assert "为什么无法认定" in undecided
    assert "评价等级" in undecided


def test_the_workbook_holds_the_rows_of_the_page(run, signed_in):
    answer = signed_in("analyst").get(reverse("findings"), {"criterion": "low_far", "format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert "宗地代码" in rows[1]
    assert len(rows) - 2 == Finding.objects.filter(run=run, criterion="low_far", found=True).count()
    town = signed_in("town").get(reverse("findings"), {"criterion": "low_tax_per_mu", "format": "xlsx"})
    values = [cell for row in openpyxl.load_workbook(io.BytesIO(town.content)).active.values for cell in row]
    assert HIDDEN in values


def test_drafts_are_for_the_office(county, analyst, signed_in):
    draft = rehearsed(analyst)
    for role, status in (("leader", 200), ("auditor", 200), ("town", 404), ("firm", 404)):
        assert signed_in(role).get(reverse("finding_run", args=[draft.pk])).status_code == status, role


def test_plan_rehearse_and_sign(county, signed_in):
    from mujun.web.findings import jobs
    from mujun.web.findings.models import FindingsRuleSet

    office = signed_in("analyst")
    assert "永康市低效工业用地认定" in text(office, "finding_run_new")
    rules = FindingsRuleSet.objects.get(name="HZ2021")
    office.post(reverse("finding_run_new"), {"rules": rules.pk, "year": 2022, "grades": "", "note": "试"})
    run = FindingsRun.objects.get()
    assert "试算" in text(office, "finding_run", run.pk)
    jobs.rehearse_findings(run=run.pk)
    leader = signed_in("leader")
    assert "签字发布" in text(leader, "finding_run", run.pk)
    until = (timezone.localtime() + dt.timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    publish = reverse("finding_run_publish", args=[run.pk])
    leader.post(publish, {"password": "wrong-password-1", "until": until})
    run.refresh_from_db()
    assert run.state == RunState.REHEARSED
    leader.post(publish, {"password": PASSWORD, "until": until})
    run.refresh_from_db()
    assert (run.state, run.signed_by.role) == (RunState.PUBLISHED, "leader")


def test_rule_sets_are_readable_and_the_own_one_is_taken_in(county, signed_in):
    from mujun.web.findings.models import FindingsRuleSet

    office = signed_in("analyst")
    assert "YK" in text(office, "finding_rule_sets")
    version = FindingsRuleSet.objects.get(name="YK")
    shown = text(office, "finding_rules", version.pk)
    assert "亩均税收低于 5 万元/亩" in shown
    assert "土地价款的 20%" in shown
    raw = office.get(reverse("finding_rules_text", args=[version.pk])).getvalue().decode()
    mine = io.BytesIO(raw.replace("name: YK", "name: MINE").replace("below: 5,", "below: 6,").encode())
    mine.name = "mine.yaml"
    office.post(reverse("finding_rules_upload"), {"file": mine})
    assert FindingsRuleSet.objects.get(name="MINE").valid
    broken = io.BytesIO(raw.replace("below: 5", "bellow: 5").encode())
    broken.name = "broken.yaml"
    answer = office.post(reverse("finding_rules_upload"), {"file": broken}, follow=True)
    assert "是不是“below”" in answer.content.decode()


@pytest.mark.parametrize(("name", "most"), [("findings", 18), ("finding_runs", 8)])
def test_pages_ask_a_bounded_number_of_questions(run, signed_in, django_assert_max_num_queries, name, most):
    client = signed_in("analyst")
    with django_assert_max_num_queries(most):
        client.get(reverse(name))
