"""A quarter is over when its last month ends, not when that month begins: the day of the page decides."""

from __future__ import annotations

import pytest

from mujun.targets.extraction import extract


def kind_of(title: str, day: str, sentence: str) -> str:
    statements = extract(f"{title}\n\n{day}\n\n{sentence}\n")
    assert len(statements) == 1
    return str(statements[0].kind)


@pytest.mark.parametrize("day", ["2025-03-05", "2025年3月5日", "二〇二五年三月五日", "2025.3.5"])
@pytest.mark.parametrize(
    "sentence",
    [
        "一季度要完成工业投资12亿元。",
        "一季度力争整治低效用地300亩。",
        "3月底前整治低效用地300亩。",
        "一季度，新开工项目12个。",
    ],
)
def test_what_a_plan_sets_for_the_quarter_that_runs_is_a_target(day: str, sentence: str) -> None:
    assert kind_of("2025年攻坚计划", day, sentence) == "target"


@pytest.mark.parametrize("day", ["2025-03-31", "2025年4月18日", "二〇二五年三月二十八日", "2025年3月"])
def test_what_is_told_of_a_quarter_that_is_over_is_a_result(day: str) -> None:
    assert kind_of("一季度经济运行情况通报", day, "一季度完成工业投资12亿元。") == "result"


def test_what_is_done_already_in_the_quarter_that_runs_is_a_result() -> None:
    assert kind_of("情况通报", "2025年3月5日", "一季度已完成工业投资12亿元。") == "result"


@pytest.mark.parametrize(("day", "kind"), [("2025年5月12日", "target"), ("2025年5月21日", "result")])
def test_a_day_is_over_once_the_page_is_later(day: str, kind: str) -> None:
    assert kind_of("博览会", day, "5月20日成交7.35亿元。") == kind
