"""What a target will come to by its due day, as a band: by the season of former years, by working days, by stage dates.

Deterministic: the draws come from a fixed seed. Where evidence is thin there is no band but a sentence that says so.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from mujun.rulebook.targets.lights import ForecastRules

Floats = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Pending:
    """What a stage will bring when it is done: ``amount`` in the unit of the figure, planned for ``planned_on``.

    ``ready``: the stage is done, only the counting is still to come, within the month.
    """

    name: str
    amount: float
    planned_on: dt.date
    ready: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Pipeline:
    """What is still to come by stage dates, and by how many days finished stages were late (negative: early)."""

    pending: tuple[Pending, ...] = ()
    delays: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Course:
    """What is known of a target: the real figure by month, today, the days, former years, working days, the pipeline.

    ``months``: first day of month → figure since the start (``accumulates``) or level; ``former``: the same for windows
    of the same length one, two, … years before, complete ones only, keyed by the month of this window they answer to.
    ``working``: month → (working days of the month inside the window, those of them over by today).
    """

    months: Mapping[dt.date, float]
    today: dt.date
    starts_on: dt.date
    due_on: dt.date
    accumulates: bool
    working: Mapping[dt.date, tuple[float, float]]
    former: Sequence[Mapping[dt.date, float]] = ()
    pipeline: Pipeline | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Forecast:
    """``low``, ``mid``, ``high`` at the due day (quantiles of the rules), None without evidence. ``path``: the band at
    the end of each month still to come; ``basis`` names the method, a sentence where there is no forecast.
    """

    low: float | None
    mid: float | None
    high: float | None
    path: tuple[tuple[dt.date, float, float, float], ...]
    basis: str

    @property
    def known(self) -> bool:
        """Whether there is a band."""
        return self.mid is not None


def months_between(start: dt.date, end: dt.date) -> list[dt.date]:
    """Return the first day of each month from that of ``start`` to that of ``end``."""
    found, month = [], start.replace(day=1)
    while month <= end:
        found.append(month)
        month = (month + dt.timedelta(days=32)).replace(day=1)
    return found


def forecast(course: Course, rules: ForecastRules) -> Forecast:
    """Return the band. Season and stage dates are pooled where both speak: where they disagree the band is wide."""
    window = months_between(course.starts_on, course.due_on)
    if course.today >= course.due_on:
        return Forecast(None, None, None, (), "已到期限，不再预测")
    if course.today < course.starts_on:
        return Forecast(None, None, None, (), "证据不足：还没有到起算日期")
    draw = np.random.default_rng(rules.seed)
    ahead = [month for month in window if month >= course.today.replace(day=1)]
    told, draws = [], []
    if not course.accumulates:
        by_level = _by_changes(course, ahead, rules, draw)
        if isinstance(by_level, str):
            return Forecast(None, None, None, (), by_level)
        told, draws = ["按以往各月的变化推算"], [by_level]
    else:
        by_season = _by_season(course, window, ahead, rules, draw)
        if not isinstance(by_season, str):
            told.append(by_season[0])
            draws.append(by_season[1])
        if course.pipeline is not None and course.pipeline.pending:
            basis, found = _by_stages(course, ahead, rules, draw)
            told.append(basis)
            draws.append(found)
        if not draws:
            return Forecast(None, None, None, (), str(by_season))
    pooled = np.concatenate(draws)
    bands = np.quantile(pooled, rules.quantiles, axis=0)
    path = tuple((month, *(float(band[place]) for band in bands)) for place, month in enumerate(ahead))
    low, mid, high = (float(band[-1]) for band in bands)
    return Forecast(low, mid, high, path, "，".join(told))  # type: ignore[arg-type]


def _profile(course: Course, window: list[dt.date]) -> tuple[str, Floats, Floats] | None:
    """Return the basis, the share of each month, and the relative errors of single months against those shares."""
    shares = []
    for former in course.former:
        total = np.array([former.get(month, np.nan) for month in window])
        if not np.isnan(total).any() and total[-1] > 0:
            shares.append(np.diff(total, prepend=0.0) / total[-1])
    if len(shares) < 2:
        return None
    table = np.array(shares)
    profile = table.mean(axis=0)
    used = profile > 0
    years = len(shares)
    # Errors inside the sample have lost a degree of freedom per month and one per year; the mean they are held
    # against errs by 1/years of their variance.
    months = int(used.sum())
    lost = years * months / ((years - 1) * max(months - 1, 1))
    errors = (table[:, used] / profile[used] - 1.0) * np.sqrt(lost * (1 + 1 / years))
    return f"按前{years}年的月度规律推算", profile, errors.ravel()


def _by_season(
    course: Course, window: list[dt.date], ahead: list[dt.date], rules: ForecastRules, draw: np.random.Generator
) -> tuple[str, Floats] | str:
    """Return the basis and draws × months ahead of the figure, or why there is none."""
    done = _newest(course)
    newest = _newest_month(course)
    elapsed = np.array([_elapsed(course, month, newest) for month in window])
    profile: tuple[str, Floats, Floats] | str | None = None
    if len(course.former) >= rules.least_former_years:
        profile = _profile(course, window)
    if profile is None:
        profile = _working(course, window, elapsed, rules)
    if isinstance(profile, str):
        return profile
    basis, shares, errors = profile
    if float((shares * elapsed).sum()) < rules.least_elapsed:
        return "证据不足：时间还早，按规律到现在只应完成很小一部分"
    if done is None or done <= 0:
        return "证据不足：还没有完成量"
    noise = shares * (1.0 + draw.choice(errors, size=(rules.draws, len(window))))
    # What was done is what this year's own pace made of the months so far, with errors of the same size.
    so_far = np.maximum((noise * elapsed).sum(axis=1), 0.3 * float((shares * elapsed).sum()))
    still = np.cumsum(np.maximum(noise * (1.0 - elapsed), 0.0), axis=1)[:, len(window) - len(ahead) :]
    return basis, done + still * (done / so_far)[:, None]


def _working(
    course: Course, window: list[dt.date], elapsed: Floats, rules: ForecastRules
) -> tuple[str, Floats, Floats] | str:
    days = np.array([course.working[month][0] for month in window], dtype=float)
    shares = days / days.sum()
    done = np.array([course.months.get(month, np.nan) for month in window])
    known = [place for place in range(len(window)) if elapsed[place] >= 1.0 and not np.isnan(done[place])]
    if len(known) < rules.least_months or known != list(range(len(known))):
        return f"证据不足：不足{rules.least_months}个整月的数据，也没有往年规律"
    steps = np.diff(done[known], prepend=0.0)
    total = float(steps.sum())
    if total <= 0:
        return "证据不足：还没有完成量"
    expected = shares[known] / shares[known].sum() * total
    count = len(known)
    errors = (steps / expected - 1.0) * np.sqrt((count + 1) / (count - 1))
    return "按工作日进度推算", shares, errors


def _elapsed(course: Course, month: dt.date, newest: dt.date | None) -> float:
    """Share of a month that what is known speaks of: nothing of months after the newest figure."""
    whole, over = course.working[month]
    if newest is not None and month > newest:
        return 0.0
    if month < course.today.replace(day=1):
        return 1.0
    return over / whole if whole and month == course.today.replace(day=1) else 0.0


def _newest_month(course: Course) -> dt.date | None:
    return max((month for month in course.months if month <= course.today), default=None)


def _newest(course: Course) -> float | None:
    month = _newest_month(course)
    return None if month is None else float(course.months[month])


def as_of(months: Mapping[dt.date, float], today: dt.date) -> dt.date:
    """Return the day that the newest figure speaks of: the last day of the month before, where it ends there, else today."""
    before = today.replace(day=1) - dt.timedelta(days=1)
    newest = max((month for month in months if month <= today), default=None)
    return before if newest == before.replace(day=1) else today


def _by_stages(
    course: Course, ahead: list[dt.date], rules: ForecastRules, draw: np.random.Generator
) -> tuple[str, Floats]:
    pipeline = course.pipeline or Pipeline()
    enough = len(pipeline.delays) >= rules.least_delays
    delays = np.array(pipeline.delays if enough else rules.usual_delay_days)
    ends = [min(_last_day(month), course.due_on) for month in ahead]
    found = np.full((rules.draws, len(ahead)), _newest(course) or 0.0)
    for one in pipeline.pending:
        if one.ready:
            found += one.amount
            continue
        overdue = (course.today - one.planned_on).days
        possible = delays[delays >= overdue]
        if not len(possible):
            continue  # later than any before it: nothing can be said of when it comes
        days = draw.choice(possible, size=rules.draws)
        for place, end in enumerate(ends):
            found[:, place] += one.amount * (days <= (end - one.planned_on).days)
    told = f"按{len(pipeline.delays)}次已完成阶段的延期" if enough else "按缺省延期"
    return f"按计划阶段日期、{told}推算", found


def _by_changes(course: Course, ahead: list[dt.date], rules: ForecastRules, draw: np.random.Generator) -> Floats | str:
    changes: list[float] = []
    own = {month: value for month, value in course.months.items() if month <= course.today}
    for months in (own, *course.former):
        keys = sorted(months)
        pairs = [(before, after) for before, after in itertools.pairwise(keys) if _next(before) == after]
        changes += [months[after] - months[before] for before, after in pairs]
    newest = _newest(course)
    if newest is None or len(changes) < rules.least_changes:
        return f"证据不足：不足{rules.least_changes}次逐月变化"
    steps = draw.choice(np.array(changes), size=(rules.draws, len(ahead)))
    if max(own) == ahead[0]:
        steps[:, 0] = 0.0
    return newest + np.cumsum(steps, axis=1)


def _next(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=32)).replace(day=1)


def _last_day(month: dt.date) -> dt.date:
    return _next(month) - dt.timedelta(days=1)
