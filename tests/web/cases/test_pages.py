"""Pages of the loops: what they show, whom they refuse and with what sentence, and how many queries they need."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from mujun.web.cases import actions
from mujun.web.cases.models import Case, CaseFile, CaseRating, ListVersion, Matter
from mujun.web.cases.queries.work import work_of
from mujun.web.cases.sweeping import sweep_all
from tests.web.cases.conftest import JPEG, PDF, client_of, paper, photo, text_of
from tests.web.conftest import FIRM, OTHER_FIRM, OTHER_TOWN, TOWN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]
BUDGET = {
    "cases": 6, "case_table": 9, "my_cases": 8, "cases_unsolved": 6, "case_points": 5, "case_alerts": 6,
    "case_matters": 6, "case_lists": 6, "case_calendar": 5, "case_statistics": 18, "case": 17, "case_board": 34,
}  # fmt: skip


def posted(client, name, args, data, status=302):
    answer = client.post(reverse(name, args=args), data)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer


def raised(by, subject="厂房漏水", list_name="request", **fields):
    source = "own_pool" if list_name == "audit" else "firm_page"
    return actions.raise_case(list_name, fields={"subject": subject} | fields, source=source, by=by)


def assigned(case, office, unit="住建局", **fields):
    return actions.act(case.pk, "assign", unit=unit, fields={"category": "land"} | fields, by=office)


def closed(case, by):
    actions.act(case.pk, "contact", by=by)
    return actions.act(case.pk, "close", fields={"result": "已修好"}, files={"reply": [paper()]}, by=by)


def test_a_firm_raises_follows_rates_low_with_a_reason_and_opens_again(firm, office, bureau):
    page, desk, worker = client_of(firm), client_of(office), client_of(bureau)
    assert "没有正在办理的诉求" in text_of(page.get(reverse("my_cases")))
    assert page.get(reverse("cases")).headers["Location"] == reverse("my_cases")
    form = {"f_subject": "厂房漏水", "e_photo": photo(), "source": "firm_page", "contact": "会计 0579-0000000"}
    answer = posted(page, "case_raise", ["request"], form)
    case = Case.objects.get()
    assert answer.headers["Location"] == reverse("case", args=[case.pk])
    assert (case.firm_id, case.title, case.contact) == (FIRM, "厂房漏水", "会计 0579-0000000")
    card = text_of(page.get(reverse("case", args=[case.pk])))
    assert "首次联系" in card
    assert reverse("case_file", args=[case.pk, CaseFile.objects.get().pk]) in card
    assert "由企业服务专班办理" in card.replace("\n", ""), "who may do what somebody may not"

    refused = page.post(reverse("case_act", args=[case.pk, "assign"]), {"unit": "住建局"}, follow=True)
    assert "您不能办理“转办”，应由企业服务专班办理" in text_of(refused)
    posted(desk, "case_act", [case.pk, "assign"], {"unit": "住建局", "f_category": "land"})
    posted(worker, "case_act", [case.pk, "contact"], {"f_category": "land"})
    missing = posted(worker, "case_act", [case.pk, "close"], {"f_result": "已修好"}, status=422)
    assert "至少要有一种材料" in text_of(missing)
    posted(worker, "case_act", [case.pk, "close"], {"f_result": "已修好", "e_reply": paper()})

    assert "请评价" in text_of(page.get(reverse("my_cases")))
    low = posted(page, "case_rate", [case.pk], {"stars": "2"}, status=422)
    assert "理由" in text_of(low)
    assert not CaseRating.objects.exists()
    posted(page, "case_rate", [case.pk], {"stars": "2", "reason": "第二天又漏"})
    posted(page, "case_act", [case.pk, "reopen"], {"reason": "又漏了"})
    case.refresh_from_db()
    assert (case.state, case.reopened) == ("reopened", 1)
    card = text_of(page.get(reverse("case", args=[case.pk])))
    assert "重开 1 次" in card
    assert "第二天又漏" in card
    figures = text_of(desk.get(reverse("case_statistics", args=["request"])))
    assert "重开率" in figures
    assert "40 * 办结率" in figures


def test_a_step_that_is_past_says_so(firm, office):
    case = raised(firm)
    answer = client_of(office).get(reverse("case_act", args=[case.pk, "firm_answers"]), follow=True)
    assert "没有这一步" in text_of(answer)


def test_a_cadre_raises_with_a_photograph_and_a_point(town):
    client = client_of(town)
    page = text_of(client.get(reverse("case_raise", args=["hazard"])))
    assert 'capture="environment"' in page
    assert "安全隐患（" in page, "the subject stands ready"
    form = {"f_place": "120.025001, 28.505002", "e_photo": photo(), "source": "snapshot", "draft": "d" * 32}
    url = reverse("case_raise", args=["hazard"])
    said = client.post(url, form, headers={"Accept": "application/json"})
    case = Case.objects.get()
    assert said.json() == {
        "url": reverse("case", args=[case.pk]), "number": case.number, "sentence": f"已提出，编号 {case.number}。"
    }  # fmt: skip
    assert (case.lon, case.lat, case.town) == (120.025001, 28.505002, TOWN)
    again = client.post(url, form | {"e_photo": photo()}, headers={"Accept": "application/json"})
    assert again.json()["number"] == case.number, "a draft that is sent twice is raised once"
    assert Case.objects.count() == 1
    points = client.get(reverse("case_points")).json()["features"]
    assert [one["geometry"]["coordinates"] for one in points] == [[120.025001, 28.505002]]


def test_a_draft_that_is_refused_is_told_why(town):
    url = reverse("case_raise", args=["hazard"])
    said = client_of(town).post(url, {"source": "snapshot"}, headers={"Accept": "application/json"})
    assert said.status_code == 422
    assert any("地点" in sentence for sentence in said.json()["sentences"])
    said = client_of(town).post(url, {"source": "snapshot", "f_place": "路口"}, headers={"Accept": "application/json"})
    assert any("现场照片" in sentence for sentence in said.json()["sentences"])


def test_a_firm_never_sees_another_ones(firm, office, person):
    case = raised(firm)
    stranger = client_of(person("firm", "stranger", firm_id=OTHER_FIRM))
    assert stranger.get(reverse("case", args=[case.pk])).status_code == 404
    assert stranger.get(reverse("case_act", args=[case.pk, "withdraw"])).status_code == 404
    assert stranger.get(reverse("case_board", args=["audit"])).status_code == 404
    assert "厂房漏水" not in text_of(stranger.get(reverse("case_table"), {"q": "厂房"}))
    actions.attach(case.pk, "photo", [photo()], by=firm)
    file = CaseFile.objects.get()
    assert stranger.get(reverse("case_file", args=[case.pk, file.pk])).status_code == 404
    mine = client_of(firm).get(reverse("case_file", args=[case.pk, file.pk]))
    assert b"".join(mine.streaming_content) == JPEG
    assert mine.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_board_by_state_and_by_clock(firm, office, bureau):
    case = raised(firm)
    assigned(raised(office, "电不够"), office)
    desk = client_of(office)
    columns = {
        one["column"].key: one["column"].count
        for one in desk.get(reverse("case_board", args=["request"])).context["columns"]
    }
    assert columns == {"raised": 1, "assigned": 1}
    Case.objects.filter(pk=case.pk).update(red_at=timezone.now() - dt.timedelta(hours=3))
    lit = desk.get(reverse("case_board", args=["request"]), {"by": "light"}).context["columns"]
    assert "red" in {one["column"].key for one in lit}
    narrowed = desk.get(reverse("case_board", args=["request"]), {"unit": "住建局"}).context["columns"]
    assert [one["column"].key for one in narrowed] == ["assigned"]
    assert "没有符合条件的事项" in text_of(desk.get(reverse("case_board", args=["request"]), {"unit": "没有"}))
    table = desk.get(reverse("case_table"), {"list": "request", "light": "red"}).context["table"]
    assert [row.pk for row in table.rows] == [case.pk]
    assert client_of(bureau).get(reverse("case_board", args=["request"])).context["columns"][0]["column"].count == 1


def test_my_work_is_what_lies_before_my_unit(firm, office, bureau, town, leader):
    case = raised(firm)
    assert list(work_of(office)) == [case]
    assert list(work_of(bureau)) == []
    assigned(case, office)
    assert list(work_of(bureau)) == [case]
    assert list(work_of(office)) == []
    Case.objects.update(red_at=timezone.now() - dt.timedelta(days=1))
    assert list(work_of(leader)) == [case]
    assert "厂房漏水" in text_of(client_of(bureau).get(reverse("my_cases")))


def test_what_cannot_be_solved_is_published_with_its_review(firm, office):
    case = raised(firm)
    actions.act(case.pk, "contact", fields={"category": "land"}, by=office)
    day = (timezone.localdate() + dt.timedelta(days=30)).isoformat()
    actions.act(
        case.pk, "give_up", reason="规划调整中", approval="会议纪要1号", by=office,
        fields={"blocked_by": "等规划批复", "review_on": day},
    )  # fmt: skip
    for user in (firm, office):
        page = text_of(client_of(user).get(reverse("cases_unsolved")))
        assert "等规划批复" in page
        assert day in page
    assert f"将在 {day} 复核" in text_of(client_of(firm).get(reverse("case", args=[case.pk])))


def test_reminders_reach_the_inbox_once_and_are_seen(firm, office, bureau):
    raised(firm)
    sweep_all(timezone.now() + dt.timedelta(days=12))
    desk = client_of(office)
    page = desk.get(reverse("case_alerts"))
    assert page.context["lines"]
    [line] = page.context["lines"]
    keys = page.context["new"]
    assert len(keys) == 1 + len(line["earlier"]) > 1
    posted(desk, "case_alerts", [], {"alert": keys})
    assert "没有未读的提醒" in text_of(desk.get(reverse("case_alerts")))
    [line] = desk.get(reverse("case_alerts"), {"all": "1"}).context["lines"]
    assert line["told"].was_seen
    assert client_of(bureau).get(reverse("case_alerts")).context["lines"] == []


def test_the_same_problem_becomes_a_matter_of_policy(office, firm):
    for number in range(3):
        case = raised(office, f"缺电{number}", cause="变压器容量不足", category="power")
    desk = client_of(office)
    matter = Matter.objects.get()
    assert "3 件" in text_of(desk.get(reverse("case_matters")))
    posted(desk, "case_matter", [matter.pk], {"state": "settled", "note": ""}, status=422)
    posted(desk, "case_matter", [matter.pk], {"state": "settled", "note": "统一扩容办法"})
    matter.refresh_from_db()
    assert (matter.state, matter.note) == ("settled", "统一扩容办法")
    assert "已归为政策事项" in text_of(desk.get(reverse("case", args=[case.pk])))
    one, two = raised(office, "甲"), raised(office, "乙")
    wrong = posted(desk, "case_matters", [], {"title": "同类", "numbers": f"{one.number} 没有"}, status=422)
    assert "有编号没有找到" in text_of(wrong)
    posted(desk, "case_matters", [], {"title": "同类", "numbers": f"{one.number}\n{two.number}"})
    assert Matter.objects.filter(title="同类").exists()


def test_figures_are_a_workbook_too_and_a_wrong_period_is_said(firm, office, bureau):
    closed(assigned(raised(firm), office), bureau)
    desk, url = client_of(office), reverse("case_statistics", args=["request"])
    page = desk.get(url)
    assert page.context["found"].closing_rate == 1.0
    assert "data-print" in text_of(page)
    assert desk.get(url, {"format": "xlsx"}).content[:2] == b"PK"
    assert "起始日期要在截止日期之前" in text_of(desk.get(url, {"from": "2026-05-01", "to": "2026-01-01"}))
    assert "日期应写成" in text_of(desk.get(url, {"from": "昨天"}))
    assert "统计期内没有提出的事项" in text_of(desk.get(url, {"from": "2001-01-01", "to": "2001-12-31"}))


def test_points_taken_off_change_the_index(office):
    raised(office, "欠缴", "audit")
    desk, url = client_of(office), reverse("case_statistics", args=["audit"])
    before = desk.get(url).context["index"]["value"]
    form = {
        "key": "meeting_missed",
        "level": "own",
        "times": "1",
        "unit": "甲镇",
        "on": timezone.localdate(),
        "note": "缺会",
    }
    posted(desk, "case_deduct", ["audit"], form)
    assert desk.get(url).context["index"]["value"] == pytest.approx(before - 0.4)


RIVER = """
kind: list
name: river_walk
title: 巡河
valid_from: 2022-01-01
documents: {default: {document: 本县办法, origin: default}}
evidence: {photo: 照片}
fields:
  subject: {label: 问题, kind: text, required_in: [seen]}
