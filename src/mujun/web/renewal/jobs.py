"""Long work about plans. A killed search keeps the last plan, marked unfinished, and goes on from it when begun again."""

from __future__ import annotations

import time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun import __version__
from mujun.base.errors import MujunError
from mujun.renewal.blocks import Progress, Reasons, front, reasons, solve
from mujun.renewal.blocks.plan import Plan as Found
from mujun.renewal.blocks.plan import Status
from mujun.renewal.phasing import phase
from mujun.web.people.models import User
from mujun.web.register.jobs import Course, Stopped, job
from mujun.web.register.models import JobProgress, JobState
from mujun.web.register.queries import firm_names
from mujun.web.renewal import actions, phases, solving
from mujun.web.renewal.building import build
from mujun.web.renewal.frozen import Frozen, frozen_of
from mujun.web.renewal.models import ChoiceKind, FrontPoint, Plan, PlanChoice, PlanPhasing, PlanReasons, PlanState
from mujun.web.renewal.replaying import replay_plan

KEPT_EVERY_SECONDS = 1.0
FRONT_SECONDS = 40.0
REASONS_SECONDS = 20.0
PHASE_SECONDS, PHASE_GAP = 30.0, 0.002


def _who(by: int | None, plan: Plan) -> User:
    found: User = User.objects.get(pk=by) if by else plan.by
    return found


@job("plan_build", gettext_lazy("准备方案"))
def build_plan(course: Course, plan: int, by: int | None = None) -> dict[str, Any]:
    """Build and keep the problem of a draft."""
    held = Plan.objects.select_related("findings", "by").get(pk=plan)
    if held.round == 0 and held.open:
        try:
            built = build(held, course)
        except MujunError as error:
            actions.note_problem(plan, str(error), by=_who(by, held))
            raise
        actions.keep_instance(plan, built.digest, built.content, built.rehearsal, by=_who(by, held))
    return {"url": f"/plans/{plan}/"}


class Watch:
    """Passes the course of a search on, keeps its plans as they get better, and tells it to stop when asked to."""

    def __init__(self, course: Course, plan: Plan, frozen: Frozen, seconds: float, fields: dict[str, Any]) -> None:
        self.stopped = False
        self._course, self._plan, self._frozen, self._fields = course, plan, frozen, fields
        self._begun, self._limit = time.monotonic(), seconds
        self._due = 0.0
        self._kept: float | None = None
        self._said = _("求解")

    def better(self, progress: Progress) -> None:
        """Keep a better plan, at most once a second. Its gap is said at the end of the search: nothing is claimed before."""
        if progress.objective is None or not progress.blocks:
            return
        self._said = _("已有方案，目标值 {objective:,.0f}").format(objective=progress.objective)
        now = time.monotonic()
        if progress.objective == self._kept or now < self._due:
            return
        self._kept, self._due = progress.objective, now + KEPT_EVERY_SECONDS
        blocks = solving.named(self._frozen, progress.blocks)
        choice = solving.choice_of(
            self._plan, self._frozen, blocks, progress.objective, kind=ChoiceKind.UNFINISHED, bound=None,
            seconds=progress.seconds, status=Status.STOPPED.value, **self._fields,
        )  # fmt: skip
        actions.note_unfinished(self._plan.pk, choice)

    def stop(self) -> bool:
        """Whether somebody asked the job to stop."""
        if not self.stopped:
            spent = time.monotonic() - self._begun
            try:
                self._course(self._said, int(min(spent, self._limit) * 10), int(self._limit * 10))
            except Stopped:
                self.stopped = True
        return self.stopped


