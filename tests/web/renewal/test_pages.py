"""The desk's pages: what each role sees, locks by click, the front, the signature, the paper, the API, few queries."""

from __future__ import annotations

import itertools
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mujun.web.audit.models import AuditEvent
from mujun.web.campaign.models import Block
from mujun.web.maps.jobs import build_tiles
from mujun.web.renewal import jobs, queries
from mujun.web.renewal.models import Plan, PlanChoice
from tests.web.conftest import PASSWORD
from tests.web.renewal import ground

MOST_QUERIES = 45


@pytest.fixture
def explained(plan, settings, tmp_path):
    settings.TILES_ROOT = tmp_path / "tiles"
    build_tiles()
    plan.wishes["front_seconds"] = 3.0
    plan.save()
    jobs.explain_job(plan=plan.pk)
    return plan


def test_a_plan_is_made_on_its_pages(findings, signed_in):
    client = signed_in("analyst")
    wishes = {name: value for name, value in ground.WISHES.items() if value is not None}
    answer = client.post("/plans/new/", {**wishes, "title": "页面上的方案", "findings": findings.pk})
    plan = Plan.objects.get(title="页面上的方案")
    assert answer.headers["Location"] == f"/plans/{plan.pk}/"
    jobs.build_plan(plan=plan.pk)
    text = client.get(f"/plans/{plan.pk}/").content.decode()
    assert "核对数据" in text
    assert "36" in text
    ground.forget_queue()
    client.post(f"/plans/{plan.pk}/solve/")
    plan.refresh_from_db()
    assert plan.state == "solving"
    assert 'hx-trigger="every 400ms"' in client.get(f"/plans/{plan.pk}/").content.decode()


def test_wishes_that_contradict_are_refused_and_kept(findings, signed_in):
    wishes = {name: value for name, value in ground.WISHES.items() if value is not None}
    asked = {**wishes, "title": "试验", "findings": findings.pk, "max_block_mu": 5}
    answer = signed_in("analyst").post("/plans/new/", asked)
    assert answer.status_code == 422
    assert "最大面积不能小于最小面积" in answer.content.decode()


def test_a_lock_by_click_answers_with_the_new_plan(explained, signed_in):
    client = signed_in("analyst")
    parcel = sorted(explained.chosen.codes)[0]
    card = client.get(f"/plans/{explained.pk}/parcels/{parcel}/").content.decode()
    assert "锁定在外" in card
    assert "若拒签" in card
    assert AuditEvent.objects.filter(action="amounts.viewed", about=f"plan:{explained.pk}").exists()
    answer = client.post(
        f"/plans/{explained.pk}/lock/",
        {"parcel_id": parcel, "kind": "out", "why": "假设拒签"},
        headers={"HX-Request": "true"},
    )
    assert 'id="plan-now"' in answer.content.decode()
    held = queries.pending_job(explained)
    assert held is None  # the plan in hand is of the round before
    explained.refresh_from_db()
    held = queries.pending_job(explained)
    jobs.relock_job(**held.arguments)
    ground.forget_queue()
    answer = client.get(f"/plans/{explained.pk}/now/?after=1")
    text = answer.content.decode()
    assert answer.headers["HX-Trigger"] == "mujun:map"
    assert "掉出" in text
    assert parcel in text
    assert "hx-swap-oob" in text
    table = client.get(f"/plans/{explained.pk}/map.json").json()
    face = next(face for face in table["faces"] if face["key"] == "plan")
    assert face["counts"][face["labels"].index("锁定在外")] == 1


def test_the_front_is_proven_and_a_point_of_it_can_be_taken(explained, signed_in):
    points = queries.front_of(explained)
    assert len(points) == 20
    for before, after in itertools.pairwise(points):
        assert before.budget_wan < after.budget_wan
        assert (before.bound or 0) <= (after.bound or 0) + 1e-9
    own = next(point for point in points if point.budget_wan >= explained.chosen.cost_wan)
    assert own.objective >= explained.chosen.objective - 1e-9
    client = signed_in("analyst")
    answer = client.get(f"/plans/{explained.pk}/front/?point=19")
    assert json.loads(answer.headers["HX-Trigger"])["mujun:map"]["face"] == "difference"
    client.post(f"/plans/{explained.pk}/adopt/", {"point": "19"})
    explained.refresh_from_db()
    assert explained.chosen.kind == "front"
    assert explained.chosen.budget_wan == points[19].budget_wan


