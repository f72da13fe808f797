"""Reading runs and their results."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.db.models import Count, Max, QuerySet

from mujun.files.runs import TABLES_READ
from mujun.register.schema import TABLES
from mujun.web.audit.models import AuditEvent
from mujun.web.evaluations.models import Comparison, Run, RunResult, RunState
from mujun.web.evaluations.scoping import narrow
from mujun.web.people.rights import Right, Scope, has_right
from mujun.web.register.models import MODELS, JobProgress, Measure, Revision

OFFICIAL = (RunState.PUBLISHED, RunState.SUPERSEDED)


def runs_for(user: Any) -> QuerySet[Run]:
    """The runs that ``user`` may open, newest first: those that were published, drafts too with the right to them."""
    runs = Run.objects.select_related("rules", "by", "signed_by", "notice")
    if has_right(user, Right.READ_DRAFTS):
        return runs
    return runs.filter(state__in=OFFICIAL)


def published_run(year: int, rule_name: str) -> Run | None:
    """The run whose grades count for ``year`` under the rule set called ``rule_name``."""
    return Run.objects.filter(state=RunState.PUBLISHED, year=year, rule_name=rule_name).first()


def run_to_compare_with(run: Run) -> Run | None:
    """The published run that a rehearsal is held against: same year and rule set, else the latest earlier year."""
    same = published_run(run.year, run.rule_name)
    if same is not None:
        return same
    earlier = Run.objects.filter(state=RunState.PUBLISHED, rule_name=run.rule_name, year__lt=run.year)
    return earlier.order_by("-year").first()


def grades_of(run: Run | None) -> dict[str, str]:
    """Firm → grade of a run; empty without a run."""
    if run is None:
        return {}
    return dict(RunResult.objects.filter(run=run).values_list("firm_id", "grade"))


def results_in_scope(run: Run, scope: Scope) -> QuerySet[RunResult]:
    """The results of a run that the scope may see."""
    return narrow(RunResult.objects.filter(run=run), scope)


@dataclasses.dataclass(frozen=True, slots=True)
class Filters:
    """What a list of results is narrowed by; empty = all. ``find`` is part of a name or the beginning of a code."""

    find: str = ""
    town: str = ""
    group: str = ""
    grade: str = ""
    reason: str = ""
    moved: bool = False


UNGRADED = "none"


def filtered(rows: QuerySet[RunResult], filters: Filters) -> QuerySet[RunResult]:
    """Keep the results that the filters ask for."""
    if filters.find:
        text = filters.find.strip()
        by_code = rows.filter(firm_id__startswith=text.upper())
        rows = by_code if text.isascii() and any(c.isdigit() for c in text) else rows.filter(name__icontains=text)
    exact = {"town": filters.town, "group": filters.group, "reason": filters.reason}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if filters.grade:
        rows = rows.filter(grade="" if filters.grade == UNGRADED else filters.grade)
    return rows.filter(moved=True) if filters.moved else rows


def grade_counts(rows: QuerySet[RunResult], by: str) -> dict[str, dict[str, int]]:
    """Count grades per value of ``by`` (``town`` or ``group``); ungraded firms count under the empty grade."""
    counts: dict[str, dict[str, int]] = {}
    for part, grade, number in rows.order_by().values_list(by, "grade").annotate(number=Count("id")):
        counts.setdefault(part, {})[grade] = number
    return dict(sorted(counts.items()))


def referred_folders() -> set[str]:
    """Names of all folders that some run refers to."""
    return set(Run.objects.exclude(folder="").values_list("folder", flat=True))


def last_replay(run: Run) -> AuditEvent | None:
    """The newest replay of a run."""
    return AuditEvent.objects.filter(action="run.replayed", about=f"run:{run.pk}").first()


def towns_of(rows: QuerySet[RunResult]) -> list[str]:
    """The towns that occur in ``rows``, in order."""
    return [town for town in rows.order_by("town").values_list("town", flat=True).distinct() if town]


def latest_job(run: Run) -> JobProgress | None:
    """The newest piece of long work about a run."""
    return JobProgress.objects.filter(about=f"run:{run.pk}").first()


def comparison_of(before: Run, after: Run) -> Comparison | None:
    """The comparison of two runs, where it was made."""
    return Comparison.objects.filter(before=before, after=after).first()


def comparison_job(before: Run, after: Run) -> JobProgress | None:
    """The newest work on the comparison of two runs."""
    return JobProgress.objects.filter(about=f"run:{before.pk}:{after.pk}").first()


@dataclasses.dataclass(frozen=True, slots=True)
class Freshness:
    """How current a table of the register is: rows, the newest revision in it, and who made that when."""

    table: str
    label: str
    rows: int
    revision: Revision | None


def freshness() -> list[Freshness]:
    """How current each table is that an evaluation reads."""
    found = []
    for name in TABLES_READ:
        current = MODELS[name]._default_manager.filter(until=None)
        numbers = current.aggregate(rows=Count("id"), newest=Max("since"))
        found.append((name, numbers["rows"], numbers["newest"]))
    revisions = Revision.objects.select_related("by", "batch").in_bulk([newest for _, _, newest in found if newest])
    return [Freshness(name, TABLES[name].label, rows, revisions.get(newest)) for name, rows, newest in found]


def years_with_measures() -> list[int]:
    """Years that have figures, the newest first."""
    measures: Any = Measure._default_manager
    years = measures.filter(until=None).order_by().values_list("year", flat=True).distinct()
    return sorted((year for year in years if year), reverse=True)
