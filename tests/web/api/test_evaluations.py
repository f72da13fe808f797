"""Runs, results, account sheets, area lists and objections through the API."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from mujun.web.audit.models import AuditEvent
from mujun.web.evaluations.models import AreaNotice, AreaRow
from mujun.web.evaluations.objections.actions import file_objection
from mujun.web.evaluations.objections.queries import window_for_run
from mujun.web.evaluations.runs.actions import open_result_notice
from mujun.web.people.rights import Role
from tests.web.evaluations.web_county import fill, firm_id, published, rehearsed, tables

pytestmark = pytest.mark.django_db
OWN, OTHER = firm_id(2), firm_id(3)  # 甲镇, 乙镇


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.RUNS_ROOT = tmp_path / "runs"
    settings.MEDIA_ROOT = tmp_path / "documents"


@pytest.fixture
def analyst(person):
    return person(Role.ANALYST, "ontleder")


@pytest.fixture
def run(db, analyst):
    fill(tables())
    return published(analyst)


def test_results_are_those_of_the_run_and_stay_inside_the_scope(run, signed_in):
    rows = signed_in(Role.ANALYST).get(f"/api/v1/runs/{run.pk}/results?limit=1000").json()["items"]
    assert len(rows) == run.results.count()
    kept = run.results.get(firm_id=OWN)
    [row] = [row for row in rows if row["firm_id"] == OWN]
    assert (row["grade"], row["rank"], row["area_mu"]) == (kept.grade, kept.rank, kept.area_mu)
    assert row["total"] * 10_000 == pytest.approx(kept.total_e4)
    cadre = signed_in(Role.TOWN).get(f"/api/v1/runs/{run.pk}/results").json()["items"]
    assert {row["town"] for row in cadre} == {"甲镇"}
    client = signed_in(Role.FIRM, firm_id=OWN)
    assert [row["firm_id"] for row in client.get(f"/api/v1/runs/{run.pk}/results").json()["items"]] == [OWN]
    assert client.get(f"/api/v1/runs/{run.pk}/results?firm_id={OTHER}").json()["count"] == 0


def test_results_as_excel_stay_inside_too(run, signed_in):
    answer = signed_in(Role.FIRM, firm_id=OWN).get(f"/api/v1/runs/{run.pk}/results?format=xlsx")
    cells = [str(cell) for row in load_workbook(io.BytesIO(answer.content)).active.values for cell in row]
    assert OWN in cells
    assert OTHER not in cells


def test_a_run_that_is_not_published_is_for_those_who_may_read_drafts(run, analyst, signed_in):
    draft = rehearsed(analyst)
    for role in (Role.TOWN, Role.FIRM):
        client = signed_in(role, **({"firm_id": OWN} if role is Role.FIRM else {}))
        assert [row["id"] for row in client.get("/api/v1/runs").json()["items"]] == [run.pk]
        assert client.get(f"/api/v1/runs/{draft.pk}").status_code == 404
        assert client.get(f"/api/v1/runs/{draft.pk}/results").status_code == 404
    assert signed_in(Role.AUDITOR).get(f"/api/v1/runs/{draft.pk}").json()["state"] == "rehearsed"


def test_the_account_sheet_is_for_those_who_may_read_amounts_and_each_look_is_logged(run, signed_in):
    client = signed_in(Role.FIRM, firm_id=OWN)
    sheet = client.get(f"/api/v1/accounts/{OWN}").json()
    assert (sheet["firm_id"], sheet["run_id"], sheet["pooled_into"]) == (OWN, run.pk, None)
    assert sheet["sheet"]["firm_id"] == OWN
    assert AuditEvent.objects.get(action="amounts.viewed").about == f"firm:{OWN}"
    assert client.get(f"/api/v1/accounts/{OTHER}").status_code == 404
    assert client.get(f"/api/v1/accounts/{OWN}?run=987654").status_code == 404
    refused = signed_in(Role.TOWN).get(f"/api/v1/accounts/{OWN}")
    assert refused.status_code == 403
    assert "业务人员" in refused.json()["error"]


def test_an_objection_is_seen_inside_the_scope_and_its_figures_with_the_right_to_amounts(run, analyst, signed_in):
    now = timezone.now()
    open_result_notice(run.pk, "公示", now - dt.timedelta(days=1), now + dt.timedelta(days=5), by=analyst)
    for firm, town in ((OWN, "甲镇"), (OTHER, "乙镇")):
        file_objection(
            window_for_run(run), firm, "某厂", town, table="measures", key=[firm, "2022"], column="tax_wan",
            claimed="333", text="漏计", upload=SimpleUploadedFile("a.pdf", b"%PDF-1"), by=analyst,
        )  # fmt: skip
    everything = signed_in(Role.ANALYST).get("/api/v1/objections").json()
    assert {(row["firm_id"], row["claimed"]) for row in everything["items"]} == {(OWN, "333"), (OTHER, "333")}
    cadre = signed_in(Role.TOWN).get("/api/v1/objections").json()
    assert [(row["firm_id"], row["claimed"], row["current"]) for row in cadre["items"]] == [(OWN, None, None)]
    assert "claimed" in cadre["masked"]
    own = signed_in(Role.FIRM, firm_id=OWN).get("/api/v1/objections").json()
    assert [(row["firm_id"], row["claimed"]) for row in own["items"]] == [(OWN, "333")]
    assert "333" not in json.dumps(cadre)


def test_area_lists_show_from_the_day_they_begin_and_inside_the_scope(run, analyst, signed_in):
    now = timezone.now()
    for title, starts in (("现在", now - dt.timedelta(days=1)), ("以后", now + dt.timedelta(days=1))):
        notice = AreaNotice.objects.create(
            title=title, year=2022, day=dt.date(2022, 12, 31), revision=1, starts=starts, ends=now + dt.timedelta(9),
            digest="0" * 64, by=analyst,
        )  # fmt: skip
        for firm, town in ((OWN, "甲镇"), (OTHER, "乙镇")):
            AreaRow.objects.create(notice=notice, firm_id=firm, town=town, net_m2=5.0)
    later, present = AreaNotice.objects.order_by("-id")
    client = signed_in(Role.FIRM, firm_id=OWN)
    assert [row["title"] for row in client.get("/api/v1/areas").json()["items"]] == ["现在"]
    assert client.get(f"/api/v1/areas/{later.pk}/firms").status_code == 404
    assert [row["firm_id"] for row in client.get(f"/api/v1/areas/{present.pk}/firms").json()["items"]] == [OWN]
    assert signed_in(Role.LEADER).get(f"/api/v1/areas/{later.pk}/firms").json()["count"] == 2


def test_every_list_comes_as_excel(run, signed_in):
    client = signed_in(Role.ANALYST)
    for path in ("runs", f"runs/{run.pk}/results", "areas", "objections", "revisions", "batches", "firms", "parcels"):
        answer = client.get(f"/api/v1/{path}?format=xlsx")
        assert answer.status_code == 200, path
        assert load_workbook(io.BytesIO(answer.content)).active.max_column > 3


def test_who_one_is_says_what_one_may(signed_in):
    assert signed_in(Role.FIRM, firm_id=OWN).get("/api/v1/me").json() == {
        "username": "test-firm",
        "display_name": "测试firm",
        "role": "firm",
        "rights": [
            "anyone", "ask_line", "object", "object_findings", "raise_cases", "read_amounts", "read_cases",
            "read_objections", "read_register", "read_results", "signed_in",
        ],
        "towns": None,
        "firms": [OWN],
        "amounts": True,
    }  # fmt: skip
