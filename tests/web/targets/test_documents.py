"""Documents are kept byte for byte, read by a job, and read again without losing what people decided."""

from __future__ import annotations

import datetime as dt

import pytest

from mujun.base.errors import MujunError, Refused
from mujun.web.audit.models import AuditEvent
from mujun.web.register.models import JobProgress
from mujun.web.targets import actions, jobs
from mujun.web.targets.files import DOCUMENTS
from mujun.web.targets.models import Document, DocumentStatement, StatementDecision
from mujun.web.targets.queries.documents import decisions_of, document_lines, highlights, statements_of, usual_days
from tests.web.targets import ground

pytestmark = pytest.mark.django_db


def test_a_document_is_kept_as_it_came_and_its_reading_is_queued(analyst):
    document = ground.taken_in(analyst)
    assert DOCUMENTS.path_of(document.path).read_bytes() == ground.TEXT.encode()
    assert (document.state, document.series) == ("waiting", "示范县政府")
    job = JobProgress.objects.get(kind="read_document")
    assert job.arguments == {"document": document.pk, "reading": 0}
    assert AuditEvent.objects.get(action="document.taken_in").detail["sha256"] == document.sha256


def test_the_same_document_is_taken_in_once_until_it_is_taken_back(analyst):
    document = ground.taken_in(analyst)
    with pytest.raises(Refused, match="已经收录"):
        ground.taken_in(analyst, title="另一个标题")
    actions.withdraw_document(document.pk, "传错了", by=analyst)
    assert ground.taken_in(analyst).pk != document.pk
    with pytest.raises(Refused, match="已撤下"):
        actions.read_again(document.pk, by=analyst)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"title": " "}, "标题"),
        ({"issued_on": None}, "发文日期"),
        ({"issued_on": dt.date(2999, 1, 1)}, "不能晚于今天"),
        ({"kind": "decree"}, "没有"),
    ],
)
def test_what_must_be_known_of_a_document(analyst, fields, told):
    with pytest.raises(Refused, match=told):
        ground.taken_in(analyst, **fields)
    assert not Document.objects.exists()


def test_a_file_of_another_kind_is_refused(analyst):
    with pytest.raises(Refused, match="内容与文件类型不符"):
        actions.take_in_document(
            ground.paper(name="计划.docx"), title="甲", issuer="乙", issued_on=dt.date(2026, 1, 1), by=analyst
        )


def test_the_job_reads_a_text_and_proposes_its_statements(analyst):
    document = ground.taken_in(analyst)
    jobs.read_document(document=document.pk, reading=0, by=analyst.pk)
    document.refresh_from_db()
    assert (document.state, document.reading, document.text) == ("read", 1, ground.TEXT)
    held = {one.quote: one for one in document.statements.all()}
    land = next(one for quote, one in held.items() if "5000亩" in quote)
    assert (land.value, land.unit, land.bound, land.kind, land.state) == (5000, "亩", "ge", "target", "proposed")
    assert document.text[land.start : land.end] == land.quote
    jobs.read_document(document=document.pk, reading=0, by=analyst.pk)  # begun again after it was done
    assert DocumentStatement.objects.count() == len(held)


def test_a_nul_far_down_in_a_text_is_kept_as_a_damaged_sign(analyst):
    text = ground.TEXT * 200 + "甲\0乙：新建标准厂房30万平方米。"
    document = ground.taken_in(analyst, text)
    jobs.read_document(document=document.pk, reading=0, by=analyst.pk)
    document.refresh_from_db()
    assert document.text == text.replace("\0", "\ufffd")
    assert all(document.text[one.start : one.end] == one.quote for one in document.statements.all())


def test_what_cannot_be_read_says_why(analyst, monkeypatch):
    import mujun.files.documents.reading as reading
    from mujun.base.errors import UnreadableInput

    def scan(path):
        raise UnreadableInput("这是扫描件，没有文字层。", next_step="请先做文字识别。")

    monkeypatch.setattr(reading, "read_document", scan)
    document = ground.taken_in(analyst)
    with pytest.raises(MujunError):
        jobs.read_document(document=document.pk, reading=0, by=analyst.pk)
    document.refresh_from_db()
    assert document.state == "unreadable"
    assert "扫描件" in document.problem