@job("plan_solve", gettext_lazy("求解方案"))
def solve_job(course: Course, plan: int, round: int, locks: dict[str, str], by: int | None = None) -> dict[str, Any]:
    """Search for the best plan and its alternatives; a search begun again goes on from the plan that was kept."""
    held = Plan.objects.select_related("chosen", "by").get(pk=plan)
    if held.round != round or held.state not in (PlanState.SOLVING, PlanState.UNFINISHED):
        return {"url": f"/plans/{plan}/"}
    frozen, wishes = frozen_of(held), held.wishes
    asked = {"seconds": wishes["seconds"], "gap": wishes["gap"], "budget_wan": wishes["budget_wan"], "locks": locks,
             "alternatives": wishes["alternatives"], "code_version": __version__}  # fmt: skip
    fields = {"round": round, "asked": asked, "by": _who(by, held)}
    kept = held.chosen if held.chosen is not None and held.chosen.round == round else None
    watch = Watch(course, held, frozen, wishes["seconds"], {**fields, "seed": wishes["seed"]})
    found = solve(
        frozen.under(locks, wishes["budget_wan"]), time_limit_s=wishes["seconds"], gap=wishes["gap"],
        seed=wishes["seed"], alternatives=wishes["alternatives"],
        start=frozen.places(kept.blocks) if kept is not None else None,
        on_progress=watch.better, should_stop=watch.stop,
    )  # fmt: skip
    choices = solving.choices_of_search(held, frozen, found, ChoiceKind.BEST, **fields)
    if not choices:
        actions.note_problem(plan, _why(found), by=_who(by, held))
        return {"url": f"/plans/{plan}/"}
    actions.keep_choices(plan, choices, finished=not watch.stopped, by=_who(by, held))
    if not watch.stopped:
        actions.explain_plan(plan, by=_who(by, held))
    return {"url": f"/plans/{plan}/"}


def _why(found: Found) -> str:
    if found.status is Status.INFEASIBLE:
        return "\n".join([_("这些要求不能同时满足："), *found.clash])
    return _("时限内没有找到方案。可以放宽面积或片数，或给更长的时间。")


@job("plan_relock", gettext_lazy("按锁定重算"))
def relock_job(
    course: Course,
    plan: int,
    round: int,
    locks: dict[str, str],
    start: int,
    budget_wan: float | None,
    by: int | None = None,
) -> dict[str, Any]:
    """Search from the chosen plan under other locks, for two seconds. Where nothing is possible the chosen one stays."""
    held = Plan.objects.select_related("chosen", "by").get(pk=plan)
    if held.round != round or not held.open:
        return {}
    frozen, wishes = frozen_of(held), held.wishes
    before = PlanChoice.objects.get(pk=start)
    course(_("按锁定重算"), 0, 0)
    found = solve(
        frozen.under(locks, budget_wan), time_limit_s=actions.REPLAN_SECONDS, gap=wishes["gap"], seed=wishes["seed"],
        start=frozen.places(before.blocks),
    )  # fmt: skip
    asked = {"seconds": actions.REPLAN_SECONDS, "gap": wishes["gap"], "budget_wan": budget_wan, "locks": locks,
             "code_version": __version__}  # fmt: skip
    choices = solving.choices_of_search(
        held, frozen, found, ChoiceKind.RELOCKED, round=round, asked=asked, start=before, by=_who(by, held)
    )
    if not choices:
        actions.note_problem(plan, _why(found), by=_who(by, held))
        return {}
    actions.keep_choices(plan, choices, finished=True, by=_who(by, held))
    actions.explain_plan(plan, by=_who(by, held))
    return {}


class Waiting:
    """Whether somebody waits at the desk for a new plan; asked of the database a few times a second."""

    def __init__(self) -> None:
        self.seen = False
        self._due = 0.0

    def __call__(self) -> bool:
        """Look again, if it is time to."""
        if not self.seen and time.monotonic() >= self._due:
            self._due = time.monotonic() + 0.3
            self.seen = JobProgress.objects.filter(kind="plan_relock", state=JobState.WAITING).exists()
        return self.seen


