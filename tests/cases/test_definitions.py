"""Definitions are read whole or refused, one sentence per fault."""

from __future__ import annotations

import pytest

from mujun.base.errors import RuleError, UnreadableInput
from mujun.cases.load import load_definition, parse_definition, shipped_definitions
from mujun.rulebook.load import load_rules

SMALL = """
kind: list
name: pothole
title: 道路坑洞
valid_from: 2024-01-01
documents: {rule: {document: 养护办法, origin: default}}
evidence: {photo: 照片}
fields:
  subject: {label: 事由, kind: text, required_in: [seen]}
  level: {label: 程度, kind: choice, choices: {high: 高, low: 低}}
  due_on: {label: 期限, kind: date, required_in: [work]}
raising: {state: seen, who: [town]}
states:
  seen: {label: 已发现}
  work: {label: 修补中}
  rest: {label: 等天晴, kind: waiting}
  done: {label: 已修好, kind: closed}
  untrue: {label: 不属实, kind: closed, closing: rejected}
  back: {label: 已撤回, kind: closed, closing: withdrawn}
transitions:
  start: {label: 开工, from: seen, to: work, who: [owner_unit]}
  wait: {label: 停工, from: work, to: rest, who: [owner_unit], reason: true}
  again: {label: 复工, from: rest, to: work, who: [owner_unit]}
  finish: {label: 修好, from: work, to: done, who: [owner_unit], evidence: [photo]}
  deny: {label: 不属实, from: seen, to: untrue, who: [office], reason: true}
  take_back: {label: 撤回, from: seen, to: back, who: [raiser]}
clocks:
  whole:
    label: 全程
    starts_on: [seen]
    pauses_in: [rest]
    duration: {working_days: 5}
    reminders: [{before: {working_days: 1}, to: [owner_unit]}]
    escalation: [{after: {working_hours: 0}, to: [office]}]
    clause: rule
  weather:
    label: 等待
    starts_on: [rest]
    stops_on: [work]
    duration: {working_days: 10}
    escalation: [{after: {working_hours: 0}, to: [office]}]
reopening: {from: [done], to: seen, who: [raiser]}
rating: {from: [done], who: [raiser]}
grouping: {by: [subject]}
index: {label: 指数, steps: {rate: {formula: closed / total}}}
deductions: {late: {label: 迟报, points: 1}}
"""
PARTS = """
parts:
  state: work
  start: todo
  states:
    todo: {label: 待办}
    ok: {label: 办完, kind: closed}
    bad: {label: 不办, kind: closed, closing: rejected}
  transitions:
    end: {label: 办完, from: todo, to: ok, who: [part_unit], evidence: [photo]}
    refuse: {label: 不办, from: todo, to: bad, who: [part_unit], reason: true}
  done_to: rest
  refused_to: rest
"""
SPLIT = SMALL.replace("to: work, who: [owner_unit]", "to: work, who: [owner_unit], splits: true") + PARTS

