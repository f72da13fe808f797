"""The ledger: each target with its real figure, forecast, light and what is missing, by a fixed number of queries."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from mujun.rulebook.expressions import Expression, parse
from mujun.rulebook.targets.lights import LightRules, load_lights
from mujun.targets.forecast import Course, Forecast, Pipeline, as_of, forecast, months_between
from mujun.targets.goals import level_on_base
from mujun.targets.lights import Goal, Light, light
from mujun.targets.measuring import Figure, Measured, measure
from mujun.targets.statement import Bound
from mujun.web.people.rights import Scope
from mujun.web.targets.measures.registry import PROVIDERS, Extent, adds_over_months
from mujun.web.targets.models import LinkVerdict, StatementChange, StatementLink, Target, TargetFormula, TargetState
from mujun.web.targets.working import working_days

FORMER_YEARS = 4
LONGEST_SEASON_DAYS = 366


@functools.cache
def rules() -> LightRules:
    """The rules of lights that come along."""
    return load_lights()


def targets_in_scope(scope: Scope) -> QuerySet[Target]:
    """The targets inside ``scope``, but for withdrawn ones: a cadre those of the own towns, a firm none."""
    rows = Target.objects.exclude(state=TargetState.WITHDRAWN)
    rows = rows.select_related("statement__document", "owner", "block", "parent")
    if scope.firms is not None:
        return rows.none()
    return rows if scope.towns is None else rows.filter(town__in=scope.towns)


def reaches(scope: Scope, target: Target) -> bool:
    """Whether a target that is not withdrawn lies inside ``scope``; asks the database nothing."""
    return scope.firms is None and (scope.towns is None or target.town in scope.towns)


@dataclasses.dataclass(frozen=True, slots=True)
class LedgerLine:
    """One target on one day.

    ``goal`` is what the real figure is held against: the value, or the level that a change on its base comes to. ``measured`` has the real figure
    by month (for a sparkline) and its arithmetic; ``forecast`` the band with its path by month to come; ``light`` its
    colour and sentence.
    """

    target: Target
    formula: str
    goal: Goal
    measured: Measured
    forecast: Forecast
    light: Light
    accumulates: bool
    figures: dict[str, Figure]

    @property
    def real(self) -> float | None:
        """The real figure today."""
        return self.measured.value

    @property
    def months(self) -> list[tuple[dt.date, float]]:
        """The real figure by month, the oldest first."""
        return sorted(self.measured.months.items())

    @property
    def missing(self) -> float:
        """What is missing to the goal as things are today; 0 where nothing is, or nothing is known."""
        if self.real is None:
            return 0.0
        sign = -1.0 if self.goal.upper else 1.0
        return max(sign * (self.goal.value - self.real), 0.0)


def line_of(target: Target, today: dt.date) -> LedgerLine:
    """Return the line of one target."""
    return ledger([target], today)[0]


def ledger(targets: Iterable[Target], today: dt.date) -> list[LedgerLine]:
    """Return the line of each target as of ``today``. A target that is over is held at its due day."""
    rows = list(targets)
    formulas = _formulas(rows)
    expressions = {pk: parse(text) for pk, text in formulas.items()}
    former = _predecessors(rows) if any(len(one.names & {"reported"}) for one in expressions.values()) else {}
    asked: list[Extent] = []
    where: dict[int, list[int]] = {}
    for target in rows:
        extents = _extents(target, today, former)
        where[target.pk] = list(range(len(asked), len(asked) + len(extents)))
        asked += extents
    found = _figures(asked, {name for one in expressions.values() for name in one.names})
    pipelines = _pipelines([asked[where[target.pk][0]] for target in rows], expressions, rows)
    return [
        _line(target, formulas[target.pk], expressions[target.pk], [found[place] for place in where[target.pk]],
              [asked[place] for place in where[target.pk]], pipelines.get(target.pk), today)
        for target in rows
    ]  # fmt: skip


def _formulas(targets: Sequence[Target]) -> dict[int, str]:
    """The formula of each target: its own newest, else that of the whole it is a part of."""
    parents = dict(Target.objects.exclude(parent=None).values_list("pk", "parent"))
    newest: dict[int, str] = dict(TargetFormula.objects.order_by("version").values_list("target", "text"))
    found = {}
    for target in targets:
        key: int | None = target.pk
        while key is not None and key not in newest:
            key = parents.get(key)
        found[target.pk] = newest[key] if key is not None else "reported"
    return found


def _predecessors(targets: Sequence[Target]) -> dict[int, list[int]]:
    """Target → targets of the same metric that were due one, two, … years before, by the links of their sentences."""
    statements = {target.statement_id: target for target in targets if target.statement_id is not None}
    if not statements:
        return {}
    same = (LinkVerdict.SURE, LinkVerdict.SAME)
    links = StatementLink.objects.filter(verdict__in=same).filter(Q(first__in=statements) | Q(second__in=statements))
    others: dict[int, set[int]] = defaultdict(set)
    for first, second in links.values_list("first", "second"):
        others[first].add(second)
        others[second].add(first)
    known = Target.objects.exclude(state=TargetState.WITHDRAWN).exclude(statement=None)
    by_statement = {
        one.statement_id: one for one in known.filter(statement__in={key for keys in others.values() for key in keys})
    }
    found: dict[int, list[int]] = {}
    for key, target in statements.items():
        years: dict[int, int] = {}
        for other in others[key]:
            before = by_statement.get(other)
            if before is not None and before.unit == target.unit and before.due_on < target.starts_on:
                years.setdefault(target.due_on.year - before.due_on.year, before.pk)
        found[target.pk] = [years.get(back, 0) for back in range(1, FORMER_YEARS + 1)]
    return found


def _extents(target: Target, today: dt.date, former: dict[int, list[int]]) -> list[Extent]:
    """The extent of the target itself, then those of the same days in former years."""
    until = min(today, target.due_on)
    found = [Extent(target.pk, target.starts_on, until, target.town, target.block_id)]
    if (target.due_on - target.starts_on).days > LONGEST_SEASON_DAYS:
        return found
    for back in range(1, FORMER_YEARS + 1):
        before = former.get(target.pk, [0] * FORMER_YEARS)[back - 1] or None
        start, end = _years_back(target.starts_on, back), _years_back(target.due_on, back)
        found.append(Extent(before, start, end, target.town, target.block_id))
    return found


def _years_back(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _figures(extents: Sequence[Extent], names: set[str]) -> list[dict[str, Figure]]:
    found: list[dict[str, Figure]] = [{} for _ in extents]
    for name in sorted(names):
        provider = PROVIDERS.get(name)
        courses = provider.courses(extents) if provider is not None and extents else [{} for _ in extents]
        for place, months in enumerate(courses):
            label, unit = (str(provider.label), provider.unit) if provider is not None else (name, "")
            found[place][name] = Figure(label, unit, months)
    return found


def _pipelines(
    extents: Sequence[Extent], expressions: dict[int, Expression], targets: Sequence[Target]
) -> dict[int, Pipeline]:
    """What is to come by stage dates, for formulas that are one figure alone."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for place, target in enumerate(targets):
        text = expressions[target.pk].text
        provider = PROVIDERS.get(text)
        if provider is not None and provider.pipeline is not None:
            by_name[text].append(place)
    found = {}
    for name, places in by_name.items():
        ask = PROVIDERS[name].pipeline
        assert ask is not None
        for place, one in zip(places, ask([extents[place] for place in places]), strict=True):
            found[targets[place].pk] = one
    return found


