"""A run is rehearsed, signed, superseded; it stays as it was, and what was left behind is swept."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from mujun.base.errors import MujunError, Refused
from mujun.web.audit.models import AuditEvent
from mujun.web.evaluations import jobs
from mujun.web.evaluations.models import Comparison, MeasureResult, Run, RunResult, RunState
from mujun.web.evaluations.rulesets.queries import usable_versions
from mujun.web.evaluations.runs import actions
from mujun.web.evaluations.runs.queries import published_run, referred_folders
from mujun.web.frozen import RUNS, root
from mujun.web.register.actions.corrections import correct_cell
from mujun.web.register.queries import current_revision
from tests.web.evaluations.web_county import firm_id, published, rehearsed

pytestmark = pytest.mark.django_db


def raise_tax(firm, value, by):
    return correct_cell("measures", [firm, "2022"], "tax_wan", str(value), reason="测试", by=by)


def test_a_rehearsal_publishes_nothing(county, analyst):
    run = rehearsed(analyst)
    assert run.state == RunState.REHEARSED
    assert published_run(2022, "HY2022") is None
    assert run.summary["firms"] == 25
    assert sum(sum(group["grades"].values()) for group in run.summary["groups"]) == 25
    assert (RUNS.folder_of(run.folder) / "grades.csv").is_file()
    assert set(run.digests) >= {"grades.csv", "accounts.parquet", "run.json", "rules.yaml"}


def test_stored_rows_are_the_published_table(county, analyst):
    run = rehearsed(analyst)
    lines = (RUNS.folder_of(run.folder) / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
    heads = lines[0].split(",")
    for line in lines[1:]:
        row = dict(zip(heads, line.split(","), strict=True))
        held = RunResult.objects.get(run=run, firm_id=row["firm_id"])
        assert (held.grade, str(held.rank or "")) == (row["grade"], row["rank"])
        assert f"{held.total:.2f}" == row["total"]


def test_publishing_supersedes_and_keeps(county, analyst):
    first = published(analyst)
    raise_tax(firm_id(15), 400, analyst)
    second = rehearsed(analyst)
    before = RunResult.objects.get(run=second, firm_id=firm_id(15)).before
    assert before == RunResult.objects.get(run=first, firm_id=firm_id(15)).grade
    assert second.previous == first
    assert second.moves["moved"] == RunResult.objects.filter(run=second, moved=True).count() > 0
    actions.publish_run(second.pk, by=analyst)
    first.refresh_from_db()
    assert first.state == RunState.SUPERSEDED
    assert first.signed_by == analyst
    assert published_run(2022, "HY2022") == second
    assert RunResult.objects.filter(run=first).count() == 25
    events = list(AuditEvent.objects.filter(about__startswith="run:").values_list("action", flat=True))
    assert {"run.drafted", "run.rehearsed", "run.published", "run.superseded"} <= set(events)


def test_a_rehearsal_against_an_older_run_is_not_signed(county, analyst):
    published(analyst)
    stale = rehearsed(analyst)
    published(analyst)
    with pytest.raises(Refused, match="变动名单不再准确"):
        actions.publish_run(stale.pk, by=analyst)
    assert Run.objects.get(pk=stale.pk).state == RunState.REHEARSED


def test_the_database_holds_one_published_run_only(county, analyst):
    first, second = published(analyst), rehearsed(analyst)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(pk=second.pk).update(state=RunState.PUBLISHED, signed_by=analyst)
    assert published_run(2022, "HY2022") == first


def test_a_computed_run_is_never_computed_again(county, analyst):
    run = rehearsed(analyst)
    with pytest.raises(Refused, match="不会被改写"):
        actions.rehearse_again(run.pk, by=analyst)
    jobs.rehearse_run(run=run.pk)
    assert RunResult.objects.filter(run=run).count() == 25


def test_a_year_without_figures_is_said_and_may_be_tried_again(county, analyst):
    rehearsed(analyst)
    draft = actions.draft_run(usable_versions().get(name="HY2022"), 1999, current_revision(), by=analyst)
    with pytest.raises(MujunError, match="没有1999年"):
        jobs.rehearse_run(run=draft.pk)
    draft.refresh_from_db()
    assert draft.state == RunState.DRAFT
    assert "1999" in draft.problem
    assert RUNS.sweep(referred_folders(), older_than=0) == []


def test_giving_up_removes_rows_and_folder(county, analyst, django_capture_on_commit_callbacks):
    run = rehearsed(analyst)
    folder = RUNS.folder_of(run.folder)
    with django_capture_on_commit_callbacks(execute=True):
        actions.discard_run(run.pk, by=analyst)
    assert not folder.exists()
    assert not RunResult.objects.filter(run=run).exists()
    with pytest.raises(Refused, match="已经发布过"):
        actions.discard_run(published(analyst).pk, by=analyst)


def test_replay_gives_the_same_bytes_and_finds_tampering(county, analyst):
    run = published(analyst)
    assert jobs.replay_run(run=run.pk, by=analyst.pk)["same"]
    grades = RUNS.folder_of(run.folder) / "grades.csv"
    grades.write_bytes(grades.read_bytes().replace(b"A", b"B", 1))
    assert not jobs.replay_run(run=run.pk, by=analyst.pk)["same"]
    last = AuditEvent.objects.filter(action="run.replayed").first()
    assert any("grades.csv" in reason for reason in last.detail["differing"])


def test_a_comparison_names_the_cause(county, analyst):
    published(analyst)
    raise_tax(firm_id(15), 400, analyst)
    second = rehearsed(analyst)
    comparison = Comparison.objects.get(after=second)
    causes = dict(comparison.moves.values_list("firm_id", "due_to"))
    assert causes.pop(firm_id(15)) == "data"
    assert set(causes.values()) <= {"others"}
    assert comparison.summary["moved"] == len(causes) + 1


def test_measures_follow_the_grade_only_where_chosen(county, analyst):
    assert not MeasureResult.objects.filter(run=rehearsed(analyst)).exists()
    run = rehearsed(analyst, policies=["power_surcharge_shandong"])
    lowest = set(RunResult.objects.filter(run=run, grade="D").values_list("firm_id", flat=True))
    charged = {held.firm_id: held for held in MeasureResult.objects.filter(run=run)}
    assert set(charged) == lowest
    assert all(held.amount_fen == 900_000 * 5 for held in charged.values())


def test_orphaned_folders_are_swept_and_others_stay(county, analyst):
    run = rehearsed(analyst)
    for name in ("run-000099-deadbeef", ".run-000099-deadbeef.1.draft"):
        (root() / name).mkdir()
    assert RUNS.sweep(referred_folders()) == []
    assert sorted(RUNS.sweep(referred_folders(), older_than=0)) == [
        ".run-000099-deadbeef.1.draft",
        "run-000099-deadbeef",
    ]
    assert RUNS.folder_of(run.folder).is_dir()
