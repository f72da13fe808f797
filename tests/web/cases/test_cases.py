"""The life of a case: raised by a firm, assigned, worked, closed with evidence, rated, opened again, closed for good."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from mujun.base.errors import Refused
from mujun.web.audit.models import AuditEvent
from mujun.web.cases import actions
from mujun.web.cases.actions import raising
from mujun.web.cases.files import DRAWER
from mujun.web.cases.models import Case, CaseAlert, CaseEntry, CaseFile, CaseRating, Matter
from mujun.web.cases.proofs.registry import prove
from mujun.web.cases.queries import card_of, cases_in_scope, files_in_scope, matters_for, options_for
from mujun.web.cases.queries.files import referred_files
from mujun.web.cases.refusing import CaseRefused
from mujun.web.register.models import MODELS, Revision
from tests.web.cases.conftest import paper, photo
from tests.web.conftest import FIRM, OTHER_FIRM, OTHER_TOWN, TOWN

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)


def raised(by, subject="厂房漏水", at=MONDAY, **fields):
    given = {"subject": subject} | fields.pop("fields", {})
    return actions.raise_case("request", fields=given, source="firm_page", by=by, at=at, **fields)


def assigned(case, office, unit="住建局", at=MONDAY + dt.timedelta(minutes=20), **fields):
    return actions.act(case.pk, "assign", unit=unit, fields={"category": "land"} | fields, by=office, at=at)


def closed(case, by, at=MONDAY + dt.timedelta(days=1)):
    held = Case.objects.get(pk=case.pk)
    if held.state == "assigned":
        actions.act(case.pk, "contact", by=by, at=held.changed_at + dt.timedelta(minutes=5))
    return actions.act(case.pk, "close", fields={"result": "已修好"}, files={"reply": [paper()]}, by=by, at=at)


def test_from_the_firm_to_the_rating_with_a_reopening(firm, office, bureau):
    case = raised(firm, contact="会计 0579-0000000")
    assert (case.number, case.title, case.town) == ("request-2026-0001", "厂房漏水", TOWN)
    assert (case.firm_id, case.firm_name) == (FIRM, "甲字五金")
    assert timezone.localtime(case.due_at) == timezone.localtime(MONDAY + dt.timedelta(hours=1))
    assigned(case, office)
    case = closed(case, bureau)
    assert (case.state, case.closing, case.missed) == ("closed", "solved", False)
    case = actions.rate(case.pk, 2, "第二天又漏", by=firm, at=MONDAY + dt.timedelta(days=2))
    case = actions.reopen(case.pk, "又漏了", by=firm, at=MONDAY + dt.timedelta(days=2))
    assert (case.state, case.round, case.reopened, case.closed_at, case.evidence) == ("reopened", 2, 1, None, [])
    assigned(case, office, at=MONDAY + dt.timedelta(days=2, minutes=10))
    actions.act(case.pk, "contact", by=bureau, at=MONDAY + dt.timedelta(days=2, minutes=20))
    with pytest.raises(CaseRefused, match="至少要有一种材料") as refused:
        actions.act(case.pk, "close", fields={"result": "好了"}, by=bureau, at=MONDAY + dt.timedelta(days=3))
    assert "reply" in refused.value.missing
    case = closed(case, bureau, MONDAY + dt.timedelta(days=3))
    actions.rate(case.pk, 5, by=firm, at=MONDAY + dt.timedelta(days=3))
    assert list(CaseRating.objects.values_list("round", "stars")) == [(1, 2), (2, 5)]
    trail = list(case.entries.values_list("action", "before", "after", "round"))
    round_ = ["assign", "contact", "close", "rate"]
    assert [line[0] for line in trail] == ["raise", *round_, "reopen", *round_]
    assert [line[1] for line in trail[1:]] == [line[2] for line in trail[:-1]]
    assert CaseFile.objects.count() == 2
    assert AuditEvent.objects.filter(about=f"case:{case.pk}").count() == len(trail)


def test_the_steps_that_were_due_are_told_by_the_act_itself(firm, office, bureau):
    case = raised(firm)
    case = assigned(case, office, at=MONDAY + dt.timedelta(hours=2))
    assert case.missed
    assert list(CaseAlert.objects.order_by("at").values_list("clock", "kind")) == [
        ("contact", "reminder"), ("contact", "due"), ("contact", "escalation")
    ]  # fmt: skip


def test_who_may_not_is_told_who_can(firm, office, bureau, person):
    case = raised(firm)
    with pytest.raises(CaseRefused, match="您不能办理“转办”") as refused:
        actions.act(case.pk, "assign", unit="住建局", by=firm)
    assert refused.value.who == ("企业服务专班",)
    assert "企业服务专班" in str(refused.value)
    with pytest.raises(Refused, match="不在您的范围内"):
        actions.act(case.pk, "close", by=bureau)
    assigned(case, office)
    with pytest.raises(Refused, match="不在您的范围内"):
        closed(case, person("department", "other", unit="水务局"))
    case.refresh_from_db()
    assert (case.state, case.entries.count()) == ("assigned", 2)


def test_everybody_sees_the_own_only(firm, office, bureau, town, leader, person):
    case, other = raised(firm), raised(office, "电不够", town=OTHER_TOWN, fields={"firm": OTHER_FIRM})
    actions.raise_case("audit", fields={"subject": "欠缴", "firm": FIRM}, source="own_pool", by=office, at=MONDAY)
    auditor, administrator = person("auditor"), person("administrator")
    stranger = person("firm", "stranger", firm_id=OTHER_FIRM)
    seen = {user.username: cases_in_scope(user).count() for user in (firm, stranger, office, leader, auditor)}
    assert seen == {firm.username: 1, "stranger": 1, "office": 3, leader.username: 3, auditor.username: 3}
    assert cases_in_scope(administrator).count() == cases_in_scope(bureau).count() == 0
    assert set(cases_in_scope(town).values_list("town", flat=True)) == {TOWN}
    assigned(other, office)
    assert list(cases_in_scope(bureau)) == [other]
    assert card_of(stranger, case.pk) is None
    assert card_of(firm, case.pk).case == case
    with pytest.raises(Refused, match="不在您的范围内"):
        actions.rate(case.pk, 5, by=stranger)


def test_a_firm_raises_for_itself_and_a_cadre_in_the_own_town(firm, town):
    with pytest.raises(Refused, match="只能提出自己的事项"):
        raised(firm, fields={"firm": OTHER_FIRM})
    with pytest.raises(Refused, match="不在您的范围内"):
        raised(town, fields={"firm": OTHER_FIRM})
    with pytest.raises(Refused, match="不在您负责的镇街之内"):
        raised(town, town=OTHER_TOWN)
    case = raised(town, fields={"parcel": "P1"})
    assert (case.town, case.parcel_id) == (TOWN, "P1")
    assert case.lon == pytest.approx(120.025, abs=0.01)
    with pytest.raises(Refused, match="没有宗地"):
        raised(town, fields={"parcel": "P2"})


def test_the_auditor_changes_nothing(firm, person):
    case, auditor = raised(firm), person("auditor")
    for act in (
        lambda: raised(auditor),
        lambda: actions.act(case.pk, "contact", fields={"category": "land"}, by=auditor),
        lambda: actions.attach(case.pk, "photo", [photo()], by=auditor),
    ):
        with pytest.raises(Refused):
            act()
    assert options_for(auditor, case) == ()


def test_a_draft_that_is_sent_twice_raises_once(firm):
    first, again = raised(firm, draft="phone-1"), raised(firm, draft="phone-1")
    assert first == again
    assert Case.objects.count() == 1
    assert raised(firm).draft is None
    assert raised(firm).number == "request-2026-0003"


def test_evidence_without_a_step_counts_for_the_next(firm, office, bureau, person):
    case = assigned(raised(firm), office)
    actions.act(case.pk, "contact", by=bureau, at=MONDAY + dt.timedelta(hours=3))
    actions.attach(case.pk, "reply", [paper(), paper()], "盖章件", by=bureau, at=MONDAY + dt.timedelta(hours=4))
    case = actions.act(case.pk, "close", fields={"result": "好"}, by=bureau, at=MONDAY + dt.timedelta(hours=5))
    assert case.state == "closed"
    assert CaseFile.objects.get().entry.action == "attach"
    with pytest.raises(Refused, match="已经办结"):
        actions.attach(case.pk, "reply", [paper()], by=bureau)
    with pytest.raises(Refused, match="内容与文件类型不符"):
        actions.attach(case.pk, "photo", [photo(content=b"MZ")], by=firm)
    with pytest.raises(Refused, match="没有“gold”这一种材料"):
        actions.attach(raised(firm).pk, "gold", [photo()], by=firm)
    assert files_in_scope(bureau).count() == 1
    assert files_in_scope(person("firm", "other", firm_id=OTHER_FIRM)).count() == 0


def test_files_of_refused_acts_are_swept(firm, office):
    case = raised(firm)
    with pytest.raises(Refused):
        closed(case, firm)
    assert len(list(DRAWER.folder().iterdir())) == 1
    assert DRAWER.sweep(referred_files(), older_than=0) == 1


def test_the_trail_is_only_added_to(firm):
    entry = raised(firm).entries.get()
    for write in (
        lambda: CaseEntry.objects.filter(pk=entry.pk).update(reason="x"),
        lambda: CaseEntry.objects.filter(pk=entry.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    assert CaseEntry.objects.get().reason == ""


def test_nothing_is_half_written(firm, monkeypatch):
    from mujun.web.cases.actions import keeping

    monkeypatch.setattr(keeping, "keep_words", lambda case: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        raised(firm, files={"photo": [photo()]})
    assert not Case.objects.exists()
    assert not CaseEntry.objects.exists()
    assert not AuditEvent.objects.filter(action="case.raised").exists()


def test_the_same_problem_of_the_third_firm_is_a_matter_of_policy(firm, office, bureau, person):
    codes = [FIRM, OTHER_FIRM]
    cases = [assigned(raised(office, fields={"firm": code, "cause": "容积率"}), office) for code in codes]
    cases.append(assigned(raised(firm, fields={"cause": "容积率"}), office))
    assert not Matter.objects.exists()
    cases.append(assigned(raised(office, "第三家", town=TOWN, fields={"cause": " 容积率 "}), office))
    matter = Matter.objects.get()
    assert set(matter.cases.values_list("pk", flat=True)) == {case.pk for case in cases}
    late = assigned(raised(office, "第四家", town=TOWN, fields={"cause": "容积率"}), office)
    assert late.matter == matter
    [shown] = matters_for(firm)
    assert (shown.pk, shown.firms) == (matter.pk, 1)
    with pytest.raises(Refused, match="办法"):
        actions.change_matter(matter.pk, "settled", " ", by=office)
    assert actions.change_matter(matter.pk, "settled", "县政府专题会议纪要", by=office).state == "settled"


def test_cases_are_grouped_by_hand(firm, office, bureau):
    cases = [raised(firm), raised(firm, "雨棚漏水")]
    matter = actions.group_cases([case.pk for case in cases], "老厂房漏水", by=office)
    assert matter.cases.count() == 2
    with pytest.raises(Refused, match="至少两件"):
        actions.group_cases([cases[0].pk], "一件", by=office)
    assigned(cases[0], office)
    cases[0].refresh_from_db()
    assert cases[0].matter == matter


def test_several_departments_at_once(firm, office, bureau, person):
    fire = person("department", "fire", unit="消防大队")
    case = actions.raise_case(
        "package", fields={"subject": "厂房建设", "matter": "factory"}, source="online",
        files={"document": [paper()]}, by=firm, at=MONDAY,
    )  # fmt: skip
    at = MONDAY + dt.timedelta(hours=1)
    actions.act(case.pk, "accept", unit="住建局", units=["住建局", "消防大队"], by=office, at=at)
    for user, unit in ((bureau, "住建局"), (fire, "消防大队")):
        assert cases_in_scope(user).filter(pk=case.pk).exists()
        actions.act(case.pk, "begin", part=unit, by=user, at=at)
    with pytest.raises(Refused, match="联办部门"):
        actions.act(case.pk, "finish", part="消防大队", files={"opinion": [paper()]}, by=bureau, at=at)
    for user, unit in ((bureau, "住建局"), (fire, "消防大队")):
        case = actions.act(case.pk, "finish", part=unit, files={"opinion": [paper()]}, by=user, at=at)
    assert case.state == "finished"
    assert {part.state for part in case.parts.all()} == {"dept_done"}
    assert case.entries.last().action == "parts_done"


SAFETY = {"subject": "老厂房", "parcel": "G1", "cause": "land", "place": [120.0, 28.9], "hazard_kind": "fire"}


def on_the_way(office, bureau, fields, list_name, **first):
    """A problem that is being put right."""
    given = {"due_on": str(timezone.localdate() + dt.timedelta(days=20))} | first.pop("assign", {})
    case = actions.raise_case(list_name, fields=fields, source="own_checks", by=office, **first)
    actions.act(case.pk, "verify", by=office)
    actions.act(case.pk, "assign", unit="住建局", fields=given, by=office)
    actions.act(case.pk, "set_measures", fields={"measures": "搬离"}, by=bureau)
    return actions.act(case.pk, "begin", by=bureau)


def test_the_register_proves_that_a_block_is_cleared(office, bureau, leader):
    from mujun.web.campaign.models import Stage
    from tests.web.campaign.ground import county_with_land, two_blocks, work_to

    county_with_land()
    long_ago = timezone.now() - dt.timedelta(days=90)
    case, unvacated = (on_the_way(office, bureau, SAFETY, "safety", at=long_ago) for _ in range(2))
    assert prove("block_cleared", case).holds is None
    [block, _other] = two_blocks(office)
    said = prove("block_cleared", case)
    assert (said.holds, "还没有腾空" in said.sentence) == (None, True)
    with pytest.raises(CaseRefused, match="要有材料：整改后照片"):
        actions.act(unvacated.pk, "give_proof", fields={"result": "已修"}, by=bureau)
    put_right = {"photo_after": [photo()]}
    held = actions.act(unvacated.pk, "give_proof", fields={"result": "已修"}, files=put_right, by=bureau)
    assert (held.state, held.entries.last().proof) == ("proof_given", ""), "a hazard is put right without vacating"
    work_to(block, Stage.VACATE, office)
    new = on_the_way(office, bureau, SAFETY, "safety")
    assert "在提出之前" in prove("block_cleared", new).sentence
    with pytest.raises(CaseRefused, match="要有材料"):
        actions.act(new.pk, "give_proof", fields={"result": "已搬"}, by=bureau)
    case = actions.act(case.pk, "give_proof", fields={"result": "已搬"}, by=bureau)
    assert "已于" in case.entries.last().proof
    with pytest.raises(CaseRefused, match="同一单位"):
        actions.act(case.pk, "pass_check", files={"check_report": [paper()]}, by=_of(office, "住建局"))
    assert actions.act(case.pk, "pass_check", files={"check_report": [paper()]}, by=office).state == "checked"


def test_a_later_year_s_tax_pays_nothing_of_what_was_owed(office, bureau, county):
    def tax(year, wan):
        revision = Revision.objects.create(kind="import")
        measures.filter(firm_id=FIRM, year=year, until=None).update(until=revision)
        measures.create(since=revision, firm_id=FIRM, year=year, tax_wan=wan)
        said = prove("tax_paid", case)
        return said.holds, said.sentence

    measures = MODELS["measures"]._default_manager
    this_year = timezone.localdate().year
    measures.filter(firm_id=FIRM, year__gte=2023).delete()
    revision = Revision.objects.create(kind="import")
    measures.create(since=revision, firm_id=FIRM, year=2023, tax_wan=100.0)
    measures.create(since=revision, firm_id=FIRM, year=this_year, tax_wan=10.0)
    fields = {"subject": "少缴税款", "cause": "duty", "firm": FIRM, "amount": "500000"}
    case = on_the_way(office, bureau, fields, "audit", assign={"report_no": "1号"})
    assert tax(this_year, 900.0)[0] is None, "the year goes on: what comes in is its own"
    assert tax(this_year + 1, 900.0)[0] is None
    holds, sentence = tax(2023, 149.99)
    assert holds is None
    assert "没有补增 500,000 元" in sentence
    with pytest.raises(CaseRefused, match="至少要有一种材料"):
        actions.act(case.pk, "give_proof", fields={"result": "已补缴"}, by=bureau)
    assert tax(2023, 150.0)[0] is True
    proof = actions.act(case.pk, "give_proof", fields={"result": "已补缴"}, by=bureau).entries.last().proof
    assert "不少于 500,000 元" in proof
    assert "149" not in proof
    assert "1,4" not in proof


def test_what_the_register_does_not_know_is_no_proof_in_the_trail(firm, office, bureau):
    case = actions.raise_case(
        "package", fields={"subject": "厂房建设", "matter": "factory"}, source="online",
        files={"document": [paper()]}, by=firm, at=MONDAY,
    )  # fmt: skip
    at = MONDAY + dt.timedelta(hours=1)
    actions.act(case.pk, "accept", unit="住建局", units=["住建局"], by=office, at=at)
    actions.act(case.pk, "begin", part="住建局", by=bureau, at=at)
    actions.act(case.pk, "finish", part="住建局", files={"permit": [paper()]}, by=bureau, at=at)
    case = actions.act(case.pk, "close", fields={"result": "已出件"}, by=office, at=at)
    assert (case.state, case.entries.last().proof) == ("closed", "")


def test_a_complaint_does_not_close_itself(firm, office):
    case = raised(firm, files={"document": [paper("我的投诉.pdf")]})
    actions.act(case.pk, "contact", fields={"category": "land"}, by=office, at=MONDAY + dt.timedelta(minutes=5))
    with pytest.raises(CaseRefused, match="至少要有一种材料"):
        actions.act(case.pk, "close", fields={"result": "好"}, by=office, at=MONDAY + dt.timedelta(hours=1))


def test_who_is_checked_does_not_hand_in_the_report(office, bureau, leader):
    fields = {"subject": "监管不严", "cause": "rule"}
    case = on_the_way(
        office, bureau, fields, "inspection", assign={"round_name": "一"}, files={"check_report": [paper()]}
    )
    actions.act(case.pk, "give_proof", fields={"result": "改了"}, files={"photo_after": [photo()]}, by=bureau)
    with pytest.raises(CaseRefused, match="“核查报告”只能由核查人员") as refused:
        actions.attach(case.pk, "check_report", [paper()], by=bureau)
    assert "专班办公室" in refused.value.who
    with pytest.raises(CaseRefused, match="要有材料：核查报告"):
        actions.act(case.pk, "pass_check", by=office)
    actions.attach(case.pk, "check_report", [paper()], by=office)
    assert actions.act(case.pk, "pass_check", by=office).state == "checked"
    assert actions.act(case.pk, "close", by=leader).state == "closed"


def test_who_works_a_case_does_not_rate_it(firm, town):
    case = raised(town, owner_unit=TOWN, fields={"firm": FIRM})
    actions.act(case.pk, "contact", fields={"category": "land"}, by=town, at=MONDAY + dt.timedelta(minutes=9))
    closed(case, town)
    at = MONDAY + dt.timedelta(days=1, hours=1)
    with pytest.raises(CaseRefused, match="不能办理“评价”"):
        actions.rate(case.pk, 5, by=town, at=at)
    actions.rate(case.pk, 1, "没有修", by=firm, at=at)
    assert list(CaseRating.objects.values_list("stars", "by__role")) == [(1, "firm")]
    own = raised(town, owner_unit=TOWN)
    actions.act(own.pk, "contact", fields={"category": "land"}, by=town, at=MONDAY + dt.timedelta(minutes=9))
    closed(own, town)
    with pytest.raises(CaseRefused, match="不能评价自己的办理"):
        actions.rate(own.pk, 5, by=town, at=at)


def test_the_form_of_a_rating_is_on_the_card(client, firm, office):
    case = raised(firm, at=None)
    actions.act(case.pk, "contact", fields={"category": "land"}, by=office)
    actions.act(case.pk, "close", fields={"result": "好"}, files={"reply": [paper()]}, by=office)
    client.force_login(firm)
    answer = client.get(f"/cases/{case.pk}/act/rate/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/cases/{case.pk}/#rate")


def test_an_amount_that_cannot_be_written_out_is_refused(client, firm):
    actions.take_in_lists(by=None)
    client.force_login(firm)
    form = {"f_subject": "退税", "f_amount": "1e-100000000", "source": "firm_page"}
    answer = client.post("/cases/raise/request/", form)
    assert answer.status_code == 422
    assert "不是金额" in answer.content.decode()
    assert not Case.objects.exists()


def test_a_draft_belongs_to_who_sent_it(client, firm, person, monkeypatch):
    first = raised(firm, draft="d1")
    client.force_login(person("firm", "other", firm_id=OTHER_FIRM))
    answer = client.post("/cases/raise/request/", {"f_subject": "x", "source": "firm_page", "draft": "d1"})
    assert answer.status_code == 422
    assert "已经由另一个账号发送" in answer.content.decode()
    seen = iter([None, first])
    monkeypatch.setattr(raising, "_sent_before", lambda draft, by: next(seen))
    assert raised(firm, draft="d1") == first, "sent twice at the same moment"


def _of(user, unit):
    user.unit = unit
    user.save()
    try:
        return type(user).objects.get(pk=user.pk)
    finally:
        user.unit = "专班办公室"
        user.save()
