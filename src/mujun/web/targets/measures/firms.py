"""Firms by grade in published runs, and the tax of firms in the register; both are known once a year."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence

from django.db.models import Count, Sum
from django.utils import timezone

from mujun.targets.measuring import Months
from mujun.web.evaluations.models import Run, RunResult, RunState
from mujun.web.people.visible import known
from mujun.web.targets.measures.registry import Extent

Yearly = dict[str, dict[int, float]]
"""Town (blank: all) → year → figure."""


def graded(grade: str) -> Callable[[Sequence[Extent]], list[Months]]:
    """Return the figure that counts firms of ``grade`` by published runs, each from the month of its publication on.

    A run speaks of the year before and holds until the next; of several of one year the newest counts, and of several
    years published in one month the last year.
    """

    def courses(extents: Sequence[Extent]) -> list[Months]:
        newest = {run.year: run for run in Run.objects.filter(state=RunState.PUBLISHED).order_by("pk")}
        by_month = {_published(newest[year]): newest[year].pk for year in sorted(newest)}
        since = {run: month for month, run in by_month.items()}
        rows = RunResult.objects.filter(run__in=list(since), grade=grade).order_by()
        found: dict[str, dict[dt.date, float]] = defaultdict(lambda: dict.fromkeys(since.values(), 0.0))
        for run, town, number in rows.values_list("run", "town").annotate(number=Count("pk")):
            for place in {"", town}:
                found[place][since[run]] += number
        return [{month: count for month, count in found[one.town].items() if month <= one.until} for one in extents]

    return courses


def _published(run: Run) -> dt.date:
    return timezone.localdate(run.signed_at or run.at).replace(day=1)


def tax_wan(extents: Sequence[Extent]) -> list[Months]:
    """Return the tax (万元) of all firms of each year that the register knows, by town."""
    found: Yearly = defaultdict(lambda: defaultdict(float))
    rows = known("measures").exclude(tax_wan=None).order_by()
    if {one.town for one in extents} == {""}:
        for year, amount in rows.values_list("year").annotate(amount=Sum("tax_wan")):
            found[""][year] = amount
    else:
        towns = dict(known("firms").values_list("firm_id", "town"))
        for firm, year, amount in rows.values_list("firm_id", "year", "tax_wan"):
            for place in {"", towns.get(firm, "")}:
                found[place][year] += amount
    return [_by_year(found, one) for one in extents]


def _by_year(found: Yearly, extent: Extent) -> Months:
    """A year's figure stands at its December: what the year before the start came to is the base."""
    by_year = found.get(extent.town, {})
    return {dt.date(year, 12, 1): value for year, value in by_year.items() if dt.date(year, 12, 1) <= extent.until}
