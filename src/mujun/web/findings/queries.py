"""Reading findings inside a scope, with what the reader must not see blanked."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

from django.db.models import Count, QuerySet

from mujun.rulebook.findings.load import parse_findings_rules
from mujun.rulebook.findings.ruleset import FindingsRules
from mujun.web.audit.models import AuditEvent
from mujun.web.evaluations.models import Run, RunState
from mujun.web.findings.models import Finding, FindingsRuleSet, FindingsRun
from mujun.web.people.rights import Right, Scope, has_right
from mujun.web.people.visible import visible
from mujun.web.register.models import JobProgress

OFFICIAL = (RunState.PUBLISHED, RunState.SUPERSEDED)
HIDDEN = "●●●"


@functools.lru_cache(maxsize=16)
def _parsed(digest: str, name: str, text: str) -> FindingsRules:
    return parse_findings_rules(text, name)


def rules_of(version: FindingsRuleSet) -> FindingsRules:
    """Return the rules of a version, read once per process; raises RuleError where the text must not be used."""
    return _parsed(version.digest, version.name, version.text)


def usable_rules() -> QuerySet[FindingsRuleSet]:
    """Versions a run may use, newest first."""
    return FindingsRuleSet.objects.filter(valid=True)


def runs_for(user: Any) -> QuerySet[FindingsRun]:
    """The runs that ``user`` may open, newest first: those that were published, drafts too with the right to them."""
    runs = FindingsRun.objects.select_related("rules", "by", "signed_by", "grades", "previous")
    return runs if has_right(user, Right.READ_DRAFTS) else runs.filter(state__in=OFFICIAL)


def published_run(year: int, rule_name: str) -> FindingsRun | None:
    """The run that counts for ``year`` under the rule set called ``rule_name``."""
    return FindingsRun.objects.filter(state=RunState.PUBLISHED, year=year, rule_name=rule_name).first()


def standing_run() -> FindingsRun | None:
    """The run shown on the map and on parcel cards: of the newest year, the one signed last."""
    published = FindingsRun.objects.filter(state=RunState.PUBLISHED).select_related("rules")
    return published.order_by("-year", "-signed_at").first()


def grade_runs() -> QuerySet[Run]:
    """The published evaluations whose grades a run may read, newest year first."""
    return Run.objects.filter(state=RunState.PUBLISHED).select_related("rules").order_by("-year", "-id")


def rows_in_scope(run: FindingsRun, scope: Scope, *, found: bool = True) -> QuerySet[Finding]:
    """The rows of a run that ``scope`` may see: a cadre's towns, or the parcels that a firm holds or uses."""
    rows = Finding.objects.filter(run=run, found=found)
    if scope.towns is not None:
        rows = rows.filter(town__in=scope.towns)
    if scope.firms is not None:
        rows = rows.filter(parcel_id__in=visible("parcels", scope).values("parcel_id"))
    return rows


def of_parcel(parcel_id: str, run: FindingsRun) -> list[Finding]:
    """What a run says about one parcel, found first; the caller has checked that the parcel may be seen."""
    return list(Finding.objects.filter(run=run, parcel_id=parcel_id).order_by("-found", "pk"))


def hides(row: Finding, scope: Scope) -> bool:
    """Whether value and sentence of ``row`` rest on figures that ``scope`` must not read.

    A firm reads its own figures, not those of others with whom it shares the land.
    """
    if not row.amounts:
        return False
    return not scope.amounts or (scope.firms is not None and not set(row.firms) <= scope.firms)


@dataclasses.dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed by; empty = all. ``find`` is part of a holder's name or of a code."""

    find: str = ""
    town: str = ""
    kind: str = ""
    criterion: str = ""
    undecided: bool = False


def filtered(rows: QuerySet[Finding], filters: Filters) -> QuerySet[Finding]:
    """Keep the rows that the filters ask for."""
    if filters.find:
        text = filters.find.strip()
        by_code = rows.filter(parcel_id__icontains=text)
        rows = (
            by_code if text.isascii() and any(c.isdigit() for c in text) else rows.filter(holder_name__icontains=text)
        )
    exact = {"town": filters.town, "kind": filters.kind, "criterion": filters.criterion}
    return rows.filter(**{name: value for name, value in exact.items() if value})


def counts(rows: QuerySet[Finding]) -> dict[str, int]:
    """Count rows per criterion."""
    return dict(rows.order_by().values_list("criterion").annotate(number=Count("id")))


def towns_of(rows: QuerySet[Finding]) -> list[str]:
    """The towns that occur in ``rows``, in order."""
    return [town for town in rows.order_by("town").values_list("town", flat=True).distinct() if town]


def criterion_label(run: FindingsRun | None, criterion: str) -> str:
    """What a run calls one of its criteria; its name where it does not know it."""
    known = run.summary.get("criteria", []) if run else []
    return next((one["label"] for one in known if one["name"] == criterion), criterion)


def referred_folders() -> set[str]:
    """Names of all folders that some run refers to."""
    return set(FindingsRun.objects.exclude(folder="").values_list("folder", flat=True))


def last_replay(run: FindingsRun) -> AuditEvent | None:
    """The newest replay of a run."""
    return AuditEvent.objects.filter(action="findings.replayed", about=f"findings:{run.pk}").first()


def latest_job(run: FindingsRun) -> JobProgress | None:
    """The newest piece of long work about a run."""
    return JobProgress.objects.filter(about=f"findings:{run.pk}").order_by("-pk").first()