raising: {state: seen, who: [town, office]}
states:
  seen: {label: 已发现}
  done: {label: 已处理, kind: closed}
transitions:
  finish: {label: 处理完成, from: seen, to: done, who: [owner_unit, office, town], evidence: [photo]}
clocks:
  walk:
    label: 处理
    starts_on: [seen]
    duration: {working_days: {2022-01-01: 2}}
    clause: default
"""


def test_a_new_list_is_rehearsed_then_put_in_force_without_code(office, town):
    desk, url = client_of(office), reverse("case_list_upload")
    broken = desk.post(url, {"text": RIVER.replace("to: done", "to: nowhere"), "step": "act"})
    assert broken.status_code == 422
    assert "nowhere" in text_of(broken)
    assert not ListVersion.objects.filter(name="river_walk").exists()
    rehearsed = text_of(desk.post(url, {"text": RIVER, "step": "rehearse"}))
    assert "“巡河”通过检查" in rehearsed
    assert "<svg" in rehearsed
    assert "2个工作日" in rehearsed
    assert not ListVersion.objects.filter(name="river_walk").exists(), "a rehearsal changes nothing"
    posted(desk, "case_list_upload", [], {"text": RIVER, "step": "act"})
    held = ListVersion.objects.get(name="river_walk")
    posted(client_of(town), "case_raise", ["river_walk"], {"f_subject": "河面有油污"})
    case = Case.objects.get()
    assert "处理完成" in text_of(client_of(town).get(reverse("case", args=[case.pk])))
    posted(client_of(town), "case_act", [case.pk, "finish"], {"e_photo": [photo(), photo("二.jpg", JPEG + b"2")]})
    assert CaseFile.objects.count() == 2
    posted(desk, "case_list_end", [held.pk], {})
    assert client_of(town).get(reverse("case_raise", args=["river_walk"])).status_code == 404
    assert text_of(desk.get(reverse("case_list", args=[held.pk]))).count("启用这个版本") == 1
    text = desk.get(reverse("case_list_text", args=[held.pk]))
    assert b"".join(text.streaming_content).decode() == RIVER


def test_days_set_late_begin_a_new_reckoning(office):
    desk = client_of(office)
    wrong = posted(desk, "case_calendar", [], {"days": "昨天", "worked": "0", "reason": "通知"}, status=422)
    assert "“昨天”不是日期" in text_of(wrong)
    posted(desk, "case_calendar", [], {"days": "2026-12-31", "worked": "0", "reason": "县府办通知"})
    assert "2026-12-31" in text_of(desk.get(reverse("case_calendar")))


def test_further_evidence(firm, office):
    case, client = raised(firm), client_of(firm)
    wrong = posted(client, "case_attach", [case.pk], {"kind": "photo"}, status=422)
    assert "papers" in wrong.context["form"].errors
    bad = posted(client, "case_attach", [case.pk], {"kind": "photo", "papers": photo("病毒.exe")}, status=422)
    assert "不能接受" in text_of(bad)
    posted(client, "case_attach", [case.pk], {"kind": "document", "papers": paper(content=PDF), "note": "发票"})
    assert CaseFile.objects.get().evidence == "document"


@pytest.mark.parametrize("size", [1, 12])
@pytest.mark.parametrize("name", sorted(BUDGET))
def test_queries_do_not_grow(name, size, office, firm, bureau, django_assert_max_num_queries):
    for number in range(size):
        case = assigned(raised(firm, f"厂房{number}", cause="漏水"), office)
    actions.attach(case.pk, "photo", [photo()], by=firm)
    client = client_of(office)
    args = {"case": [case.pk], "case_board": ["request"], "case_statistics": ["request"]}.get(name, [])
    client.get(reverse(name, args=args))
    with django_assert_max_num_queries(BUDGET[name]):
        assert client.get(reverse(name, args=args)).status_code == 200


def test_the_table_is_a_workbook(firm, office):
    raised(firm)
    assert client_of(office).get(reverse("case_table"), {"format": "xlsx"}).content[:2] == b"PK"
    assert client_of(office).get(reverse("cases_unsolved"), {"format": "xlsx"}).content[:2] == b"PK"


def test_every_shipped_list_can_be_opened_raised_and_drawn(office, county):
    desk = client_of(office)
    for held in ListVersion.objects.filter(in_force=True):
        assert "<svg" in text_of(desk.get(reverse("case_list", args=[held.pk]))), held.name
        for name in ("case_board", "case_statistics"):
            assert desk.get(reverse(name, args=[held.name])).status_code == 200, held.name
        answer = desk.get(reverse("case_raise", args=[held.name]))
        assert answer.status_code in (200, 404)
    assert json.loads(desk.get(reverse("case_points")).content)["features"] == []


def test_towns_of_a_cadre_are_the_own_ones(person, county):
    both = client_of(person("town", "both", towns=[TOWN, OTHER_TOWN]))
    page = text_of(both.get(reverse("case_raise", args=["hazard"])))
    assert f">{TOWN}<" in page
    assert f">{OTHER_TOWN}<" in page


def test_the_lists_made_for_a_role_are_one_tap_away(firm, town):
    from mujun.web.pages.cases.choosing import lists_to_raise

    near, more = lists_to_raise(firm)
    assert [one.version.name for one in near] == ["request", "package", "hazard"]
    assert more == []
    near, more = lists_to_raise(town)
    assert [one.version.name for one in near][:2] == ["hazard", "request"]
    assert len(more) > 3
    page = text_of(client_of(town).get(reverse("my_cases")))
    assert all(f'href="{reverse("case_raise", args=[one.version.name])}"' in page for one in [*near, *more])


def test_nobody_is_asked_to_rate_in_a_firms_place(firm, town, office, bureau):
    case = raised(town, firm=FIRM)
    assigned(case, office)
    closed(case, office)
    case.refresh_from_db()
    assert case.firm_id == FIRM
    assert "请评价" in text_of(client_of(firm).get(reverse("my_cases")))
    assert "请评价" not in text_of(client_of(town).get(reverse("my_cases")))


def test_what_counts_for_a_step_is_said_to_whoever_takes_it(firm, office, bureau):
    case = raised(firm)
    assigned(case, office)
    actions.act(case.pk, "contact", by=office)
    card = reverse("case", args=[case.pk])
    actions.attach(case.pk, "reply", [paper()], by=office)
    page = text_of(client_of(office).get(card))
    assert "（已有）" in page
    assert "（已有）" not in text_of(client_of(firm).get(card))