FAULTS = [
    # not a list at all
    ("kind: list\n", "", "kind: list"),
    ("kind: list\n", "kind: list\nabstract: true\n", "底本"),
    ("kind: list\n", "kind: list\nextends: nothing\n", "没有名为“nothing”的底本"),
    ("title: 道路坑洞\n", "", "缺少“title”"),
    ("  seen: {label: 已发现}\n", "  seen: {label: 已发现}\n  seen: {label: 又发现}\n", "“seen”写了两次"),
    # keys and values
    ("title:", "titel: 1\ntitle:", "是不是“title”"),
    ("name: pothole", "name: 坑洞", "不能作代号"),
    ("  rest: {label", "  no: {label: 否}\n  rest: {label", "YAML 把 yes、no、on、off 读成是非"),
    ("kind: text", "kind: txt", "不认识“txt”"),
    ("kind: choice, choices: {high: 高, low: 低}", "kind: choice", "必须写"),
    ("kind: date,", "kind: date, choices: {a: b},", "只有 kind: choice"),
    ("valid_from: 2024-01-01", "valid_from: 春天", "不是日期"),
    ("{working_days: 5}", "5", "单位: 数"),
    ("{working_days: 5}", "{days: 5}", "单位可用"),
    ("{working_days: 5}", "{working_days: 2.5}", "应写整数"),
    ("{working_days: 5}", "{working_days: 0}", "允许的范围"),
    ("{working_days: 5}", "{working_days: 99999}", "允许的范围"),
    ("{working_days: 5}", "{working_hours: 0.001}", "允许的范围"),
    ("{working_days: 5}", "{working_days: 五}", "既不是数"),
    ("evidence: [photo]", "evidence: {photo: 1}", "名称的列表"),
    ("kind: closed, closing: rejected", "closing: rejected", "只有 kind: closed"),
    ("closing: rejected", "closing: bored", "不认识“bored”"),
    ("{label: 已修好, kind: closed}", "{label: 已修好, kind: closed, light: blue}", "不认识“blue”"),
    ("clause: rule", "clause: nowhere", "没有在 documents 中写明"),
    ("reminders: [", "reminders: 3 #", "应是列表"),
    ("who: [town]", "who: [mayor]", "不认识“mayor”"),
    ("evidence: {photo: 照片}", "evidence: {photo: 照片}\nparties: {mayor: 县长}", "parties：不认识“mayor”"),
    ("{label: 复工,", "{label: 复工, proof: moon,", "不认识“moon”"),
    ("  again:", "  reopen:", "由 reopening 规定"),
    ("{label: 复工,", "{label: 复工, extends: {clock: whole, at_most: 0},", "不小于 1"),
    # names
    ("state: seen, who", "state: sean, who", "raising.state：不认识状态“sean”"),
    ("required_in: [seen]", "required_in: [sean]", "fields.subject.required_in"),
    ("from: rest, to: work", "from: rets, to: work", "不认识状态“rets”"),
    ("evidence: [photo]", "evidence: [video]", "不认识材料“video”"),
    ("starts_on: [rest]", "starts_on: [sun]", "不认识状态“sun”"),
    ("stops_on: [work]", "stops_on: [sun]", "不认识状态“sun”"),
    ("pauses_in: [rest]", "pauses_in: [sun]", "不认识状态“sun”"),
    ("duration: {working_days: 10}", "until: subject", "不认识日期栏“subject”"),
    ("by: [subject]", "by: [colour]", "不认识栏“colour”"),
    ("to: seen, who: [raiser]", "to: sean, who: [raiser]", "reopening：不认识状态“sean”"),
    ("rating: {from: [done]", "rating: {from: [gone]", "rating.from：不认识状态“gone”"),
    ("{label: 复工,", "{label: 复工, fields: [colour],", "不认识栏“colour”"),
    ("{label: 复工,", "{label: 复工, extends: {clock: moon, at_most: 3},", "不认识计时“moon”"),
    ("closed / total", "closed / totl", "不认识“totl”"),
    ("closed / total", "closed /", "不是一个算式"),
    ("steps: {rate:", "steps: {total:", "同名"),
    ("steps: {rate: {formula: closed / total}}", "steps: {}", "至少要有一步"),
    # who, from, to
    ("to: rest, who: [owner_unit], reason", "to: rest, reason", "没有写明由谁办理"),
    ("from: rest, to: work, who", "to: work, who", "没有写明从哪个状态出发"),
    ("raising: {state: seen, who: [town]}", "raising: {state: seen}", "没有写明由谁提出"),
    ("{label: 复工,", "{label: 复工, not_worker: true,", "谁也做不了"),
    ("from: rest, to: work", "from: [rest, done], to: work", "重新打开请写在 reopening"),
    # ends
    (", evidence: [photo]}", "}", "不能凭一句话销号"),
    ("who: [office], reason: true", "who: [office]", "要写明理由"),
    ("to: back, who: [raiser]", "to: back, who: [raiser, office]", "只能由提出人办理"),
    ("state: seen, who: [town]", "state: done, who: [town]", "不能是结束的状态"),
    # ways
    ("  rest: {label", "  moon: {label: 月亮}\n  rest: {label", "走不到"),
    ("  again: {label: 复工, from: rest, to: work, who: [owner_unit]}\n", "", "走不出去"),
    # clocks
    ("    starts_on: [seen]\n", "", "从哪个状态开始"),
    ("starts_on: [rest]", "starts_on: [rest, work]", "既开始又停止"),
    ("starts_on: [seen]", "starts_on: [seen, rest]", "一开始就暂停"),
    ("pauses_in: [rest]", "pauses_in: [rest]\n    stops_on: [rest]", "既停止又暂停"),
    ("pauses_in: [rest]", "pauses_in: [work]", "只能在等待"),
    ("duration: {working_days: 10}", "duration: {working_days: 10}\n    until: due_on", "只写一个"),
    ("duration: {working_days: 10}", "until: due_on", "不是那里的必填栏"),
    (
        "pauses_in: [rest]\n    duration: {working_days: 5}",
        "pauses_in: [rest]\n    until: due_on",
        "不能再写 pauses_in",
    ),
    ("duration: {working_days: 10}", "duration: {working_days: {2025-01-01: 10}}", "晚于清单的 valid_from"),
    ("before: {working_days: 1}", "before: {working_days: 0}", "提醒应早于到期"),
    ("before: {working_days: 1}", "before: {working_days: -1}", "不能为负"),
    ("before: {working_days: 1}", "before: {working_days: 5}", "不短于时限本身"),
    ("before: {working_days: 1}, to: [owner_unit]", "before: {working_days: 1}", "要写明通知谁"),
    (
        "[{after: {working_hours: 0}, to: [office]}]\n    clause",
        "[{after: {working_days: 2}, to: [leader]}, {after: {working_days: 1}, to: [office]}]\n    clause",
        "由早到晚",
    ),
    (
        "[{after: {working_hours: 0}, to: [office]}]\n    clause",
        "[{after: {working_hours: 0}, to: [office]}, {after: {working_hours: 0}, to: [office]}]\n    clause",
        "通知同一方两次",
    ),
    (
        "  weather:",
        "  twin:\n    label: 又一个\n    starts_on: [seen]\n    duration: {working_days: 5}\n"
        "    escalation: [{after: {working_hours: 0}, to: [office]}]\n  weather:",
        "同时向专班办公室督办",
    ),
    ("starts_on: [rest]\n    stops_on: [work]", "starts_on: [done]", "没有任何计时在走"),
    # reopening, rating, grouping, deductions
    ("reopening: {from: [done], to: seen", "reopening: {from: [done], to: work", "没有任何计时从那里开始"),
    ("reopening: {from: [done]", "reopening: {from: [work]", "重新打开到哪个未结束的状态"),
    ("rating: {from: [done]", "rating: {from: [work]", "在哪些结束的状态评价"),
    ("who: [raiser]}\ngrouping", "who: [raiser], reason_at_most: 9}\ngrouping", "0 到 5"),
    ("grouping: {by: [subject]}", "grouping: {by: []}", "至少要写一栏"),
    ("grouping: {by: [subject]}", "grouping: {by: [subject], policy_from: 1}", "不小于 2"),
    (
        "points: 1}",
        "points: 1, group: g, cap: 2}, early: {label: 早, points: 1, group: g, cap: 3}",
        "封顶（cap）应相同",
    ),
    ("points: 1}", "points: {2030-01-01: 1}}", "还没有分值"),
    (
        "index: {label: 指数,",
        "index: {label: 指数, parameters: {w: {label: 权, value: {2030-01-01: 1}}},",
        "还没有值",
    ),
]
PART_FAULTS = [
    ("start: todo", "start: tomorrow", "parts.start：不认识状态"),
    ("    ok: {label", "    done: {label: 办, kind: closed}\n    ok: {label", "同名"),
    ("to: work, who: [owner_unit], splits: true", "to: work, who: [owner_unit]", "要写 splits: true"),
    ("done_to: rest", "done_to: done", "不能是结束的状态"),
    ("state: work\n", "state: seen\n", "也不能是提出时的状态"),
    ("    ok: {label", "    moon: {label: 月亮}\n    ok: {label", "parts：状态“月亮”（moon）走不到"),
    ("from: todo, to: bad", "from: ok, to: bad", "从已结束的状态出发"),
    ("to: ok, who: [part_unit], evidence: [photo]", "to: ok, who: [part_unit]", "不能凭一句话销号"),
    ("to: ok, who: [part_unit]", "to: ok, assigns: true, who: [part_unit]", "不能写 assigns"),
    (", closing: rejected}\n  transitions", "}\n  transitions", "两种结束"),
    ("to: seen, who: [raiser]", "to: work, who: [raiser]", "不能是分办状态"),
    ("    todo: {label: 待办}", "    todo: {label: 待办, kind: waiting}", "请加一个从那里开始的计时"),
    ("starts_on: [rest]", "starts_on: [todo]", "随那个状态起止"),
]


