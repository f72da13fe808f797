"""Nobody sees another's rows: town cadres their towns, firms themselves; amounts only with the right; looks are logged."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from mujun.web.audit.models import AuditEvent
from mujun.web.evaluations.models import Objection
from mujun.web.evaluations.objections.actions import file_objection
from mujun.web.evaluations.objections.queries import window_for_run
from mujun.web.evaluations.runs.actions import open_result_notice
from tests.web.evaluations.web_county import firm_id, published, rehearsed

pytestmark = pytest.mark.django_db

OWN, OTHER = firm_id(2), firm_id(3)  # 甲镇, 乙镇


@pytest.fixture
def run(county, analyst):
    held = published(analyst)
    now = timezone.now()
    open_result_notice(held.pk, "公示", now - dt.timedelta(days=1), now + dt.timedelta(days=5), by=analyst)
    return held


def objection_of(run, firm, by):
    return file_objection(
        window_for_run(run), firm, "某厂", "甲镇" if firm == OWN else "乙镇", table="measures", key=[firm, "2022"],
        column="tax_wan", claimed="333", text="漏计", upload=SimpleUploadedFile("a.pdf", b"%PDF-1"), by=by,
    )  # fmt: skip


@pytest.mark.parametrize("role", ["town", "firm"])
def test_another_firm_is_not_found_by_guessing(run, analyst, signed_in, role):
    client = signed_in(role, **({"firm_id": OWN} if role == "firm" else {}))
    theirs = objection_of(run, OTHER, analyst)
    assert client.get(reverse("firm", args=[OWN])).status_code == 200
    for url in (
        reverse("firm", args=[OTHER]),
        reverse("firm", args=["NOBODY"]),
        reverse("firm_account", args=[OTHER]),
        reverse("objection", args=[theirs.pk]),
        reverse("objection_document", args=[theirs.pk]),
    ):
        assert client.get(url).status_code == 404, url
    text = client.get(reverse("run", args=[run.pk])).content.decode()
    assert OWN in text
    assert OTHER not in text
    lines = b"".join(client.get(reverse("run_csv", args=[run.pk])).streaming_content).decode()
    assert OTHER not in lines
    assert OTHER not in client.get(reverse("objections")).content.decode()


def test_a_firm_cannot_object_for_another(run, signed_in):
    client = signed_in("firm", firm_id=OWN)
    proof = SimpleUploadedFile("a.pdf", b"%PDF-1")
    query = f"firm={OTHER}&run={run.pk}&table=measures&column=tax_wan&key={OTHER}&key=2022"
    answer = client.post(f"{reverse('objection_new')}?{query}", {"claimed": "9", "text": "x", "document": proof})
    assert answer.status_code == 404
    mixed = f"firm={OWN}&run={run.pk}&table=measures&column=tax_wan&key={OTHER}&key=2022"
    assert client.get(f"{reverse('objection_new')}?{mixed}").status_code == 404
    assert not Objection.objects.exists()


def test_only_who_filed_may_withdraw(run, analyst, signed_in):
    held = objection_of(run, OWN, analyst)
    assert signed_in("firm", firm_id=OWN).post(reverse("objection_withdraw", args=[held.pk])).status_code == 404
    held.refresh_from_db()
    assert held.is_open


@pytest.mark.parametrize("role", ["town", "firm"])
def test_drafts_are_for_the_office(run, analyst, signed_in, role):
    draft = rehearsed(analyst)
    client = signed_in(role, **({"firm_id": OWN} if role == "firm" else {}))
    assert client.get(reverse("run", args=[draft.pk])).status_code == 404
    assert client.get(reverse("firm", args=[OWN]), {"run": draft.pk}).status_code == 404
    assert client.get(reverse("run_compare", args=[run.pk, draft.pk])).status_code == 403
    assert client.get(reverse("rule_sets")).status_code == 403
    assert client.get(reverse("run_new")).status_code == 403


def test_amounts_are_masked_without_the_right(run, signed_in):
    text = signed_in("town").get(reverse("firm", args=[OWN])).content.decode()
    assert "●●●" in text
    assert "184" not in text  # its tax
    assert "年度指标.xlsx" not in text
    cadre = signed_in("town", username="cadre2")
    lines = b"".join(cadre.get(reverse("run_csv", args=[run.pk])).streaming_content).decode()
    assert "亩均税收" not in lines
    assert cadre.get(reverse("firm_account", args=[OWN])).status_code == 404
    assert not AuditEvent.objects.filter(action="amounts.viewed").exists()


def test_the_administrator_sees_no_results(run, signed_in):
    client = signed_in("administrator")
    text = client.get(reverse("firm", args=[OWN])).content.decode()
    assert "●●●" in text or "不能查看企业金额" in text
    assert "名次" not in text
    assert client.get(reverse("run", args=[run.pk])).status_code == 403


def test_a_look_at_amounts_is_logged(run, analyst, client):
    client.force_login(analyst)
    client.get(reverse("firm", args=[OWN]))
    client.get(reverse("firm_account", args=[OWN]))
    client.get(reverse("run", args=[run.pk]), {"format": "xlsx"})
    seen = AuditEvent.objects.filter(action="amounts.viewed", by=analyst).values_list("about", flat=True)
    assert sorted(seen) == [f"firm:{OWN}", f"firm:{OWN}", f"run:{run.pk}"]


def test_the_auditor_reads_all_and_changes_nothing(run, analyst, signed_in):
    client = signed_in("auditor")
    held = objection_of(run, OWN, analyst)
    draft = rehearsed(analyst)
    for url in (
        reverse("run", args=[draft.pk]),
        reverse("firm", args=[OTHER]),
        reverse("objection", args=[held.pk]),
        reverse("run_compare", args=[run.pk, draft.pk]),
        reverse("rule_sets"),
        reverse("area_notices"),
    ):
        assert client.get(url).status_code == 200, url
    for name, pk in (
        ("run_publish", draft.pk),
        ("run_discard", draft.pk),
        ("run_again", draft.pk),
        ("run_replay", run.pk),
        ("run_notice", run.pk),
        ("objection_review", held.pk),
        ("objection_accept", held.pk),
        ("objection_reject", held.pk),
        ("objection_withdraw", held.pk),
    ):
        assert client.post(reverse(name, args=[pk])).status_code == 403, name
    assert client.post(reverse("run_compare", args=[run.pk, draft.pk])).status_code == 403
    draft.refresh_from_db()
    assert draft.state == "rehearsed"


def test_a_leader_signs_but_does_not_evaluate(run, analyst, signed_in):
    draft = rehearsed(analyst)
    client = signed_in("leader")
    assert client.get(reverse("run_new")).status_code == 403
    client.post(reverse("run_publish", args=[draft.pk]), {"password": "molen-en-dijk-42"})
    draft.refresh_from_db()
    assert draft.state == "published"


def test_text_of_firms_is_never_a_formula_in_a_download(analyst, client):
    from tests.web.evaluations.web_county import fill, tables

    rows = tables()
    rows["firms"][0]["name"] = "=HYPERLINK(1)"
    fill(rows)
    run = published(analyst)
    client.force_login(analyst)
    lines = b"".join(client.get(reverse("run_csv", args=[run.pk])).streaming_content).decode()
    assert "'=HYPERLINK(1)" in lines
