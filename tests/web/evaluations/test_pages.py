"""Every page of the feature opens for those who may, and shows what it should."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from mujun.web.evaluations import jobs
from mujun.web.evaluations.models import AreaNotice, Objection, RuleSetVersion, Run
from mujun.web.evaluations.notices.actions import plan_area_notice
from mujun.web.evaluations.runs.actions import open_result_notice
from tests.web.evaluations.web_county import firm_id, published, rehearsed

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client, analyst):
    client.force_login(analyst)
    return client


def window():
    now = timezone.now()
    return now - dt.timedelta(days=1), now + dt.timedelta(days=5)


def test_the_wizard_drafts_and_rehearses(client, county, analyst):
    page = client.get(reverse("run_new"))
    assert page.status_code == 200
    assert "年度指标" in page.content.decode()
    version = RuleSetVersion.objects.get(name="HY2022")
    answer = client.post(reverse("run_new"), {"version": version.pk, "year": 2022, "note": "试"})
    run = Run.objects.get()
    assert answer.headers["Location"] == reverse("run", args=[run.pk])
    assert "排队中" in client.get(reverse("run", args=[run.pk])).content.decode()
    jobs.rehearse_run(run=run.pk)
    text = client.get(reverse("run", args=[run.pk])).content.decode()
    assert "签字发布" in text
    assert "测试00厂" in text


def test_signing_needs_the_own_password(client, county, analyst):
    run = rehearsed(analyst)
    client.post(reverse("run_publish", args=[run.pk]), {"password": "wrong"})
    run.refresh_from_db()
    assert run.state == "rehearsed"
    client.post(reverse("run_publish", args=[run.pk]), {"password": "molen-en-dijk-42"})
    run.refresh_from_db()
    assert (run.state, run.signed_by) == ("published", analyst)


def test_downloads_and_comparison(client, county, analyst):
    first, second = published(analyst), rehearsed(analyst)
    csv = b"".join(client.get(reverse("run_csv", args=[first.pk])).streaming_content).decode("utf-8-sig")
    assert csv.count("\n") == 26
    assert "亩均税收(万元/亩)" in csv.splitlines()[0]
    assert client.get(reverse("run", args=[first.pk]), {"format": "xlsx"}).content[:2] == b"PK"
    page = client.get(reverse("run_compare", args=[first.pk, second.pk]))
    assert "两次评价的等级完全相同" in page.content.decode()
    assert client.get(reverse("run_compare_choose")).status_code == 200


def test_firm_card_and_its_account(client, county, analyst):
    published(analyst)
    text = client.get(reverse("firm", args=[firm_id(0)])).content.decode()
    for part in ("各项指标", "年度指标.xlsx / Sheet1 /", "用地关系.xlsx", "租出", "等级是怎么定的", "B00", "历年等级"):
        assert part in text
    sheet = client.get(reverse("firm_account", args=[firm_id(0)]))
    assert sheet.content[:2] == b"PK"


def test_area_notice(client, county, analyst):
    starts, ends = window()
    job = plan_area_notice("面积公示", 2022, county, starts, ends, by=analyst)
    jobs.area_notice(**job.arguments)
    notice = AreaNotice.objects.get()
    assert client.get(reverse("area_notices")).status_code == 200
    text = client.get(reverse("area_notice", args=[notice.pk]), {"firm": firm_id(0)}).content.decode()
    assert "公示进行中" in text
    assert reverse("objection_new") in text
    assert client.get(reverse("area_notice_new")).status_code == 200


def test_objection_from_form_to_decision(client, county, analyst):
    run = published(analyst)
    open_result_notice(run.pk, "公示", *window(), by=analyst)
    page = client.get(reverse("firm", args=[firm_id(5)])).content.decode()
    query = f"firm={firm_id(5)}&run={run.pk}&table=measures&column=tax_wan&key={firm_id(5)}&key=2022"
    assert query.replace("&", "&amp;") in page
    url = f"{reverse('objection_new')}?{query}"
    assert "160" in client.get(url).content.decode()
    proof = SimpleUploadedFile("证明.pdf", b"%PDF-1.4 fictional")
    answer = client.post(url, {"claimed": "190", "text": "漏计", "document": proof})
    held = Objection.objects.get()
    assert answer.headers["Location"] == reverse("objection", args=[held.pk])
    assert client.get(reverse("objections")).status_code == 200
    assert client.get(reverse("objection_document", args=[held.pk])).getvalue() == b"%PDF-1.4 fictional"
    client.post(reverse("objection_review", args=[held.pk]))
    client.post(reverse("objection_accept", args=[held.pk]), {"settled": "190", "reason": "属实"})
    held.refresh_from_db()
    assert held.state == "accepted"
    jobs.rehearse_run(run=held.new_run_id)
    assert "因此变动的企业" in client.get(reverse("objection", args=[held.pk])).content.decode()


def test_rule_sets(client, analyst):
    assert client.get(reverse("rule_sets")).status_code == 200
    for version in RuleSetVersion.objects.all():
        assert "评分表" in client.get(reverse("rule_set", args=[version.pk])).content.decode()
    broken = SimpleUploadedFile("本县.yaml", b"name: X\ncards: []")
    answer = client.post(reverse("rule_set_upload"), {"file": broken}, follow=True)
    assert "处需要修改" in answer.content.decode()
