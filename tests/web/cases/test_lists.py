"""A new list is a YAML file, uploaded or put into a folder; cases go on under the text they were raised by."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from mujun.base.errors import Refused, RuleError
from mujun.cases import load
from mujun.cases.load import load_definition, shipped_definitions
from mujun.web.cases import actions, definitions
from mujun.web.cases.actions.deductions import note_deduction
from mujun.web.cases.definitions import definition_for, definition_of
from mujun.web.cases.jobs import take_in_each_minute
from mujun.web.cases.models import CaseAlert, ListVersion
from mujun.web.cases.queries import list_named, lists_for, statistics
from mujun.web.register.periodic import do_all_once

pytestmark = pytest.mark.django_db
RIVER = """kind: list
name: river
title: 河道巡查
valid_from: 2024-01-01
documents:
  default: {document: 示范县河长制办法, clause: 第五条, origin: default}
fields:
  subject: {label: 情况, kind: text, required_in: [found]}
raising: {state: found, who: [town, raiser]}
states:
  found: {label: 已发现}
  closed: {label: 已处置, kind: closed}
transitions:
  close: {label: 处置, from: found, to: closed, who: [town, office], evidence_any: [photo]}
evidence: {photo: 照片}
clocks:
  handle:
    label: 处置
    starts_on: [found]
    duration: {working_days: {2024-01-01: 2}}
    yellow_before: {working_days: 1}
    escalation: [{after: {working_hours: 0}, to: [office]}]
    clause: default
