"""Red, yellow, green or grey for a target, by rules in data, with the sentence that says why."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

from mujun.rulebook.targets.lights import LightRules
from mujun.targets.breakdown import shown
from mujun.targets.forecast import Forecast
from mujun.targets.statement import Bound

_WHOLE_FROM = 20
LABELS = {"red": "红灯", "yellow": "黄灯", "green": "绿灯", "grey": "灰灯"}


@dataclasses.dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached: ``value`` in ``unit`` as the real figure counts it, by ``due_on``."""

    value: float
    unit: str
    bound: Bound
    starts_on: dt.date
    due_on: dt.date
    base: float = 0.0
    """Where the figure stood at the start: progress counts from here."""

    @property
    def upper(self) -> bool:
        """Whether less is better: upper bounds and ranks."""
        return self.bound is Bound.LE or self.unit == "位"


@dataclasses.dataclass(frozen=True, slots=True)
class Light:
    """``colour`` with its name for people, why, shares of the goal and of the time (0 to 1, None where unknown), and
    ``gap``: what is missing at the end by the middle of the forecast, or now where there is none (0: nothing).
    """

    colour: str
    sentence: str
    progress: float | None
    time_progress: float
    gap: float

    @property
    def label(self) -> str:
        """The light for people."""
        return LABELS[self.colour]


def light(
    goal: Goal,
    real: float | None,
    forecast: Forecast,
    today: dt.date,
    rules: LightRules,
    *,
    as_of: dt.date | None = None,
) -> Light:
    """Return the first light of ``rules`` that holds. ``as_of``: the day that ``real`` speaks of, for time progress."""
    sign = -1.0 if goal.upper else 1.0
    wanted = sign * goal.value
    if goal.bound is Bound.APPROX:
        wanted -= rules.approx_share * abs(goal.value)
    progress = _progress(goal, real)
    time_progress = _time_progress(goal, as_of or today)
    low, mid, high = _band(forecast, sign)
    overdue = today > goal.due_on
    # A ceiling is kept only once its time is over; before, what is known today may still be exceeded.
    reached = real is not None and sign * real >= wanted and (not goal.upper or overdue)
    behind = 100.0 * (time_progress - (progress if progress is not None else time_progress))
    figures = {
        "started": today >= goal.starts_on, "overdue": overdue, "known": real is not None, "foreseen": forecast.known,
        "reached": reached, "goal": wanted, "real": sign * (real or 0.0), "low": low, "mid": mid, "high": high,
        "progress": -1.0 if progress is None else progress, "time_progress": time_progress, "behind": behind,
        "behind_points": rules.behind_points,
    }  # fmt: skip
    gap = _gap(wanted, mid if forecast.known else sign * real if real is not None else None)
    for rule in rules.lights:
        if bool(rule.when.over(figures)):
            sentence = (rule.ceiling if goal.upper else rule.sentence).format(
                goal=_bounded(goal), real=_shown(real, goal.unit), low=_seen(sign * low, goal),
                mid=_seen(sign * mid, goal), high=_seen(sign * high, goal), due=f"{goal.due_on}",
                basis=forecast.basis, progress=f"{progress or 0:.0%}", time_progress=f"{time_progress:.0%}",
                behind=f"{behind:.0f}", gap=_seen(gap, goal), days_late=(today - goal.due_on).days,
            )  # fmt: skip
            return Light(rule.colour, sentence, progress, time_progress, gap)
    return Light("grey", "没有适用的亮灯规则。", progress, time_progress, gap)


def _band(forecast: Forecast, sign: float) -> tuple[float, float, float]:
    if forecast.low is None or forecast.mid is None or forecast.high is None:
        return 0.0, 0.0, 0.0
    low, high = sorted((sign * forecast.low, sign * forecast.high))
    return low, sign * forecast.mid, high


def _progress(goal: Goal, real: float | None) -> float | None:
    """Share of the way from the base to the goal; where there was no way to go from the start, and of a ceiling or rank
    without a base, no share can be told.
    """
    way = goal.value - goal.base
    if real is None or way == 0 or (way < 0 and not goal.upper) or (goal.upper and goal.base == 0):
        return None
    return (real - goal.base) / way


def _time_progress(goal: Goal, today: dt.date) -> float:
    whole = (goal.due_on - goal.starts_on).days + 1
    return min(max(((today - goal.starts_on).days + 1) / whole, 0.0), 1.0)


def _gap(wanted: float, held: float | None) -> float:
    return 0.0 if held is None else max(wanted - held, 0.0)


def _bounded(goal: Goal) -> str:
    words = {Bound.LE: "不超过", Bound.APPROX: "约"}
    return f"{words.get(goal.bound, '')}{_shown(goal.value, goal.unit)}"


def _seen(value: float, goal: Goal) -> str:
    """A forecast knows no fraction of a firm: whole figures where the goal is one of some size."""
    whole = goal.value >= _WHOLE_FROM and float(goal.value).is_integer()
    return _shown(round(value) if whole else value, goal.unit)


def _shown(value: float | None, unit: str) -> str:
    return "—" if value is None else shown(Decimal(repr(float(value))), unit)
