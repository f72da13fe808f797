"""The working calendar: time counted in working hours, working days and days, in any time zone, for one or a million.

How the law counts (民法典 art. 200 to 203): hours count at once; the day on which a period of days begins does not count;
the last day ends with office hours; where the last of *calendar* days is not worked, the next worked day takes its place.

Working time up to an instant is a piecewise linear function, kept as cumulated microseconds per stretch of office hours,
so adding is two binary searches. Results are UTC.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from mujun.base.errors import MujunError
from mujun.cases.definition import Amount, Unit
from mujun.cases.working_days import is_announced, worked_days

Instants = npt.NDArray[np.int64]
"""Microseconds since 1970-01-01 UTC."""

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
TICK = dt.timedelta(microseconds=1)
HOUR = 3_600_000_000
MINUTE = 60_000_000
OFFICE_HOURS = ((8 * 60 + 30, 12 * 60), (14 * 60, 17 * 60 + 30))
"""Stretches of a working day in minutes from midnight; our default."""


def to_instant(moment: dt.datetime) -> int:
    """Return an aware datetime as microseconds; raise MujunError where it has no zone."""
    if moment.tzinfo is None:
        raise MujunError("时间没有时区，不能计时。", next_step="请使用带时区的时间。")
    return (moment - EPOCH) // TICK


def to_moment(instant: int) -> dt.datetime:
    """Return microseconds as a datetime in UTC."""
    return EPOCH + dt.timedelta(microseconds=int(instant))


def ticks(amount: Amount) -> int:
    """Return an amount as the arrays hold it: microseconds of working time, or whole days."""
    value = amount.value
    whole, rest = divmod(value.numerator * (HOUR if amount.unit is Unit.WORKING_HOURS else 1), value.denominator)
    if rest:
        raise MujunError(f"“{amount}”不是整数，天数应写整数。")
    return whole


class WorkingCalendar:
    """Office hours of the worked days from ``first_year`` to ``last_year`` in one time zone. Made by :func:`calendar`."""

    def __init__(
        self,
        zone: ZoneInfo,
        hours: tuple[tuple[int, int], ...],
        overrides: Mapping[dt.date, bool],
        first_year: int,
        last_year: int,
    ) -> None:
        self.zone, self.hours, self.overrides = zone, hours, dict(overrides)
        self._first = dt.date(first_year, 1, 1)
        self._count = (dt.date(last_year + 1, 1, 1) - self._first).days
        worked = worked_days(self._first, self._count, overrides)
        self._days: Instants = self._at(0, self._count + 1)
        self._opens: Instants = self._at(hours[0][0], self._count)
        self._shuts: Instants = self._at(hours[-1][1], self._count)
        self._worked: Instants = np.cumsum(worked).astype(np.int64)
        days = np.arange(self._count)
        ahead = np.where(worked, days, self._count)
        self._next_worked: Instants = np.minimum.accumulate(ahead[::-1])[::-1]
        self._starts, ends = self._stretches(worked)
        self._before: Instants = np.concatenate([[0], np.cumsum(ends - self._starts)[:-1]]).astype(np.int64)
        self._lengths: Instants = ends - self._starts

    def add(self, start: dt.datetime, amount: Amount) -> dt.datetime:
        """Return when ``amount`` is used up that begins to run at ``start``."""
        found = self.add_many(np.array([to_instant(start)]), np.array([ticks(amount)]), amount.unit)
        return to_moment(found[0])

    def before(self, end: dt.datetime, amount: Amount) -> dt.datetime:
        """Return the moment at which ``amount`` is left until ``end``: days before begin with their office hours."""
        return to_moment(self.before_many(np.array([to_instant(end)]), amount)[0])

    def between(self, start: dt.datetime, end: dt.datetime, unit: Unit) -> int:
        """Return what is used from ``start`` to ``end``: microseconds of working time, or days; negative if reversed."""
        return int(self.between_many(np.array([to_instant(start)]), np.array([to_instant(end)]), unit)[0])

    def end_of(self, day: dt.date) -> dt.datetime:
        """Return the end of office hours of ``day``, or of the next worked day where it is not worked."""
        return to_moment(self.end_of_many(np.array([day.toordinal()]))[0])

    def date_of(self, moment: dt.datetime) -> dt.date:
        """Return the date on the wall."""
        return moment.astimezone(self.zone).date()

    def is_provisional(self, moment: dt.datetime) -> bool:
        """Whether the holidays of that year are not announced yet, so that what falls there may still move."""
        return not is_announced(self.date_of(moment))

    def holds(self, day: dt.date) -> bool:
        """Whether the calendar reaches ``day`` (with a year to spare)."""
        return self._first < day < self._first + dt.timedelta(days=self._count - 366)

    def add_many(self, starts: Instants, amounts: Instants, unit: Unit) -> Instants:
        """As :meth:`add` for arrays; ``amounts`` as :func:`ticks` gives them. Raises MujunError beyond the last year."""
        if unit is Unit.WORKING_HOURS:
            spent: Instants = np.where(amounts > 0, self._spend(self._spent(starts) + amounts), starts)
            return spent
        days = self._day(starts)
        if unit is Unit.WORKING_DAYS:
            ends = self._shuts[self._inside(np.searchsorted(self._worked, self._worked[days] + amounts))]
        else:
            ends = self._shuts[self._inside(self._next_worked[self._inside(days + amounts)])]
        later: Instants = np.maximum(ends, starts)
        return later

    def before_many(self, ends: Instants, amount: Amount) -> Instants:
        """As :meth:`before` for arrays."""
        size = ticks(amount)
        if amount.unit is Unit.WORKING_HOURS:
            target = self._spent(ends) - size
            stretch = self._inside(np.searchsorted(self._before, target, "right") - 1, len(self._before))
            return self._starts[stretch] + target - self._before[stretch] if size else ends
        days = self._day(ends)
        if amount.unit is Unit.WORKING_DAYS:
            days = np.searchsorted(self._worked, self._worked[days] - size)
        else:
            days = days - size
        return np.minimum(self._opens[self._inside(days)], ends)

    def between_many(self, starts: Instants, ends: Instants, unit: Unit) -> Instants:
        """As :meth:`between` for arrays."""
        if unit is Unit.WORKING_HOURS:
            return self._spent(ends) - self._spent(starts)
        first, last = self._day(starts), self._day(ends)
        return self._worked[last] - self._worked[first] if unit is Unit.WORKING_DAYS else last - first

    def end_of_many(self, ordinals: Instants) -> Instants:
        """As :meth:`end_of` for arrays of ``date.toordinal()``."""
        return self._shuts[self._inside(self._next_worked[self._inside(ordinals - self._first.toordinal())])]

    def _spent(self, instants: Instants) -> Instants:
        """Return the working time from the beginning of the calendar to each instant."""
        self._day(instants)
        stretch = np.maximum(np.searchsorted(self._starts, instants, "right") - 1, 0)
        spent: Instants = self._before[stretch] + np.clip(instants - self._starts[stretch], 0, self._lengths[stretch])
        return spent

    def _spend(self, targets: Instants) -> Instants:
        """Return the first instant by which each working time is used."""
        stretch = self._inside(np.searchsorted(self._before, targets) - 1, len(self._before))
        used = targets - self._before[stretch]
        self._within(used <= self._lengths[stretch])
        return self._starts[stretch] + used

    def _day(self, instants: Instants) -> Instants:
        return self._inside(np.searchsorted(self._days, instants, "right") - 1)

    def _inside(self, places: npt.NDArray[np.intp] | Instants, size: int | None = None) -> Instants:
        self._within((places >= 0) & (places < (self._count if size is None else size)))
        return places.astype(np.int64)

    def _within(self, fine: npt.NDArray[np.bool_]) -> None:
        if not fine.all():
            last = self._first + dt.timedelta(days=self._count - 1)
            raise MujunError(
                f"时间超出工作日历的范围（{self._first.year} 年至 {last.year} 年）。",
                next_step="请检查日期，或扩大工作日历的年份。",
            )

    def _at(self, minutes: int, count: int) -> Instants:
        """Return for each day the instant at which the wall shows ``minutes`` from midnight."""
        start, moment = self._first.toordinal(), dt.time(*divmod(minutes, 60))
        walls = (dt.datetime.combine(dt.date.fromordinal(start + n), moment, self.zone) for n in range(count))
        return np.fromiter(((wall - EPOCH) // TICK for wall in walls), dtype=np.int64, count=count)

    def _stretches(self, worked: npt.NDArray[np.bool_]) -> tuple[Instants, Instants]:
        """Return starts and ends of all stretches of office hours, also on days on which the clock is changed."""
        changed = worked & (np.diff(self._days) != 24 * HOUR)
        usual = np.flatnonzero(worked & ~changed)
        starts = [self._days[usual] + begin * MINUTE for begin, _ in self.hours]
        ends = [self._days[usual] + end * MINUTE for _, end in self.hours]
        for day in np.flatnonzero(changed):
            begins, stops = self._changed_day(int(day))
            starts.append(np.array(begins, dtype=np.int64))
            ends.append(np.array(stops, dtype=np.int64))
        order = np.argsort(all_starts := np.concatenate(starts))
        return all_starts[order], np.concatenate(ends)[order]

    def _changed_day(self, day: int) -> tuple[list[int], list[int]]:
        """Read the wall minute by minute: an hour may be missing, or come twice."""
        begins: list[int] = []
        stops: list[int] = []
        for instant in range(int(self._days[day]), int(self._days[day + 1]), MINUTE):
            wall = to_moment(instant).astimezone(self.zone)
            minute = wall.hour * 60 + wall.minute
            if not any(begin <= minute < end for begin, end in self.hours):
                continue
            if stops and stops[-1] == instant:
                stops[-1] += MINUTE
            else:
                begins.append(instant)
                stops.append(instant + MINUTE)
        return begins, stops


@functools.lru_cache(maxsize=16)
def _made(
    zone: str,
    hours: tuple[tuple[int, int], ...],
    overrides: tuple[tuple[dt.date, bool], ...],
    first_year: int,
    last_year: int,
) -> WorkingCalendar:
    return WorkingCalendar(ZoneInfo(zone), hours, dict(overrides), first_year, last_year)


def calendar(
    overrides: Mapping[dt.date, bool] | None = None,
    *,
    hours: Iterable[tuple[int, int]] = OFFICE_HOURS,
    zone: str = "Asia/Shanghai",
    first_year: int = 2000,
    last_year: int = 2060,
) -> WorkingCalendar:
    """Return the calendar of a county; the same one for the same arguments.

    ``overrides``: days set by the county (True: worked). ``hours``: stretches of the working day in minutes from
    midnight, ascending. Raises MujunError where they are not.
    """
    stretches = tuple((int(begin), int(end)) for begin, end in hours)
    flat = [minute for stretch in stretches for minute in stretch]
    if not flat or flat[0] < 0 or flat[-1] >= 1440 or any(a >= b for a, b in itertools.pairwise(flat)):
        raise MujunError("工作时间应是一天之内由早到晚、互不相接的时段。", next_step="例如 8:30—12:00、14:00—17:30。")
    return _made(zone, stretches, tuple(sorted((overrides or {}).items())), first_year, last_year)