def test_reading_again_keeps_decisions_and_marks_what_is_gone(plan, analyst):
    land, growth, firms = (ground.statement(plan, name) for name in ("整治低效工业用地", "规上工业增加值", "工业企业"))
    actions.mend_statement(land.pk, {"metric": "整治低效用地", "value": "5,000.5"}, by=analyst)
    actions.refuse_statement(growth.pk, "不是本县的", by=analyst)
    newer = ground.statements()[:2]
    newer[0] = ground.said(ground.TEXT, "5000亩以上", "低效用地", 5001, "亩")
    ground.read(plan, analyst, found=newer)
    land.refresh_from_db()
    growth.refresh_from_db()
    firms.refresh_from_db()
    assert (land.state, land.metric, land.value, land.extracted["metric"]) == (
        "mended", "整治低效用地", ground.Decimal("5000.5"), "整治低效工业用地",
    )  # fmt: skip
    assert (growth.state, growth.gone) == ("refused", False)
    assert (firms.state, firms.gone) == ("proposed", True)
    assert [one.pk for one in statements_of(plan)] == [land.pk, growth.pk]
    ground.read(plan, analyst)
    firms.refresh_from_db()
    assert not firms.gone


def test_a_newer_reading_mends_what_nobody_decided(plan, analyst):
    ground.read(plan, analyst, found=[ground.said(ground.TEXT, "5000亩以上", "低效用地", 5001, "亩")])
    land = plan.statements.order_by("start")[0]
    assert (land.metric, land.value, land.extracted["value"]) == ("低效用地", 5001, "5001")


def test_each_decision_stays_on_record(plan, analyst):
    held = ground.statement(plan, "整治低效工业用地")
    actions.confirm_statement(held.pk, by=analyst)
    actions.mend_statement(held.pk, {"unit": "平方米"}, note="看错单位", by=analyst)
    actions.reopen_statement(held.pk, by=analyst)
    held.refresh_from_db()
    assert (held.state, held.unit, held.decided_by) == ("proposed", "亩", None)
    assert [(one.state, one.fields["unit"]) for one in decisions_of(held)] == [
        ("confirmed", "亩"), ("mended", "平方米"), ("proposed", "亩"),
    ]  # fmt: skip
    with pytest.raises(Exception, match="only ever added to"), ground_atomic():
        StatementDecision.objects.update(note="weg")


def ground_atomic():
    from django.db import transaction

    return transaction.atomic()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"value": "很多"}, "不是数字"),
        ({"value": "1e40"}, "太大"),
        ({"metric": " "}, "不能是空的"),
        ({"bound": "more"}, "可选"),
        ({"unit": "亩"}, "没有改动"),
    ],
)
def test_a_mend_must_make_sense(plan, analyst, fields, told):
    with pytest.raises(Refused, match=told):
        actions.mend_statement(ground.statement(plan, "整治低效工业用地").pk, fields, by=analyst)


def test_what_the_reader_missed_is_added_by_hand(plan, analyst):
    start = ground.TEXT.index("示范县")
    added = actions.add_statement(plan.pk, start, start + 3, {"metric": "示范县", "value": 1, "unit": "个"}, by=analyst)
    assert (added.quote, added.state, added.extracted) == ("示范县", "added", {})
    with pytest.raises(Refused, match="重叠"):
        actions.add_statement(plan.pk, start, start + 2, {"metric": "又", "value": 1}, by=analyst)
    with pytest.raises(Refused, match="不在文件里"):
        actions.add_statement(plan.pk, 5, 5_000, {"metric": "又", "value": 1}, by=analyst)
    with pytest.raises(Refused, match="没有读取结果"):
        actions.reopen_statement(added.pk, by=analyst)
    ground.read(plan, analyst)
    assert actions.mend_statement(added.pk, {"value": 2}, by=analyst).state == "added"


def test_many_are_confirmed_at_once_and_only_those_that_wait(plan, analyst):
    keys = list(plan.statements.values_list("pk", flat=True))
    actions.refuse_statement(keys[0], by=analyst)
    assert actions.confirm_statements(keys, by=analyst) == 2
    with pytest.raises(Refused, match="没有待确认"):
        actions.confirm_statements(keys, by=analyst)


def test_the_list_counts_and_the_text_is_cut_at_quotes(plan, analyst, target):
    [line] = document_lines(Document.objects.all())
    assert (line.waiting, line.accepted, line.refused, line.targets) == (2, 1, 0, 1)
    pieces = highlights(plan, list(statements_of(plan)))
    assert "".join(piece.text for piece in pieces) == ground.TEXT
    assert [piece.text for piece in pieces if piece.statement] == ["5000亩以上", "增长8%", "3000家"]
    held = ground.statement(plan, "整治低效工业用地")
    assert usual_days(held) == (dt.date(ground.YEAR, 1, 1), dt.date(ground.YEAR, 12, 31))
    with pytest.raises(Refused, match="为依据"):
        actions.withdraw_document(plan.pk, "传错了", by=analyst)
