"""The life of a plan: drafted, built, solved, locked and solved again, chosen, signed. A signed plan never changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun import __version__
from mujun.base.errors import Refused
from mujun.web.audit.actions import action, record
from mujun.web.evaluations.models import RunState
from mujun.web.findings.models import FindingsRun
from mujun.web.register.actions.progress import start_job
from mujun.web.register.models import JobProgress
from mujun.web.renewal.frozen import frozen_of
from mujun.web.renewal.models import (
    ChoiceKind,
    FrontPoint,
    FrozenInstance,
    LockKind,
    Plan,
    PlanChoice,
    PlanLock,
    PlanPhasing,
    PlanReasons,
    PlanState,
)
from mujun.web.renewal.queries import locks_of, pending_job, standing_locks
from mujun.web.renewal.signing import open_blocks_of
from mujun.web.renewal.solving import choice_of_point

REPLAN_SECONDS = 1.5
"""With queue and page a new plan is on the screen about two seconds after a lock."""


def _held(pk: int) -> Plan:
    """The plan locked for a change; refuse one that is signed or given up."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("findings").filter(pk=pk).first()
    if plan is None:
        raise Refused(_("没有这个方案。"), next_step=_("请回到方案列表重新选择。"))
    if not plan.open:
        raise Refused(
            _("方案“{plan}”现在是“{state}”，不能再改。").format(plan=plan, state=plan.get_state_display()),
            next_step=_("需要调整请新建方案，并注明接替它。"),
        )
    return plan


@action
def draft_plan(
    title: str, findings: FindingsRun, revision: int, wishes: dict[str, Any], *, replaces: Plan | None = None, by: Any
) -> Plan:
    """Fix findings, revision and wishes of a plan and queue the building of its problem."""
    if findings.state not in (RunState.PUBLISHED, RunState.SUPERSEDED):
        raise Refused(_("认定 #{pk} 没有发布，不能作为方案的依据。").format(pk=findings.pk))
    if revision < 1:
        raise Refused(_("登记数据还是空的，不能做方案。"), next_step=_("请先导入数据。"))
    if replaces is not None and replaces.state != PlanState.SIGNED:
        raise Refused(_("只能接替已签且没有被接替的方案。"))
    plan = Plan.objects.create(
        title=title.strip()[:100], findings=findings, revision=revision, wishes=wishes, replaces=replaces,
        code_version=__version__, by=by,
    )  # fmt: skip
    record("plan.drafted", by=by, about=f"plan:{plan.pk}", title=plan.title, findings=findings.pk, revision=revision,
           wishes=wishes, replaces=replaces.pk if replaces else None)  # fmt: skip
    queue(plan, "plan_build", _("准备方案“{title}”").format(title=plan.title), by=by)
    return plan


def queue(plan: Plan, kind: str, title: str, *, by: Any, **arguments: Any) -> JobProgress:
    """Queue a job about a plan; call it inside an action."""
    return start_job(
        kind, title=title, about=f"plan:{plan.pk}", url=f"/plans/{plan.pk}/",
        arguments={"plan": plan.pk, **arguments}, by=by,
    )  # fmt: skip


@action
def keep_instance(pk: int, digest: str, content: bytes, rehearsal: dict[str, Any], *, by: Any) -> Plan:
    """Keep the problem of a draft. Built again before anything was solved, the newer one counts."""
    plan = _held(pk)
    if plan.round:
        raise Refused(_("方案已经求解过，问题不会被改写。"), next_step=_("需要用新数据请新建方案。"))
    plan.instance, _new = FrozenInstance.objects.get_or_create(digest=digest, defaults={"content": content})
    plan.rehearsal, plan.problem = rehearsal, ""
    plan.save(update_fields=["instance", "rehearsal", "problem"])
    record(
        "plan.built", by=by, about=f"plan:{pk}", digest=digest, parcels=rehearsal["parcels"], edges=rehearsal["edges"]
    )
    return plan


