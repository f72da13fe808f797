"""Pages of documents, targets and orders: they open, do what they say, and need a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import io
import re
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mujun.targets.statement import Bound, Kind
from mujun.web.pages.targets.charts import chart_of, sparkline
from mujun.web.pages.targets.reading import part_ends, part_of
from mujun.web.pages.templatetags.ledger import sentence_around
from mujun.web.targets import actions
from mujun.web.targets.models import Document, DocumentStatement, StatementLink, SupervisionOrder, Target
from mujun.web.targets.official import FIELDS
from mujun.web.targets.queries.ledger import line_of
from tests.web.conftest import OTHER_TOWN, PASSWORD, TOWN
from tests.web.targets import ground
from tests.web.targets.ground import (
    ISSUED_ON,
    YEAR,
    evidence,
    in_force,
    paper,
    read,
    report,
    said,
    statement,
    taken_in,
    town_parts,
)

pytestmark = pytest.mark.django_db
BUDGET = {"targets": 20, "target": 34, "documents": 8, "document": 14, "threads": 14, "orders": 8, "target_forms": 6}
TODAY = timezone.localdate()
HTMX = {"HX-Request": "true"}


@pytest.fixture
def office(client, analyst):
    client.force_login(analyst)
    return client


@pytest.fixture
def desk(leader):
    from django.test import Client

    client = Client()
    client.force_login(leader)
    return client


@pytest.fixture
def behind(target, analyst, leader):
    """The land target in force, broken down to two towns, with January reported and nothing since."""
    in_force(target, analyst, leader, town_parts())
    return Target.objects.get(pk=target.pk)


def test_a_document_is_taken_in_and_its_course_is_shown(office, analyst):
    form = {"title": "工作计划", "issuer": "示范县政府", "issued_on": ISSUED_ON, "kind": "plan", "file": paper()}
    answer = office.post(reverse("document_new"), form)
    held = Document.objects.get()
    assert answer.headers["Location"] == reverse("document", args=[held.pk])
    page = office.get(answer.headers["Location"]).content.decode()
    assert "读取文件：工作计划" in page
    assert 'hx-trigger="every 1s"' in page
    assert office.post(reverse("document_new"), {**form, "file": paper()}).status_code == 422  # the same once more
    broken = office.post(reverse("document_new"), {**form, "title": "", "file": paper("别的")})
    assert broken.status_code == 422
    assert "示范县政府" in broken.content.decode()


def test_the_page_shows_each_quote_on_the_original(office, plan):
    page = office.get(reverse("document", args=[plan.pk])).content.decode()
    for one in plan.statements.all():
        assert f'id="q-{one.pk}"' in page
        assert f'data-start="{one.start}">{one.quote}</a>' in page
    text = "".join(re.findall(r'data-start="\d+">(.*?)</(?:a|span)>', page, flags=re.S))
    assert text == plan.text


def test_the_original_keeps_every_character(office, analyst):
    text = "一\r\n二<b>&三\r四\ufffd五：完成100亩以上"
    held = read(taken_in(analyst, text="原件"), analyst, text=text, found=[])
    page = office.get(reverse("document", args=[held.pk])).content.decode()
    assert "一&#13;\n二&lt;b&gt;&amp;三&#13;四\ufffd五：完成100亩以上" in page


def test_what_cleaning_changed_stands_beside_the_raw_quote(office, analyst):
    text = "全年整治低效工業用地５０００畝以上，其他工作照常推进。"
    found = [said(text, "５０００畝以上", "整治低效工业用地", 5000, "亩", bound=Bound.GE)]
    held = read(taken_in(analyst, text=text), analyst, text=text, found=found)
    [line] = part_of(held, 1).lines
    assert line.statement.quote == "５０００畝以上"
    assert line.clean == "5000亩以上"
    assert "已清理" in office.get(reverse("document", args=[held.pk])).content.decode()


def test_statements_are_confirmed_mended_refused_and_taken_back_from_the_panel(office, plan):
    land, growth, fact = plan.statements.order_by("start")
    answer = office.post(reverse("statement", args=[land.pk]), {"step": "confirm"}, headers=HTMX)
    assert 'data-state="confirmed"' in answer.content.decode()
    assert "立为目标" in answer.content.decode()
    form = office.get(reverse("statement", args=[growth.pk]), {"mend": "1"}, headers=HTMX).content.decode()
    assert 'value="规上工业增加值"' in form
    assert f'id="id_s{growth.pk}_metric"' in form
    values = {"step": "mend", "metric": "规上工业增加值", "value": "8.5", "unit": "%", "bound": "ge", "change": "growth",
              "kind": "target", "period": str(YEAR)}  # fmt: skip
    assert (
        'data-state="mended"'
        in office.post(reverse("statement", args=[growth.pk]), values, headers=HTMX).content.decode()
    )
    wrong = office.post(reverse("statement", args=[growth.pk]), values | {"value": "八"}, headers=HTMX).content.decode()
    assert "不是数字" in wrong
    assert "data-refused" in wrong
    empty = office.post(reverse("statement", args=[growth.pk]), values | {"metric": ""}, headers=HTMX).content.decode()
    assert "data-mend" in empty
    assert office.post(reverse("statement", args=[fact.pk]), {"step": "refuse"}).status_code == 302  # without a script
    undone = office.post(reverse("statement", args=[fact.pk]), {"step": "undo"}, headers=HTMX).content.decode()
    assert 'data-state="proposed"' in undone
    assert [one.state for one in plan.statements.order_by("start")] == ["confirmed", "mended", "proposed"]
    detail = office.get(reverse("statement", args=[growth.pk])).content.decode()
    assert "已修正" in detail


def test_the_rest_of_a_part_is_confirmed_at_once(office, plan):
    keys = list(plan.statements.values_list("pk", flat=True))
    office.post(reverse("statements_confirm", args=[plan.pk]), {"statement": keys, "part": "1"})
    assert set(plan.statements.values_list("state", flat=True)) == {"confirmed"}
    again = office.post(reverse("statements_confirm", args=[plan.pk]), {"statement": keys, "part": "1"}, follow=True)
    assert "没有待确认的表述" in again.content.decode()


def test_selected_words_become_a_statement(office, analyst):
    text = "第一段。\r\n新建厂房20万平方米以上。\r\n新建厂房20万平方米以上。"
    held = read(taken_in(analyst, text=text), analyst, text=text, found=[])
    start = text.rindex("20万")
    url = reverse("statement_add", args=[held.pk])
    page = office.get(url, {"start": start, "end": start + len("20万平方米以上")}).content.decode()
    assert 'value="200000"' in page
    assert 'name="nth" value="2"' in page
    values = {"quote": "20万平方米以上", "nth": "2", "metric": "新建厂房", "value": "200000", "unit": "平方米", "bound": "ge",
              "change": "level", "kind": "target"}  # fmt: skip
    assert office.post(url, values | {"nth": "3"}).status_code == 422
    answer = office.post(url, values)
    made = DocumentStatement.objects.get()
    assert (made.start, made.quote, made.state) == (start, "20万平方米以上", "added")
    assert answer.headers["Location"].endswith(f"#s-{made.pk}")
    assert office.get(url, {"start": "9", "end": "999999"}).status_code == 200  # out of range: an empty form


def test_a_long_document_comes_in_parts_that_end_at_lines(office, analyst):
    text = "".join(f"第{number}件实事，完成整治{number + 1}亩。\n" for number in range(1800))
    found = [said(text, f"整治{number + 1}亩", "整治", number + 1, "亩") for number in range(0, 1800, 60)]
    held = read(taken_in(analyst, text=text), analyst, text=text, found=found)
    ends = part_ends(held)
    assert len(ends) > 1
    assert all(text[end - 1] == "\n" for end in ends)
    keys = [one.statement.pk for number in range(1, len(ends) + 1) for one in part_of(held, number).lines]
    assert keys == list(held.statements.order_by("start").values_list("pk", flat=True))
    assert "".join(piece.text for number in range(1, len(ends) + 1) for piece in part_of(held, number).pieces) == text
    last = DocumentStatement.objects.order_by("start").last()
    answer = office.post(reverse("statement", args=[last.pk]), {"step": "confirm"})
    assert f"?part={len(ends)}#s-{last.pk}" in answer.headers["Location"]


def test_a_target_is_made_broken_down_and_signed(office, desk, plan, county):
    held = statement(plan, "整治低效工业用地")
    url = reverse("target_new", args=[held.pk])
    terms = {"name": "整治低效工业用地", "starts_on": f"{YEAR}-01-01", "due_on": f"{YEAR}-12-31", "formula": "freed_mu",
             "owner_unit": "改造办"}  # fmt: skip
    assert "已确认" in office.post(url, terms).content.decode()  # not confirmed yet
    office.post(reverse("statement", args=[held.pk]), {"step": "confirm"})
    assert "没有改动" not in office.get(url).content.decode()
    wrong = office.post(url, terms | {"formula": "freed_acres"})
    assert wrong.status_code == 422
    assert "freed_acres" in wrong.content.decode()
    assert office.post(url, terms).status_code == 302
    made = Target.objects.get()
    parts = reverse("target_parts", args=[made.pk])
    page = office.get(parts).content.decode()
    assert f'<option value="{TOWN}" selected>' in page  # a row for each town
    rows = {"part-TOTAL_FORMS": "2", "part-INITIAL_FORMS": "2", "rule": "sum"}
    for number, (town, value) in enumerate(((TOWN, 3000), (OTHER_TOWN, 1500))):
        rows |= {f"part-{number}-level": "town", f"part-{number}-town": town, f"part-{number}-value": str(value)}
    said_so = office.post(reverse("target_parts_check", args=[made.pk]), rows).content.decode()
    assert "少500亩" in said_so
    assert not made.parts.exists()
    assert office.post(parts, rows).status_code == 302
    card = office.get(reverse("target", args=[made.pk])).content.decode()
    assert "少500亩，分解对不上" in card
    sign = reverse("target_sign", args=[made.pk])
    refused = desk.post(sign, {"password": PASSWORD})
    assert "少500亩" in refused.content.decode()
    kept = {f"part-{number}-pk": str(part.pk) for number, part in enumerate(made.parts.order_by("place"))}
    assert office.post(parts, rows | kept | {"part-1-value": "2000"}).status_code == 302
    assert desk.post(sign, {"password": "nicht-dies"}).status_code == 422
    assert desk.post(sign, {"password": PASSWORD}).status_code == 302
    assert set(Target.objects.values_list("state", flat=True)) == {"in_force"}
    assert Target.objects.count() == 3


def test_the_card_goes_from_the_sentence_to_the_arithmetic(office, behind, analyst):
    first = behind.parts.order_by("place")[0]
    cadre_parts = [line_of(part, TODAY).light.colour for part in behind.parts.all()]
    assert set(cadre_parts) <= {"red", "yellow", "green", "grey"}
    page = office.get(reverse("target", args=[behind.pk])).content.decode()
    for word in ("5000亩以上", f"{YEAR}年工作计划", "reported", "2项合计5,000亩", f"{TOWN}整治"):
        assert word in page, word
    part = office.get(reverse("target", args=[first.pk])).content.decode()
    assert "分解自：" in part
    assert "5000亩以上" in part


def test_reports_draw_the_sparkline_and_the_chart(office, behind, cadre, client):
    first = behind.parts.get(town=TOWN)
    for month in range(1, min(TODAY.month, 4) + 1):
        report(first, month, 100 * month, cadre)
    line = line_of(behind, TODAY)
    drawing = str(sparkline(line))
    assert drawing.startswith("<svg")
    assert "style=" not in drawing
    chart = chart_of(line, TODAY)
    assert chart is not None
    assert len(chart.dots) >= 1
    page = office.get(reverse("target", args=[behind.pk])).content.decode()
    assert 'class="forecast"' in page
    assert office.get(reverse("target_evidence", args=[first.pk, first.reports.first().pk])).status_code == 200


def test_a_cadre_reports_the_month_with_evidence(behind, cadre, client):
    client.force_login(cadre)
    mine, other = behind.parts.get(town=TOWN), behind.parts.get(town=OTHER_TOWN)
    page = client.get(reverse("targets")).content.decode()
    assert "还没有填报" in page
    assert f"{OTHER_TOWN}整治" not in page
    url = reverse("target_report", args=[mine.pk])
    month = f"{TODAY:%Y-%m}-01"
    assert client.post(url, {"month": month, "value": "120"}).status_code == 422  # no evidence
    assert client.post(url, {"month": month, "value": "120", "file": evidence()}).status_code == 302
    again = client.post(url, {"month": month, "value": "130", "file": evidence("二")})
    assert "更正必须写明原因" in again.content.decode()
    assert client.get(reverse("target", args=[other.pk])).status_code == 404


def test_a_cadre_sees_what_a_part_comes_from_and_is_led_to_no_closed_door(behind, cadre, client):
    client.force_login(cadre)
    whole = reverse("target", args=[behind.pk])
    assert client.get(whole).status_code == 404
    card = client.get(reverse("target", args=[behind.parts.get(town=TOWN).pk])).content.decode()
    assert behind.name in card
    assert f'href="{whole}"' not in card
    assert f'href="{whole}"' not in client.get(reverse("statement", args=[behind.statement_id])).content.decode()


def test_the_ledger_filters_and_goes_to_excel(office, behind, analyst, cadre):
    lines = office.get(reverse("targets")).context["table"].rows
    assert len(lines) == 3
    only = office.get(reverse("targets"), {"town": TOWN}).context["table"].rows
    assert [line.target.town for line in only] == [TOWN]
    for colour in ("red", "yellow", "green", "grey"):
        shown = office.get(reverse("targets"), {"light": colour}).context["table"].rows
        assert all(line.light.colour == colour for line in shown)
    sheet = openpyxl.load_workbook(io.BytesIO(office.get(reverse("targets"), {"format": "xlsx"}).content)).active
    heads = [cell.value for cell in sheet[2]]
    assert "走势" not in heads
    assert heads[-1] == "单位"
    assert {row[0].value for row in sheet.iter_rows(min_row=3)} >= {"整治低效工业用地", f"{TOWN}整治"}


def test_an_order_is_issued_answered_returned_closed_and_printed(desk, office, behind, analyst, cadre, client):
    part = behind.parts.get(town=TOWN)
    report(part, 1, 0, cadre)
    if line_of(part, TODAY).light.colour not in ("red", "yellow"):
        pytest.skip("too early in the year for a light")
    new = reverse("order_new", args=[part.pk])
    page = desk.get(new).content.decode()
    assert "请在期限内" in page
    due = TODAY + dt.timedelta(days=7)
    assert desk.post(new, {"demand": "补上进度", "due_on": str(due)}).status_code == 302
    order = SupervisionOrder.objects.get()
    client.force_login(cadre)
    reply = reverse("order_reply", args=[order.pk])
    assert client.post(reply, {"text": "已安排"}).status_code == 302
    settle = reverse("order_settle", args=[order.pk, "close"])
    assert "佐证材料" in desk.post(settle, {"text": "同意"}).content.decode()
    assert desk.post(reverse("order_settle", args=[order.pk, "return"]), {"text": "缺材料"}).status_code == 302
    assert client.post(reply, {"text": "补上了", "file": evidence("回复")}).status_code == 302
    assert desk.post(settle, {"text": "同意"}).status_code == 302
    order.refresh_from_db()
    assert order.state == "closed"
    printed = office.get(reverse("order_print", args=[order.pk])).content.decode()
    for word in (order.number, "补上进度", "补上了", "5000亩以上", "签发人：", order.target.name):
        assert word in printed, word
    excel = openpyxl.load_workbook(
        io.BytesIO(office.get(reverse("order_print", args=[order.pk]), {"format": "xlsx"}).content)
    ).active
    assert order.number in [cell.value for cell in excel[3]]
    assert order.number in office.get(reverse("orders")).content.decode()


HOW_TO = (Path(__file__).parents[3] / "docs" / "how-to" / "track-targets.md").read_text(encoding="utf-8")
[FORM] = re.findall(r"```yaml\n(.*?)```", HOW_TO, flags=re.S)


def test_the_how_to_names_every_field():
    for over, fields in FIELDS.items():
        said = re.search(rf"ields? of `{over}`: (.*?)[.;]|Of `{over}`: (.*?)[.;]", HOW_TO, flags=re.S)
        assert said is not None
        assert re.split(r",\s+", said[1] or said[2]) == list(fields)


def test_one_ledger_prints_every_form_and_a_new_one_needs_only_a_file(office, behind, settings, tmp_path):
    settings.FORMS_ROOT = tmp_path
    month = {"month": f"{TODAY:%Y-%m}"}
    monthly = office.get(reverse("target_form", args=["monthly"]), month).content.decode()
    for word in (f"{YEAR}年{TODAY.month}月重点目标完成情况表", "不少于5,000亩", "填报单位：", "审核人：", "日期："):
        assert word in monthly, word
    assert office.get(reverse("target_form", args=["units"]), month).status_code == 404
    (tmp_path / "units.yaml").write_text(FORM, encoding="utf-8")
    own = office.get(reverse("target_form", args=["units"]), month).content.decode()
    shown = {str(line.light.colour) for line in office.get(reverse("targets")).context["table"].rows}
    assert f"{YEAR}年{TODAY.month}月责任单位一览" in own
    assert ("改造办" in own) == bool(shown & {"red", "yellow"})
    assert "责任单位一览" in office.get(reverse("target_forms")).content.decode()
    sheet = openpyxl.load_workbook(
        io.BytesIO(office.get(reverse("target_form", args=["units"]), month | {"format": "xlsx"}).content)
    ).active
    assert [cell.value for cell in sheet[2]] == ["谁负责", "目标", "目标值", "累计完成", "亮灯理由"]
    (tmp_path / "broken.yaml").write_text(FORM.replace("holder", "who").replace("{year}", "{yaer}"), encoding="utf-8")
    page = office.get(reverse("target_forms")).content.decode()
    assert "没有字段“who”" in page
    assert "责任单位一览" in page


REPORT = "示范县报告：全年整治低效工业用地4200亩。"


@pytest.fixture
def pair(plan, analyst):
    """Last year's promise answered by this year's report, one link sure and one doubtful."""
    plan.issued_on = dt.date(YEAR - 1, 1, 10)
    plan.save()
    plan.statements.update(period=str(YEAR - 1))
    later = taken_in(analyst, text=REPORT, title="工作报告", kind="report", issued_on=ISSUED_ON)
    read(later, analyst, text=REPORT,
         found=[said(REPORT, "4200亩", "整治低效工业用地", 4200, "亩", kind=Kind.RESULT, period=str(YEAR - 1))])  # fmt: skip
    answer = later.statements.get()
    for metric, verdict in (("整治低效工业用地", "sure"), ("规上工业增加值", "doubtful")):
        first, second = sorted((statement(plan, metric).pk, answer.pk))
        StatementLink.objects.create(first_id=first, second_id=second, verdict=verdict, score=0.7, why="测试")
    return plan, later


def test_what_became_of_promises_stands_side_by_side(office, pair):
    plan, later = pair
    page = office.get(reverse("threads"))
    assert (page.context["earlier"], page.context["later"]) == (plan, later)
    fates = {line.promise.metric: str(line.fate) for line in page.context["became"]}
    assert fates == {"整治低效工业用地": "reported", "规上工业增加值": "silent"}
    text = page.content.decode()
    assert "4,200亩" in text
    assert "没有提起" in text
    silent = office.get(reverse("threads"), {"fate": "silent"}).context["became"]
    assert [line.promise.metric for line in silent] == ["规上工业增加值"]
    assert office.get(reverse("threads"), {"format": "xlsx"}).headers["Content-Type"].endswith("sheet")


def test_doubtful_links_are_decided_by_a_click(office, pair):
    link = StatementLink.objects.get(verdict="doubtful")
    answer = office.post(reverse("link_decide", args=[link.pk]), {"same": "no"}, headers=HTMX).content.decode()
    assert "人工认定不同" in answer
    office.post(reverse("link_decide", args=[link.pk]), {"same": "yes"})
    link.refresh_from_db()
    assert link.verdict == "same"
    assert "没有拿不准的" in office.get(reverse("threads")).content.decode()


def test_empty_pages_say_how_to_fill_them(office, desk):
    for name, word in (("targets", "先收录文件"), ("documents", "收录文件"), ("orders", "领导在亮红灯"),
                       ("threads", "要有两份读好的文件"), ("target_forms", "YAML")):  # fmt: skip
        assert word in office.get(reverse(name)).content.decode(), name
    assert "这个月没有要列的目标" in office.get(reverse("target_form", args=["monthly"])).content.decode()
    assert "业务人员" in desk.get(reverse("documents")).content.decode()


def test_ends_need_a_reason_and_the_password(desk, behind):
    url = reverse("target_end", args=[behind.pk, "close"])
    assert desk.post(url, {"reason": "", "password": PASSWORD}).status_code == 422
    assert desk.post(url, {"reason": "年度结束", "password": PASSWORD}).status_code == 302
    assert desk.get(reverse("targets")).context["table"].count == 0
    assert desk.get(reverse("targets"), {"state": "closed"}).context["table"].count == 3
    assert desk.get(reverse("target_end", args=[behind.pk, "explode"])).status_code == 404


def many(analyst, leader, count):
    """As many more documents, each with a target in force."""
    start = Document.objects.count()
    for number in range(start, start + count):
        text = f"{number}号计划：全年整治低效工业用地{number + 10}亩以上。"
        found = [said(text, f"{number + 10}亩以上", f"整治第{number}批", number + 10, "亩", bound=Bound.GE)]
        held = read(taken_in(analyst, text=text, title=f"{number}号"), analyst, text=text, found=found)
        one = held.statements.get()
        actions.confirm_statement(one.pk, by=analyst)
        made = actions.make_target(one.pk, ground.terms(name=f"第{number}批", formula="freed_mu"), by=analyst)
        actions.break_down(made.pk, town_parts(Decimal(number + 9), 1), by=analyst)
        actions.sign_target(made.pk, by=leader)


@pytest.mark.parametrize("name", sorted(BUDGET))
def test_each_page_needs_as_many_queries_for_many_as_for_few(name, office, behind, analyst, leader):
    plan = Document.objects.get()
    arguments = {"target": [behind.pk], "document": [plan.pk]}.get(name, [])
    counts = []
    for more in (1, 12):
        many(analyst, leader, more)
        office.get(reverse(name, args=arguments))
        with CaptureQueriesContext(connection) as held:
            assert office.get(reverse(name, args=arguments)).status_code == 200
        counts.append(len(held))
    assert counts[1] <= counts[0] + 1, counts
    assert max(counts) <= BUDGET[name], counts


def test_every_page_opens_in_english(office, behind, pair):
    office.cookies["django_language"] = "en"
    for name in ("targets", "documents", "threads", "orders", "target_forms"):
        assert office.get(reverse(name)).status_code == 200
    assert office.get(reverse("target", args=[behind.pk])).status_code == 200


@pytest.mark.parametrize(
    ("text", "quote", "sentence"),
    [
        ("上一句。全年整治5000亩以上，新建厂房。下一句。", "5000亩以上", "全年整治5000亩以上，新建厂房。"),
        ("# 标题\n\n全年整治50\n00亩\n\n别的", "50\n00亩", "全年整治50\n00亩\n\n"),
        ("甲" * 400 + "7亩" + "乙" * 400, "7亩", "甲" * 160 + "7亩" + "乙" * 160),
    ],
)
def test_a_quote_is_shown_in_its_sentence(text: str, quote: str, sentence: str) -> None:
    start = text.index(quote)
    first, last = sentence_around(text, start, start + len(quote))
    assert text[first:last] == sentence
