"""Run as a program: rehearses and signs findings, and replays them, in forked children and kills them at random moments.

Prints one JSON line: what was done and every broken promise found afterwards. The database and the folders are those
of ``MUJUN_HOME``, which is empty at first.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from mujun.web.audit.models import AuditEvent  # noqa: E402
from mujun.web.evaluations.models import RunState  # noqa: E402
from mujun.web.findings import actions, jobs  # noqa: E402
from mujun.web.findings.models import Finding, FindingsRuleSet, FindingsRun  # noqa: E402
from mujun.web.findings.queries import referred_folders  # noqa: E402
from mujun.web.frozen import FINDINGS, root  # noqa: E402
from mujun.web.people.models import User  # noqa: E402
from mujun.web.register.models import JobProgress  # noqa: E402
from mujun.web.register.queries import current_revision  # noqa: E402
from tests.web.evaluations.web_county import fill, tables  # noqa: E402
from tests.web.killing import Killer  # noqa: E402

FIRMS = 120


def prepare() -> User:
    call_command("migrate", verbosity=0)
    user = User.objects.create(username="kill", display_name="测试", role="analyst")
    fill(tables(FIRMS))
    actions.import_shipped_findings(by=user)
    return user


def drafted(user: User) -> FindingsRun:
    rules = FindingsRuleSet.objects.get(name="YK")
    return actions.draft_findings(rules, 2022, current_revision(), None, by=user)


def find_and_sign(user: User) -> Callable[[], None]:
    run = drafted(user)

    def work() -> None:
        jobs.rehearse_findings(run=run.pk)
        actions.publish_findings(run.pk, timezone.now() + dt.timedelta(days=5), by=user)

    return work


def find_and_give_up(user: User) -> Callable[[], None]:
    run = drafted(user)

    def work() -> None:
        jobs.rehearse_findings(run=run.pk)
        actions.discard_findings(run.pk, by=user)

    return work


def events(what: str) -> list[int]:
    rows = AuditEvent.objects.filter(action=f"findings.{what}").values_list("about", flat=True)
    return sorted(int(row.split(":")[1]) for row in rows)


def keys(**fields: object) -> list[int]:
    return sorted(FindingsRun.objects.filter(**fields).values_list("pk", flat=True))


def broken_promises() -> list[str]:
    """What must hold whatever was killed when."""
    found = []
    rows = {run.pk: Finding.objects.filter(run=run).count() for run in FindingsRun.objects.all()}
    full = max(rows.values(), default=0)
    for run in FindingsRun.objects.all():
        if rows[run.pk] != (full if run.has_results else 0):
            found.append(f"run {run.pk} ({run.state}) has {rows[run.pk]} rows, not {full}")
        if run.has_results and (not run.folder or FINDINGS.digests_of(run.folder) != run.digests):
            found.append(f"the folder of run {run.pk} is not what was kept")
        if not run.has_results and run.folder:
            found.append(f"run {run.pk} ({run.state}) names a folder")
    for what, wanted in (
        ("drafted", keys()), ("rehearsed", keys(rehearsed_at__isnull=False)), ("published", keys(signed_by__isnull=False)),
        ("discarded", keys(state=RunState.DISCARDED)), ("superseded", keys(state=RunState.SUPERSEDED)),
    ):  # fmt: skip
        if events(what) != wanted:
            found.append(f"runs differ from the events findings.{what}")
    if FindingsRun.objects.filter(state=RunState.PUBLISHED).count() > 1:
        found.append("more than one published run")
    if JobProgress.objects.filter(kind="rehearse_findings").count() != FindingsRun.objects.count():
        found.append("a draft without its job, or a job without its draft")
    return found


def swept_clean() -> list[str]:
    """After sweeping nothing is left that no row refers to."""
    FINDINGS.sweep(referred_folders(), older_than=0)
    left = {entry.name for entry in root().iterdir()}
    return [] if left == referred_folders() else [f"folders of runs without a run: {sorted(left - referred_folders())}"]


def main(kills: int, seed: int) -> None:
    user = prepare()
    killer = Killer(broken_promises, seed)
    killer.torment(lambda: find_and_sign(user), kills)
    killer.torment(lambda: find_and_give_up(user), kills)
    for run in FindingsRun.objects.filter(state=RunState.DRAFT):  # what was killed is begun again
        jobs.rehearse_findings(run=run.pk)
    killer.broken += [*broken_promises(), *swept_clean()]
    same = [jobs.replay_findings(run=run.pk, by=user.pk)["same"] for run in FindingsRun.objects.exclude(folder="")]
    print(killer.answer(runs=FindingsRun.objects.count(), same=bool(same) and all(same)))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