@action
def note_problem(pk: int, sentence: str, *, by: Any) -> None:
    """Keep why a search came to nothing; what was chosen before stays."""
    plan = _held(pk)
    plan.problem = sentence
    if plan.state == PlanState.SOLVING:
        plan.state = PlanState.DRAFT if plan.chosen_id is None else PlanState.READY
    plan.save(update_fields=["problem", "state"])
    record("plan.failed", by=by, about=f"plan:{pk}", reason=sentence)


@action
def solve_plan(pk: int, *, by: Any) -> JobProgress:
    """Queue the search for the best plan and its alternatives, under the locks of now."""
    plan = _held(pk)
    if plan.instance_id is None:
        raise Refused(_("方案的数据还没有准备好。"), next_step=_("请等待准备完成。"))
    refuse_while_busy(plan)
    plan.round += 1
    plan.state, plan.problem = PlanState.SOLVING, ""
    plan.save(update_fields=["round", "state", "problem"])
    record("plan.solve", by=by, about=f"plan:{pk}", round=plan.round, locks=standing_locks(plan))
    title = _("求解方案“{title}”").format(title=plan.title)
    return queue(plan, "plan_solve", title, by=by, round=plan.round, locks=standing_locks(plan))


def refuse_while_busy(plan: Plan) -> None:
    """One search at a time."""
    if pending_job(plan) is not None:
        raise Refused(_("这个方案正在计算。"), next_step=_("请等它算完，或先停止它。"))


def note_unfinished(plan: int, choice: PlanChoice) -> bool:
    """Keep the best plan until now, marked unfinished, so that a killed search loses nothing.

    Book-keeping about a search like the ticks of a job, not audited; what the search ends with is. Returns whether the
    plan still waits for it.
    """
    with transaction.atomic():
        held = Plan.objects.select_for_update().filter(
            pk=plan, round=choice.round, state__in=(PlanState.SOLVING, PlanState.UNFINISHED)
        )
        if not held.exists():
            return False
        choice.save()
        held.update(state=PlanState.UNFINISHED, chosen=choice)
    return True


@action
def keep_choices(pk: int, choices: Sequence[PlanChoice], *, finished: bool, sentence: str = "", by: Any) -> Plan:
    """Keep what a search ended with; the first is chosen. Not finished: it was stopped before it was done."""
    plan = _held(pk)
    if not choices:
        raise Refused(_("没有找到方案。"))
    if any(choice.round != plan.round for choice in choices):
        raise Refused(_("这次求解已经过时，没有保存。"))
    for choice in choices:
        choice.save()
    plan.chosen = choices[0]
    plan.state = PlanState.READY if finished else PlanState.UNFINISHED
    plan.problem = sentence
    plan.save(update_fields=["chosen", "state", "problem"])
    first = choices[0]
    record("plan.solved", by=by, about=f"plan:{pk}", round=plan.round, kind=first.kind, objective=first.objective,
           bound=first.bound, choices=len(choices), finished=finished)  # fmt: skip
    return plan


@action
def explain_plan(pk: int, *, by: Any) -> JobProgress:
    """Queue the front and the reasons of what is chosen now."""
    plan = _held(pk)
    if plan.chosen_id is None:
        raise Refused(_("还没有方案可以说明。"))
    record("plan.explain", by=by, about=f"plan:{pk}", choice=plan.chosen_id)
    return queue(plan, "plan_explain", _("计算“{title}”的预算曲线和理由").format(title=plan.title), by=by)


@action
def keep_front(pk: int, points: Sequence[FrontPoint], *, by: Any) -> None:
    """Keep the front of one round, once."""
    plan = _held(pk)
    if points and not FrontPoint.objects.filter(plan=plan, round=points[0].round).exists():
        FrontPoint.objects.bulk_create(points)
    record("plan.front", by=by, about=f"plan:{pk}", points=len(points))


