"""A firm objects to one cell; the correction moves exactly the firms it should, and one signature makes the new run."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mujun.base.errors import Refused
from mujun.evaluation import evaluate
from mujun.web.audit.models import AuditEvent
from mujun.web.evaluations import jobs
from mujun.web.evaluations.models import AreaNotice, Comparison, Objection, ObjectionState, Run, RunResult, RunState
from mujun.web.evaluations.notices.actions import plan_area_notice
from mujun.web.evaluations.objections import actions, documents
from mujun.web.evaluations.objections.queries import referred_documents, window_for_areas, window_for_run
from mujun.web.evaluations.rulesets.queries import rule_set_of
from mujun.web.evaluations.runs.actions import open_result_notice, publish_run
from mujun.web.register.queries import load_register
from tests.web.evaluations.web_county import firm_id, published

pytestmark = pytest.mark.django_db


def proof(name="证明.pdf", content=b"%PDF-1.4 fictional"):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def run(county, analyst):
    held = published(analyst)
    now = timezone.now()
    open_result_notice(held.pk, "公示", now - dt.timedelta(days=1), now + dt.timedelta(days=5), by=analyst)
    return held


def file(run, by, firm=15, table="measures", column="tax_wan", claimed="400", key=None, window=None, **changed):
    options = {"text": "漏计一笔税款", "upload": proof()} | changed
    key = key or [firm_id(firm), "2022"]
    window = window or window_for_run(run)
    return actions.file_objection(
        window,
        firm_id(firm),
        f"测试{firm}厂",
        "甲镇",
        table=table,
        key=key,
        column=column,
        claimed=claimed,
        by=by,
        **options,
    )


def test_accepting_moves_exactly_the_firms_it_should(run, analyst):
    objection = file(run, analyst)
    new = actions.accept_objection(objection.pk, "400", "税务局证明属实", by=analyst)
    jobs.rehearse_run(run=new.pk)
    register = load_register(run.revision)
    measures = register["measures"]
    cell = (measures["firm_id"] == firm_id(15)) & (measures["year"] == 2022)
    assert int(cell.sum()) == 1
    before = evaluate(register, rule_set_of(run.rules), 2022).grades.set_index("firm_id")["grade"]
    measures.loc[cell, "tax_wan"] = 400.0
    after = evaluate(register, rule_set_of(run.rules), 2022).grades.set_index("firm_id")["grade"]
    expected = set(before.index[before != after])
    assert firm_id(15) in expected
    assert len(expected) > 1
    comparison = Comparison.objects.get(before=run, after=new)
    assert set(comparison.moves.values_list("firm_id", flat=True)) == expected
    assert set(RunResult.objects.filter(run=new, moved=True).values_list("firm_id", flat=True)) == expected
    publish_run(new.pk, by=analyst)
    run.refresh_from_db()
    objection.refresh_from_db()
    assert run.state == RunState.SUPERSEDED
    assert (objection.state, objection.settled) == (ObjectionState.ACCEPTED, "400")
    kept = AuditEvent.objects.get(action="objection.accepted")
    assert (kept.detail["before"], kept.detail["after"]) == ("80", "400")


def test_an_objection_after_the_window_is_refused(run, analyst):
    run.notice.ends = timezone.now() - dt.timedelta(minutes=1)
    run.notice.save()
    with pytest.raises(Refused, match="逾期不再受理"):
        file(run, analyst)
    assert not Objection.objects.exists()
    assert not documents.folder().exists() or not list(documents.folder().iterdir())


def test_before_the_notice_there_is_nothing_to_object_to(county, analyst):
    with pytest.raises(Refused, match="还没有公示"):
        file(published(analyst), analyst)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"key": [firm_id(3), "2022"]}, "不属于该企业"),
        ({"column": "firm_id"}, "这一列不接受异议"),
        ({"table": "units"}, "这张表不接受异议"),
        ({"key": [firm_id(15), "1990"]}, "没有这一行"),
        ({"claimed": "很多"}, "不能写成"),
        ({"claimed": "80"}, "与现值相同"),
        ({"text": " "}, "理由"),
        ({"upload": None}, "证明材料"),
        ({"upload": proof("a.exe")}, "不能接受"),
        ({"upload": proof("a.pdf", b"MZ not a pdf")}, "与文件类型不符"),
    ],
)
def test_what_is_no_objection_is_refused_with_a_sentence(run, analyst, changed, sentence):
    with pytest.raises(Refused, match=sentence):
        file(run, analyst, **changed)
    assert not Objection.objects.exists()


def test_one_cell_is_objected_to_once_at_a_time(run, analyst):
    first = file(run, analyst)
    with pytest.raises(Refused, match="正在处理"):
        file(run, analyst, claimed="300")
    actions.withdraw_objection(first.pk, by=analyst)
    file(run, analyst, claimed="300")


def test_a_decided_objection_stays_decided(run, analyst):
    objection = file(run, analyst)
    with pytest.raises(Refused, match="写明理由"):
        actions.reject_objection(objection.pk, " ", by=analyst)
    actions.take_up_objection(objection.pk, by=analyst)
    actions.reject_objection(objection.pk, "与完税证明不符", by=analyst)
    for act in (
        lambda: actions.accept_objection(objection.pk, "400", "改", by=analyst),
        lambda: actions.withdraw_objection(objection.pk, by=analyst),
        lambda: actions.take_up_objection(objection.pk, by=analyst),
    ):
        with pytest.raises(Refused, match="不能再处理"):
            act()
    assert Run.objects.count() == 1


def test_a_second_accepted_objection_takes_the_first_along(run, analyst):
    first, second = file(run, analyst), file(run, analyst, firm=12, claimed="390")
    earlier = actions.accept_objection(first.pk, "400", "属实", by=analyst)
    later = actions.accept_objection(second.pk, "390", "属实", by=analyst)
    earlier.refresh_from_db()
    first.refresh_from_db()
    assert earlier.state == RunState.DISCARDED
    assert first.new_run == later
    jobs.rehearse_run(run=later.pk)
    tax = load_register(later.revision)["measures"].set_index(["firm_id", "year"])["tax_wan"]
    assert (tax[firm_id(15), 2022], tax[firm_id(12), 2022]) == (400.0, 390.0)


def test_accepting_what_is_there_already_changes_nothing(run, analyst):
    objection = file(run, analyst)
    with pytest.raises(Refused, match="没有更正任何数据"):
        actions.accept_objection(objection.pk, "80", "看错", by=analyst)
    objection.refresh_from_db()
    assert objection.state == ObjectionState.FILED


def test_the_landlord_may_object_to_what_its_tenant_rents(run, analyst):
    lease = [firm_id(1), "P00", "2010-01-01"]
    objection = file(run, analyst, firm=0, table="occupancy", column="area_m2", key=lease, claimed="600")
    assert objection.current.startswith("1333.33")
    with pytest.raises(Refused, match="不属于该企业"):
        file(run, analyst, firm=4, table="occupancy", column="area_m2", key=lease, claimed="600")


def test_an_objection_to_the_area_list_needs_no_run(county, analyst):
    now = timezone.now()
    job = plan_area_notice("面积", 2022, county, now - dt.timedelta(hours=1), now + dt.timedelta(hours=1), by=analyst)
    jobs.area_notice(**job.arguments)
    notice = AreaNotice.objects.get()
    rows = {row.firm_id: row for row in notice.rows.all()}
    assert rows[firm_id(0)].let_out_m2 == pytest.approx(4000 / 3)
    assert rows[firm_id(0)].net_m2 == pytest.approx(16000 / 3)
    key = [firm_id(0), "P00", "2010-01-01"]
    objection = file(
        None,
        analyst,
        firm=0,
        table="occupancy",
        column="area_m2",
        key=key,
        claimed="6000",
        window=window_for_areas(notice),
    )
    assert actions.accept_objection(objection.pk, "6000", "复测", by=analyst) is None
    notice.refresh_from_db()
    assert notice.rows.get(firm_id=firm_id(0)).own_m2 == pytest.approx(20000 / 3)
    late = window_for_areas(notice, notice.ends)
    assert (late.open, "逾期" in late.sentence) == (False, True)


def test_documents_nobody_refers_to_are_swept(run, analyst):
    objection = file(run, analyst)
    (documents.folder() / "orphan.pdf").write_bytes(b"%PDF-")
    assert documents.sweep(referred_documents(), older_than=0) == 1
    assert documents.path_of(objection.document).is_file()
