"""Findings rule sets: read whole or refused with sentences; conditions that may be unknown."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from mujun.base.errors import RuleError, UnreadableInput
from mujun.rulebook.expressions import parse
from mujun.rulebook.findings.load import load_findings_rules, parse_findings_rules, shipped_findings
from mujun.rulebook.load import load_rules, shipped
from mujun.rulebook.three_valued import decide

TEXT = {name: load_findings_rules(name).text for name in shipped_findings()}


def test_four_rule_sets_are_shipped_apart_from_those_that_measure_firms():
    assert shipped_findings() == ["HZ2021", "LX2019", "XC2022", "YK"]
    assert not set(shipped_findings()) & set(shipped())


def test_each_kind_of_rule_set_says_what_the_other_is():
    with pytest.raises(RuleError, match="低效用地认定规则集"):
        load_rules("YK")
    with pytest.raises(RuleError, match="kind: findings"):
        parse_findings_rules(load_rules("HY2022").text, "HY2022")
    with pytest.raises(UnreadableInput, match="YK"):
        load_findings_rules("NOPE")


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("YK", "figure: tax_per_mu", "figure: tax_per_um", "是不是“tax_per_mu”"),
        ("YK", "when: area_mu >= 3", "when: aera_mu >= 3", "是不是“area_mu”"),
        ("YK", "when: area_mu >= 3", "when: area_mu >=", "不是一个算式"),
        ("YK", "below: 5, ", "", "四选一"),
        ("YK", "below: 5", "below: 5, above: 6", "四选一"),
        ("YK", "below: 5", "bellow: 5", "是不是“below”"),
        ("YK", "below: 5", "below: true", "不是数"),
        ("YK", "kind: yield_per_mu", "kind: yield", "不认识“yield”"),
        ("YK", "grades: [D]", "grades: [E]", "不认识“E”"),
        ("YK", "kind: grade, grades: [D]", "kind: grade, figure: far, below: 1", "kind: grade"),
        ("YK", "kind: illegal_use, when: illegal_use", "kind: illegal_use", "至少写一个条件"),
        ("YK", "fee: 0.20", "fee: 20", "0 到 1 之间"),
        ("YK", "name: idle_2y", "name: idle_1y", "写了两次"),
        ("YK", "clause: idle_stop", "clause: idle_halt", "没有在 documents 中写明"),
        ("YK", "figure: approved_months, from", "figure: far, from", "ageing.figure"),
        ("YK", "documents:", "document:", "是不是“documents”"),
        ("LX2019", "towns: [开发区, 经济开发区, 兰溪经济开发区]", "towns: 开发区", "应是列表"),
    ],
)
def test_faults_are_told(name, old, new, sentence):
    assert old in TEXT[name]
    with pytest.raises(RuleError) as refusal:
        parse_findings_rules(TEXT[name].replace(old, new, 1), name)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    ["", "x", "kind: findings", "kind: findings\nname: a\ncriteria: 7", "kind: findings\nname: a\ncriteria: [1]"],
)
def test_nonsense_is_refused(text):
    with pytest.raises(RuleError):
        parse_findings_rules(text, "x")


VALUES = {"yes": 1.0, "no": 0.0, "open": np.nan}


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("a and b", lambda a, b: min(a, b)),
        ("a or b", lambda a, b: max(a, b)),
        ("not a", lambda a, b: 1 - a),
        ("not (a and not b)", lambda a, b: max(1 - a, b)),
        ("b if a else not b", lambda a, b: max(min(a, b), min(1 - a, 1 - b))),
    ],
)
def test_unknown_is_half_way_between_yes_and_no(text, truth):
    """Kleene's logic: unknown is ½, and is the minimum, or the maximum."""
    for a, b in itertools.product(VALUES.values(), repeat=2):
        answer = decide(parse(text), {"a": np.array([a]), "b": np.array([b])}, 1)
        expected = truth(*(0.5 if np.isnan(value) else value for value in (a, b)))
        found = 0.5 if not answer.known[0] else float(answer.true[0])
        assert found == expected, (text, a, b)


def test_comparisons_with_what_is_unknown_are_unknown():
    columns = {"x": np.array([1.0, np.nan, 3.0])}
    for text, true, known in (
        ("x > 2", [False, False, True], [True, False, True]),
        ("1 <= x < 3", [True, False, False], [True, False, True]),
        ("x in [1, 2]", [True, False, False], [True, False, True]),
        ("x not in [1, 2]", [False, False, True], [True, False, True]),
        ("missing(x)", [False, True, False], [True, True, True]),
        ("missing(x) or x > 2", [False, True, True], [True, True, True]),
        ("True", [True, True, True], [True, True, True]),
    ):
        answer = decide(parse(text), columns, 3)
        assert answer.true.tolist() == true, text
        assert answer.known.tolist() == known, text
