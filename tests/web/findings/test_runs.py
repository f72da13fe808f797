"""A findings run is computed once, signed once, and stays."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from mujun.base.errors import Refused
from mujun.renewal.findings import find
from mujun.web.audit.models import AuditEvent
from mujun.web.evaluations.models import RunState
from mujun.web.findings import actions, jobs
from mujun.web.findings.models import Finding, FindingsRuleSet, FindingsRun
from mujun.web.findings.queries import last_replay, referred_folders, rules_of, standing_run
from mujun.web.frozen import FINDINGS, root
from mujun.web.register.actions.corrections import correct_cell
from mujun.web.register.queries import load_register
from tests.web.evaluations.web_county import firm_id
from tests.web.evaluations.web_county import published as published_grades
from tests.web.findings.conftest import IDLE, published, rehearsed

pytestmark = pytest.mark.django_db


def later():
    return timezone.now() + dt.timedelta(days=5)


def test_rows_are_what_the_library_finds(run):
    findings = find(load_register(run.revision), rules_of(run.rules), run.year)
    rows = Finding.objects.filter(run=run, found=True)
    assert set(rows.values_list("parcel_id", "criterion", "value_text")) == set(
        findings.table[["parcel_id", "criterion", "value_text"]].itertuples(index=False, name=None)
    )
    assert Finding.objects.filter(run=run, found=False).count() == len(findings.undecided)
    low = rows.filter(criterion="low_tax_per_mu").order_by("value").first()
    assert low.parcel_id == "P24"
    assert {cell["column"] for cell in low.cells} >= {"tax_wan", "area_m2", "registered_area_m2"}
    assert any(cell["cell"]["file"] == "年度指标.xlsx" for cell in low.cells if cell["table"] == "measures")


def test_an_idle_parcel_is_found_with_its_fee(run):
    idle = Finding.objects.get(run=run, parcel_id=IDLE, criterion="idle_1y")
    assert (idle.fee_wan, idle.since) == (20.0, dt.date(2022, 6, 1))


def test_grades_come_from_a_published_evaluation(county, analyst):
    run = rehearsed(analyst, grades=published_grades(analyst))
    graded = set(Finding.objects.filter(run=run, criterion="grade_d", found=True).values_list("value_text", flat=True))
    assert graded == {"D"}
    assert not any("评价等级" in note for note in run.summary["notes"])


def test_one_run_counts_and_the_old_one_stays(run, analyst):
    before = run.digest
    new = published(analyst)
    run.refresh_from_db()
    assert (run.state, new.state, new.previous) == (RunState.SUPERSEDED, RunState.PUBLISHED, run)
    assert standing_run() == new
    assert new.digest == before
    assert new.changes == {"new": 0, "gone": 0, "changed": 0, "list": [], "all": 0}
    assert Finding.objects.filter(run=run).exists()
    assert {"findings.drafted", "findings.rehearsed", "findings.published", "findings.superseded"} <= set(
        AuditEvent.objects.values_list("action", flat=True)
    )


def test_a_rehearsal_says_what_changes(run, analyst):
    correct_cell("measures", [firm_id(24), "2022"], "tax_wan", "400", reason="漏计", document="a.pdf", by=analyst)
    new = rehearsed(analyst)
    listed = {(one["parcel_id"], one["criterion"], one["what"]) for one in new.changes["list"]}
    assert ("P24", "low_tax_per_mu", "gone") in listed
    assert all(parcel == "P24" for parcel, _, _ in listed)


@pytest.mark.parametrize("state", ["published", "discarded"])
def test_only_a_rehearsal_is_signed(run, analyst, state):
    if state == "discarded":
        run = rehearsed(analyst)
        actions.discard_findings(run.pk, by=analyst)
    with pytest.raises(Refused, match="只有已试算的"):
        actions.publish_findings(run.pk, later(), by=analyst)


def test_what_was_published_is_never_given_up_and_never_computed_again(run, analyst):
    with pytest.raises(Refused, match="必须保留"):
        actions.discard_findings(run.pk, by=analyst)
    with pytest.raises(Refused, match="不会被改写"):
        actions.rehearse_findings_again(run.pk, by=analyst)
    rows = Finding.objects.count()
    jobs.rehearse_findings(run=run.pk)
    assert Finding.objects.count() == rows


def test_a_list_of_changes_that_is_no_longer_true_is_not_signed(run, analyst):
    first, second = rehearsed(analyst), rehearsed(analyst)
    actions.publish_findings(first.pk, later(), by=analyst)
    with pytest.raises(Refused, match="变动名单不再准确"):
        actions.publish_findings(second.pk, later(), by=analyst)


def test_time_for_objections_lies_ahead(county, analyst):
    with pytest.raises(Refused, match="已经过去"):
        actions.publish_findings(rehearsed(analyst).pk, timezone.now(), by=analyst)


def test_a_broken_rule_set_is_kept_with_its_faults_and_not_used(county, analyst):
    version = actions.upload_findings_rules("kind: findings\nname: X\ncriteria: []\n", "x.yaml", by=analyst)
    assert not version.valid
    assert version.faults
    with pytest.raises(Refused, match="没有通过检查"):
        actions.draft_findings(version, 2022, county, None, by=analyst)
    assert not FindingsRun.objects.exists()


def test_an_import_that_a_published_run_rests_on_names_it(run):
    from mujun.web.findings.dependence import published_findings_on
    from mujun.web.register.models import Revision

    assert published_findings_on(Revision.objects.first()) == ["已发布的低效用地认定“YK”2022年用到了它"]


def test_replay_gives_the_same_bytes_and_finds_tampering(county, analyst):
    run = published(analyst, grades=published_grades(analyst))
    assert jobs.replay_findings(run=run.pk, by=analyst.pk)["same"]
    assert last_replay(run).detail == {"same": True, "differing": []}
    file = FINDINGS.folder_of(run.folder) / "findings.csv"
    file.write_bytes(file.read_bytes().replace(b"P24", b"P23", 1))
    assert not jobs.replay_findings(run=run.pk, by=analyst.pk)["same"]
    assert any("findings.csv" in reason for reason in last_replay(run).detail["differing"])


def test_the_frozen_csv_is_what_the_rows_say(run):
    lines = (FINDINGS.folder_of(run.folder) / "findings.csv").read_text(encoding="utf-8-sig").splitlines()
    rows = Finding.objects.filter(run=run, found=True).order_by("pk")
    assert [tuple(line.split(",")[:2]) for line in lines[1:]] == list(rows.values_list("parcel_id", "criterion"))


def test_a_correction_after_the_run_leaves_its_replay_as_it_was(run, analyst):
    correct_cell("measures", [firm_id(24), "2022"], "tax_wan", "400", reason="漏计", document="a.pdf", by=analyst)
    assert jobs.replay_findings(run=run.pk, by=analyst.pk)["same"]


def test_what_is_not_frozen_is_not_replayed(county, analyst):
    actions.import_shipped_findings(by=analyst)
    draft = actions.draft_findings(FindingsRuleSet.objects.get(name="YK"), 2022, county, None, by=analyst)
    with pytest.raises(Refused, match="还没有冻结的结果"):
        actions.queue_findings_replay(draft.pk, by=analyst)


def test_giving_up_removes_rows_and_folder_and_orphans_are_swept(county, analyst, django_capture_on_commit_callbacks):
    run, kept = rehearsed(analyst), rehearsed(analyst)
    folder = FINDINGS.folder_of(run.folder)
    with django_capture_on_commit_callbacks(execute=True):
        actions.discard_findings(run.pk, by=analyst)
    assert not folder.exists()
    for name in ("findings-000099-deadbeef", "run-000099-deadbeef"):
        (root() / name).mkdir()
    assert FINDINGS.sweep(referred_folders()) == []
    assert FINDINGS.sweep(referred_folders(), older_than=0) == ["findings-000099-deadbeef"]
    assert FINDINGS.folder_of(kept.folder).is_dir()