def test_reasons_say_nothing_that_the_plan_contradicts(explained):
    reasons, current = queries.reasons_of(explained)
    assert current
    inside = explained.chosen.codes
    ids = ground.frame(explained)["id"].tolist()
    for code, standing in zip(ids, reasons.standing, strict=True):
        assert not (standing == "in" and code not in inside)
        assert not (standing == "out" and code in inside)


def test_an_alternative_is_compared_and_chosen(plan, signed_in):
    other = plan.choices.filter(kind="alternative").first()
    client = signed_in("analyst")
    assert "换上" in client.get(f"/plans/{plan.pk}/compare/{other.pk}/").content.decode()
    client.post(f"/plans/{plan.pk}/choose/", {"choice": other.pk})
    plan.refresh_from_db()
    assert plan.chosen_id == other.pk


def test_only_a_leader_signs_and_with_the_own_password(plan, signed_in):
    names = {f"name_{number}": f"第{number}块" for number, _ in enumerate(plan.chosen.blocks, 1)}
    assert signed_in("analyst").post(f"/plans/{plan.pk}/sign/", names).status_code == 403
    client = signed_in("leader")
    shown = client.get(f"/plans/{plan.pk}/sign/").content.decode()
    assert "权利人" in shown
    assert client.post(f"/plans/{plan.pk}/sign/", {**names, "password": "not-it"}).status_code == 422
    assert Block.objects.count() == 0
    client.post(f"/plans/{plan.pk}/sign/", {**names, "password": PASSWORD})
    plan.refresh_from_db()
    assert plan.state == "signed"
    assert Block.objects.count() == len(names)
    assert "已建立区块" in client.get(f"/plans/{plan.pk}/").content.decode()


def test_periods_give_everybody_a_roof_and_a_list(plan, analyst, signed_in):
    import datetime as dt

    from mujun.web.renewal.phases import quarters, usual_wishes

    assert [str(day) for day in quarters(dt.date(2026, 11, 24), 2)] == ["2027-01-01", "2027-04-01"]
    wishes = usual_wishes(plan.chosen, dt.date(2026, 11, 24)) | {"budget_wan": plan.chosen.cost_wan}
    jobs.phase_job(plan=plan.pk, choice=plan.chosen_id, wishes=wishes)
    held = queries.phasing_of(plan)
    assert {row["parcel_id"] for row in held.parcels if row["period"]} <= plan.chosen.codes
    assert held.bound >= held.objective
    firms = [(row["firm_id"], row["parcel_id"]) for row in held.moves]
    assert {parcel for _firm, parcel in firms} <= plan.chosen.codes
    client = signed_in("leader")
    answer = client.get(f"/plans/{plan.pk}/moves/")
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert "第 1 片" in client.get(f"/plans/{plan.pk}/").content.decode()


def test_the_paper_has_a_drawing_and_a_list_for_each_block(plan, signed_in):
    text = signed_in("auditor").get(f"/plans/{plan.pk}/print/").content.decode()
    assert text.count("<svg") >= len(plan.chosen.blocks)
    for code in plan.chosen.codes:
        assert code in text
    assert "填报人" in text


def test_the_desk_asks_the_database_few_times_whatever_the_plan(explained, signed_in):
    client = signed_in("auditor")
    client.get(f"/plans/{explained.pk}/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(f"/plans/{explained.pk}/")
    assert len(asked) <= MOST_QUERIES, [query["sql"][:90] for query in asked]
    before = len(asked)
    for _time in range(3):
        copy = PlanChoice.objects.get(pk=explained.chosen_id)
        copy.pk = None
        copy.save()
    with CaptureQueriesContext(connection) as again:
        client.get(f"/plans/{explained.pk}/")
    assert len(again) <= before


def test_programs_read_plans_inside_their_right(plan, signed_in):
    client = signed_in("leader")
    listed = client.get("/api/v1/plans").json()
    [row] = listed["items"] if "items" in listed else listed["rows"]
    assert row["objective"] == pytest.approx(plan.chosen.objective)
    sheet = client.get(f"/api/v1/plans/{plan.pk}").json()
    assert sheet["blocks"] == plan.chosen.blocks
    assert sheet["digest"] == plan.instance.digest
    for role in ("town", "firm", "administrator"):
        assert signed_in(role).get("/api/v1/plans").status_code == 403