def test_the_small_list_is_fine():
    assert parse_definition(SMALL, "x").title == "道路坑洞"
    assert parse_definition(SPLIT, "x").parts is not None


@pytest.mark.parametrize(
    ("old", "new", "sentence"), FAULTS, ids=[f"{n}-{fault[2][:14]}" for n, fault in enumerate(FAULTS)]
)
def test_each_fault_has_its_sentence(old, new, sentence):
    assert old in SMALL
    with pytest.raises(RuleError) as refusal:
        parse_definition(SMALL.replace(old, new, 1), "x")
    assert any(sentence in fault for fault in refusal.value.faults), refusal.value.faults


@pytest.mark.parametrize(("old", "new", "sentence"), PART_FAULTS, ids=[fault[2][:14] for fault in PART_FAULTS])
def test_each_fault_of_parts_has_its_sentence(old, new, sentence):
    assert old in SPLIT
    text = SPLIT.replace(old, new) if "splits" in old else SPLIT.replace(old, new, 1)
    if "等" in sentence or "请加" in sentence:
        text = text.replace("pauses_in: [rest]", "pauses_in: [rest, todo]")
    with pytest.raises(RuleError) as refusal:
        parse_definition(text, "x")
    assert any(sentence in fault for fault in refusal.value.faults), refusal.value.faults