@action
def keep_reasons(choice: PlanChoice, reasons: PlanReasons, *, by: Any) -> None:
    """Keep the reasons of a choice, once."""
    _held(choice.plan_id)
    if not PlanReasons.objects.filter(choice=choice).exists():
        reasons.choice = choice
        reasons.save()
    record("plan.reasons", by=by, about=f"plan:{choice.plan_id}", choice=choice.pk)


@action
def lock_parcel(pk: int, parcel_id: str, kind: str, why: str = "", *, by: Any) -> JobProgress:
    """Lock one parcel in or out, or free it, and queue a plan that begins from the chosen one, within 2 seconds."""
    plan = _held(pk)
    if plan.chosen is None:
        raise Refused(_("请先求解，再锁定宗地。"))
    refuse_while_busy(plan)
    frozen = frozen_of(plan)
    place = frozen.position.get(parcel_id)
    if place is None or kind not in LockKind.values:
        raise Refused(_("方案的数据里没有宗地 {code}。").format(code=parcel_id))
    if kind == LockKind.IN and frozen.problem.lock[place] < 0:
        reason = frozen.nodes["lock_reason"].iloc[place]
        raise Refused(_("宗地 {code} 不能划入：{reason}。").format(code=parcel_id, reason=reason))
    if locks_of(plan).get(parcel_id, LockKind.FREE) == kind:
        raise Refused(_("宗地 {code} 已经是这样锁定的。").format(code=parcel_id))
    PlanLock.objects.create(plan=plan, parcel_id=parcel_id, kind=kind, why=why.strip()[:200], by=by)
    record("plan.locked", by=by, about=f"plan:{pk}", parcel=parcel_id, kind=kind, reason=why.strip()[:200])
    plan.round += 1
    plan.save(update_fields=["round"])
    title = _("按锁定重算“{title}”").format(title=plan.title)
    return queue(
        plan, "plan_relock", title, by=by, round=plan.round, locks=standing_locks(plan), start=plan.chosen_id,
        budget_wan=plan.chosen.budget_wan,
    )  # fmt: skip


@action
def choose(pk: int, choice: PlanChoice, *, by: Any) -> Plan:
    """Make another choice the one that would be signed; its locks must be those of now."""
    plan = _held(pk)
    if choice.plan_id != plan.pk or choice.kind == ChoiceKind.UNFINISHED:
        raise Refused(_("这个备选不属于本方案，或没有算完。"))
    against = against_locks(plan, choice)
    if against:
        raise Refused(
            _("这个备选与现在的锁定不一致：{codes}。").format(codes="、".join(against[:10])),
            next_step=_("请解除这些锁定，或按锁定重新求解。"),
        )
    plan.chosen, plan.state = choice, PlanState.READY
    plan.save(update_fields=["chosen", "state"])
    record("plan.chosen", by=by, about=f"plan:{pk}", choice=choice.pk, label=choice.label, objective=choice.objective)
    return plan


def against_locks(plan: Plan, choice: PlanChoice) -> list[str]:
    """The parcels of ``choice`` that contradict the locks of now."""
    codes = choice.codes
    return sorted(code for code, kind in standing_locks(plan).items() if (kind == LockKind.IN) != (code in codes))


@action
def adopt_front_point(pk: int, point: FrontPoint, *, by: Any) -> Plan:
    """Take the blocks of a point of the front, with its budget."""
    plan = _held(pk)
    if point.plan_id != plan.pk or point.objective is None:
        raise Refused(_("这一预算没有方案。"))
    choice = choice_of_point(plan, point)
    choice.by = by
    choice.save()
    record("plan.front_adopted", by=by, about=f"plan:{pk}", budget_wan=point.budget_wan, objective=point.objective)
    return choose(pk, choice, by=by)


