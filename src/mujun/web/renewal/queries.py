"""Reading plans: who may read one reads all of it, so there is no scope but the right."""

from __future__ import annotations

from django.db.models import QuerySet

from mujun.web.audit.models import AuditEvent
from mujun.web.evaluations.models import RunState
from mujun.web.findings.models import Finding, FindingsRun
from mujun.web.register.models import JobProgress
from mujun.web.renewal.models import (
    ChoiceKind,
    FrontPoint,
    LockKind,
    Plan,
    PlanChoice,
    PlanLock,
    PlanPhasing,
    PlanReasons,
    PlanState,
)


def plans() -> QuerySet[Plan]:
    """Every plan, the newest first."""
    return Plan.objects.select_related(
        "findings", "findings__rules", "chosen", "by", "signed_by", "replaces", "instance"
    )


def usable_findings() -> QuerySet[FindingsRun]:
    """The published findings that a plan may rest on, newest year first."""
    found = FindingsRun.objects.filter(state=RunState.PUBLISHED).select_related("rules")
    return found.order_by("-year", "-signed_at")


def replaceable() -> QuerySet[Plan]:
    """Signed plans that nothing has replaced."""
    return Plan.objects.filter(state=PlanState.SIGNED)


def newest_locks(plan: Plan) -> dict[str, PlanLock]:
    """The newest decision about each parcel ever locked."""
    return {lock.parcel_id: lock for lock in PlanLock.objects.filter(plan=plan).select_related("by").order_by("id")}


def locks_of(plan: Plan) -> dict[str, str]:
    """What holds for each parcel ever locked: in, out or free."""
    return {code: lock.kind for code, lock in newest_locks(plan).items()}


def standing_locks(plan: Plan) -> dict[str, str]:
    """The locks in force: parcel → in or out."""
    return {code: kind for code, kind in locks_of(plan).items() if kind != LockKind.FREE}


def choices_of(plan: Plan) -> list[PlanChoice]:
    """What people choose from: of the newest full search the best and its alternatives, and all that came after."""
    every = list(PlanChoice.objects.filter(plan=plan).exclude(kind=ChoiceKind.UNFINISHED).select_related("start"))
    best = [choice for choice in every if choice.kind == ChoiceKind.BEST]
    return [choice for choice in every if not best or choice.round >= best[-1].round]


def front_of(plan: Plan) -> list[FrontPoint]:
    """The newest front."""
    newest = FrontPoint.objects.filter(plan=plan).order_by("-round").values_list("round", flat=True).first()
    return list(FrontPoint.objects.filter(plan=plan, round=newest)) if newest is not None else []


def reasons_of(plan: Plan) -> tuple[PlanReasons | None, bool]:
    """The newest reasons, and whether they are those of the choice of now."""
    held = PlanReasons.objects.filter(choice__plan=plan).order_by("-pk").first()
    return held, held is not None and held.choice_id == plan.chosen_id


def phasing_of(plan: Plan) -> PlanPhasing | None:
    """The newest order over periods of what is chosen."""
    return PlanPhasing.objects.filter(choice=plan.chosen_id).order_by("-pk").first() if plan.chosen_id else None


def last_replay(plan: Plan) -> AuditEvent | None:
    """The newest replay of a signed plan."""
    return AuditEvent.objects.filter(action="plan.replayed", about=f"plan:{plan.pk}").first()


def latest_job(plan: Plan, *kinds: str) -> JobProgress | None:
    """The newest long work about a plan."""
    found = JobProgress.objects.filter(about=f"plan:{plan.pk}")
    return (found.filter(kind__in=kinds) if kinds else found).order_by("-pk").first()


def was_relocked(plan: Plan) -> bool:
    """Whether the newest long work about the plan was a search after a lock."""
    job = latest_job(plan, "plan_build", "plan_solve", "plan_relock")
    return job is not None and job.kind == "plan_relock"


def pending_job(plan: Plan) -> JobProgress | None:
    """The work that still has to answer: the building of a draft, or the search of the round of now."""
    kinds = ("plan_build",) if plan.instance_id is None else ("plan_solve", "plan_relock")
    found = JobProgress.objects.filter(about=f"plan:{plan.pk}", kind__in=kinds, state__in=("waiting", "running"))
    job = found.order_by("-pk").first()
    if job is None or plan.instance_id is None:
        return job
    answered = PlanChoice.objects.filter(plan=plan, round=plan.round).exclude(kind=ChoiceKind.UNFINISHED)
    return None if job.arguments.get("round") != plan.round or answered.exists() else job


def findings_about(plan: Plan, parcel_id: str) -> list[Finding]:
    """What the findings of the plan say about one parcel."""
    return list(Finding.objects.filter(run=plan.findings_id, parcel_id=parcel_id, found=True).order_by("pk"))
