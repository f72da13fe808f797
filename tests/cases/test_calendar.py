"""Working time against a slow reference that reads the wall minute by minute, in zones that change their clocks."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from zoneinfo import ZoneInfo

import chinese_calendar
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mujun.base.errors import MujunError
from mujun.cases.calendar import MINUTE, OFFICE_HOURS, WorkingCalendar, calendar, to_instant, to_moment
from mujun.cases.definition import Amount, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = ((0, 3 * 60), (22 * 60, 24 * 60 - 1))
OVERRIDES = ({}, {dt.date(2024, 3, 30): True, dt.date(2024, 4, 1): False, dt.date(2024, 10, 27): True})
ZONES = ("Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe", "America/Havana")
minute = dt.timedelta(minutes=1)


def hours(count: float) -> Amount:
    return Amount(Fraction(count), Unit.WORKING_HOURS)


def days(count: int, unit: Unit = Unit.WORKING_DAYS) -> Amount:
    return Amount(Fraction(count), unit)


def at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[misc, arg-type]


def is_worked(day: dt.date, overrides: dict[dt.date, bool]) -> bool:
    return overrides[day] if day in overrides else chinese_calendar.is_workday(day)


def works(calendar: WorkingCalendar, moment: dt.datetime) -> bool:
    wall = moment.astimezone(calendar.zone)
    minutes = wall.hour * 60 + wall.minute
    inside = any(begin <= minutes < end for begin, end in calendar.hours)
    return inside and is_worked(wall.date(), calendar.overrides)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    return calendar(
        draw(st.sampled_from(OVERRIDES)),
        hours=draw(st.sampled_from([OFFICE_HOURS, NIGHT])),
        zone=draw(st.sampled_from(ZONES)),
        first_year=2022,
        last_year=2026,
    )


# The weeks around clock changes, the spring festival and the national days.
starts = st.one_of(
    [
        st.integers(0, 12 * 1440).map(lambda n, day=day: dt.datetime(*day, tzinfo=dt.UTC) + n * minute)
        for day in (
            (2024, 3, 7),
            (2024, 3, 27),
            (2024, 4, 3),
            (2024, 10, 1),
            (2024, 10, 24),
            (2024, 11, 1),
            (2024, 2, 7),
        )
    ]
)
amounts = st.integers(0, 2000)


@settings(max_examples=150, deadline=None)
@given(calendars(), starts, amounts)
def test_working_hours_are_what_the_wall_shows(calendar, start, amount):
    left, moment = amount, start
    while left:
        left -= works(calendar, moment)
        moment += minute
    due = calendar.add(start, hours(Fraction(amount, 60)))
    assert due == (moment if amount else start)
    assert calendar.between(start, due, Unit.WORKING_HOURS) == amount * MINUTE


@settings(max_examples=150, deadline=None)
@given(calendars(), starts, st.integers(0, 15))
def test_working_days_end_with_the_office_hours_of_the_last(calendar, start, count):
    day, left = start.astimezone(calendar.zone).date(), count
    while left:
        day += dt.timedelta(days=1)
        left -= is_worked(day, calendar.overrides)
    due = calendar.add(start, days(count))
    assert due >= start
    if count:
        shut = calendar.hours[-1][1]
        assert due == dt.datetime.combine(day, dt.time(*divmod(shut, 60)), calendar.zone).astimezone(dt.UTC)
        assert calendar.between(start, due, Unit.WORKING_DAYS) == count


@settings(max_examples=100, deadline=None)
@given(calendars(), starts, st.integers(1, 40))
def test_calendar_days_roll_to_the_next_worked_day(calendar, start, count):
    day = start.astimezone(calendar.zone).date() + dt.timedelta(days=count)
    while not is_worked(day, calendar.overrides):
        day += dt.timedelta(days=1)
    assert calendar.date_of(calendar.add(start, days(count, Unit.CALENDAR_DAYS))) == day


micro = st.integers(0, 10**9).map(lambda n: dt.timedelta(microseconds=n))


@settings(max_examples=200, deadline=None)
@given(calendars(), starts, micro, st.integers(0, 3000), st.integers(0, 3000))
def test_working_hours_add_up(calendar, start, more, first, second):
    start += more
    one, two, both = (hours(Fraction(n, 60)) for n in (first, second, first + second))
    assert calendar.add(calendar.add(start, one), two) == calendar.add(start, both)


@settings(max_examples=200, deadline=None)
@given(calendars(), starts, micro, st.integers(0, 9), st.integers(0, 9))
def test_working_days_add_up(calendar, start, more, first, second):
    start += more
    assume(first)
    assert calendar.add(calendar.add(start, days(first)), days(second)) == calendar.add(start, days(first + second))


@settings(max_examples=200, deadline=None)
@given(calendars(), starts, micro, st.sampled_from(list(Unit)), st.integers(0, 20), st.integers(0, 20))
def test_later_is_never_earlier(calendar, start, more, unit, first, second):
    small, large = sorted((first, second))
    assert calendar.add(start, Amount(Fraction(small), unit)) <= calendar.add(
        start + more, Amount(Fraction(small), unit)
    )
    assert calendar.add(start, Amount(Fraction(small), unit)) <= calendar.add(start, Amount(Fraction(large), unit))
    due = calendar.add(start, Amount(Fraction(large), unit))
    assert calendar.before(due, Amount(Fraction(small), unit)) <= due


@settings(max_examples=50, deadline=None)
@given(calendars(), st.lists(starts, min_size=1, max_size=9), st.sampled_from(list(Unit)), st.integers(0, 20))
def test_many_are_as_each(calendar, moments, unit, amount):
    size = Amount(Fraction(amount), unit)
    instants = np.array([to_instant(moment) for moment in moments])
    scale = 60 * MINUTE if unit is Unit.WORKING_HOURS else 1
    many = calendar.add_many(instants, np.full(len(moments), amount * scale), unit)
    assert [to_moment(instant) for instant in many] == [calendar.add(moment, size) for moment in moments]


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        (at(2024, 9, 30, 17, 0), hours(1), at(2024, 10, 8, 9, 0)),
        (at(2024, 9, 29, 12, 30), hours(1), at(2024, 9, 29, 15, 0)),
        (at(2024, 9, 29, 9, 0), days(5), at(2024, 10, 11, 17, 30)),
        (at(2024, 9, 29, 20, 0), days(1), at(2024, 9, 30, 17, 30)),
        (at(2024, 9, 30, 9, 0), days(3, Unit.CALENDAR_DAYS), at(2024, 10, 8, 17, 30)),
        (at(2024, 2, 3, 10, 0), days(1), at(2024, 2, 4, 17, 30)),
        (at(2024, 9, 30, 16, 30), hours(1), at(2024, 9, 30, 17, 30)),
    ],
    ids=["national day", "noon", "five days", "after hours", "rolls", "a worked Sunday", "the very end"],
)
def test_known_dates(start, amount, due):
    assert calendar().add(start, amount) == due


def test_a_reminder_comes_when_people_are_there():
    year = calendar()
    assert year.before(at(2024, 10, 8, 17, 30), days(1)) == at(2024, 9, 30, 8, 30)
    assert year.before(at(2024, 10, 8, 9, 30), hours(1)) == at(2024, 10, 8, 8, 30)
    assert year.before(at(2024, 10, 9, 17, 30), days(2, Unit.CALENDAR_DAYS)) == at(2024, 10, 7, 8, 30)


def test_days_set_late_move_what_is_due():
    late = calendar({dt.date(2024, 3, 5): False, dt.date(2024, 3, 9): True})
    assert calendar().add(at(2024, 3, 4, 9, 0), days(5)) == at(2024, 3, 11, 17, 30)
    assert late.add(at(2024, 3, 4, 9, 0), days(5)) == at(2024, 3, 11, 17, 30)
    assert late.add(at(2024, 3, 4, 9, 0), days(1)) == at(2024, 3, 6, 17, 30)
    assert late.end_of(dt.date(2024, 3, 5)) == at(2024, 3, 6, 17, 30)


def test_a_year_that_is_not_announced_is_provisional():
    year = calendar()
    assert not year.is_provisional(at(2024, 5, 1, 9, 0))
    assert year.is_provisional(at(2031, 10, 1, 9, 0))
    assert year.add(at(2031, 9, 30, 9, 0), days(1)) == at(2031, 10, 1, 17, 30)


@pytest.mark.parametrize("stretches", [(), ((600, 540),), ((540, 720), (720, 800)), ((-5, 60),), ((0, 1440),)])
def test_hours_that_are_none_are_refused(stretches):
    with pytest.raises(MujunError, match="时段"):
        calendar(hours=stretches)


def test_what_the_calendar_does_not_reach_is_told():
    with pytest.raises(MujunError, match="2000 年至 2060 年"):
        calendar().add(at(2060, 12, 30, 9, 0), days(9))
    with pytest.raises(MujunError, match="2000 年至 2060 年"):
        calendar().add(at(2060, 12, 30, 9, 0), hours(500))
    with pytest.raises(MujunError, match="2000 年至 2060 年"):
        calendar().between(at(1999, 12, 30, 9, 0), at(2001, 1, 1, 9, 0), Unit.WORKING_HOURS)
    with pytest.raises(MujunError, match="没有时区"):
        calendar().add(dt.datetime(2024, 1, 1), days(1))
    with pytest.raises(MujunError, match="整数"):
        calendar().add(at(2024, 1, 1, 9, 0), Amount(Fraction(1, 2), Unit.WORKING_DAYS))
