"""Run as a program: imports and undoes batches in a worker that is killed at random moments, again and again.

Prints one JSON line: how often it was killed, and every broken promise found afterwards. The database and the folders
are those of ``MUJUN_HOME``. Each batch gives every firm the same figure, so half an import would show two figures.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from mujun.base.errors import Refused  # noqa: E402
from mujun.web.audit.models import AuditEvent  # noqa: E402
from mujun.web.people.models import User  # noqa: E402
from mujun.web.register import actions, imports, jobs, work  # noqa: E402
from mujun.web.register.actions import progress  # noqa: E402
from mujun.web.register.models import (  # noqa: E402
    BatchState,
    ImportBatch,
    JobProgress,
    JobState,
    Measure,
    Revision,
    RevisionKind,
)

FIRMS = 2_000


@jobs.job("trial.import", "导入")
def take(course: jobs.Course, batch: int, by: int) -> None:
    """Rehearse and commit as one job, so that a kill can fall anywhere."""
    if ImportBatch.objects.get(pk=batch).state != BatchState.COMMITTED:
        jobs.JOBS["import.rehearse"].work(course, batch=batch, by=by)
        jobs.JOBS["import.commit"].work(course, batch=batch, by=by)


@jobs.job("trial.undo", "撤销")
def undo(course: jobs.Course, batch: int, by: int) -> None:
    try:
        actions.undo_import(batch, by=User.objects.get(pk=by))
    except Refused:
        if ImportBatch.objects.get(pk=batch).state != BatchState.UNDONE:
            raise


def hand_over(number: int, user: User) -> ImportBatch:
    lines = [f"KILL{firm:014d},2023,{number}.25" for firm in range(FIRMS)]
    content = "\n".join(["统一社会信用代码,年度,税收(万元)", *lines]).encode()
    return actions.take_in(imports.store_uploads([SimpleUploadedFile("年度指标.csv", content)]), "测试", by=user)


def worker() -> int:
    """Fork a worker that works off what is queued and leaves without any clean-up."""
    connection.close()
    pid = os.fork()
    if pid == 0:
        try:
            work.run_worker(until_empty=True, interval=0, signals=False)
        finally:
            os._exit(0)
    return pid


def broken_promises() -> list[str]:
    """What must hold whatever was killed when."""
    found = []
    figures = set(Measure.objects.filter(until=None).values_list("tax_wan", flat=True))
    current = Measure.objects.filter(until=None).count()
    if len(figures) > 1 or current not in (0, FIRMS):
        found.append(f"half an import: {current} rows with {len(figures)} figures")
    told = Counter(
        AuditEvent.objects.filter(action__in=["import.commit", "import.undo"]).values_list("action", "about")
    )
    for batch in ImportBatch.objects.all():
        done = Revision.objects.filter(batch=batch, kind=RevisionKind.IMPORT).count()
        undone = Revision.objects.filter(batch=batch, kind=RevisionKind.UNDO).count()
        wanted = {BatchState.COMMITTED: (1, 0), BatchState.UNDONE: (1, 1)}.get(BatchState(batch.state), (0, 0))
        if (done, undone) != wanted:
            found.append(f"{batch} is {batch.state} with {done} imports and {undone} undoings")
        if (told["import.commit", f"batch:{batch.pk}"], told["import.undo", f"batch:{batch.pk}"]) != wanted:
            found.append(f"{batch} is {batch.state} but the log says otherwise")
        rows = Measure.objects.filter(batch=batch, since=batch.revision).count() if batch.revision else 0
        if rows != FIRMS * wanted[0]:
            found.append(f"{batch} is {batch.state} with {rows} rows")
        if batch.sheets.count() != wanted[0]:
            found.append(f"{batch} is {batch.state} with {batch.sheets.count()} sheets")
    for job in JobProgress.objects.filter(kind="trial.import", state=JobState.DONE):
        if ImportBatch.objects.get(pk=job.arguments["batch"]).state not in (BatchState.COMMITTED, BatchState.UNDONE):
            found.append(f"{job} is done but its batch is not in the register")
    return found


def main(kills: int, seed: int) -> None:
    chance = random.Random(seed)
    call_command("migrate", verbosity=0)
    # So many kills of one job in a row would have it given up, which is right in life but not what is tried here.
    progress.MOST_ATTEMPTS = 10 * kills + 10
    user = User.objects.create(username="kill", display_name="测试", role="analyst")
    answer = {"kills": 0, "finished": 0, "interrupted": 0, "batches": 0, "broken": []}
    whole, number, held = 0.0, 0, None
    while answer["kills"] < kills:
        if not JobProgress.objects.filter(state__in=[JobState.WAITING, JobState.RUNNING]).exists():
            number += 1
            if held is not None and number % 3 == 0:
                undo.start(by=user, batch=held.pk)
                held = None
            else:
                held = hand_over(number, user)
                take.start(by=user, batch=held.pk)
        started = time.monotonic()
        pid = worker()
        if whole:
            time.sleep(chance.uniform(0, whole * 1.1))
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        whole = whole or time.monotonic() - started
        answer["kills" if os.WIFSIGNALED(status) else "finished"] += 1
        answer["broken"] += broken_promises()
    os.waitpid(worker(), 0)
    answer["broken"] += broken_promises()
    answer["interrupted"] = AuditEvent.objects.filter(action="job.interrupted").count()
    answer["batches"] = ImportBatch.objects.count()
    answer["open"] = JobProgress.objects.exclude(state=JobState.DONE).count()
    print(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