def _line(
    target: Target,
    formula: str,
    expression: Expression,
    figures: list[dict[str, Figure]],
    extents: list[Extent],
    pipeline: Pipeline | None,
    today: dt.date,
) -> LedgerLine:
    accumulates = adds_over_months(expression)
    every = [measure(expression, one) for one in figures]
    measured = every[0] if accumulates else _of_its_time(every[0], target)
    if accumulates:
        measured = dataclasses.replace(measured, months=_filled(measured, extents[0].starts_on, None))
    former = [
        _shifted(one, extent, target, accumulates=accumulates)
        for one, extent in zip(every[1:], extents[1:], strict=True)
    ]
    goal = _goal(target, measured, accumulates=accumulates)
    course = Course(
        measured.months, today, target.starts_on, target.due_on, accumulates,
        working_days(target.starts_on, target.due_on, today), [one for one in former if one], pipeline,
    )  # fmt: skip
    seen = forecast(course, rules().forecast)
    return LedgerLine(
        target, formula, goal, measured, seen, light(goal, measured.value, seen, today, rules(), as_of=as_of(measured.months, today)), accumulates,
        dict(figures[0]),
    )  # fmt: skip


def _of_its_time(measured: Measured, target: Target) -> Measured:
    """A level of before the target began is its base at most, never what was reached; the arithmetic names the month."""
    month = measured.month
    if month is None:
        return measured
    if month < target.starts_on.replace(day=1):
        told = f"{target.starts_on:%Y-%m-%d}以来还没有数据；此前最近为{month:%Y-%m}：{measured.arithmetic}"
        return dataclasses.replace(measured, value=None, month=None, arithmetic=told)
    return dataclasses.replace(measured, arithmetic=f"{month:%Y-%m}：{measured.arithmetic}")


def _filled(measured: Measured, start: dt.date, end: dt.date | None) -> dict[dt.date, float]:
    """Accumulated figures hold until the next one; before the first there is nothing."""
    if not measured.months:
        return {}
    found, held = {}, 0.0
    for month in months_between(start, end or max(measured.months)):
        held = measured.months.get(month, held)
        found[month] = held
    return found


def _shifted(measured: Measured, extent: Extent, target: Target, *, accumulates: bool) -> dict[dt.date, float]:
    """The figures of a former year on the months of this one; of accumulated ones only a year that is known to its end."""
    months = measured.months
    if accumulates:
        if not months or max(months) < extent.until.replace(day=1):
            return {}
        months = _filled(measured, extent.starts_on, extent.until)
    years = target.starts_on.year - extent.starts_on.year
    return {month.replace(year=month.year + years): value for month, value in months.items()}


def _goal(target: Target, measured: Measured, *, accumulates: bool) -> Goal:
    value, base, bound, unit = float(target.value), 0.0, Bound(target.bound), target.unit
    if target.on_base:
        start = float(target.base_value or 0)
        base = 0.0 if accumulates else start
        falls = target.change == StatementChange.DECLINE
        value, bound = level_on_base(value, unit, bound, start, falls=falls)
        unit = "位" if unit == "位" else ""
    elif not accumulates:
        before = [month for month in measured.months if month < target.starts_on.replace(day=1)]
        base = measured.months[max(before)] if before else float(target.base_value or 0)
    return Goal(value, unit, bound, target.starts_on, target.due_on, base)
