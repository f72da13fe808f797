"""Formulas over figures, month by month, with their arithmetic."""

from __future__ import annotations

import datetime as dt

from mujun.rulebook.expressions import parse
from mujun.targets.measuring import Figure, measure
from mujun.targets.periods import period_days

JAN, FEB, MAR = (dt.date(2026, month, 1) for month in (1, 2, 3))


def figure(label, unit="亩", **months):
    return Figure(label, unit, {dt.date(2026, int(name[1:]), 1): value for name, value in months.items()})


def test_one_figure_is_shown_as_it_is():
    told = measure(parse("freed_mu"), {"freed_mu": figure("已验收腾出面积", m1=100.0, m2=812.5)})
    assert (told.value, told.month, told.arithmetic) == (812.5, FEB, "已验收腾出面积 812.5亩")
    assert told.months == {JAN: 100.0, FEB: 812.5}


def test_the_arithmetic_of_a_formula_is_shown():
    figures = {"a": figure("甲类企业", "家", m1=3.0, m2=5.0), "ab": figure("参评企业", "家", m1=10.0)}
    told = measure(parse("a / ab * 100"), figures)
    assert told.months == {JAN: 30.0, FEB: 50.0}
    assert told.arithmetic == "甲类企业 5家 ÷ 参评企业 10家 × 100 = 50"


def test_nothing_is_known_before_every_figure_is():
    figures = {"a": figure("甲", m2=4.0), "b": figure("乙", m1=1.0, m3=2.0)}
    assert measure(parse("a - b"), figures).months == {FEB: 3.0, MAR: 2.0}
    told = measure(parse("a - c"), figures | {"c": figure("丙")})
    assert (told.value, told.arithmetic) == (None, "还没有数据：丙")


def test_a_division_by_zero_gives_nothing():
    told = measure(parse("a / b"), {"a": figure("甲", m1=1.0), "b": figure("乙", m1=0.0)})
    assert told.value is None
    assert "得不出结果" in told.arithmetic


def test_periods_as_days():
    assert period_days("2026") == (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert period_days("2022-01..2022-09") == (dt.date(2022, 1, 1), dt.date(2022, 9, 30))
    assert period_days("2026-02") == (FEB, dt.date(2026, 2, 28))
    assert period_days("2024-06-30") == (dt.date(2024, 6, 30), dt.date(2024, 6, 30))
    assert period_days("十四五") == (dt.date(2021, 1, 1), dt.date(2025, 12, 31))
    for nothing in (None, "", "近期", "2026-13", "2026..2024", "2026..2027..2028"):
        assert period_days(nothing) is None
