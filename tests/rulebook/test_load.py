"""A rule set is checked when loaded; each fault is a sentence that says how to mend it."""

from __future__ import annotations

import pytest

from mujun.base.errors import RuleError, UnreadableInput
from mujun.rulebook.load import load_rules, parse_rules, shipped

TEXT = {name: load_rules(name).text for name in shipped()}


def test_the_three_rule_sets_are_shipped():
    assert shipped() == ["HA2024", "HY2022", "WL2022"]


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("HY2022", "{A: 20, B: 75}", "{A: 20, B: 20}", "由小到大"),
        ("HY2022", "weight: 30", "weight: 31", "权重合计为 101，应为 100"),
        ("HY2022", "B: 75", "B: 97", "重叠"),
        ("HY2022", "{A: 20, B: 75}", "{A: 75, B: 20}", "等级应由好到差"),
        ("HY2022", "indicator: tax_per_mwh", "indicator: tax_per_mhw", "是不是“tax_per_mwh”"),
        ("HY2022", "area_mu >= 3", "aera_mu >= 3", "是不是“area_mu”"),
        ("HY2022", "area_mu >= 3", "area_mu >= ", "不是一个算式"),
        ("HY2022", "area_mu >= 3", "__import__('os')", "不允许使用"),
        ("HY2022", "missing: mean", "missing: average", "不认识“average”"),
        ("HY2022", "baseline: 24.097", "baseline: -1", "基准值应大于 0"),
        ("HY2022", "baseline: 24.097, ", "", "需要写明 baseline"),
        (
            "HY2022",
            "clause: notice}\n      - {indicator: va_per_mu",
            "clause: memo}\n      - {indicator: va_per_mu",
            "没有在 documents 中写明",
        ),
        ("HY2022", "baseline: 24.097", "baseline: 24.097, baseline: 30", "“baseline”写了两次"),
        ("HY2022", "cap: 1.5", "cap: lots", "不是数"),
        ("HY2022", "vetoes:", "vetos:", "是不是“vetoes”"),
        ("HY2022", "not_better_than: C", "not_better_than: E", "不认识“E”"),
        ("HY2022", "rest: C", "rest: A", "等级应由好到差"),
        ("WL2022", "[31, 32, 33]", "[31, 32, 17]", "出现在两个行业组里"),
        ("WL2022", "name: letting_below", "name: letting_above", "写了两次"),
        ("HA2024", "{indicator: revenue_per_mu, weight: 35}", "{indicator: tax_per_mu, weight: 35}", "写了两次"),
    ],
)
def test_faults_are_told(name, old, new, sentence):
    assert old in TEXT[name]
    with pytest.raises(RuleError) as refusal:
        parse_rules(TEXT[name].replace(old, new, 1), name)
    assert sentence in str(refusal.value)


def test_all_faults_are_told_at_once():
    text = TEXT["HY2022"].replace("weight: 30", "wieght: 30").replace("area_mu", "aera_mu")
    with pytest.raises(RuleError) as refusal:
        parse_rules(text, "x")
    assert len(refusal.value.faults) >= 3


@pytest.mark.parametrize(
    "text", ["", "just text", "a: [1", "- 1\n- 2", "name: x\ncards: 7\ngroups: {}", "cards: [1, 2]", "\x00"]
)
def test_nonsense_is_refused(text):
    with pytest.raises(RuleError):
        parse_rules(text, "x")


def test_an_unknown_rule_set_names_those_that_exist(tmp_path):
    with pytest.raises(UnreadableInput, match="HY2022"):
        load_rules("NOPE2022")
    with pytest.raises(UnreadableInput):
        load_rules(tmp_path)


def test_a_file_is_loaded_like_a_shipped_one(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(TEXT["WL2022"], encoding="utf-8")
    assert load_rules(file).digest == load_rules("WL2022").digest
