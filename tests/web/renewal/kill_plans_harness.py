"""Run as a program: builds, solves, locks, explains and signs plans in forked children and kills them at random moments.

Prints one JSON line: what was done and every broken promise found afterwards. The database is that of ``MUJUN_HOME``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from mujun.base.errors import Refused  # noqa: E402
from mujun.renewal.judging import faults  # noqa: E402
from mujun.web.audit.models import AuditEvent  # noqa: E402
from mujun.web.campaign.models import Block, BlockParcel  # noqa: E402
from mujun.web.findings.models import FindingsRun  # noqa: E402
from mujun.web.people.models import User  # noqa: E402
from mujun.web.register.queries import current_revision  # noqa: E402
from mujun.web.renewal import actions, jobs, replaying  # noqa: E402
from mujun.web.renewal.frozen import frozen_of  # noqa: E402
from mujun.web.renewal.models import FrontPoint, Plan, PlanReasons, PlanState  # noqa: E402
from mujun.web.renewal.queries import standing_locks  # noqa: E402
from tests.web.killing import Killer  # noqa: E402
from tests.web.renewal import ground  # noqa: E402

WISHES = ground.WISHES | {"seconds": 2.0, "budget_wan": 6_000.0, "front_seconds": 2.0}


def prepare() -> tuple[User, FindingsRun]:
    call_command("migrate", verbosity=0)
    user = User.objects.create(username="kill", display_name="测试", role="analyst")
    ground.county()
    return user, ground.published(user)


def build_and_solve(user: User, findings: FindingsRun) -> Callable[[], None]:
    plan = actions.draft_plan("试验方案", findings, current_revision(), WISHES, by=user)

    def work() -> None:
        jobs.build_plan(plan=plan.pk)
        ground.forget_queue()
        actions.solve_plan(plan.pk, by=user)
        jobs.solve_job(plan=plan.pk, round=1, locks={})

    return work


def lock_and_explain(user: User) -> Callable[[], None]:
    plan = Plan.objects.filter(state=PlanState.READY).order_by("pk").first()
    assert plan is not None
    assert plan.chosen is not None
    locks = standing_locks(plan)
    parcel, kind = (next(iter(locks)), "free") if locks else (min(plan.chosen.codes), "out")
    ground.forget_queue()

    def work() -> None:
        jobs.relock_job(**actions.lock_parcel(plan.pk, parcel, kind, by=user).arguments)
        jobs.explain_job(plan=plan.pk)

    return work


def sign(user: User, findings: FindingsRun) -> Callable[[], None]:
    """Sign a plan; the next replaces it, so that each signature opens or carries on blocks."""
    old = Plan.objects.filter(state=PlanState.SIGNED).first()
    plan = ground.solved(ground.drafted(findings, user, "待签方案", replaces=old, **WISHES), user)
    assert plan.chosen is not None
    names = [f"试验{number}片" for number, _block in enumerate(plan.chosen.blocks, 1)]
    return lambda: actions.sign_plan(plan.pk, names, by=user)


def told(what: str) -> list[int]:
    rows = AuditEvent.objects.filter(action=what, about__startswith="plan:").values_list("about", flat=True)
    return sorted(int(row.split(":")[1]) for row in rows)


def broken_promises() -> list[str]:
    """What must hold whatever was killed when."""
    found = []
    for plan in Plan.objects.select_related("chosen", "instance"):
        if plan.chosen is not None and plan.instance is not None:
            frozen = frozen_of(plan)
            problem = frozen.under(plan.chosen.locks, plan.chosen.budget_wan)
            found += [f"plan {plan.pk}: {fault}" for fault in faults(problem, frozen.places(plan.chosen.blocks))]
        if (plan.state == PlanState.UNFINISHED) != (plan.chosen is not None and plan.chosen.kind == "unfinished"):
            found.append(f"plan {plan.pk} is {plan.state} and holds {plan.chosen and plan.chosen.kind}")
        if plan.state in (PlanState.READY, PlanState.SIGNED, PlanState.SUPERSEDED) and plan.chosen is None:
            found.append(f"plan {plan.pk} is {plan.state} without a choice")
        points = FrontPoint.objects.filter(plan=plan)
        for number in set(points.values_list("round", flat=True)):
            if points.filter(round=number).count() != len(set(points.filter(round=number).values_list("number"))):
                found.append(f"plan {plan.pk} has a front of round {number} twice")
    signed = sorted(Plan.objects.filter(signed_by__isnull=False).values_list("pk", flat=True))
    if told("plan.signed") != signed:
        found.append("signatures differ from the events plan.signed")
    if told("plan.drafted") != sorted(Plan.objects.values_list("pk", flat=True)):
        found.append("drafts differ from the events plan.drafted")
    return found + _blocks(signed)


def _blocks(signed: list[int]) -> list[str]:
    """The land in blocks is that of the one signed plan that stands."""
    standing = Plan.objects.filter(state=PlanState.SIGNED).select_related("chosen")
    if len(standing) != bool(signed):
        return [f"{len(standing)} signed plans stand"]
    inside = sorted(BlockParcel.objects.filter(to_day=None).values_list("parcel_id", flat=True))
    wanted = sorted(standing[0].chosen.codes) if standing and standing[0].chosen else []
    found = [] if inside == wanted else ["the blocks do not hold the land of the signed plan"]
    if AuditEvent.objects.filter(action="block.opened").count() != Block.objects.count():
        found.append("blocks differ from the events block.opened")
    return found


def main(kills: int, seed: int) -> None:
    user, findings = prepare()
    killer = Killer(broken_promises, seed, (Refused,))
    killer.torment(lambda: build_and_solve(user, findings), kills)
    killer.torment(lambda: lock_and_explain(user), kills)
    killer.torment(lambda: sign(user, findings), kills)
    for plan in Plan.objects.filter(state=PlanState.SIGNED).select_related("chosen", "chosen__start", "instance"):
        answer = replaying.replay_plan(plan)
        killer.broken += [] if answer.verdict != "differs" else list(answer.reasons)
    print(
        killer.answer(plans=Plan.objects.count(), signed=len(told("plan.signed")), reasons=PlanReasons.objects.count())
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
