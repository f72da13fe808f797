"""Forecasts: backtested on series with a known law, honest where evidence is thin, the same whenever asked."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from mujun.rulebook.targets.lights import load_lights
from mujun.targets.forecast import Course, Pending, Pipeline, as_of, forecast, months_between

RULES = load_lights().forecast
START, DUE = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
WINDOW = months_between(START, DUE)
SEASON = np.array([2, 1, 5, 6, 7, 8, 6, 7, 9, 12, 16, 21]) / 100
NOMINAL = RULES.quantiles[2] - RULES.quantiles[0]


def days(today, months=WINDOW):
    return {month: (21.0, 21.0 if month < today.replace(day=1) else 0.0) for month in months}


def course(done, today, former=(), pipeline=None, accumulates=True):
    months = dict(zip(WINDOW, done, strict=False))
    past = [dict(zip(WINDOW, year, strict=True)) for year in former]
    return Course(months, today, START, DUE, accumulates, days(today), past, pipeline)


def years(draw, count, noise):
    """Yearly courses under one law: a season, a scale of its own for each year, errors of single months."""
    steps = SEASON * draw.uniform(2_000, 8_000, size=(count, 1)) * draw.lognormal(0.0, noise, size=(count, 12))
    return np.cumsum(steps, axis=1)


@pytest.mark.parametrize("former", [2, 3, 4])
@pytest.mark.parametrize("month", [5, 8, 10])
def test_the_band_of_the_season_covers_about_as_often_as_it_says(former, month):
    draw = np.random.default_rng(7)
    inside, widths, runs = 0, [], 300
    for _run in range(runs):
        table = years(draw, former + 1, 0.25)
        this = table[-1]
        seen = forecast(course(this[:month], dt.date(2026, month + 1, 1), table[:-1]), RULES)
        assert seen.low is not None
        assert seen.high is not None
        inside += seen.low <= this[-1] <= seen.high
        widths.append((seen.high - seen.low) / this[-1])
    coverage = inside / runs
    print(
        f"\n{former} former years, {month} months: coverage {coverage:.3f} (nominal {NOMINAL:.2f}), width {np.mean(widths):.2f}"
    )
    assert NOMINAL - 0.12 <= coverage <= NOMINAL + 0.15


def test_the_band_of_working_days_covers_an_even_year():
    draw = np.random.default_rng(11)
    inside, runs = 0, 300
    for _run in range(runs):
        this = np.cumsum(draw.uniform(200, 800) * draw.lognormal(0.0, 0.25, size=12))
        seen = forecast(course(this[:6], dt.date(2026, 7, 1)), RULES)
        assert seen.basis == "按工作日进度推算"
        inside += seen.low <= this[-1] <= seen.high
    assert NOMINAL - 0.12 <= inside / runs <= NOMINAL + 0.15


def test_the_band_of_stages_covers_blocks_whose_delays_are_known():
    draw = np.random.default_rng(13)
    inside, runs = 0, 300
    law = np.array([0, 5, 10, 20, 40, 60, 80, 120])
    today = dt.date(2026, 7, 1)
    for _run in range(runs):
        blocks = [
            (float(draw.integers(80, 200)), today + dt.timedelta(days=int(draw.integers(10, 200)))) for _ in range(12)
        ]
        pipeline = Pipeline(
            tuple(Pending(f"B{place}", area, day) for place, (area, day) in enumerate(blocks)),
            tuple(int(day) for day in draw.choice(law, size=40)),
        )
        seen = forecast(course([0.0] * 6, today, pipeline=pipeline), RULES)
        real = sum(area for area, day in blocks if day + dt.timedelta(days=int(draw.choice(law))) <= DUE)
        inside += seen.low <= real <= seen.high
    assert NOMINAL - 0.12 <= inside / runs <= NOMINAL + 0.15


def test_the_season_sees_a_late_rush_that_working_days_do_not():
    this = np.cumsum(SEASON) * 5000
    former = [np.cumsum(SEASON) * total for total in (4_000, 6_000, 5_000)]
    by_season = forecast(course(this[:8], dt.date(2026, 9, 1), former), RULES)
    by_days = forecast(course(this[:8], dt.date(2026, 9, 1)), RULES)
    assert by_season.mid == pytest.approx(5000, rel=1e-6)
    assert by_days.mid < 4000


def test_where_season_and_stages_disagree_the_band_holds_both():
    this = np.cumsum(SEASON) * 1000
    former = [np.cumsum(SEASON) * 1000] * 3
    pipeline = Pipeline((Pending("B1", 4_000.0, dt.date(2026, 10, 1)),), (0, 0, 0))
    seen = forecast(course(this[:8], dt.date(2026, 9, 1), former, pipeline), RULES)
    assert seen.low == pytest.approx(1000, rel=1e-6)
    assert seen.high == pytest.approx(this[7] + 4000)
    assert "按前3年的月度规律推算" in seen.basis
    assert "3次已完成阶段的延期" in seen.basis


def test_what_is_known_to_the_end_of_last_month_is_held_against_that_month():
    """A report of August read in the middle of September says nothing of September yet."""
    former = [np.cumsum(SEASON) * total for total in (4_000, 6_000)]
    seen = forecast(course((np.cumsum(SEASON) * 5000)[:8], dt.date(2026, 9, 20), former), RULES)
    assert seen.mid == pytest.approx(5000, rel=1e-6)
    assert as_of({dt.date(2026, 8, 1): 1.0}, dt.date(2026, 9, 20)) == dt.date(2026, 8, 31)
    assert as_of({dt.date(2026, 9, 1): 1.0}, dt.date(2026, 9, 20)) == dt.date(2026, 9, 20)
    assert as_of({dt.date(2026, 6, 1): 1.0}, dt.date(2026, 9, 20)) == dt.date(2026, 9, 20)
    assert as_of({}, dt.date(2026, 9, 20)) == dt.date(2026, 9, 20)


def test_a_block_later_than_any_before_it_counts_for_nothing():
    today = dt.date(2026, 9, 1)
    pipeline = Pipeline((Pending("B1", 400.0, dt.date(2026, 1, 1)),), (0, 30, 60))
    seen = forecast(course([100.0] * 2, today, pipeline=pipeline), RULES)
    assert (seen.low, seen.high) == (100.0, 100.0)


@pytest.mark.parametrize(
    ("done", "today", "former", "told"),
    [
        ([], dt.date(2026, 3, 1), 0, "不足3个整月"),
        ([100.0, 150.0], dt.date(2026, 3, 1), 0, "不足3个整月"),
        ([10.0, 20.0], dt.date(2026, 3, 1), 3, "时间还早"),
        ([0.0] * 8, dt.date(2026, 9, 1), 3, "还没有完成量"),
        ([1.0], dt.date(2025, 12, 1), 3, "还没有到起算日期"),
        ([1.0] * 12, dt.date(2026, 12, 31), 3, "已到期限"),
    ],
)
def test_without_evidence_there_is_no_band(done, today, former, told):
    seen = forecast(course(done, today, [np.cumsum(SEASON) * 4_000] * former), RULES)
    assert not seen.known
    assert (seen.low, seen.high, seen.path) == (None, None, ())
    assert told in seen.basis


def test_levels_go_on_from_their_last_value_by_the_changes_seen():
    former = [[90.0 + place for place in range(12)]]
    seen = forecast(course([100.0, 101.0, 102.0, 103.0], dt.date(2026, 5, 1), former, accumulates=False), RULES)
    assert seen.mid == pytest.approx(111.0)
    short = forecast(course([100.0, 101.0], dt.date(2026, 3, 1), accumulates=False), RULES)
    assert "不足6次逐月变化" in short.basis


def test_the_same_question_gets_the_same_answer_and_the_path_ends_at_the_band():
    draw = np.random.default_rng(3)
    table = years(draw, 4, 0.3)
    asked = course(table[-1][:7], dt.date(2026, 8, 1), table[:-1])
    seen = forecast(asked, RULES)
    assert forecast(asked, RULES) == seen
    assert [month for month, *_band in seen.path] == WINDOW[7:]
    assert seen.path[-1][1:] == (seen.low, seen.mid, seen.high)
    lows, mids, highs = zip(*(point[1:] for point in seen.path), strict=True)
    for line in (lows, mids, highs):
        assert list(line) == sorted(line)
    assert all(low <= mid <= high for low, mid, high in zip(lows, mids, highs, strict=True))