@action
def phase_plan(pk: int, wishes: dict[str, Any], *, by: Any) -> JobProgress:
    """Queue the order of what is chosen over periods. ``wishes`` as :func:`mujun.web.renewal.phases.task_of` reads."""
    plan = _held(pk)
    if plan.chosen is None:
        raise Refused(_("还没有方案可以分期。"))
    title = _("排定“{title}”的分期").format(title=plan.title)
    record("plan.phase", by=by, about=f"plan:{pk}", choice=plan.chosen_id, wishes=wishes)
    return queue(plan, "plan_phase", title, by=by, choice=plan.chosen_id, wishes=wishes)


@action
def keep_phasing(phasing: PlanPhasing, *, by: Any) -> None:
    """Keep an order over periods; the newest of a choice counts."""
    _held(phasing.choice.plan_id)
    phasing.save()
    record("plan.phased", by=by, about=f"plan:{phasing.choice.plan_id}", choice=phasing.choice_id, status=phasing.status,
           objective=phasing.objective, bound=phasing.bound)  # fmt: skip


@action
def discard_plan(pk: int, *, by: Any) -> None:
    """Give a plan up; everything about it is kept."""
    plan = _held(pk)
    plan.state = PlanState.DISCARDED
    plan.save(update_fields=["state"])
    record("plan.discarded", by=by, about=f"plan:{pk}")


@action
def sign_plan(pk: int, names: Sequence[str], *, published_on: dt.date | None = None, by: Any) -> Plan:
    """Sign what is chosen and open its blocks, all or none; a plan that it replaces is superseded.

    ``names`` one per block. From here on neither the plan nor its choices change.
    """
    plan = _held(pk)
    if plan.state != PlanState.READY or plan.chosen is None:
        raise Refused(
            _("方案“{plan}”现在是“{state}”，不能签字。").format(plan=plan, state=plan.get_state_display()),
            next_step=_("请先求解完成。"),
        )
    refuse_while_busy(plan)
    against = against_locks(plan, plan.chosen)
    if against:
        raise Refused(
            _("所选方案与锁定不一致：{codes}。").format(codes="、".join(against[:10])),
            next_step=_("请按锁定重新求解。"),
        )
    if len(names) != len(plan.chosen.blocks) or not all(name.strip() for name in names):
        raise Refused(_("请给每个区块起一个名称。"))
    plan.state, plan.signed_at, plan.signed_by = PlanState.SIGNED, timezone.now(), by
    plan.save(update_fields=["state", "signed_at", "signed_by"])
    blocks = open_blocks_of(plan, names, published_on, by=by)
    if plan.replaces_id:
        Plan.objects.filter(pk=plan.replaces_id, state=PlanState.SIGNED).update(state=PlanState.SUPERSEDED)
        record("plan.superseded", by=by, about=f"plan:{plan.replaces_id}", superseded_by=pk)
    record("plan.signed", by=by, about=f"plan:{pk}", choice=plan.chosen_id, digest=plan.instance.digest if plan.instance else "",
           objective=plan.chosen.objective, bound=plan.chosen.bound, blocks=[block.number for block in blocks])  # fmt: skip
    return plan


@action
def replay_signed_plan(pk: int, *, by: Any) -> JobProgress:
    """Queue the replay of a signed plan from what was frozen."""
    plan = Plan.objects.filter(pk=pk).first()
    if plan is None or plan.state not in (PlanState.SIGNED, PlanState.SUPERSEDED):
        raise Refused(_("方案还没有签字，没有冻结的结果可以核对。"), next_step=_("请先签字。"))
    title = _("重算核对方案“{title}”").format(title=plan.title)
    record("plan.replay", by=by, about=f"plan:{pk}", choice=plan.chosen_id)
    return queue(plan, "plan_replay", title, by=by)


@action
def note_plan_replay(pk: int, verdict: str, reasons: Sequence[str], *, by: Any) -> None:
    """Keep what the replay of a signed plan came to."""
    record("plan.replayed", by=by, about=f"plan:{pk}", verdict=verdict, reasons=list(reasons))
