"""Run as a program: does evaluation or objection work in forked children and kills them at random moments.

Prints one JSON line: what was done and every broken promise found afterwards. The database and the folders are those
of ``MUJUN_HOME``; an empty home is filled first.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from mujun.web.audit.models import AuditEvent  # noqa: E402
from mujun.web.evaluations import jobs  # noqa: E402
from mujun.web.evaluations.models import Objection, Run, RunResult, RunState  # noqa: E402
from mujun.web.evaluations.objections import actions, documents  # noqa: E402
from mujun.web.evaluations.objections.queries import referred_documents, window_for_run  # noqa: E402
from mujun.web.evaluations.runs.actions import draft_run, open_result_notice, publish_run  # noqa: E402
from mujun.web.evaluations.runs.queries import published_run, referred_folders  # noqa: E402
from mujun.web.frozen import RUNS, root  # noqa: E402
from mujun.web.people.models import User  # noqa: E402
from mujun.web.register.models import Correction, JobProgress  # noqa: E402
from mujun.web.register.queries import current_revision  # noqa: E402
from tests.web.evaluations.web_county import fill, firm_id, published, tables  # noqa: E402
from tests.web.killing import Killer  # noqa: E402

FIRMS = 45


def prepare() -> User:
    call_command("migrate", verbosity=0)
    user = User.objects.create(username="kill", display_name="测试", role="analyst")
    fill(tables(FIRMS - 5))
    run = published(user)
    now = timezone.now()
    open_result_notice(run.pk, "公示", now - dt.timedelta(days=1), now + dt.timedelta(days=1), by=user)
    return user


def evaluate(user: User) -> Callable[[], None]:
    standing = published_run(2022, "HY2022")
    assert standing is not None
    run = draft_run(standing.rules, 2022, current_revision(), by=user)

    def work() -> None:
        jobs.rehearse_run(run=run.pk)
        publish_run(run.pk, by=user)

    return work


def object_to(user: User) -> Callable[[], None]:
    number = Objection.objects.count() % (FIRMS - 5)
    firm, standing = firm_id(number), published_run(2022, "HY2022")
    assert standing is not None

    def work() -> None:
        proof = SimpleUploadedFile("a.pdf", b"%PDF-" + os.urandom(200_000))
        claimed = str(random.Random(os.getpid()).randrange(1000, 9000))
        held = actions.file_objection(
            window_for_run(standing), firm, "厂", "甲镇", table="measures", key=[firm, "2022"], column="tax_wan",
            claimed=claimed, text="漏计", upload=proof, by=user,
        )  # fmt: skip
        actions.accept_objection(held.pk, claimed, "属实", by=user)

    return work


def about(action: str, kind: str) -> list[int]:
    rows = AuditEvent.objects.filter(action=action).values_list("about", flat=True)
    return sorted(int(row.split(":")[1]) for row in rows if row.startswith(kind))


def broken_promises() -> list[str]:
    """What must hold whatever was killed when."""
    found = []
    rehearsed = sorted(Run.objects.exclude(state__in=[RunState.DRAFT, RunState.DISCARDED]).values_list("pk", flat=True))
    if about("run.rehearsed", "run:") != rehearsed:
        found.append("runs with results differ from the events run.rehearsed")
    for run in Run.objects.all():
        rows = RunResult.objects.filter(run=run).count()
        if rows != (FIRMS if run.has_results else 0):
            found.append(f"run {run.pk} ({run.state}) has {rows} rows")
        if run.has_results and RUNS.digests_of(run.folder) != run.digests:
            found.append(f"the folder of run {run.pk} is not what was signed")
    drafted = sorted(Run.objects.values_list("pk", flat=True))
    if about("run.drafted", "run:") != drafted:
        found.append("drafts differ from the events run.drafted")
    signed = sorted(Run.objects.filter(signed_by__isnull=False).values_list("pk", flat=True))
    if about("run.published", "run:") != signed:
        found.append("signatures differ from the events run.published")
    if Run.objects.filter(state=RunState.PUBLISHED).count() != 1:
        found.append("not exactly one published run")
    objections = list(Objection.objects.all())
    if about("objection.filed", "objection:") != sorted(held.pk for held in objections):
        found.append("objections differ from the events objection.filed")
    accepted = [held for held in objections if held.state == "accepted"]
    if about("objection.accepted", "objection:") != sorted(held.pk for held in accepted):
        found.append("accepted objections differ from the events objection.accepted")
    if Correction.objects.count() != len(accepted) or AuditEvent.objects.filter(
        action="register.correct"
    ).count() != len(accepted):
        found.append("corrections differ from accepted objections")
    if JobProgress.objects.filter(kind="rehearse_run").count() != len(drafted):
        found.append("a draft without its job, or a job without its draft")
    for held in objections:
        if not documents.path_of(held.document).is_file():
            found.append(f"objection {held.pk} lacks its document")
    return found


def swept_clean() -> list[str]:
    """After sweeping nothing is left that no row refers to."""
    RUNS.sweep(referred_folders(), older_than=0)
    documents.sweep(referred_documents(), older_than=0)
    found = []
    if {entry.name for entry in root().iterdir()} != referred_folders():
        found.append("folders of runs without a run")
    if {f"objections/{file.name}" for file in documents.folder().iterdir()} != referred_documents():
        found.append("documents without an objection")
    return found


def main(kills: int, seed: int) -> None:
    user = User.objects.filter(username="kill").first() if (Path(os.environ["MUJUN_HOME"]) / "ready").exists() else None
    if user is None:
        user = prepare()
        (Path(os.environ["MUJUN_HOME"]) / "ready").touch()
    killer = Killer(broken_promises, seed)
    killer.torment(lambda: evaluate(user), kills)
    killer.torment(lambda: object_to(user), kills)
    killer.broken += swept_clean()
    print(
        killer.answer(
            runs=Run.objects.count(),
            rehearsed=len(about("run.rehearsed", "run:")),
            objections=Objection.objects.count(),
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