@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", "kind: list", "kind: list\nname: a\ntitle: b\nstates: 7\n", "kind: list\nstates: [1]\n", "a: [",
     "kind: list\nname: a\ntitle: b\nraising: x\nstates: {a: 1}\ntransitions: {b: 2}\nclocks: {c: []}\nparts: 3\nindex: 4\n"],
)  # fmt: skip
def test_nonsense_is_refused(text):
    with pytest.raises(RuleError):
        parse_definition(text, "x")


def test_all_lists_of_the_plan_are_shipped():
    seven = {"inspection", "audit", "supervision", "environment", "safety", "opinion", "petition"}
    assert set(shipped_definitions()) == seven | {"hazard", "request", "objection", "package"}
    digests = {load_definition(name).digest for name in shipped_definitions()}
    assert len(digests) == 11


@pytest.mark.parametrize("name", shipped_definitions())
def test_every_shipped_figure_says_where_it_comes_from(name):
    definition = load_definition(name)
    assert definition.name == name
    for clock in definition.clocks:
        assert clock.clause.document, clock.key
        assert clock.duration is None or all(day.year >= 2022 for day, _ in clock.duration.value.values)
    assert all(parameter.clause.document for parameter in definition.index.parameters) if definition.index else True


def test_a_change_of_the_base_changes_the_version():
    from mujun.cases.load import _shipped_texts

    before = load_definition("audit").digest
    texts = dict(_shipped_texts())
    own = texts["audit"]
    assert parse_definition(own, "audit").digest == before
    assert parse_definition(own.replace("审计报告文号", "审计文号"), "audit").digest != before


def test_lists_are_found_by_name_file_and_text(tmp_path):
    file = tmp_path / "pothole.yaml"
    file.write_text(SMALL, encoding="utf-8")
    assert load_definition(file).digest == load_definition(str(file)).digest == load_definition(SMALL).digest
    with pytest.raises(UnreadableInput, match="request"):
        load_definition("nothing")
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnreadableInput, match="读不出来"):
        load_definition(file)


def test_a_list_and_a_rule_set_are_not_taken_for_each_other():
    with pytest.raises(RuleError, match="kind: list"):
        parse_definition(load_rules("HY2022").text, "HY2022")


def test_an_extension_takes_away_and_replaces():
    own = "kind: list\nextends: problem_list\nname: own\ntitle: 自定\ndeductions: {talk_held: null}\nrating: null\n"
    definition = parse_definition(own, "own")
    assert definition.rating is None
    assert "talk_held" not in {deduction.key for deduction in definition.deductions}
    assert [state.key for state in definition.states] == [state.key for state in load_definition("audit").states]
