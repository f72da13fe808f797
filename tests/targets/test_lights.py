"""Every colour with its sentence, for both directions."""

from __future__ import annotations

import datetime as dt

import pytest

from mujun.base.errors import RuleError
from mujun.rulebook.targets.lights import load_lights
from mujun.targets.forecast import Forecast
from mujun.targets.lights import Goal, light
from mujun.targets.statement import Bound

RULES = load_lights()
START, DUE, MIDDLE = dt.date(2026, 1, 1), dt.date(2026, 12, 31), dt.date(2026, 7, 1)
NONE = Forecast(None, None, None, (), "证据不足")


def goal(value=5000.0, unit="亩", bound=Bound.GE, base=0.0):
    return Goal(value, unit, bound, START, DUE, base)


def band(low, mid, high):
    return Forecast(low, mid, high, (), "按前3年的月度规律推算")


@pytest.mark.parametrize(
    ("real", "seen", "today", "colour", "told"),
    [
        (None, NONE, dt.date(2025, 12, 1), "grey", "还没有到起算日期"),
        (None, NONE, MIDDLE, "grey", "证据不足"),
        (5000.0, NONE, MIDDLE, "green", "已完成5,000亩，达到目标5,000亩"),
        (2000.0, band(5100, 5400, 5800), MIDDLE, "green", "不低于5,100亩"),
        (2000.0, band(4800, 5200, 5600), MIDDLE, "yellow", "只有4,800亩"),
        (2000.0, band(4200, 4800, 5300), MIDDLE, "yellow", "多半达不到目标5,000亩，缺200亩"),
        (2000.0, band(3900, 4300, 4660), MIDDLE, "red", "最多4,660亩，达不到目标5,000亩，缺700亩"),
        (1500.0, NONE, MIDDLE, "yellow", "落后20个百分点"),
        (500.0, NONE, MIDDLE, "red", "严重落后40个百分点"),
        (2300.0, NONE, MIDDLE, "green", "没有明显落后；证据不足"),
        (4660.0, NONE, dt.date(2027, 1, 5), "red", "已过5天，完成4,660亩，距目标5,000亩还差340亩"),
        (None, NONE, dt.date(2027, 1, 5), "red", "没有任何实绩"),
    ],
)
def test_colours_of_what_should_be_much(real, seen, today, colour, told):
    found = light(goal(), real, seen, today, RULES)
    assert found.colour == colour
    assert told in found.sentence


@pytest.mark.parametrize(
    ("real", "seen", "today", "colour"),
    [
        (20.0, band(22, 25, 28), MIDDLE, "green"),
        (20.0, band(27, 29, 33), MIDDLE, "yellow"),
        (20.0, band(31, 33, 36), MIDDLE, "red"),
        (20.0, NONE, MIDDLE, "grey"),
        (29.0, NONE, dt.date(2027, 1, 1), "green"),
        (31.0, NONE, dt.date(2027, 1, 1), "red"),
    ],
)
def test_colours_of_what_should_be_little(real, seen, today, colour):
    assert light(goal(30.0, "微克", Bound.LE), real, seen, today, RULES).colour == colour


def test_a_rank_is_better_when_it_is_smaller():
    assert light(goal(3.0, "位", Bound.EQ), 2.0, NONE, dt.date(2027, 1, 1), RULES).colour == "green"
    assert light(goal(3.0, "位", Bound.EQ), 4.0, NONE, dt.date(2027, 1, 1), RULES).colour == "red"


def test_about_may_be_missed_a_little():
    assert light(goal(100.0, "家", Bound.APPROX), 96.0, NONE, MIDDLE, RULES).colour == "green"
    assert light(goal(100.0, "家", Bound.GE), 96.0, NONE, MIDDLE, RULES).colour == "green"  # on time, not reached
    assert "达到" not in light(goal(100.0, "家", Bound.GE), 96.0, NONE, MIDDLE, RULES).sentence


def test_progress_counts_from_the_base():
    found = light(goal(120.0, "家", base=100.0), 110.0, NONE, MIDDLE, RULES)
    assert found.progress == pytest.approx(0.5)


def test_no_share_is_told_where_the_start_was_beyond_the_goal():
    found = light(goal(15.0, "%", base=18.0), 18.5, NONE, MIDDLE, RULES)
    assert (found.progress, found.colour) == (None, "green")


def test_faults_of_light_rules_are_told(tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text(
        "behind_points: 10\napprox_share: 0.05\nlights:\n"
        "  - {colour: blue, when: started, sentence: 好}\n"
        "  - {colour: red, when: luck > 1, sentence: 好}\n"
        '  - {colour: red, when: overdue, sentence: "{luck}"}\n'
        "  - {colour: red, when: 'import os', sentence: 好}\n"
        "forecast: {draws: 10}\n",
        encoding="utf-8",
    )
    with pytest.raises(RuleError) as raised:
        load_lights(file)
    told = "；".join(raised.value.faults)
    for part in ("不认识颜色“blue”", "不认识“luck”", "sentence 可用", "不是一个算式", "forecast 缺少“seed”"):
        assert part in told


@pytest.mark.parametrize(
    ("seen", "today", "colour", "told"),
    [
        (band(5.6, 6.1, 6.8), MIDDLE, "red", "最少也有5.6%，达不到目标不超过5%，超出1.1%"),
        (band(3.8, 4.2, 4.6), MIDDLE, "green", "不高于4.6%，能够达到"),
        (band(4.1, 4.8, 5.6), MIDDLE, "yellow", "高的可能达到5.6%"),
        (band(4.1, 5.2, 5.6), MIDDLE, "yellow", "最少4.1%，多半达不到目标不超过5%，超出0.2%"),
        (NONE, dt.date(2027, 1, 9), "red", "实际6.2%，比目标不超过5%高出1.2%"),
    ],
)
def test_a_ceiling_is_told_as_a_ceiling(seen, today, colour, told):
    found = light(goal(5.0, "%", Bound.LE), 6.2, seen, today, RULES)
    assert found.colour == colour
    assert told in found.sentence