"""


def test_every_shipped_list_is_there(office):
    assert actions.take_in_lists(by=office) == len(shipped_definitions())
    assert actions.take_in_lists(by=office) == 0
    assert {one.version.name for one in lists_for(office)} == set(shipped_definitions())
    for version in ListVersion.objects.all():
        assert definition_of(version).digest == version.digest == load_definition(version.name).digest


def test_firms_see_lists_in_which_they_are_a_party(firm, office):
    actions.take_in_lists(by=office)
    assert {one.version.name for one in lists_for(firm)} == {"hazard", "objection", "package", "request"}
    assert {one.version.name for one in lists_for(firm) if one.may_raise} == {"hazard", "package", "request"}


def test_a_file_in_the_folder_is_a_list_within_a_minute(settings, town):
    Path(settings.LISTS_ROOT).mkdir()
    (Path(settings.LISTS_ROOT) / "river.yaml").write_text(RIVER, encoding="utf-8")
    take_in_each_minute()
    case = actions.raise_case("river", fields={"subject": "漂浮物"}, by=town)
    assert case.number.startswith("river-20")
    changed = RIVER.replace("2024-01-01: 2}", "2024-01-01: 4}")
    (Path(settings.LISTS_ROOT) / "river.yaml").write_text(changed, encoding="utf-8")
    take_in_each_minute()
    take_in_each_minute()
    assert ListVersion.objects.filter(name="river").count() == 2
    later = actions.raise_case("river", fields={"subject": "排口"}, by=town)
    assert (definition_for(case).text, definition_for(later).text) == (RIVER, changed)


def test_faults_are_kept_with_their_sentences(office, town):
    version = actions.upload_list(RIVER.replace("to: closed", "to: nowhere"), "river.yaml", by=office)
    assert (version.valid, version.in_force) == (False, False)
    assert any("nowhere" in fault for fault in version.faults)
    with pytest.raises(Refused, match="没有在用的清单"):
        actions.raise_case("river", fields={"subject": "x"}, by=town)
    with pytest.raises(Refused, match="没有通过检查"):
        actions.put_in_force(version.pk, by=office)
    with pytest.raises(Refused, match="空的"):
        actions.upload_list(" ", "river.yaml", by=office)


def folder(settings) -> Path:
    Path(settings.LISTS_ROOT).mkdir(exist_ok=True)
    return Path(settings.LISTS_ROOT)


WRONG_FILES = {
    "date": (RIVER.replace("2024-01-01\ndoc", "2026-02-30\ndoc").encode(), "第4行第13列的“2026-02-30”不是真正的日期"),
    "extends": (RIVER.replace("title:", "extends: [request]\ntitle:").encode(), "extends：应写一张清单的名称"),
    "deep": (f"{RIVER}\nparties: {'[' * 3000}{']' * 3000}\n".encode(), "嵌套太深"),
    "signs": (RIVER.encode("utf-16"), "不是 UTF-8 文本"),
    "nul": (RIVER.replace("河道巡查", '"河道\\0巡查"').encode(), "第3行有不能保存的字符"),
    "circle": (RIVER.replace("{photo: 照片}", "&a {photo: *a}").encode(), "引用了自己"),
    "long": (b"#" * 4_000_001, "文件过长"),
    "clause": (RIVER.replace("clause: default", "clause: [default]").encode(), "没有在 documents 中写明"),
    "infinite": (RIVER.replace("{2024-01-01: 2}", "{2024-01-01: .inf}").encode(), "太大，或不是数"),
    "key": (RIVER.replace("found", "f" * 41).encode(), "有 41 个字符，最多 40 个"),
    "hour": (RIVER.replace("2024-01-01\ndoc", "2024-01-01 10:00:00\ndoc").encode(), "不是日期或年份"),
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_a_file_with_a_fault_stops_neither_the_others_nor_the_reminders(name, settings, office, town):
    raw, sentence = WRONG_FILES[name]
    actions.raise_case("request", fields={"subject": "x"}, source="visit", by=office,
                       at=dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC))  # fmt: skip
    (folder(settings) / f"a_{name}.yaml").write_bytes(raw)
    (folder(settings) / "b_directory.yaml").mkdir()
    (folder(settings) / "river.yaml").write_text(RIVER, encoding="utf-8")
    do_all_once()
    assert CaseAlert.objects.exists()
    assert actions.raise_case("river", fields={"subject": "漂浮物"}, by=town).state == "found"
    kept = ListVersion.objects.get(name=f"a_{name}")
    assert not kept.valid
    assert any(sentence in fault for fault in kept.faults), kept.faults
    assert "\0" not in kept.text
    do_all_once()
    assert ListVersion.objects.filter(valid=False).count() == 2, "the same file is kept once"


@pytest.mark.parametrize("name", sorted(set(WRONG_FILES) - {"signs", "long"}))
def test_the_upload_page_answers_every_fault_with_a_sentence(name, client, office):
    raw, sentence = WRONG_FILES[name]
    client.force_login(office)
    answer = client.post("/cases/lists/upload/", {"text": raw.decode(), "step": "act"})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_list_that_the_program_cannot_read_stops_nothing(settings, monkeypatch, caplog, client, office):
    monkeypatch.setattr(definitions, "parse_definition", lambda *_args, **_more: 1 / 0)
    definitions.read_text.cache_clear()
    (folder(settings) / "river.yaml").write_text(RIVER, encoding="utf-8")
    assert actions.take_in_lists(by=None) > 0
    assert "cannot be read" in caplog.text
    assert "读不出来" in ListVersion.objects.get(name="river").faults[0]
    definitions.read_text.cache_clear()


def test_cases_go_on_where_a_newer_program_asks_more(office, monkeypatch):
    actions.take_in_lists(by=office)
    version = list_named("request")
    monkeypatch.setattr(load, "check_definition", lambda definition: ["从此不许"])
    definitions._parsed.cache_clear()
    assert definition_of(version).name == "request"
    with pytest.raises(RuleError):
        load_definition("request")


def test_the_county_s_own_text_stays_in_force(office):
    own = load_definition("request").text.replace("title: 企业诉求", "title: 企呼我应")
    actions.take_in_lists(by=office)
    mine = actions.upload_list(own, "request.yaml", by=office)
    actions.take_in_lists(by=office)
    assert list_named("request") == mine
    shipped = ListVersion.objects.get(name="request", shipped=True)
    assert actions.put_in_force(shipped.pk, by=office).in_force
    assert list_named("request") == shipped
    actions.put_out_of_force(shipped.pk, by=office)
    with pytest.raises(Refused, match="没有在用"):
        actions.raise_case("request", fields={"subject": "x"}, source="visit", by=office)


def test_a_version_keeps_the_base_it_was_read_with(office, monkeypatch):
    actions.take_in_lists(by=office)
    version = list_named("audit")
    texts = dict(load._shipped_texts())
    texts["problem_list"] = texts["problem_list"].replace("label: 已发现", "label: 新发现")
    monkeypatch.setattr(load, "_shipped_texts", lambda: texts)
    version = ListVersion.objects.get(pk=version.pk)
    assert definition_of(version).state("found").label == "已发现"
    assert load_definition("audit").state("found").label == "新发现"


def test_points_of_officers_go_into_the_index(office):
    actions.take_in_lists(by=office)
    definition = definition_of(list_named("audit"))
    day = dt.date(2026, 3, 2)
    before = statistics(office, definition, day, day)
    assert before.index.value is None
    actions.raise_case("audit", fields={"subject": "x"}, source="own_checks", by=office,
                       at=dt.datetime(2026, 3, 2, 2, tzinfo=dt.UTC))  # fmt: skip
    clean = statistics(office, definition, day, day).index.value
    note_deduction("audit", "staff_criticised", "住建局", day, "通报", by=office)
    after = statistics(office, definition, day, day)
    assert after.counts["deductions_own"] == 2
    assert clean - after.index.value == pytest.approx(1.6)
    with pytest.raises(Refused, match="没有这种扣分"):
        note_deduction("audit", "gold", "住建局", day, "x", by=office)
