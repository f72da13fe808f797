"""Findings for programs: the rows and the blanks of the pages."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from mujun.web.audit.models import AuditEvent
from mujun.web.findings.models import Finding, FindingsRun
from mujun.web.people.models import User
from tests.web.evaluations.web_county import firm_id
from tests.web.findings.conftest import IDLE, published, rehearsed

ADDRESS = "/api/v1/findings"


@pytest.fixture
def run(county: int, analyst: User) -> FindingsRun:
    return published(analyst)


def rows(client: Any, **query: Any) -> list[dict[str, Any]]:
    answer = client.get(ADDRESS, {"limit": 1000, **query})
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


@pytest.mark.parametrize("role", ["analyst", "leader", "auditor"])
def test_the_office_gets_every_finding_with_its_figures(run, signed_in, role):
    found = rows(signed_in(role))
    assert {(row["parcel_id"], row["criterion"]) for row in found} == set(
        Finding.objects.filter(run=run, found=True).values_list("parcel_id", "criterion")
    )
    low = Finding.objects.get(run=run, parcel_id="P24", criterion="low_tax_per_mu")
    [row] = [row for row in found if (row["parcel_id"], row["criterion"]) == ("P24", "low_tax_per_mu")]
    assert (row["value"], row["threshold"], row["sentence"], row["hidden"]) == (
        low.value, low.threshold, low.sentence, False,
    )  # fmt: skip
    assert (row["run_id"], row["year"], row["clause"]) == (run.pk, run.year, low.clause)


def test_a_town_gets_its_own_land_without_amounts(run, signed_in):
    client = signed_in("town")
    found = rows(client)
    assert {row["town"] for row in found} == {"甲镇"}
    [low] = rows(client, parcel_id="P24", criterion="low_tax_per_mu")
    assert (low["value"], low["distance"], low["sentence"], low["hidden"]) == (None, None, "", True)
    assert low["threshold"] is not None
    idle = rows(client, parcel_id=IDLE)
    assert any(row["value"] is not None for row in idle)
    assert all(row["fee_wan"] is None for row in found)
    assert client.get(ADDRESS).json()["masked"] == ["fee_wan"]
    assert rows(client, town="乙镇") == rows(client, parcel_id="P23") == []


def test_a_firm_gets_the_land_it_holds_or_uses_and_only_its_own_figures(run, signed_in):
    own = signed_in("firm", firm_id=firm_id(24))
    assert {row["parcel_id"] for row in rows(own)} == {"P24"}
    [low] = rows(own, criterion="low_tax_per_mu")
    assert low["value"] is not None
    Finding.objects.filter(run=run, parcel_id="P24").update(firms=[firm_id(24), firm_id(3)])
    [low] = rows(own, criterion="low_tax_per_mu")
    assert (low["value"], low["sentence"], low["hidden"]) == (None, "", True)
    assert firm_id(3) not in own.get(ADDRESS).content.decode()


def test_a_threshold_that_is_a_firms_own_promise_is_masked_too(run, signed_in):
    row = Finding.objects.filter(run=run, town="甲镇", amounts=True, found=True).first()
    Finding.objects.filter(pk=row.pk).update(kind="below_promise", threshold=12.5)
    [shown] = rows(signed_in("town"), parcel_id=row.parcel_id, criterion=row.criterion)
    assert shown["threshold"] is None
    [shown] = rows(signed_in("analyst"), parcel_id=row.parcel_id, criterion=row.criterion)
    assert shown["threshold"] == 12.5


def test_what_cannot_be_decided_comes_when_asked_for(run, signed_in):
    undecided = rows(signed_in("analyst"), undecided="true", criterion="grade_d")
    assert undecided
    assert not any(row["found"] for row in undecided)


def test_another_run_and_drafts_for_the_office_only(run, analyst, signed_in):
    draft = rehearsed(analyst, name="HZ2021")
    for role, status in (("analyst", 200), ("auditor", 200), ("town", 404), ("firm", 404)):
        assert signed_in(role).get(ADDRESS, {"run": draft.pk}).status_code == status, role
    assert {row["run_id"] for row in rows(signed_in("leader"), run=run.pk)} == {run.pk}


def test_without_a_run_the_list_is_empty(county, signed_in):
    assert rows(signed_in("analyst")) == []


def test_an_administrator_may_not(run, signed_in):
    assert signed_in("administrator").get(ADDRESS).status_code == 403


def test_a_look_at_amounts_is_logged(run, signed_in):
    rows(signed_in("town"))
    assert not AuditEvent.objects.filter(action="amounts.viewed").exists()
    rows(signed_in("analyst"), parcel_id="P24")
    assert AuditEvent.objects.get(action="amounts.viewed").about == f"findings:{run.pk}"


def test_the_workbook_has_the_same_rows_and_blanks(run, signed_in):
    answer = signed_in("town").get(ADDRESS, {"format": "xlsx", "criterion": "low_tax_per_mu"})
    head, *found = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    assert len(found) == Finding.objects.filter(run=run, town="甲镇", criterion="low_tax_per_mu", found=True).count()
    assert all(row[head.index("value")] is None for row in found)
