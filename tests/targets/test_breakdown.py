"""Parts make up the whole, by the rule of the unit; the sentence gives the difference."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mujun.base.errors import RuleError
from mujun.rulebook.targets.breakdown import load_breakdown
from mujun.targets.breakdown import Part, Rule, check, shown
from mujun.targets.statement import Bound


def parts(*values, weights=()):
    return [
        Part(f"{chr(0x7532 + place)}镇", Decimal(str(value)), Decimal(str(weights[place])) if weights else None)
        for place, value in enumerate(values)
    ]


def test_areas_add_up():
    good = check(Decimal(5000), "亩", Bound.GE, parts(2600, 2400), Rule.SUM)
    assert (good.adds_up, good.total, good.difference) == (True, 5000, 0)
    short = check(Decimal(5000), "亩", Bound.GE, parts(2600, "2060.5"), Rule.SUM)
    assert (short.adds_up, short.difference) == (False, Decimal("-339.5"))
    assert short.sentence == "2项合计4,660.5亩，比目标5,000亩少339.5亩，分解对不上。"
    over = check(Decimal(5000), "亩", Bound.GE, parts(2600, 2600), Rule.SUM)
    assert "多200亩" in over.sentence
    assert not over.adds_up
    assert check(Decimal(5000), "亩", Bound.GE, parts(2600, 2600), Rule.SUM, over_share=Decimal("0.05")).adds_up


def test_shares_are_weighted_and_need_weights():
    told = check(Decimal(8), "%", Bound.GE, parts(6, 12), Rule.MEAN)
    assert "权重" in told.sentence
    assert not told.adds_up
    assert check(Decimal(8), "%", Bound.GE, parts(6, 12, weights=(2, 1)), Rule.MEAN).adds_up
    weak = check(Decimal(8), "%", Bound.GE, parts(6, 9, weights=(2, 1)), Rule.MEAN)
    assert (weak.total, weak.difference) == (7, -1)
    assert "相差1%" in weak.sentence
    assert check(Decimal(3), "%", Bound.LE, parts(2, 3, weights=(1, 1)), Rule.MEAN).adds_up


def test_ranks_hold_for_each():
    assert check(Decimal(3), "位", Bound.EQ, parts(1, 3), Rule.EACH).adds_up
    told = check(Decimal(3), "位", Bound.EQ, parts(1, 5), Rule.EACH)
    assert told.sentence == "田镇5位".replace("田", chr(0x7533)) + "超过目标3位，最多相差2位，分解对不上。"
    assert not check(Decimal(90), "%", Bound.GE, parts(95, 89), Rule.EACH).adds_up


def test_nothing_broken_down_yet():
    assert check(Decimal(1), "亩", Bound.GE, [], Rule.SUM).sentence == "还没有分解。"


@given(st.lists(st.decimals(0, 10**6, places=4), min_size=1, max_size=20))
def test_a_sum_adds_up_exactly_whatever_its_decimals(values):
    whole = sum(values, Decimal(0))
    assert check(whole, "亩", Bound.GE, parts(*values), Rule.SUM).adds_up
    assert not check(whole + Decimal("0.0001"), "亩", Bound.GE, parts(*values), Rule.SUM).adds_up


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("1250", "亩", "1,250亩"),
        ("8.50", "%", "8.5%"),
        ("320000000", "元", "3.2亿元"),
        ("12000", "元", "1.2万元"),
        ("0", "家", "0家"),
    ],
)
def test_figures_as_people_write_them(value, unit, text):
    assert shown(Decimal(value), unit) == text


def test_the_rule_of_a_unit_is_data(tmp_path):
    rules = load_breakdown()
    assert (rules.rule_for("亩", growth=False), rules.rule_for("%", growth=False)) == ("sum", "mean")
    assert (rules.rule_for("位", growth=False), rules.rule_for("元", growth=True)) == ("each", "mean")
    file = tmp_path / "own.yaml"
    file.write_text('default: add\nover_share: 2\nunits: {"%": mean}\n', encoding="utf-8")
    with pytest.raises(RuleError) as raised:
        load_breakdown(file)
    assert len(raised.value.faults) == 2
