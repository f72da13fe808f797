"""A firm or a town objects to a cell behind one finding; the correction makes a run that one signature publishes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mujun.base.errors import Refused
from mujun.web.evaluations.models import Objection, ObjectionState, Run, RunState
from mujun.web.evaluations.objections import actions
from mujun.web.findings import jobs
from mujun.web.findings.actions import discard_findings, publish_findings
from mujun.web.findings.models import Finding, FindingsRun
from mujun.web.findings.objecting import window_for_finding
from tests.web.evaluations.web_county import firm_id
from tests.web.findings.conftest import IDLE

pytestmark = pytest.mark.django_db


def proof():
    return SimpleUploadedFile("证明.pdf", b"%PDF-1.4 fictional")


def low(run, parcel="P24"):
    return Finding.objects.select_related("run").get(run=run, parcel_id=parcel, criterion="low_tax_per_mu")


def file(finding, by, *, firm=24, key=None, table="measures", column="tax_wan", claimed="400"):
    key = key or [firm_id(firm), "2022"]
    return actions.file_objection(
        window_for_finding(finding), firm_id(firm), "测试厂", "甲镇", table=table, key=key, column=column, claimed=claimed,
        text="漏计一笔税款", upload=proof(), by=by,
    )  # fmt: skip


def test_from_the_objection_to_the_signature(run, analyst):
    objection = file(low(run), analyst)
    assert (objection.finding_run, objection.parcel_id, objection.criterion) == (run, "P24", "low_tax_per_mu")
    new = actions.accept_objection(objection.pk, "400", "税务局证明属实", by=analyst)
    assert isinstance(new, FindingsRun)
    assert not Run.objects.exists()
    jobs.rehearse_findings(run=new.pk)
    new.refresh_from_db()
    assert {(one["parcel_id"], one["what"]) for one in new.changes["list"]} == {("P24", "gone")}
    publish_findings(new.pk, timezone.now() + dt.timedelta(days=3), by=analyst)
    run.refresh_from_db()
    objection.refresh_from_db()
    assert (run.state, objection.state, objection.new_finding_run) == (
        RunState.SUPERSEDED,
        ObjectionState.ACCEPTED,
        new,
    )
    assert Finding.objects.filter(run=run, parcel_id="P24").exists()


def test_only_cells_behind_the_finding(run, analyst):
    with pytest.raises(Refused, match="没有用到这个数"):
        file(low(run), analyst, key=[firm_id(3), "2022"])
    with pytest.raises(Refused, match="没有用到这个数"):
        file(low(run), analyst, column="revenue_wan")
    assert not Objection.objects.exists()


def test_a_building_may_be_wrong_too(run, analyst):
    finding = Finding.objects.select_related("run").get(run=run, parcel_id="P24", criterion="low_far")
    objection = file(finding, analyst, table="buildings", key=["B24"], column="floor_area_m2", claimed="9000")
    actions.accept_objection(objection.pk, "9000", "复测", by=analyst)
    jobs.rehearse_findings(run=objection.__class__.objects.get().new_finding_run_id)
    new = FindingsRun.objects.latest("pk")
    assert not Finding.objects.filter(run=new, parcel_id="P24", criterion="low_far", found=True).exists()


def test_a_second_objection_takes_the_first_along(run, analyst):
    first, second = file(low(run), analyst), file(low(run, "P23"), analyst, firm=23, claimed="390")
    earlier = actions.accept_objection(first.pk, "400", "属实", by=analyst)
    later = actions.accept_objection(second.pk, "390", "属实", by=analyst)
    earlier.refresh_from_db()
    first.refresh_from_db()
    assert (earlier.state, first.new_finding_run) == (RunState.DISCARDED, later)
    with pytest.raises(Refused, match="不能放弃"):
        discard_findings(later.pk, by=analyst)


def test_after_the_time_or_against_an_old_run_nothing_is_taken(run, analyst):
    run.objections_until = timezone.now() - dt.timedelta(minutes=1)
    run.save()
    with pytest.raises(Refused, match="逾期不再受理"):
        file(low(run), analyst)
    run.state = RunState.SUPERSEDED
    run.save()
    with pytest.raises(Refused, match="不是现行结果"):
        file(low(run), analyst)


def address(finding, table, key, column):
    query = "&".join([f"table={table}", f"column={column}", *(f"key={part}" for part in key)])
    return f"{reverse('finding_object', args=[finding.pk])}?{query}"


def test_a_town_objects_to_a_date_of_its_own_land(run, signed_in):
    idle = Finding.objects.get(run=run, parcel_id=IDLE, criterion="idle_1y")
    town: Client = signed_in("town")
    url = address(idle, "parcels", [IDLE], "start_due")
    assert town.get(url).status_code == 200
    answer = town.post(url, {"claimed": "2022-06-01", "text": "合同延期", "document": proof()})
    objection = Objection.objects.get()
    assert answer.url == reverse("objection", args=[objection.pk])
    assert (objection.firm_id, objection.firm_name, objection.town, objection.claimed) == (
        "",
        "甲字村",
        "甲镇",
        "2022-06-01",
    )
    shown = town.get(answer.url).content.decode()
    assert IDLE in shown
    assert "闲置满一年" in shown
    town.post(reverse("objection_withdraw", args=[objection.pk]))
    objection.refresh_from_db()
    assert objection.state == ObjectionState.WITHDRAWN


def test_who_may_not_read_a_figure_cannot_object_to_it(run, signed_in):
    town: Client = signed_in("town")
    answer = town.get(address(low(run), "measures", [firm_id(24), "2022"], "tax_wan"), follow=True)
    assert "不能查看这个数" in answer.content.decode()
    other: Client = signed_in("firm", username="other", firm_id=firm_id(3))
    assert other.get(address(low(run), "measures", [firm_id(24), "2022"], "tax_wan")).status_code == 404
    assert not Objection.objects.exists()


def test_the_office_decides_on_the_page(run, signed_in):
    firm: Client = signed_in("firm", firm_id=firm_id(24))
    url = address(low(run), "measures", [firm_id(24), "2022"], "tax_wan")
    firm.post(url, {"claimed": "400", "text": "漏计", "document": proof()})
    objection = Objection.objects.get()
    office: Client = signed_in("analyst", username="office")
    office.post(reverse("objection_accept", args=[objection.pk]), {"settled": "400", "reason": "属实"})
    objection.refresh_from_db()
    jobs.rehearse_findings(run=objection.new_finding_run_id)
    shown = office.get(reverse("objection", args=[objection.pk])).content.decode()
    assert "因此变动的认定" in shown
    assert "消除" in shown
    assert reverse("finding_run", args=[objection.new_finding_run_id]) in shown
    assert "消除" not in firm.get(reverse("objection", args=[objection.pk])).content.decode()
