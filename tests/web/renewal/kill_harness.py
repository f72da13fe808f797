"""Run as a program: a search is killed by SIGKILL once it has kept a plan, then begun again. Prints one JSON line."""

from __future__ import annotations

import json
import os
import signal
import time

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from mujun.web.people.models import User  # noqa: E402
from mujun.web.renewal import actions, jobs  # noqa: E402
from mujun.web.renewal.models import Plan, PlanChoice  # noqa: E402
from tests.web.killing import child  # noqa: E402
from tests.web.renewal import ground  # noqa: E402


def linger(plan: Plan) -> None:
    """Search, and stay with the first plan that is kept."""
    better = jobs.Watch.better

    def stay(self: jobs.Watch, progress: object) -> None:
        better(self, progress)  # type: ignore[arg-type]
        if PlanChoice.objects.filter(plan=plan).exists():
            time.sleep(60)

    jobs.Watch.better = stay  # type: ignore[method-assign]
    jobs.solve_job(plan=plan.pk, round=plan.round, locks={})


def killed(plan: Plan) -> bool:
    """Whether the search was killed while it stayed; one that ended at once had nothing to be killed in."""
    pid = child(lambda: linger(plan))
    end = time.monotonic() + 120
    while not PlanChoice.objects.filter(plan=plan).exists() and time.monotonic() < end:
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def main() -> None:
    call_command("migrate", verbosity=0)
    user = User.objects.create(username="kill", display_name="测试", role="analyst")
    ground.county()
    findings = ground.published(user)
    for _attempt in range(5):
        plan = ground.drafted(findings, user)
        actions.solve_plan(plan.pk, by=user)
        plan.refresh_from_db()
        if done := killed(plan):
            break
    plan.refresh_from_db()
    kept = plan.chosen
    answer = {
        "killed": done,
        "state": plan.state,
        "kept": sorted(kept.codes) if kept is not None else [],
        "kind": kept.kind if kept is not None else "",
        "claims": kept.gap if kept is not None else None,
    }
    jobs.solve_job(plan=plan.pk, round=plan.round, locks={})
    plan.refresh_from_db()
    assert plan.chosen is not None
    answer |= {"after": plan.state, "better": kept is not None and plan.chosen.objective >= kept.objective}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