@job("plan_explain", gettext_lazy("预算曲线和理由"))
def explain_job(course: Course, plan: int, by: int | None = None) -> dict[str, Any]:
    """The front over budgets, then the reasons of what is chosen; gives way to whoever waits for a new plan."""
    held = Plan.objects.select_related("chosen", "by").get(pk=plan)
    choice = held.chosen
    if choice is None or not held.open or _explained(held):
        return {}
    frozen = frozen_of(held)
    who = _who(by, held)
    budgets = solving.budgets(held)
    done, waiting = 0, Waiting()

    def told(_point: Any) -> None:
        nonlocal done
        done += 1
        course(_("预算曲线"), done, len(budgets))

    course(_("预算曲线"), 0, len(budgets))
    problem = frozen.under(choice.locks, choice.budget_wan)
    seconds = held.wishes.get("front_seconds", FRONT_SECONDS)
    points = front(problem, budgets, time_limit_s=seconds, seed=held.wishes["seed"], on_point=told, should_stop=waiting)
    if waiting.seen:
        actions.explain_plan(plan, by=who)
        return {}

    kept = [
        FrontPoint(
            plan=held, round=choice.round, number=number, budget_wan=point.budget, objective=point.objective,
            bound=point.bound, area_mu=point.area_mu, blocks=solving.named(frozen, point.blocks),
        )
        for number, point in enumerate(solving.with_known(points, frozen, choice), 1)
    ]  # fmt: skip
    actions.keep_front(plan, kept, by=who)
    course(_("逐宗说明理由"), 0, 0)
    found = Found(Status.FEASIBLE, choice.objective, choice.bound, _places(frozen, choice), seed=choice.seed)
    why = reasons(problem, found, time_limit_s=REASONS_SECONDS)
    actions.keep_reasons(choice, _reasons(why), by=who)
    return {}


@job("plan_phase", gettext_lazy("排定分期"))
def phase_job(course: Course, plan: int, choice: int, wishes: dict[str, Any], by: int | None = None) -> dict[str, Any]:
    """Order a choice over the periods, with a roof for every workshop."""
    held = Plan.objects.select_related("findings", "by").get(pk=plan)
    chosen = PlanChoice.objects.get(pk=choice)
    if not held.open or PlanPhasing.objects.filter(choice=chosen, wishes=wishes).exists():
        return {"url": f"/plans/{plan}/"}
    course(_("读取登记数据"), 0, 0)
    task, notes = phases.task_of(held, chosen, wishes)
    course(_("排定各期"), 0, 0)
    found = phase(task, time_limit_s=PHASE_SECONDS, gap=PHASE_GAP, seed=held.wishes["seed"])
    names = {code: name for code, (name, _town) in firm_names(sorted(set(found.moves["firm_id"]))).items()}
    phasing = phases.phasing_from(chosen, wishes, found, names, notes)
    phasing.by = _who(by, held)
    actions.keep_phasing(phasing, by=phasing.by)
    return {"url": f"/plans/{plan}/"}


@job("plan_replay", gettext_lazy("重算核对方案"))
def replay_job(course: Course, plan: int, by: int | None = None) -> dict[str, Any]:
    """Hold a signed plan against what was frozen; whoever stops it gets no answer, and none is noted."""
    held = Plan.objects.select_related("chosen", "chosen__start", "instance", "by").get(pk=plan)
    if held.state not in (PlanState.SIGNED, PlanState.SUPERSEDED):
        return {"url": f"/plans/{plan}/"}
    stopped = False

    def stop() -> bool:
        nonlocal stopped
        if not stopped:
            try:
                course(_("由冻结的数据重新求解"), 0, 0)
            except Stopped:
                stopped = True
        return stopped

    course(_("核对冻结的数据"), 0, 0)
    answer = replay_plan(held, stop)
    if stopped:
        raise Stopped
    actions.note_plan_replay(plan, answer.verdict, answer.reasons, by=_who(by, held))
    return {"url": f"/plans/{plan}/", "verdict": answer.verdict}


def _explained(plan: Plan) -> bool:
    """Whether front and reasons of what is chosen are there already."""
    assert plan.chosen is not None
    front = FrontPoint.objects.filter(plan=plan, round=plan.chosen.round)
    return front.exists() and PlanReasons.objects.filter(choice=plan.chosen).exists()


def _places(frozen: Frozen, choice: PlanChoice) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(block) for block in frozen.places(choice.blocks))


def _reasons(why: Reasons) -> PlanReasons:
    forcing = [_finite(value) for value in why.forcing.tolist()]
    return PlanReasons(
        standing=[str(word) for word in why.standing], forcing=forcing, budget_price=_finite(why.budget_price),
        block_price=_finite(why.block_price),
    )  # fmt: skip


def _finite(value: float | None) -> float | None:
    return None if value is None or value != value or abs(value) == float("inf") else float(value)
