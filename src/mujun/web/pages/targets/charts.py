"""Drawings of the ledger: sparkline, forecast with its band. Places only; colours are classes of the style sheet."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from mujun.targets.forecast import months_between
from mujun.web.targets.queries.ledger import LedgerLine

SPARK_WIDTH, SPARK_HEIGHT = 120.0, 28.0
WIDTH, HEIGHT = 720.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 64.0, 16.0, 14.0, 30.0
MOST_LABELS = 12
Point = tuple[float, float]


@dataclasses.dataclass(frozen=True, slots=True)
class Tick:
    """One mark of an axis: where it is, and what stands there."""

    at: float
    label: str


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One month of the table below the drawing."""

    month: dt.date
    real: float | None
    low: float | None
    mid: float | None
    high: float | None


@dataclasses.dataclass(frozen=True, slots=True)
class Chart:
    """The forecast chart in a box of :data:`WIDTH` × :data:`HEIGHT`; paths are empty where there is nothing to draw."""

    real: str
    dots: list[Point]
    band: str
    mid: str
    goal_at: float
    today_at: float | None
    months: list[Tick]
    steps: list[Tick]
    rows: list[Row]


def path_of(points: Sequence[Point]) -> str:
    """The points as an SVG path of straight lines."""
    return " ".join(f"{'L' if number else 'M'}{x:.1f} {y:.1f}" for number, (x, y) in enumerate(points))


def _band(
    path: Sequence[tuple[dt.date, float, float, float]], x: dict[dt.date, float], y: _Scale, last: Point | None
) -> str:
    above = [(x[month], y.of(high)) for month, _low, _mid, high in path if month in x]
    below = [(x[month], y.of(low)) for month, low, _mid, _high in path if month in x]
    start = [last] if last is not None else []
    return f"{path_of([*start, *above, *reversed(below)])} Z" if above else ""


@dataclasses.dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float
    top: float
    bottom: float

    def of(self, value: float) -> float:
        """Where ``value`` stands, downwards."""
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)


def _scale(values: Sequence[float], top: float, bottom: float, *, zero: bool) -> _Scale:
    low, high = min(values), max(values)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < 1e-12:
        low, high = low - 1.0, high + 1.0
    return _Scale(low, high, top, bottom)


def _values(line: LedgerLine) -> list[float]:
    held = [value for _month, value in line.months] + [line.goal.value]
    return held + [one for _month, *three in line.forecast.path for one in three]


def _months(line: LedgerLine) -> list[dt.date]:
    start = line.target.starts_on
    if not line.accumulates and line.months:
        start = min(start, line.months[0][0])
    return months_between(start, max(line.target.due_on, start))


def sparkline(line: LedgerLine) -> SafeString:
    """The real figure by month with the band to come and the goal, as small as a word."""
    months = _months(line)
    if not line.months or len(months) < 2:
        return mark_safe('<span class="muted">—</span>')
    scale = _scale(_values(line), 3.0, SPARK_HEIGHT - 3.0, zero=line.accumulates)
    step = (SPARK_WIDTH - 6) / (len(months) - 1)
    x = {month: 3 + place * step for place, month in enumerate(months)}
    points = [(x[month], scale.of(value)) for month, value in line.months if month in x]
    last = points[-1] if points else None
    words = _("每月实绩，{n} 个月，最近 {value:,.2f}；横线是目标").format(n=len(points), value=line.months[-1][1])
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}"><path class="band" d="{}"/>'
        '<path class="goal" d="M0 {}H{}"/><path class="real" d="{}"/>{}</svg>',
        SPARK_WIDTH, SPARK_HEIGHT, SPARK_WIDTH, SPARK_HEIGHT, words, _band(line.forecast.path, x, scale, last),
        f"{scale.of(line.goal.value):.1f}", SPARK_WIDTH, path_of(points),
        format_html('<circle class="dot" cx="{}" cy="{}" r="2.5"/>', f"{last[0]:.1f}", f"{last[1]:.1f}") if last else "",
    )  # fmt: skip


def chart_of(line: LedgerLine, today: dt.date) -> Chart | None:
    """Return the forecast chart of a target; None where there is neither a figure nor a forecast."""
    months = _months(line)
    if not line.months and not line.forecast.path:
        return None
    scale = _nice(_scale(_values(line), TOP, HEIGHT - BOTTOM, zero=line.accumulates))
    step = (WIDTH - LEFT - RIGHT) / max(len(months) - 1, 1)
    x = {month: LEFT + place * step for place, month in enumerate(months)}
    points = [(x[month], scale.of(value)) for month, value in line.months if month in x]
    last = points[-1] if points else None
    path = line.forecast.path
    mid = [(x[month], scale.of(middle)) for month, _low, middle, _high in path if month in x]
    every = math.ceil(len(months) / MOST_LABELS)
    marks = _steps(scale)
    real, foreseen = dict(line.months), {month: three for month, *three in path}
    rows = [
        Row(month, real.get(month), *(foreseen.get(month) or (None, None, None)))
        for month in months
        if month in real or month in foreseen
    ]
    return Chart(
        path_of(points), points, _band(path, x, scale, last), path_of([*([last] if last else []), *mid]) if mid else "",
        scale.of(line.goal.value), x.get(today.replace(day=1)),
        [Tick(x[month], f"{month:%Y-%m}" if month.month == 1 or not place else f"{month:%m}")
         for place, month in enumerate(months) if place % every == 0],
        marks, rows,
    )  # fmt: skip


def _step(scale: _Scale) -> float:
    rough = (scale.high - scale.low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    return next(one * power for one in (1, 2, 5, 10) if one * power >= rough)


def _nice(scale: _Scale) -> _Scale:
    step = _step(scale)
    return dataclasses.replace(scale, low=math.floor(scale.low / step) * step, high=math.ceil(scale.high / step) * step)


def _steps(scale: _Scale) -> list[Tick]:
    step = _step(scale)
    count = round((scale.high - scale.low) / step)
    digits = max(0, -math.floor(math.log10(step)))
    values = [scale.low + number * step for number in range(count + 1)]
    return [Tick(scale.of(value), f"{value:,.{digits}f}") for value in values]
